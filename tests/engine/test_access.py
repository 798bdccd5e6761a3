"""R5, the index of effective access, by hand."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.clock import Opening
from sim.engine.access_index import _open_share, closed_to_at_present, index_if
from sim.engine.assignment import most_served
from sim.engine.codes import NOBODY, TRAITS, Action, Mode, Trait
from sim.engine.handle import columns_of
from sim.hypotheses import GateAction, GateStep, LetsThrough
from sim.model import BorderModel
from sim.outcomes.access import Access, access_spans
from sim.policies.capacity import CapWithWarmWaiting
from sim.policies.timed import Closure, ModeBan
from sim.verification import small_worlds
from sim.world.network import Network
from sim.world.origins import Demand, GivenGroup
from tests.golden.world_parts import step, under


def two_towns(hour: float, *, near: int = 3, **parameters: float) -> BorderModel:
    """Three people in a town 2 h and 100 km from a gate for bicycles, one in a town 5 h away.

    They appear at hour 1 and wait; with ``near`` 0 there is only the one.
    """
    gate = small_worlds.crossing(modes=(Mode.BICYCLE, Mode.CAR))
    network = Network(
        hubs=(small_worlds.hub(), small_worlds.hub("far")),
        crossings=(gate, small_worlds.crossing("railway", modes=(Mode.RAIL,))),
        roads=(
            small_worlds.road("town", "gate", 2.0, 100.0),
            small_worlds.road("far", "town", 3.0, 0.0),
            small_worlds.road("town", "railway"),
        ),
    )
    groups = (
        GivenGroup(id="a", at=small_worlds.at(1.0), persons=near, hub="town"),
        GivenGroup(id="b", at=small_worlds.at(1.0), persons=1, hub="far"),
    )
    demand = Demand(groups=groups if near else groups[1:])
    given: dict[str, Any] = {
        "access_reach_h": 4.0,
        "transport_eur_per_km": 0.5,
        "bicycle_eur": 200.0,
        "vehicle_eur": 300.0,
        "station_constant": small_worlds.NEVER,
    }
    where = small_worlds.world(network, demand, days=2, **{**given, **parameters})
    exempt = frozenset({Trait.CHILDREN})
    run = small_worlds.model(
        where, Closure(crossings=("gate",), at=small_worlds.at(9.0), exempt=exempt)
    )
    run.advance_to(hour)
    return run


def index(run: BorderModel, *closed_to: tuple[int, int]) -> float:
    table = np.zeros((2, TRAITS), dtype=np.bool_)
    for station, traits in closed_to:
        table[station, traits] = True
    return float(index_if(run.handle, table))


def test_it_is_the_share_of_people_within_reach() -> None:
    assert index(two_towns(2.0)) == 0.75
    assert index(two_towns(2.0, access_reach_h=5.0)) == 1.0
    assert index(two_towns(2.0, access_reach_h=1.9)) == 0.0


def test_one_person_counts_and_not_the_towns() -> None:
    """Who is ill is barred where people without any trait are not."""
    run = two_towns(2.0, near=0, access_reach_h=5.0, vulnerable_share=1.0)
    assert index(run) == 1.0
    assert index(run, (0, Trait.VULNERABLE)) == 0.0


def test_while_nobody_waits_towns_count() -> None:
    """By what closes crossings to people without any trait."""
    run = two_towns(0.5)
    assert index(run) == index(run, (0, TRAITS - 1)) == 0.5
    assert index(run, (0, 0)) == 0.0


@pytest.mark.parametrize(("most_eur", "share"), [(249.0, 0.0), (250.0, 0.75), (251.0, 0.75)])
def test_the_way_and_the_cheapest_mode_must_be_within_the_price(
    most_eur: float, share: float
) -> None:
    """50 EUR for the road and 200 EUR for a bicycle."""
    assert index(two_towns(2.0, access_price_eur=most_eur)) == share


def test_people_for_whom_it_is_closed_have_no_access() -> None:
    run = two_towns(2.0)
    assert index(run, (0, 0)) == 0.0
    assert index(run, (0, Trait.CHILDREN), (1, 0)) == 0.75


def test_what_is_in_force_bars_whom_it_does_not_except() -> None:
    assert not closed_to_at_present(two_towns(8.0).handle).any()
    closed_to = closed_to_at_present(two_towns(10.0).handle)
    assert closed_to[0].tolist() == [traits & Trait.CHILDREN == 0 for traits in range(TRAITS)]
    assert not closed_to[1].any()


def test_spans_of_the_same_access_are_one() -> None:
    """From the start closed twice over, then open, then closed by two reasons in turn."""
    run = two_towns(0.0)
    rows = [(0.0, 4.0), (2.0, 9.0), (20.0, 30.0), (30.0, 40.0), (35.0, 38.0)]
    run.engine.status["measures"] = len(rows)
    measures = run.engine.measures
    measures[: len(rows)] = np.zeros(len(rows), dtype=measures.dtype)
    for row, (begins_h, ends_h) in zip(measures, rows, strict=False):
        row["kind"], row["begins_h"], row["ends_h"] = Action.CLOSE, begins_h, ends_h
        row["origin"] = NOBODY  # of all
    spans = access_spans(run.engine, run.world)
    assert [(s.begins_h, s.ends_h, s.access) for s in spans] == [
        (0.0, 9.0, Access.CLOSED),
        (9.0, 20.0, Access.OPEN),
        (20.0, 40.0, Access.CLOSED),
        (40.0, 48.0, Access.OPEN),
    ]


def crowd(
    hour: float,
    policy: Any = None,
    *,
    crossing: dict[str, Any] | None = None,
    gate: float = 1.0,
    steps: tuple[GateStep, ...] = (),
    **parameters: Any,
) -> BorderModel:
    """A hundred people who stay in a town two hours from a gate; an interview takes an hour."""
    given: dict[str, Any] = {"station_constant": small_worlds.NEVER, "days": 3}
    station = {"lanes": 1, "servers": 2, "registration": TAKES_AN_HOUR, **(crossing or {})}
    network = small_worlds.star(small_worlds.crossing(**station), hours=[2.0])
    where = small_worlds.world(network, small_worlds.crowd(100), **{**given, **parameters})
    run = small_worlds.model(where, policy, hypothesis=LetsThrough(leakage=gate, steps=steps))
    run.advance_to(hour)
    return run


@njit
def open_share(handle: Any, begins_h: float, ends_h: float) -> Any:
    """Share of a stretch of time in which stations are open, by traits and by the calendar."""
    return _open_share(columns_of(handle), begins_h, ends_h)


TAKES_AN_HOUR = small_worlds.service(1.0, small_worlds.DETERMINISTIC)
SIX_MINUTES = small_worlds.service(0.1, small_worlds.DETERMINISTIC)


def first_day(run: BorderModel) -> tuple[int, float, float]:
    """Stock, who could be served, and who would be allowed to cross, of the first day."""
    engine = run.engine
    stock, reached, offered = engine.access_stock, engine.access_reached, engine.access_offered
    return int(stock[0]), float(reached[0]), float(offered[0])


class TestServed:
    """A place counts that is open, in reach, and could serve people in 24 hours."""

    def test_two_officers_hold_48_interviews_a_day(self) -> None:
        assert first_day(crowd(24.0)) == pytest.approx((100, 48.0, 100.0))

    def test_lanes_can_be_the_bottleneck(self) -> None:
        """One lane at an hour a person."""
        slow = {"admission": TAKES_AN_HOUR, "servers": 9}
        assert first_day(crowd(24.0, crossing=slow))[1] == pytest.approx(24.0)

    def test_opening_hours_bound_what_lanes_can_do(self) -> None:
        """Four hours a day at ten people an hour, whatever the officers can do at night."""
        hours = {
            "admission": SIX_MINUTES,
            "servers": 9,
            "opening": (Opening(hours="08:00-12:00"),),
            "work_after_closing": False,
        }
        assert first_day(crowd(24.0, crossing=hours))[1] == pytest.approx(40.0)

    def test_interpreters_can_be_the_bottleneck(self) -> None:
        few = {"servers": 9, "interpreters": 1}
        assert first_day(crowd(24.0, crossing=few))[1] == pytest.approx(24.0)
        half = first_day(crowd(24.0, crossing=few, interpreter_share=0.5))
        assert half[1] == pytest.approx(48.0)

    def test_exit_checks_can_be_the_bottleneck(self) -> None:
        """Half an hour each: two an hour."""
        slow = {"servers": 9, "exit_check": small_worlds.service(0.5, small_worlds.DETERMINISTIC)}
        assert first_day(crowd(24.0, crossing=slow))[1] == pytest.approx(48.0)

    def test_nobody_is_heard_where_there_is_no_officer(self) -> None:
        """However short interviews are."""
        nobody = {"servers": 0, "registration": small_worlds.AT_ONCE}
        assert first_day(crowd(24.0, crossing=nobody))[1] == 0.0

    def test_a_shared_cap_that_is_used_up_leaves_nothing_and_not_less(self) -> None:
        """Nine have passed the gate and wait for a lane, of five a day at both crossings."""
        slow = small_worlds.service(100.0, small_worlds.DETERMINISTIC)
        gates = [small_worlds.crossing(n, lanes=1, admission=slow) for n in ("gate", "other")]
        where = small_worlds.world(
            small_worlds.star(*gates, hours=[2.0, 2.0]),
            Demand(
                groups=(
                    GivenGroup(id="a", at=small_worlds.at(1.0), persons=9, hub="town"),
                    GivenGroup(id="b", at=small_worlds.at(23.5), persons=10, hub="town"),
                )
            ),
            days=2,
        )
        cap = step(Action.METER, 0.0, value=5.0, joint=True, crossings=("gate", "other"))
        run = under(where, cap)
        run.advance_to(24.0)
        assert first_day(run)[:2] == (10, 0.0)

    @pytest.mark.parametrize("cap", [1, 20, 48, 1000])
    def test_a_cap_never_improves_it(self, cap: int) -> None:
        policy = CapWithWarmWaiting(
            crossings=("gate",), since=small_worlds.at(0.0), persons_per_d=cap, warm_places=0
        )
        run = crowd(24.0, policy)
        assert first_day(run) == pytest.approx((100, min(cap, 48.0), min(cap, 100.0)))
        assert index(run) == pytest.approx(min(cap, 100.0) / 100.0)

    def test_people_past_the_gate_are_before_those_who_wait(self) -> None:
        """Sixty have come and wait for two officers: within a day nobody else is heard."""
        where = small_worlds.world(
            small_worlds.star(
                small_worlds.crossing(servers=2, registration=TAKES_AN_HOUR), hours=[2.0]
            ),
            Demand(
                groups=(
                    GivenGroup(id="a", at=small_worlds.at(20.0), persons=60, hub="town"),
                    GivenGroup(id="b", at=small_worlds.at(23.5), persons=10, hub="town"),
                )
            ),
            days=2,
        )
        run = small_worlds.model(where)
        run.advance_to(24.0)
        assert first_day(run) == (10, 0.0, 10.0)

    def test_the_way_and_the_service_must_fit_into_the_reach(self) -> None:
        for reach_h, share in ((2.9, 0.0), (3.0, 0.06)):
            found = first_day(crowd(24.0, access_reach_h=reach_h))
            assert found[1] == pytest.approx(100.0 * share)

    def test_the_transit_sides_gate_takes_its_share(self) -> None:
        """One in ten is let out: ten of a hundred could be served; all would be allowed."""
        run = crowd(24.0, gate=0.1)
        assert first_day(run) == pytest.approx((100, 10.0, 100.0))
        assert index(run) == 1.0  # what overseers look at

    def test_the_transit_sides_one_limit_is_one(self) -> None:
        """It meters twelve people a day, whoever they are."""
        limit = GateStep(
            action=GateAction.METER,
            since=small_worlds.at(0.0),
            persons_per_d=12.0,
            source=small_worlds.SOURCE,
        )
        assert first_day(crowd(24.0, steps=(limit,)))[1] == pytest.approx(12.0)

    def test_expired_papers_pass_less_often(self) -> None:
        papers: dict[str, Any] = {"valid_document_share": 0.0, "expired_document_gate": 0.2}
        assert first_day(crowd(24.0, **papers))[1] == pytest.approx(20.0)

    @pytest.mark.parametrize(("strictness", "served"), [(0.99, 1.0), (0.5, 48.0), (1.0, 0.0)])
    def test_a_ban_that_turns_nearly_all_back_is_not_access(
        self, strictness: float, served: float
    ) -> None:
        ban = ModeBan(
            crossings=("gate",), since=small_worlds.at(0.0), mode=Mode.FOOT, strictness=strictness
        )
        assert first_day(crowd(24.0, ban))[1] == pytest.approx(served)

    def test_open_at_midnight_alone_is_next_to_no_access(self) -> None:
        """A push-back by day: closed from 0 to 23:00, so an hour's lane and no more."""
        closed = Closure(crossings=("gate",), at=small_worlds.at(0.0), until=small_worlds.at(23.0))
        lane = {"admission": SIX_MINUTES, "servers": 9, "work_after_closing": False}
        assert first_day(crowd(24.0, closed, crossing=lane))[1] == pytest.approx(10.0)
        assert first_day(crowd(24.0, crossing=lane))[1] == pytest.approx(100.0)

    def test_orders_that_overlap_count_once_and_exceptions_are_kept(self) -> None:
        run = crowd(0.0)
        rows = [(0.0, 6.0, 0), (4.0, 10.0, 0), (12.0, 30.0, int(Trait.CHILDREN))]
        run.engine.status["measures"] = len(rows)
        run.engine.measures[: len(rows)] = np.zeros(len(rows), dtype=run.engine.measures.dtype)
        for row, (begins_h, ends_h, exempt) in zip(run.engine.measures, rows, strict=False):
            row["kind"], row["exempt"], row["origin"] = Action.CLOSE, exempt, NOBODY
            row["begins_h"], row["ends_h"] = begins_h, ends_h
        share = open_share(run.handle, 0.0, 24.0)[0]
        assert share[0] == pytest.approx(2.0 / 24.0)
        assert share[Trait.CHILDREN] == pytest.approx(14.0 / 24.0)
        assert share[TRAITS] == 1.0
        assert share[Trait.VULNERABLE] == share[0]


