"""Rules of queues, of staff and shelter, of what ends a wait, and of whom orders tell apart.

Each rule is looked at where it alone decides: at the edge of a number, or with one person.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.clock import Clock, Opening
from sim.engine.codes import NOBODY, TRAITS, Action, Documents, Mode, PersonState, Trait
from sim.engine.filters import BY_DOCUMENTS, BY_TRAITS, combinations, kind_of, tell_apart
from sim.engine.groups import draw_kind
from sim.engine.handle import columns_of
from sim.engine.leaving import giving_up_hours, giving_up_spent, removal_rate
from sim.engine.measures import asylum_open_anywhere, asylum_open_to, asylum_open_to_all
from sim.engine.opening_hours import opening_days
from sim.engine.person_states import SHARING_SHELTER
from sim.engine.row_types import GROUP, JOURNEY, MEASURE, STATUS
from sim.engine.travel import go_back_where_from
from sim.model import BorderModel
from sim.model.initialisation import parameter_row
from sim.verification import small_worlds
from sim.world.network import Network
from sim.world.origins import Origin
from sim.world.parameters import Parameters
from sim.world.station_records import Travellers
from tests.golden.world_parts import exactly, groups_at, step, under

GATES = ("gate", "other")


def test_who_was_found_on_the_terrain_waits_in_one_order_with_those_at_the_posts() -> None:
    """One place in the shelter; half of the people come over the terrain, where all are found."""
    gate = small_worlds.crossing(shelter_places=1, servers=1, registration=exactly(3.0))
    network = small_worlds.star(gate, segments=[small_worlds.forest(detection=1.0)])
    where = small_worlds.world(
        network,
        groups_at(*((0.5 * k, 1) for k in range(1, 11))),
        days=2,
        station_constant=small_worlds.CERTAIN,
        green_constant=small_worlds.CERTAIN,
        green_price_eur=0.0,
        found_cost_eur=0.0,
        value_of_time_eur_per_h=0.0,
        success_value_eur=0.0,
        hike_median_h=0.7,
        hike_sigma=0.0,
    )
    people = small_worlds.persons(small_worlds.model(where).run())
    by_terrain = np.isnan(people["queued_h"])
    assert 1 < by_terrain.sum() < 9
    in_order = people[np.argsort(people["presented_h"])]
    assert np.all(np.diff(in_order["presented_h"]) > 0.0)
    assert np.all(np.diff(in_order["admitted_h"]) > 0.0)


def test_a_minibus_of_one_seat_takes_one_at_a_time() -> None:
    """Two are registered at one; a minibus leaves every three hours."""
    gate = small_worlds.crossing(transport=(1, 3.0))
    run = under(small_worlds.world(small_worlds.star(gate), groups_at((1.0, 2)), days=1))
    for now, gone in ((2.5, 0), (3.5, 1), (5.5, 1), (6.5, 2), (23.0, 2)):
        run.advance_to(now)
        assert run.engine.entries[..., PersonState.TRANSFERRED].sum() == gone


def test_officers_at_lanes_are_there_while_they_receive_people_and_travellers() -> None:
    """Two lanes from six to eight, and until midnight for those who had come by eight."""
    travellers = Travellers(
        by_hour=(0.0,) * 7 + (60.0,) + (0.0,) * 16,
        inbound=1.0,
        share_lanes=True,
        service=exactly(1.0),
        source=small_worlds.SOURCE,
    )
    gate = small_worlds.crossing(
        lanes=2, admission=exactly(3.0), opening=(Opening(hours="06:00-08:00"),)
    )
    gate = replace(gate, travellers=travellers)
    run = under(small_worlds.world(small_worlds.star(gate), groups_at((7.0, 1)), days=1)).run()
    assert run.engine.travellers_waited_h.sum() > 100.0
    assert run.engine.stations["lane_h"][0] == pytest.approx(2 * 2.0 + 2 * 16.0)


def waiting(**parameters: float) -> tuple[Any, Any, Any]:
    """Parameters, and the rows of a group with 100 EUR and its journey; nothing is due."""
    groups = np.zeros(1, dtype=GROUP).view(np.recarray)
    journeys = np.zeros(1, dtype=JOURNEY).view(np.recarray)
    groups["cash_eur"] = 100.0
    return parameter_row(Parameters(**parameters)).view(np.recarray)[0], groups[0], journeys[0]


class TestEndsOfWaits:
    """Giving up, and being removed by the transit state."""

    def test_a_hazard_that_no_spending_raises_is_spent_evenly(self) -> None:
        given = waiting(give_up_rate_per_d=6.0, give_up_cash=0.0, daily_burn_eur=10.0)
        given[2].giving_up_per_h = 0.25
        assert giving_up_spent(*given, 8.0) == 2.0

    def test_it_grows_until_the_last_money_is_spent_and_not_after(self) -> None:
        """Of 1 EUR half is spent, and an EUR an hour: a growth of exp(3 t) for half an hour."""
        row, group, wait = waiting(give_up_rate_per_d=6.0, give_up_cash=3.0, daily_burn_eur=24.0)
        group.cash_eur, wait.since_h, wait.giving_up_per_h = 1.0, 0.5, 0.25
        at_first, at_last = 0.25 * math.exp(1.5), 0.25 * math.exp(3.0)
        spent = (at_last - at_first) / 3.0 + 1.5 * at_last
        assert giving_up_spent(row, group, wait, 2.0) == pytest.approx(spent)
        wait.until_giving_up = spent
        assert giving_up_hours(row, group, wait) == pytest.approx(2.0)

    @pytest.mark.parametrize("burn_eur", [0.0, 10.0])
    def test_where_nobody_gives_up_nothing_is_drawn_and_nothing_comes(
        self, burn_eur: float
    ) -> None:
        given = waiting(give_up_rate_per_d=0.0, daily_burn_eur=burn_eur)
        assert giving_up_hours(*given) == np.inf
        assert giving_up_spent(*given, 8.0) == 0.0

    def test_who_has_passed_a_border_is_removed_no_more(self) -> None:
        row, group, _ = waiting(removal_rate_per_d=2.4)
        assert removal_rate(row, group) == pytest.approx(0.1)
        group.borders = 1
        assert removal_rate(row, group) == 0.0


class TestWarmPlaces:
    """A heated place that a meter brings at five, where people wait since one o'clock."""

    def waited(self) -> BorderModel:
        """At a crossing with weather and at one of which the weather is not known, for a day."""
        gates = [small_worlds.crossing(name, lanes=1, admission=exactly(99.0)) for name in GATES]
        gates[0] = replace(gates[0], weather="north")
        where = small_worlds.world(small_worlds.star(*gates), groups_at(*[(1.0, 3)] * 8), days=1)
        warm = step(Action.METER, 5.0, value=1e6, warm_places=1, crossings=GATES, ahead_h=0.0)
        return under(where, warm, weather_days=1).run()

    def test_it_is_paid_from_when_it_is_there(self) -> None:
        assert self.waited().engine.stations["warm_place_h"].tolist() == [19.0, 19.0]

    def test_one_person_is_out_of_the_cold_from_when_it_is_there(self) -> None:
        run = self.waited()
        cold, mild = run.engine.stations["place"]
        inside = run.engine.occupancy[cold, SHARING_SHELTER].sum()
        assert inside > 1
        outdoors_h = run.engine.outdoor_h[:, cold].sum()
        assert outdoors_h == pytest.approx(4.0 * inside + 19.0 * (inside - 1))
        assert run.engine.occupancy[mild, SHARING_SHELTER].sum() > 1
        assert run.engine.outdoor_h[:, mild].sum() == 0.0


