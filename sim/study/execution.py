"""Runs of a study, in this process or wherever an executor takes them: the same, in any order.

Work is given out in parcels of about a second (:mod:`sim.study.pacing`). What is finished is given
on at once, and kept where there is a place for partial results (:mod:`sim.study.partial_results`).
A worker that dies takes its parcel with it; the runs of that are then given out one by one, once,
so that a run that always kills its worker fails alone.
"""

from __future__ import annotations

import signal
import warnings
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sim.errors import WorkersLostError
from sim.study.foreign_code import foreign_code
from sim.study.pacing import Pacing
from sim.study.parcel import Parcel, UnsendableError, hold, pack, run_parcel
from sim.study.partial_results import PartialResults
from sim.study.replication import Replication, Study
from sim.study.workers import WorkerDiedError, WorkerPool, may_fork

SMALL_STUDY: Final = 36  # runs that are made before a spawned worker could have begun
ATTEMPTS: Final = 2
PARCEL_S: Final = 0.75  # of work that a worker of ours is given at a time
FAR_PARCEL_S: Final = 2.0  # and a worker elsewhere, to whom messages are dear
MOST_NAMED: Final = 5  # states of the world in a message
Progress: TypeAlias = Callable[[int, int], None]
Finished: TypeAlias = Generator[list[Replication], None, None]


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


@dataclass(frozen=True)
class Crew:
    """Who makes runs elsewhere.

    Attributes:
        executor: takes parcels there; any of :mod:`concurrent.futures`.
        places: how many parcels are worked on at a time.
        parcel_s: how long a parcel should take, s.
        deaths: what it raises where a worker died over a parcel.
    """

    executor: Executor
    places: int
    parcel_s: float = FAR_PARCEL_S
    deaths: tuple[type[BaseException], ...] = (BrokenExecutor,)


def run_replications(
    study: Study, *, progress: Progress | None = None, crew: Crew | None = None
) -> list[Replication]:
    """Every run of every policy, in order of state of the world, replicate and policy.

    Args:
        study: what to run.
        progress: called with (states of the world done, states of the world in all), first with
            none done.
        crew: who makes the runs; as many workers as the study may have if None.

    Raises:
        WorkersLostError: as :func:`finished_runs`.
    """
    options = study.options
    count = _CountOfRuns(Count(options.replicates, progress), options.runs_of_a_state, 0)
    count.states.add(0)
    pieces = finished_runs(study, range(options.runs), count.add, crew=crew)
    return sorted((run for piece in pieces for run in piece), key=lambda run: run.key)