class TestAssignment:
    """The most people that places can serve."""

    @pytest.mark.parametrize(
        ("demand", "reaches", "places", "served"),
        [
            ([10.0], [[True]], [4.0], 4.0),
            ([10.0], [[False]], [4.0], 0.0),
            ([10.0, 10.0], [[True, True], [True, False]], [10.0, 10.0], 20.0),
            ([10.0, 10.0, 10.0], [[1, 1, 0], [1, 0, 0], [0, 1, 1]], [10.0, 10.0, 5.0], 25.0),
            ([7.0, 3.0], [[True, True], [True, False]], [np.inf, 2.0], 10.0),
            ([], np.zeros((0, 1)), [3.0], 0.0),
        ],
    )
    def test_others_make_room_where_they_have_an_alternative(
        self, demand: list[float], reaches: Any, places: list[float], served: float
    ) -> None:
        found = most_served(np.array(demand), np.array(reaches, dtype=bool), np.array(places))
        assert found == served

    def test_it_is_the_least_cut(self) -> None:
        """Whatever crossings are cut: their places, and who could go elsewhere."""
        draws = np.random.default_rng(1)
        for _ in range(100):
            kinds, crossings = draws.integers(1, 6, size=2)
            demand = draws.integers(0, 20, kinds).astype(float)
            reaches, places = (
                draws.random((kinds, crossings)) < 0.5,
                draws.integers(0, 20, crossings),
            )
            cuts = [
                places[list(cut)].sum() + demand[np.delete(reaches, cut, axis=1).any(axis=1)].sum()
                for many in range(crossings + 1)
                for cut in combinations(range(crossings), many)
            ]
            assert most_served(demand, reaches, places.astype(float)) == min(cuts)
