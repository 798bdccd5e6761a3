"""What of counts a calibration compares: a dozen numbers, the same ones for any border.

Counts are added up over stretches of time between the dates at which the policy changes what
crossings are open to. The last day before such a date stands for itself, since people hurry; what
is before it is halved, so that growth within a stretch shows. The whole border comes first, then
the places with the most people; all others are one number together. Stocks, and counts of which
only bounds are known, stand for themselves.

Counts of weeks or months are few: pieces are halved further until there are as many numbers as
there may be, and a number weighs the less the longer ago it ends. Demand wanders in ways that no
scenario has, so that a fit to all counts alike misses the level from which a forecast begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isnan
from typing import Final, TypeAlias

import numpy as np

from sim.arithmetic.elementary import exp, log
from sim.calibration.prior import Floats
from sim.scenario.counted_periods import usual_length
from sim.scenario.observed_series import STOCKS
from sim.study.observed_cells import Cell

MOST: Final = 14  # summaries, besides what is pooled
LEAST_DAYS: Final = 4  # of a stretch that is halved
HALF_LIFE: Final = 2.0  # periods after which a count weighs half, where periods are of many days
Places: TypeAlias = tuple[str, str]  # series and place
Piece: TypeAlias = tuple[int, ...]  # numbers of counts that are added up


@dataclass(frozen=True)
class Summary:
    """Counts that are added up.

    Attributes:
        name: series, place and days.
        cells: numbers of the counts.
        low: least that was counted: the count itself, or the bound that is known.
        high: most that was counted.
        weight: of its squared distance, beside those of the others.
    """

    name: str
    cells: Piece
    low: float
    high: float
    weight: float = 1.0


def summaries_of(
    cells: Sequence[Cell], changes: Sequence[int], first_day: date
) -> tuple[Summary, ...]:
    """The summaries of counts.

    Args:
        cells: counts, and bounds of such.
        changes: numbers of days on which the policy changes what crossings are open to.
        first_day: day number 0.
    """
    pieces = _halved_further(cells, list(_candidates(cells, changes)))
    ranked = sorted(pieces, key=lambda numbers: _rank(cells, numbers))
    chosen, rest = ranked[:MOST], [k for numbers in ranked[MOST:] for k in numbers]
    summaries = [_summary(cells, numbers, first_day) for numbers in chosen]
    pooled = tuple(sorted(k for k in rest if not isnan(cells[k].people)))
    if pooled:
        summaries.append(_pooled(cells, pooled))
    return tuple(replace(each, weight=_weight(cells, each.cells)) for each in summaries)


def _candidates(cells: Sequence[Cell], changes: Sequence[int]) -> Iterator[Piece]:
    """Numbers of counts that belong together: of one series and place, in one piece of time."""
    by_place: defaultdict[Places, list[int]] = defaultdict(list)
    for k, cell in enumerate(cells):
        by_place[cell.series, cell.place].append(k)
    for (series, _), numbers in by_place.items():
        alone = [k for k in numbers if series in STOCKS or isnan(cells[k].people)]
        yield from ((k,) for k in alone)
        yield from _pieces(cells, [k for k in numbers if k not in alone], changes)


def _pieces(
    cells: Sequence[Cell], numbers: Sequence[int], changes: Sequence[int]
) -> Iterator[Piece]:
    """Counts of a place by stretch of time: its last day, and the halves of what is before it."""
    stretches: defaultdict[int, list[int]] = defaultdict(list)
    for k in sorted(numbers, key=lambda k: cells[k].last):
        stretches[sum(change <= cells[k].last for change in changes)].append(k)
    for some in stretches.values():
        eve = [k for k in some if cells[k].first == cells[k].last and cells[k].last + 1 in changes]
        body = [k for k in some if k not in eve]
        half = (len(body) + 1) // 2 if len(body) >= LEAST_DAYS else len(body)
        yield from (tuple(part) for part in (eve, body[:half], body[half:]) if part)


def _halved_further(cells: Sequence[Cell], pieces: list[Piece]) -> list[Piece]:
    """Pieces of counts of many days, until there are as many as there may be or none is left."""

    def people(piece: Piece) -> float:
        return _weight(cells, piece) * sum(cells[k].people for k in piece)

    wanted = MOST if usual_days(cells) > 1 else 0
    while len(pieces) < wanted and any(len(each) > 1 for each in pieces):
        largest = max((each for each in pieces if len(each) > 1), key=people)
        half = (len(largest) + 1) // 2
        pieces.remove(largest)
        pieces += [largest[:half], largest[half:]]
    return pieces


def usual_days(cells: Iterable[Cell]) -> int:
    """The most frequent length of what is counted over periods, d; 1 where there is none."""
    return usual_length(cell.days for cell in cells if cell.series not in STOCKS)


def _weight(cells: Sequence[Cell], numbers: Iterable[int]) -> float:
    """Half for each half-life between the end of a piece and that of the last one."""
    days = usual_days(cells)
    if days == 1:
        return 1.0
    age_d = max(cell.last for cell in cells) - max(cells[k].last for k in numbers)
    return float(exp(-log(2.0) * age_d / (HALF_LIFE * days)))


def _rank(cells: Sequence[Cell], numbers: Piece) -> tuple[int, float, int]:
    """Stocks, the whole border, places, then what has bounds alone: by how many people it is of."""
    first = cells[numbers[0]]
    people = sum(_or(cells[k].people, _or(cells[k].low, 0.0)) for k in numbers)
    only_bounds = isnan(first.people) and first.series not in STOCKS
    kind = 3 if only_bounds else 0 if first.series in STOCKS else 2 if first.places else 1
    return kind, -people, numbers[0]


def _summary(cells: Sequence[Cell], numbers: Piece, first_day: date) -> Summary:
    of = [cells[k] for k in numbers]
    name = f"{of[0].series} {of[0].place} {_days(of, first_day)}"
    counted = sum(cell.people for cell in of)
    if isnan(counted):
        return Summary(name, numbers, _or(of[0].low, 0.0), _or(of[0].high, np.inf))
    return Summary(name, numbers, counted, counted)


def _or(bound: float, otherwise: float) -> float:
    return otherwise if isnan(bound) else bound


def _days(cells: Sequence[Cell], first_day: date) -> str:
    first, last = (
        first_day + timedelta(days=day)
        for day in (min(cell.first for cell in cells), max(cell.last for cell in cells))
    )
    return f"{first}" if first == last else f"{first}/{last}"


def _pooled(cells: Sequence[Cell], numbers: Piece) -> Summary:
    counted = sum(cells[k].people for k in numbers)
    return Summary("everything else", numbers, counted, counted)


def summed(summaries: Sequence[Summary], people: Floats) -> Floats:
    """Summaries of simulated counts.

    Args:
        summaries: which.
        people: simulated counts, shape (runs, cells).

    Returns:
        Shape (runs, summaries).
    """
    columns = [people[:, list(each.cells)].sum(axis=1) for each in summaries]
    return np.stack(columns, axis=1)


def cell_bounds(cells: Sequence[Cell]) -> tuple[Floats, Floats]:
    """Least and most that each count allows, shape (cells,) each."""
    low = [_or(cell.people, _or(cell.low, 0.0)) for cell in cells]
    high = [_or(cell.people, _or(cell.high, np.inf)) for cell in cells]
    return np.array(low), np.array(high)
