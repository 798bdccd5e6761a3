"""A study as it is sent to worker processes, with the code of others that it needs there.

What a worker is given to do is :func:`run_parcel`, whatever executor brings it there: a worker of
ours, a process pool, or a node of a cluster.
"""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import pickle
import time
from collections.abc import Sequence
from importlib import import_module
from threading import Lock
from types import FunctionType
from typing import Any, Final, NamedTuple

from sim.errors import RajasimError, WorkersLostError
from sim.fingerprint import MAIN
from sim.plugins.plugin_files import Plugin, load_again, loaded_plugins
from sim.storage.heap import give_back
from sim.study.foreign_code import foreign_modules
from sim.study.replication import Replication, Study
from sim.study.surroundings import Surroundings, require_same, surroundings

TO_A_FILE = "put it into a file and load that as a plugin, and workers will know it"


class UnsendableError(Exception):
    """A study that no worker process can be given, with the reason."""


class Parcel(NamedTuple):
    """What a worker is given when it starts.

    Attributes:
        plugins: plugins to load first.
        modules: further modules that register indicators.
        study: the study, pickled.
        digest: hash of it, by which a process knows that it has opened it already.
        surroundings: versions of the process that sends it.
    """

    plugins: tuple[Plugin, ...]
    modules: tuple[str, ...]
    study: bytes
    digest: str
    surroundings: Surroundings

    def open(self) -> Study:
        """The study, in the process to which it was sent.

        Raises:
            DifferentSurroundingsError: if that has other versions.
        """
        require_same(self.surroundings, {"a worker": surroundings()})
        load_again(self.plugins)
        for module in self.modules:
            import_module(module)
        study: Study = pickle.loads(self.study)  # noqa: S301 - from our own parent
        return study


def pack(study: Study) -> Parcel:
    """A study for workers.

    Raises:
        UnsendableError: if they could not make it out.
    """
    if multiprocessing.current_process().daemon:
        raise UnsendableError("this process is itself a worker of a pool, and may start none")
    modules = foreign_modules()
    if MAIN in modules:
        raise UnsendableError(
            f"an indicator is defined in a notebook, a console or the script itself; {TO_A_FILE}"
        )
    buffer = io.BytesIO()
    try:
        _Pickler(buffer).dump(study)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UnsendableError(f"the study cannot be sent ({error}); {TO_A_FILE}") from error
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    return Parcel(loaded_plugins(), modules, content, digest, surroundings())


_ONE_AT_A_TIME: Final = Lock()  # in a process whose executor has threads
_OPEN: dict[str, Study] = {}  # the study that this process is at, by the digest of its parcel


def hold(parcel: Parcel, study: Study) -> None:
    """Have a study at hand, so that nothing needs to be made out again: here and after a fork."""
    _OPEN.clear()
    _OPEN[parcel.digest] = study


def run_parcel(parcel: Parcel, numbers: Sequence[int]) -> tuple[list[Replication], float]:
    """Runs of a study by their numbers, and how long they took, s; in whatever process.

    Raises:
        WorkersLostError: if this process cannot make the study out.
        DifferentSurroundingsError: if it has other versions than the one who asks.
    """
    with _ONE_AT_A_TIME:
        study = _OPEN.get(parcel.digest)
        if study is None:
            study = _opened(parcel)
            hold(parcel, study)
        began = time.perf_counter()
        runs = study.run_numbers(numbers)
        give_back()
        return runs, time.perf_counter() - began


def _opened(parcel: Parcel) -> Study:
    try:
        return parcel.open()
    except RajasimError:
        raise
    except Exception as error:
        raise WorkersLostError(
            f"worker processes cannot take the study on ({type(error).__name__}: {error}); run it "
            "with one worker, or put what they lack into a plugin"
        ) from error


class _Pickler(pickle.Pickler):
    def reducer_override(self, held: Any) -> Any:
        """Refuse what only this process knows; anything else goes as it always does."""
        if isinstance(held, type | FunctionType) and held.__module__ == MAIN:
            raise UnsendableError(
                f"{held.__qualname__} is defined in a notebook, a console or the script itself; "
                f"{TO_A_FILE}"
            )
        return NotImplemented
