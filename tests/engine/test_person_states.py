"""Every state of a person has one row, and the sets of states follow from the rows."""

from __future__ import annotations

import pytest

from sim.engine import person_states
from sim.engine.codes import PersonState
from sim.engine.person_states import (
    CLOCKS,
    NOT_OUTDOORS,
    PERSON_STATES,
    JourneyEnd,
    Phase,
    states_in,
    states_on,
    states_that_end,
)
from sim.engine.stages import ADMISSION, REGISTRATION, STAGES

State = PersonState
SETS = {
    "PAST_THE_GATE": {
        State.BETWEEN_POSTS,
        State.ADMISSION_QUEUE,
        State.IN_ADMISSION,
        State.WAIT_REGISTRATION,
        State.IN_REGISTRATION,
        State.GREEN_FOUND,  # they wait before the station
        State.LET_THROUGH,  # waved through: they wait there for the rest of their group
    },
    "IN_TRANSIT_STATE": {
        State.GATEWAY,
        State.STAGING,
        State.TRAVEL,
        State.TURNED_BACK,
        State.EXIT_QUEUE,
    },
    "WITH_ACCESS": {
        State.REGISTERED,
        State.TRANSFERRED,
        State.REFUSED_NO_CLAIM,
        State.GREEN_UNKNOWN,
        State.DIVERTED,
        State.LET_THROUGH,  # nothing bars them here; what they find beyond is another visit
    },
    "FULLY_OUTDOORS": {
        State.EXIT_QUEUE,
        State.GREEN_ATTEMPT,
        State.GREEN_FOUND,
        State.PUSHED_BACK,  # on the way back over the stretch
    },
    "SHARING_SHELTER": {State.BETWEEN_POSTS, State.ADMISSION_QUEUE, State.WAIT_REGISTRATION},
}


def test_every_state_has_one_row_in_the_order_of_their_numbers() -> None:
    assert [row.state for row in PERSON_STATES] == list(PersonState)


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_its_states(name: str) -> None:
    assert set(getattr(person_states, name)) == SETS[name]


def test_people_at_the_border_are_before_the_gate_or_past_it() -> None:
    past = person_states.PAST_THE_GATE
    assert (PersonState.EXIT_QUEUE, *past) == person_states.WAITING_AT_BORDER


def test_phases_clocks_and_ends_each_divide_all_states() -> None:
    clocks = sorted({row.clock for row in PERSON_STATES})
    for parts in (
        [states_in(phase) for phase in Phase],
        [states_on(clock) for clock in clocks],
        [states_that_end(end) for end in JourneyEnd],
    ):
        assert sorted(state for part in parts for state in part) == list(PersonState)


def test_the_clock_of_a_state_is_found_by_its_number() -> None:
    assert CLOCKS.tolist() == [row.clock for row in PERSON_STATES]
    assert CLOCKS[PersonState.REGISTERED] == NOT_OUTDOORS


def test_a_journey_that_has_ended_is_not_at_the_border() -> None:
    ended = set(states_in(Phase.ENDED))
    assert not ended & set(states_that_end(JourneyEnd.AT_BORDER, JourneyEnd.IN_TRANSIT))


def test_stages_serve_people_past_the_gate() -> None:
    for stage in STAGES:
        if stage.in_service is not None:
            assert {stage.waiting, stage.in_service} <= set(person_states.PAST_THE_GATE)
    assert ADMISSION.queues + REGISTRATION.queues <= sum(stage.queues for stage in STAGES)
