"""Tables of what comes into being during a run, and how much room they have at the start."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.engine.codes import BANDS
from sim.engine.columns import Engine, grown
from sim.engine.row_types import BELIEF, EVENT, GROUP, JOURNEY, LEARNER, MEASURE, PERSON
from sim.engine.signatures import Column

SPREAD = 4.0  # standard deviations of a Poisson number
LARGEST_EXPECTED = 1 << 22
MOST_BUCKETS = 1 << 18  # of time, for events to come: a megabyte for the first of each


@dataclass(frozen=True)
class Capacity:
    """Room in the tables at the start; they grow when they must.

    Attributes:
        groups: rows of groups.
        persons: rows of people.
        events: events that are pending at a time.
        measures: orders of actors.
        buckets: pieces of time of equal length that pending events are sorted into, for good.
    """

    groups: int = 2048
    persons: int = 4096
    events: int = 16384
    measures: int = 64
    buckets: int = 4096


def expected_room(groups: float, people_a_group: float) -> Capacity:
    """Room for the groups that are expected; more make tables grow, idle room takes no memory."""
    usual = Capacity()
    most = min(int(groups + SPREAD * math.sqrt(groups)), LARGEST_EXPECTED)
    people = int(people_a_group * most)
    return Capacity(
        groups=max(usual.groups, most),
        persons=max(usual.persons, people),
        events=max(usual.events, most + people),
        buckets=min(max(usual.buckets, most), MOST_BUCKETS),
    )


def growing_tables(room: Capacity, stations: int, *, learning: bool) -> dict[str, Column]:
    """Tables of this room, by name, all zero.

    Args:
        room: rows.
        stations: those that a group has beliefs about.
        learning: whether anybody ever changes them.
    """
    learners = room.groups if learning else 1
    beliefs = max(1, room.groups * stations) if learning else 1
    return {
        "groups": np.zeros(room.groups, dtype=GROUP),
        "journeys": np.zeros(room.groups + 1, dtype=JOURNEY),
        "free_journeys": np.zeros(room.groups + 1, dtype=np.int32),
        "learners": np.zeros(learners, dtype=LEARNER),
        "beliefs": np.zeros(beliefs, dtype=BELIEF),
        "persons": np.zeros(room.persons, dtype=PERSON),
        "exposed_h": np.zeros((room.persons, BANDS), dtype=np.float32),
        "heap": np.zeros(room.events, dtype=EVENT),
        "later": np.zeros(room.events + 1, dtype=EVENT),
        "later_first": np.zeros(room.buckets, dtype=np.int32),
        "measures": np.zeros(room.measures, dtype=MEASURE),
        "bulletins": np.zeros(2 * room.measures),
    }


def more_events(engine: Engine, events: int) -> dict[str, Column]:
    """The tables of pending events, by name, with room for so many."""
    status = engine.status[0]
    return {
        "heap": grown(engine.heap, events, status["heap"]),
        "later": grown(engine.later, events + 1, status["later_rows"] + 1),
    }


def more_groups(engine: Engine, groups: int) -> dict[str, Column]:
    """The tables that have rows for groups, by name, with room for so many."""
    status, stations = engine.status[0], len(engine.stations)
    there = status["groups"]
    tables = {
        "groups": grown(engine.groups, groups, there),
        "journeys": grown(engine.journeys, groups + 1, status["journeys"] + 1),
        "free_journeys": grown(engine.free_journeys, groups + 1, status["free_journeys"]),
    }
    if status["learning"]:
        tables["learners"] = grown(engine.learners, groups, there)
        tables["beliefs"] = grown(engine.beliefs, groups * stations, there * stations)
    return tables
