"""Workers: the same answer as one process, in the same order, and a dead worker loses nothing."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from sim import compare, load_scenario
from sim.errors import RajasimError
from sim.policies import Daily, Observation, Once, Order
from sim.scenario.scenario import NamedPolicy, Scenario
from sim.study.execution import run_study
from sim.study.replicates import Task
from tests.golden.record import FILES

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def teaching() -> Scenario:
    return load_scenario(PROJECT / "scenarios" / "teaching" / "two-crossings.yaml")


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_two_workers_write_the_bytes_of_one(teaching: Scenario, tmp_path: Path) -> None:
    for workers in (1, 2):
        compare(teaching, replicates=40, workers=workers, out=tmp_path / str(workers))
    assert files(tmp_path / "1") == files(tmp_path / "2")


def test_the_first_worlds_do_not_depend_on_how_many_follow(teaching: Scenario) -> None:
    task = Task(teaching, ("open", "near-closed"), seed=5)
    few, many = run_study(task, 3), run_study(task, 6)
    for one, other in zip(few, many, strict=False):
        assert (one.policy, one.world) == (other.policy, other.world)
        assert one.indicators.tobytes() == other.indicators.tobytes()
        assert one.values.tobytes() == other.values.tobytes()


def test_progress_ends_at_all_worlds(teaching: Scenario) -> None:
    heard: list[tuple[int, int]] = []
    run_study(Task(teaching, ("open",), seed=1), 5, progress=lambda *step: heard.append(step))
    assert heard[-1] == (5, 5)


@dataclass(frozen=True)
class KillsItsWorker:
    """A policy that kills the process it runs in, once: the mark is a file."""

    mark: str

    type: ClassVar[str] = "kills-its-worker"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, seen: Observation) -> list[Order]:
        if not Path(self.mark).exists():
            Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return []


def with_policy(scenario: Scenario, rule: KillsItsWorker) -> Scenario:
    named = NamedPolicy("deadly", "Deadly", "", "made up", rule)
    return replace(scenario, policies={**scenario.policies, "deadly": named})


def test_a_worker_that_dies_loses_nothing(teaching: Scenario, tmp_path: Path) -> None:
    deadly = with_policy(teaching, KillsItsWorker(str(tmp_path / "mark")))
    runs = run_study(Task(deadly, ("open", "deadly"), seed=1), 40, workers=2)
    calm = run_study(Task(teaching, ("open",), seed=1), 40)
    assert len(runs) == 80
    for one, other in zip((r for r in runs if r.policy == 0), calm, strict=True):
        assert one.indicators.tobytes() == other.indicators.tobytes()


@dataclass(frozen=True)
class AlwaysKills(KillsItsWorker):
    """A policy that kills every process it runs in."""

    def decide(self, seen: Observation) -> list[Order]:
        os.kill(os.getpid(), signal.SIGKILL)
        return []


def test_work_that_always_kills_ends_with_advice(teaching: Scenario) -> None:
    deadly = with_policy(teaching, AlwaysKills(""))
    with pytest.raises(RajasimError, match="run again with --workers 1"):
        run_study(Task(deadly, ("deadly",), seed=1), 80, workers=2)
