"""The transit side's pace at its gates: releases by hand, and what queues and causes make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sim.clock import Clock, Opening
from sim.engine.codes import Action, Cause, QueueRule
from sim.engine.codes import PersonState as State
from sim.hypotheses import GateAction, GateStep, LetsThrough
from sim.model import BorderModel
from sim.outcomes.indicators import compute_indicators
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.verification.small_worlds import GATE, SOURCE, START, TOWN, at
from sim.world.origins import Demand, DemandStep, Origin
from sim.world.world import World

PEOPLE = 6


def step(action: str, hour: float = 0.0, **keys: object) -> GateStep:
    given: dict[str, object] = {"since": at(hour), "source": SOURCE, **keys}
    return GateStep(action=GateAction.of(action), **given)  # type: ignore[arg-type]


def under(*steps: GateStep) -> LetsThrough:
    return LetsThrough(leakage=1.0, steps=steps)


def queue_of(people: int = PEOPLE, *, size: int = 1, **parameters: float) -> World:
    """People who all come to an open crossing at 0 h."""
    return small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.crowd(people, size=size),
        days=4,
        **parameters,
    )


def run_of(world: World, *steps: GateStep, policy: small_worlds.AnyPolicy = None) -> BorderModel:
    return small_worlds.model(world, policy, hypothesis=under(*steps), audit=True).run()


def passed_h(run: BorderModel) -> list[float]:
    """When people presented themselves, in order of time, h."""
    times = small_worlds.persons(run)["presented_h"]
    return sorted(times[~np.isnan(times)].tolist())


class TestPaceByHand:
    def test_a_rate_lets_one_go_every_so_often_the_first_at_once(self) -> None:
        """24 a day is one an hour: a D/D/1 queue, of mean wait (n - 1) / 2 hours."""
        run = run_of(queue_of(), step("meter", persons_per_d=24.0))
        assert passed_h(run) == pytest.approx([0, 1, 2, 3, 4, 5])

    def test_a_rate_is_of_a_local_day_and_spread_over_the_hours_given(self) -> None:
        """Four a day from 08:00 to 12:00 is one an hour in these hours."""
        run = run_of(queue_of(), step("meter", persons_per_d=4.0, hours="08:00-12:00"))
        assert passed_h(run) == pytest.approx([8, 9, 10, 11, 32, 33])

    def test_batches_go_together(self) -> None:
        run = run_of(queue_of(7), step("meter", every_h=6.0, batch=3))
        assert passed_h(run) == pytest.approx([0, 0, 0, 6, 6, 6, 12])

    def test_a_rate_with_batches_keeps_the_rate(self) -> None:
        run = run_of(queue_of(7), step("meter", persons_per_d=12.0, batch=3))
        assert passed_h(run) == pytest.approx([0, 0, 0, 6, 6, 6, 12])

    def test_batches_outside_their_hours_are_left_out(self) -> None:
        run = run_of(queue_of(4), step("meter", 1.0, every_h=5.0, hours="06:00-12:00"))
        assert passed_h(run) == pytest.approx([0, 0, 0, 0]), "they passed before the limit"
        late = run_of(
            queue_of(4), step("hold"), step("meter", 1.0, every_h=5.0, hours="06:00-12:00")
        )
        assert passed_h(late) == pytest.approx([6, 11, 31, 56])

    def test_a_group_goes_whole_and_its_excess_is_taken_off_the_next_releases(self) -> None:
        """Groups of five at one an hour: at 0 h, and again when five hours have been paid for."""
        run = run_of(queue_of(15, size=5), step("meter", persons_per_d=24.0))
        assert passed_h(run) == pytest.approx([0] * 5 + [5] * 5 + [10] * 5)

    def test_hold_and_resume(self) -> None:
        run = run_of(queue_of(), step("hold"), step("resume", 30.0))
        assert passed_h(run) == pytest.approx([30] * PEOPLE)

    def test_an_abrupt_stop_holds_those_who_were_next(self) -> None:
        """58 a day while a queue stands, and then nobody, until all at once."""
        steps = [step("meter", persons_per_d=58.0), step("hold", 24.0), step("resume", 60.0)]
        run = run_of(queue_of(100), *steps)
        times = passed_h(run)
        assert sum(hour < 24.0 for hour in times) == 58
        assert times[58:] == pytest.approx([60.0] * 42)

    def test_closing_again_lets_nobody_out_any_more(self) -> None:
        """People are let out, then documents are checked: nobody new gets past the post."""
        world = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            small_worlds.given([1.0, 11.0, 21.0]),
            days=2,
            **small_worlds.NEVER_AGAIN,
        )
        steps = (step("open", 10.0), step("close", 20.0))
        hypothesis = LetsThrough(leakage=0.0, steps=steps)
        run = small_worlds.model(world, hypothesis=hypothesis, audit=True).run()
        assert passed_h(run) == pytest.approx([11.0])

    def test_a_step_holds_where_it_is_said_to(self) -> None:
        network = small_worlds.star(small_worlds.crossing(), small_worlds.crossing("other"))
        world = small_worlds.world(network, small_worlds.crowd(20), days=1)
        run = run_of(world, step("hold", crossings=(GATE,)))
        waiting = small_worlds.people_at(run, GATE, State.EXIT_QUEUE)
        assert waiting + len(passed_h(run)) == 20
        assert waiting > 0
        assert small_worlds.people_at(run, "other", State.EXIT_QUEUE) == 0


def two_origins(groups: int = 40) -> World:
    origins = tuple(
        Origin(id=name, name=name, share=1.0, gateways={TOWN: 1.0}, source=SOURCE)
        for name in ("one", "two")
    )
    steps = (DemandStep(since=START, persons_per_d=float(groups), source=SOURCE),)
    demand = Demand(steps=steps, origins=origins, group_size=1)
    return small_worlds.world(small_worlds.star(small_worlds.crossing()), demand, days=4)


class TestOrigins:
    def test_those_of_one_origin_are_held_and_the_others_pass_them(self) -> None:
        run = run_of(two_origins(), step("hold", origins=("one",)))
        origin = small_worlds.groups(run)["origin"][small_worlds.persons(run)["group"]]
        held = np.isnan(small_worlds.persons(run)["presented_h"])
        assert (held == (origin == 0)).all()
        assert 0 < held.sum() < len(held)

    def test_a_limit_that_names_an_origin_goes_before_one_for_all(self) -> None:
        run = run_of(two_origins(), step("hold"), step("resume", 0.0, origins=("two",)))
        origin = small_worlds.groups(run)["origin"][small_worlds.persons(run)["group"]]
        held = np.isnan(small_worlds.persons(run)["presented_h"])
        assert (held == (origin == 0)).all()

    def test_each_limit_counts_its_own_people(self) -> None:
        """One a day of the first origin, of whom nobody is there at 0 h; the second goes freely."""
        run = run_of(two_origins(400), step("meter", persons_per_d=1.0, origins=("one",)))
        people = small_worlds.persons(run)
        origin = small_worlds.groups(run)["origin"][people["group"]]
        passed = ~np.isnan(people["presented_h"])
        assert passed[origin == 1].all()
        assert passed[origin == 0].sum() == 3


class TestWithTheReceivingSide:
    def test_people_let_go_while_the_crossing_is_shut_pass_when_it_opens(self) -> None:
        station = small_worlds.crossing(opening=(Opening(hours="10:00-12:00"),))
        world = small_worlds.world(small_worlds.star(station), small_worlds.crowd(PEOPLE), days=2)
        run = run_of(world, step("meter", persons_per_d=6.0))
        assert passed_h(run) == pytest.approx([10, 10, 10, 34, 34, 34])

    def test_nobody_is_let_go_to_a_crossing_that_an_order_closes_to_them(self) -> None:
        closed = Schedule(
            steps=(
                Step(
                    action=Action.CLOSE,
                    crossings=(GATE,),
                    announced=at(0.0),
                    effective=at(1.5),
                    until=at(8.5),
                    queue=QueueRule.HOLD,
                    source=SOURCE,
                ),
            )
        )
        world = queue_of(settle_constant=small_worlds.NEVER)
        run = run_of(world, step("meter", persons_per_d=24.0), policy=closed)
        assert passed_h(run) == pytest.approx([0, 1, 9, 10, 11, 12])

    def test_the_wait_is_the_transit_side_s_and_its_cause_too(self) -> None:
        run = run_of(queue_of(), step("hold"))
        assert (small_worlds.groups(run)["cause"] == Cause.STOPPED).all()
        found = compute_indicators(RunRecord(run.world, run.parameters, run.engine))
        assert found["R1_post_days"] == pytest.approx(PEOPLE * 4.0)
        assert found["R1_inside_days"] == 0.0
        assert found["R4_stopped"] == PEOPLE
        assert found["R5"] == 0.0, "nobody could be served while the transit side holds all"

    def test_patience_that_ends_under_a_hold_is_the_transit_side_s(self) -> None:
        world = queue_of(patience_h=5.0, **small_worlds.NEVER_AGAIN)
        run = run_of(world, step("hold"))
        assert int(run.engine.status["reneged"][0]) == PEOPLE
        assert (small_worlds.groups(run)["cause"] == Cause.STOPPED).all()

    def test_people_turn_away_from_the_wait_that_they_see(self) -> None:
        """The first sees nobody before them; an hour's wait is too much for the others."""
        world = queue_of(balking_per_h=1e9, review_rate_per_h=1e-6)
        run = run_of(world, step("meter", persons_per_d=24.0))
        assert passed_h(run) == [0.0]
        assert int(run.engine.status["balked"][0]) == PEOPLE - 1

    @pytest.mark.parametrize("steps", [[], [("resume", 0.0)], [("open", 0.0)], [("hold", 95.9)]])
    def test_steps_that_change_nothing_change_nothing(
        self, steps: Sequence[tuple[str, float]]
    ) -> None:
        world = queue_of(40, size=2, patience_h=30.0)
        plain = run_of(world)
        other = run_of(world, *(step(*each) for each in steps))
        assert small_worlds.differing(plain, other) == []


