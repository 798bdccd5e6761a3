"""Policies at a glance: six indicators, access first, each as a difference from the reference.

A dot is the mean difference and a line its 95 % interval, on one scale an indicator. Policies are
sorted by people without access and grouped by how clear that difference is; none is crowned.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.report.analysis import queries
from sim.report.page.comparison_table import TableRow, table_rows
from sim.text.catalogue import translate
from sim.text.wording import (
    AMONG_MANY,
    CLEAR,
    FEWER_COULD_COME,
    HIGHER_FEWER_COULD_COME,
    MIXED,
    NO_CLEAR,
    arrow,
    direction_words,
    verdict_words,
)

if TYPE_CHECKING:
    from sim.results.store import StoredResults

# Of each group the first that there is; access first, and cost and order beside it.
SLOTS: Final = (
    (queries.WITHOUT_ACCESS, "R5"),
    ("R6", "R13"),
    (queries.WAITING, "R1_mean"),
    ("R2_cold", "R8"),
    ("O2", "O1"),
    (queries.WHOLE_COST, "K_state"),
)
WIDTH, MARGIN = 100.0, 5.0  # of the strip that a difference is drawn in, in its own units


@dataclass(frozen=True)
class Marks:
    """Where a difference is drawn, from 0 to :data:`WIDTH`.

    Attributes:
        zero: the reference.
        low: lower end of the interval.
        mean: the mean difference.
        high: upper end of the interval.
    """

    zero: float
    low: float
    mean: float
    high: float


@dataclass(frozen=True)
class GlanceCell:
    """One policy in one indicator.

    Attributes:
        head: the indicator's name.
        value: the mean difference, in two digits; of the reference its median.
        interval: ``from −5,900 to −4,500``; of the reference 10 to 90 % of its runs.
        reading: ``↓ better``, in fewer words than in the table; nothing of the reference.
        word: the same in English, without the arrow.
        marks: where it is drawn; None of the reference, and where there is no interval.
    """

    head: str
    value: str
    interval: str
    reading: str
    word: str
    marks: Marks | None


@dataclass(frozen=True)
class GlanceRow:
    """One policy: its label and its cells."""

    label: str
    cells: tuple[GlanceCell, ...]


@dataclass(frozen=True)
class Glance:
    """The picture of the first screen.

    Attributes:
        heads: name, and unit with the better direction, of each indicator.
        reference: what the others are compared with.
        groups: heading and policies; clear differences in access first.
    """

    heads: tuple[tuple[str, str], ...]
    reference: GlanceRow
    groups: tuple[tuple[str, tuple[GlanceRow, ...]], ...]


def glance(results: StoredResults) -> Glance | None:
    """The policies that are shown; None where there is one only."""
    rows = {(row.indicator, row.policy): row for row in table_rows(results)}
    reference, *others = queries.policies(results)
    names = _indicators(results)
    if not others or not names:
        return None
    scales = {name: _scale([rows[name, policy] for policy in others]) for name in names}
    drawn = {
        policy: GlanceRow(
            rows[names[0], policy].label,
            tuple(_cell(rows[name, policy], scales[name]) for name in names),
        )
        for policy in others
    }
    heads = [rows[name, reference] for name in names]
    return Glance(
        tuple((head.name, _unit(head)) for head in heads),
        GlanceRow(heads[0].label, tuple(map(_level, heads))),
        _grouped({policy: rows[names[0], policy] for policy in others}, drawn),
    )


def _indicators(results: StoredResults) -> list[str]:
    """Six indicators of the table that are modelled, or as many as there are."""
    known = [str(entry["id"]) for entry in queries.modelled(results)]
    chosen = [next((each for each in slot if each in known), "") for slot in SLOTS]
    return list(dict.fromkeys([*filter(None, chosen), *known]))[: len(SLOTS)]


def _unit(head: TableRow) -> str:
    return translate(
        "{unit}; {direction}", unit=head.unit, direction=direction_words(head.direction)
    )


def _scale(rows: Sequence[TableRow]) -> tuple[float, float]:
    """The least and the greatest that is drawn of an indicator, zero among them."""
    ends = [0.0]
    for row in rows:
        if row.change:
            ends += [row.change.low, row.change.mean, row.change.high]
    known = [end for end in ends if math.isfinite(end)]
    return min(known), max(known)


def _cell(row: TableRow, scale: tuple[float, float]) -> GlanceCell:
    change = row.change
    assert change is not None  # only the reference has none
    value, interval = row.change_lines
    marks = _marks(change.low, change.mean, change.high, scale)
    return GlanceCell(row.name, value, interval, _reading(row, change.mean), row.word, marks)


def _reading(row: TableRow, mean: float) -> str:
    """The word of a cell, short enough for its column."""
    if row.word in (NO_CLEAR, AMONG_MANY):
        words = translate("not clear")
    elif row.word in (FEWER_COULD_COME, HIGHER_FEWER_COULD_COME):
        words = translate("fewer could come")
    else:
        words = verdict_words(row.word)
    return f"{arrow(row.word, mean)} {words}".strip()


def _marks(low: float, mean: float, high: float, scale: tuple[float, float]) -> Marks | None:
    least, most = scale
    if not math.isfinite(mean) or least == most:
        return None
    ends = (low, high) if math.isfinite(low) else (mean, mean)

    def at(value: float) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (value - least) / (most - least), 1)

    return Marks(at(0.0), at(ends[0]), at(mean), at(ends[1]))


def _level(row: TableRow) -> GlanceCell:
    """The reference itself: what the differences are from."""
    return GlanceCell(row.name, *row.value_lines, "", "", None)


def _grouped(
    access: Mapping[str, TableRow], drawn: Mapping[str, GlanceRow]
) -> tuple[tuple[str, tuple[GlanceRow, ...]], ...]:
    """Policies by how clear their difference in access is, then by how large."""
    order = sorted(access, key=lambda policy: _mean(access[policy]))
    words = (*CLEAR, MIXED)
    groups = {
        translate("Clear difference in access"): [p for p in order if access[p].word in CLEAR],
        translate("Mixed difference in access"): [p for p in order if access[p].word == MIXED],
        translate("No clear difference in access"): [
            p for p in order if access[p].word not in words
        ],
    }
    return tuple(
        (heading, tuple(drawn[policy] for policy in members))
        for heading, members in groups.items()
        if members
    )


def _mean(row: TableRow) -> float:
    mean = row.change.mean if row.change else math.nan
    less_is_better = row.direction != "more"
    return math.inf if math.isnan(mean) else mean if less_is_better else -mean
