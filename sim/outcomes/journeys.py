"""Who set out on which leg when, and where people's journeys led: what maps and alluvials show."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import NOBODY, PersonState
from sim.engine.person_states import (
    IN_TRANSIT_STATE,
    WITH_ACCESS,
    JourneyEnd,
    states_that_end,
)
from sim.engine.signatures import Column, Table
from sim.outcomes.row_blocks import row_blocks
from sim.outcomes.run_record import RunRecord
from sim.outcomes.visits import kept_visits

Places: TypeAlias = NDArray[np.int32]  # numbers of places, or of what else is said

REACHED_ELSEWHERE: Final = states_that_end(JourneyEnd.ELSEWHERE, JourneyEnd.TERRAIN)
# In place of a state, of people in a chain who have passed a border and are not at the next.
BETWEEN_BORDERS: Final = len(PersonState)
ON_THE_WAY: Final = tuple({*IN_TRANSIT_STATE} & {*states_that_end(JourneyEnd.IN_TRANSIT)})


class Flows(NamedTuple):
    """People who set out on a leg on a day; only where there are any.

    Attributes:
        day: number of the day, shape (rows,).
        leg: number of the leg (``Routes.legs``), same shape.
        people: how many, same shape.
    """

    day: NDArray[np.int32]
    leg: NDArray[np.int32]
    people: NDArray[np.int32]


class Journeys(NamedTuple):
    """People by where they first set out for, where they came through, and how it ended.

    Attributes:
        first_choice: number of the place, -1 for people who never set out, shape (rows,).
        reached: number of the place where people presented themselves, were found, or left the
            transit state otherwise; -1 for nowhere; same shape. People who were found on the
            terrain border reached that, whatever crossing they were brought to.
        state: their state at the end, or ``BETWEEN_BORDERS``; same shape.
        people: how many, same shape; sums to everybody.
    """

    first_choice: NDArray[np.int32]
    reached: NDArray[np.int32]
    state: NDArray[np.int32]
    people: NDArray[np.int32]


def flows(run: RunRecord) -> Flows:
    """People who set out on each leg, day by day."""
    day, leg = np.nonzero(run.engine.leg_people)
    people = run.engine.leg_people[day, leg]
    return Flows(day.astype(np.int32), leg.astype(np.int32), people)


def journeys(run: RunRecord) -> Journeys:
    """Everybody's journey in three steps."""
    # One number a journey: sorting numbers is many times quicker than sorting columns.
    shape = (len(run.engine.zone) + 1, len(run.engine.zone) + 1, len(PersonState) + 1)
    last, found = _border_passed(run), [np.zeros((2, 0), dtype=np.int64)]
    for block in row_blocks(len(run.persons)):
        steps = np.ravel_multi_index(_steps(run, block, last[block]), shape)
        found.append(np.stack(np.unique(steps, return_counts=True)))
    numbers, many = np.concatenate(found, axis=1)
    kinds, kind = np.unique(numbers, return_inverse=True)
    people = np.zeros(len(kinds), dtype=np.int32)
    np.add.at(people, kind, many)
    first, reached, state = (step.astype(np.int32) for step in np.unravel_index(kinds, shape))
    return Journeys(first - 1, reached - 1, state, people)


def _steps(run: RunRecord, block: slice, last: Places) -> tuple[Places, Places, Places]:
    """Of some people: 1 + the place first chosen, 1 + the place reached, and the end."""
    places, people = run.engine.destinations["place"], run.persons[block]
    group = people["group"]
    chosen = run.engine.groups["first_destination"][group]
    first_choice = np.where(chosen == NOBODY, NOBODY, places[chosen])
    ends = _ends(run, people, last)
    through = run.presented[block] | np.isin(ends, REACHED_ELSEWHERE)
    destination = run.engine.groups["destination"][group]
    is_found = _is_found(run, people, destination)
    came_to = np.where(is_found, places[destination], _last_border(run, people, last))
    return first_choice + 1, np.where(through, came_to, NOBODY) + 1, ends


def _ends(run: RunRecord, people: Table, last: Places) -> Places:
    """How each journey ended; people registered at a border who went on had access all the same."""
    ends = people["state"].astype(np.int32)
    if run.engine.status["chain"][0]:
        ends[(last != NOBODY) & np.isin(ends, ON_THE_WAY)] = BETWEEN_BORDERS
        registered = ~np.isnan(people["registered_h"])
        ends[registered & ~np.isin(ends, WITH_ACCESS)] = PersonState.REGISTERED
    return ends


def _border_passed(run: RunRecord) -> Places:
    """The crossing, by number, that each person last left to go on in a chain; -1 for none."""
    kept = kept_visits(run.engine)
    last = np.full(len(run.persons), NOBODY, dtype=np.int32)
    last[kept["person"]] = kept["station"]  # in order of leaving, so that the last remains
    return last


def _is_found(run: RunRecord, people: Table, destination: Column) -> NDArray[np.bool_]:
    """Who was found on a stretch of terrain border and is at the crossing they were brought to."""
    station, place = (run.engine.destinations[name][destination] for name in ("station", "place"))
    place_of = np.append(run.crossing_places, NOBODY)  # the last is of no station: -1
    at_station = place_of[station] == people["place"]
    is_brought = (destination != NOBODY) & (station != NOBODY) & at_station
    return np.asarray(is_brought & (place != people["place"]))


def _last_border(run: RunRecord, people: Table, last: Places) -> Places:
    """The place where each person now is; of those who go on, the last border that they passed."""
    places = people["place"].astype(np.int32)
    behind = (last != NOBODY) & np.isin(people["state"], IN_TRANSIT_STATE)
    places[behind] = run.crossing_places[last[behind]]
    return places
