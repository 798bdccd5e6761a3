"""The command line, as people use it: each command, what it writes, and its exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import polars as pl
import pytest

import sim
from sim.api.objects import Comparison
from sim.cli.commands import app
from sim.cli.console import ProgressNote, ReaderLeftError, Terminal
from sim.cli.exit_status import run_command
from sim.hypotheses import registered_hypotheses
from sim.outcomes.indicators import INDICATORS
from sim.policies import registered_policies
from sim.report.charts.registry import CHARTS, LEADING_OF_MANY, OF_COMMANDS
from sim.verification.case import Trial
from sim.verification.fault_injection import one_server_too_many
from sim.world.parameter_names import PARAMETER_NAMES
from tests.effort import PATIENCE_S

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.yaml"))
FINLAND = str(ROOT / "scenarios" / "finland-2023" / "base.yaml")
TWO_CROSSINGS = str(ROOT / "scenarios" / "teaching" / "two-crossings.yaml")
COMMANDS = [
    each.name or each.callback.__name__ for each in app.registered_commands if each.callback
]
RESULT_FILES = (
    "manifest.json",
    "indicators.csv",
    "ledger.csv",
    "daily.parquet",
    "daily_summary.csv",
    "states_of_world.csv",
    "report.html",
)
DRAWN_FAN = ["drawn.json", "fan.csv", "fan.png", "fan.svg"]
LEADING_ONES = {"fan", "heat_map", "closure_calendar"}
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Give a command line in an empty folder; returns status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)  # a terminal that is not there has no width

    def give(*arguments: object) -> tuple[int, str, str]:
        status = run_command([str(each) for each in arguments])
        reported = capsys.readouterr()
        return status, reported.out, reported.err

    return give


def spoken(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """The same through a process of its own, warnings being errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "sim", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Results of a small comparison through the real command, and what it printed."""
    folder = tmp_path_factory.mktemp("work")
    words = ("compare", TWO_CROSSINGS, "--policies", "open,near-closed", "--replicates", 6)
    reported = spoken(*words, "--seed", 7, "--out", "out", folder=folder)
    assert reported.returncode == 0, reported.stderr
    return folder / "out", reported.stdout


# ---- help and what there is


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, say: Say) -> None:
    status, out, err = say(command, "--help")
    assert (status, err) == (0, "")
    assert f"Example: rajasim {command}" in out


def test_the_commands_are_those_of_the_product() -> None:
    named = {"check", "describe", "list", "schema", "run", "compare", "plot", "report", "init"}
    named |= {"patterns", "verify", "animate"}
    assert named <= set(COMMANDS)


def test_without_a_word_the_help_is_shown(say: Say) -> None:
    status, out, _ = say()
    assert status == 0
    assert "Usage: rajasim" in out


def test_the_version_is_reported(say: Say) -> None:
    assert say("--version") == (0, f"rajasim {sim.__version__}\n", "")


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'numba', 'mesa', 'pydantic', 'polars', 'matplotlib', 'ruamel.yaml'}"
    code = f"import sys, sim.cli.commands; print({heavy} & set(sys.modules))"
    reported = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True
    )
    assert reported.stdout.strip() == b"set()"


def test_verification_is_shown_and_saved(say: Say, tmp_path: Path) -> None:
    status, out, err = say("verify", "v9", "V24", "--out", tmp_path / "proof")
    assert (status, err) == (0, "")
    assert "Little's law" in out
    assert "-17.861" in out
    assert "2 cases, 14 findings: all agree with theory" in out
    assert {path.name for path in (tmp_path / "proof").iterdir()} == {
        f"verification.{suffix}" for suffix in ("png", "svg", "csv")
    }
    table = pl.read_csv(tmp_path / "proof" / "verification.csv")
    assert table["verdict"].unique().to_list() == ["agrees"]
    assert table.height == 14


def test_an_engine_that_differs_from_theory_ends_with_one(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real engine, one officer too many."""
    faulty = partial(Trial, run=one_server_too_many, replicates=10)
    monkeypatch.setattr("sim.verification.case.Trial", faulty)
    monkeypatch.setattr("sim.verification.case.RETEST", 1)
    status, out, err = say("verify", "V2")
    assert status == 1
    assert "differs" in out
    assert "differ from theory: V2 Wq (exact 0.5625, simulated 0.1" in err
    assert "Traceback" not in err


