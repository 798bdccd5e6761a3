"""The small picture beside the line on trust: what was counted, in the band of the runs.

It is drawn as SVG in the page, so that it is sharp at any size and follows its light or dark paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.report.analysis.coverage import BANDS, Counts, Observed, observed
from sim.report.analysis.crossing_days import ARRIVALS, SHARE
from sim.report.analysis.queries import Floats
from sim.text.catalogue import translate
from sim.text.wording import day, number, percent

if TYPE_CHECKING:
    from sim.results.store import StoredResults

WIDTH, HEIGHT = 320.0, 44.0
HALF: Final = 0.35  # of the width of a period that its band takes, to either side
MOST: Final = 60  # periods that can be told apart


@dataclass(frozen=True)
class Column:
    """One period that was counted: where its band, the median run and the count are drawn.

    Attributes:
        left: left end of the band.
        width: its width.
        top: the band's upper end, from the top.
        height: its height.
        median: the median run.
        x: the count, from the left.
        y: the count, from the top.
    """

    left: float
    width: float
    top: float
    height: float
    median: float
    x: float
    y: float


@dataclass(frozen=True)
class TrustPicture:
    """Counts among runs.

    Attributes:
        columns: periods that were counted.
        words: what it shows, in a sentence.
        key: what its marks are.
        first: the first day.
        last: the last day.
        most: what is at the top, in words.
    """

    columns: tuple[Column, ...]
    words: str
    key: str
    first: str
    last: str
    most: str


def trust_picture(results: StoredResults) -> TrustPicture | None:
    """Arrivals that were counted, of the border or, if that was not counted, of a place with most.

    None where there is none, or more than can be told apart.
    """
    found = observed(results)
    counts = _shown(found) if found else None
    if found is None or counts is None or len(counts.counted) > MOST:
        return None
    drawn = np.vstack([counts.quantile(BANDS[SHARE][1]), counts.observations[0]])
    most = float(_comparable(counts, drawn)[:, counts.counted].max())
    first, last = int(counts.counted[0]), int(counts.counted[-1])
    days = found.window[int(counts.edges[first])], found.window[int(counts.edges[last + 1]) - 1]
    inside = counts.inside(SHARE)
    key = translate(
        "Dot: counted. Bar: {share} of the runs, line: their median.", share=percent(SHARE)
    )
    return TrustPicture(
        _columns(counts, most or 1.0),
        translate(
            "Arrivals counted from {first} to {last}: {inside} of {all} counts are in the band of "
            "{share} of the runs.",
            first=day(days[0], year=True),
            last=day(days[1], year=True),
            inside=number(inside),
            all=number(len(counts.counted)),
            share=percent(SHARE),
        ),
        key,
        day(days[0]),
        day(days[1]),
        _most_words(counts, most),
    )


def _is_even(counts: Counts) -> bool:
    """Whether all that is drawn was counted over periods of one length."""
    return len(set(counts.lengths_d[counts.counted].tolist())) == 1


def _comparable(counts: Counts, people: Floats) -> Floats:
    """People of each period; people a day where periods are not of one length."""
    return people if _is_even(counts) else counts.per_day(people)


def _most_words(counts: Counts, most: float) -> str:
    if _is_even(counts):
        return translate("{most} arrivals at the top", most=number(most))
    return translate("{most} arrivals a day at the top", most=number(most))


def _shown(found: Observed) -> Counts | None:
    """What is drawn of the counts: their total, or the place where most people were counted."""
    if len(found.total.counted):
        return found.total
    parts = [each for each in found.parts if each.series == ARRIVALS and len(each.counted)]
    return max(
        parts, key=lambda each: float(each.observations[0][each.counted].sum()), default=None
    )


def _columns(counts: Counts, most: float) -> tuple[Column, ...]:
    chosen = counts.counted
    step = WIDTH / len(chosen)
    low, middle, high, people = (
        _comparable(counts, each)
        for each in (
            *(counts.quantile(name) for name in (BANDS[SHARE][0], "q50", BANDS[SHARE][1])),
            counts.observations[0],
        )
    )

    def down(people: float) -> float:
        return round(HEIGHT * (1.0 - people / most), 1)

    return tuple(
        Column(
            left=round((k + 0.5 - HALF) * step, 1),
            width=round(2 * HALF * step, 1),
            top=down(float(high[each])),
            height=round(max(0.5, down(float(low[each])) - down(float(high[each]))), 1),
            median=down(float(middle[each])),
            x=round((k + 0.5) * step, 1),
            y=down(float(people[each])),
        )
        for k, each in enumerate(chosen.tolist())
    )
