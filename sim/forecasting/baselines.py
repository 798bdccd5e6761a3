"""Baselines that the model must beat, fixed before any forecast: B0 to B7.

Each sees counts up to the origin and the policy path, as the model does, and gives samples of the
same shape: nobody comes where a crossing is closed, since a closed day is a structural zero. Spread
is negative binomial with k = 3 (daily counts of autumn 2023 to 23 November have a variance of 23
times their mean; the range of k is 1 to 10) unless a baseline fits its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.forecasting.count_model import forecast_by_count_model
from sim.forecasting.logit_split import forecast_by_split
from sim.forecasting.past import Past
from sim.forecasting.reservoir import forecast_by_reservoir
from sim.forecasting.sampling import draw_counts, draw_uniforms, forecaster_key
from sim.study.learning import PERSISTENCE_K

Floats: TypeAlias = NDArray[np.float64]
LEAST_MEAN: Final = 0.5  # persons a day after a count of nobody, as persistence in L3 has it


@dataclass(frozen=True)
class Baseline:
    """A forecast that knows next to nothing.

    Attributes:
        id: its number.
        name: what it is, in a few words.
        forecast: from what is known to samples, shape (samples, days ahead, crossings).
        simple: whether it is one that the model has to beat; B6 is a model itself.
    """

    id: str
    name: str
    forecast: Callable[[Past], Floats]
    simple: bool = True


def nobody(past: Past) -> Floats:
    """B0: nobody comes anywhere."""
    return np.zeros((past.samples, len(past.ahead), len(past.gateway_h)))


def persistence(past: Past) -> Floats:
    """B1: as many as on the last day on which the crossing was open."""
    return _moving_average(past, 1, "B1")


def mean_of_three(past: Past) -> Floats:
    """B2, MA3: the mean of the last three days on which the crossing was open."""
    return _moving_average(past, 3, "B2a")


def mean_of_seven(past: Past) -> Floats:
    """B2, MA7: the mean of the last seven."""
    return _moving_average(past, 7, "B2b")


def _moving_average(past: Past, days: int, name: str) -> Floats:
    """A crossing that was never counted while open has nobody; one that was, 0.5 at least."""
    series = [past.series(crossing)[-days:] for crossing in range(len(past.gateway_h))]
    means = [max(sum(each) / len(each), LEAST_MEAN) if each else 0.0 for each in series]
    is_open = past.path.is_open[past.origin + 1 : past.until + 1]
    return _spread(past, np.where(is_open, means, 0.0), name)


def _spread(past: Past, means: Floats, name: str) -> Floats:
    """Samples about means of shape (days ahead, crossings)."""
    key = forecaster_key(past.seed, name)
    days = [
        draw_counts(key, day, np.tile(row, (past.samples, 1)), PERSISTENCE_K)
        for day, row in zip(past.ahead, means, strict=True)
    ]
    return np.stack(days, axis=1)


def nearest_open(past: Past) -> Floats:
    """B3: all go on coming, and whose crossing has closed is at the nearest open one a day later.

    The people of the last day with counts set out, each day again, from the crossings that they
    were counted at for the crossing nearest by road hours that was open the day before.
    """
    day, _ = past.totals[-1] if past.totals else (past.origin, 0.0)
    flow = np.where(past.used[day], past.counts[day], 0.0)
    is_open = past.path.is_open
    means = np.zeros((len(past.ahead), len(flow)))
    for row, later in zip(means, past.ahead, strict=True):
        for crossing in np.flatnonzero(flow).tolist():
            goes_to = _nearest(past.between_h[crossing], is_open[later - 1], crossing)
            if goes_to is not None and is_open[later, goes_to]:
                row[goes_to] += flow[crossing]
    return _spread(past, means, "B3")


def _nearest(hours: Floats, is_open: NDArray[np.bool_], own: int) -> int | None:
    """The crossing itself while it is open, else the nearest that is; None if none is."""
    if is_open[own]:
        return own
    reached = np.where(is_open, hours, np.inf)
    return int(reached.argmin()) if np.isfinite(reached).any() else None


def half_nobody(past: Past) -> Floats:
    """B7: a coin decides for each sample whether nobody comes or the mean of three days.

    Hard to beat on quiet days: it hedges between an end and no change.
    """
    nobody_comes = draw_uniforms(forecaster_key(past.seed, "B7"), 0, past.samples) < 0.5
    samples = _moving_average(past, 3, "B7")
    samples[nobody_comes] = 0.0
    return samples


BASELINES: Final = (
    Baseline("B0", "nobody", nobody),
    Baseline("B1", "persistence", persistence),
    Baseline("B2a", "mean of 3", mean_of_three),
    Baseline("B2b", "mean of 7", mean_of_seven),
    Baseline("B3", "nearest open", nearest_open),
    Baseline("B4", "logit split", forecast_by_split),
    Baseline("B5", "INGARCH", forecast_by_count_model),
    Baseline("B6", "reservoir", forecast_by_reservoir, simple=False),
    Baseline("B7", "half nobody", half_nobody),
)
