"""Stationary means of a run of a queue, from people's timestamps and person-hours alone.

Under first come first served with c servers, person i starts when they arrive or when the (i - c)th
person has left, whichever is later. So no case knows how the engine draws a service time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.verification import small_worlds

WARM_UP_D, TAIL_D = 60, 30
SAMPLED_EVERY_H = 4.0


@dataclass(frozen=True)
class Stage:
    """A stage of service: between which timestamps, and in which states, people go through it."""

    arrives: str
    leaves: str
    waiting: State
    served: State


ADMISSION = Stage("presented_h", "admitted_h", State.ADMISSION_QUEUE, State.IN_ADMISSION)
REGISTRATION = Stage("admitted_h", "registered_h", State.WAIT_REGISTRATION, State.IN_REGISTRATION)


@dataclass(frozen=True)
class Observed:
    """Stationary means of one replicate's stage.

    Attributes:
        wait_h: wait before service.
        stay_h: wait and service.
        waiting_share: share of people who wait.
        in_line: people who wait.
        in_service: people who are served.
    """

    wait_h: float
    stay_h: float
    waiting_share: float
    in_line: float
    in_service: float

    @property
    def in_stage(self) -> float:
        """People who wait or are served."""
        return self.in_line + self.in_service


def fcfs_waits(
    arrived: NDArray[np.float64], left: NDArray[np.float64], servers: int
) -> NDArray[np.float64]:
    """Waits in arrival order, from times of arrival and departure only; inf if never started."""
    departures = np.sort(np.where(np.isnan(left), np.inf, left))
    waits = np.zeros(len(arrived))
    waits[servers:] = np.maximum(0.0, departures[:-servers] - arrived[servers:])
    return waits


def observe(run: BorderModel, servers: int, stage: Stage = REGISTRATION) -> Observed:
    """Means over the days between warm-up and tail.

    Raises:
        ValueError: if somebody counted had not been served when the run ended.
    """
    people = small_worlds.persons(run)
    people = people[~np.isnan(people[stage.arrives])]
    order = np.argsort(people[stage.arrives], kind="stable")
    arrived, left = people[stage.arrives][order], people[stage.leaves][order]
    last_d = len(run.clock.days) - TAIL_D
    counted = (arrived > 24.0 * WARM_UP_D) & (arrived < 24.0 * last_d)
    waits = fcfs_waits(arrived, left, servers)[counted]
    stays = (left - arrived)[counted]
    if not np.isfinite(stays).all():
        raise ValueError("the tail is too short for the last people to leave")
    hours = run.engine.person_hours[WARM_UP_D:last_d].sum(axis=(0, 1))
    span_h = 24.0 * (last_d - WARM_UP_D)
    return Observed(
        wait_h=float(waits.mean()),
        stay_h=float(stays.mean()),
        waiting_share=float((waits > 0.0).mean()),
        in_line=float(hours[stage.waiting] / span_h),
        in_service=float(hours[stage.served] / span_h),
    )


def days_for(people: float, rate_per_h: float) -> float:
    """Whole days in which so many people come; a day that is cut short would spoil means."""
    return float(math.ceil(people / rate_per_h / 24.0))


def mean_number(run: BorderModel, *states: State) -> float:
    """Mean number of people in some states at the gate after the warm-up."""
    place = run.world.network.number[small_worlds.GATE]
    hours = run.engine.person_hours[WARM_UP_D:, place][:, list(states)]
    return float(hours.sum()) / (24.0 * len(hours))


def sampled(run: BorderModel, *states: State) -> NDArray[np.int64]:
    """People at the gate in each state, every four hours after the warm-up."""
    place = run.world.network.number[small_worlds.GATE]
    hours = np.arange(24.0 * WARM_UP_D, run.clock.duration_h, SAMPLED_EVERY_H)
    counts = np.empty((len(hours), len(states)), dtype=np.int64)
    for k, hour in enumerate(hours):
        run.advance_to(float(hour))
        counts[k] = run.engine.occupancy[place, list(states)]
    return counts
