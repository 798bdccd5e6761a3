"""How far compilation is, as somebody who waits for it is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numba
import pytest
from numba.core import event

import sim.study.replication  # noqa: F401 - the engine's modules
from sim.study.compilation import Compilation, known_functions, watched


def test_every_compiled_function_of_the_engine_is_known() -> None:
    if numba.config.DISABLE_JIT:
        pytest.skip("nothing is compiled")
    known = known_functions()
    assert {"sim.engine.advance.advance", "sim.arithmetic.elementary.exp"} <= known
    assert len(known) > 200


def test_it_grows_with_functions_of_ours_and_ends_at_a_hundred() -> None:
    told: list[tuple[int, int]] = []
    listener = Compilation(lambda *done: told.append(done))
    listener.functions = 2
    listener.on_start(_of(Compilation._report))
    of_nobody = SimpleNamespace(__module__=None, __qualname__="wrapper")
    for function in (Compilation._report, Compilation._report, len_of, of_nobody, Compilation.end):
        listener.on_end(_of(function))
    assert told == [(0, 100), (43, 100), (87, 100)], "one comes twice, and one is not ours"
    listener.end()
    assert told[-1] == (100, 100)


def test_nothing_is_said_where_nothing_is_compiled() -> None:
    told: list[tuple[int, int]] = []
    with watched(lambda *done: told.append(done)):
        pass
    with watched(None):
        event.start_event("numba:compile", {"dispatcher": None})
    assert told == []


def len_of(text: str) -> int:
    return len(text)


def _of(function: Any) -> Any:
    return SimpleNamespace(data={"dispatcher": SimpleNamespace(py_func=function)})
