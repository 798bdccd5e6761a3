"""Many states of the world, in this process or in workers: the same answer, in the same order.

A batch of states of the world is what a worker is given at a time: about half a second of work in
a small scenario, many minutes in a large one. Where there is a place for partial results
(:mod:`sim.study.partial_results`), what is finished of a batch is kept there every two seconds
(:meth:`Study.in_pieces`) and at its end, and is not run again. A worker that dies takes the rest of
its batch with it; that is run again by a fresh worker, once.
"""

from __future__ import annotations

import signal
import warnings
from collections import Counter, deque
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from sim.errors import WorkersLostError
from sim.study.parcel import Parcel, UnsendableError, pack
from sim.study.partial_results import PartialResults
from sim.study.replication import Replication, Study
from sim.study.workers import Worker, WorkerDiedError, first_to_answer

RUNS_PER_BATCH = 36
ATTEMPTS = 2
Progress: TypeAlias = Callable[[int, int], None]
Finished: TypeAlias = Generator[list[Replication], None, None]
Batches: TypeAlias = dict[int, list[int]]  # numbers of runs that are to be made, by batch


@dataclass
class Count:
    """How many states of the world are done; reports each change.

    Attributes:
        total: how many there are.
        progress: called with (done, total).
        done: how many are done.
    """

    total: int
    progress: Progress | None
    done: int = 0

    def add(self, states: int) -> None:
        """Count some more that are done."""
        self.done += states
        if self.progress is not None:
            self.progress(self.done, self.total)


@dataclass
class _CountOfRuns:
    """How many runs are done; a state of the world counts when all of its runs are.

    Attributes:
        states: counts states of the world.
        runs_of_a_state: how many runs make one.
        done: runs that are done.
    """

    states: Count
    runs_of_a_state: int
    done: int

    def add(self, runs: int = 1) -> None:
        """Count some more that are done."""
        self.done += runs
        if whole := self.done // self.runs_of_a_state - self.states.done:
            self.states.add(whole)


def run_replications(
    study: Study, *, progress: Progress | None = None, partial: PartialResults | None = None
) -> list[Replication]:
    """Every run of every policy, in order of state of the world, replicate and policy.

    A study of a single batch is run in this process, however many workers it may have; and so is
    one that worker processes cannot be given, with a warning that says why.

    Args:
        study: what to run.
        progress: called with (states of the world done, states of the world in all), first with
            those done before.
        partial: where finished runs are kept, and may be from before; nowhere if None.

    Raises:
        WorkersLostError: if some batches killed every worker that took them on, when all others are
            finished; or if no worker lives long enough to finish any, or can take the study on.
        StorageError: if something could not be kept.
    """
    options = study.options
    done = dict(partial.runs) if partial else {}
    batches = _batches(study, done)
    states = Count(options.replicates, progress)
    states.add(len(done) // options.runs_of_a_state)
    count = _CountOfRuns(states, options.runs_of_a_state, len(done))
    is_small = len(batches) <= 1 and not done  # what is left of a larger one may be deadly
    parcel = None if options.workers <= 1 or is_small or not batches else _parcel(study)
    runs = _run_there(study, parcel, batches, count) if parcel else _run_here(study, batches, count)
    with closing(runs):
        for piece in runs:
            if partial is not None:
                partial.keep(piece)
            done |= {run.key: run for run in piece}
    return [done[key] for key in sorted(done)]


def _batches(study: Study, done: Collection[tuple[int, int, int]]) -> Batches:
    """What is left of each batch of whole states of the world that has anything left."""
    of_a_state, replicates = study.options.runs_of_a_state, study.options.replicates
    size = max(1, RUNS_PER_BATCH // of_a_state) * of_a_state
    numbers = (n for n in range(replicates * of_a_state) if study.key_of(n) not in done)
    batches: Batches = {}
    for number in numbers:
        batches.setdefault(number // size, []).append(number)
    return batches


def _parcel(study: Study) -> Parcel | None:
    """What workers are given; None, with a warning, where they could not make it out."""
    try:
        return pack(study)
    except UnsendableError as reason:
        warnings.warn(
            f"running in this process, not in {study.options.workers} workers: {reason}",
            stacklevel=2,
        )
        return None


def _run_here(study: Study, batches: Batches, count: _CountOfRuns) -> Finished:
    for batch in batches.values():
        yield from study.in_pieces(batch, count.add)


def _run_there(study: Study, parcel: Parcel, batches: Batches, count: _CountOfRuns) -> Finished:
    """In worker processes, each at one batch; what has killed a worker comes last."""
    workers = min(study.options.workers, len(batches))
    waiting = deque(batches)
    lost: list[int] = []
    deaths: Counter[int] = Counter()
    status: int | None = None
    idle: list[Worker] = []
    busy: dict[Worker, int] = {}
    answered = False
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                worker = idle.pop() if idle else Worker(parcel)
                busy[worker] = waiting.popleft()
                worker.give(batches[busy[worker]])
            worker = first_to_answer(list(busy))
            number = busy[worker]
            try:
                piece = worker.answer()
            except WorkerDiedError as death:
                status = death.status
                del busy[worker]
                worker.end()
                deaths[number] += 1
                (waiting if deaths[number] < ATTEMPTS else lost).append(number)
                if not answered and deaths.total() == ATTEMPTS * workers:
                    lost += [*waiting, *busy.values()]  # none of them lives long enough
                    break
                continue
            answered = True
            if piece is None:
                idle.append(worker)
                del busy[worker]
                continue
            batches[number] = batches[number][len(piece) :]
            count.add(len(piece))
            yield piece
    finally:
        for worker in (*idle, *busy):
            worker.end()
    if lost:
        of_a_state = study.options.runs_of_a_state
        raise _lost_batches([[n // of_a_state for n in batches[k]] for k in lost], status)


def _lost_batches(states: Sequence[Sequence[int]], status: int | None) -> WorkersLostError:
    first, *others = sorted(states, key=min)
    more = f", and {len(others)} more batches" if others else ""
    how, advice = _cause(status)
    return WorkersLostError(
        f"worker processes died {ATTEMPTS} times over states of the world {first[0]} to "
        f"{first[-1]}{more} ({how}); run again with --workers 1{advice}"
    )


def _cause(status: int | None) -> tuple[str, str]:
    """What ended a process, and what else there is to do."""
    if status is None or status in (-signal.SIGABRT, -getattr(signal, "SIGKILL", 9)):
        return "killed, as happens where memory is short", ", or with more memory"
    if status < 0:
        return f"ended by signal {-status}", ""
    return f"ended with status {status}; what they wrote says why", ""
