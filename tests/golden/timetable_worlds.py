"""Small worlds in which hours meet: of groups, stages, opening, orders and buses.

Times are whole hours where they can be, so that events are of the same instant.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sim.clock import Opening
from sim.engine.codes import Action, Distribution, Mode, QueueDiscipline, QueueRule
from sim.hypotheses import LetsThrough
from sim.model import BorderModel
from sim.verification import small_worlds
from tests.golden.world_parts import exactly, groups_at, step, under
from tests.policies.backdated import Backdated

AUTUMN = datetime(2023, 10, 26, 21, tzinfo=UTC)  # midnight in Helsinki; 29 October has 25 hours


def whole_hours(discipline: QueueDiscipline) -> BorderModel:
    """Everything takes whole hours: groups, stages, opening, orders and buses meet.

    Groups of 30 and of one; a gate that opens at six and closes at noon and night; an order that
    ends when another begins.
    """
    station = replace(
        small_worlds.crossing(
            lanes=2,
            admission=exactly(1.0),
            servers=3,
            registration=exactly(2.0),
            interpreters=1,
            opening=(Opening(hours="06:00-12:00"), Opening(hours="14:00-22:00")),
            suspension=(6, 4),
            discipline=discipline,
            exit_check=exactly(0.25),
            shelter_places=5,
            transport=(3, 2.0),
            warm_places=2,
            modes=(Mode.FOOT, Mode.BICYCLE),
        ),
        weather="north",
        tent_places=2,
        daily_capacity=5,
    )
    demand = groups_at(
        (0.0, 30),
        (5.0, 3),
        (5.0, 1),
        (6.0, 2),
        (11.0, 4),
        (12.0, 2),
        (13.0, 1),
        (14.0, 5),
        (21.0, 2),
        (22.0, 3),
        (24.0, 6),
        (29.0, 1),
        (36.0, 4),
        (46.0, 3),
    )
    where = small_worlds.world(
        small_worlds.star(station, hours=[1.0]),
        demand,
        days=4,
        staging_h=0.0,
        arrive_ahead_h=2.0,
        family_share=0.4,
        vulnerable_share=0.4,
        women_share=0.5,
        elderly_share=0.2,
        unaccompanied_share=0.5,
        minor_interview_min=60.0,
        interpreter_share=0.6,
        transport_eur_per_km=0.3,
        access_reach_h=1.0,
        access_price_eur=0.0,
    )
    return under(
        where,
        step(Action.CLOSE, 8.0, 12.0, queue=QueueRule.HOLD),
        step(Action.CLOSE, 12.0, 14.0, queue=QueueRule.TURN_BACK, ahead_h=0.0),
        step(Action.METER, 24.0, 48.0, value=7.0, warm_places=3),
        step(Action.METER, 30.0, 54.0, value=4.0),
        step(Action.ADD_LANES, 24.0, 30.0, value=-2.0),
        step(Action.ADD_LANES, 32.0, value=2.0),
        step(Action.ADD_OFFICERS, 9.0, 17.0, value=-2.0),
        step(Action.ADD_OFFICERS, 25.0, value=2.0),
        step(Action.ADD_INTERPRETERS, 15.0, 40.0, value=-1.0),
        step(Action.ADD_INTERPRETERS, 26.0, value=3.0),
        step(Action.SET_HOURS, 56.0, 80.0, hours="00:00-10:00"),
        step(Action.SET_HOURS, 82.0, hours="10:00-20:00"),
        weather_days=4,
    )


def closed_doors() -> BorderModel:
    """No officer at one crossing and none after hours at the other; no learning, no mercy."""
    always = small_worlds.service(0.5, Distribution.GAMMA, 0.0)
    first = small_worlds.crossing(
        lanes=1,
        admission=always,
        servers=0,
        shelter_places=1,
        registration=exactly(1.0),
        known=0.5,
        suspension=(1, 0),
        work_after_closing=False,
        opening=(Opening(hours="04:00-09:00"),),
    )
    second = replace(
        small_worlds.crossing(
            "other",
            lanes=1,
            admission=exactly(0.5),
            servers=1,
            registration=exactly(1.0),
            interpreters=0,
            known=0.5,
            opening=(Opening(hours="08:00-10:00", days="Mon-Tue"),),
        ),
        accepts_asylum=False,
    )
    second = replace(second, registration=replace(second.registration, servers_after_hours=0))
    where = small_worlds.world(
        small_worlds.star(first, second, hours=[2.0, 2.0]),
        groups_at(
            (0.0, 2), (1.0, 2), (3.0, 1), (6.0, 2), (7.0, 3), (30.0, 1), (31.0, 2), (40.0, 1)
        ),
        days=4,
        interpreter_share=0.5,
        balking_per_h=0.1,
        patience_h=9.0,
        review_rate_per_h=0.5,
        station_constant=1.0,
        settle_constant=-1.0,
        give_up_rate_per_d=0.3,
        give_up_cash=0.0,
        patience_shape=2.0,
        daily_burn_eur=0.0,
        arrive_ahead_h=1.0,
    )
    return under(
        where,
        step(Action.ADD_OFFICERS, 12.0, 36.0, value=1.0),
        step(Action.ADD_OFFICERS, 200.0, value=3.0),
        step(Action.ACCEPT_ASYLUM, 20.0, crossings=("other",)),
        step(Action.REOPEN, 24.0, crossings=("other",)),
        step(Action.SET_HOURS, 30.0, 60.0, hours="00:00-24:00", crossings=("other",)),
        step(Action.ADD_LANES, 40.0, 50.0, value=-1.0, crossings=("other",)),
        hypothesis=LetsThrough(leakage=0.8),
    )


def longest_day() -> BorderModel:
    """The night on which clocks are put back, with organised hours in local time."""
    gate = replace(
        small_worlds.crossing(
            lanes=1,
            admission=small_worlds.service(0.3),
            servers=1,
            registration=small_worlds.service(0.8),
            opening=(Opening(hours="02:00-05:00"), Opening(hours="20:00-24:00")),
        ),
        weather="north",
    )
    demand = small_worlds.poisson(0.6, start=AUTUMN)
    where = small_worlds.world(
        small_worlds.star(gate, hours=[1.0]),
        demand,
        days=5,
        start=AUTUMN,
        zone="Europe/Helsinki",
        frailty_shape=2.0,
        patience_h=14.0,
        cold_impatience=0.02,
    )
    where = replace(where, clock=replace(where.clock, end=small_worlds.at(121.0, AUTUMN)))
    return under(
        where,
        step(Action.METER, 24.0, value=5.0, start=AUTUMN),
        step(Action.CLOSE, 75.0, 99.0, start=AUTUMN),
        weather_days=4,
    )


def too_late() -> BorderModel:
    """An order whose end is past, and people queueing before a gate that opens at one."""
    gate = small_worlds.crossing(opening=(Opening(hours="13:00-24:00"),))
    demand = groups_at((1.0, 2), (5.0, 1), (11.0, 3))
    return small_worlds.model(
        small_worlds.world(small_worlds.star(gate), demand, days=2),
        Backdated(1.0, QueueRule.TURN_BACK),
    )
