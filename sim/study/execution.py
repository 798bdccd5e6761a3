"""Many states of the world, in this process or in workers: the same answer, in the same order.

A batch of states of the world is one piece of work of about half a second. Where there is a place
for unfinished work (:mod:`sim.study.partial_results`), a batch is kept there as soon as it ends,
and is not run again. A worker that dies takes its batch with it; the batch is run again by a fresh
worker, once.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing

from sim.errors import WorkersLostError
from sim.study.partial_results import PartialResults
from sim.study.replication import Replication, Study
from sim.study.workers import Worker, WorkerDiedError, first_to_answer

RUNS_PER_BATCH = 36
ATTEMPTS = 2
Progress = Callable[[int, int], None]
Finished = Generator[tuple[int, list[Replication]], None, None]


def run_study(
    study: Study,
    replicates: int,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    partial: PartialResults | None = None,
) -> list[Replication]:
    """Every policy in states of the world 0 to ``replicates - 1``, in order of state and policy.

    Args:
        study: what to run.
        replicates: number of states of the world.
        workers: processes; 1 runs everything here, as a study of a single batch is run anyway.
        progress: called with (states of the world done, states of the world in all), first with
            those done before.
        partial: where finished batches are kept, and may lie from before; nowhere if None.

    Raises:
        WorkersLostError: if some batches killed every worker that took them on, when all others are
            finished; or if no worker lives long enough to finish any.
        StorageError: if a batch could not be kept.
    """
    batches = _batches(replicates, len(study.policies))
    done: dict[int, list[Replication]] = {}
    for number, batch in enumerate(batches):
        if partial is not None and (runs := partial.take(batch)) is not None:
            done[number] = runs
    left = {number: batch for number, batch in enumerate(batches) if number not in done}
    count = sum(len(batches[number]) for number in done)
    note = progress or (lambda done, total: None)

    def tell(states: int) -> None:
        nonlocal count
        count += states
        note(count, replicates)

    tell(0)
    here = workers <= 1 or len(batches) == 1
    run = _run_here(study, left, tell) if here else _run_there(study, left, workers, tell)
    with closing(run):
        for number, result in run:
            if partial is not None:
                partial.keep(batches[number], result)
            done[number] = result
    return [each for number in sorted(done) for each in done[number]]


def _batches(replicates: int, policies: int) -> list[range]:
    size = max(1, RUNS_PER_BATCH // policies)
    return [range(k, min(k + size, replicates)) for k in range(0, replicates, size)]


def _run_here(study: Study, left: Mapping[int, range], tell: Callable[[int], None]) -> Finished:
    for number, batch in left.items():
        result: list[Replication] = []
        for state in batch:
            result += study.run_states([state])
            tell(1)
        yield number, result


def _run_there(
    study: Study, left: Mapping[int, range], workers: int, tell: Callable[[int], None]
) -> Finished:
    """In worker processes, each at one batch; what has killed a worker comes last."""
    workers = min(workers, len(left))
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
            tell(len(left[number]))
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
