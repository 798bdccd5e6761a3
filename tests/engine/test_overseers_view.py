"""What overseers look at: which crossings orders and calendars leave open, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sim.clock import Opening
from sim.engine.access_index import closed_to_at_present, index_if
from sim.engine.codes import Action, Documents, Mode
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.origins import Origin
from tests.golden.world_parts import step, under

STAYS: dict[str, Any] = {"station_constant": small_worlds.NEVER}


def index(run: BorderModel) -> float:
    """The index by what is in force."""
    return float(index_if(run.handle, closed_to_at_present(run.handle)))


@pytest.mark.parametrize(
    ("first_day", "hour", "found"), [(1, 0.0, 1.0), (3, 2.0, 0.0), (3, 30.0, 1.0), (3, 48.0, 1.0)]
)
def test_what_overseers_look_at_is_the_calendar_of_a_day_to_come(
    first_day: int, hour: float, found: float
) -> None:
    """It is open at night from then on."""
    since = date(2023, 1, first_day)
    gate = small_worlds.crossing(opening=(Opening(hours="00:00-06:00", since=since),))
    where = small_worlds.world(small_worlds.star(gate), small_worlds.crowd(4), days=3, **STAYS)
    run = under(where)
    run.advance_to(hour)
    assert index(run) == found


@pytest.mark.parametrize("days", [2, 3, 9])
def test_overseers_see_the_same_wherever_the_scenario_ends(days: int) -> None:
    """It is open at night, for the last time on the second day; on that day at seven it is over."""
    last = date(2023, 1, 2)
    gate = small_worlds.crossing(opening=(Opening(hours="00:00-06:00", until=last),))
    where = small_worlds.world(small_worlds.star(gate), small_worlds.crowd(4), days=days, **STAYS)
    run = under(where)
    run.advance_to(29.0)
    assert index(run) == 1.0
    run.advance_to(31.0)
    assert index(run) == 0.0


def test_of_a_period_shorter_than_a_day_the_whole_first_day_counts() -> None:
    """It opens at half past eleven in the evening."""
    gate = small_worlds.crossing(opening=(Opening(hours="23:30-24:00"),))
    where = small_worlds.world(small_worlds.star(gate), small_worlds.crowd(1), days=0.5, **STAYS)
    run = under(where)
    run.advance_to(0.0)
    assert index(run) == 1.0


def test_the_first_hour_of_a_period_counts() -> None:
    """It is open for half an hour, once."""
    once = Opening(hours="00:00-00:30", until=date(2023, 1, 1))
    gate = small_worlds.crossing(opening=(once,))
    where = small_worlds.world(small_worlds.star(gate), small_worlds.crowd(1), days=2, **STAYS)
    run = under(where)
    run.advance_to(0.0)
    assert index(run) == 1.0


@pytest.mark.parametrize(("enforced", "found"), [(0.25, 0.75), (1.0, 0.0)])
def test_where_a_ban_is_enforced_now_and_then_those_count_who_are_let_through(
    enforced: float, found: float
) -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.crowd(4), days=2, **STAYS
    )
    run = under(where, step(Action.BAN_MODE, 1.0, mode=Mode.FOOT, value=enforced))
    run.advance_to(2.0)
    assert index(run) == found


class TestWhereNobodyWaits:
    """The towns where people first appear count, each once for each kind that orders name."""

    TWO = tuple(
        Origin(id=name, name=name, share=1.0, gateways={small_worlds.TOWN: 1.0}, source="test")
        for name in ("a", "b")
    )

    def index_under(self, *steps: Step) -> float:
        """The index before anybody comes; two crossings, and people of two origins."""
        gates = [small_worlds.crossing(name) for name in ("gate", "other")]
        demand = replace(small_worlds.poisson(0.0), origins=self.TWO)
        run = under(small_worlds.world(small_worlds.star(*gates), demand, days=2), *steps)
        run.advance_to(1.0)
        return index(run)

    def test_a_town_from_which_two_can_be_reached_counts_once(self) -> None:
        assert self.index_under() == 1.0

    def test_one_that_is_open_is_enough(self) -> None:
        assert self.index_under(self.closed("gate")) == 1.0
        assert self.index_under(self.closed("gate", "other")) == 0.0

    def test_of_two_origins_one_has_access(self) -> None:
        assert self.index_under(self.closed("gate", "other", origins=("a",))) == 0.5

    def test_with_papers_or_without_is_two_kinds_of_people(self) -> None:
        closed = self.closed("gate", "other", documents=Documents.NONE)
        assert self.index_under(closed) == 0.5

    def test_those_of_one_origin_without_papers_are_one_kind_in_four(self) -> None:
        some: dict[str, Any] = {"origins": ("b",), "documents": Documents.NONE}
        assert self.index_under(self.closed("gate", "other", **some)) == 0.75

    @staticmethod
    def closed(*crossings: str, **whom: Any) -> Step:
        """Some crossings are closed from the start."""
        return step(Action.CLOSE, 0.0, crossings=crossings, **whom)


def test_a_stretch_of_terrain_that_is_closed_closes_no_crossing() -> None:
    network = small_worlds.star(small_worlds.crossing(), segments=[small_worlds.forest()])
    where = small_worlds.world(network, small_worlds.crowd(1), days=1, **STAYS)
    run = under(where, step(Action.CLOSE, 0.5, crossings=(), segments=("forest",), ahead_h=0.0))
    run.advance_to(1.0)
    assert not closed_to_at_present(run.handle).any()
    assert index(run) == 1.0
