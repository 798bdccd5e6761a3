"""R4: who would claim, and why those without access have none; small worlds worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.clock import Opening
from sim.engine.causes import _money_left_eur
from sim.engine.codes import Cause, Mode, QueueRule
from sim.engine.codes import PersonState as State
from sim.engine.row_types import GROUP
from sim.hypotheses import LetsThrough
from sim.model import BorderModel
from sim.model.initialisation import PARAMETERS
from sim.outcomes.indicators import INDICATORS, compute_indicators
from sim.outcomes.rights import CAUSES
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Closure, ModeBan
from sim.policies.with_others import CarrierMeasures
from sim.verification import small_worlds
from sim.world.modelled import not_modelled
from sim.world.world import World

CLOSED_ALWAYS = Closure(crossings=("gate",), at=small_worlds.at(-1.0), queue=QueueRule.HOLD)


def record(run: BorderModel) -> RunRecord:
    return RunRecord(run.world, run.parameters, run.engine)


def values(where: World, policy: Any = None, **more: Any) -> dict[str, float]:
    return compute_indicators(record(small_worlds.model(where, policy, audit=True, **more).run()))


def causes(found: dict[str, float]) -> dict[str, float]:
    """The causes that there are, and that they sum to the whole."""
    assert found["R4_without_access"] == sum(found[name] for name in CAUSES)
    return {name: found[name] for name in CAUSES if found[name]}


def pairs(*, days: float = 3.0, crossing: Any = None, **parameters: Any) -> World:
    """Three pairs who come to a crossing two hours away."""
    station = crossing or small_worlds.crossing()
    network = small_worlds.star(station, hours=[2.0])
    return small_worlds.world(
        network, small_worlds.given([1.0, 2.0, 3.0], size=2), days=days, **parameters
    )


class TestCauses:
    """One person, one cause."""

    def test_who_gets_through_has_none(self) -> None:
        found = values(pairs())
        assert causes(found) == {}
        assert found["R4_intended"] == 6.0
        assert found["R4_24h"] == found["R4_72h"] == found["R4_72h_presented"] == 100.0

    @pytest.mark.parametrize("queue", list(QueueRule))
    def test_turned_back_or_held_is_barred(self, queue: QueueRule) -> None:
        closure = Closure(crossings=("gate",), at=small_worlds.at(4.5), queue=queue)
        found = values(pairs(news_reach=0.0), closure)
        assert causes(found) == {"R4_barred": 2.0}  # the last pair comes at five
        assert found["R4_72h"] == pytest.approx(100.0 * 4.0 / 6.0)

    def test_waiting_in_town_for_a_closed_crossing_is_barred(self) -> None:
        found = values(pairs(settle_constant=small_worlds.NEVER), CLOSED_ALWAYS)
        assert found["R6"] == 0.0
        assert causes(found) == {"R4_barred": 6.0}

    def test_giving_up_while_it_is_closed_is_barred_too(self) -> None:
        found = values(pairs(give_up_rate_per_d=50.0), CLOSED_ALWAYS)
        assert found["R9_returned"] == 6.0
        assert causes(found) == {"R4_barred": 6.0}

    def test_where_the_calendar_has_ended_people_are_barred(self) -> None:
        """It opens from 6 to 20 on the first day and not again; some come too late."""
        only_then = Opening(hours="06:00-20:00", until=small_worlds.at(0.0).date())
        station = small_worlds.crossing(opening=(only_then,))
        late = small_worlds.given([1.0, 30.0], size=2)
        where = small_worlds.world(small_worlds.star(station, hours=[2.0]), late, days=3.0)
        assert causes(values(where)) == {"R4_barred": 2.0}
        stays = pairs(crossing=station, station_constant=small_worlds.NEVER)
        assert causes(values(stays)) == {"R4_barred": 6.0}

    @pytest.mark.parametrize(("strictness", "cause"), [(0.9, "R4_barred"), (0.2, "R4_other")])
    def test_who_can_pay_only_for_a_mode_that_is_hardly_let_pass_is_barred(
        self, strictness: float, cause: str
    ) -> None:
        station = small_worlds.crossing(modes=(Mode.BICYCLE, Mode.CAR))
        where = pairs(
            crossing=station,
            bicycle_eur=100.0,
            vehicle_eur=300.0,
            cash_median_eur=200.0,
            cash_sigma=0.0,
            daily_burn_eur=0.0,
            station_constant=small_worlds.NEVER,
        )
        ban = ModeBan(crossings=("gate",), since=small_worlds.at(0.0), strictness=strictness)
        assert causes(values(where, ban)) == {cause: 6.0}
        rich = replace(where, parameters=replace(where.parameters, cash_median_eur=400.0))
        assert causes(values(rich, ban)) == {"R4_other": 6.0}

    def test_the_closure_that_counts_is_of_the_nearest_that_ever_takes_claims(self) -> None:
        near = replace(small_worlds.crossing("near"), accepts_asylum=False)
        far, gate = small_worlds.crossing("far"), small_worlds.crossing("gate")
        network = small_worlds.star(near, gate, far, hours=[1.0, 2.0, 9.0])
        stays: dict[str, Any] = {"days": 2, "station_constant": small_worlds.NEVER}
        where = small_worlds.world(network, small_worlds.given([1.0]), **stays)
        assert causes(values(where)) == {"R4_other": 1.0}
        assert causes(values(where, CLOSED_ALWAYS)) == {"R4_barred": 1.0}
        other = replace(CLOSED_ALWAYS, crossings=("far",))
        assert causes(values(where, other)) == {"R4_other": 1.0}

    def test_the_transit_sides_gate_stops(self) -> None:
        where = pairs(**small_worlds.NEVER_AGAIN)
        found = values(where, hypothesis=LetsThrough(leakage=0.0))
        assert causes(found) == {"R4_stopped": 6.0}

    def test_removal_is_by_the_transit_state(self) -> None:
        found = values(
            pairs(
                removal_rate_per_d=200.0,
                valid_document_share=0.0,
                station_constant=small_worlds.NEVER,
            )
        )
        assert causes(found) == {"R4_stopped": 6.0}

    def test_a_queue_that_does_not_move_is_a_wait(self) -> None:
        """One lane takes ten hours a person: three of six in two days and a half."""
        slow = small_worlds.service(10.0, small_worlds.DETERMINISTIC)
        station = small_worlds.crossing(
            lanes=1, admission=slow, opening=(Opening(hours="00:00-06:00"),)
        )
        found = values(pairs(crossing=station, days=1.5))
        assert causes(found) == {"R4_waiting": 3.0}

    def test_who_leaves_the_queue_or_turns_away_from_it_was_waiting(self) -> None:
        """It opens at 20; patience of a hundredth of an hour ends before."""
        station = small_worlds.crossing(opening=(Opening(hours="20:00-21:00"),))
        for how in ({"patience_h": 0.01}, {"balking_per_h": 1e6}):
            where = pairs(crossing=station, days=0.5, **small_worlds.NEVER_AGAIN, **how)
            assert causes(values(where)) == {"R4_waiting": 6.0}

    def test_giving_up_without_having_tried_is_waiting(self) -> None:
        found = values(pairs(give_up_rate_per_d=500.0, station_constant=small_worlds.NEVER))
        assert causes(found) == {"R4_waiting": 6.0}

    @pytest.mark.parametrize(("cash", "cause"), [(100.0, "R4_other"), (99.0, "R4_means")])
    def test_who_cannot_pay_the_way_is_out_of_means(self, cash: float, cause: str) -> None:
        """A bicycle for 100 EUR, and nothing to live on."""
        station = small_worlds.crossing(modes=(Mode.BICYCLE,))
        where = pairs(
            crossing=station,
            bicycle_eur=100.0,
            cash_median_eur=cash,
            cash_sigma=0.0,
            daily_burn_eur=0.0,
            station_constant=small_worlds.NEVER,
        )
        assert causes(values(where)) == {cause: 6.0}

    def test_living_uses_the_money_up(self) -> None:
        """Of 125 EUR 30 EUR a day leave 7.50 after 94 h and 8.75 after 93 h; the road costs 8."""
        where = pairs(
            days=4.0,
            transport_eur_per_km=1.0,
            cash_median_eur=125.0,
            cash_sigma=0.0,
            daily_burn_eur=30.0,
            station_constant=small_worlds.NEVER,
        )
        road = small_worlds.road("town", "gate", 2.0, 8.0)
        where = replace(where, network=replace(where.network, roads=(road,)))
        assert causes(values(where)) == {"R4_means": 4.0, "R4_other": 2.0}

    def test_what_a_group_paid_is_gone_for_each_of_it(self) -> None:
        """Of 100 EUR each, ten hours at 24 EUR a day and 60 EUR that the two of them paid."""
        groups = np.zeros(1, dtype=GROUP).view(np.recarray)
        groups["cash_eur"], groups["people"], groups["created_h"] = 100.0, 2, 5.0
        groups["spent_eur"] = 60.0
        parameters = np.zeros(1, dtype=PARAMETERS).view(np.recarray)
        parameters["daily_burn_eur"] = 24.0
        assert _money_left_eur(parameters[0], groups[0], 15.0) == 60.0

    def test_staying_of_ones_own_accord_and_the_terrain_are_other_causes(self) -> None:
        stay = pairs(station_constant=small_worlds.NEVER, settle_constant=small_worlds.CERTAIN)
        found = values(stay)
        assert found["R9_settled"] == 6.0
        assert causes(found) == {"R4_other": 6.0}

    def test_those_who_claim_nothing_lack_nothing(self) -> None:
        found = values(pairs(claim_share=0.0), CLOSED_ALWAYS)
        assert causes(found) == {}
        assert found["R4_intended"] == found["R4_set_out"] == 0.0
        assert math.isnan(found["R4_72h"])
        assert math.isnan(found["R4_72h_set_out"])

    def test_shares_of_who_would_claim_count_nobody_else(self) -> None:
        """Whoever is found on the terrain is registered, also who would not have claimed."""
        where = pairs(
            days=6.0,
            claim_share=0.5,
            station_constant=small_worlds.NEVER,
            green_constant=900.0,
            green_price_eur=0.0,
            hike_median_h=5.0,
            hike_sigma=0.0,
        )
        forest = small_worlds.forest(detection=1.0)
        where = replace(where, network=replace(where.network, segments=(forest,)))
        run = record(small_worlds.model(where, number=3).run())
        found = compute_indicators(run)
        assert 0 < run.intended < 6, "some would claim"
        assert np.isfinite(run.persons["registered_h"]).all(), "all were found"
        assert found["R4_72h"] == found["R4_72h_presented"] == 100.0

    def test_people_carry_their_cause(self) -> None:
        run = record(small_worlds.model(pairs(), CLOSED_ALWAYS).run())
        assert run.causes.tolist() == [Cause.BARRED] * 6


class TestIntended:
    """The intended population is the same under every policy."""

    def crowded(self, **parameters: Any) -> World:
        given: dict[str, Any] = {
            "branching": 0.6,
            "kernel_mean_d": 2.0,
            "failure_weight": 1.0,
            "demand_when_closed": 0.3,
        }
        return small_worlds.world(
            small_worlds.star(small_worlds.crossing(), hours=[3.0]),
            replace(small_worlds.poisson(0.5), group_size=None),
            days=20,
            **{**given, **parameters},
        )

    POLICIES = (
        None,
        CLOSED_ALWAYS,
        Closure(crossings=("gate",), at=small_worlds.at(100.0), queue=QueueRule.TURN_BACK),
        CarrierMeasures(since=small_worlds.at(48.0), share_that_still_sets_out=0.5),
    )

    @pytest.mark.parametrize(
        "parameters",
        [
            {},
            {"claim_share": 0.6},
            {"splitting": 1.0, "forced_separation": 1.0, "claim_share": 0.5},
            {"branching": 0.0},
        ],
    )
    def test_no_policy_changes_it_and_everybody_is_in_it(self, parameters: dict[str, Any]) -> None:
        gate = LetsThrough(leakage=0.6)
        found = [
            values(self.crowded(**parameters), policy, hypothesis=gate) for policy in self.POLICIES
        ]
        assert len({each["R4_intended"] for each in found}) == 1
        for each in found:
            causes(each)
            assert each["R4_followers"] >= 0.0
        assert found[3]["R4_carriers"] > 0.0
        if parameters.get("branching", 0.6):
            assert found[1]["R4_followers"] > found[0]["R4_followers"]

    def test_where_all_get_through_at_once_nobody_is_missing(self) -> None:
        where = replace(
            self.crowded(), network=small_worlds.star(small_worlds.crossing(), hours=[0.0])
        )
        run = small_worlds.model(where).run()
        found = compute_indicators(record(run))
        assert found["R4_intended"] == len(small_worlds.persons(run)) > 400
        assert found["R4_followers"] == found["R4_deterred"] == 0.0
        assert found["R4_72h"] == 100.0

    def test_fewer_who_try_are_no_higher_share(self) -> None:
        """A closure that keeps most from coming used to raise the share of those who came."""
        closure = Closure(
            crossings=("gate",), at=small_worlds.at(0.0), until=small_worlds.at(440.0)
        )
        free, closed = (values(self.crowded(), policy) for policy in (None, closure))
        assert closed["R4_72h"] < 0.3 * free["R4_72h"]
        assert closed["R4_deterred"] > closed["R4_barred"]

    def test_groups_that_part_are_followed_once(self) -> None:
        """Every pair is parted; each of its two gets through in the end, and has one following."""
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            small_worlds.given(np.zeros(400), size=2),
            days=40,
            branching=0.5,
            kernel_mean_d=1.0,
            splitting=1.0,
            turned_back_cost_eur=0.0,
        )
        run = small_worlds.model(where, hypothesis=LetsThrough(leakage=0.5)).run()
        groups = small_worlds.groups(run)
        assert groups["left_behind"].sum() > 200
        found = compute_indicators(record(run))
        assert found["R4_intended"] == len(small_worlds.persons(run))
        assert found["R4_followers"] == 0.0

    def test_what_a_group_paid_is_parted_with_it(self) -> None:
        where = pairs(
            splitting=1.0, transport_eur_per_km=1.0, daily_burn_eur=0.0, **small_worlds.NEVER_AGAIN
        )
        road = small_worlds.road("town", "gate", 2.0, 50.0)
        where = replace(where, network=replace(where.network, roads=(road,)))
        run = small_worlds.model(where, hypothesis=LetsThrough(leakage=0.5)).run()
        groups = small_worlds.groups(run)
        assert groups["left_behind"].any()
        legs = groups["travelled_km"] * groups["people"]
        assert groups["spent_eur"] == pytest.approx(legs)


class TestWaits:
    """A wait at the transit side's post is not one at the receiving side's."""

    def test_both_by_hand(self) -> None:
        """At the post from 3, 4 and 5 until it opens at 6; one lane takes an hour a person."""
        station = small_worlds.crossing(
            lanes=1,
            admission=small_worlds.service(1.0, small_worlds.DETERMINISTIC),
            opening=(Opening(hours="06:00-20:00"),),
        )
        found = values(pairs(crossing=station))
        assert found["R1_post"] == pytest.approx((3.0 + 2.0 + 1.0) / 3.0)
        assert found["R1_mean"] == pytest.approx((1 + 2 + 3 + 4 + 5 + 6) / 6.0)
        assert found["R1_post_days"] == pytest.approx(2 * (3.0 + 2.0 + 1.0) / 24.0)
        assert found["R1_inside_days"] == pytest.approx((1 + 2 + 3 + 4 + 5 + 6) / 24.0)
        both = found["R1_post_days"] + found["R1_inside_days"]
        assert found["R1_person_days"] == pytest.approx(both)

    def test_the_clock_of_the_receiving_side_starts_when_people_present_themselves(self) -> None:
        """Shut for four days while they stand at the post: late by one clock, not by the other."""
        station = small_worlds.crossing()
        closure = Closure(
            crossings=("gate",),
            at=small_worlds.at(2.0),
            until=small_worlds.at(98.0),
            queue=QueueRule.HOLD,
        )
        found = values(pairs(crossing=station, days=6.0, news_reach=0.0), closure)
        assert found["R4_72h"] == 0.0
        assert found["R4_72h_presented"] == 100.0


MISSING_WHERE_NOBODY_COMES = (
    "O6",
    "Q2",
    "Q3",
    "K2",
    "R1_mean",
    "R1_p95",
    "R1_max",
    "R1_post",
    "R4_24h",
    "R4_72h",
    "R4_72h_presented",
    "R4_72h_set_out",
    "R5",
    "R11",
    "R12_ratio",
    "R12_gini",
    "R12_worst",
    "R12_gap",
    "R14_wait",
)


def test_where_nobody_is_means_and_shares_are_missing() -> None:
    """A crossing that is closed and has no officers, and nobody who wants to come."""
    station = small_worlds.crossing(servers=0)
    where = small_worlds.world(small_worlds.star(station), small_worlds.poisson(0.0), days=3)
    missing = not_modelled(where)
    found = {
        name: value
        for name, value in values(where, CLOSED_ALWAYS).items()
        if INDICATORS[name].needs not in missing
    }
    nobody = {name for name in MISSING_WHERE_NOBODY_COMES if name in found}
    assert {name for name, value in found.items() if math.isnan(value)} == nobody
    of_people = [n for n in found if n[0] in "RQ" and n not in MISSING_WHERE_NOBODY_COMES]
    assert {found[name] for name in of_people if name not in ("R13", "R14")} == {0.0}


def test_the_states_without_access_have_a_cause() -> None:
    """In a world of everything each person without access has one, and nobody else."""
    where = pairs(settle_constant=0.0, give_up_rate_per_d=0.5)
    run = record(small_worlds.model(where, CLOSED_ALWAYS).run())
    assert (run.causes != Cause.NONE).tolist() == run.without_access.tolist()
    assert not run.without_access[run.persons["state"] == State.REGISTERED].any()
