"""What people lived through at borders: one row for each border at which somebody stood.

Where people pass one border after another, each that they left behind is a visit that the engine
kept; the border where they now are is in their own row. Of a person's visits one decides what is
said of access: that at which they were registered first, or else the first.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import PersonState
from sim.engine.columns import Engine
from sim.engine.row_types import VISIT
from sim.engine.signatures import Table

TIMES: Final = ("queued_h", "presented_h", "admitted_h", "registered_h")
_LEAVING: Final = (PersonState.REFUSED_NO_CLAIM, PersonState.LET_THROUGH)


def kept_visits(engine: Engine) -> Table:
    """The visits that people left behind, in the order of leaving."""
    return engine.visits[: int(engine.status["visits"][0])]


def all_visits(persons: Table, kept: Table, station_at: NDArray[np.int32]) -> Table:
    """Every visit, person by person in order of time; those that go on now are last of each.

    Who passed the terrain border unseen and went on stood nowhere there: that is no visit.

    Args:
        persons: rows of everybody, as they now are.
        kept: visits that they left behind.
        station_at: the station at each place, or -1.
    """
    stood = _who_stood(persons)
    now = np.zeros(int(stood.sum()), dtype=VISIT)
    now["person"] = np.flatnonzero(stood)
    now["station"] = station_at[persons["place"][stood]]
    now["left_as"] = persons["state"][stood]
    now["left_h"] = np.inf
    for name in TIMES:
        now[name] = persons[name][stood]
    if not len(kept):
        return now
    visits = np.concatenate((kept[_who_stood(kept)], now))
    return visits[np.argsort(visits["person"], kind="stable")]


def _who_stood(rows: Table) -> NDArray[np.bool_]:
    """Who stood at a border post, or was found and brought to one, by row."""
    return ~np.isnan(rows["queued_h"]) | ~np.isnan(rows["presented_h"])


class Waits(NamedTuple):
    """How long people waited at borders.

    Attributes:
        person: row of the person, shape (visits,).
        presented: whether they presented themselves on the receiving side, same shape.
        at_border_h: from standing there until it came to its end there, same shape, h.
        to_be_heard_h: from presenting themselves until then, same shape, h; nan for the others.
        registrations: visits at which somebody was registered.
    """

    person: NDArray[np.int32]
    presented: NDArray[np.bool_]
    at_border_h: NDArray[np.float64]
    to_be_heard_h: NDArray[np.float64]
    registrations: int


def waits_of(visits: Table, end_h: float) -> Waits:
    """The waits of visits.

    They come to an end at registration; where nothing is claimed or people are waved through, at
    admission; else when they left, or at the end of the scenario, ``end_h``.
    """
    ended_h = _ended_h(visits, end_h)
    since_h = np.fmin(visits["queued_h"], visits["presented_h"])
    return Waits(
        person=visits["person"].copy(),  # not the whole table
        presented=~np.isnan(visits["presented_h"]),
        at_border_h=ended_h - since_h,
        to_be_heard_h=ended_h - visits["presented_h"],
        registrations=int((~np.isnan(visits["registered_h"])).sum()),
    )


def _ended_h(visits: Table, end_h: float) -> NDArray[np.float64]:
    done = np.isin(visits["left_as"], _LEAVING)
    hours = np.where(done, visits["admitted_h"], visits["registered_h"])
    return np.where(np.isnan(hours), np.minimum(visits["left_h"], end_h), hours)


def with_deciding_visits(persons: Table, visits: Table) -> Table:
    """Everybody's row with the times of the visit that decides of access.

    Args:
        persons: rows of everybody, as they now are.
        visits: every visit, person by person in order of time.
    """
    rows = persons.copy()
    for candidates in (visits, visits[~np.isnan(visits["registered_h"])]):
        who, first = np.unique(candidates["person"], return_index=True)
        for name in TIMES:
            rows[name][who] = candidates[name][first]
    return rows
