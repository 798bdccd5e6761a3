"""Workers that die: what they were at is run again; what always kills them fails alone."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from sim import compare, load_scenario
from sim.errors import WorkersLostError
from sim.policies import Daily, Observation, Once, Order
from sim.policies.timed import Open
from sim.randomness import POLICY, name_key, replicate_key, uniform
from sim.scenario.records import NamedPolicy
from sim.scenario.scenario import Scenario
from sim.storage.locks import exclusive_lock
from sim.study.execution import Crew, complete, run_replications
from sim.study.options import StudyOptions
from sim.study.parcel import pack, run_parcel
from sim.study.partial_results import PartialResults
from sim.study.replication import Study
from sim.study.surroundings import DifferentSurroundingsError
from sim.study.workers import Worker, WorkerDiedError, WorkerPool, may_fork
from tests.effort import PATIENCE_S
from tests.fault_tolerance.command import ROOT, kept, states_of
from tests.study.test_execution import content

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
SEED, STATES = 1, 80


@pytest.fixture(scope="module")
def teaching() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "teaching" / "two-crossings.yaml")


def environment_of(state: int) -> float:
    key = np.uint64(replicate_key(SEED, state))
    return float(uniform(key, POLICY, np.uint64(name_key("death")), 0))


@dataclass(frozen=True)
class KillsItsWorker:
    """A policy that kills the process it runs in: in one state always, in another once."""

    always: float
    once: float
    mark: str

    type: ClassVar[str] = "kills-its-worker"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        draw = observation.uniform("death")
        mark = Path(self.mark)
        if draw == self.always or (draw == self.once and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return []


@dataclass(frozen=True)
class AlwaysKills(KillsItsWorker):
    """A policy that kills every process it runs in."""

    def decide(self, observation: Observation) -> list[Order]:
        os.kill(os.getpid(), signal.SIGKILL)
        return []


def deadly(scenario: Scenario, rule: KillsItsWorker) -> Scenario:
    named = NamedPolicy("deadly", "Deadly", "", "made up", rule)
    return replace(scenario, policies={"deadly": named}, reference="deadly")


@pytest.mark.slow
def test_a_run_that_always_kills_fails_alone_and_one_that_did_once_is_made_again(
    teaching: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.execution.may_fork", lambda **_: True)
    rule = KillsItsWorker(environment_of(40), environment_of(3), str(tmp_path / "mark"))

    def run() -> None:
        scenario = deadly(teaching, rule)
        compare(scenario, replicates=STATES, seed=SEED, workers=2, out=tmp_path / "out")

    alone = (
        r"worker processes died 2 times over state of the world 40 \(killed, as happens where "
        r"memory is short\); run again with --workers 1, or with more memory; 79 of 80 states of "
        "the world are finished and kept"
    )
    with pytest.raises(WorkersLostError, match=alone):
        run()
    assert (tmp_path / "mark").exists()
    assert states_of(kept(tmp_path)) == [*range(40), *range(41, 80)]
    with pytest.raises(WorkersLostError, match="over state of the world 40"):
        run()  # the one run that is left kills a worker, and not this process


def test_work_that_kills_every_worker_ends_soon(
    teaching: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.execution.may_fork", lambda **_: True)
    monkeypatch.setattr("sim.study.execution.ATTEMPTS", 1)
    everywhere = deadly(teaching, AlwaysKills(0.0, 0.0, ""))
    options = StudyOptions(everywhere, ("deadly",), SEED, replicates=10 * STATES, workers=2)
    with pytest.raises(WorkersLostError, match=r"0, 1, 2, 3, 4 and 795 more .* with --workers 1"):
        run_replications(Study(options))


def test_workers_hold_nothing_of_a_parent_that_is_killed(tmp_path: Path) -> None:
    """A forked worker has the parent's lock until it lets go of it."""
    with exclusive_lock(tmp_path / "out"):
        worker = Worker(forked=True)
        assert worker.call(os.getpid) != os.getpid()
    with exclusive_lock(tmp_path / "out"):
        assert worker.call(len, [1, 2]) == 2
    worker.end()


def test_what_is_raised_in_a_worker_is_raised_here_and_it_goes_on() -> None:
    with WorkerPool(1, forked=False) as pool:
        with pytest.raises(ValueError, match="invalid literal"):
            pool.submit(int, "x").result(PATIENCE_S)
        assert pool.submit(int, "3").result(PATIENCE_S) == 3


