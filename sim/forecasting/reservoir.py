"""B6: a toy of the mechanism: people in four states, an attempt hazard, and a logit split.

People wait, are on the way, have crossed, or have left. Each day some join those who wait, some
leave, and some set out for an open crossing by a logit on road hours; the nearer half-day arrives
the same day, others the next. On the last day before a crossing closes more of them set out. Nobody
queues, nobody hears anything. Six numbers are drawn from the ranges of the model's own central
values; those whose daily means come closest to the counts are kept (rejection, Beaumont, Zhang and
Balding 2002, Genetics 162:2025).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import elementwise
from sim.arithmetic.elementary import power
from sim.forecasting.past import Past
from sim.forecasting.sampling import draw_counts, draw_uniforms, forecaster_key
from sim.study.learning import PERSISTENCE_K, root_distance

Floats: TypeAlias = NDArray[np.float64]
DRAWS: Final = 4000
KEPT: Final = 80  # 2 % of them, the closest
NEXT_DAY_H: Final = 12.0  # of road, beyond which people arrive the next day; expert guess


class Numbers(NamedTuple):
    """What a reservoir draws, each of shape (draws,), between the bounds of :data:`RANGES`.

    Attributes:
        inflow: people who join those who wait, persons a day.
        stock: people who wait at the beginning, persons.
        attempts: share of them that sets out in a day.
        rush: by how much that rises on the last day before a crossing closes.
        per_road_h: utility lost by an hour of road.
        leaving: share of those who wait that leaves in a day.
    """

    inflow: Floats
    stock: Floats
    attempts: Floats
    rush: Floats
    per_road_h: Floats
    leaving: Floats


# Low and high, even on a logarithmic scale: the ranges of the model's design (MODEL 3), and for the
# hour of road an expert guess.
RANGES: Final = (
    (30.0, 130.0),
    (20.0, 1500.0),
    (0.03, 0.5),
    (1.5, 20.0),
    (0.01, 0.3),
    (0.005, 0.15),
)


@dataclass
class _Reservoir:
    """Where people are, of every draw.

    Attributes:
        numbers: what was drawn.
        waiting: people who wait, shape (draws,).
        on_the_way: people who arrive the next day, shape (draws, crossings).
    """

    numbers: Numbers
    waiting: Floats
    on_the_way: Floats

    def day(self, past: Past, day: int) -> Floats:
        """Let a day go by; returns who crosses where, shape (draws, crossings)."""
        own, is_open = self.numbers, past.path.is_open[day]
        arrived = np.where(is_open, self.on_the_way, 0.0)
        back = (self.on_the_way - arrived).sum(axis=1)
        self.waiting = (self.waiting + back) * (1.0 - own.leaving) + own.inflow
        set_out = self._set_out(past, day)
        far = past.gateway_h > NEXT_DAY_H
        self.on_the_way = np.where(far, set_out, 0.0)
        return arrived + np.where(far, 0.0, set_out)

    def _set_out(self, past: Past, day: int) -> Floats:
        """People who set out for each open crossing; they no longer wait."""
        is_open = past.path.is_open[day] & np.isfinite(past.gateway_h)
        if not is_open.any():
            return np.zeros_like(self.on_the_way)
        own = self.numbers
        factor = own.rush if _closes_next(past, day) else np.ones_like(own.rush)
        people = self.waiting * np.minimum(own.attempts * factor, 1.0)
        self.waiting = self.waiting - people
        nearest = float(past.gateway_h[is_open].min())
        beyond = np.where(is_open, past.gateway_h - nearest, 0.0)
        odds = np.where(is_open, elementwise.exp(-np.outer(own.per_road_h, beyond)), 0.0)
        return np.asarray(people[:, None] * odds / odds.sum(axis=1)[:, None])


def _closes_next(past: Past, day: int) -> bool:
    """Whether measures close a crossing after this day."""
    accessible = past.path.accessible
    return day + 1 < len(accessible) and bool((accessible[day] & ~accessible[day + 1]).any())


def forecast_by_reservoir(past: Past) -> Floats:
    """B6: negative binomial counts about the means of the draws that are kept, in turn.

    Returns:
        Samples, shape (samples, days ahead, crossings).
    """
    key = forecaster_key(past.seed, "B6")
    first = first_day(past)
    means = daily_means(past, draw_numbers(key), first)
    used = past.used[first:]
    kept = np.arange(DRAWS)
    if used.any():
        simulated = means[:, : len(used)][:, used]
        kept = np.argsort(root_distance(simulated, past.counts[first:][used]), kind="stable")
    chosen = means[kept[np.arange(past.samples) % KEPT]]
    days = [draw_counts(key, day, chosen[:, day - first], PERSISTENCE_K) for day in past.ahead]
    return np.stack(days, axis=1)


def first_day(past: Past) -> int:
    """The first day on which anybody was counted, from which the reservoir is run."""
    came = [day for day, people in past.totals if people > 0.0]
    return came[0] if came else past.origin


def draw_numbers(key: np.uint64) -> Numbers:
    """Draws of all six numbers."""
    columns = []
    for number, (low, high) in enumerate(RANGES, start=1):
        shares = draw_uniforms(key, number, DRAWS).tolist()
        columns.append(np.array([low * power(high / low, share) for share in shares]))
    return Numbers(*columns)


def daily_means(past: Past, numbers: Numbers, first: int) -> Floats:
    """Expected people by draw, day from ``first`` to the last and crossing."""
    crossings = len(past.gateway_h)
    reservoir = _Reservoir(numbers, numbers.stock, np.zeros((len(numbers.stock), crossings)))
    days = [reservoir.day(past, day) for day in range(first, past.until + 1)]
    return np.stack(days, axis=1)
