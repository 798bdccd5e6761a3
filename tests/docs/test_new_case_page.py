"""The page on a new case: all of it runs, and finds the values that its counts were made with."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sim import load_scenario
from sim.outcomes.series import daily_series
from sim.results.posterior_folder import read_posterior
from sim.scenario.scenario import Scenario
from sim.study.options import study_options
from sim.study.replication import Study
from sim.study.states import state_of
from tests.docs.pages import BLOCK, run_page
from tests.docs.test_how_to import HOW_TO

PAGE = HOW_TO / "new-case.md"
TRUTH = {
    "demand_factor": 1.5,
    "crossings.south.known": 0.3,
    "station_constant": -3.0,
    "hypotheses.checks.leakage": 0.5,
    "demand_drift_per_d": 0.0,
}
SEED = 79
FIT_UNTIL = date(2024, 3, 11)


def published() -> list[dict[str, str]]:
    """The rows of the page's table."""
    (text,) = (m["text"] for m in BLOCK.finditer(PAGE.read_text("utf-8")) if m["kind"] == "csv")
    return list(csv.DictReader(io.StringIO(text)))


def true_arrivals(scenario: Scenario, seed: int) -> dict[str, list[int]]:
    """Arrivals by day of one run of the truth, by crossing."""
    study = Study(study_options(scenario, [scenario.reference], seed=seed, replicates=1))
    state = state_of(scenario, 0, TRUTH, hypothesis="lets-through", response="")
    daily = daily_series(study.record(0, study.model(0, state).run()))[0]
    network = scenario.world.network
    return {each.id: daily[:, network.number[each.id]].tolist() for each in network.crossings}


@pytest.mark.slow
def test_the_page_finds_the_truth_that_its_counts_were_made_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run_page(PAGE, capsys)
    assert done.failed == []
    assert len(done.commands) == 7
    posterior = read_posterior("fitted")
    assert posterior.manifest["until"] == FIT_UNTIL.isoformat()
    assert posterior.manifest["verdict"]["reproduces"] is True
    for name, column in zip(posterior.parameters, posterior.values.T, strict=True):
        ordered = sorted(column.tolist())  # of 50 particles, two in twenty are outside
        assert ordered[2] < TRUTH[name] < ordered[-3], name
    skill = pl.read_csv("scored/skill.csv")
    assert skill["counts"].to_list() == [7] * len(skill)
    assert skill.filter(pl.col("baseline").str.starts_with("B0"))["skill"].item() > 0.5
    fitted, prior = (
        pl.read_csv(f"{folder}/scores.csv").filter(
            (pl.col("forecast") == "model")
            & (pl.col("group") == "open")
            & (pl.col("score") == "crps")
        )["value"]
        for folder in ("scored", "scored-prior")
    )
    assert fitted.item() < prior.item()


def test_the_counts_of_the_page_are_of_the_size_that_the_model_has_at_the_truth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are those of seed 79; other numbers after a change of results are no fault."""
    monkeypatch.chdir(tmp_path)
    for block in BLOCK.finditer(PAGE.read_text("utf-8")):
        if block["title"]:
            Path(block["title"]).write_text(block["text"], encoding="utf-8")
    Path("observed.csv").write_text("period_start,period_end,place,series,count\n", "utf-8")
    scenario = load_scenario("counted.yaml", assignments=["observed.patterns={}"])
    runs = [true_arrivals(scenario, SEED + k) for k in range(8)]
    for place in ("north", "south"):
        counted = sum(int(row[f"{place.title()} post"]) for row in published())
        sums = [sum(run[place]) for run in runs]
        assert min(sums) / 1.5 < counted < 1.5 * max(sums), place


def test_the_page_names_pages_that_there_are() -> None:
    for target in re.findall(r"\]\(([^)#]+\.md)\)", PAGE.read_text("utf-8")):
        assert (PAGE.parent / target).is_file(), target