def test_no_fork_where_other_threads_are_at_work() -> None:
    release = threading.Event()
    waiting = threading.Thread(target=release.wait, daemon=True)
    waiting.start()
    assert not may_fork(foreign=False)
    release.set()
    waiting.join()


def test_a_study_that_workers_cannot_make_out_is_told(
    teaching: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = pack(Study(StudyOptions(teaching, ("open",), SEED)))
    elsewhere = (*parcel.surroundings[:-1], ("numba", "0.0"))
    with monkeypatch.context() as patch:
        patch.setattr("sim.study.parcel.surroundings", lambda: elsewhere)
        with pytest.raises(DifferentSurroundingsError, match=r"a worker has numba 0\.0 instead of"):
            run_parcel(parcel._replace(digest="not open yet"), [0])
    with pytest.raises(WorkersLostError, match="cannot take the study on"):
        run_parcel(parcel._replace(study=b"", digest="empty"), [0])


class DeadAtOnce(Executor):
    """Every worker is dead before anybody asks what became of its work."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(WorkerDiedError(1))
        return future


def test_workers_that_die_at_the_same_moment_are_told_of(
    teaching: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found dead beside the last that was waited for ended the command with a KeyError."""
    monkeypatch.setattr("sim.study.execution.ATTEMPTS", 1)
    options = StudyOptions(teaching, ("open",), SEED, replicates=STATES, workers=2)
    crew = Crew(DeadAtOnce(), 2, deaths=(WorkerDiedError,))
    with pytest.raises(WorkersLostError, match="worker processes died"):
        run_replications(Study(options), crew=crew)


def test_any_executor_makes_the_same_runs(teaching: Scenario) -> None:
    options = StudyOptions(teaching, ("open", "near-closed"), SEED, replicates=20)
    here = run_replications(Study(options))
    with ThreadPoolExecutor(2) as executor:
        there = run_replications(Study(options), crew=Crew(executor, 2))
    assert list(map(content, there)) == list(map(content, here))


def test_a_batch_comes_back_as_it_was_kept(teaching: Scenario, tmp_path: Path) -> None:
    options = StudyOptions(teaching, ("open", "near-closed"), SEED, replicates=40)
    partial = PartialResults(tmp_path / "out", "id")
    complete(Study(options), partial)
    again = PartialResults(tmp_path / "out", "id", runs_of_a_state=2)
    assert (again.states, again.damaged) == (40, 0)
    complete(Study(replace(options, policies=("open", "none"))), again)
    back = [run for chunk in again.in_order() for run in chunk]
    assert list(map(content, back)) == list(map(content, run_replications(Study(options))))


def test_batches_of_another_study_are_not_taken(teaching: Scenario, tmp_path: Path) -> None:
    study = Study(StudyOptions(teaching, ("open",), SEED, replicates=3))
    earlier = PartialResults(tmp_path / "out", "id")
    complete(study, earlier)
    earlier.place.rename(PartialResults(tmp_path / "out", "another").place)
    other = PartialResults(tmp_path / "out", "another")
    assert (other.states, len(other)) == (0, 0)
    assert list(other.place.iterdir()) == []


def test_a_policy_changed_in_python_is_another_study(
    teaching: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scenario's digest does not know of it."""

    def interrupt(done: int, total: int) -> None:
        if done == 60:
            raise KeyboardInterrupt

    monkeypatch.setattr("sim.study.replication.PIECE_S", PATIENCE_S)
    with pytest.raises(KeyboardInterrupt, match="36 of 80"):
        compare(
            teaching, ["near-closed"], replicates=STATES, out=tmp_path / "out", progress=interrupt
        )
    opened = {
        **teaching.policies,
        "near-closed": replace(teaching.policies["near-closed"], rule=Open()),
    }
    reported: list[str] = []
    changed = replace(teaching, policies=opened)
    options: dict[str, Any] = {"replicates": STATES, "notice": reported.append}
    result = compare(changed, ["near-closed"], out=tmp_path / "out", **options)
    assert reported == []
    clean = compare(changed, ["near-closed"], out=tmp_path / "clean", **options)
    assert result.results.indicators.equals(clean.results.indicators)
