"""The audit notices whatever is wrong with the statistics or the queues."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.engine.codes import NOBODY, Distribution, PersonState
from sim.engine.stages import ADMISSION, REGISTRATION, SHELTER, TRANSPORT, first_queue
from sim.errors import RajasimError
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.world.station_records import ServiceTime

HOUR = 1.2  # two were admitted; the shelter is full, and traffic suspended


def crowded() -> BorderModel:
    """Twelve people who came at once, while somebody is in every queue."""

    def exactly(hours: float) -> ServiceTime:
        return small_worlds.service(hours, Distribution.DETERMINISTIC)

    station = small_worlds.crossing(
        lanes=1,
        admission=exactly(0.5),
        servers=1,
        shelter_places=4,
        registration=exactly(9.0),
        suspension=(8, 2),
    )
    where = small_worlds.world(small_worlds.star(station), small_worlds.crowd(12), days=2)
    run = small_worlds.model(where, audit=True)
    run.advance_to(HOUR)
    return run


def place(run: BorderModel) -> int:
    return int(run.engine.stations["place"][0])


def one_too_many(run: BorderModel) -> None:
    run.engine.occupancy[place(run), PersonState.REGISTERED] += 1


def one_in_another_state(run: BorderModel) -> None:
    run.engine.occupancy[place(run), PersonState.EXIT_QUEUE] -= 1
    run.engine.occupancy[place(run), PersonState.REGISTERED] += 1


def less_than_nobody(run: BorderModel) -> None:
    run.engine.occupancy[0, PersonState.REGISTERED] -= 1
    run.engine.occupancy[0, PersonState.STAGING] += 1


def nobody_before_the_gate(run: BorderModel) -> None:
    run.engine.stations["exit_first"][0] = NOBODY


def queue_without_people(queue: int) -> Callable[[BorderModel], None]:
    def lose(run: BorderModel) -> None:
        assert run.engine.queues["first"][queue] != NOBODY
        run.engine.queues["first"][queue] = NOBODY

    return lose


def waits_twice(queue: int) -> Callable[[BorderModel], None]:
    def copy(run: BorderModel) -> None:
        assert run.engine.queues["first"][queue] == NOBODY
        run.engine.queues["first"][queue] = run.engine.queues["first"][
            first_queue(REGISTRATION) + 1
        ]

    return copy


WRONG = {
    "one too many": one_too_many,
    "one in another state": one_in_another_state,
    "less than nobody": less_than_nobody,
    "nobody before the gate": nobody_before_the_gate,
    "nobody between the posts": queue_without_people(first_queue(SHELTER)),
    "nobody before the lanes": queue_without_people(first_queue(ADMISSION)),
    "somebody in two queues": waits_twice(first_queue(REGISTRATION)),
    "somebody in the first and last queue": waits_twice(first_queue(TRANSPORT) - 1),
}


def test_somebody_waits_in_every_queue_and_nothing_is_wrong() -> None:
    run = crowded()
    for state in ("EXIT_QUEUE", "BETWEEN_POSTS", "ADMISSION_QUEUE", "WAIT_REGISTRATION"):
        assert small_worlds.people_at(run, small_worlds.GATE, PersonState[state]) > 0, state
    run.advance_to(HOUR + 0.1)


@pytest.mark.parametrize("wrong", WRONG)
def test_the_audit_stops_the_run(wrong: str) -> None:
    run = crowded()
    WRONG[wrong](run)
    with pytest.raises(RajasimError, match="conservation of persons failed"):
        run.advance_to(HOUR + 0.1)
