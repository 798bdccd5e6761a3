"""Random numbers have addresses, no history, and the distributions that they claim."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from sim import randomness
from sim.randomness import (
    ALTERNATIVE,
    exponential,
    fill_uniform,
    gamma,
    gumbel,
    may_be_faster,
    name_key,
    normal,
    philox,
    replicate_key,
    uniform,
)
from sim.verification.reference_statistics import is_exponential, kolmogorov_smirnov_p
from tests.effort import PATIENCE_S

ROOT = Path(__file__).parents[1]
DRAWS = 200_000
LEAST_P = 0.001
KEY, ENTITY = np.uint64(replicate_key(1, 0)), np.uint64(name_key("somebody"))


@njit
def _philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    return philox(c0, c1, c2, c3, k0, k1)


def words(text: str) -> tuple[int, ...]:
    return tuple(int(word, 16) for word in text.split())


# kat_vectors of Random123 1.14, "philox4x32 10": counter, key, result.
KNOWN_ANSWERS = [
    (
        "00000000 00000000 00000000 00000000",
        "00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    (
        "ffffffff ffffffff ffffffff ffffffff",
        "ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    (
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN_ANSWERS, ids=["0", "1", "pi"])
@pytest.mark.parametrize("function", [_philox, philox.py_func], ids=["compiled", "Python"])
def test_philox_gives_the_published_words(
    function: Callable[..., tuple[int, ...]], counter: str, key: str, result: str
) -> None:
    given = [np.uint64(word) for word in words(counter) + words(key)]
    assert tuple(int(word) for word in function(*given)) == words(result)


@njit
def _many(distribution, purpose, count, shape):  # type: ignore[no-untyped-def]
    values = np.empty(count)
    for k in range(count):
        if distribution == 0:
            values[k] = uniform(KEY, purpose, ENTITY, k)
        elif distribution == 1:
            values[k] = exponential(KEY, purpose, ENTITY, k)
        elif distribution == 2:
            values[k] = gumbel(KEY, purpose, ENTITY, k)
        elif distribution == 3:
            values[k] = normal(KEY, purpose, ENTITY, k)
        else:
            values[k] = gamma(KEY, purpose, ENTITY, k, shape)
    return values


DISTRIBUTIONS = ("uniform", "exponential", "gumbel", "normal", "gamma")


def draws(distribution: str, *, purpose: int = 1, shape: float = 1.0) -> NDArray[np.float64]:
    return np.asarray(_many(DISTRIBUTIONS.index(distribution), purpose, DRAWS, shape))


def test_uniform_draws_are_uniform_in_the_open_interval() -> None:
    values = draws("uniform")
    assert values.min() > 0.0
    assert values.max() < 1.0
    assert kolmogorov_smirnov_p(values) > LEAST_P
    counts = np.bincount((values * 64).astype(int), minlength=64)
    chi_square = float(((counts - DRAWS / 64) ** 2 / (DRAWS / 64)).sum())
    assert 30.0 < chi_square < 103.4, "0.01 % and 99.9 % points of chi-square with 63 degrees"


def test_every_bit_of_a_uniform_draw_is_fair() -> None:
    """The leading 52 bits; in the upper half of the interval a double has no room for more."""
    bits = np.floor(draws("uniform") * 2.0**52).astype(np.int64)
    shares = np.array([((bits >> k) & 1).mean() for k in range(52)])
    assert np.abs(shares - 0.5).max() < 4.5 * 0.5 / math.sqrt(DRAWS)


def address_of(result: tuple[int, int, int, int], key: int) -> tuple[int, int, int]:
    """(purpose, entity, index) whose Philox words are ``result``: the ten rounds undone."""
    mask, (a, b) = 0xFFFFFFFF, (0xD2511F53, 0xCD9E8D57)
    c0, c1, c2, c3 = result
    for turn in range(9, -1, -1):
        k0 = ((key & mask) + turn * 0x9E3779B9) & mask
        k1 = ((key >> 32) + turn * 0xBB67AE85) & mask
        before_2 = pow(b, -1, 1 << 32) * c1 & mask
        before_0 = pow(a, -1, 1 << 32) * c3 & mask
        c1 = c0 ^ (b * before_2 >> 32) ^ k0
        c3 = c2 ^ (a * before_0 >> 32) ^ k1
        c0, c2 = before_0, before_2
    return c1, c2 | c3 << 32, c0


@pytest.mark.parametrize("word", [0x00000000, 0xFFFFFFFF], ids=["smallest", "largest"])
def test_the_interval_is_open_at_both_ends(word: int) -> None:
    """At 0 the logarithm of an exponential draw is infinite, at 1 that of a Gumbel draw."""
    purpose, entity, index = address_of((word, word, 1, 2), int(KEY))
    found = philox.py_func(
        *(np.uint64(part) for part in (index, purpose, entity & 0xFFFFFFFF, entity >> 32)),
        np.uint64(int(KEY) & 0xFFFFFFFF),
        np.uint64(int(KEY) >> 32),
    )
    assert tuple(int(each) for each in found) == (word, word, 1, 2)
    value = uniform(KEY, purpose, np.uint64(entity), index)
    assert 0.0 < value < 1.0


def test_neighbouring_draws_are_not_correlated() -> None:
    values = draws("uniform") - 0.5
    for lag in (1, 2, 64, 256):
        z = 12.0 * float((values[:-lag] * values[lag:]).mean()) * math.sqrt(DRAWS)
        assert abs(z) < 4.0, f"lag {lag}"


def test_the_exponential_law() -> None:
    assert is_exponential(draws("exponential"), 1.0) > LEAST_P


def test_who_may_be_the_first_is_told_without_a_logarithm_and_nearly_exactly() -> None:
    """Else a way that is the best would be passed over, or logarithms taken for nothing."""
    edges = [2.0**-53, 0.25, 0.5, 0.75, 1.0 - 2.0**-53]
    for u in np.concatenate([edges, draws("uniform")]):
        speed = 0.7 / -math.log(u)
        assert may_be_faster(0.7, u, speed)
        assert u < 0.5 or not may_be_faster(0.7, u, speed / 0.96)
    assert not may_be_faster(0.0, 0.5, 0.0)


def test_draws_that_are_made_together_are_those_made_one_by_one() -> None:
    indices = np.array([0, 1, 2, 7, 1 << 30, 3 << 20, 5], dtype=np.int64)
    filled = np.full(len(indices), np.nan)
    fill_uniform(filled, KEY, ALTERNATIVE, np.uint64(11), indices, 1, 6)
    for k in range(1, 6):
        assert filled[k] == uniform(KEY, ALTERNATIVE, np.uint64(11), indices[k])
    assert np.isnan(filled[[0, 6]]).all()


def test_the_gumbel_law() -> None:
    values = draws("gumbel")
    assert kolmogorov_smirnov_p(np.exp(-np.exp(-values))) > LEAST_P
    assert values.mean() == pytest.approx(0.5772156649, abs=0.015), "Euler's constant"


def test_the_normal_law() -> None:
    values = draws("normal")
    below = np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in values])
    assert kolmogorov_smirnov_p(below) > LEAST_P


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9, 1.0, 2.5, 100.0])
def test_gamma_has_its_first_three_moments(shape: float) -> None:
    """Mean k, variance k, third central moment 2 k; intervals of 4.5 standard errors."""
    values = draws("gamma", shape=shape)
    centred = values - shape
    for power, exact in ((1, 0.0), (2, shape), (3, 2.0 * shape)):
        sample = centred**power
        error = float(sample.std()) / math.sqrt(DRAWS)
        assert abs(float(sample.mean()) - exact) < 4.5 * error, f"moment {power}"
    assert (values > 0.0).all()


@pytest.mark.parametrize("shape", [1.0, 2.0, 3.0])
def test_gamma_of_whole_shape_is_erlangs_law(shape: float) -> None:
    x = draws("gamma", shape=shape)
    terms = [x**k / math.factorial(k) for k in range(int(shape))]
    assert kolmogorov_smirnov_p(1.0 - np.exp(-x) * sum(terms)) > LEAST_P


def test_gamma_of_half_shape_is_chi_square() -> None:
    """Gamma(1/2) is half the square of a normal draw: P = erf(sqrt(x))."""
    x = draws("gamma", shape=0.5)
    assert kolmogorov_smirnov_p(np.array([math.erf(math.sqrt(v)) for v in x])) > LEAST_P


def test_draws_of_different_purposes_do_not_know_each_other() -> None:
    one, other = draws("uniform", purpose=1), draws("uniform", purpose=2)
    assert abs(float(np.corrcoef(one, other)[0, 1])) < 4.0 / math.sqrt(DRAWS)


def test_a_draw_has_no_history() -> None:
    """Asked in any order, at any time, the same address gives the same number."""
    indices = [5, 0, 7, 7, 3]
    asked = [uniform(KEY, 1, ENTITY, index) for index in indices]
    assert asked == [draws("uniform")[index] for index in indices]


@pytest.mark.parametrize("change", ["key", "purpose", "entity", "index", "high word of entity"])
def test_every_part_of_the_address_matters(change: str) -> None:
    address = {"key": int(KEY), "purpose": 1, "entity": int(ENTITY), "index": 4}
    other = dict(address)
    if change == "high word of entity":
        other["entity"] ^= 1 << 40
    else:
        other[change] += 1

    def at(where: dict[str, int]) -> float:
        return float(
            uniform(
                np.uint64(where["key"]),
                where["purpose"],
                np.uint64(where["entity"]),
                where["index"],
            )
        )

    assert at(address) != at(other)


def test_purposes_are_different_numbers() -> None:
    purposes = {
        name: int(value)
        for name, value in vars(randomness).items()
        if name.isupper() and not name.startswith("_")
    }
    assert len(purposes) > 20
    assert len(set(purposes.values())) == len(purposes)


def test_every_state_of_the_world_of_every_seed_has_its_own_key() -> None:
    keys = {replicate_key(seed, number) for seed in range(200) for number in range(500)}
    assert len(keys) == 200 * 500
    assert all(0 <= key < 2**64 for key in keys)


def test_keys_of_neighbouring_states_of_the_world_differ_in_half_their_bits() -> None:
    flips = [
        (replicate_key(1, number) ^ replicate_key(1, number + 1)).bit_count()
        for number in range(2000)
    ]
    assert np.mean(flips) == pytest.approx(32.0, abs=0.5)
    assert min(flips) > 8


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**63, 2**64 - 1])
def test_any_64_bit_seed_will_do(seed: int) -> None:
    assert len({replicate_key(seed, number) for number in range(100)}) == 100


def test_name_keys_are_what_they_always_were() -> None:
    """Written down once: the addresses of draws are part of every stored result."""
    expected = {
        "": 8_832_978_290_816_513_101,
        "origin anywhere": 574_650_498_069_447_120,
        "group ä": 8_167_887_564_883_954_801,
    }
    assert {name: name_key(name) for name in expected} == expected


def test_name_keys_are_the_same_in_every_process() -> None:
    script = "from sim.randomness import name_key; print(name_key('stock 0'))"
    for hash_seed in ("0", "1", "random"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": hash_seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        assert int(done.stdout) == name_key("stock 0")


def test_name_keys_are_far_apart() -> None:
    """Groups of a stream take the numbers after its key, so keys must not be neighbours."""
    names = [
        f"{kind} {k}" for kind in ("origin", "stock", "group", "organised") for k in range(5000)
    ]
    keys = np.sort(np.array([name_key(name) for name in names], dtype=np.int64))
    assert keys.min() >= 0
    assert np.diff(keys).min() > 10_000
