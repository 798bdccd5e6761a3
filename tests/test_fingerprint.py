"""Fingerprints of records: equal for equal ones, different for any change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import pytest

from sim.fingerprint import record_fingerprint
from sim.verification import small_worlds


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Pair:
    one: Any
    other: Any = None


@dataclass(frozen=True)
class Twin:
    one: Any
    other: Any = None


DIFFERENT = [
    None,
    0,
    1,
    -1.5,
    "",
    "0",
    "None",
    Colour.RED,
    (),
    (0,),
    ((), ()),
    ("ab", "c"),
    ("a", "bc"),
    {},
    {"a": 1},
    {"a": 1, "b": 2},
    {"b": 2, "a": 1},
    frozenset(),
    frozenset({"a", "b"}),
    frozenset({"ab"}),
    Pair(1),
    Pair(1, 1),
    Pair(None, 1),
    Twin(1),
    Pair((1, None)),
    np.zeros(2),
    np.zeros(2, dtype=np.int64),
    np.zeros((2, 1)),
    datetime(2024, 1, 1, tzinfo=UTC),
    datetime(2024, 1, 1, 1, tzinfo=UTC),
    time(1),
    timedelta(hours=1),
]


def test_different_records_have_different_fingerprints() -> None:
    found = [record_fingerprint(each) for each in DIFFERENT]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Pair([1, 2]), Pair((1, 2))),
        (1, 1.0),
        (1.0, np.float64(1.0)),
        (frozenset("abcdef"), frozenset("fedcba")),
        (np.arange(4)[::2], np.array([0, 2])),
    ],
)
def test_equal_records_have_equal_ones(one: object, other: object) -> None:
    assert record_fingerprint(one) == record_fingerprint(other)


def test_any_number_of_a_world_counts() -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.poisson(2.0), days=3
    )
    parameters = replace(where.parameters, memory_d=where.parameters.memory_d + 1e-12)
    again = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.poisson(2.0), days=3
    )
    assert record_fingerprint(where) == record_fingerprint(again)
    assert record_fingerprint(where) != record_fingerprint(replace(where, parameters=parameters))


def test_a_class_of_the_users_own_counts_with_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim import fingerprint

    before = record_fingerprint(Pair(1))
    fingerprint._source.cache_clear()
    monkeypatch.setattr("inspect.getsource", lambda kind: "class Pair: changed")
    assert record_fingerprint(Pair(1)) != before
    fingerprint._source.cache_clear()


def test_what_has_no_fingerprint_is_reported() -> None:
    with pytest.raises(TypeError, match="no fingerprint can be taken of a object"):
        record_fingerprint(Pair(object()))
