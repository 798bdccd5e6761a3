"""Many worlds, in this process or in workers: the same answer, in the same order.

A batch of worlds is one task of about half a second. A worker that dies takes its batch with it;
the batch is run again in a fresh pool, once.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from sim.errors import RajasimError
from sim.study.replicates import Replicate, Task

RUNS_PER_BATCH = 36
ATTEMPTS = 2
Progress = Callable[[int, int], None]

_task: Task | None = None


def run_study(
    task: Task, replicates: int, *, workers: int = 1, progress: Progress | None = None
) -> list[Replicate]:
    """Every policy in worlds 0 to ``replicates - 1``, in order of world and policy.

    Args:
        task: what to run.
        replicates: number of worlds.
        workers: processes; 1 runs everything here.
        progress: called with (worlds done, worlds in all).

    Raises:
        RajasimError: if workers died twice over the same work.
    """
    batches = _batches(replicates, len(task.policies))
    note = progress or (lambda done, total: None)
    if workers <= 1 or len(batches) == 1:
        return list(_run_here(task, batches, replicates, note))
    return _run_in_workers(task, batches, replicates, min(workers, len(batches)), note)


def _batches(replicates: int, policies: int) -> list[range]:
    size = max(1, RUNS_PER_BATCH // policies)
    return [range(k, min(k + size, replicates)) for k in range(0, replicates, size)]


def _run_here(
    task: Task, batches: Sequence[range], replicates: int, note: Progress
) -> Iterator[Replicate]:
    for batch in batches:
        for world in batch:
            yield from task.run_worlds([world])
            note(world + 1, replicates)


def _run_in_workers(
    task: Task, batches: Sequence[range], replicates: int, workers: int, note: Progress
) -> list[Replicate]:
    done: dict[int, list[Replicate]] = {}
    for _ in range(ATTEMPTS):
        try:
            # Spawned, not forked: the parent has threads (numpy, polars) that do not survive a
            # fork.
            context = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(workers, context, _begin_worker, (task,))
            try:
                for number, result in _collect(pool, batches, done):
                    done[number] = result
                    note(sum(len(batches[k]) for k in done), replicates)
            finally:
                pool.shutdown(cancel_futures=True)  # else an interrupt waits for the whole queue
            return [each for number in sorted(done) for each in done[number]]
        except BrokenProcessPool:
            continue
    raise RajasimError(
        f"worker processes died {ATTEMPTS} times with {len(batches) - len(done)} of {len(batches)} "
        "batches left; run again with --workers 1, or with more memory"
    )


def _collect(
    pool: Executor, batches: Sequence[range], done: dict[int, list[Replicate]]
) -> Iterator[tuple[int, list[Replicate]]]:
    waiting: dict[Future[list[Replicate]], int] = {
        pool.submit(_run_batch, list(batch)): number
        for number, batch in enumerate(batches)
        if number not in done
    }
    while waiting:
        finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in finished:
            yield waiting.pop(future), future.result()


def _begin_worker(task: Task) -> None:
    global _task  # noqa: PLW0603 - a worker process has one task, given once
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work
    _task = task


def _run_batch(worlds: list[int]) -> list[Replicate]:
    if _task is None:
        raise RajasimError("a worker was given work before its task")
    return _task.run_worlds(worlds)
