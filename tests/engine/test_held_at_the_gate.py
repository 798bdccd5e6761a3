"""What holds people before a crossing, worked out by hand: caps, closures, and the cause."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from sim.clock import Opening
from sim.engine.codes import Action, Cause, GroupStage, Mode, PersonState, QueueRule
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.network import Crossing, Network
from sim.world.origins import Demand
from tests.golden.world_parts import exactly, groups_at, step, under


def one_gate(
    demand: Demand, *steps: Step, gate: Crossing | None = None, **more: Any
) -> BorderModel:
    """People in a town beside a crossing under orders."""
    given: dict[str, Any] = {"days": 2, **more}
    network = small_worlds.star(gate or small_worlds.crossing())
    return under(small_worlds.world(network, demand, **given), *steps)


def presented(run: BorderModel) -> list[float]:
    """When people presented themselves, h; of those who did."""
    hours = small_worlds.persons(run)["presented_h"]
    return sorted(hours[~np.isnan(hours)].tolist())


def causes(run: BorderModel) -> list[int]:
    """What keeps each group from access at the end of a run."""
    return [int(cause) for cause in small_worlds.groups(run)["cause"]]


class TestCapsOnArrivals:
    """They count who passed the gate."""

    SINGLES = groups_at(*[(1.0 + 0.1 * k, 1) for k in range(7)])

    def test_so_many_come_a_day_however_few_are_admitted(self) -> None:
        """Three a day, while the one lane is taken by the first for a hundred hours."""
        gate = small_worlds.crossing(lanes=1, admission=exactly(100.0))
        cap = step(Action.CAP_ARRIVALS, 0.0, value=3.0, ahead_h=0.0)
        run = one_gate(self.SINGLES, cap, gate=gate).run()
        assert presented(run) == [1.0, 1.1, 1.2, 24.0, 24.0, 24.0]

    def test_a_group_larger_than_the_cap_by_one_is_barred(self) -> None:
        cap = step(Action.CAP_ARRIVALS, 0.0, value=2.0, ahead_h=0.0)
        run = one_gate(groups_at((1.0, 3), (1.5, 2), (1.6, 2)), cap, days=0.5).run()
        assert presented(run) == [1.5, 1.5]
        assert causes(run)[0] == Cause.BARRED
        assert causes(run)[2] == Cause.WAITING


def test_what_opens_as_the_scenario_ends_lets_nobody_in() -> None:
    gate = small_worlds.crossing(opening=(Opening(hours="00:00-06:00"),))
    run = one_gate(groups_at((12.0, 1), (30.0, 1)), gate=gate, days=2).run()
    assert presented(run) == [24.0]


class TestClosures:
    """What a closure does with those who stand in the queue."""

    LATE = small_worlds.crossing(opening=(Opening(hours="20:00-24:00"),))
    UNAWARE: ClassVar[dict[str, Any]] = {"news_reach": 0.0, "settle_constant": small_worlds.NEVER}

    def test_who_has_nowhere_to_go_is_sent_back_to_town_where_the_rule_says_so(self) -> None:
        rerouted = step(Action.CLOSE, 5.0, ahead_h=0.0, queue=QueueRule.REROUTE)
        run = one_gate(groups_at((1.0, 2)), rerouted, gate=self.LATE, **self.UNAWARE)
        run.advance_to(4.0)
        assert small_worlds.people_at(run, "gate", PersonState.EXIT_QUEUE) == 2
        run.advance_to(6.0)
        assert small_worlds.people_at(run, "gate", PersonState.EXIT_QUEUE) == 0
        assert small_worlds.people_at(run, "town", PersonState.STAGING) == 2

    def test_a_closure_over_another_is_nothing_new_to_those_held(self) -> None:
        first = step(Action.CLOSE, 5.0, ahead_h=0.0)
        second = step(Action.CLOSE, 10.0, 20.0, ahead_h=0.0)
        demand = groups_at((1.0, 2), (2.0, 1))
        alone, both = (
            one_gate(demand, *steps, gate=self.LATE, days=1, **self.UNAWARE).run()
            for steps in ([first], [first, second])
        )
        for run in (alone, both):
            assert small_worlds.people_at(run, "gate", PersonState.EXIT_QUEUE) == 3
        told = {"journeys.heard_h"}  # that there was an order, and nothing else
        assert set(small_worlds.differing(alone, both)) <= told


class TestCauses:
    """Of those on the way: by the crossing that they head for, or by the nearest."""

    STAYS: ClassVar[dict[str, Any]] = {"station_constant": small_worlds.NEVER, "days": 2}

    def test_a_railway_nearby_is_no_crossing_for_people(self) -> None:
        """The gate is closed; trains go on, and nobody can take one."""
        railway = small_worlds.crossing("railway", modes=(Mode.RAIL,))
        network = small_worlds.star(railway, small_worlds.crossing(), hours=[1.0, 2.0])
        where = small_worlds.world(network, small_worlds.given([1.0]), **self.STAYS)
        assert causes(under(where, step(Action.CLOSE, 0.0, ahead_h=0.0)).run()) == [Cause.BARRED]
        assert causes(under(where).run()) == [Cause.OTHER]

    def test_where_no_crossing_ever_takes_claims_all_are_barred(self) -> None:
        gates = [
            replace(small_worlds.crossing(name), accepts_asylum=False) for name in ("gate", "other")
        ]
        where = small_worlds.world(
            small_worlds.star(*gates), small_worlds.given([1.0]), **self.STAYS
        )
        assert causes(under(where).run()) == [Cause.BARRED]

    def test_who_is_on_the_road_is_barred_by_what_is_at_its_end(self) -> None:
        """They left for the far crossing while the near one was closed; now it is the other way."""
        near, far = small_worlds.crossing("near"), small_worlds.crossing("far")
        where = small_worlds.world(
            small_worlds.star(near, far, hours=[1.0, 40.0]), small_worlds.given([1.0]), days=1
        )
        steps = [
            step(Action.CLOSE, 0.0, 3.0, crossings=("near",)),
            step(Action.CLOSE, 3.0, crossings=("far",), ahead_h=0.0),
        ]
        run = under(where, *steps).run()
        assert small_worlds.groups(run)["stage"].tolist() == [GroupStage.TRAVELLING]
        assert causes(run) == [Cause.BARRED]
        assert causes(under(where, steps[0]).run()) == [Cause.OTHER]

    def test_who_is_on_the_road_to_another_state_is_barred_by_the_nearest_crossing(self) -> None:
        abroad = small_worlds.neighbour("abroad")
        network = small_worlds.star(small_worlds.crossing(), neighbours=[abroad], hours=[1.0, 90.0])
        where = small_worlds.world(
            network,
            small_worlds.given([1.0]),
            other_country_constant=small_worlds.CERTAIN,
            **self.STAYS,
        )
        assert causes(under(where, step(Action.CLOSE, 0.0)).run()) == [Cause.BARRED]

    def test_whom_another_state_turned_back_is_not_barred_here(self) -> None:
        abroad = replace(small_worlds.neighbour("abroad"), refusal=1.0)
        network = Network(
            hubs=(small_worlds.hub(),),
            crossings=(small_worlds.crossing(),),
            neighbours=(abroad,),
            roads=(
                small_worlds.road("town", "gate", 1.0),
                small_worlds.road("town", "abroad", 1.0),
            ),
        )
        where = small_worlds.world(
            network,
            small_worlds.given([1.0]),
            other_country_constant=small_worlds.CERTAIN,
            **self.STAYS,
            **small_worlds.NEVER_AGAIN,
        )
        assert causes(under(where).run()) == [Cause.OTHER]
