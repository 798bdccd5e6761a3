"""What compiled code meets in a handle is what Python holds, array by array."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
from numba import config, njit, types
from numba.core.registry import cpu_target

from sim.engine.columns import Engine
from sim.engine.handle import HandleType, columns_of, pack
from sim.engine.signatures import Packed
from sim.verification import small_worlds


@njit
def _seen(handle: Packed) -> tuple[int, int, float, float, int, int]:
    """Sizes, a sum and single places of columns of one, two and three dimensions."""
    e = columns_of(handle)
    return (
        e.entries.shape[0],
        e.entries.shape[2],
        e.route_hours.sum(),
        e.route_hours[0, 1],
        len(e.groups),
        e.groups[1].people,
    )


@njit
def _write(handle: Packed) -> None:
    columns_of(handle).entries[2, 1, 3] = 17


def _engine() -> Engine:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(), hours=[2.0]),
        small_worlds.given([1.0, 2.0], size=2),
        days=3.0,
    )
    return small_worlds.model(where).run().engine


@pytest.mark.filterwarnings("ignore::numba.core.errors.NumbaWarning")
def test_compiled_code_sees_and_writes_the_columns_themselves() -> None:
    engine = _engine()
    handle = pack(engine)
    assert _seen(handle) == (
        engine.entries.shape[0],
        engine.entries.shape[2],
        engine.route_hours.sum(),
        engine.route_hours[0, 1],
        len(engine.groups),
        engine.groups["people"][1],
    )
    _write(handle)
    assert engine.entries[2, 1, 3] == 17


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_numba_holds_arrays_in_as_many_words_as_are_given() -> None:
    """A new numba that holds them otherwise is seen here, and not by what a run gives."""
    context = cpu_target.target_context
    for dimensions in (1, 2, 3):
        kind = HandleType([("column", types.Array(types.float64, dimensions, "C"))])
        layout = context.data_model_manager[kind.get_data_type()].get_value_type()
        assert context.get_abi_sizeof(layout) == 8 * (5 + 2 * dimensions)
        model = context.data_model_manager[kind.field_dict["column"]]
        fields = ("meminfo", "parent", "nitems", "itemsize", "data", "shape", "strides")
        assert tuple(model._fields) == fields


BEFORE_ALL_ELSE = """
from collections import namedtuple
import numpy as np
from sim.engine.handle import pack
pack(namedtuple("Columns", "first second")(np.zeros(3), np.zeros((2, 2))))
"""


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_a_handle_can_be_made_before_anything_is_compiled() -> None:
    subprocess.run([sys.executable, "-c", BEFORE_ALL_ELSE], check=True, timeout=120)


def test_a_handle_keeps_its_columns() -> None:
    """Who took the handle of a run, and let the run go, read what lay there later."""
    handle, freed = pack(_engine()), []
    kept = _seen(handle)
    for _ in range(20):
        gc.collect()
        freed.append(_engine())  # takes the memory that was given back, if any was
        _write(pack(freed[-1]))
    assert _seen(handle) == kept
