"""How numbers and verdicts are written."""

from __future__ import annotations

import math
from datetime import date

import pytest

from sim.text import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (7.0, "7"),
        (310.0, "310"),
        (310.4, "310"),
        (1234.5, "1,230"),
        (1_236_000.0, "1,240,000"),
        (12.34, "12.3"),
        (0.0312, "0.031"),
        (-80.0, "−80"),
        (-0.001, "−0.0010"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_number(value: float | None, text: str) -> None:
    assert wording.number(value) == text


def test_intervals_share_their_decimals() -> None:
    assert wording.estimate(310, 120, 640) == "310 [120–640]"
    assert wording.difference(-80, -120, -40) == "−80 [−120 to −40]"
    assert wording.difference(2.5, -1, 12) == "+2.5 [−1.0 to 12.0]"
    assert wording.difference(3, math.nan, math.nan) == "+3 [no interval]"


@pytest.mark.parametrize(
    ("low", "high", "direction", "word"),
    [
        (-3, -1, "less", "better"),
        (1, 3, "less", "worse"),
        (1, 3, "more", "better"),
        (-3, -1, "more", "worse"),
        (1, 3, "none", "higher"),
        (-3, -1, "none", "lower"),
        (-1, 1, "less", "no clear difference"),
        (0, 1, "less", "no clear difference"),
        (0, 0, "less", "no difference"),
        (math.nan, math.nan, "less", "too few runs"),
    ],
)
def test_verdict(low: float, high: float, direction: str, word: str) -> None:
    assert wording.verdict(low, high, direction=direction) == word


def test_percentages_never_round_to_a_false_certainty() -> None:
    shares = (0.0, 0.004, 0.5, 0.996, 1.0)
    assert [wording.percent(s) for s in shares] == ["0 %", "<1 %", "50 %", ">99 %", "100 %"]


def test_words() -> None:
    assert wording.day(date(2023, 11, 18), year=True) == "18 Nov 2023"
    assert wording.listing(["A", "B", "C", "D", "E"]) == "A, B, C and 2 more"
    assert wording.listing(["A", "B"]) == "A and B"
    assert wording.lower("People waiting") == "people waiting"
    assert wording.lower("EU claims") == "EU claims"
