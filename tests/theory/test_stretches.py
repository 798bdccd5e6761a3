"""Stretches of terrain border as places like others: guarded, closed, pushed back at, with hubs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.engine.codes import Action, Cause, GroupStage, QueueRule, Trait
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.outcomes.indicators import compute_indicators
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import SERIES, daily_series
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.verification.probes import first_utilities
from sim.verification.reference_statistics import interval_of_share
from sim.verification.small_worlds import CERTAIN, NEVER, SOURCE, TOWN, at
from sim.world.network import Network, Road, Segment
from sim.world.origins import Demand
from sim.world.world import World

WALK_H = 3.0
PEOPLE = 8
# People who walk at once, for a fixed time, and again as often as they are turned back.
WALKING: dict[str, Any] = {
    "station_constant": NEVER,
    "green_constant": CERTAIN,
    "green_price_eur": 0.0,
    "hike_median_h": WALK_H,
    "hike_sigma": 0.0,
    "turned_back_cost_eur": 0.0,
}


def step(action: Action, value: float = 1.0, hour: float = 0.0, **keys: Any) -> Step:
    given: dict[str, Any] = {"segments": ("forest",), "announced": at(hour), "effective": at(hour)}
    if action not in (Action.CLOSE, Action.REOPEN):
        given["value"] = value
    return Step(action=action, source=SOURCE, **{**given, **keys})


def plan(*steps: Step) -> Schedule:
    return Schedule(steps=steps)


def at_forest(stretch: Segment, people: int = PEOPLE, *, days: float = 2, **changes: Any) -> World:
    """A town between a crossing that nobody takes and a stretch."""
    return small_worlds.world(
        small_worlds.star(small_worlds.crossing(), segments=[stretch]),
        small_worlds.crowd(people),
        days=days,
        **{**WALKING, **changes},
    )


def run_of(world: World, policy: small_worlds.AnyPolicy = None, **options: Any) -> BorderModel:
    return small_worlds.model(world, policy, audit=True, **options).run()


def indicators(run: BorderModel) -> dict[str, float]:
    return dict(compute_indicators(RunRecord(run.world, run.parameters, run.engine)))


def entries(run: BorderModel, state: State, place: str = "forest") -> int:
    return int(run.engine.entries[:, run.world.network.number[place], state].sum())


class TestPushback:
    def test_people_walk_there_and_back_outdoors_and_try_again(self) -> None:
        """48 h hold eight walks of three hours there and three back."""
        run = run_of(at_forest(small_worlds.forest(detection=1.0, pushback=1.0)))
        many = 48.0 / (2.0 * WALK_H)
        assert entries(run, State.GREEN_ATTEMPT) == pytest.approx(PEOPLE * many, abs=PEOPLE)
        assert entries(run, State.PUSHED_BACK) == PEOPLE * many
        assert entries(run, State.GREEN_FOUND) == PEOPLE * many
        for state in (State.GREEN_ATTEMPT, State.PUSHED_BACK):
            assert small_worlds.person_hours(run, state) == pytest.approx(24.0 * PEOPLE, rel=0.01)
        groups = small_worlds.groups(run)
        assert (groups["failures"] == many).all()
        assert (groups["attempts"] >= many).all()
        assert np.isnan(small_worlds.persons(run)["presented_h"]).all(), "no claim was received"

    def test_it_is_counted_as_barred_and_as_turned_back_unheard(self) -> None:
        run = run_of(at_forest(small_worlds.forest(detection=1.0, pushback=1.0), days=0.2))
        found = indicators(run)
        assert run.now_h < 2.0 * WALK_H, "they are on the way back"
        assert (small_worlds.groups(run)["stage"] == GroupStage.HIKING).all()
        assert found["R4_barred"] == found["R6"] == found["R6_pushback"] == PEOPLE
        assert found["O5_attempts"] == found["O5_found"] == PEOPLE
        assert found["R3_pushback"] == pytest.approx(PEOPLE * run.parameters.pushback_harm_share)
        assert found["R4_without_access"] == PEOPLE

    def test_the_share_is_that_of_groups_found(self) -> None:
        people, share = 2000, 0.3
        stretch = small_worlds.forest(detection=0.6, pushback=share)
        run = run_of(at_forest(stretch, people, days=0.2))
        found, back = entries(run, State.GREEN_FOUND), entries(run, State.PUSHED_BACK)
        low, high = interval_of_share(back, found)
        assert low <= share <= high
        assert found + entries(run, State.GREEN_UNKNOWN) == people

    def test_series_by_stretch_and_day_add_up(self) -> None:
        stretch = small_worlds.forest(detection=0.6, pushback=0.5)
        run = run_of(at_forest(stretch, 200, days=3))
        daily = daily_series(RunRecord(run.world, run.parameters, run.engine))
        place = run.world.network.number["forest"]
        of = {each.name: daily[k, :, place].sum() for k, each in enumerate(SERIES)}
        walked = of["green_border_found"] + of["green_border_unknown"]
        on_the_way = small_worlds.people_at(run, "forest", State.GREEN_ATTEMPT)
        assert of["green_border_attempts"] == walked + on_the_way
        assert 0 < of["pushed_back"] < of["green_border_found"]

    def test_those_who_give_up_after_it_are_barred(self) -> None:
        stretch = small_worlds.forest(detection=1.0, pushback=1.0)
        world = at_forest(
            stretch,
            days=5,
            green_constant=0.0,
            review_rate_per_h=0.05,
            give_up_rate_per_d=0.1,
            give_up_failures=5.0,
        )
        run = run_of(world, seed=3)
        state, cause = small_worlds.persons(run)["state"], small_worlds.groups(run)["cause"]
        gave_up = (state == State.RETURNED) & (small_worlds.groups(run)["failures"] > 0)
        assert gave_up.any()
        assert (cause[gave_up] == Cause.BARRED).all()

    def test_a_policy_may_end_what_was_done_from_the_start(self) -> None:
        stretch = small_worlds.forest(detection=1.0, pushback=1.0)
        run = run_of(at_forest(stretch), plan(step(Action.PUSHBACK, 0.0, 8.0)))
        assert entries(run, State.PUSHED_BACK) == PEOPLE
        assert entries(run, State.REGISTERED, small_worlds.GATE) == PEOPLE

    def test_it_holds_between_its_dates(self) -> None:
        stretch = small_worlds.forest(detection=1.0)
        policy = plan(step(Action.PUSHBACK, 1.0, 2.0, until=at(10.0)))
        run = run_of(at_forest(stretch), policy)
        times = small_worlds.persons(run)["presented_h"]
        assert entries(run, State.PUSHED_BACK) == 2 * PEOPLE, "at 3 h and, after a new walk, at 9 h"
        assert times == pytest.approx(5.0 * WALK_H, abs=0.1)


class TestGuard:
    def test_it_sets_the_chance_between_its_dates(self) -> None:
        stretch = small_worlds.forest(detection=0.5, fence_km=5.0, fence_effect=0.4)
        model = small_worlds.model(
            at_forest(stretch), plan(step(Action.GUARD, 0.9, 10.0, until=at(20.0)))
        )
        for hour, bare in ((5.0, 0.5), (15.0, 0.9), (25.0, 0.5)):
            model.advance_to(hour)
            chance = float(model.engine.destinations["detection"][-1])
            assert chance == pytest.approx(1.0 - (1.0 - bare) * (1.0 - 0.5 * 0.4))

    def test_of_several_the_highest_holds_and_a_guard_may_be_thinner_than_before(self) -> None:
        model = small_worlds.model(
            at_forest(small_worlds.forest(detection=0.5)),
            plan(step(Action.GUARD, 0.2, 5.0), step(Action.GUARD, 0.7, 15.0, until=at(25.0))),
        )
        for hour, chance in ((0.0, 0.5), (10.0, 0.2), (20.0, 0.7), (30.0, 0.2)):
            model.advance_to(hour)
            assert model.engine.destinations["detection"][-1] == pytest.approx(chance)

    def test_a_fence_built_under_a_guard_counts_from_there(self) -> None:
        fence = step(Action.BUILD_FENCE, 10.0, 10.0)
        model = small_worlds.model(
            at_forest(small_worlds.forest(detection=0.5, fence_effect=0.5)),
            plan(step(Action.GUARD, 0.8, 5.0), fence),
        )
        model.advance_to(12.0)
        assert model.engine.destinations["detection"][-1] == pytest.approx(1.0 - 0.2 * 0.5)


FOUND_EUR, BACK_EUR, PER_H, SCALE = 400.0, 600.0, 8.0, 250.0
OUTLOOK: dict[str, Any] = {
    "utility_scale_eur": SCALE,
    "found_cost_eur": FOUND_EUR,
    "turned_back_cost_eur": BACK_EUR,
    "value_of_time_eur_per_h": PER_H,
    "green_constant": -50.0,
    "station_constant": NEVER,
}


class TestBeliefs:
    def outlook(self, hour: float, *steps: Step, **changes: Any) -> float:
        """The utility of the stretch to somebody in town at an hour."""
        stretch = small_worlds.forest(detection=0.5, pushback=changes.pop("pushback", 0.0))
        world = at_forest(stretch, 1, **{**OUTLOOK, **changes})
        run = small_worlds.model(world, plan(*steps) if steps else None)
        run.advance_to(hour)
        return float(first_utilities(run)[1])

    def worth(self, found: float, back: float) -> float:
        """What the chances of being found and pushed back take off, as the docstring says."""
        walk_eur = PER_H * WALK_H * (1.0 + found * back)
        return -(walk_eur + FOUND_EUR * found + BACK_EUR * found * back) / SCALE

    def test_what_is_expected_of_a_stretch_by_hand(self) -> None:
        bare = self.outlook(0.0) - self.worth(0.5, 0.0)
        assert self.outlook(0.0, pushback=0.4) - self.worth(0.5, 0.4) == pytest.approx(bare)
        guard, pushback = step(Action.GUARD, 0.9, 10.0), step(Action.PUSHBACK, 0.3, 10.0)
        assert self.outlook(20.0, guard) - self.worth(0.9, 0.0) == pytest.approx(bare)
        assert self.outlook(20.0, guard, pushback) - self.worth(0.9, 0.3) == pytest.approx(bare)

    def test_those_who_have_not_heard_go_by_what_was_before(self) -> None:
        guard = step(Action.GUARD, 0.9, 10.0)
        assert self.outlook(20.0, guard, news_reach=0.0) == self.outlook(20.0)
        assert self.outlook(5.0, guard) == self.outlook(5.0)

    def test_what_is_announced_counts_from_its_beginning_to_its_stated_end(self) -> None:
        planned = step(Action.PUSHBACK, 0.5, 10.0, announced=at(1.0), until=at(20.0))
        assert self.outlook(5.0, planned) == self.outlook(25.0, planned) == self.outlook(5.0)
        assert self.outlook(15.0, planned) < self.outlook(15.0)

    def test_own_failures_count_against_a_stretch_at_which_people_are_pushed_back(self) -> None:
        world = at_forest(small_worlds.forest(detection=1.0, pushback=1.0), 1, **OUTLOOK)
        world = replace(world, parameters=replace(world.parameters, green_constant=CERTAIN))
        run = small_worlds.model(world)
        run.advance_to(0.0)
        before = float(first_utilities(run)[1])
        run.advance_to(2.0 * WALK_H)
        assert small_worlds.groups(run)["failures"][0] == 1
        assert before - float(first_utilities(run)[1]) == pytest.approx(0.5 * BACK_EUR / SCALE)


class TestClosed:
    def test_nobody_sets_foot_on_a_closed_stretch(self) -> None:
        closed = step(Action.CLOSE, hour=0.0, until=at(30.0))
        run = run_of(at_forest(small_worlds.forest(), news_reach=0.0), plan(closed))
        forest = run.world.network.number["forest"]
        walked = run.engine.entries[:, forest, State.GREEN_ATTEMPT]
        assert walked[0] == 0
        assert walked[1] == PEOPLE
        assert entries(run, State.TURNED_BACK) > 0
        assert indicators(run)["R6"] == entries(run, State.TURNED_BACK)

    def test_those_who_know_do_not_come(self) -> None:
        closed = step(Action.CLOSE, hour=0.0, announced=at(-5.0))
        run = run_of(at_forest(small_worlds.forest(), settle_constant=NEVER), plan(closed))
        assert entries(run, State.GREEN_ATTEMPT) == entries(run, State.TURNED_BACK) == 0

    def test_those_on_the_way_over_go_on(self) -> None:
        closed = step(Action.CLOSE, hour=1.0)
        run = run_of(at_forest(small_worlds.forest(detection=1.0)), plan(closed))
        assert entries(run, State.GREEN_FOUND) == PEOPLE

    def test_exceptions_hold_and_reopening_reopens(self) -> None:
        closed = step(Action.CLOSE, hour=0.0, exempt=frozenset({Trait.VULNERABLE}))
        world = at_forest(small_worlds.forest(detection=1.0), 60, vulnerable_share=0.5)
        run = run_of(world, plan(closed, step(Action.REOPEN, hour=40.0)))
        vulnerable = small_worlds.groups(run)["traits"] > 0
        came_h = small_worlds.persons(run)["presented_h"]
        assert vulnerable.any()
        assert (came_h[vulnerable] == WALK_H).all()
        assert (came_h[~vulnerable] >= 40.0).all()

    def test_a_queue_rule_for_stretches_alone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="nobody queues there"):
            run_of(
                at_forest(small_worlds.forest()),
                plan(step(Action.CLOSE, queue=QueueRule.TURN_BACK)),
            )


class TestNothingChanged:
    @pytest.mark.parametrize(
        "nothing",
        [
            step(Action.GUARD, 0.5, 5.0),
            step(Action.PUSHBACK, 0.0, 5.0),
            step(Action.GUARD, 0.5, 5.0, until=at(9.0)),
        ],
    )
    def test_what_is_said_to_be_as_it_is_changes_nothing(self, nothing: Step) -> None:
        changes: dict[str, Any] = {"green_constant": 0.0, "review_rate_per_h": 0.1}
        world = at_forest(small_worlds.forest(detection=0.5), 200, **changes)
        assert small_worlds.differing(run_of(world), run_of(world, plan(nothing))) == []


def forest_of(**changes: Any) -> Segment:
    return small_worlds.forest(hub=None, **changes)


def two_towns(stretch: Segment, *roads: Road) -> Network:
    return Network(
        hubs=(small_worlds.hub(), small_worlds.hub("village")),
        crossings=(),
        segments=(stretch,),
        roads=(small_worlds.road(TOWN, "village", 4.0, km=100.0), *roads),
    )


class TestHubs:
    def test_people_walk_from_each_hub_for_the_hours_from_there(self) -> None:
        stretch = forest_of(hubs={TOWN: 2.0, "village": 0.5}, crossing=None, detection=1.0)
        demand = Demand(
            groups=tuple(
                replace(small_worlds.given([0.0], prefix=name).groups[0], hub=name)
                for name in (TOWN, "village")
            )
        )
        run = run_of(small_worlds.world(two_towns(stretch), demand, days=1, **WALKING))
        times = small_worlds.persons(run)["registered_h"]
        assert sorted(times) == pytest.approx([0.5 + WALK_H, 2.0 + WALK_H])

    def test_people_go_back_to_the_hub_from_which_they_came(self) -> None:
        """Not to the nearer one: two hours there, the walk there and back, and two hours back."""
        stretch = forest_of(
            hubs={TOWN: 2.0, "village": 0.5}, crossing=None, detection=1.0, pushback=1.0
        )
        world = small_worlds.world(two_towns(stretch), small_worlds.crowd(1), days=1, **WALKING)
        run = small_worlds.model(world, audit=True)
        run.advance_to(2.0 + 2.0 * WALK_H + 1.9)
        assert small_worlds.people_at(run, "forest", State.TRAVEL) == 1
        run.advance_to(2.0 + 2.0 * WALK_H + 2.0)
        assert small_worlds.groups(run)["hub"][0] == run.world.network.number[TOWN]
        assert small_worlds.groups(run)["failures"][0] == 1

    def test_a_road_leads_to_a_stretch_too_and_is_paid(self) -> None:
        stretch = forest_of(crossing=None, detection=1.0)
        road = small_worlds.road(TOWN, "forest", 1.5, km=90.0)
        world = small_worlds.world(
            two_towns(stretch, road), small_worlds.crowd(1), days=1, **WALKING
        )
        run = run_of(world)
        assert small_worlds.persons(run)["registered_h"][0] == pytest.approx(1.5 + WALK_H)
        assert small_worlds.groups(run)["travelled_km"][0] == 90.0

    def test_what_joins_no_hub_or_says_it_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no hub is joined to 'forest'"):
            two_towns(forest_of(crossing=None))
        with pytest.raises(ValueError, match="there is no hub 'nowhere'"):
            two_towns(forest_of(crossing=None, hubs={"nowhere": 1.0}))
        with pytest.raises(ValueError, match="not both"):
            small_worlds.forest(hubs={TOWN: 1.0})


class TestNoCrossing:
    def world(self, people: int = 100, **changes: Any) -> World:
        stretch = small_worlds.forest(crossing=None, **changes)
        network = Network(hubs=(small_worlds.hub(),), crossings=(), segments=(stretch,))
        return small_worlds.world(network, small_worlds.crowd(people), days=2, **WALKING)

    def test_people_found_apply_where_they_are(self) -> None:
        run = run_of(self.world(detection=0.5))
        registered = entries(run, State.REGISTERED)
        assert registered == entries(run, State.GREEN_FOUND) > 0
        assert registered + entries(run, State.GREEN_UNKNOWN) == 100
        assert (small_worlds.groups(run)["stage"] == GroupStage.DONE).all()

    def test_every_indicator_has_a_value_or_none(self) -> None:
        found = indicators(run_of(self.world(detection=0.5, pushback=0.5)))
        assert found["O1"] == 0.0
        assert found["R4_without_access"] == 0.0
        assert found["R6_pushback"] > 0.0
        assert np.isnan([found["R5"], found["R13"]]).all(), "no crossing that could serve anybody"
        assert not any(np.isinf(value) for value in found.values())

    def test_demand_is_kept_back_only_while_nobody_could_apply(self) -> None:
        poisson = small_worlds.poisson(2.0)
        for pushback, deterred in ((0.0, False), (1.0, True)):
            world = replace(self.world(pushback=pushback), demand=poisson)
            run = run_of(world)
            assert (int(run.engine.status["deterred"][0]) > 0) == deterred
