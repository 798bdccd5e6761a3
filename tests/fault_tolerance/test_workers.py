"""Workers that die: what they were at is run again; what always kills them fails alone."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, cast

import numpy as np
import pytest

from sim import compare, load_scenario
from sim.errors import WorkersLostError
from sim.policies import Daily, Observation, Once, Order
from sim.policies.timed import Open
from sim.randomness import POLICY, name_key, replicate_key, uniform
from sim.scenario.records import NamedPolicy
from sim.scenario.scenario import Scenario
from sim.study.execution import run_replications
from sim.study.options import StudyOptions
from sim.study.parcel import pack
from sim.study.partial_results import PartialResults
from sim.study.replication import Study
from sim.study.workers import _serve
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
def test_a_batch_that_always_kills_fails_alone_and_one_that_did_once_is_run_again(
    teaching: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = KillsItsWorker(environment_of(40), environment_of(3), str(tmp_path / "mark"))

    def run() -> None:
        scenario = deadly(teaching, rule)
        compare(scenario, replicates=STATES, seed=SEED, workers=2, out=tmp_path / "out")

    with pytest.raises(WorkersLostError) as reported:
        run()
    told = re.fullmatch(
        r"worker processes died 2 times over states of the world (\d+) to 71 \(killed, as happens "
        r"where memory is short\); run again with --workers 1, or with more memory; (\d+) of 80 "
        "states of the world are finished and kept",
        str(reported.value),
    )
    assert told, reported.value
    first = int(told[1])  # on a slow machine, what came before the deadly one is kept
    assert 36 <= first <= 40
    assert int(told[2]) == 80 - (72 - first)
    assert (tmp_path / "mark").exists()
    assert states_of(kept(tmp_path)) == [*range(first), *range(72, 80)]
    monkeypatch.setattr("sim.study.execution.ATTEMPTS", 1)
    with pytest.raises(WorkersLostError, match=r"states of the world \d+ to 71"):
        run()  # the one batch that is left kills a worker, and not this process


def test_work_that_kills_every_worker_ends_soon(
    teaching: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.execution.ATTEMPTS", 1)
    everywhere = deadly(teaching, AlwaysKills(0.0, 0.0, ""))
    options = StudyOptions(everywhere, ("deadly",), SEED, replicates=10 * STATES, workers=2)
    with pytest.raises(WorkersLostError, match="run again with --workers 1"):
        run_replications(Study(options))


class Line:
    """A worker's line to a parent that gives it work and then is gone."""

    def __init__(self, *given: list[int]) -> None:
        self.given = list(given)
        self.sent: list[object] = []

    def recv(self) -> list[int]:
        if not self.given:
            raise EOFError
        return self.given.pop(0)

    def send(self, answer: object) -> None:
        self.sent.append(answer)


def test_a_fault_in_a_worker_is_sent_to_its_parent(
    teaching: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.workers.signal.signal", lambda *_: None)
    monkeypatch.setattr("sim.study.parcel.load_again", lambda _: None)
    line = Line([0], [1])
    faulty = Study(StudyOptions(teaching, ("open",), SEED, hypothesis="nobody's"))
    _serve(cast("Any", line), pack(faulty))
    assert [type(each) for each in line.sent] == [KeyError, KeyError]


def test_a_batch_comes_back_as_it_was_kept(teaching: Scenario, tmp_path: Path) -> None:
    options = StudyOptions(teaching, ("open", "near-closed"), SEED, replicates=40)
    partial = PartialResults(tmp_path / "out", "id")
    runs = run_replications(Study(options), partial=partial)
    again = PartialResults(tmp_path / "out", "id", runs_of_a_state=2)
    assert (again.states, again.damaged) == (40, 0)
    back = run_replications(Study(replace(options, policies=("open", "none"))), partial=again)
    assert len(back) == len(runs) == 80
    assert list(map(content, back)) == list(map(content, runs))


def test_batches_of_another_study_are_not_taken(teaching: Scenario, tmp_path: Path) -> None:
    study = Study(StudyOptions(teaching, ("open",), SEED, replicates=3))
    earlier = PartialResults(tmp_path / "out", "id")
    run_replications(study, partial=earlier)
    earlier.place.rename(PartialResults(tmp_path / "out", "another").place)
    other = PartialResults(tmp_path / "out", "another")
    assert other.states == 0
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
