"""How numbers, intervals and verdicts are written, in one place.

Three significant digits above a thousand, and two of everything whose interval is wide; millions as
a word; separators and dates as the current language writes them (:mod:`sim.text.catalogue`), a true
minus sign. A difference whose 95 % interval holds zero is "no clear difference"; better and worse
are used only where an indicator has a direction.

A verdict is a word: tables of data keep it in English, :func:`verdict_words` translates it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_compact_decimal, get_decimal_symbol, get_group_symbol

from sim.text.catalogue import current_language, locale, phrases, translate, translate_plural

NO_VALUE = "–"
QUOTES = ("“", "”")  # with which a name in quotation marks begins
_SCALE = re.compile(r"\s[^\W\d]+$")  # ``million`` at the end of a number
MILLION = 1_000_000
MOST_DECIMALS = 6
WIDE = 0.2  # width of an interval over its middle from which on two digits are enough
NO_CLEAR = "no clear difference"
NO_DIFFERENCE = "no difference"
TOO_FEW = "too few runs"
AMONG_MANY = "not clear among so many"
MIXED = "mixed"
BETTER, WORSE = "better", "worse"
FEWER_COULD_COME = "fewer, because fewer could come"
HIGHER_FEWER_COULD_COME = "higher, because fewer could come"
CLEAR = (BETTER, WORSE, "higher", "lower", FEWER_COULD_COME, HIGHER_FEWER_COULD_COME)
_DAYS = {"en": "d MMM", "fi": "d.M.", "sv": "d MMM"}
_DAYS_OF_YEARS = {"en": "d MMM y", "fi": "d.M.y", "sv": "d MMM y"}


def number(value: float | None, *, like: Sequence[float] = ()) -> str:
    """A number for people: ``1234.5`` is ``1,230``, ``0.0312`` is ``0.031``, ``2.78e7`` a word.

    Args:
        value: The number; None and NaN are written as a dash.
        like: Numbers shown beside it, which share its decimals.
    """
    if value is None or not math.isfinite(value):
        return NO_VALUE
    decimals = _decimals([value, *like])
    rounded = _significant(value) if abs(value) >= 1000 else round(value, decimals)
    if abs(rounded) >= MILLION:
        text = _millions(abs(rounded), locale())
    elif rounded == 0:
        return "0"
    else:
        text = f"{abs(rounded):,.{decimals}f}".translate(_separators(locale()))
    return f"−{text}" if rounded < 0 else text


def signed(value: float | None, *, like: Sequence[float] = ()) -> str:
    """A difference with its sign: ``+12``, ``−0.5``, ``0``."""
    text = number(value, like=like)
    some = any(digit in "123456789" for digit in text)
    return f"+{text}" if value is not None and value > 0 and some else text


def estimate(middle: float | None, low: float | None, high: float | None) -> str:
    """A value with its interval: ``310 (120 to 640)``; alone where both ends are the same."""
    return _in_line(*written(middle, low, high))


def difference(middle: float | None, low: float | None, high: float | None) -> str:
    """A difference with its interval: ``−80 (−120 to −40)``; alone where both ends are the same."""
    return _in_line(*written(middle, low, high, sign=True))


def written(
    middle: float | None, low: float | None, high: float | None, *, sign: bool = False
) -> tuple[str, str, str]:
    """A value and the ends of its interval, rounded alike; no ends where they are the value itself.

    Args:
        middle: the value; None and NaN are written as a dash, as are ends.
        low: lower end.
        high: upper end.
        sign: whether the value is a difference, which has its sign; ends have theirs anyhow.
    """
    value, *ends = (math.nan if each is None else each for each in (middle, low, high))
    if _is_wide(value, *ends):
        text, first, last = (two_digits(each) for each in (value, *ends))
    else:
        beside = [each for each in (value, *ends) if math.isfinite(each)]
        text, first, last = (number(each, like=beside) for each in (value, *ends))
    shown = f"+{text}" if sign and value > 0.0 and text != "0" else text
    return (shown, "", "") if text == first == last != NO_VALUE else (shown, first, last)


def two_digits(value: float) -> str:
    """A number to two significant digits: ``4,600``, ``22``, ``−4.0``, ``0.031``."""
    shown = float(coarse(value))
    if not math.isfinite(shown) or abs(shown) >= 10.0 or shown.is_integer():
        return number(round(shown) if math.isfinite(shown) else shown)
    decimals = min(MOST_DECIMALS, max(1, 1 - math.floor(math.log10(abs(shown)))))
    if not round(shown, decimals):
        return "0"
    text = f"{abs(shown):.{decimals}f}".translate(_separators(locale()))
    return f"−{text}" if shown < 0 else text


def range_words(low: str, high: str) -> str:
    """``from 120 to 640``, ``from 68 to 120 million``, for a line of its own; or nothing."""
    if NO_VALUE in (low, high) or not low:
        return ""
    first, last = (_SCALE.search(each) for each in (low, high))
    once = low[: first.start()] if first and last and first[0] == last[0] else low
    return translate("from {low} to {high}", low=once, high=high)


def _in_line(value: str, low: str, high: str) -> str:
    if not low:
        return value
    if NO_VALUE in (low, high):
        return f"{value} {translate('(no interval)')}"
    return f"{value} ({translate('{low} to {high}', low=low, high=high)})"


def _is_wide(value: float, low: float, high: float) -> bool:
    """Whether an interval leaves a value two digits that mean something."""
    return math.isfinite(value) and high - low > WIDE * abs(value)


def verdict(low: float | None, high: float | None, *, direction: str) -> str:
    """Better, worse, higher, lower or no clear difference, from a 95 % interval alone."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return TOO_FEW
    if low == high == 0:
        return NO_DIFFERENCE
    if low <= 0 <= high:
        return NO_CLEAR
    rises = low > 0
    if direction == "none":
        return "higher" if rises else "lower"
    return BETTER if rises == (direction == "more") else WORSE