def test_who_is_pushed_back_goes_back_to_the_town_where_the_walk_began() -> None:
    """Five hours from the town; another is but an hour away, and ten hours from the town."""
    towns = (small_worlds.TOWN, "near")
    ways = {small_worlds.TOWN: 5.0, "near": 1.0}
    forest = small_worlds.forest(hub=None, hubs=ways, crossing=None, detection=1.0, pushback=1.0)
    network = Network(
        hubs=tuple(small_worlds.hub(name) for name in towns),
        crossings=(),
        segments=(forest,),
        roads=(small_worlds.road(*towns, 10.0),),
    )
    where = small_worlds.world(
        network,
        groups_at((1.0, 2)),
        days=0.5,
        green_constant=small_worlds.CERTAIN,
        green_price_eur=0.0,
        hike_median_h=1.0,
        hike_sigma=0.0,
    )
    run = under(where).run()
    number, leg = network.number, run.engine.leg_number
    back_to = [run.engine.leg_people[:, leg[number["forest"], number[town]]] for town in towns]
    assert [int(people.sum()) for people in back_to] == [2, 0]


@njit
def send_back(handle: Any, g: int, now: float) -> None:
    """Let a group go back from a stretch."""
    go_back_where_from(columns_of(handle), g, PersonState.TURNED_BACK, now)


