"""With every actor at work: nobody is lost, and pauses between events change nothing."""

from __future__ import annotations

from datetime import timedelta

from sim.clock import Opening
from sim.engine.codes import Action, Trait
from sim.hypotheses import Facilitates
from sim.hypotheses.responses import Reactance
from sim.model import BorderModel
from sim.policies import Order
from sim.policies.capacity import Staffing
from sim.policies.composition import Joined
from sim.policies.hours_and_fences import OpeningHours
from sim.policies.oversight import Oversight, Power
from sim.policies.timed import Closure
from sim.policies.triggered import Threshold
from sim.policies.with_others import CarrierMeasures
from sim.verification import small_worlds
from sim.world.network import Neighbour
from tests.promises.test_conservation import check_ledger, step_through

START = small_worlds.START
POLICY = Joined(
    ("hours", "staff", "carriers", "closing", "numbers"),
    (
        OpeningHours(
            crossings=("gate",),
            hours="06:00-22:00",
            since=START + timedelta(days=3),
            until=START + timedelta(days=8),
            announced_before_h=30.0,
        ),
        Staffing(
            decided=START + timedelta(days=2),
            until=START + timedelta(days=9),
            officers={"gate": -1},
            lanes={"other": -1},
        ),
        CarrierMeasures(share_that_still_sets_out=0.5, since=START + timedelta(days=6)),
        Closure(crossings=("gate", "other"), at=START + timedelta(days=5), announced_before_h=24.0),
        Threshold(crossings=("other",), above=15.0, below=10.0, announced_before_h=3.0),
    ),
)
HYPOTHESIS = Facilitates(
    opens={"default": START + timedelta(days=1)},
    hub=small_worlds.TOWN,
    begins=START + timedelta(days=1),
    persons_per_d=40.0,
    batch=10,
    steering=0.5,
)
OVERSIGHT = Oversight(
    intercept=3.0,
    slope=4.0,
    delay_h=30.0,
    power=Power.REQUIRE_EXCEPTION,
    exempt=frozenset({Trait.CHILDREN, Trait.VULNERABLE}),
    court_hazard_per_d=0.1,
    source="test",
)


def model(number: int) -> BorderModel:
    day = (Opening(hours="08:00-16:00"),)
    slow = small_worlds.service(0.5)
    network = small_worlds.star(
        small_worlds.crossing("gate", opening=day, servers=2, registration=slow),
        small_worlds.crossing("other", lanes=1, admission=slow),
        neighbours=[
            Neighbour(
                id="over-there",
                name="Over there",
                country="XX",
                lat=61.0,
                lon=28.0,
                opening=day,
                refusal=0.5,
                coordinates=True,
                lag_h=24.0,
                source="test",
            )
        ],
        hours=[1.0, 2.0, 5.0],
    )
    where = small_worlds.world(
        network,
        small_worlds.poisson(2.0, size=2),
        days=14,
        other_country_constant=small_worlds.CERTAIN,
        review_rate_per_h=0.2,
        rush_horizon_h=24.0,
        news_delay_h=6.0,
        failure_weight=0.3,
        escalation_factor=1.5,
        branching=0.2,
    )
    return small_worlds.model(
        where,
        POLICY,
        hypothesis=HYPOTHESIS,
        response=Reactance(),
        oversight=OVERSIGHT,
        number=number,
        audit=True,
    )


def test_nobody_is_lost_and_pauses_change_nothing() -> None:
    for number in (0, 1, 2):
        stepped, whole = model(number), model(number).run()
        step_through(stepped)
        check_ledger(whole)
        assert small_worlds.differing(stepped, whole) == []


def test_everything_was_at_work() -> None:
    """Else the test above would show little."""
    runs = [model(number).run() for number in (0, 1, 2)]
    assert sum(int(run.engine.status["reviews"][0]) for run in runs) > 0
    assert any(run.engine.status["transit_level"][0] != 1.0 for run in runs)
    assert all(run.engine.status["deterred"][0] > 0 for run in runs)
    assert all(run.engine.stations["calendar"][0] == 1 for run in runs)
    closings: list[Order] = [
        order for run in runs for order in run.actors[-1].orders if order.action is Action.CLOSE
    ]
    assert closings
    closed_there = [
        (run.engine.measures["kind"] == Action.CLOSE) & (run.engine.measures["destination"] == 2)
        for run in runs
    ]
    assert any(rows.any() for rows in closed_there)
