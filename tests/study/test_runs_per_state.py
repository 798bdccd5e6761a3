"""Runs within states of the world: what is unknown and chance are drawn and reckoned apart."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim import compare, load_scenario, start_model
from sim.randomness import replicate_key, state_key
from sim.results.tables import TABLES
from sim.results.tables.variance_table import split_variance
from sim.scenario import TEMPLATE
from sim.scenario.scenario import Scenario
from sim.study.options import StudyOptions, study_options
from sim.study.partial_results import PartialResults
from sim.study.replication import Study
from tests.study.test_execution import content

POLICIES = ("open", "near-closed")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(TEMPLATE / "scenario.yaml")


@pytest.fixture(scope="module")
def folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "out"
    compare(scenario, POLICIES, replicates=4, runs_per_state=3, out=out)
    return out


def stored(folder: Path, name: str) -> pl.DataFrame:
    file = folder / TABLES[name].file
    return pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file)


def test_no_run_has_the_key_of_a_state_of_the_world() -> None:
    runs = {replicate_key(seed, k, r) for seed in range(20) for k in range(200) for r in range(5)}
    states = {state_key(seed, k) for seed in range(20) for k in range(200)}
    assert len(runs) == 20 * 200 * 5
    assert len(states) == 20 * 200
    assert runs.isdisjoint(states)


def test_runs_of_a_state_share_what_is_unknown_and_nothing_else(scenario: Scenario) -> None:
    one, other = (start_model(scenario, "open", state=3, replicate=r) for r in (0, 1))
    assert one.parameters == other.parameters
    assert one.key != other.key


def test_policies_share_the_random_numbers_of_a_run(scenario: Scenario) -> None:
    study = Study(StudyOptions(scenario, POLICIES, seed=5, runs_per_state=2))
    state = study.state(1)
    keys = [[int(study.model(p, state, r).key) for p in (0, 1)] for r in (0, 1)]
    assert keys[0][0] == keys[0][1]
    assert keys[1][0] == keys[1][1]
    assert keys[0][0] != keys[1][0]


def test_more_runs_leave_the_first_as_they_were(scenario: Scenario) -> None:
    one, three = (
        Study(StudyOptions(scenario, POLICIES, seed=5, runs_per_state=n)).run_states([0, 1])
        for n in (1, 3)
    )
    first = [run for run in three if run.replicate == 0]
    assert [content(run) for run in one] == [content(run) for run in first]
    assert {run.replicate for run in three} == {0, 1, 2}


@pytest.mark.parametrize(
    "name", [n for n, t in TABLES.items() if t.of_run is not None and n != "daily"]
)
def test_every_table_of_runs_numbers_them(folder: Path, name: str) -> None:
    rows = stored(folder, name)
    if not rows.is_empty():
        assert {*rows["replicate"]} == {0, 1, 2}


def test_the_manifest_says_how_many(folder: Path) -> None:
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["rajasim"]
    assert record["replicates"] == 4
    assert record["runs_per_state"] == 3


def test_two_runs_where_policies_are_compared_in_states_that_differ(scenario: Scenario) -> None:
    def runs(policies: tuple[str, ...], **options: object) -> int:
        return study_options(scenario, policies, **options).runs_per_state  # type: ignore[arg-type]

    assert runs(POLICIES) == 2
    assert runs(("open",)) == 1
    assert runs(POLICIES, replicates=1) == 1
    assert runs(POLICIES, runs_per_state=5) == 5
    alike = {"central": True, "hypothesis": next(iter(scenario.hypotheses)), "response": None}
    if not scenario.responses:
        assert runs(POLICIES, **alike) == 1


def test_the_file_says_how_many_unless_asked(tmp_path: Path) -> None:
    scenario = load_scenario(TEMPLATE / "scenario.yaml", assignments=["runs.runs_per_state=4"])
    assert study_options(scenario, ["open"]).runs_per_state == 4
    assert study_options(scenario, ["open"], runs_per_state=2).runs_per_state == 2


def test_the_number_of_runs_is_part_of_the_run_id(scenario: Scenario) -> None:
    assert len({StudyOptions(scenario, POLICIES, 1, runs_per_state=n).run_id for n in (1, 2)}) == 2


def test_partial_results_keep_the_number_of_a_run(scenario: Scenario, tmp_path: Path) -> None:
    study = Study(StudyOptions(scenario, POLICIES, seed=5, runs_per_state=2))
    runs = study.run_states(range(2))
    PartialResults(tmp_path / "out", "id").keep(runs[:3])
    PartialResults(tmp_path / "out", "id").keep(runs[3:])
    again = PartialResults(tmp_path / "out", "id", runs_of_a_state=4)
    back = [run for chunk in again.in_order(most_bytes=1) for run in chunk]
    assert again.states == 2
    assert [(run.state, run.replicate, run.policy) for run in back] == [
        (state, replicate, policy) for state in (0, 1) for replicate in (0, 1) for policy in (0, 1)
    ]
    assert [content(run) for run in back] == [content(run) for run in runs]


def test_variance_is_split_as_one_way_random_effects_do() -> None:
    """Groups (1, 3) and (5, 7): mean squares 16 between and 2 within, so 7 and 2."""
    split = split_variance([[1.0, 3.0], [5.0, 7.0]])
    assert split is not None
    assert (split.mean, split.within, split.between) == (4.0, 2.0, 7.0)
    assert (split.states, split.runs) == (2, 2.0)


def test_variance_of_a_known_mixture_is_found() -> None:
    rng = np.random.default_rng(1)
    states = rng.normal(0.0, 3.0, (4000, 1))
    split = split_variance((states + rng.normal(0.0, 2.0, (4000, 3))).tolist())
    assert split is not None
    assert math.isclose(split.between or 0.0, 9.0, rel_tol=0.1)
    assert math.isclose(split.within or 0.0, 4.0, rel_tol=0.1)


def test_unequal_groups_are_weighed_by_their_size() -> None:
    """With every group mean the same there is nothing between states, however large they are."""
    split = split_variance([[1.0, 3.0], [2.0], [0.0, 2.0, 4.0]])
    assert split is not None
    assert split.between == 0.0
    assert split.within == pytest.approx((2.0 + 0.0 + 8.0) / 3.0)


def test_one_run_a_state_cannot_tell_chance_from_what_is_unknown() -> None:
    split = split_variance([[1.0], [4.0]])
    assert split is not None
    assert (split.between, split.within) == (None, None)
    assert split_variance([]) is None


def test_results_hold_the_split_of_values_and_differences(folder: Path) -> None:
    rows = stored(folder, "variance")
    arrivals = rows.filter(indicator="O1")
    assert arrivals["quantity"].to_list() == ["value", "difference", "value"]
    assert {*arrivals["states"]} == {4}
    assert {*arrivals["runs"]} == {3.0}
    values = stored(folder, "indicators").filter(policy="open", indicator="O1")
    within = values.group_by("state_of_world").agg(pl.col("value").var())["value"].mean()
    (mine,) = arrivals.filter(policy="open", quantity="value")["within"]
    assert mine == pytest.approx(within)
