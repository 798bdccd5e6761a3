"""Worker processes: each has a study, is given states, and sends back their runs.

A worker ends when its parent ends it or is gone, and never by an interrupt from the keyboard: the
parent ends the work. Each worker has a connection of its own to its parent, so that if one dies it
is known over which states of the world.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait

from sim.study.replication import Replication, Study


class WorkerDiedError(Exception):
    """A worker ended before it had answered."""


class Worker:
    """One process that runs states of the world of a study.

    Spawned, not forked: the parent has threads (numpy, polars) that do not survive a fork.
    """

    def __init__(self, study: Study) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, study), daemon=True)
        with _interrupts_held():
            self._process.start()
        theirs.close()

    def give(self, states: Sequence[int]) -> None:
        """Have every policy run in these states; if it is dead, its answer will show it."""
        with suppress(OSError):
            self.connection.send(list(states))

    def answer(self) -> list[Replication]:
        """What came of it; waits for it.

        Raises:
            WorkerDiedError: if the worker is dead.
            Exception: what was raised over it there.
        """
        try:
            answer = self.connection.recv()
        except (EOFError, OSError) as error:
            raise WorkerDiedError from error
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    def end(self) -> None:
        """End it at once, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def first_to_answer(workers: Sequence[Worker]) -> Worker:
    """A worker that has answered, or died; waits for it."""
    connections = {worker.connection: worker for worker in workers}
    return connections[wait(list(connections))[0]]  # type: ignore[index]


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let a new process begin without being interrupted; what comes meanwhile comes afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, study: Study) -> None:
    """What a worker does all its life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            states = connection.recv()
        except (EOFError, OSError):  # the parent is gone
            return
        try:
            answer: object = study.run_states(states)
        except Exception as error:
            answer = error
        try:
            connection.send(answer)
        except OSError:
            return
