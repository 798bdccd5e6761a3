"""Sums of classes of people are those of one person after another."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from sim.arithmetic.sums import added_by_class

NUMBERS = some.floats(-1e12, 1e12) | some.sampled_from([math.nan, -0.0, 1e-300])


@given(people=some.lists(some.tuples(NUMBERS, some.booleans(), some.booleans()), max_size=40))
def test_a_class_is_added_one_person_after_another(
    people: list[tuple[float, bool, bool]],
) -> None:
    values = np.array([value for value, _, _ in people], dtype=np.float64)
    members = np.array([belongs for _, *belongs in people], dtype=np.bool_).reshape(-1, 2)
    counts, sums = added_by_class(values, members)
    for k in range(2):
        mine = [each[0] for each in people if each[1 + k] and not math.isnan(each[0])]
        total = 0.0
        for value in mine:
            total += value
        assert counts[k] == len(mine)
        assert sums[k].hex() == total.hex()  # to the bit, and no minus zero


def test_the_order_of_people_is_that_of_addition() -> None:
    """1 is lost beside 1e16, and the two that come first are not."""
    everybody = np.ones((3, 1), dtype=np.bool_)
    assert added_by_class(np.array([1.0, 1.0, 1e16]), everybody)[1][0] == 1e16 + 2.0
    assert added_by_class(np.array([1e16, 1.0, 1.0]), everybody)[1][0] == 1e16
