"""V29 to V33: priority, busy stations, batches, impatience, and staff that follows the clock.

Service has mean 1 h. Exact values are in closed form or follow from a chain that is solved to
machine precision (:mod:`sim.verification.queue_theory`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np

from sim.clock import Opening
from sim.engine.codes import PersonState as State
from sim.engine.codes import QueueDiscipline
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.case import ROOMY, Case, Finding, Trial, by_chance
from sim.verification.queue_cases import (
    PEOPLE,
    blocked_share,
    impatient_world,
    m_m_c,
    stationary,
)
from sim.verification.queue_observation import WARM_UP_D, days_for, mean_number, observe
from sim.verification.queue_theory import DailyStaff, ErlangA, batch_wait_h, cobham
from sim.world.network import Crossing
from sim.world.world import World

OPEN_H: Final = 12.0
BY_DAY: Final = Opening(hours="08:00-20:00")
LINE: Final = (State.EXIT_QUEUE, State.BETWEEN_POSTS, State.GREEN_FOUND, State.WAIT_REGISTRATION)
OVER_THE_TERRAIN: Final[dict[str, Any]] = {
    "station_constant": small_worlds.NEVER,
    "green_constant": small_worlds.CERTAIN,
    "hike_median_h": 0.0,
}


# ---- V29


def priority(trial: Trial) -> list[Finding]:
    """Cobham: load 0.85, three in ten are urgent, lognormal service with cv 1.5."""
    rate, urgent, cv = 0.85, 0.3, 1.5
    first_h, later_h = cobham([urgent * rate, (1.0 - urgent) * rate], 1.0, cv)
    station = small_worlds.crossing(
        servers=1,
        registration=small_worlds.service(1.0, small_worlds.LOGNORMAL, cv),
        discipline=QueueDiscipline.VULNERABLE_FIRST,
    )
    where = small_worlds.world(
        small_worlds.star(station),
        small_worlds.poisson(rate),
        days=days_for(PEOPLE, rate),
        vulnerable_share=urgent,
    )
    stays = [stays_by_urgency(run) for run in trial.runs(where, capacity=ROOMY)]
    return [
        by_chance("W, urgent", "h", first_h + 1.0, [each[0] for each in stays]),
        by_chance("W, others", "h", later_h + 1.0, [each[1] for each in stays]),
    ]


def stays_by_urgency(run: BorderModel) -> tuple[float, float]:
    """Mean time from admission to the end of the interview, of urgent people and of others.

    Of those who came between the warm-up and the last weeks of the run.
    """
    people = small_worlds.persons(run)
    last_h = run.clock.duration_h - 24.0 * WARM_UP_D
    people = people[(people["admitted_h"] > 24.0 * WARM_UP_D) & (people["admitted_h"] < last_h)]
    stays_h = people["registered_h"] - people["admitted_h"]
    urgent = people["vulnerable"] != 0
    return float(stays_h[urgent].mean()), float(stays_h[~urgent].mean())


# ---- V31


def batches_for_several(trial: Trial) -> list[Finding]:
    """M^[4]/M/3 with load 2/3: half a batch an hour; of a batch of four one waits at least."""
    size, rate, servers = 4, 0.5, 3
    wait_h = batch_wait_h(rate, size, servers)
    where = small_worlds.tandem(
        rate,
        size=size,
        servers=servers,
        registration=small_worlds.HOUR,
        days=days_for(PEOPLE, size * rate),
    )
    runs = [observe(run, servers) for run in trial.runs(where, capacity=ROOMY)]
    return [
        by_chance("Wq", "h", wait_h, [each.wait_h for each in runs]),
        by_chance("W", "h", wait_h + 1.0, [each.stay_h for each in runs]),
        by_chance("Lq", "persons", size * rate * wait_h, [each.in_line for each in runs]),
    ]


# ---- V32


def one_desk_and_impatience(trial: Trial) -> list[Finding]:
    """M/M/1+M overloaded, lambda 1.2 and theta 0.4: patience is not like service."""
    queue = ErlangA(1.2, 1, 2.5)
    leaving, line = [], []
    for run in trial.runs(impatient_world(queue), capacity=ROOMY):
        leaving.append(blocked_share(run))
        line.append(mean_number(run, State.EXIT_QUEUE))
    return [
        by_chance("P(abandon)", "1", queue.abandoning, leaving),
        by_chance("Lq", "persons", queue.in_line, line),
    ]


# ---- V33


def staffed(by_day: int, by_night: int) -> Crossing:
    """Open by day, with its own number of officers by day and by night."""
    station = small_worlds.crossing(
        servers=by_day, registration=small_worlds.HOUR, opening=(BY_DAY,)
    )
    night = replace(station.registration, servers_after_hours=by_night)
    return replace(station, registration=night)


def closed_at_night(rate_per_h: float) -> World:
    """People come at all hours; at night the crossing is shut and nobody is at work."""
    return small_worlds.world(
        small_worlds.star(staffed(1, 0)),
        small_worlds.poisson(rate_per_h),
        days=days_for(PEOPLE, rate_per_h),
    )


def found_at_all_hours(rate_per_h: float, by_day: int, by_night: int) -> World:
    """People are found on the terrain at all hours, so that they come to the desks by night too."""
    return small_worlds.world(
        small_worlds.star(staffed(by_day, by_night), segments=[small_worlds.forest(detection=1.0)]),
        small_worlds.poisson(rate_per_h),
        days=days_for(PEOPLE, rate_per_h),
        **OVER_THE_TERRAIN,
    )


def by_the_clock(trial: Trial) -> list[Finding]:
    """Nobody at night; fewer by night than by day; more by night; and only by night."""
    findings = []
    for label, rate, by_day, by_night in (
        ("closed at night", 0.375, 1, 0),
        ("3 by day, 1 by night", 1.5, 3, 1),
        ("1 by day, 3 by night", 1.5, 1, 3),
        ("0 by day, 4 by night", 1.5, 0, 4),
    ):
        gated = by_night == 0
        where = closed_at_night(rate) if gated else found_at_all_hours(rate, by_day, by_night)
        exact_h = DailyStaff(rate, ((24.0 - OPEN_H, by_night), (OPEN_H, by_day))).wait_h
        waits = [wait_by_little(run) for run in trial.runs(where, capacity=ROOMY)]
        findings.append(by_chance(f"Wq, {label}", "h", exact_h, waits))
    return findings


def wait_by_little(run: BorderModel) -> float:
    """Hours of waiting over the people who came, after the warm-up."""
    hours = run.engine.person_hours[WARM_UP_D:, :, list(LINE)].sum()
    came_h = small_worlds.groups(run)["created_h"]
    return float(hours / np.count_nonzero(came_h > 24.0 * WARM_UP_D))


CASES = (
    Case("V29", "priority", "Cobham 1954", priority),
    Case("V30", "a busy station, M/M/3", "Erlang 1917", partial(stationary, m_m_c(2.7, 3))),
    Case("V31", "groups at several desks", "batch queue M^[4]/M/3", batches_for_several),
    Case("V32", "one desk and impatience", "Palm 1957 (Erlang A)", one_desk_and_impatience),
    Case("V33", "staff by the clock", "uniformisation (Jensen 1953)", by_the_clock),
)