def verdict_words(word: str) -> str:
    """A verdict in the current language."""
    return {
        BETTER: translate("better"),
        WORSE: translate("worse"),
        "higher": translate("higher"),
        "lower": translate("lower"),
        NO_DIFFERENCE: translate("no difference"),
        MIXED: translate("mixed"),
        AMONG_MANY: translate("not clear among so many"),
        FEWER_COULD_COME: translate("fewer, because fewer could come"),
        HIGHER_FEWER_COULD_COME: translate("higher, because fewer could come"),
        NO_CLEAR: translate("no clear difference"),
        TOO_FEW: translate("too few runs"),
    }.get(word, word)


direction_words = phrases(
    {
        "less": "less is better",
        "more": "more is better",
        "none": "neither is better",
    }
)
"""Which way is better, in words."""


def arrow(word: str, middle: float) -> str:
    """Where the value clearly went: ``↑``, ``↓``, or ``≈`` where the word does not say so."""
    if word == TOO_FEW:
        return " "
    if word not in CLEAR:
        return "≈"
    return "↑" if middle > 0 else "↓"


def coarse(value: float) -> float:
    """A value to two significant digits: the ends of some tens of runs have no more."""
    return _significant(value, 2) if value and math.isfinite(value) else value


def percent(share: float | None) -> str:
    """A share as a percentage that never rounds to a false 0 or 100: ``<1 %``, ``>99 %``."""
    if share is None or not math.isfinite(share):
        return NO_VALUE
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def day(value: date, *, year: bool = False) -> str:
    """``18 Nov`` or ``18 Nov 2023``; ``18.11.`` in Finnish; never by the machine's locale."""
    pattern = (_DAYS_OF_YEARS if year else _DAYS)[current_language()]
    return _day(value, pattern, locale())


def listing(names: Sequence[str], *, most: int = 4) -> str:
    """``A, B and C``; past ``most`` names the rest is counted.

    Names with a comma that are not in quotation marks: ``A, a; B``.
    """
    with_commas = any(", " in name and name[:1] not in QUOTES for name in names)
    between = "; " if with_commas else ", "
    if len(names) > most:
        rest, shown = number(len(names) - most + 1), between.join(names[: most - 1])
        return translate("{names} and {count} more", names=shown, count=rest)
    if len(names) < 2:
        return "".join(names)
    return translate("{names} and {last}", names=between.join(names[:-1]), last=names[-1])


def in_quotes(name: str) -> str:
    """``“Name”``; in Finnish and Swedish ``”Namn”``."""
    return translate("“{name}”", name=name)


def plural(count: int, one: str, many: str) -> str:
    """``plural(3, "{count} run", "{count} runs")`` is ``3 runs``."""
    return translate_plural(count, one, many, count=f"{count:,}".translate(_separators(locale())))


def sentence(text: str) -> str:
    """The text with its first letter raised."""
    return text[:1].upper() + text[1:]


def lower(name: str) -> str:
    """A name in a sentence: its first letter lowered, unless an abbreviation or id begins it."""
    abbreviated = name[1:2].isupper() or name[1:2].isdigit()
    return name if abbreviated else name[:1].lower() + name[1:]


def _decimals(values: Sequence[float]) -> int:
    if all(float(value).is_integer() for value in values):
        return 0
    largest = max(abs(value) for value in values)
    if largest >= 100:
        return 0
    if largest >= 10:
        return 1
    return (
        2
        if largest >= 0.1 or largest == 0
        else min(MOST_DECIMALS, 1 - math.floor(math.log10(largest)))
    )


def _significant(value: float, digits: int = 3) -> float:
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


@cache
def _millions(value: float, there: Locale) -> str:
    """``27.8 million``, as the language writes it; three significant digits."""
    scale = MILLION * (1000 if value >= 1000 * MILLION else 1)
    digits = max(0, 2 - math.floor(math.log10(value / scale)))
    text = format_compact_decimal(value, format_type="long", locale=there, fraction_digits=digits)
    return str(text)


@cache
def _separators(there: Locale) -> dict[int, str]:
    """Replacements for the comma and the point of Python's own format."""
    return str.maketrans({",": get_group_symbol(there), ".": get_decimal_symbol(there)})


@cache
def _day(value: date, pattern: str, there: Locale) -> str:
    return format_date(value, pattern, locale=there)
