"""The rules of the plain model that the versions in other tools share, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from benchmarks.plain_model import BALKING_PER_H, CROSSINGS, PlainModel


def leaving_probability(utility: Sequence[float]) -> float:
    """Logit: the chance to set out for any of the crossings, against waiting (utility 0)."""
    total = sum(map(math.exp, utility))
    return total / (1.0 + total)


def draw_tastes(random: Random) -> list[float]:
    """A group's Gumbel tastes for the crossings, which it keeps."""
    return [-math.log(-math.log(1.0 - random.random())) for _ in range(CROSSINGS)]


def best_crossing(utility: Sequence[float], tastes: Sequence[float]) -> int:
    """Where a group with these tastes sets out for."""
    values = [value + taste for value, taste in zip(utility, tastes, strict=True)]
    return values.index(max(values))


def until_open_h(model: PlainModel, j: int, now: float) -> float:
    """Time until a crossing opens; 0 while it is open, h."""
    opens, closes = model.hours[j]
    hour = now % 24.0
    if opens <= hour < closes:
        return 0.0
    return opens - hour if hour < opens else 24.0 + opens - hour


def balking_chance(
    model: PlainModel, j: int, now: float, before_lanes: int, before_desks: int
) -> float:
    """The chance to turn away from a queue at its sight.

    Args:
        model: the model.
        j: the crossing.
        now: the time, h.
        before_lanes: people there who have not been admitted.
        before_desks: people admitted who wait for a desk.
    """
    lanes_h = before_lanes * model.service_h / model.lanes
    desks_h = (before_lanes + before_desks) * model.service_h / model.desks
    wait_h = max(lanes_h, desks_h) + until_open_h(model, j, now)
    return -math.expm1(-BALKING_PER_H * wait_h)
