"""Dask distributed as what makes the runs of a study: ``--scheduler ADDRESS`` or a scheduler file.

The scheduler sends parcels of runs to its workers (:func:`sim.study.parcel.run_parcel`), again
where a worker died over one. Every worker must have what this process has
(:mod:`sim.study.surroundings`): that is asked of all before work begins, and of each that joins
later by its first parcel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.errors import InputError, RajasimError, WorkersLostError
from sim.study.execution import Crew
from sim.study.surroundings import Surroundings, require_same, surroundings

if TYPE_CHECKING:
    from distributed import Client

RETRIES: Final = 3  # of a parcel whose worker died, by the scheduler
ANSWER_S: Final = 30.0  # for a scheduler to answer


@contextmanager
def cluster_crew(
    scheduler: str, notice: Callable[[str], None] = lambda text: None
) -> Iterator[Crew]:
    """The workers of a scheduler.

    Args:
        scheduler: its address, as ``tcp://10.0.0.1:8786``, or the file that it wrote.
        notice: called with a line on who they are.

    Raises:
        RajasimError: if Dask is not installed.
        InputError: if no scheduler answers, or it has no workers.
        DifferentSurroundingsError: if a worker has other versions.
        WorkersLostError: if the scheduler is gone before the work is done.
    """
    try:
        from distributed import KilledWorker  # deferred: it is an extra
    except ImportError as error:
        raise RajasimError(
            "a scheduler needs Dask, which is not installed: pip install 'rajasim[cluster]'"
        ) from error
    with _connected(scheduler) as client:
        workers = _alike(client, scheduler)
        notice(f"{scheduler}: {workers} workers with the same versions as here")
        executor = client.get_executor(pure=False, retries=RETRIES)
        try:
            yield Crew(executor, workers, deaths=(KilledWorker, CancelledError))
        except OSError as error:
            if client.status == "running":
                raise
            raise WorkersLostError(f"the scheduler at {scheduler} is gone ({error})") from error
        finally:
            executor.shutdown(wait=False)


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    from distributed import Client  # deferred: it is an extra

    which = "scheduler_file" if Path(scheduler).is_file() else "address"
    try:
        client = Client(**{which: scheduler}, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"no scheduler answers at {scheduler} ({error}); give its address, as "
            "tcp://10.0.0.1:8786, or the file that dask scheduler --scheduler-file wrote"
        ) from error
    with client:
        yield client


def _wanted() -> Surroundings:
    """What every worker must have: what is here."""
    return surroundings()


def _alike(client: Client, scheduler: str) -> int:
    """How many workers there are, all of which have what this process has."""
    try:
        found = client.run(surroundings)
    except ImportError as error:
        raise InputError(
            f"workers of {scheduler} cannot load rajasim ({error}); install it there as here"
        ) from error
    if not found:
        raise InputError(f"the scheduler at {scheduler} has no workers yet; start some, and again")
    require_same(_wanted(), {f"worker {name}": each for name, each in found.items()})
    return len(found)
