"""Elementary functions are right to the last digits, and the same to the bit on any processor."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest

from sim.arithmetic import elementary, elementwise
from tests.arithmetic.printed_values import arguments, digests
from tests.other_processors import GENERIC, OLD_PROCESSOR, in_process

INF, NAN = math.inf, math.nan


def units_apart(found: float, right: float) -> float:
    """In units in the last place of the right value."""
    return abs(found - right) / math.ulp(right)


@pytest.mark.parametrize(
    ("function", "right", "given", "units"),
    [
        (elementary.exp, math.exp, arguments(-700.0, 709.0), 1.0),
        (elementary.exp, math.exp, arguments(-2.0, 2.0), 1.0),
        (elementary.exp, math.exp, arguments(-745.0, -700.0), 1.0),
        (elementary.exp_within, math.exp, arguments(-700.0, 700.0), 1.0),
        (elementary.expm1, math.expm1, arguments(-40.0, 700.0), 1.0),
        (elementary.expm1, math.expm1, arguments(-1.5, 1.5), 3.0),
        (elementary.expm1, math.expm1, arguments(-1e-8, 1e-8), 1.0),
        (elementary.log, math.log, arguments(1e-300, 1e-290), 1.0),
        (elementary.log, math.log, arguments(0.4, 3.0), 1.0),
        (elementary.log, math.log, arguments(1.0, 1e12), 1.0),
        (elementary.log1p, math.log1p, arguments(-0.999, 3.0), 2.0),
        (elementary.log1p, math.log1p, arguments(-1e-8, 1e-8), 1.0),
    ],
)
def test_values_are_right_to_the_last_digits(
    function: Callable[[float], float],
    right: Callable[[float], float],
    given: list[float],
    units: float,
) -> None:
    assert max(units_apart(function(x), right(x)) for x in given) <= units


@pytest.mark.parametrize("exponent", [-30.0, -1.5, 0.16, 0.5, 3.0])
def test_powers_are_as_right_as_their_logarithm_is_large(exponent: float) -> None:
    for base in arguments(0.01, 200.0):
        right = base**exponent
        units = units_apart(elementary.power(base, exponent), right)
        assert units <= 2.0 + 2.0 * abs(math.log(right))


def test_cosines_are_right_in_every_quadrant() -> None:
    for turns in arguments(-2.0, 2.0):
        found = elementary.cosine_of_turns(turns)
        assert found == pytest.approx(math.cos(2.0 * math.pi * turns), abs=4e-15)
    eighths = [elementary.cosine_of_turns(k / 4.0) for k in range(-4, 5)]
    assert eighths == [1.0, 0.0, -1.0, 0.0, 1.0, 0.0, -1.0, 0.0, 1.0]


def test_the_logarithm_of_the_gamma_function() -> None:
    for x in arguments(0.001, 170.0):
        assert elementary.log_gamma(x) == pytest.approx(math.lgamma(x), rel=1e-14, abs=1e-13)
    factorials = [math.exp(elementary.log_gamma(n + 1.0)) for n in range(20)]
    assert factorials == pytest.approx([math.factorial(n) for n in range(20)], rel=1e-13)


@pytest.mark.parametrize(
    ("function", "x", "right"),
    [
        (elementary.exp, 0.0, 1.0),
        (elementary.exp, -INF, 0.0),
        (elementary.exp, INF, INF),
        (elementary.exp, 710.0, INF),
        (elementary.exp, -746.0, 0.0),
        (elementary.exp, -745.0, 5e-324),
        (elementary.exp, NAN, NAN),
        (elementary.expm1, 0.0, 0.0),
        (elementary.expm1, -INF, -1.0),
        (elementary.expm1, INF, INF),
        (elementary.expm1, NAN, NAN),
        (elementary.log, 1.0, 0.0),
        (elementary.log, 0.0, -INF),
        (elementary.log, -1.0, NAN),
        (elementary.log, INF, INF),
        (elementary.log, 5e-324, -744.4400719213812),
        (elementary.log, NAN, NAN),
        (elementary.log1p, 0.0, 0.0),
        (elementary.log1p, -1.0, -INF),
        (elementary.log1p, -2.0, NAN),
        (elementary.log1p, INF, INF),
    ],
)
def test_at_the_edges(function: Callable[[float], float], x: float, right: float) -> None:
    assert function(x) == pytest.approx(right, rel=0.0, abs=0.0, nan_ok=True)


@pytest.mark.parametrize(
    ("base", "exponent", "right"),
    [
        (0.0, 0.0, 1.0),
        (0.0, 2.0, 0.0),
        (0.0, -1.0, INF),
        (1.0, INF, 1.0),
        (INF, -1.0, 0.0),
        (7.3, 1.0, 7.3),
        (7.3, 0.0, 1.0),
        (-1.0, 0.5, NAN),
    ],
)
def test_powers_at_the_edges(base: float, exponent: float, right: float) -> None:
    assert elementary.power(base, exponent) == pytest.approx(right, rel=0.0, abs=0.0, nan_ok=True)


def test_arrays_keep_their_shape_and_have_the_same_values() -> None:
    given = np.array(arguments(0.1, 3.0)[:12]).reshape(3, 4)
    for of_all, of_one in (
        (elementwise.exp, elementary.exp),
        (elementwise.expm1, elementary.expm1),
        (elementwise.cosine_of_turns, elementary.cosine_of_turns),
        (lambda x: elementwise.power(x, 0.16), lambda x: elementary.power(x, 0.16)),
    ):
        expected = [[of_one(x) for x in row] for row in given]
        assert np.array_equal(of_all(given), expected)
        assert np.array_equal(of_all(given.T), np.transpose(expected)), "in any order of memory"
    assert elementwise.exp(0.0).shape == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [OLD_PROCESSOR, {"NUMBA_DISABLE_JIT": "1"}, GENERIC],
    ids=["an old processor", "without compilation", "compiled for any processor"],
)
def test_the_same_bits_on_another_processor(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    if "NUMBA_CPU_NAME" in environment:
        environment = {**environment, "NUMBA_CACHE_DIR": str(tmp_path_factory.mktemp("cache"))}
    found = json.loads(in_process("tests.arithmetic.printed_values", environment=environment))
    assert found == digests()
