"""Streams of travellers with papers who share lanes: drawn before the run, crossing by crossing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.clock import Clock, Interval
from sim.engine.signatures import Record, Table
from sim.engine.travellers import TRAVELLER, draw_travellers
from sim.randomness import name_key
from sim.world.network import Crossing, ServiceTime, Travellers
from sim.world.traveller_numbers import travellers_a_day
from sim.world.world import World


def traveller_table(
    world: World, calendars: Sequence[Sequence[Interval]], stations: Table, key: int
) -> Table:
    """All travellers to come, station by station; notes in the stations where theirs are.

    Args:
        world: the world.
        calendars: open stretches of each crossing, h.
        stations: rows of the stations of the replication.
        key: its random key.
    """
    drawn, first = [np.zeros(0, dtype=TRAVELLER)], 0
    for row, crossing, calendar in zip(stations, world.network.crossings, calendars, strict=False):
        travellers = crossing.travellers
        if travellers is None or travellers.service is None:
            continue
        rates = np.array(_rates(crossing, travellers, calendar, world.clock)).reshape(-1, 3).T
        row["travellers_key"] = name_key(crossing.id)
        comes_h = draw_travellers(np.uint64(key), row["travellers_key"], *rates.copy())
        drawn.append(np.zeros(len(comes_h), dtype=TRAVELLER))
        drawn[-1]["comes_h"], drawn[-1]["number"] = comes_h, np.arange(len(comes_h))
        _note(row, travellers.service, first, first + len(comes_h))
        first += len(comes_h)
    return np.concatenate(drawn)


def _note(row: Record, service: ServiceTime, first: int, end: int) -> None:
    row["travellers_next"] = row["travellers_first"] = row["travellers_last"] = first
    row["travellers_end"] = end
    row["travellers_mean_h"] = service.mean_min / 60.0
    row["travellers_cv"], row["travellers_distribution"] = service.cv, service.distribution


def _rates(
    crossing: Crossing, travellers: Travellers, calendar: Sequence[Interval], clock: Clock
) -> list[tuple[float, float, float]]:
    """Who enters by the time: (begin h, end h, travellers an hour), in order."""
    if travellers.by_hour:
        return _by_hour(travellers.by_hour, travellers.inbound, clock)
    end_h = clock.duration_h
    spans = [(max(0.0, a), min(end_h, b)) for a, b in calendar if a < end_h and b > 0.0]
    open_h = sum(b - a for a, b in spans)
    per_h = travellers_a_day(crossing) * travellers.inbound * end_h / 24.0 / max(open_h, 1.0 / 60.0)
    return [(a, b, per_h) for a, b in spans if per_h > 0.0]


def _by_hour(
    by_hour: Sequence[float], inbound: float, clock: Clock
) -> list[tuple[float, float, float]]:
    """Hours of each local day counted from its midnight.

    The last is longer, or missing, where the clocks change.
    """
    rates = []
    for begins_h, ends_h in zip(clock.day_begins_h, clock.day_ends_h, strict=True):
        for hour, persons in enumerate(by_hour):
            a = max(0.0, begins_h + hour)
            b = min(ends_h, begins_h + hour + 1.0) if hour < len(by_hour) - 1 else ends_h
            if a < b and persons > 0.0:
                rates.append((float(a), float(b), persons * inbound))
    return rates