def test_a_case_that_does_not_exist_is_bad_input(say: Say) -> None:
    status, out, err = say("verify", "V99")
    assert (status, out) == (2, "")
    assert "there is no case 'V99' did you mean 'V9'?; cases are V1, V2" in err


def test_patterns_are_printed_and_written(say: Say, tmp_path: Path) -> None:
    page = tmp_path / "patterns.md"
    few = ("--states", "6", "--reach-states", "2", "--out", str(page))
    status, out, _ = say("patterns", FINLAND, *few)
    assert status == 0
    assert "terrain-border attempts" in " ".join(out.split())
    assert "Nine in ten single states" in " ".join(out.split())
    assert "fear of failure" in out
    written = page.read_text(encoding="utf-8")
    assert "6 states of the world for the patterns, 2 with each explanation" in written
    assert say("patterns", FINLAND, *few, "--quiet") == (0, "", "")
    assert page.read_text(encoding="utf-8") == written, "the same states give the same page"


def test_patterns_need_an_episode(say: Say) -> None:
    calm = str(ROOT / "scenarios" / "teaching" / "one-crossing.yaml")
    status, out, err = say("patterns", calm, "--states", "2", "--reach-states", "2")
    assert (status, out) == (2, "")
    assert "patterns need a policy that closes crossings twice" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_scenario_checks_clean_in_one_line(file: Path, say: Say) -> None:
    """Cases other than Finland's have a note beside it, of the defaults that they borrow."""
    status, out, err = say("check", file)
    assert (status, err) == (0, "")
    summary, *notes = out.splitlines()
    assert summary.startswith(f"{file}: ok")
    assert len(notes) <= (str(file) != FINLAND)
    assert all(note.startswith(f"note: {file}: ") and "borrowed" in note for note in notes)


def test_describe_lists_every_assumption_policy_and_hypothesis(say: Say) -> None:
    status, out, _ = say("describe", FINLAND)
    assert status == 0
    scenario = sim.load_scenario(FINLAND)
    whole = out.replace("\n", " ")
    for name in (*PARAMETER_NAMES, *scenario.policies, *scenario.hypotheses):
        assert name in whole
    for crossing in scenario.world.network.crossings:
        assert crossing.name in whole
    assert "contested" in whole
    assert "fi23-policy-07" in whole
    assert "Limits" in whole


def test_describe_cuts_nothing_off_at_the_width_of_a_page(say: Say) -> None:
    _, out, _ = say("describe", FINLAND)
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= 100
    joined = " ".join(out.split())
    assert "in Finnish reception (source not recorded)" in joined


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("policies", registered_policies()),
        ("hypotheses", registered_hypotheses()),
        ("indicators", INDICATORS),
        ("charts", CHARTS | OF_COMMANDS),
    ],
)
def test_list_names_everything_there_is(subject: str, names: dict[str, Any], say: Say) -> None:
    status, out, err = say("list", subject)
    assert (status, err) == (0, "")
    for name in names:
        assert name in out


def test_list_policies_gives_keys_units_and_meanings(say: Say) -> None:
    _, out, _ = say("list", "policies")
    assert "announced_before_h" in out
    assert "0 to 1,000,000 h" in out
    assert "lead time" in out


