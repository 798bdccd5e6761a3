"""How numbers and verdicts are written."""

from __future__ import annotations

import math
from datetime import date

import pytest

from sim.text import wording
from sim.text.parameter_labels import in_a_sentence, parameter_label


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (7.0, "7"),
        (310.0, "310"),
        (310.4, "310"),
        (1234.5, "1,230"),
        (1_236_000.0, "1.24 million"),
        (27_800_000.0, "27.8 million"),
        (1e9, "1 billion"),
        (999_600.0, "1 million"),
        (1e-9, "0"),
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


@pytest.mark.parametrize(
    ("values", "estimate", "difference"),
    [
        ((310, 120, 640), "310 (120 to 640)", "+310 (120 to 640)"),
        ((-80, -120, -40), "−80 (−120 to −40)", "−80 (−120 to −40)"),
        ((2.5, -1, 12), "2.5 (−1 to 12)", "+2.5 (−1 to 12)"),
        ((4550.0, 2480.0, 8500.0), "4,600 (2,500 to 8,500)", "+4,600 (2,500 to 8,500)"),
        ((5163.0, 5104.0, 5197.0), "5,160 (5,100 to 5,200)", "+5,160 (5,100 to 5,200)"),
        ((3, math.nan, math.nan), "3 (no interval)", "+3 (no interval)"),
        ((-61.2, -61.2, -61.2), "−61.2", "−61.2"),
        ((0.0, 0.0, 0.0), "0", "0"),
        ((1e-9, 0.0, 1e-8), "0", "0"),
        ((None, None, None), "– (no interval)", "– (no interval)"),
    ],
)
def test_wide_intervals_have_two_digits_and_points_none(
    values: tuple[float | None, float | None, float | None], estimate: str, difference: str
) -> None:
    assert wording.estimate(*values) == estimate
    assert wording.difference(*values) == difference


def test_a_range_in_words_is_nothing_where_there_is_none() -> None:
    assert wording.range_words(*wording.written(310, 120, 640)[1:]) == "from 120 to 640"
    assert wording.range_words(*wording.written(85e6, 68e6, 120e6)[1:]) == "from 68 to 120 million"
    assert wording.range_words(*wording.written(2e6, 4e5, 9e6)[1:]) == "from 400,000 to 9 million"
    assert wording.range_words(*wording.written(-61.2, -61.2, -61.2)[1:]) == ""
    assert wording.range_words(*wording.written(3, math.nan, math.nan)[1:]) == ""


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
    assert wording.listing(["A, a", "B", "C"]) == "A, a; B and C"
    assert wording.listing(["“A, a”", "“B”", "“C”"]) == "“A, a”, “B” and “C”"
    assert wording.in_quotes("A") == "“A”"
    assert wording.lower("People waiting") == "people waiting"
    assert wording.lower("EU claims") == "EU claims"
    assert wording.lower("H0: chance to be let out") == "H0: chance to be let out"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("demand_factor", "factor of demand"),
        ("crossings.salla.known", "Salla: believed to be passable at first"),
        ("hypotheses.H0.leakage", "H0: chance to be let out"),
    ],
)
def test_a_parameter_in_a_sentence_keeps_the_capital_of_a_name(key: str, said: str) -> None:
    assert in_a_sentence(parameter_label(key), key) == said
