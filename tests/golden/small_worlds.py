"""Small worlds in which every part of the engine has something to do, and a fingerprint of each.

They are small enough to be run without compilation, so that coverage can be measured and mutants
of the engine and of the indicators can be tried on them (``tests/mutation``). What they give is
recorded by ``make golden`` like the shipped scenarios.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from sim.clock import Opening
from sim.engine.codes import Action, Distribution, Mode, QueueDiscipline, QueueRule, Trait
from sim.hypotheses import Checks, Facilitates, Hypothesis, LetsThrough, Response
from sim.hypotheses.responses import CostSensitive, Deterred, Reactance, Scripted
from sim.model import BorderModel
from sim.outcomes.access import access_spans
from sim.outcomes.breakdown import break_down
from sim.outcomes.by_state import indicators_by_state
from sim.outcomes.exposure_totals import exposure
from sim.outcomes.indicators import INDICATORS, compute_indicators
from sim.outcomes.journeys import flows, journeys
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import daily_series
from sim.policies.oversight import Oversight, Power
from sim.policies.timed import Closure, Schedule
from sim.verification import small_worlds
from sim.verification.full_world import reference_world
from sim.world.origins import Demand, DemandStep, GivenGroup, Stock
from sim.world.world import World
from tests.golden.chain_worlds import CHAIN_WORLDS
from tests.golden.edge_worlds import EDGE_WORLDS
from tests.golden.world_parts import step

DECIMALS = 6
GATES = ("gate", "other")
DAYS = 6


def lively(groups_per_h: float = 0.5, days: float = DAYS, **parameters: Any) -> World:
    """The world in which everything is at work, with fewer people and days."""
    where = reference_world()
    demand = replace(
        small_worlds.poisson(groups_per_h),
        group_size=None,
        stocks=small_worlds.crowd(15, at_h=5.0).stocks,
    )
    clock = replace(where.clock, end=small_worlds.at(24.0 * days))
    changed = replace(where.parameters, kernel_mean_d=0.5, **parameters)
    return replace(where, demand=demand, clock=clock, parameters=changed)


EVERY_ACTION = Schedule(
    steps=(
        step(Action.CLOSE, 20.0, 30.0, queue=QueueRule.HOLD),
        step(Action.CLOSE, 26.0, 40.0, queue=QueueRule.REROUTE, exempt=frozenset({Trait.CHILDREN})),
        step(Action.NO_ASYLUM, 45.0, 60.0, queue=QueueRule.TURN_BACK),
        step(Action.ACCEPT_ASYLUM, 45.0, 60.0, crossings=("other",)),
        step(Action.BAN_MODE, 50.0, 100.0, mode=Mode.FOOT, value=0.5, crossings=GATES),
        step(Action.METER, 60.0, 110.0, value=9.0, warm_places=3),
        step(Action.METER, 70.0, 90.0, value=4.0),
        step(Action.ADD_OFFICERS, 30.0, 90.0, value=2.0),
        step(Action.ADD_INTERPRETERS, 36.0, 90.0, value=-1.0),
        step(Action.ADD_LANES, 40.0, 80.0, value=1.0, crossings=GATES),
        step(Action.SET_HOURS, 72.0, 120.0, hours="10:00-14:00"),
        step(Action.BUILD_FENCE, 30.0, crossings=(), segments=("forest",), value=4.0),
        step(Action.CARRIER_MEASURES, 48.0, 96.0, crossings=(), value=0.6),
        step(Action.RESUME_CHECKS, 80.0, 100.0, crossings=GATES, value=0.3),
        step(Action.CLOSE, 100.0, crossings=GATES, queue=QueueRule.TURN_BACK, ahead_h=30.0),
        step(Action.REOPEN, 125.0, crossings=GATES),
    )
)


def oversight(power: Power) -> Oversight:
    """A court and an overseer that nearly always step in."""
    return Oversight(
        intercept=8.0,
        slope=2.0,
        delay_h=5.0,
        power=power,
        keep="other" if power is Power.KEEP_ONE else None,
        exempt=frozenset(Trait) if power is Power.REQUIRE_EXCEPTION else frozenset(),
        postponed_h=9.0 if power is Power.DELAY else 0.0,
        court_hazard_per_d=0.5,
        source=small_worlds.SOURCE,
    )


def facilitates(**terms: Any) -> Facilitates:
    """H2 from the second day on."""
    return Facilitates(
        leakage=0.5,
        opens={"default": small_worlds.at(24.0), "gate": small_worlds.at(30.0)},
        closes=small_worlds.at(110.0),
        hub=small_worlds.TOWN,
        begins=small_worlds.at(24.0),
        persons_per_d=18.0,
        batch=6,
        steering=0.5,
        **terms,
    )


CLOSURE = Closure(
    crossings=GATES,
    at=small_worlds.at(40.0),
    announced_before_h=20.0,
    until=small_worlds.at(100.0),
    queue=QueueRule.REROUTE,
)
RESPONSES: dict[str, Response] = {
    "R1": Deterred(),
    "R2": Reactance(),
    "R3": Scripted(duration_mean_d=1.0),
    "R4": CostSensitive(),
}
HYPOTHESES: dict[str, Hypothesis] = {
    "H0": Checks(leakage=0.3, removal_factor=2.0),
    "H1": LetsThrough(
        leakage=0.3, opens={"default": small_worlds.at(30.0)}, closes=small_worlds.at(100.0)
    ),
    "H2": facilitates(price_factor=0.5),
}


def every_action(number: int) -> BorderModel:
    """Orders of every kind, overlapping."""
    return small_worlds.model(lively(), EVERY_ACTION, hypothesis=HYPOTHESES["H2"], number=number)


def answered(hypothesis: str, response: str) -> BorderModel:
    """A closure, an overseer, and a transit side that answers."""
    power = list(Power)[(int(hypothesis[1]) + int(response[1])) % len(Power)]
    where = lively(0.3, stranded_limit_persons=10.0)
    neighbour = replace(where.network.neighbours[0], coordinates=True, lag_h=6.0)
    where = replace(where, network=replace(where.network, neighbours=(neighbour,)))
    return small_worlds.model(
        where,
        CLOSURE,
        hypothesis=HYPOTHESES[hypothesis],
        response=RESPONSES[response],
        oversight=oversight(power),
    )


def rumours() -> BorderModel:
    """Beliefs by Routes and Rumours, a rush, hope that is lost."""
    where = lively(0.4, routes_and_rumours=1.0, lost_hope=1.0, peer_rate_per_h=0.2, memory_d=1.0)
    return small_worlds.model(where, CLOSURE)


def distributions(distribution: Distribution, discipline: QueueDiscipline) -> BorderModel:
    """One crossing by day and night shifts: the service distribution and discipline in question."""
    station = small_worlds.crossing(
        lanes=2,
        admission=small_worlds.service(0.2, distribution, 0.5),
        servers=3,
        registration=small_worlds.service(1.0, distribution, 1.4),
        interpreters=2,
        discipline=discipline,
        exit_check=small_worlds.service(0.05, distribution, 0.8),
        shelter_places=9,
        transport=(5, 2.5),
        suspension=(7, 3),
        work_after_closing=False,
        opening=(Opening(hours="07:30-13:00"), Opening(hours="15:00-24:00", days="Mon-Thu")),
    )
    demand = replace(small_worlds.poisson(1.2), group_size=None)
    where = small_worlds.world(
        small_worlds.star(station, hours=[0.5]),
        demand,
        days=3,
        interpreter_share=0.7,
        unaccompanied_share=0.2,
        family_share=0.4,
        minor_interview_min=30.0,
        vulnerable_share=0.3,
        patience_h=6.0,
        balking_per_h=0.05,
        claim_share=0.9,
    )
    return small_worlds.model(where)


def who_comes() -> BorderModel:
    """Streams of every kind: steps, a stock, given groups, a large one; without learning."""
    origin = small_worlds.poisson(0.3).origins[0]
    demand = Demand(
        steps=(
            DemandStep(since=small_worlds.START, persons_per_d=12.0, source=small_worlds.SOURCE),
            DemandStep(since=small_worlds.at(30.0), persons_per_d=30.0, source=small_worlds.SOURCE),
            DemandStep(since=small_worlds.at(60.0), persons_per_d=0.0, source=small_worlds.SOURCE),
        ),
        origins=(origin, replace(origin, id="elsewhere", name="Elsewhere", share=0.5)),
        stocks=(
            Stock(
                at=small_worlds.at(3.0),
                persons=17,
                gateways={small_worlds.TOWN: 1.0},
                source=small_worlds.SOURCE,
            ),
        ),
        groups=(
            GivenGroup(id="a", at=small_worlds.at(10.0), persons=40, hub=small_worlds.TOWN),
            GivenGroup(id="b", at=small_worlds.at(10.0), persons=1, hub=small_worlds.TOWN),
        ),
    )
    where = replace(
        lively(days=4.0, peer_rate_per_h=0.0, experience_weight=0.0, facilitated_share=0.0),
        demand=demand,
    )
    return small_worlds.model(where, CLOSURE)


def calm() -> BorderModel:
    """Almost every switch off: nothing but a road, a queue and people who choose."""
    crossings = [
        small_worlds.crossing(name, known=k, servers=1) for name, k in (("a", 0.9), ("b", 0.4))
    ]
    where = small_worlds.world(
        small_worlds.star(
            *crossings, hours=[2.0, 1.0], segments=[small_worlds.forest(crossing="a")]
        ),
        small_worlds.poisson(0.8, size=2),
        days=4,
        station_constant=-2.0,
        settle_constant=-4.0,
        green_constant=-3.0,
        review_rate_per_h=0.2,
    )
    return small_worlds.model(where)


def nobody() -> BorderModel:
    """A world without people."""
    return small_worlds.model(replace(lively(), demand=small_worlds.given([])), CLOSURE)


MODELS: dict[str, Callable[[], BorderModel]] = {
    "calm": calm,
    "every action": partial(every_action, 0),
    "every action, other seed": partial(every_action, 1),
    "who comes": who_comes,
    "rumours": rumours,
    **{
        f"{distribution}, {discipline}": partial(distributions, distribution, discipline)
        for distribution, discipline in zip(
            Distribution, [*QueueDiscipline, QueueDiscipline.FCFS], strict=True
        )
    },
    **{
        f"{hypothesis} and {response}": partial(answered, hypothesis, response)
        for hypothesis, response in product(HYPOTHESES, RESPONSES)
        if hypothesis != "H0" or response in ("R3", "R4")
    },
    "nobody": nobody,
    **EDGE_WORLDS,
    **CHAIN_WORLDS,
}


# What the engine keeps for itself: nobody reads it, but what comes later depends on it.
INNER_TABLES = (
    "status",
    "stations",
    "destinations",
    "measures",
    "streams",
    "queues",
    "bulletins",
    "beliefs",
    "changed_h",
    "exposure_h",
    "in_vehicles",
    "outdoor_since_h",
    "suspended_since_h",
    "access_stock",
    "access_reached",
)
ROOM = ("groups", "persons", "heap", "later", "measures", "bulletins", "beliefs")


def parts(run: BorderModel) -> Iterator[tuple[str, str, Any]]:
    """Everything that comes of a run: (what it belongs to, its name, a column).

    People's rows and accounts, indicators, people by class, series, tables of journeys and of hours
    outdoors, spans of access, and what the engine keeps for itself.
    """
    for name, column in small_worlds.results(run).items():
        yield "rows and accounts", name, column
    record = RunRecord(run.world, run.parameters, run.engine, concession=True)
    for name, value in compute_indicators(record).items():
        yield "indicators", name, np.array(value)
    of_people = tuple(each for each in INDICATORS.values() if each.of_people)
    for state, name, value in indicators_by_state(record):
        yield "by state", f"{state} {name}", np.array(value)
    by_class = break_down(record, of_people)
    yield "by class", "people", by_class.people
    yield "by class", "values", by_class.values
    yield "series", "daily", daily_series(record)
    for held in (flows(record), journeys(record), exposure(record)):
        for name, column in held._asdict().items():
            yield "tables", f"{type(held).__name__}.{name}", column
    spans = [
        (s.crossing, s.begins_h, s.ends_h, s.access.value)
        for s in access_spans(run.engine, run.world)
    ]
    yield "access", "spans", np.array([repr(spans)])
    for table in INNER_TABLES:
        rows = getattr(run.engine, table)
        for name in sorted(rows.dtype.names or ("",)):
            yield "engine", f"{table}.{name}", rows[name] if name else rows
    yield "engine", "room", np.array([len(getattr(run.engine, table)) for table in ROOM])


def fingerprint(run: BorderModel) -> dict[str, str]:
    """SHA-256 of each part, floats to six decimals; the first half of its digits."""
    digests: dict[str, Any] = {}
    for part, name, column in parts(run):
        values = np.round(column, DECIMALS) + 0.0 if column.dtype.kind == "f" else column
        total = digests.setdefault(part, hashlib.sha256())
        total.update(name.encode() + np.ascontiguousarray(values).tobytes())
    return {part: total.hexdigest()[:32] for part, total in digests.items()}


def fingerprint_of(name: str) -> dict[str, str]:
    """The fingerprint of a small world, with people counted again after every event."""
    run = MODELS[name]()
    run.engine.status["audit"] = 1
    found = fingerprint(run.run())
    run.release()
    return found


def fingerprints() -> Iterator[tuple[str, dict[str, str]]]:
    """The fingerprint of every small world."""
    for name in MODELS:
        yield name, fingerprint_of(name)
