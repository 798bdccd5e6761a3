"""Functions that compiled code calls are lowered once, and optimised within what Python calls."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from typing import Any

import numba
import numpy as np
import pytest
from numba.core import config
from numba.core.compiler import Flags
from numba.core.targetconfig import Option

from sim.arithmetic.compiled import Compiled, njit
from sim.arithmetic.lowering import PartLibrary, is_kept, keep_for_this_source
from tests.effort import PATIENCE_S

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")


@njit
def _third(number: float) -> float:
    return number / 3.0


@njit
def _shares(number: float, parts: int) -> float:
    return _third(number) * parts


@njit
def _factorial(number: int) -> int:
    return 1 if number <= 1 else number * _factorial(number - 1)


@njit
def _entry(number: float, parts: int) -> float:
    return _shares(number, parts) + _third(number) + _factorial(parts)


def test_parts_of_parts_give_what_python_gives() -> None:
    assert _entry(9.0, 4) == _entry.py_func(9.0, 4) == 9.0 / 3.0 * 4 + 3.0 + 24.0


@njit
def _at(numbers: np.ndarray, row: int) -> float:
    return numbers[row]


@njit
def _doubled(numbers: np.ndarray) -> np.ndarray:
    return 2.0 * numbers


@njit
def _read(numbers: np.ndarray, row: int) -> float:
    return _at(_doubled(numbers)[1:], row)


NOT_A_ROW = "from tests.arithmetic.test_lowering import _read, np; _read(np.ones(3), {})"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in kB here alone")
def test_a_part_gives_an_array_that_it_made_and_reads_a_view_of_it() -> None:
    """Many times over: memory that is freed twice, or never, would show."""
    import resource  # deferred: not on every system

    numbers = np.arange(50_000.0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert {_read(numbers, 3) for _ in range(2_000)} == {8.0}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "800 MB were made"


@pytest.mark.parametrize(("row", "is_one"), [(1, True), (-1, False), (2, False)])
def test_a_test_of_bounds_refuses_an_index_that_is_no_row(
    row: int, is_one: bool, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOT_A_ROW.format(row)],
        env={**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert (done.returncode == 0) is is_one, done.stderr
    assert is_one or "IndexError" in done.stderr


def test_only_what_python_calls_becomes_machine_code() -> None:
    @njit
    def half(number: float) -> float:
        return number / 2.0

    @njit
    def quarter(number: float) -> float:
        return half(half(number))

    @njit
    def entry(number: float) -> float:
        return quarter(number)

    assert entry(8.0) == 2.0
    for function in (half, quarter):
        assert isinstance(function, Compiled)
        assert not function.overloads
        (part,) = function.part.overloads.values()
        assert type(part.library) is PartLibrary
        assert not _has_machine_code(part)
    (compiled,) = entry.overloads.values()
    assert _has_machine_code(compiled)


def _has_machine_code(made: Any) -> bool:
    return bool(made.library.codegen._engine.is_symbol_defined(made.fndesc.mangled_name))


def test_python_may_call_a_part_too() -> None:
    _entry(9.0, 4)
    assert _shares(6.0, 2) == 4.0
    assert _shares.py_func(6.0, 2) == 4.0


def test_an_error_in_a_part_reaches_python() -> None:
    @njit
    def quotient(number: int, by: int) -> int:
        if by == 0:
            raise ValueError("nothing to divide by")
        return number // by

    @njit
    def call(number: int, by: int) -> int:
        return int(quotient(number, by))

    assert call(7, 2) == 3
    with pytest.raises(ValueError, match="nothing to divide by"):
        call(7, 0)


def test_integers_of_any_width_share_one_part() -> None:
    @njit
    def double(number: int) -> int:
        return 2 * number

    @njit
    def both(narrow: int, wide: int) -> int:
        return int(double(narrow) + double(wide) + double(3))

    assert both(np.int8(1), np.int64(2)) == 12
    assert len(double.part.overloads) == 1


def test_machine_code_is_kept_for_one_source_only(tmp_path: Path) -> None:
    """An older release leaves its machine code behind, beside files that did not change."""
    file = tmp_path / "doubling.py"
    file.write_text("def double(number):\n    return 2 * number\n", encoding="utf-8")
    double = run_path(str(file))["double"]
    for source, is_there_before in (("this", False), ("this", True), ("another", False)):
        function = numba.njit(cache=True)(double)
        keep_for_this_source(function, source)
        assert is_kept(function) is is_there_before
        assert function(2) == 4
        assert is_kept(function)


def test_matrices_can_be_multiplied_in_compiled_code_of_others() -> None:
    """SciPy's linear algebra is not loaded with the engine, and still when somebody needs it."""
    script = """
import sys
import numba, numpy as np
import sim.engine.advance
assert "scipy.linalg" not in sys.modules
product = numba.njit(lambda a: np.dot(a, a))
assert product(2.0 * np.eye(2)).tolist() == [[4.0, 0.0], [0.0, 4.0]]
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=PATIENCE_S)


def test_options_of_numba_are_the_same_where_all_of_their_values_are() -> None:
    """Also where one has a default and the other was given it; and a set holds them once."""
    one, other = Flags(), Flags()
    assert one == other
    other.boundscheck = Flags.options["boundscheck"].default
    assert one == other
    assert hash(one) == hash(other)
    other.boundscheck = True
    assert one != other
    assert one != "no options"
    assert len({Flags(), Flags(), other}) == 2


def test_options_with_another_default_are_others() -> None:
    """Though what is kept of both is the same: nothing."""

    class Checked(Flags):
        boundscheck = Option(type=bool, default=True, doc="with a test of every index")

    assert Checked() != Flags()
    other = Flags()
    other.boundscheck = True
    assert Checked() == other
    assert hash(Checked()) == hash(other)
