"""S1: when groups appear at the gateways.

A stream is a source of groups: a Poisson process with a piecewise constant rate (one for each
origin), a stock of people who are already there, or one given group. Rates are met by inverting the
cumulative rate, so the k-th candidate of a stream is the same group in every policy; while no
crossing takes asylum claims, a candidate sets out only with the chance ``demand_when_closed``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from sim.engine.columns import NOBODY, StreamKind
from sim.engine.events import EventKind, schedule
from sim.engine.groups import create_group, draw_size
from sim.engine.measures import asylum_open_anywhere
from sim.randomness import DEMAND_INTERVAL, DEMAND_THINNING, GROUP_GATEWAY, exponential, uniform

POISSON: Final = np.int64(StreamKind.POISSON)
STOCK: Final = np.int64(StreamKind.STOCK)
GROUP_CREATED: Final = np.int64(EventKind.GROUP_CREATED)


@njit
def start_streams(e):  # type: ignore[no-untyped-def]
    """Schedule the first group of every stream."""
    for i in range(len(e.streams)):
        if e.streams[i].kind == POISSON:
            _schedule_candidate(e, i)
        elif e.streams[i].persons_left > 0:
            schedule(e, e.streams[i].begins_h, GROUP_CREATED, i, 0)


@njit
def create_next(e, i, now):  # type: ignore[no-untyped-def]
    """Create the group that stream ``i`` has due now; returns its row, or -1 if none sets out."""
    stream = e.streams[i]
    key = stream.key + np.uint64(stream.next_index)
    stream.next_index += 1
    size = stream.people if stream.people > 0 else draw_size(e, key)
    if stream.kind == POISSON:
        _schedule_candidate(e, i)
        if stream.responsive and not _sets_out(e, key):
            return NOBODY
    else:
        size = min(size, stream.persons_left)
        stream.persons_left -= size
        if stream.persons_left > 0:
            schedule(e, now, GROUP_CREATED, i, 0)
    return create_group(e, key, size, _draw_gateway(e, i, key), stream.origin, now)


@njit
def _schedule_candidate(e, i):  # type: ignore[no-untyped-def]
    """Invert the cumulative rate for the stream's next candidate."""
    stream = e.streams[i]
    stream.cumulative += exponential(
        e.status[0].key, DEMAND_INTERVAL, stream.key, stream.next_index
    )
    left = stream.cumulative
    for r in range(stream.first_rate, stream.last_rate):
        rate = e.rates[r]
        expected = rate.per_h * (rate.ends_h - rate.begins_h)
        if left <= expected:
            schedule(e, rate.begins_h + left / rate.per_h, GROUP_CREATED, i, 0)
            return
        left -= expected


@njit
def _sets_out(e, key):  # type: ignore[no-untyped-def]
    if asylum_open_anywhere(e):
        return True
    u = uniform(e.status[0].key, DEMAND_THINNING, key, 0)
    return u < e.parameters[0].demand_when_closed


@njit
def _draw_gateway(e, i, key):  # type: ignore[no-untyped-def]
    stream = e.streams[i]
    u = uniform(e.status[0].key, GROUP_GATEWAY, key, 0)
    for k in range(stream.first_gateway, stream.last_gateway - 1):
        if u < e.gateways[k].cumulative:
            return e.gateways[k].place
    return e.gateways[stream.last_gateway - 1].place