def test_from_a_town_that_no_road_joins_to_the_stretch_people_go_back_to_the_nearest() -> None:
    """The pair was last in the town, and came to the forest by way of a crossing."""
    network = Network(
        hubs=tuple(small_worlds.hub(name) for name in (small_worlds.TOWN, "near")),
        crossings=(),
        segments=(small_worlds.forest(hub="near", crossing=None),),
        roads=(small_worlds.road(small_worlds.TOWN, "near", 10.0),),
    )
    where = small_worlds.world(network, groups_at((1.0, 2)), days=1, green_constant=-1000.0)
    run = under(where)
    run.advance_to(2.0)
    group, number = run.engine.groups, network.number
    assert group["hub"][0] == number[small_worlds.TOWN]
    group["place"][0], group["destination"][0] = number["forest"], 0
    run.engine.persons["place"][:2] = number["forest"]
    send_back(run.handle, 0, 2.0)
    assert group["hub"][0] == number["near"]


@njit
def can_apply(handle: Any, kind: int) -> Any:
    """Whether anybody, everybody or people of a kind can apply at a crossing."""
    e = columns_of(handle)
    return asylum_open_anywhere(e), asylum_open_to_all(e), asylum_open_to(e, kind)


@pytest.mark.parametrize("action", [Action.CLOSE, Action.NO_ASYLUM])
def test_a_railway_without_people_is_no_crossing_at_which_they_can_apply(action: Action) -> None:
    """The other crossing takes no claims from two on, of those without papers from one on."""
    railway = small_worlds.crossing("railway", modes=(Mode.RAIL,))
    network = small_worlds.star(railway, small_worlds.crossing())
    run = under(
        small_worlds.world(network, small_worlds.given([]), days=1),
        step(Action.CLOSE, 1.0, ahead_h=0.0, documents=Documents.NONE),
        step(action, 2.0, ahead_h=0.0),
    )
    found = []
    for now in (0.5, 1.5, 2.5):
        run.advance_to(now)
        found.append([tuple(map(bool, can_apply(run.handle, kind))) for kind in (0, BY_DOCUMENTS)])
    assert found == [
        [(True, True, True), (True, True, True)],
        [(True, False, False), (True, False, True)],
        [(False, False, False), (False, False, False)],
    ]


def test_where_there_is_no_crossing_people_can_apply_on_the_terrain_while_it_is_open() -> None:
    forest = small_worlds.forest(crossing=None)
    network = Network(hubs=(small_worlds.hub(),), crossings=(), segments=(forest,), roads=())
    there: dict[str, Any] = {"crossings": (), "segments": ("forest",), "ahead_h": 0.0}
    where = small_worlds.world(network, small_worlds.given([]), days=1)
    run = under(where, step(Action.CLOSE, 1.0, **there))
    assert [bool(found) for found in can_apply(run.handle, 0)] == [True] * 3
    run.advance_to(1.5)
    assert [bool(found) for found in can_apply(run.handle, 0)] == [False] * 3