def test_list_scenarios_looks_below_the_working_folder(say: Say, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios" / "teaching", tmp_path / "scenarios" / "teaching")
    (tmp_path / "scenarios" / "broken.yaml").write_text("format_version: 1\n", encoding="utf-8")
    status, out, _ = say("list", "scenarios")
    assert status == 0
    assert "Two crossings, near and far" in out
    assert "problems; see" in out


def test_shipped_scenarios_are_listed_and_found_by_name_anywhere(say: Say) -> None:
    """The working folder of these tests has none."""
    status, out, _ = say("list", "scenarios")
    assert status == 0
    assert "finland-2023" in out
    assert "rajasim init DIR --from NAME" in out
    status, out, _ = say("check", "one-crossing")
    assert (status, "ok; one-crossing" in out) == (0, True)


def test_the_committed_schema_is_what_the_command_prints(say: Say) -> None:
    status, out, _ = say("schema")
    assert status == 0
    committed = (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")
    assert out == committed, "write it again: rajasim schema > scenarios/scenario.schema.json"
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_scenarios_begin_with_a_hint_that_leads_to_the_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").split("\n", 1)[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve() == ROOT / "scenarios" / "scenario.schema.json"


# ---- a comparison from end to end


@pytest.mark.slow
def test_a_comparison_writes_every_file(compared: tuple[Path, str]) -> None:
    folder, reported = compared
    for name in RESULT_FILES:
        assert (folder / name).stat().st_size > 0, name
    for chart in CHARTS.values():
        leads = chart.name in LEADING_OF_MANY
        for suffix in ("png", "csv"):
            assert (folder / "figures" / f"{chart.name}.{suffix}").is_file() is leads
        assert not (folder / "figures" / f"{chart.name}.svg").exists(), "nobody asked for it"
    assert "report: out" in reported
    assert "Waiting at the border" in reported
    assert "Without access to asylum" in reported


def test_the_ledger_holds_everybody(compared: tuple[Path, str]) -> None:
    folder, _ = compared
    ledger = pl.read_csv(folder / "ledger.csv").pivot(
        "state", index=["policy", "state_of_world", "replicate"], values="persons"
    )
    without = _indicator(folder, "R4_without_access")
    joined = ledger.join(without, on=["policy", "state_of_world", "replicate"])
    everybody = joined.drop("policy", "state_of_world", "replicate", "value").sum_horizontal()
    reached = joined["REGISTERED"] + joined["GREEN_UNKNOWN"] + joined["DIVERTED"]
    assert joined.height == 2 * 6 * 2
    assert everybody.min() > 0  # type: ignore[operator]
    assert (everybody - reached).to_list() == joined["value"].to_list()


@pytest.mark.parametrize(
    ("series", "indicator"),
    [("arrivals", "O1"), ("turned_back", "R6"), ("green_border_attempts", "O5_attempts")],
)
def test_daily_counts_sum_to_the_indicator(
    series: str, indicator: str, compared: tuple[Path, str]
) -> None:
    folder, _ = compared
    daily = (
        pl.read_parquet(folder / "daily.parquet")
        .filter(series=series)
        .group_by("policy", "state_of_world", "replicate")
        .agg(pl.col("value").sum().alias("days"))
    )
    joined = _indicator(folder, indicator).join(
        daily, on=["policy", "state_of_world", "replicate"], how="left"
    )
    assert joined["days"].fill_null(0.0).to_list() == joined["value"].to_list()


def _indicator(folder: Path, name: str) -> pl.DataFrame:
    table = pl.read_csv(folder / "indicators.csv")
    return table.filter(indicator=name).select("policy", "state_of_world", "replicate", "value")


def test_the_manifest_says_how_to_run_it_again(compared: tuple[Path, str]) -> None:
    folder, _ = compared
    manifest = sim.open_results(folder).results.manifest
    assert manifest["command"].startswith("rajasim compare ")
    assert "--seed 7" in manifest["command"]
    assert manifest["hypothesis"] is None
    assert manifest["replicates"] == 6


def test_report_and_plot_work_from_stored_results_only(
    compared: tuple[Path, str], say: Say, tmp_path: Path
) -> None:
    folder = shutil.copytree(compared[0], tmp_path / "stored")
    report = (folder / "report.html").read_bytes()
    shutil.rmtree(folder / "figures")
    (folder / "report.html").unlink()
    assert say("plot", folder, "--chart", "fan")[0] == 0
    assert sorted(path.name for path in (folder / "figures").iterdir()) == DRAWN_FAN
    assert say("report", folder)[0] == 0
    assert (folder / "report.html").read_bytes() == report


def test_another_language_has_its_own_files(
    compared: tuple[Path, str], say: Say, tmp_path: Path
) -> None:
    folder = shutil.copytree(compared[0], tmp_path / "stored")
    before = (folder / "figures" / "fan.csv").read_bytes()
    assert say("plot", folder, "--chart", "fan", "--language", "sv")[0] == 0
    swedish = folder / "figures" / "sv"
    assert sorted(path.name for path in swedish.iterdir()) == DRAWN_FAN
    assert (swedish / "fan.csv").read_bytes() == before
    assert "Som mest väntar" in (swedish / "fan.svg").read_text(encoding="utf-8")
    english = json.loads((folder / "figures" / "drawn.json").read_bytes())
    assert english["fan"]["title"].startswith("Waiting peaks")
    assert say("plot", folder, "--language", "se")[0] == 2


def test_a_run_is_reported_in_the_language_asked_for(say: Say, tmp_path: Path) -> None:
    words = ("run", TWO_CROSSINGS, "--replicates", 1, "--out", "out", "--language", "fi")
    assert say(*words)[0] == 0
    assert (tmp_path / "out" / "report.fi.html").is_file()
    drawn = json.loads((tmp_path / "out" / "figures" / "fi" / "drawn.json").read_bytes())
    assert drawn["fan"]["title"].startswith("Odottavia on enimmillään")
    assert drawn.keys() == LEADING_ONES
    assert not (tmp_path / "out" / "report.html").exists()
    (tmp_path / "out" / "manifest.json").unlink()
    assert say(*words, "--no-report")[0] == 0, "the folder is known as ours by its files"


def test_a_run_draws_three_charts_and_all_on_request(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ("run", TWO_CROSSINGS, "--replicates", 1, "--out", "out")
    assert say(*run)[0] == 0
    figures = tmp_path / "out" / "figures"
    assert {path.stem for path in figures.glob("*.png")} == LEADING_ONES
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert say("report", "out", "--charts", "alluvial, fan")[0] == 0
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert 'id="chart-alluvial"' in page
    assert 'id="chart-heat_map"' not in page
    assert say("report", "out", "--charts", "all")[0] == 0
    compares_or_needs = {each.name for each in CHARTS.values() if each.compares or each.needs}
    assert {path.stem for path in figures.glob("*.png")} == CHARTS.keys() - compares_or_needs
    assert say("report", "out", "--charts", "fan,pie")[0] == 2


def test_the_full_report_is_one_option_away(
    compared: tuple[Path, str], say: Say, tmp_path: Path
) -> None:
    folder = shutil.copytree(compared[0], tmp_path / "stored")
    assert say("report", folder)[0] == 0
    first = {path.stem for path in (folder / "figures").glob("*.png")}
    status, out, _ = say("report", folder, "--full", "--policies", "open")
    assert status == 0
    assert f"in full: {folder / 'report-full.html'}" in out
    drawn = {path.stem for path in (folder / "figures").glob("*.png")}
    assert drawn == {each.name for each in CHARTS.values() if each.needs != "weather"} > first
    assert (folder / "report-full.html").stat().st_size > (folder / "report.html").stat().st_size
    status, _, err = say("report", folder, "--policies", "nobody")
    assert status == 2
    assert "no policy of these results is called 'nobody'" in err


def test_the_table_comes_before_the_charts_and_the_report_though_its_reader_goes(
    say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    printed: list[str] = []

    def write_report(self: Comparison, **_: object) -> Path:
        printed.append("report")
        return self.folder / "report.html"

    def leave(self: Terminal, text: str) -> None:
        printed.append(text.partition(":")[0])
        raise ReaderLeftError

    monkeypatch.setattr(Comparison, "write_report", write_report)
    monkeypatch.setattr(Terminal, "say", leave)
    status, out, _ = say("run", TWO_CROSSINGS, "--replicates", 1, "--out", "out")
    assert status == 0
    assert "Waiting at the border" in out
    assert printed == ["results", "report", "report"]


def test_a_chart_that_does_not_exist_is_bad_input(compared: tuple[Path, str], say: Say) -> None:
    status, _, err = say("plot", compared[0], "--chart", "pie")
    assert status == 2
    assert "fan" in err


def test_animate_shows_stored_results_and_new_runs(
    compared: tuple[Path, str], say: Say, tmp_path: Path
) -> None:
    days = ("--since", "2024-03-04", "--until", "2024-03-05")
    assert say("animate", compared[0], "--out", "stored.gif", *days) == (0, "stored.gif\n", "")
    policy = ("--policy", "near-closed", "--state", 2, "--seed", 7)
    assert say("animate", TWO_CROSSINGS, "--out", "run.gif", *policy, *days)[:2] == (
        0,
        "run.gif\n",
    )
    for name in ("stored.gif", "run.gif"):
        assert (tmp_path / name).read_bytes().startswith(b"GIF89a")


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        (("--out", "a.webm"), 2, "ends in .gif or .mp4"),
        (("--out", "a.mp4"), 1, "install it"),
        (("--out", "a.gif", "--policy", "opne"), 2, "did you mean 'open'"),
        (("--out", "a.gif", "--state", "99"), 2, "there is no state of the world 99"),
        (("--out", "a.gif", "--since", "2030-01-01"), 2, "there are 2024-03-01 to"),
        (("--out", "a.gif", "--since", "soon"), 2, "--since"),
        (("--out", "a.gif", "--step", "hour"), 2, "give the scenario file"),
        (("--out", "a.gif", "--seed", "3"), 2, "give the scenario file"),
        ((), 2, "--out"),
    ],
)
def test_what_cannot_be_animated_is_reported_in_a_line(
    compared: tuple[Path, str],
    say: Say,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: tuple[str, ...],
    status: int,
    words: str,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # where there is no ffmpeg
    got, out, err = say("animate", compared[0], *more)
    assert (got, out) == (status, "")
    assert words in err
    assert err.count("\n") == 1
    assert not [path for path in tmp_path.iterdir() if path.suffix != ""]


def test_a_folder_without_results_is_bad_input(say: Say, tmp_path: Path) -> None:
    for command in ("plot", "report"):
        status, _, err = say(command, tmp_path)
        assert status == 2
        assert err.count("\n") == 1


# ---- run, and the options


def table_of(folder: Path) -> list[Any]:
    return pl.read_csv(folder / "indicators.csv").rows()


def quick(say: Say, out: str, *more: object, command: str = "run") -> Path:
    status, _, err = say(
        command, TWO_CROSSINGS, "--no-report", "--out", out, "--replicates", 4, *more
    )
    assert status == 0, err
    return Path(out)


def test_run_takes_the_reference_and_prints_where_the_results_are(say: Say, tmp_path: Path) -> None:
    status, out, _ = say("run", TWO_CROSSINGS, "--replicates", 3, "--no-report")
    folder = Path(out.strip().rsplit("results: ", 1)[1])
    assert status == 0
    assert folder.parent == Path("results/two-crossings")
    assert pl.read_csv(tmp_path / folder / "indicators.csv")["policy"].unique().to_list() == [
        "open"
    ]
    assert not (folder / "report.html").exists()


def test_the_same_line_gives_the_same_results(say: Say) -> None:
    first, second = quick(say, "a", "--seed", 3), quick(say, "b", "--seed", 3)
    for name in ("indicators.csv", "ledger.csv", "daily.parquet", "states_of_world.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert table_of(first) != table_of(quick(say, "c", "--seed", 4))


def test_set_puts_another_value_in_the_files_place(say: Say) -> None:
    key = "crossings.gate.registration.servers"
    few, many = (quick(say, out, "--set", f"{key}={n}") for out, n in (("few", 1), ("many", 9)))
    waits = [_indicator(folder, "R1_mean")["value"].to_list() for folder in (few, many)]
    assert all(a > b for a, b in zip(*waits, strict=True))


def test_central_draws_no_parameter(say: Say) -> None:
    states = pl.read_csv(quick(say, "out", "--central") / "states_of_world.csv")
    assert states["demand_factor"].unique().to_list() == [1.0]


def test_one_hypothesis_can_be_held_in_every_state_of_the_world(say: Say) -> None:
    say("init", "mine")
    held, drawn = Path("held"), Path("drawn")
    common = ("run", "mine/scenario.yaml", "--no-report", "--replicates", 8)
    assert say(*common, "--out", held, "--hypothesis", "checks")[0] == 0
    assert say(*common, "--out", drawn)[0] == 0
    states = [pl.read_csv(folder / "states_of_world.csv") for folder in (held, drawn)]
    assert states[0]["hypothesis"].unique().to_list() == ["checks"]
    assert states[1]["hypothesis"].n_unique() == 2
    assert states[0].drop("hypothesis").equals(states[1].drop("hypothesis"))
    manifests = [sim.open_results(folder).results.manifest for folder in (held, drawn)]
    assert manifests[0]["hypothesis"] == "checks"
    assert manifests[0]["run_id"] != manifests[1]["run_id"]


def test_compare_takes_named_policies_and_a_baseline(say: Say) -> None:
    options = ("--policies", "near-closed", "--baseline", "closed-for-five-days")
    manifest = sim.open_results(quick(say, "out", *options, command="compare")).results.manifest
    assert manifest["reference"] == "closed-for-five-days"
    assert {each["id"] for each in manifest["policies"]} == {"closed-for-five-days", "near-closed"}


@pytest.mark.slow
def test_workers_change_nothing(say: Say, tmp_path: Path) -> None:
    alone = quick(say, "alone", "--replicates", 40)
    reported = spoken(
        *("run", TWO_CROSSINGS, "--no-report", "--out", "pair"),
        *("--replicates", 40, "--workers", 2),
        folder=tmp_path,
    )
    assert reported.returncode == 0, reported.stderr
    for name in ("indicators.csv", "ledger.csv", "daily.parquet", "states_of_world.csv"):
        assert (alone / name).read_bytes() == (tmp_path / "pair" / name).read_bytes()


def test_warm_says_that_the_engine_is_compiled(say: Say) -> None:
    status, out, _ = say("warm")
    assert (status, out) == (0, "the engine is compiled\n")


# ---- a folder to start from


def test_init_gives_a_scenario_that_checks_clean_and_runs(say: Say, tmp_path: Path) -> None:
    status, out, _ = say("init", "mine")
    assert status == 0
    assert "rajasim compare mine/scenario.yaml" in out
    names = {path.name for path in (tmp_path / "mine").iterdir()}
    assert names == {"README.md", "scenario.yaml", "scenario.schema.json"}
    assert say("check", "mine/scenario.yaml")[0] == 0
    assert say("compare", "mine/scenario.yaml", "--replicates", 2, "--no-report")[0] == 0


def test_init_takes_an_empty_folder_and_refuses_any_other(say: Say, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert say("init", "mine")[0] == 0
    before = (tmp_path / "mine" / "scenario.yaml").read_bytes()
    status, _, err = say("init", "mine")
    assert status == 2
    assert "not empty" in err
    assert (tmp_path / "mine" / "scenario.yaml").read_bytes() == before
    assert say("init", "mine/README.md")[0] == 2


# ---- exit status, quiet, debug, pipes


def test_quiet_prints_nothing_but_errors_and_may_stand_anywhere(say: Say) -> None:
    assert say("check", TWO_CROSSINGS, "--quiet") == (0, "", "")
    assert say("--quiet", "check", TWO_CROSSINGS) == (0, "", "")
    status, out, err = say("check", "missing.yaml", "--quiet")
    assert (status, out) == (2, "")
    assert "missing.yaml" in err


@pytest.mark.parametrize(
    "options",
    [
        ("--replicates", "0"),
        ("--replicates", "-3"),
        ("--replicates", "many"),
        ("--workers", "0"),
        ("--seed", "-1"),
        ("--seeed", "1"),
    ],
)
def test_numbers_out_of_range_are_usage_errors(
    options: tuple[str, str], say: Say, tmp_path: Path
) -> None:
    status, out, err = say("run", TWO_CROSSINGS, *options)
    assert (status, out) == (2, "")
    assert err.startswith("rajasim run: ")
    assert err.endswith("see rajasim run --help\n")
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("fault", "status", "word"),
    [
        (KeyboardInterrupt(), 3, "interrupted"),
        (OSError(28, "No space left on device", "results"), 1, "results: No space left"),
        (MemoryError(), 1, "--replicates"),
        (ZeroDivisionError("oh"), 1, "--debug"),
    ],
)
def test_failures_are_one_line_and_leave_nothing(
    fault: BaseException,
    status: int,
    word: str,
    say: Say,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("sim.study.run.complete", fail)
    ended, out, err = say("run", TWO_CROSSINGS)
    assert (ended, out) == (status, "")
    assert word in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_only_debug_shows_where_an_error_arose(say: Say) -> None:
    assert "Traceback" not in say("check", "missing.yaml")[2]
    assert "Traceback" in say("check", "missing.yaml", "--debug")[2]


def test_a_folder_with_other_files_is_left_alone_before_any_work(say: Say, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    status, _, err = say("run", TWO_CROSSINGS, "--out", "mine")
    assert status == 2
    assert "left alone" in err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def written_to(
    out: TextIO, command: tuple[str, ...], folder: Path
) -> subprocess.CompletedProcess[str]:
    """A command of its own process that writes into an open file or pipe."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise there")
@pytest.mark.parametrize("command", [("list", "indicators"), ("schema",), ("describe", FINLAND)])
def test_a_reader_who_leaves_is_no_fault(command: tuple[str, ...], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as left:
        reported = written_to(left, command, tmp_path)
    assert (reported.returncode, reported.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_output_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        reported = written_to(full, ("schema",), tmp_path)
    assert reported.returncode == 1
    assert reported.stderr.startswith("No space left")
    assert reported.stderr.count("\n") == 1


def test_long_work_is_reported_in_plain_lines_without_a_terminal(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.cli.console.PATIENCE_S", 0.0)
    status, _, err = say("run", TWO_CROSSINGS, "--replicates", 3, "--no-report")
    assert status == 0
    assert "of 3 states of the world" in err
    assert "s left" in err
    assert "\x1b" not in err


def test_what_was_done_before_does_not_count_for_the_rate(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 100.0, 110.0])
    monkeypatch.setattr("sim.cli.console.PATIENCE_S", 5.0)
    monkeypatch.setattr("sim.cli.console.time.monotonic", lambda: next(clock))
    with ProgressNote(Terminal.open([])) as note:
        note(24, 40)
        note(29, 40)
    assert capsys.readouterr().err == "29 of 40 states of the world, 0.5/s, 22 s left\n"


def test_a_report_has_the_title_that_is_asked_for(say: Say, tmp_path: Path) -> None:
    words = ("run", TWO_CROSSINGS, "--replicates", 2, "--out", "out", "--title", "For <the> board")
    assert say(*words)[0] == 0
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<h1>For &lt;the&gt; board</h1>" in page
    assert say("report", "out")[0] == 0
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert re.search("<h1>Two crossings, near and far: what happens under “.+”[?]</h1>", page)


def test_a_file_in_the_place_of_a_results_folder_is_told(
    compared: tuple[Path, str], say: Say
) -> None:
    file = compared[0] / "indicators.csv"
    for command in ("report", "plot", "export"):
        status, _, err = say(command, file)
        assert status == 2
        assert err == (
            f"{file}: is a file; name the results folder that it is in, as {compared[0]}\n"
        )


def test_check_and_describe_take_other_values_too(say: Say) -> None:
    """As run and compare do, so that they can be looked at before any run."""
    status, out, _ = say("describe", "one-crossing", "--set", "parameters.memory_d=7")
    assert status == 0
    assert "memory_d" in out
    status, _, err = say("check", "one-crossing", "--set", "parameters.memry_d=7")
    assert status == 2
    assert "memory_d" in err
