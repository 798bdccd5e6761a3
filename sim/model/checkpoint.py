"""A run at some hour, in one file: every column, and what actors hold as plain data.

The file says what it belongs to, by hashes of everything that a model is made of and of the code,
so that nothing is resumed under another world, policy or version. It is a checksummed
archive (:mod:`sim.storage.archive`): whole, or reported as damaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.recfunctions import repack_fields

from sim._version import __version__
from sim.engine.columns import Engine
from sim.engine.signatures import Column
from sim.errors import ResultsError
from sim.fingerprint import record_fingerprint, source_fingerprint
from sim.storage.archive import read_archive, write_archive
from sim.storage.json_object import JsonMapping

KIND: Final = "checkpoint"


class Checkpoint(NamedTuple):
    """What a run holds at some hour.

    Attributes:
        state: what is not in the columns, as plain data.
        engine: the columns.
    """

    state: JsonMapping
    engine: Engine


def write_checkpoint(path: Path, made_from: JsonMapping, held: Checkpoint) -> Path:
    """Write a checkpoint whole or not at all; returns its path.

    Args:
        path: where; an older file there is replaced.
        made_from: what the model was made from, by name.
        held: what it holds.

    Raises:
        StorageError: if it could not be written.
    """
    record = {
        "version": __version__,
        "source": source_fingerprint(),
        "made_from": _hashes(made_from),
        "state": held.state,
    }
    columns = {name: _packed(column) for name, column in held.engine._asdict().items()}
    write_archive(path, KIND, record, columns)
    return path


def read_checkpoint(path: Path, made_from: JsonMapping, like: Engine) -> Checkpoint:
    """What a run held that was made from the same.

    Args:
        path: the checkpoint.
        made_from: what the model that is to go on was made from.
        like: its columns, which have the same types.

    Raises:
        ResultsError: if the file is missing, damaged, or belongs to something else.
    """
    record, columns = read_archive(path, KIND)
    if record["source"] != source_fingerprint():
        raise ResultsError(
            f"{path}: was saved by rajasim {record['version']} with other source "
            f"({record['source']}, this is {source_fingerprint()}); continue it with that one"
        )
    mine = _hashes(made_from)
    other = [name for name, theirs in record["made_from"].items() if theirs != mine[name]]
    if other:
        raise ResultsError(
            f"{path}: was saved with another {', '.join(other)}; make the model from the same"
        )
    return Checkpoint(record["state"], typed_like(columns, like))


def typed_like(columns: Mapping[str, Column] | Engine, like: Engine) -> Engine:
    """Copies of columns, each with the very type that the same column of another engine has."""
    named = columns._asdict() if isinstance(columns, Engine) else columns
    return Engine(**{name: _typed(named[name], each) for name, each in like._asdict().items()})


def _hashes(made_from: JsonMapping) -> dict[str, str]:
    return {name: record_fingerprint(part) for name, part in made_from.items()}


def _packed(column: Column) -> Column:
    """A column without the padding between fields, which may hold anything."""
    return repack_fields(column) if column.dtype.names else column


def _typed(column: Column, like: Column) -> Column:
    """A column with the very type that compiled code was made for, padding and all."""
    typed = np.zeros(column.shape, dtype=like.dtype)
    typed[...] = column
    return typed
