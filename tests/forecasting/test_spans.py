"""Counts of several days, of areas, with bounds only, and with gaps: calibrated and forecast."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sim import calibrate, hindcast, load_scenario
from sim.cli.exit_status import run_command
from sim.errors import InputError, ScenarioError
from sim.forecasting.ensemble import reference_path
from sim.scenario import TEMPLATE
from sim.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
UNTIL = date(2024, 3, 8)
CASE = """\
extends: scenario.yaml
name: spans
observed:
  file: counts.csv
  source: made up
  areas:
    both: {name: Both crossings, crossings: [near, far]}
  patterns:
    begin:
      name: The first days
      people: {places: [both], from: 2024-03-01, to: 2024-03-03}
      source: made up
    later:
      name: Days of three counts
      people: {places: [near], from: 2024-03-10, to: 2024-03-13}
      source: made up
    all:
      name: The whole border
      people: {from: 2024-03-10, to: 2024-03-13}
      source: made up
"""
COUNTS = """\
period_start,period_end,place,series,count,low,high
2024-03-01,2024-03-03,both,arrivals,30,,
2024-03-04,2024-03-05,far,arrivals,,0,4
2024-03-04,2024-03-08,both,arrivals,,60,
2024-03-06,2024-03-06,near,arrivals,25,,
2024-03-07,2024-03-09,near,arrivals,60,,
2024-03-10,2024-03-10,near,arrivals,5,,
2024-03-11,2024-03-12,near,arrivals,9,,
2024-03-13,2024-03-13,near,arrivals,4,,
2024-03-10,2024-03-13,far,arrivals,2,,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the case, which is the working folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(TEMPLATE / "scenario.yaml", tmp_path)
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "counts.csv").write_text(COUNTS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def spans(folder: Path) -> Scenario:
    """The case."""
    return load_scenario(folder / "case.yaml")


def test_what_was_seen_is_added_up_from_counts_that_follow_each_other(spans: Scenario) -> None:
    values = {each.id: each.observed for each in spans.expected}
    assert values == {"begin": 30 / 3, "later": (5 + 9 + 4) / 4, "all": (5 + 9 + 4 + 2) / 4}


def test_days_that_counts_do_not_make_up_are_refused(folder: Path) -> None:
    text = CASE.replace("to: 2024-03-03", "to: 2024-03-02")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="spans that whole counts make up"):
        load_scenario(folder / "case.yaml")


def test_patterns_of_a_case_without_closures_are_what_was_seen(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["patterns", "case.yaml", "--states", "3", "--out", "page.md"]) == 0
    printed = capsys.readouterr().out
    assert "What was seen" in printed
    assert "switched off" not in printed
    page = (folder / "page.md").read_text(encoding="utf-8")
    assert "| later | Days of three counts | 4.5 |" in page
    assert "switched off" not in page
    (folder / "case.yaml").write_text(CASE.split("observed:", maxsplit=1)[0], encoding="utf-8")
    assert run_command(["patterns", "case.yaml", "--states", "3"]) == 2
    assert "observed.patterns" in capsys.readouterr().err


def test_they_are_calibrated_and_forecast(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = "calibrate case.yaml --until 2024-03-08 --runs 100 --workers 1 --out fitted"
    assert run_command(command.split()) == 0
    printed = capsys.readouterr().out
    assert "CRPS over 1 crossing-days, in sample" in printed
    command = "hindcast case.yaml --fit-until 2024-03-08 --posterior fitted --samples 10"
    assert run_command([*command.split(), "--no-charts", "--out", "scored"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Left out: 1 that began by 2024-03-08 and ended later" in printed
    scores = pl.read_csv(folder / "scored" / "scores.csv").filter(pl.col("group") == "open")
    assert scores.filter(pl.col("score") == "crps")["counts"].unique().to_list() == [4]
    assert "mase" not in scores["score"].to_list()


def test_counts_without_a_single_day_are_called_counts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "counts.csv").write_text(
        COUNTS.replace("2024-03-06,near", "2024-03-07,near").replace(
            "2024-03-07,2024-03-09", "2024-03-08,2024-03-09"
        ),
        "utf-8",
    )
    command = "calibrate case.yaml --until 2024-03-09 --runs 100 --workers 1 --out fitted"
    assert run_command(command.split()) == 0
    assert "CRPS over 3 counts, in sample" in capsys.readouterr().out


def test_posteriors_of_refits_are_beside_the_hindcast(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = "hindcast case.yaml --fit-until 2024-03-09 --refit 100 --samples 10 --no-charts"
    for _ in range(2):
        assert run_command([*command.split(), "--workers", "1", "--out", "scored"]) == 0
    assert (folder / "scored-posteriors" / "posterior-2024-03-09" / "manifest.json").is_file()
    (folder / "other").mkdir()
    (folder / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    capsys.readouterr()
    assert run_command([*command.split(), "--out", "other"]) == 2
    assert "holds no hindcast" in capsys.readouterr().err


def test_a_case_with_one_hypothesis_has_no_signs_that_tell_of_others(spans: Scenario) -> None:
    one = replace(spans, hypotheses={"lets-through": spans.hypotheses["lets-through"]})
    made = hindcast(one, UNTIL, samples=10)
    assert made.hindcast is not None
    assert made.hindcast.signs == []
    assert not any("sign" in section.title for section in made.sections)


def test_a_case_that_draws_nothing_is_not_calibrated(spans: Scenario) -> None:
    bare = replace(
        spans,
        uncertainties=(),
        hypotheses={"lets-through": spans.hypotheses["lets-through"]},
    )
    with pytest.raises(InputError, match="give ranges under 'uncertainties'"):
        calibrate(bare, UNTIL, runs=100)
    with pytest.raises(InputError, match="name a later day, or a table"):
        calibrate(spans, date(2024, 3, 3), runs=100)


def test_a_closure_at_midnight_of_another_time_zone_makes_no_phase_of_a_day() -> None:
    arctic = load_scenario(ROOT / "scenarios" / "arctic-2015-16" / "scenario.yaml")
    days = arctic.world.clock.days
    first, last = (days.index(date(2015, 11, day)) for day in (29, 30))
    path = reference_path(arctic, until=last, seed=1)
    storskog = arctic.world.network.crossing_number["storskog"]
    assert path.accessible[[first, last], storskog].tolist() == [True, False]
