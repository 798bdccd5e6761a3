"""Many states of the world, in this process or in workers: the same answer, in the same order.

A batch of states of the world is one piece of work of about half a second. Where there is a place
for partial results (:mod:`sim.study.partial_results`), a batch is kept there as soon as it ends,
and is not run again. A worker that dies takes its batch with it; the batch is run again by a fresh
worker, once.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import starmap
from typing import TypeAlias

from sim.errors import WorkersLostError
from sim.study.partial_results import PartialResults
from sim.study.replication import Replication, Study
from sim.study.workers import Worker, WorkerDiedError, first_to_answer

RUNS_PER_BATCH = 36
ATTEMPTS = 2
Progress: TypeAlias = Callable[[int, int], None]
Finished: TypeAlias = Generator[tuple[int, list[Replication]], None, None]


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


def run_replications(
    study: Study, *, progress: Progress | None = None, partial: PartialResults | None = None
) -> list[Replication]:
    """Every run of every policy, in order of state of the world, replicate and policy.

    A study of a single batch is run in this process, however many workers it may have.

    Args:
        study: what to run.
        progress: called with (states of the world done, states of the world in all), first with
            those done before.
        partial: where finished batches are kept, and may be from before; nowhere if None.

    Raises:
        WorkersLostError: if some batches killed every worker that took them on, when all others are
            finished; or if no worker lives long enough to finish any.
        StorageError: if a batch could not be kept.
    """
    options = study.options
    batches = dict(enumerate(_batches(options.replicates, options.runs_of_a_state)))
    kept = {number: partial.take(batch) for number, batch in batches.items()} if partial else {}
    done = {number: runs for number, runs in kept.items() if runs is not None}
    left = {number: batch for number, batch in batches.items() if number not in done}
    count = Count(options.replicates, progress)
    count.add(sum(len(batches[number]) for number in done))
    here = options.workers <= 1 or len(batches) == 1
    with closing(_run_here(study, left, count) if here else _run_there(study, left, count)) as runs:
        for number, result in runs:
            if partial is not None:
                partial.keep(batches[number], result)
            done[number] = result
    return [run for number in sorted(done) for run in done[number]]


def _batches(states: int, runs_of_a_state: int) -> list[range]:
    size = max(1, RUNS_PER_BATCH // runs_of_a_state)
    return [range(k, min(k + size, states)) for k in range(0, states, size)]


def _run_here(study: Study, left: Mapping[int, range], count: Count) -> Finished:
    for number, batch in left.items():
        result: list[Replication] = []
        for state in batch:
            result += starmap(study.run_one, study.runs_in(state))
            count.add(1)
        yield number, result


def _run_there(study: Study, left: Mapping[int, range], count: Count) -> Finished:
    """In worker processes, each at one batch; what has killed a worker comes last."""
    workers = min(study.options.workers, len(left))
    waiting = deque(left)
    lost: list[int] = []
    deaths: Counter[int] = Counter()
    idle: list[Worker] = []
    busy: dict[Worker, int] = {}
    answered = False
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                worker = idle.pop() if idle else Worker(study)
                busy[worker] = waiting.popleft()
                worker.give(left[busy[worker]])
            worker = first_to_answer(list(busy))
            number = busy.pop(worker)
            try:
                result = worker.answer()
            except WorkerDiedError:
                worker.end()
                deaths[number] += 1
                (waiting if deaths[number] < ATTEMPTS else lost).append(number)
                if not answered and deaths.total() == ATTEMPTS * workers:
                    lost += [*waiting, *busy.values()]  # none of them lives long enough
                    break
                continue
            answered = True
            idle.append(worker)
            count.add(len(left[number]))
            yield number, result
    finally:
        for worker in (*idle, *busy):
            worker.end()
    if lost:
        raise _lost_batches([left[number] for number in lost])


def _lost_batches(batches: Sequence[range]) -> WorkersLostError:
    first, *others = sorted(batches, key=min)
    more = f", and {len(others)} more batches" if others else ""
    return WorkersLostError(
        f"worker processes died {ATTEMPTS} times over states of the world {first[0]} to "
        f"{first[-1]}{more}; run again with --workers 1, or with more memory"
    )
