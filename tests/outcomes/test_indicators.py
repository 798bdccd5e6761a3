"""Indicators of a day that can be worked by hand.

Four people in two pairs come to a crossing at 09:00 and 09:30; it opens at 10:00 and closes at
14:00. One lane takes an hour a person, one interview two hours; interviews go on after closing.
Admitted at 11, 12, 13, 14; interviewed 11-13, 13-15, 15-17, 17-19.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.clock import Opening
from sim.engine.codes import Distribution, PersonState, QueueRule, Trait
from sim.model import BorderModel
from sim.outcomes.access import Access, access_spans
from sim.outcomes.indicator import Direction, Family
from sim.outcomes.indicators import INDICATORS, compute_indicators, headline
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import SERIES, daily_series
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.world.weather import Weather

HOUR = small_worlds.service(1.0, Distribution.DETERMINISTIC)
TWO_HOURS = small_worlds.service(2.0, Distribution.DETERMINISTIC)


def record(run: BorderModel) -> RunRecord:
    run.run()
    return RunRecord(run.world, run.parameters, run.engine)


def day_at_the_crossing(
    *, policy: small_worlds.AnyPolicy = None, daily_capacity: int = 3
) -> RunRecord:
    crossing = small_worlds.crossing(
        lanes=1,
        admission=HOUR,
        servers=1,
        registration=TWO_HOURS,
        opening=(Opening(hours="10:00-14:00"),),
    )
    cold = replace(crossing, weather="north", travellers_per_d=100.0)
    cold = replace(cold, daily_capacity=daily_capacity)
    where = small_worlds.world(
        small_worlds.star(cold),
        small_worlds.given([9.0, 9.5], size=2),
        days=2,
        officer_eur_per_h=40.0,
        interpreter_eur_per_h=50.0,
        night_premium=0.5,
        station_eur_per_d=1000.0,
        shelter_eur_per_d=24.0,
        registration_eur=100.0,
        reception_eur_per_d=48.0,
        lost_crossing_eur=10.0,
        control_per_d=1.0,
        pressure_per_d=3.0,
        usual_arrivals_per_d=0.5,
        care_per_weighted_h=0.1,
    )
    frost = Weather(("north",), np.full((1, 48), -20.0), np.full((1, 48), 0.0), "made up")
    return record(small_worlds.model(replace(where, weather=frost), policy))


# Outdoors, before the gate: 2 x 1 h + 2 x 0.5 h. Then three wait for the lane from 10, two from 11,
# one from 12; the second, third and fourth wait for their interviews from 12, 13 and 14.
OUTDOORS_H = (2 * 1.0 + 2 * 0.5) + (3.0 + 2.0 + 1.0) + ((13 - 12) + (15 - 13) + (17 - 14))
PAST_THE_GATE_H = 3 + 5 + 7 + 9


@pytest.fixture(scope="module")
def run() -> RunRecord:
    return day_at_the_crossing()


NOT_MODELLED = float("nan")  # no neighbour, terrain, suspension or transport
BY_HAND = {
    "O1": 4.0,
    "O2": 4.0,
    "O3": NOT_MODELLED,
    "O4": 0.0,
    "O5_attempts": NOT_MODELLED,
    "O6": 100.0 * 8.0 / 48.0,  # four interviews of two hours, one officer for two days
    "O6_overtime": 1.0 + 2.0 + 2.0,  # the second interview from 14:00 on, the third, the fourth
    "O7": 1.0,  # four people, three a day can be received
    "O8": 2.0,  # three-day means of 4 on the first day and 4 / 2 on the second
    "O9": NOT_MODELLED,
    "R1_mean": (3.0 + 5.0 + 7.0 + 9.0) / 4.0,  # from 10:00 to 13, 15, 17 and 19
    "R1_max": 9.0,
    "R1_post": (2 * 1.0 + 2 * 0.5) / 4.0,  # from 9:00 and 9:30 until it opens at 10:00
    "R1_post_days": (2 * 1.0 + 2 * 0.5) / 24.0,
    "R1_inside_days": (3 + 5 + 7 + 9) / 24.0,
    "R1_person_days": (4 + 6 + 7.5 + 9.5) / 24.0,  # from 9:00 or 9:30 to 13, 15, 17 and 19
    "R2_cold": OUTDOORS_H,
    "R2_below28": 0.0,  # calm air: wind chill is -20
    "R2_band2": OUTDOORS_H,
    "R4_intended": 4.0,
    "R4_24h": 100.0,
    "R4_72h_presented": 100.0,
    "R4_72h_set_out": 100.0,
    "R4_72h": 100.0,
    "R4_without_access": 0.0,
    "R4_set_out": 0.0,
    "R6": 0.0,
    "R6_neighbour": NOT_MODELLED,
    "R7": 0.0,
    "R8": 0.0,
    "R10": 0.0,
    "R11": 0.0,
    "R12_worst": 9.0,  # one of four
    "R12_gini": (-3 * 3.0 - 1 * 5.0 + 1 * 7.0 + 3 * 9.0) / (4 * 24.0),
    "R12_ratio": float(np.quantile([3, 5, 7, 9], 0.95)) / 6.0,
    "R13": 0.0,
    "R14": 0.0,
    "K1_staff": 48.0 * 40.0,
    "K1_lanes": 2 * 4.0 * 40.0,  # two days of four open hours
    "K1_interpreters": 8.0 * 50.0,
    "K1_night": 0.5 * 2 * 8.0 * 40.0,  # one officer, two nights of eight hours
    "K1_surge": 0.0,
    "K1_stations": 2 * 1000.0,
    "K1_shelter": PAST_THE_GATE_H * 1.0,
    "K1_warm": 0.0,
    "K1_registration": 400.0,
    "K1_transport": NOT_MODELLED,
    "K1_reception": ((48 - 13) + (48 - 15) + (48 - 17) + (48 - 19)) * 2.0,
    "K1_legal": 0.0,
    "K1_fence": NOT_MODELLED,
    "K3": NOT_MODELLED,
    "K4": 4 * 365 * 48.0,
    "K4_later": 4 * 365 * 48.0 - ((48 - 13) + (48 - 15) + (48 - 17) + (48 - 19)) * 2.0,
    "K5": 0.0,
    "K6": NOT_MODELLED,
    "Q1": 4.0 / 2.0 / 0.5,
    "Q2": NOT_MODELLED,
    "Q4": 0.0,
    "Q5": 1.0,  # four people at the posts on the first day
    "Q6": 0.0,
    "Q7": 0.0,
}


def test_as_many_as_can_be_received_are_not_too_many() -> None:
    found = compute_indicators(day_at_the_crossing(daily_capacity=4))
    assert found["O7"] == 0.0


def test_nobody_waits_at_midnight_so_access_then_is_not_known(run: RunRecord) -> None:
    assert np.isnan(INDICATORS["R5"].compute(run))


@pytest.mark.parametrize("name", BY_HAND)
def test_indicators_by_hand(run: RunRecord, name: str) -> None:
    assert INDICATORS[name].compute(run) == pytest.approx(BY_HAND[name], abs=1e-9, nan_ok=True)


def test_the_index_of_exposure_weighs_cold_frailty_and_gear(run: RunRecord) -> None:
    gear = run.of_group("gear")
    frail = 1.0 + run.needs_care
    by_hand = float((0.1 * run.exposed_h[:, 2] * frail * (1.5 - gear)).sum())
    values = compute_indicators(run)
    assert by_hand > 0.0
    assert values["R2_eri"] == pytest.approx(by_hand)
    assert values["R3"] == pytest.approx(float((1.0 - np.exp(-0.1 * run.exposure_risk)).sum()))


def test_the_total_cost_is_the_sum_of_its_items(run: RunRecord) -> None:
    values = compute_indicators(run)
    items = np.nansum([value for name, value in values.items() if name.startswith("K1_")])
    assert items > 0.0
    assert values["K1"] == pytest.approx(items)
    assert values["K2"] == pytest.approx(values["K1"] / 4.0)
    assert values["Q3"] == pytest.approx(values["K1"] / 4.0)


def test_the_whole_cost_is_what_each_bears() -> None:
    """A closure of 38.25 of 48 hours: travellers lose most; nobody is registered."""
    closure = Closure(crossings=("gate",), at=small_worlds.at(9.75), queue=QueueRule.TURN_BACK)
    closed = compute_indicators(day_at_the_crossing(policy=closure))
    assert closed["K5"] == pytest.approx(10.0 * 100.0 * 38.25 / 24.0)
    assert closed["K_state"] == closed["K1"]
    borne = ("K_state", "K5", "K6", "K7")
    assert np.isnan(closed["K6"]), "there is no neighbour"
    assert closed["K_all"] == pytest.approx(np.nansum([closed[name] for name in borne]))
    free = compute_indicators(day_at_the_crossing())
    assert free["K_state"] == pytest.approx(free["K1"] - free["K1_reception"] + free["K4"])
    assert free["K_all"] == pytest.approx(free["K_state"] + free["K7"])
    assert set(borne) | {"K_all"} == {name for name in headline() if name.startswith("K")}


def test_a_full_closure_leaves_everybody_without_access() -> None:
    closure = Closure(crossings=("gate",), at=small_worlds.at(9.75), queue=QueueRule.TURN_BACK)
    values = compute_indicators(day_at_the_crossing(policy=closure))
    assert values["O1"] == 0.0
    assert values["R4_without_access"] == 4.0
    assert values["R6"] == 4.0  # they stood before the gate, and know from then on
    assert values["R13"] == pytest.approx((48.0 - 9.75) / 24.0)
    assert values["R5"] == 0.0
    assert values["R14"] == pytest.approx(100.0 * (48.0 - 9.75) / 48.0)
    assert values["K5"] == pytest.approx(10.0 * 100.0 * (48.0 - 9.75) / 24.0)
    assert values["K1_stations"] == pytest.approx(1000.0 * 9.75 / 24.0)
    assert values["Q4"] == 8.0 + 4.0  # four without access on two evenings, and turned back
    assert np.isnan(values["R1_mean"])  # nobody could present themselves: why R4 is beside it
    assert values["R4_72h"] == 0.0
    assert values["R4_barred"] == 4.0


def test_the_ledger_and_the_series_add_up(run: RunRecord) -> None:
    assert run.people_by_state.sum() == len(run.persons) == 4
    series = dict(zip([each.name for each in SERIES], daily_series(run), strict=True))
    assert series["arrivals"].sum() == 4.0
    assert series["registered"].sum() == 4.0
    assert series["waiting"][0].sum() == 0.0  # all registered by midnight
    assert series["outdoor_cold_h"].sum() == pytest.approx(INDICATORS["R2_cold"].compute(run))


class TestTable:
    """The table itself: what every indicator must say of itself."""

    def test_every_indicator_is_defined_in_words(self) -> None:
        for name, each in INDICATORS.items():
            assert each.id == name
            assert len(each.definition) > 30, name
            assert each.unit, name

    def test_rights_stand_in_the_first_table_beside_security_and_cost(self) -> None:
        families = {INDICATORS[name].family for name in headline()}
        assert families >= {Family.RIGHTS, Family.SECURITY, Family.COST}
        rights = [name for name in headline() if INDICATORS[name].family is Family.RIGHTS]
        assert len(rights) >= len(headline()) / 2

    def test_fewer_arrivals_is_never_called_better(self) -> None:
        assert INDICATORS["O1"].direction is Direction.NONE


class TestAccess:
    """What crossings are open to, over time."""

    def spans(self, *orders: Closure) -> list[tuple[float, float, Access]]:
        class All:
            clock = orders[0].clock

            def decide(self, observation: object) -> list[object]:
                return [order for each in orders for order in each.decide(observation)]  # type: ignore[arg-type]

        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.given([1.0]), days=2
        )
        run = small_worlds.model(where, All()).run()
        found = access_spans(run.engine, run.world)
        return [(each.begins_h, each.ends_h, each.access) for each in found]

    def test_spans_cover_the_scenario_without_gaps(self) -> None:
        closure = Closure(
            crossings=("gate",), at=small_worlds.at(10.0), until=small_worlds.at(20.0)
        )
        assert self.spans(closure) == [
            (0.0, 10.0, Access.OPEN),
            (10.0, 20.0, Access.CLOSED),
            (20.0, 48.0, Access.OPEN),
        ]

    def test_an_exception_counts_only_while_no_other_closure_is_in_force(self) -> None:
        mild = Closure(
            crossings=("gate",),
            at=small_worlds.at(10.0),
            until=small_worlds.at(30.0),
            exempt=frozenset({Trait.CHILDREN}),
        )
        strict = Closure(crossings=("gate",), at=small_worlds.at(15.0), until=small_worlds.at(20.0))
        assert [access for _, _, access in self.spans(mild, strict)] == [
            Access.OPEN,
            Access.EXCEPTION_ONLY,
            Access.CLOSED,
            Access.EXCEPTION_ONLY,
            Access.OPEN,
        ]


def test_states_are_all_in_the_ledger(run: RunRecord) -> None:
    assert len(run.people_by_state) == len(PersonState)
