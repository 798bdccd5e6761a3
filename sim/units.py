"""Quantities with units, as a scenario file writes them: ``90 min``, ``250 EUR``, ``50 persons/d``.

A plain number is in the unit that the field names; a text carries its own unit and is converted.
Units are those of one small table; a count of persons is a plain number, so ``/d`` and
``persons/d`` are the same. A month is a twelfth of a year, and a year 365.25 days: ``30/month`` is
360 a year, whichever months they are.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_DIMENSIONS: dict[str, dict[str, Fraction]] = {
    "a time": {
        "s": Fraction(1, 3600),
        "min": Fraction(1, 60),
        "h": Fraction(1),
        "d": Fraction(24),
        "week": Fraction(168),
    },
    "an amount of money": {
        "EUR": Fraction(1),
        "kEUR": Fraction(10**3),
        "MEUR": Fraction(10**6),
    },
    "a length": {"m": Fraction(1, 1000), "km": Fraction(1)},
    "a speed": {"km/h": Fraction(1), "km/d": Fraction(1, 24), "m/s": Fraction(18, 5)},
    "a temperature": {"C": Fraction(1), "°C": Fraction(1), "K": Fraction(1)},
    "a ratio": {"1": Fraction(1), "%": Fraction(1, 100)},
    "a number of persons": {"persons": Fraction(1)},
    "a rate": {
        "/min": Fraction(60),
        "/h": Fraction(1),
        "/d": Fraction(1, 24),
        "/week": Fraction(1, 168),
        "/month": Fraction(2, 1461),
        "/year": Fraction(1, 8766),
        "persons/min": Fraction(60),
        "persons/h": Fraction(1),
        "persons/d": Fraction(1, 24),
        "persons/week": Fraction(1, 168),
        "persons/month": Fraction(2, 1461),
        "persons/year": Fraction(1, 8766),
    },
    "an amount of money per time": {
        "EUR/h": Fraction(1),
        "EUR/d": Fraction(1, 24),
        "EUR/week": Fraction(1, 168),
    },
    "an amount of money per length": {"EUR/m": Fraction(1000), "EUR/km": Fraction(1)},
}
_DIMENSION_OF = {symbol: name for name, units in _DIMENSIONS.items() for symbol in units}

# Added to a value in the unit, after its factor, to reach the scale that its dimension shares.
_OFFSETS = {"K": -273.15}

# No quantity of a scenario is larger, in the unit of its field: beyond it are slips of the pen, and
# numbers that the engine and the calendar cannot hold.
LARGEST: Final = 1e6

_QUANTITY = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(.*)")
_NUMBER_WITH_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+(?![0-9,])")


class UnitError(ValueError):
    """A quantity that cannot be read in the unit that is expected."""


@dataclass(frozen=True)
class Unit:
    """The unit of a field, as in ``Annotated[float, Unit("h")]``.

    Attributes:
        symbol: the unit as it is written in a scenario file.
    """

    symbol: str

    def __post_init__(self) -> None:
        if self.symbol not in _DIMENSION_OF:
            known = ", ".join(_DIMENSION_OF)
            raise UnitError(f"there is no unit {self.symbol!r}; there are {known}")

    def __str__(self) -> str:
        return self.symbol

    @property
    def dimension(self) -> str:
        """What the unit measures, with its article, as ``a time``."""
        return _DIMENSION_OF[self.symbol]

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The units in which the same dimension may be written, this one among them."""
        return tuple(_DIMENSIONS[self.dimension])


def convert(quantity: object, unit: Unit) -> float:
    """A quantity as a plain number in ``unit``.

    Args:
        quantity: a number, taken to be in ``unit`` already, or a text with a number and a unit.
        unit: the unit of the answer.

    Raises:
        UnitError: the quantity is neither, has a wrong or unknown unit, or is not finite.
    """
    if isinstance(quantity, bool) or not isinstance(quantity, int | float | str):
        raise _refusal(quantity, unit)
    try:
        value = _convert_text(quantity, unit) if isinstance(quantity, str) else float(quantity)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise _refusal(quantity, unit, reason="which is not a finite number")
    return value


def _convert_text(text: str, unit: Unit) -> float:
    number, symbol = _split(text, unit)
    if symbol not in _DIMENSION_OF:
        reason = f"and {_clip(symbol)} is not a unit" if symbol else "without a unit"
        raise _refusal(text, unit, reason=reason)
    if symbol not in unit.alternatives:
        raise _refusal(text, unit, reason=f"which is {_DIMENSION_OF[symbol]}")
    return _rescale(number, symbol, unit.symbol)


def _split(text: str, unit: Unit) -> tuple[float, str]:
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if _NUMBER_WITH_COMMA.match(plain):
        raise _refusal(text, unit, reason="with a comma; the decimal sign is a point")
    found = _QUANTITY.fullmatch(plain)
    if not found:
        raise _refusal(text, unit)
    return float(found[1]), re.sub(r"\s*/\s*", "/", found[2])


def _rescale(value: float, symbol: str, target: str) -> float:
    if symbol == target:
        return value
    units = _DIMENSIONS[_DIMENSION_OF[symbol]]
    ratio = units[symbol] / units[target]
    # Multiplying before dividing keeps 90 min exactly 1.5 h and 30 % exactly 0.3.
    scaled = value * ratio.numerator / ratio.denominator
    return scaled + _OFFSETS.get(symbol, 0.0) - _OFFSETS.get(target, 0.0)


def _refusal(quantity: object, unit: Unit, *, reason: str = "") -> UnitError:
    got = _clip(quantity) if isinstance(quantity, str | int | float) else _kind(quantity)
    allowed = ", ".join(unit.alternatives)
    detail = f", {reason}" if reason.startswith("which") else f" {reason}" if reason else ""
    return UnitError(
        f"expected {unit.dimension}, as a number in {unit} or a text with one of the units "
        f"{allowed}; got {got}{detail}"
    )


def _kind(quantity: object) -> str:
    return "nothing" if quantity is None else f"a {type(quantity).__name__}"


def _clip(quantity: object) -> str:
    try:
        text = repr(quantity)
    except ValueError:  # An integer of thousands of digits has no decimal form.
        return "a very large number"
    return text if len(text) <= 60 else text[:60] + "…"
