"""``rajasim run`` and ``compare``, and what their options change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sim
from tests.cli.command_line import TWO_CROSSINGS, Say, spoken, values_of


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
    waits = [values_of(folder, "R1_mean")["value"].to_list() for folder in (few, many)]
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
