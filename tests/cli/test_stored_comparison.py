"""A comparison from end to end: its files, and what is reported, drawn and moved from them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

import sim
from sim.api.objects import Comparison
from sim.cli.console import ReaderLeftError, Terminal
from sim.report.charts.registry import CHARTS, LEADING_OF_MANY
from tests.cli.command_line import TWO_CROSSINGS, Say, spoken, values_of

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


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Results of a small comparison through the real command, and what it printed."""
    folder = tmp_path_factory.mktemp("work")
    words = ("compare", TWO_CROSSINGS, "--policies", "open,near-closed", "--replicates", 6)
    reported = spoken(*words, "--seed", 7, "--out", "out", folder=folder)
    assert reported.returncode == 0, reported.stderr
    return folder / "out", reported.stdout


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
    without = values_of(folder, "R4_without_access")
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
    joined = values_of(folder, indicator).join(
        daily, on=["policy", "state_of_world", "replicate"], how="left"
    )
    assert joined["days"].fill_null(0.0).to_list() == joined["value"].to_list()


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
