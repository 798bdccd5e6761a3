"""V37: two borders in a chain, as a network of queues and by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.engine.signatures import Column
from sim.model import BorderModel
from sim.outcomes.visits import all_visits, kept_visits
from sim.verification import small_worlds
from sim.verification.case import ROOMY, Case, Finding, Trial, by_chance, for_certain
from sim.verification.queue_observation import WARM_UP_D, days_for
from sim.verification.small_worlds import DETERMINISTIC, road, service
from sim.world.network import Network, Onward
from sim.world.origins import Demand
from sim.world.world import World

RATE_PER_H = 0.8
GOES_ON = 0.75
SECOND_MEAN_H = 0.8
PEOPLE = 40_000


def two_borders(demand: Demand, days: float, *, waved_through: float, steady: bool) -> World:
    """A town, a border, a town an hour behind it, and a border an hour from that one.

    Args:
        demand: who comes.
        days: for how long.
        waved_through: share waved through at the first border.
        steady: whether interviews take just their mean.
    """
    law = {"distribution": DETERMINISTIC} if steady else {}
    share = 1.0 if steady else GOES_ON
    onward = Onward(
        hub="between", km=60.0, hours=1.0, share=share, waved_through=waved_through, source="test"
    )
    first = small_worlds.crossing("first", servers=1, registration=service(1.0, **law))
    second = small_worlds.crossing("second", servers=1, registration=service(SECOND_MEAN_H, **law))
    network = Network(
        hubs=(small_worlds.hub(), small_worlds.hub("between")),
        crossings=(replace(first, onward=onward), second),
        roads=(road("town", "first"), road("between", "second", 1.0, 60.0)),
    )
    return small_worlds.world(network, demand, days=days)


def _sojourns(run: BorderModel) -> Iterator[Column]:
    """Times from standing at a border to being registered there, settled ones, border by border."""
    people = small_worlds.persons(run)
    visits = all_visits(people, kept_visits(run.engine), run.engine.station_at)
    settled = (visits["queued_h"] > 24.0 * WARM_UP_D) & ~np.isnan(visits["registered_h"])
    for station in range(2):
        here = visits[settled & (visits["station"] == station)]
        yield here["registered_h"] - here["queued_h"]


def network_of_queues(trial: Trial) -> list[Finding]:
    """V37: what leaves an M/M/1 queue is Poisson (Burke), so the second border is one too.

    Then two people by hand, registered and waved through.
    """
    demand = small_worlds.poisson(RATE_PER_H)
    days = days_for(PEOPLE, RATE_PER_H)
    where = two_borders(demand, days, waved_through=0.0, steady=False)
    first, second, shares = [], [], []
    for run in trial.runs(where, capacity=ROOMY):
        here, beyond = _sojourns(run)
        first.append(float(here.mean()))
        second.append(float(beyond.mean()))
        shares.append(len(beyond) / len(here))
    to_second = RATE_PER_H * GOES_ON
    return [
        by_chance("time at the first border", "h", 1.0 / (1.0 - RATE_PER_H), first),
        by_chance(
            "time at the second border", "h", 1.0 / (1.0 / SECOND_MEAN_H - to_second), second
        ),
        by_chance("share that goes on", "1", GOES_ON, shares),
        *_by_hand(trial, waved_through=0.0, leaves_h=2.0, name="registered"),
        *_by_hand(trial, waved_through=1.0, leaves_h=0.0, name="waved through"),
    ]


def _by_hand(
    trial: Trial, *, waved_through: float, leaves_h: float, name: str
) -> Iterator[Finding]:
    """Two people at once: the pair leaves with its second, and is two hours on the way.

    Registered one after the other they leave at 2 h; waved through at once.
    """
    demand = small_worlds.given([0.0], size=2)
    run = trial.one(two_borders(demand, 2.0, waved_through=waved_through, steady=True))
    left_h = kept_visits(run.engine)["left_h"]
    registered_h = small_worlds.persons(run)["registered_h"]
    yield for_certain(f"left the first border, {name}", "h", leaves_h, float(left_h.max()))
    last_h = leaves_h + 2.0 + 2.0 * SECOND_MEAN_H
    found_h = float(registered_h.max())
    yield for_certain(f"registered at the second, {name}", "h", last_h, found_h)


CASES = (Case("V37", "borders in a chain", "Burke and Jackson; by hand", network_of_queues),)
