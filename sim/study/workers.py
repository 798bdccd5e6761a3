"""Worker processes as an executor: each does what it is given, and sends back what came of it.

Where it is safe, on Linux, workers are forked: they begin at once, and share with their parent what
it has read, made and compiled. A fork is safe while no other thread is at work; threads that sleep
(those of numpy's and polars' own) do no harm, unless code of others might use polars in the worker,
where its threads are then missing. Elsewhere workers are spawned, which takes seconds. A worker
never runs the program's own file, so that a script needs no main guard and a notebook no file; what
it needs of it is in its parcel (:mod:`sim.study.parcel`).

A worker ends when its parent ends it or is gone, and never by an interrupt from the keyboard: the
parent ends the work. Each worker has a connection of its own to its parent, so that if one dies it
is known over what; another takes its place.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, TypeVar

from sim.study.spawning import interrupts_held, main_hidden

LAST_WORDS_S: Final = 5.0  # for a process that ends to have ended
STREAMS: Final = 3  # stdin, stdout and stderr
_STARTING: Final = threading.Lock()
Answer = TypeVar("Answer")


class WorkerDiedError(Exception):
    """A worker ended before it had answered.

    Attributes:
        status: its exit status; below zero the signal that ended it; None if that is not known.
    """

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class _Raised:
    """What was raised in a worker, on its way to its parent."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class Worker:
    """One process that does what it is given."""

    def __init__(self, *, forked: bool) -> None:
        self._connection, theirs = multiprocessing.Pipe()
        if forked:
            forking = multiprocessing.get_context("fork")
            self._process: BaseProcess = forking.Process(
                target=_serve_forked, args=(theirs,), daemon=True
            )
        else:
            spawning = multiprocessing.get_context("spawn")
            self._process = spawning.Process(target=_serve, args=(theirs,), daemon=True)
        with _STARTING, interrupts_held(), main_hidden(), warnings.catch_warnings():
            # Python 3.12 warns of any thread in a forking process, those that sleep too.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        theirs.close()

    def call(self, function: Callable[..., Answer], *given: object) -> Answer:
        """What a function gives there; waits for it.

        Raises:
            WorkerDiedError: if the worker is dead.
            Exception: what was raised there.
        """
        with suppress(OSError):  # if it is dead, its answer will show it
            self._connection.send((function, given))
        try:
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            self._process.join(LAST_WORDS_S)
            raise WorkerDiedError(self._process.exitcode) from error
        if isinstance(answer, _Raised):
            raise answer.error
        return answer

    def kill(self) -> None:
        """End it at once, whatever it is doing: who waits for its answer hears that it died."""
        self._process.kill()

    def end(self) -> None:
        """Kill it, and take leave of it."""
        self.kill()
        self._process.join()
        self._connection.close()


class WorkerPool(Executor):
    """Worker processes, each led by a thread of this process; they begin when they are needed."""

    def __init__(self, workers: int, *, forked: bool) -> None:
        """Start the workers, if they are forked: before the threads that lead them.

        Args:
            workers: how many there are.
            forked: fork them, if :func:`may_fork` allows it.
        """
        self._forked = forked
        self._closed = False
        self._alive: set[Worker] = set()
        self._idle = [self._new() for _ in range(workers if forked else 0)]
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="rajasim-worker")

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Have a function called in a worker, with arguments by position that can be sent there.

        What it gives is a future, as of any executor; WorkerDiedError if the worker died over it.
        """
        if named:
            raise TypeError("a worker takes arguments by position only")
        return self._threads.submit(self._call, function, given)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End all workers at once, whatever they are doing."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        for worker in list(self._alive):
            worker.kill()
        self._threads.shutdown(wait=wait)
        for worker in self._alive:
            worker.end()
        self._alive.clear()

    def _new(self) -> Worker:
        worker = Worker(forked=self._forked)
        self._alive.add(worker)
        return worker

    def _call(self, function: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        worker = self._idle.pop() if self._idle else self._new()
        if self._closed:
            worker.kill()
        try:
            answer = worker.call(function, *given)
        except WorkerDiedError:
            self._alive.discard(worker)
            worker.end()
            raise
        except Exception:
            self._idle.append(worker)
            raise
        self._idle.append(worker)
        return answer


def may_fork(*, foreign: bool) -> bool:
    """Whether workers may be forked from this process as it now is.

    Args:
        foreign: whether code of others is run in them, which may use polars.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    return not (foreign and _polars_is_at_work())


def _polars_is_at_work() -> bool:
    """Whether polars has started the threads of its pool."""
    names = []
    for thread in Path("/proc/self/task").glob("*/comm"):
        with suppress(OSError):  # it has ended
            names.append(thread.read_text("utf-8"))
    return any(name.startswith("polars-") and name[7:8].isdecimal() for name in names)


def _serve(connection: Connection) -> None:
    """What a worker does all its life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the parent's may do more
    with suppress(EOFError, OSError):  # the parent is gone
        while True:
            function, given = connection.recv()
            connection.send(_answer(function, given))


def _answer(function: Callable[..., object], given: tuple[object, ...]) -> object:
    try:
        return function(*given)
    except Exception as error:
        return _Raised(error)


def _serve_forked(connection: Connection) -> None:
    """As :func:`_serve`, without what belongs to the parent, and without its farewells."""
    _let_go(connection.fileno())
    try:
        _serve(connection)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
    finally:
        os._exit(0)


def _let_go(kept: int) -> None:
    """Let go of the parent's files: locks, and connections of others, would outlive it here.

    Their numbers stay taken, so that nothing of ours is closed in their name.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for file in list(Path("/proc/self/fd").iterdir()):
        number = int(file.name)
        if number >= STREAMS and number not in (kept, nothing):
            with suppress(OSError):  # the folder's own, which is closed by now
                os.fstat(number)
                os.dup2(nothing, number)
