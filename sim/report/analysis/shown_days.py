"""Which days charts by day show: those on which something happens, with a few before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.report.analysis import queries
from sim.report.analysis.observed_totals import observed_rates
from sim.text.catalogue import translate
from sim.text.wording import percent

if TYPE_CHECKING:
    from datetime import date

    from sim.results.store import StoredResults

QUIET: Final = 0.02  # of the mean of the highest day: fewer people are no reason to show a day
EVENTS: Final = ("waiting", "arrivals", "interview_h")
BESIDE: Final = 3  # days before the first and after the last


def shown_days(results: StoredResults) -> slice:
    """The days to show, by number; all of them where nothing ever happens.

    From shortly before people first arrive, wait or are interviewed in the mean of the runs of any
    policy, are first counted, or access first changes, to shortly after the last such day.
    """
    eventful = _people(results) | _changed(results)
    for each in observed_rates(results):
        eventful[each.first : each.last + 1] = True
    where = np.flatnonzero(eventful)
    if not len(where):
        return slice(0, len(eventful))
    first, last = int(where[0]) - BESIDE, int(where[-1]) + BESIDE
    return slice(max(0, first), min(len(eventful), last + 1))


def _people(results: StoredResults) -> npt.NDArray[np.bool_]:
    """Days on which more than a few people arrive, wait or are interviewed."""
    busy = np.zeros(len(queries.days(results)), dtype=bool)
    for series in EVENTS:
        runs = queries.daily_totals(results, series).values()
        means = [block.mean(axis=0) for block in runs if len(block)]
        highest = max((float(mean.max(initial=0.0)) for mean in means), default=0.0)
        for mean in means:
            busy |= mean > QUIET * highest
    return busy


def _changed(results: StoredResults) -> npt.NDArray[np.bool_]:
    """Days on which what crossings are open to changes under any policy."""
    changed = np.zeros(len(queries.days(results)), dtype=bool)
    for policy in queries.policies(results):
        for change in queries.changes(results, policy):
            changed[change.day : change.day + 1] = True
    return changed


def window_words(results: StoredResults, shown: slice) -> str:
    """Which days are shown, and why not the others."""
    days: list[date] = queries.days(results)
    window = queries.span(days[shown])
    if len(days[shown]) == len(days):
        return f"{window}."
    return translate(
        "Simulated: {period}; shown: {window}; on the other days, arrivals and people waiting "
        "are on average at most {share} of their highest value.",
        period=queries.period(results),
        window=window,
        share=percent(QUIET),
    )
