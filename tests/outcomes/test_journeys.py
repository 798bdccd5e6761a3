"""Flows, journeys and exposure of a day that can be worked by hand: see test_indicators."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.codes import NOBODY, PersonState, QueueRule
from sim.outcomes.exposure_totals import exposure
from sim.outcomes.journeys import flows, journeys
from sim.outcomes.person_classes import CLASSES
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import SERIES, daily_series
from sim.policies.timed import Closure
from sim.verification import small_worlds
from tests.outcomes.test_indicators import OUTDOORS_H, day_at_the_crossing


@pytest.fixture(scope="module")
def run() -> RunRecord:
    return day_at_the_crossing()


def ends_of_legs(run: RunRecord) -> list[tuple[str, str, int]]:
    """Origin, destination and people of every flow."""
    places = [place.id for place in run.world.network.places]
    found = flows(run)
    ends = run.world.routes.legs[found.leg].tolist()
    return [(places[a], places[b], n) for (a, b), n in zip(ends, found.people, strict=True)]


def test_four_people_take_the_one_road(run: RunRecord) -> None:
    (hub, crossing) = [place.id for place in run.world.network.places]
    assert [people for *_, people in ends_of_legs(run)] == [4]
    assert ends_of_legs(run)[0][:2] == (hub, crossing)


def test_they_all_came_through_where_they_meant_to(run: RunRecord) -> None:
    first, reached, state, people = (column.tolist() for column in journeys(run))
    place = run.world.network.number[run.world.network.crossings[0].id]
    assert (first, reached, state, people) == ([place], [place], [PersonState.REGISTERED], [4])


def test_who_is_turned_back_at_the_gate_reached_nothing_and_goes_back_by_road() -> None:
    closure = Closure(crossings=("gate",), at=small_worlds.at(9.75), queue=QueueRule.TURN_BACK)
    kept_out = day_at_the_crossing(policy=closure)
    found = journeys(kept_out)
    assert found.people.sum() == 4
    assert (found.reached == NOBODY).all()
    assert (found.first_choice == kept_out.world.network.number["gate"]).all()
    legs = ends_of_legs(kept_out)
    towards = sum(people for _, b, people in legs if b == "gate")
    assert towards == sum(people for a, _, people in legs if a == "gate") == 4


def test_hours_outdoors_are_those_of_the_people_who_were_there(run: RunRecord) -> None:
    found = exposure(run)
    assert found.places[:, 2].sum() == pytest.approx(OUTDOORS_H)
    assert found.places.sum() == pytest.approx(OUTDOORS_H)
    names = list(CLASSES)
    by_sex = found.classes[[names.index("women and girls"), names.index("men and boys")]]
    assert by_sex.sum() == pytest.approx(OUTDOORS_H, abs=1e-3)


def test_officers_hours_are_counted_on_days_with_interviews(run: RunRecord) -> None:
    """One officer round the clock; the four interviews of two hours are all on the first day."""
    names = [each.name for each in SERIES]
    daily = daily_series(run)
    assert daily[names.index("interview_h")].sum(axis=1).tolist() == [8.0, 0.0]
    assert daily[names.index("officer_h")].sum(axis=1).tolist() == [24.0, 0.0]
    assert np.asarray(run.engine.officer_h).sum() == 48.0
