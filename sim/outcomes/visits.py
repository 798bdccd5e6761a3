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
from sim.engine.signatures import Column, Table
from sim.outcomes.row_blocks import row_blocks

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
    """How long people waited to be heard, border by border.

    Attributes:
        behind_h: at borders that they left behind, in the order of leaving, h, shape
            (kept visits,); nan for those who did not present themselves on the receiving side.
        here_h: at the border where they now are, or were last, shape (persons,), h; nan likewise.
        registrations: visits at which somebody was registered.
    """

    behind_h: NDArray[np.float64]
    here_h: NDArray[np.float64]
    registrations: int


def waits_of(persons: Table, kept: Table, end_h: float) -> Waits:
    """The waits of all visits, from presenting oneself on the receiving side.

    They come to an end at registration; where nothing is claimed or people are waved through, at
    admission; else when they left, or at the end of the scenario.

    Args:
        persons: rows of everybody, as they now are.
        kept: visits that they left behind.
        end_h: the end of the scenario, h.
    """
    behind_h = _ended_h(kept, kept["left_as"], end_h)
    behind_h -= kept["presented_h"]
    here_h = _ended_h(persons, persons["state"], end_h)
    here_h -= persons["presented_h"]
    here_h.flags.writeable = False  # it is handed out as it is
    registered = [int((~np.isnan(rows["registered_h"])).sum()) for rows in (kept, persons)]
    return Waits(behind_h, here_h, sum(registered))


def longest_at_border_h(persons: Table, kept: Table, end_h: float) -> NDArray[np.float64]:
    """Everybody's longest time from standing at a border to its end there, h; 0 for no border."""
    longest_h = np.zeros(len(persons))
    for rows, states in ((kept, kept["left_as"]), (persons, persons["state"])):
        for block in row_blocks(len(rows)):
            some = rows[block]
            whose = some["person"] if rows is kept else np.arange(block.start, block.stop)
            since_h = np.fmin(some["queued_h"], some["presented_h"])
            waits_h = _ended_h(some, states[block], end_h) - since_h
            stood = ~np.isnan(since_h)
            np.maximum.at(longest_h, whose[stood], waits_h[stood])
    return longest_h


def _ended_h(rows: Table, states: Column, end_h: float) -> NDArray[np.float64]:
    """When the wait at each visit came to its end, h; ``states``: in which people left, or are."""
    ended_h = rows["registered_h"].copy()
    for state in _LEAVING:
        np.copyto(ended_h, rows["admitted_h"], where=states == state)
    left_h = rows["left_h"] if "left_h" in (rows.dtype.names or ()) else np.inf
    np.copyto(ended_h, np.minimum(left_h, end_h), where=np.isnan(ended_h))
    return ended_h


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
