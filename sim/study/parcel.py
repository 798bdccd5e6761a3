"""A study as it is sent to worker processes, with the code of others that it needs there."""

from __future__ import annotations

import io
import multiprocessing
import pickle
from importlib import import_module
from types import FunctionType
from typing import Any, NamedTuple

from sim.fingerprint import MAIN
from sim.plugins.plugin_files import Plugin, load_again, loaded_plugins
from sim.study.foreign_code import foreign_modules
from sim.study.replication import Study

TO_A_FILE = "put it into a file and load that as a plugin, and workers will know it"


class UnsendableError(Exception):
    """A study that no worker process can be given, with the reason."""


class Parcel(NamedTuple):
    """What a worker is given when it starts.

    Attributes:
        plugins: plugins to load first.
        modules: further modules that register indicators.
        study: the study, pickled.
    """

    plugins: tuple[Plugin, ...]
    modules: tuple[str, ...]
    study: bytes

    def open(self) -> Study:
        """The study, in the process to which it was sent."""
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
    return Parcel(loaded_plugins(), modules, buffer.getvalue())


class _Pickler(pickle.Pickler):
    def reducer_override(self, held: Any) -> Any:
        """Refuse what only this process knows; anything else goes as it always does."""
        if isinstance(held, type | FunctionType) and held.__module__ == MAIN:
            raise UnsendableError(
                f"{held.__qualname__} is defined in a notebook, a console or the script itself; "
                f"{TO_A_FILE}"
            )
        return NotImplemented