class TestTwoClocks:
    MOSCOW = "Europe/Moscow"  # UTC+3, no summer time

    def world(self, **clock: object) -> World:
        """People in a queue at the turn of the year, by a receiving side's clock in UTC."""
        where = queue_of(4)
        return replace(where, clock=replace(where.clock, **clock))  # type: ignore[arg-type]

    def test_hours_and_days_are_by_the_transit_side_s_clock(self) -> None:
        world = self.world(transit_zone=self.MOSCOW)
        run = run_of(world, step("meter", persons_per_d=2.0, hours="08:00-12:00"))
        assert passed_h(run) == pytest.approx([5, 7, 29, 31])

    def test_a_time_without_an_offset_is_by_its_clock_and_one_with_is_as_it_says(self) -> None:
        naive, aware = datetime(2023, 1, 1, 12), datetime(2023, 1, 1, 12, tzinfo=UTC)
        for moment, hour in ((naive, 9.0), (aware, 12.0)):
            world = self.world(transit_zone=self.MOSCOW)
            run = run_of(world, step("hold"), step("resume", since=moment))
            assert passed_h(run) == pytest.approx([hour] * 4)

    def test_without_a_zone_a_time_without_an_offset_is_refused(self) -> None:
        clock = Clock(START, START + timedelta(days=1), "UTC")
        with pytest.raises(ValueError, match="transit_timezone"):
            clock.transit_hours(datetime(2023, 1, 1, 12))

    def test_days_of_tables_stay_the_scenario_s(self) -> None:
        world = self.world(transit_zone="Pacific/Auckland")
        assert world.clock.days == self.world().clock.days


class TestRefused:
    @pytest.mark.parametrize(
        ("action", "keys", "message"),
        [
            ("hold", {"persons_per_d": 5.0}, "'persons_per_d' has no effect on 'hold'"),
            ("open", {"origins": ("one",)}, "'origins' has no effect on 'open'"),
            ("resume", {"batch": 5}, "'batch' has no effect on 'resume'"),
            ("meter", {"chance": 0.5}, "'chance' has no effect on 'meter'"),
            ("meter", {}, "either 'persons_per_d' or 'every_h'"),
            ("meter", {"persons_per_d": 5.0, "every_h": 1.0}, "either"),
            ("meter", {"persons_per_d": 5000.0}, "more than one release a minute"),
            ("meter", {"persons_per_d": 5.0, "hours": "closed"}, "'hold'"),
        ],
    )
    def test_what_would_have_no_effect(
        self, action: str, keys: dict[str, object], message: str
    ) -> None:
        with pytest.raises(ValueError, match=message):
            step(action, **keys)
