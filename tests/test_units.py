"""Quantities: a number is in the field's unit, a text carries its own."""

from __future__ import annotations

import math
from typing import Annotated, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.units import Unit, UnitError, convert


@pytest.mark.parametrize(
    ("quantity", "symbol", "value"),
    [
        # time
        ("90 min", "h", 1.5),
        ("2 h", "min", 120.0),
        ("4 d", "h", 96.0),
        ("1 week", "d", 7.0),
        ("36 s", "h", 0.01),
        # money
        ("250 EUR", "EUR", 250.0),
        ("1.5 kEUR", "EUR", 1500.0),
        ("2 MEUR", "kEUR", 2000.0),
        # length
        ("120 km", "km", 120.0),
        ("500 m", "km", 0.5),
        # speed
        ("65 km/h", "km/h", 65.0),
        ("10 m/s", "km/h", 36.0),
        ("120 km/d", "km/h", 5.0),
        # temperature
        ("-10 C", "C", -10.0),
        ("\N{MINUS SIGN}10 °C", "C", -10.0),
        ("0 C", "K", 273.15),
        ("273.15 K", "C", 0.0),
        # ratio
        ("30 %", "1", 0.3),
        ("0.25 1", "%", 25.0),
        # persons and rates
        ("50 persons", "persons", 50.0),
        ("6 /h", "/h", 6.0),
        ("48 persons/d", "/h", 2.0),
        ("2 /h", "persons/d", 48.0),
        ("7 /week", "/d", 1.0),
        ("1 /min", "persons/h", 60.0),
        ("1 persons/min", "/h", 60.0),
        ("7 persons/week", "/d", 1.0),
        # money per time, money per length
        ("48 EUR/d", "EUR/h", 2.0),
        ("7 EUR/week", "EUR/d", 1.0),
        ("0.2 EUR/m", "EUR/km", 200.0),
    ],
)
def test_a_text_is_converted_exactly(quantity: str, symbol: str, value: float) -> None:
    assert convert(quantity, Unit(symbol)) == value


@pytest.mark.parametrize("text", ["90min", "  90   min ", "+90 min", "9e1 min", "90. min"])
def test_blanks_and_ways_to_write_a_number_do_not_matter(text: str) -> None:
    assert convert(text, Unit("h")) == 1.5


def test_blanks_around_a_stroke_do_not_matter() -> None:
    assert convert("50 persons / d", Unit("persons/d")) == 50.0


@pytest.mark.parametrize("number", [3, 3.0, -1, 0])
def test_a_plain_number_is_in_the_unit_already(number: float) -> None:
    value = convert(number, Unit("d"))
    assert value == number
    assert type(value) is float


@pytest.mark.parametrize(
    ("quantity", "got"),
    [
        ("5 km", "got '5 km', which is a length"),
        ("5 EUR/h", "which is an amount of money per time"),
        ("5 hours", "'hours' is not a unit"),
        ("5 H", "'H' is not a unit"),
        ("1 h 30 min", "'h 30 min' is not a unit"),
        ("1 000 h", "'000 h' is not a unit"),
        ("5", "got '5' without a unit"),
        ("2,5 h", "the decimal sign is a point"),
        ("soon", "got 'soon'"),
        ("", "got ''"),
        ("h", "got 'h'"),
        ("nan h", "got 'nan h'"),
        ("inf h", "got 'inf h'"),
        ("٣ h", "got '٣ h'"),
        ("1e999 h", "not a finite number"),
        ("1e308 week", "not a finite number"),
        (math.nan, "got nan, which is not a finite number"),
        (math.inf, "got inf, which is not a finite number"),
        (-math.inf, "got -inf, which is not a finite number"),
        (10**400, "not a finite number"),
        (True, "got True"),
        (False, "got False"),
        (None, "got nothing"),
        ([1], "got a list"),
        ({"h": 1}, "got a dict"),
    ],
)
def test_a_refusal_says_what_was_got_and_what_may_be_written(quantity: object, got: str) -> None:
    with pytest.raises(UnitError) as refusal:
        convert(quantity, Unit("h"))
    message = str(refusal.value)
    assert got in message
    assert "expected a time, as a number in h" in message
    assert "s, min, h, d, week" in message


def test_a_number_too_long_to_write_out_is_refused_in_words() -> None:
    with pytest.raises(UnitError, match="got a very large number, which is not a finite number"):
        convert(10**5000, Unit("h"))


def test_a_refusal_is_short_and_holds_no_control_characters() -> None:
    with pytest.raises(UnitError) as refusal:
        convert("\x1b[31m" + "x" * 10_000, Unit("h"))
    assert len(str(refusal.value)) < 300
    assert "\x1b" not in str(refusal.value)


@pytest.mark.parametrize(
    ("symbol", "dimension", "other"),
    [
        ("h", "a time", "min"),
        ("EUR", "an amount of money", "kEUR"),
        ("km", "a length", "m"),
        ("km/h", "a speed", "m/s"),
        ("C", "a temperature", "K"),
        ("1", "a ratio", "%"),
        ("/h", "a rate", "persons/d"),
        ("EUR/h", "an amount of money per time", "EUR/d"),
        ("EUR/km", "an amount of money per length", "EUR/m"),
    ],
)
def test_a_unit_knows_its_dimension_and_alternatives(
    symbol: str, dimension: str, other: str
) -> None:
    unit = Unit(symbol)
    assert unit.dimension == dimension
    assert symbol in unit.alternatives
    assert other in unit.alternatives


def test_a_unit_marks_a_field() -> None:
    assert Unit("h") in get_args(Annotated[float, Unit("h")])
    assert len({Unit("h"), Unit("h"), Unit("d")}) == 2


def test_an_unknown_unit_is_refused_where_it_is_declared() -> None:
    with pytest.raises(UnitError, match="no unit 'hours'"):
        Unit("hours")


@given(
    value=st.floats(min_value=-1e9, max_value=1e9),
    pair=st.sampled_from([("min", "d"), ("EUR", "MEUR"), ("m/s", "km/h"), ("C", "K"), ("%", "1")]),
)
def test_there_and_back_is_the_same(value: float, pair: tuple[str, str]) -> None:
    here, there = map(Unit, pair)
    away = convert(f"{value!r} {here}", there)
    assert convert(f"{away!r} {there}", here) == pytest.approx(value, rel=1e-12, abs=1e-6)