def complete(
    study: Study,
    partial: PartialResults,
    *,
    numbers: Sequence[int] | None = None,
    progress: Progress | None = None,
    crew: Crew | None = None,
) -> None:
    """Make all runs of a study, or some of them, that are not among partial results; keep them.

    Args:
        study: what to run.
        partial: where finished runs are kept, and may be from before.
        numbers: numbers of the runs that are wanted, in order; all if None.
        progress: called with (states of the world done, states of the world in all), first with
            those done before; of some runs, with (runs done, runs in all).
        crew: who makes the runs; as many workers as the study may have if None.

    Raises:
        WorkersLostError: as :func:`finished_runs`.
        StorageError: if something could not be kept.
    """
    options = study.options
    wanted = range(options.runs) if numbers is None else numbers
    left = [number for number in wanted if study.key_of(number) not in partial]
    of_one = options.runs_of_a_state if numbers is None else 1
    count = _CountOfRuns(Count(len(wanted) // of_one, progress), of_one, len(wanted) - len(left))
    count.states.add(count.done // of_one)
    again = len(left) < len(wanted)
    with closing(finished_runs(study, left, count.add, crew=crew, again=again)) as pieces:
        for piece in pieces:
            partial.keep(piece)


def finished_runs(
    study: Study,
    numbers: Sequence[int],
    note: Callable[[int], None],
    *,
    crew: Crew | None = None,
    again: bool = False,
) -> Finished:
    """Runs by their numbers, as they are finished; wherever they are made.

    Where the study may have several workers but they would have to be spawned, few runs are made in
    this process, and so are those of a study that worker processes cannot be given, with a warning
    that says why.

    Args:
        study: what to run.
        numbers: numbers of the runs.
        note: called with how many runs are newly finished.
        crew: who makes them; as many workers as the study may have if None.
        again: they are what is left of more, and may be what killed workers before.

    Raises:
        WorkersLostError: if some runs killed every worker that took them on, when all others are
            finished; or if no worker lives long enough to finish any, or can take the study on.
    """
    if crew is None:
        with _own_crew(study, len(numbers), again=again) as (ours, parcel):
            if ours is None or parcel is None:
                yield from study.in_pieces(numbers, lambda: note(1))
            else:
                yield from _Dispatch(study, ours, parcel, deque(numbers), note).runs()
    elif numbers:
        yield from _Dispatch(study, crew, pack(study), deque(numbers), note).runs()


@contextmanager
def _own_crew(
    study: Study, runs: int, *, again: bool
) -> Iterator[tuple[Crew | None, Parcel | None]]:
    """Workers of ours, and what they are given; none where this process had better do it all."""
    workers = min(study.options.workers, runs)
    several = study.options.workers > 1
    forked = several and may_fork(foreign=bool(foreign_code(study.options.rules)))
    few = runs <= (1 if forked else SMALL_STUDY) and not again
    parcel = _parcel(study) if several and runs and not few else None
    if parcel is None:
        yield None, None
        return
    if forked:
        study.prepare()
        hold(parcel, study)
    pool = WorkerPool(workers, forked=forked)
    try:
        yield Crew(pool, workers, PARCEL_S, (WorkerDiedError,)), parcel
    finally:
        pool.shutdown()


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


@dataclass
class _Dispatch:
    """Gives out runs and gathers them.

    Attributes:
        study: what is run.
        crew: who runs it.
        parcel: what they are given of the study.
        left: numbers of the runs that are not given out yet.
        note: called with how many runs are newly finished.
    """

    study: Study
    crew: Crew
    parcel: Parcel
    left: deque[int]
    note: Callable[[int], None]
    singly: deque[int] = field(default_factory=deque)  # runs over which, or beside which, one died
    deaths: Counter[int] = field(default_factory=Counter)  # by run
    lost: list[int] = field(default_factory=list)
    given: dict[Future[Any], list[int]] = field(default_factory=dict)

    def runs(self) -> Finished:
        """Runs as they are finished, each parcel when it comes back."""
        pacing = Pacing(self.crew.places, self.crew.parcel_s)
        died: BaseException | None = None
        try:
            while self._give_out(pacing):
                for future in wait(self.given, return_when=FIRST_COMPLETED).done:
                    if future not in self.given:  # given up with one that was done beside it
                        continue
                    numbers = self.given.pop(future)
                    try:
                        runs, seconds = future.result()
                    except self.crew.deaths as death:
                        died = death
                        self._bury(numbers, nobody_lives=pacing.run_s is None)
                        continue
                    pacing.note(len(runs), seconds)
                    self.note(len(runs))
                    yield runs
        finally:
            for future in self.given:
                future.cancel()
        if self.lost:
            raise self._lost(died)

    def _give_out(self, pacing: Pacing) -> bool:
        """Give out as much as there is room for; says whether there is anything to wait for.

        One parcel more for each place than is worked on, so that none waits for this process.
        """
        while (self.left or self.singly) and len(self.given) < 2 * self.crew.places:
            size = pacing.size(len(self.left)) if self.left else 1
            source = self.left or self.singly
            numbers = [source.popleft() for _ in range(size)]
            try:
                future = self.crew.executor.submit(run_parcel, self.parcel, numbers)
            except self.crew.deaths:  # the executor is broken, and takes nothing more
                self._give_up(numbers)
                break
            self.given[future] = numbers
        return bool(self.given)

    def _bury(self, numbers: Sequence[int], *, nobody_lives: bool) -> None:
        """A worker died over these runs: have each made alone, once; without any answer, end."""
        self.deaths.update(numbers)
        for number in numbers:
            (self.singly if self.deaths[number] < ATTEMPTS else self.lost).append(number)
        if nobody_lives and self.deaths.total() >= ATTEMPTS * self.crew.places:
            self._give_up([number for each in self.given.values() for number in each])

    def _give_up(self, numbers: Sequence[int]) -> None:
        self.lost += [*numbers, *self.left, *self.singly]
        for future in self.given:
            future.cancel()
        for waiting in (self.left, self.singly, self.given):
            waiting.clear()

    def _lost(self, died: BaseException | None) -> WorkersLostError:
        states = sorted({number // self.study.options.runs_of_a_state for number in self.lost})
        named = ", ".join(map(str, states[:MOST_NAMED]))
        more = f" and {len(states) - MOST_NAMED} more" if len(states) > MOST_NAMED else ""
        word = "states" if len(states) > 1 else "state"
        how, advice = _cause(died)
        return WorkersLostError(
            f"worker processes died {ATTEMPTS} times over {word} of the world {named}{more} ({how})"
            f"; run again with --workers 1{advice}"
        )


def _cause(death: BaseException | None) -> tuple[str, str]:
    """What ended a process, and what else there is to do."""
    if death is not None and not isinstance(death, WorkerDiedError):
        return f"{type(death).__name__}: {death}", ""
    status = death.status if death is not None else None
    if status is None or status in (-signal.SIGABRT, -getattr(signal, "SIGKILL", 9)):
        return "killed, as happens where memory is short", ", or with more memory"
    if status < 0:
        return f"ended by signal {-status}", ""
    return f"ended with status {status}; what they wrote says why", ""
