"""Worker processes: each has a study, is given runs, and sends back what came of them.

A worker never runs the program's own file, so that a script needs no main guard and a notebook no
file; what it needs of it is in its parcel (:mod:`sim.study.parcel`).

A worker ends when its parent ends it or is gone, and never by an interrupt from the keyboard: the
parent ends the work. Each worker has a connection of its own to its parent, so that if one dies it
is known over which states of the world.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait

from sim.errors import WorkersLostError
from sim.study.parcel import Parcel
from sim.study.replication import Replication, Study
from sim.study.spawning import interrupts_held, main_hidden

LAST_WORDS_S = 5.0  # for a process that ends to have ended


class WorkerDiedError(Exception):
    """A worker ended before it had answered.

    Attributes:
        status: its exit status; below zero the signal that ended it; None if that is not known.
    """

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class Worker:
    """One process that runs states of the world of a study.

    Spawned, not forked: the parent has threads (numpy, polars) that do not survive a fork.
    """

    def __init__(self, parcel: Parcel) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, parcel), daemon=True)
        with interrupts_held(), main_hidden():
            self._process.start()
        theirs.close()

    def give(self, runs: Sequence[int]) -> None:
        """Have these runs made; if it is dead, its answer will show it."""
        with suppress(OSError):
            self.connection.send(list(runs))

    def answer(self) -> list[Replication] | None:
        """More of what came of it, or None after the last; waits for it.

        Raises:
            WorkerDiedError: if the worker is dead.
            Exception: what was raised over it there.
        """
        try:
            answer = self.connection.recv()
        except (EOFError, OSError) as error:
            self._process.join(LAST_WORDS_S)
            raise WorkerDiedError(self._process.exitcode) from error
        if isinstance(answer, Exception):
            raise answer
        return None if answer is None else list(answer)

    def end(self) -> None:
        """End it at once, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def first_to_answer(workers: Sequence[Worker]) -> Worker:
    """A worker that has answered, or died; waits for it."""
    connections = {worker.connection: worker for worker in workers}
    return connections[wait(list(connections))[0]]  # type: ignore[index]


def _serve(connection: Connection, parcel: Parcel) -> None:
    """What a worker does all its life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    opened = _opened(parcel)
    with suppress(EOFError, OSError):  # the parent is gone
        while True:
            runs = connection.recv()
            for answer in _answers(opened, runs):
                connection.send(answer)


def _opened(parcel: Parcel) -> Study | Exception:
    try:
        return parcel.open()
    except Exception as error:
        return WorkersLostError(
            f"worker processes cannot take the study on ({type(error).__name__}: {error}); run it "
            "with one worker, or put what they lack into a plugin"
        )


def _answers(study: Study | Exception, runs: Sequence[int]) -> Iterator[object]:
    """Runs piece by piece, then None; or what was raised."""
    if isinstance(study, Exception):
        yield study
        return
    try:
        yield from study.in_pieces(runs)
    except Exception as error:
        yield error
    else:
        yield None
