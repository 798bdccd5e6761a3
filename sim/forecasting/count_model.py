"""B5: a negative binomial count model with memory of counts and of its own mean, NB-INGARCH(1,1).

``mean(t) = w + a y(t-1) + b mean(t-1)``: Ferland, Latour and Oraichi 2006 (J. Time Series Analysis
27:923); Zhu 2011 (32:54) for the negative binomial; Liboschik, Fokianos and Fried 2017 (J. Stat.
Software 82:5) for conditional likelihood. All crossings share the four numbers, which are those of
greatest likelihood on a grid; each has a mean of its own, which moves on open days only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import fsum
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.elementary import log, log_gamma
from sim.forecasting.past import Past
from sim.forecasting.sampling import draw_counts, forecaster_key

Floats: TypeAlias = NDArray[np.float64]
LEVELS: Final = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # persons a day
WEIGHTS: Final = (0.0, 0.2, 0.4, 0.6, 0.8)
SHAPES: Final = (0.3, 1.0, 3.0, 10.0)


class CountModel(NamedTuple):
    """The numbers of an INGARCH(1,1).

    Attributes:
        level: w, persons a day.
        of_count: a, weight of the count before.
        of_mean: b, weight of the mean before.
        shape: k of the negative binomial.
    """

    level: float
    of_count: float
    of_mean: float
    shape: float

    @property
    def stationary(self) -> float:
        """The mean in the long run, from which a series begins."""
        return self.level / (1.0 - self.of_count - self.of_mean)


def forecast_by_count_model(past: Past) -> Floats:
    """B5: each sample goes on by its own counts.

    Returns:
        Samples, shape (samples, days ahead, crossings).
    """
    series = [past.series(crossing) for crossing in range(len(past.gateway_h))]
    model = fitted_count_model(series)
    means = np.tile([_mean_after(model, each) for each in series], (past.samples, 1))
    key = forecaster_key(past.seed, "B5")
    days = []
    for day in past.ahead:
        is_open = past.path.is_open[day]
        counts = draw_counts(key, day, np.where(is_open, means, 0.0), model.shape)
        later = model.level + model.of_count * counts + model.of_mean * means
        means = np.where(is_open, later, means)
        days.append(counts)
    return np.stack(days, axis=1)


def fitted_count_model(series: Sequence[Sequence[float]]) -> CountModel:
    """The model of greatest conditional likelihood on the grid; the first of equals."""
    grid = [CountModel(*each) for each in product(LEVELS, WEIGHTS, WEIGHTS, SHAPES)]
    usable = [each for each in grid if each.of_count + each.of_mean < 1.0]
    alone = [_alone(each) for each in series]
    return max(usable, key=lambda model: _log_likelihood(model, series, alone))


def _alone(series: Sequence[float]) -> list[float]:
    """``-log y!`` of each count: what does not depend on the model."""
    return [-float(log_gamma(each + 1.0)) for each in series]


def _means(model: CountModel, series: Sequence[float]) -> list[float]:
    """The mean of each day, and of the day after the last."""
    means = [model.stationary]
    for count in series:
        means.append(model.level + model.of_count * count + model.of_mean * means[-1])
    return means


def _mean_after(model: CountModel, series: Sequence[float]) -> float:
    return _means(model, series)[-1] if series else 0.0


def _log_likelihood(
    model: CountModel, series: Sequence[Sequence[float]], alone: Sequence[Sequence[float]]
) -> float:
    """Of all counts but the first of each crossing, given those before."""
    combined = _cached_log_gamma(model.shape)
    parts = [
        fixed + combined(count) + _mean_part(model.shape, mean, count)
        for each, own in zip(series, alone, strict=True)
        for mean, count, fixed in list(zip(_means(model, each), each, own, strict=False))[1:]
    ]
    return fsum(parts)


def _mean_part(shape: float, mean: float, count: float) -> float:
    whole = float(log(shape + mean))
    return shape * (float(log(shape)) - whole) + count * (float(log(mean)) - whole)


def _cached_log_gamma(shape: float) -> Callable[[float], float]:
    """``log G(y + k) - log G(k)``, each count computed once."""
    known: dict[float, float] = {}
    least = float(log_gamma(shape))

    def ratio(count: float) -> float:
        if count not in known:
            known[count] = float(log_gamma(count + shape)) - least
        return known[count]

    return ratio
