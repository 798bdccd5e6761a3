"""What people know, and only that, changes what they do: whole scenarios, and what is right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from sim.engine.codes import Mode
from sim.engine.codes import PersonState as State
from sim.errors import ScenarioError
from sim.model import BorderModel
from sim.outcomes.access import Access, access_spans
from sim.outcomes.indicators import INDICATORS, compute_indicators
from sim.outcomes.run_record import RunRecord
from sim.scenario.loading import load_scenario
from sim.verification import small_worlds
from tests.conclusions.scenario_runs import INPUTS, runs

STATES = 6
BICYCLE_EUR = 230.0


def mean(count: Callable[[BorderModel], float], name: str, policy: str, *assignments: str) -> float:
    return float(np.mean([count(run) for run in runs(name, policy, STATES, *assignments)]))


def arrivals(run: BorderModel, *, until_h: float = np.inf) -> float:
    """People who passed a gate."""
    return float((small_worlds.persons(run)["presented_h"] < until_h).sum())


def turned_back(run: BorderModel) -> float:
    """How often people were turned back."""
    return float(run.engine.entries[:, :, State.TURNED_BACK].sum())


def in_cars(run: BorderModel) -> float:
    return float((small_worlds.groups(run)["mode"] == Mode.CAR).sum())


def indicator(name: str, run: BorderModel) -> float:
    return compute_indicators(RunRecord(run.world, run.parameters, run.engine))[name]


class TestBanOfAMode:
    @pytest.mark.parametrize("premium_eur", [1.0, 369.0, 371.0])
    def test_a_ban_that_is_known_and_enforced_turns_nobody_back(self, premium_eur: float) -> None:
        """Those who can pay for a seat in a car take one; the others have no way to come."""
        price = f"parameters.vehicle_eur={{value: {BICYCLE_EUR + premium_eur}, source: made up}}"
        heard = "parameters.news_reach={value: 1, source: made up}"
        at_once = "parameters.news_delay_h={value: 0, source: made up}"
        values = (price, heard, at_once)
        assert mean(turned_back, "mode-ban", "ban", *values) == 0.0
        banned = mean(arrivals, "mode-ban", "ban", *values)
        free = mean(arrivals, "mode-ban", "open", *values)
        assert 0.0 < banned < free
        assert mean(in_cars, "mode-ban", "ban", *values) > 0.0

    @pytest.mark.parametrize("ban", ["ban", "ban-half"])
    def test_nothing_jumps_where_prices_pass_each_other(self, ban: str) -> None:
        """The old rule had a jump at EUR 370 of difference: 284 people or none."""
        counts = [
            mean(
                arrivals,
                "mode-ban",
                ban,
                f"parameters.vehicle_eur={{value: {BICYCLE_EUR + premium}, source: made up}}",
            )
            for premium in (369.0, 370.0, 371.0)
        ]
        assert max(counts) - min(counts) <= 0.03 * max(counts)


class TestBottleneck:
    def test_longer_interviews_are_heard_of_and_fewer_people_come(self) -> None:
        short, long = (mean(arrivals, f"interview-{m}", "open") for m in (60, 600))
        assert long < 0.8 * short


class TestEmptyNews:
    def test_news_of_nothing_moves_nobody(self) -> None:
        (plain,) = runs("empty-news", "open", 1)
        (empty,) = runs("empty-news", "nothing", 1)
        assert small_worlds.differing(plain, empty) == []


class TestCalendar:
    FIRST_DAYS_H = 240.0

    def test_the_end_of_the_scenario_says_nothing_of_its_beginning(self) -> None:
        for one, other in zip(
            runs("calendar-ends", "open", STATES),
            runs("calendar-ends-longer", "open", STATES),
            strict=True,
        ):
            first, second = (arrivals(run, until_h=self.FIRST_DAYS_H) for run in (one, other))
            assert first == second

    def test_nobody_travels_to_a_crossing_that_never_opens_again(self) -> None:
        """Its last day is 10 March; the town is 40 minutes and the lifts away."""
        last_closing_h = 9 * 24.0 + 20.0
        for run in runs("calendar-ends-longer", "open", STATES):
            assert arrivals(run) > 0
            travelling = run.engine.entries[:, :, State.EXIT_QUEUE].sum(axis=1)
            assert travelling[: int(last_closing_h / 24.0) + 1].sum() > 0
            assert travelling[int(last_closing_h / 24.0) + 2 :].sum() == 0

    def test_where_nothing_opens_any_more_there_is_no_land_access(self) -> None:
        """Days after the last opening were once days with access, and people had "other" causes."""
        (run,) = runs("calendar-ends-longer", "open", 1)
        last_closing_h = 9 * 24.0 + 20.0
        assert indicator("R13", run) == (run.clock.duration_h - last_closing_h) / 24.0
        without = indicator("R4_without_access", run)
        assert indicator("R4_barred", run) > 0.9 * without > 0.0
        spans = [(span.begins_h, span.access) for span in access_spans(run.engine, run.world)]
        assert spans == [(0.0, Access.OPEN), (last_closing_h, Access.CLOSED)]


class TestWhoIsKeptAway:
    def test_effective_access_can_rise_because_fewer_come(self) -> None:
        """A ban leaves more people without access, and those who come find shorter queues."""
        price = "parameters.vehicle_eur={value: 700, source: made up}"
        free, banned = (
            {
                name: mean(partial(indicator, name), "mode-ban", policy, price)
                for name in ("R4_without_access", "R5")
            }
            for policy in ("open", "ban")
        )
        assert banned["R4_without_access"] > free["R4_without_access"]
        assert banned["R5"] > free["R5"]
        assert INDICATORS["R5"].eased_by_exclusion


def test_a_road_that_leads_through_a_crossing_is_refused() -> None:
    with pytest.raises(ScenarioError, match="leads through 'near' to 'beyond'"):
        load_scenario(INPUTS / "through.yaml")
