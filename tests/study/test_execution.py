"""Workers: the same answer as one process, in the same order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim import compare, load_scenario
from sim.scenario.scenario import Scenario
from sim.study.execution import run_replications
from sim.study.options import StudyOptions
from sim.study.replication import Replication, Study
from tests.effort import effort
from tests.golden.record import FILES

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def teaching() -> Scenario:
    return load_scenario(PROJECT / "scenarios" / "teaching" / "two-crossings.yaml")


def content(run: Replication) -> object:
    rows = {
        (table, column): (values.dtype, values.tobytes())
        for table, columns in run.rows.items()
        for column, values in columns.items()
    }
    return run.policy, run.state, run.replicate, rows


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.mark.slow
def test_any_number_of_workers_writes_the_bytes_of_one(teaching: Scenario, tmp_path: Path) -> None:
    """More runs than are made at a time, so that four workers have something to do."""
    for workers in (1, 2, 4):
        states = effort(24, 60)
        compare(teaching, replicates=states, workers=workers, out=tmp_path / str(workers))
    assert files(tmp_path / "2") == files(tmp_path / "1")
    assert files(tmp_path / "4") == files(tmp_path / "1")


def test_states_of_the_world_give_the_same_in_any_order(teaching: Scenario) -> None:
    study = Study(StudyOptions(teaching, ("open", "near-closed"), seed=5))
    straight = {(run.policy, run.state): run for run in study.run_states(range(6))}
    for other in study.run_states([4, 1, 5, 0, 3, 2]):
        one = straight[other.policy, other.state]
        assert content(one) == content(other)


def test_the_first_states_of_the_world_do_not_depend_on_how_many_follow(teaching: Scenario) -> None:
    options = StudyOptions(teaching, ("open", "near-closed"), seed=5)
    few, many = (run_replications(Study(replace(options, replicates=n))) for n in (3, 6))
    for one, other in zip(few, many, strict=False):
        assert content(one) == content(other)


def test_an_interrupt_keeps_the_runs_of_a_state_that_are_finished(
    teaching: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One state of the world of many long runs may take an hour."""
    made: list[object] = []
    whole = Study.run_one

    def interrupted(study: Study, *arguments: Any) -> Replication:
        if len(made) == 5:
            raise KeyboardInterrupt
        made.append(arguments)
        return whole(study, *arguments)

    options: dict[str, Any] = {"replicates": 2, "runs_per_state": 2, "out": tmp_path / "out"}
    with monkeypatch.context() as patch:
        patch.setattr("sim.study.replication.PIECE_S", 0.0)
        patch.setattr("sim.study.run.compile_engine", lambda **_: None)
        patch.setattr(Study, "run_one", interrupted)
        with pytest.raises(
            KeyboardInterrupt, match="1 of 2 states of the world and 1 run of others"
        ):
            compare(teaching, ["open", "near-closed"], **options)
    said: list[str] = []
    steps: list[tuple[int, int]] = []
    compare(
        teaching,
        ["open", "near-closed"],
        notice=said.append,
        progress=lambda *step: steps.append(step),
        **options,
    )
    assert said == ["resuming: 1 of 2 states of the world and 1 run of others are finished"]
    assert steps == [(1, 2), (2, 2)]
    compare(teaching, ["open", "near-closed"], **{**options, "out": tmp_path / "clean"})
    assert files(tmp_path / "out") == files(tmp_path / "clean")


def test_progress_ends_at_all_states(teaching: Scenario) -> None:
    heard: list[tuple[int, int]] = []
    study = Study(StudyOptions(teaching, ("open",), seed=1, replicates=5))
    run_replications(study, progress=lambda *step: heard.append(step))
    assert heard[-1] == (5, 5)
