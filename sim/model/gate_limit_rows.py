"""From the transit side's limits at its gates to the engine's rows and release times (S10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from sim.engine.columns import GATE_LIMIT
from sim.engine.signatures import Column
from sim.hypotheses import GateLimit
from sim.world.world import World


class _Holding(NamedTuple):
    """A limit at one crossing, until the next one there for the same origins."""

    begins_h: float
    ends_h: float
    station: int
    limit: GateLimit


def gate_limit_columns(limits: Sequence[GateLimit], world: World) -> dict[str, Column]:
    """The tables of limits, of the origins that they name, and of their releases."""
    end_h = world.clock.duration_h
    holding = sorted(_all_holding(limits, world), key=lambda each: each.begins_h)
    origins = [origin.id for origin in world.demand.origins]
    rows, releases_h = np.zeros(len(holding), dtype=GATE_LIMIT), list[float]()
    names = np.zeros((len(holding), len(origins)), dtype=np.bool_)
    for row, named, each in zip(rows, names, holding, strict=True):
        row["station"], row["begins_h"], row["ends_h"] = each.station, each.begins_h, each.ends_h
        row["for_all"] = not each.limit.origins
        named[:] = [origin in each.limit.origins for origin in origins]
        row["first_release"] = len(releases_h)
        releases_h += [hour for hour in _releases_h(each, end_h) if hour < end_h]
        row["last_release"] = len(releases_h)
        row["unlimited"] = each.limit.pace is None
        if each.limit.pace is not None:
            row["batch"], row["person_h"] = each.limit.pace.batch, each.limit.pace.person_h
    return {
        "gate_limits": rows,
        "gate_limit_origins": names,
        "release_h": np.array(releases_h, dtype=np.float64),
    }


def _all_holding(limits: Sequence[GateLimit], world: World) -> Iterator[_Holding]:
    for station, crossing in enumerate(world.network.crossings):
        here = [each for each in limits if not each.crossings or crossing.id in each.crossings]
        for origins in dict.fromkeys(each.origins for each in here):
            same = [each for each in here if each.origins == origins]
            same = sorted(same, key=lambda each: each.since_h)
            ends_h = [*(each.since_h for each in same[1:]), inf]
            for limit, end_h in zip(same, ends_h, strict=True):
                goes_freely = limit.pace is None and not origins
                if limit.since_h < end_h and not goes_freely:
                    yield _Holding(limit.since_h, end_h, station, limit)


def _releases_h(holding: _Holding, end_h: float) -> Iterator[float]:
    """When people are let go on, and the end of the limit, at which more may pass."""
    pace, until_h = holding.limit.pace, min(holding.ends_h, end_h)
    if pace is None:
        yield holding.begins_h
    else:
        yield from pace.releases_h(holding.begins_h, until_h)
    yield holding.ends_h
