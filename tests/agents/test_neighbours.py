"""Neighbours: hours, refusal, and those that close in step with the receiving state."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.clock import Opening
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.policies.timed import Closure
from sim.policies.with_others import NeighbourCoordinated
from sim.verification import small_worlds
from sim.verification.reference_statistics import interval_of_share
from sim.world.network import Neighbour

OVER_THERE = "over-there"
THERE = {
    "station_constant": small_worlds.NEVER,
    "other_country_constant": small_worlds.CERTAIN,
}


def neighbour(**more: Any) -> Neighbour:
    return Neighbour(
        id=OVER_THERE, name="Over there", country="XX", lat=61.0, lon=28.0, source="test", **more
    )


def model(
    place: Neighbour, demand: Any = None, policy: Any = None, *, days: float = 10.0, **more: Any
) -> BorderModel:
    network = small_worlds.star(small_worlds.crossing(), neighbours=[place], hours=[1.0, 2.0])
    where = small_worlds.world(
        network, demand or small_worlds.crowd(400), days=days, **{**THERE, **more}
    )
    return small_worlds.model(where, policy, audit=True)


def entered(run: BorderModel, place: str, state: State) -> int:
    return int(run.engine.entries[:, run.world.network.number[place], state].sum())


def test_an_open_neighbour_takes_everybody() -> None:
    run = model(neighbour()).run()
    assert small_worlds.people_at(run, OVER_THERE, State.DIVERTED) == 400
    assert run.engine.status["failures_today"][0] == 0


def test_a_neighbour_that_refuses_turns_that_share_back_at_its_own_place() -> None:
    run = model(neighbour(refusal=0.3), turned_back_cost_eur=0.0)
    run.advance_to(3.0)
    refused = entered(run, OVER_THERE, State.TURNED_BACK)
    low, high = interval_of_share(refused, 400)
    assert low <= 0.3 <= high
    assert entered(run, small_worlds.GATE, State.TURNED_BACK) == 0
    assert run.engine.status["failures_today"][0] == refused
    run.advance_to(100.0)
    assert small_worlds.people_at(run, OVER_THERE, State.DIVERTED) == 400


def test_failures_make_a_refusing_neighbour_less_attractive() -> None:
    """After a failure the utility falls by 1e9 / 2: nobody tries again."""
    run = model(neighbour(refusal=1.0), turned_back_cost_eur=1e9).run()
    assert small_worlds.groups(run)["attempts"].tolist() == [1] * 400


def test_people_come_when_the_neighbour_is_open() -> None:
    """Two hours' way; it opens at eight."""
    hours = (Opening(hours="08:00-16:00"),)
    run = model(neighbour(opening=hours), small_worlds.given([0.0, 7.0, 20.0])).run()
    people = small_worlds.persons(run)
    assert people["state"].tolist() == [State.DIVERTED] * 3
    diverted = run.engine.entries[:, run.world.network.number[OVER_THERE], State.DIVERTED]
    assert diverted[:2].tolist() == [2, 1]
    assert float(run.engine.person_hours[0, :, State.TRAVEL].sum()) == 8.0 + 2.0 + 4.0


def test_the_wait_for_opening_is_part_of_the_way() -> None:
    hours = (Opening(hours="00:00-12:00"),)
    run = model(neighbour(opening=hours), days=2)
    # Closed from 12 to 24 every day: 12^2 / 2 / 24 = 3 h.
    assert set(run.engine.opening_days["wait_h"][1].tolist()) == {3.0}


class TestInStep:
    CLOSED = Closure(
        crossings=(small_worlds.GATE,),
        at=small_worlds.at(6.0),
        until=small_worlds.at(24.0 * 5 + 6.0),
    )

    def closures(self, run: BorderModel, *hours: float) -> list[int]:
        found = []
        for hour in hours:
            run.advance_to(hour)
            found.append(int(run.engine.destinations["closures"][1]))
        return found

    def test_it_closes_and_reopens_with_its_lag(self) -> None:
        """Observed at noon of day 0, closed 24 h later; reopening observed at noon of day 5."""
        run = model(neighbour(coordinates=True, lag_h=24.0), policy=self.CLOSED)
        assert self.closures(run, 35.9, 36.1, 155.9, 156.1) == [0, 1, 1, 0]

    def test_one_that_does_not_coordinate_stays_open(self) -> None:
        assert self.closures(model(neighbour(), policy=self.CLOSED), 100.0) == [0]

    def test_one_that_is_asked_to_follows(self) -> None:
        asked = NeighbourCoordinated(
            crossings=(small_worlds.GATE,), at=small_worlds.at(6.0), neighbours=(OVER_THERE,)
        )
        assert self.closures(model(neighbour(lag_h=1.0), policy=asked), 12.5, 13.5) == [0, 1]

    def test_people_who_know_do_not_go_there_and_those_on_the_way_are_turned_back(self) -> None:
        """Two hours' way: who leaves at 35 arrives at 37, an hour after it has closed."""
        place = neighbour(coordinates=True, lag_h=24.0)
        demand = small_worlds.given([20.0, 35.0, 60.0])
        unaware = model(place, demand, self.CLOSED, days=4, news_reach=0.0).run()
        assert entered(unaware, OVER_THERE, State.DIVERTED) == 1
        assert entered(unaware, OVER_THERE, State.TURNED_BACK) == 2
        aware = model(place, demand, self.CLOSED, days=4).run()
        assert entered(aware, OVER_THERE, State.TURNED_BACK) == 0
        assert entered(aware, OVER_THERE, State.DIVERTED) == 1
        assert np.isin(small_worlds.persons(aware)["state"], [State.DIVERTED, State.GATEWAY]).all()