@pytest.mark.parametrize(
    ("classes", "documents", "kinds"),
    [(0, None, TRAITS), (int(Trait.CHILDREN), None, TRAITS), (0, Documents.VALID, 2 * TRAITS)],
)
def test_people_are_told_apart_by_papers_only_where_an_order_goes_by_them(
    classes: int, documents: Documents | None, kinds: int
) -> None:
    status, measures = np.zeros(1, dtype=STATUS)[0], np.zeros(2, dtype=MEASURE)
    status["told_apart"], status["kinds"] = BY_TRAITS, TRAITS
    measures["origin"] = NOBODY
    measures["concerned"][1] = combinations(classes, all_of_them=False, documents=documents)
    tell_apart(status, measures, 3)
    assert status["kinds"] == kinds
    measures["origin"][0] = 2
    tell_apart(status, measures, 3)
    assert status["kinds"] == 2 * TRAITS * (3 + 1)


@pytest.mark.parametrize(
    ("concerned", "kinds"), [(1 | 1 << TRAITS, TRAITS), (1, 2 * TRAITS), (1 << TRAITS, 2 * TRAITS)]
)
def test_papers_matter_where_those_of_no_class_are_concerned_with_or_without_them(
    concerned: int, kinds: int
) -> None:
    status, measures = np.zeros(1, dtype=STATUS)[0], np.zeros(1, dtype=MEASURE)
    status["told_apart"], status["kinds"] = BY_TRAITS, TRAITS
    measures["origin"], measures["concerned"] = NOBODY, concerned
    tell_apart(status, measures, 3)
    assert status["kinds"] == kinds


def test_what_is_expected_of_opening_hours_holds_until_their_week_changes() -> None:
    """From eight to four on ten days, then from ten to two: the fourth day sees it in its week."""
    spans = [(24.0 * day + 8.0, 24.0 * day + 16.0) for day in range(10)]
    spans += [(24.0 * day + 10.0, 24.0 * day + 14.0) for day in range(10, 80)]
    clock = Clock(small_worlds.at(0.0), small_worlds.at(24.0 * 20), "UTC")
    days = opening_days([spans], clock)[0]
    assert days["holds_until_h"][:5].tolist() == [72.0, 72.0, 72.0, 96.0, 120.0]
    assert days["wait_h"][3] > days["wait_h"][2]


@njit
def kinds_of(handle: Any, g: int) -> Any:
    """The kind of a group as it is, and as it was drawn from its key alone."""
    e = columns_of(handle)
    group = e.groups[g]
    return kind_of(group), draw_kind(e, group.key, group.people, group.origin)


def test_a_group_is_of_the_kind_that_it_was_known_to_become() -> None:
    """Of two origins, and of none; families and people alone, with papers and without."""
    usual: dict[str, Any] = {"gateways": {small_worlds.TOWN: 1.0}, "source": small_worlds.SOURCE}
    origins = tuple(Origin(id=name, name=name, share=1.0, **usual) for name in ("a", "b"))
    of_none = groups_at((1.0, 1), (1.0, 2), (1.0, 5)).groups
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        replace(small_worlds.poisson(2.0), origins=origins, group_size=None, groups=of_none),
        days=0.5,
        station_constant=small_worlds.NEVER,
        valid_document_share=0.5,
        unaccompanied_share=0.5,
        vulnerable_share=0.5,
        family_share=0.5,
    )
    run = small_worlds.model(where).run()
    many = len(small_worlds.groups(run))
    found = [kinds_of(run.handle, g) for g in range(many)]
    assert all(kind == drawn for kind, drawn in found)
    assert {kind // (2 * TRAITS) for kind, _ in found} == {0, 1, 2}
    assert {kind // TRAITS % 2 for kind, _ in found} == {0, 1}
