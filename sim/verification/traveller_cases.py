"""V39: travellers with papers and people who claim in one queue for the same lanes.

Two Poisson streams that share c lanes, first come first served and with the same exponential
service, are one M/M/c: on average both wait as long, ``C(c, a) / (c mu - lambda)`` by Erlang. With
services of their own and one lane they are one M/G/1 with the mixed service, and again both wait as
long (Pollaczek and Khinchine; PASTA).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.case import ROOMY, Case, Finding, Trial, by_chance
from sim.verification.queue_observation import TAIL_D, WARM_UP_D, days_for
from sim.verification.queue_theory import erlang_c, pollaczek_khinchine
from sim.world.station_records import Travellers
from sim.world.world import World

PEOPLE = 20_000  # who claim, in a replicate


@dataclass(frozen=True)
class SharedLanes:
    """Lanes that two streams share: rates an hour, and the mean time in a lane of each, h."""

    lanes: int
    claiming_per_h: float
    travelling_per_h: float
    travellers_h: float
    wait_h: float

    @property
    def world(self) -> World:
        """A crossing whose only work is at the lanes; who claims takes an hour there."""
        lane = small_worlds.crossing(lanes=self.lanes, admission=small_worlds.HOUR)
        travellers = Travellers(
            persons_per_d=24.0 * self.travelling_per_h,
            inbound=1.0,
            share_lanes=True,
            service=small_worlds.service(self.travellers_h),
            source=small_worlds.SOURCE,
        )
        return small_worlds.world(
            small_worlds.star(replace(lane, travellers=travellers)),
            small_worlds.poisson(self.claiming_per_h),
            days=days_for(PEOPLE, self.claiming_per_h),
        )


def alike(lanes: int, claiming_per_h: float, travelling_per_h: float) -> SharedLanes:
    """M/M/c of both together."""
    rate = claiming_per_h + travelling_per_h
    wait_h = erlang_c(lanes, rate) / (lanes - rate)
    return SharedLanes(lanes, claiming_per_h, travelling_per_h, 1.0, wait_h)


def unlike(claiming_per_h: float, travelling_per_h: float, travellers_h: float) -> SharedLanes:
    """M/G/1 of both together: hyperexponential service."""
    rate = claiming_per_h + travelling_per_h
    share = claiming_per_h / rate
    mean_h = share + (1.0 - share) * travellers_h
    variance = 2.0 * (share + (1.0 - share) * travellers_h * travellers_h) - mean_h * mean_h
    wait_h = pollaczek_khinchine(rate, mean_h, sqrt(variance) / mean_h)
    return SharedLanes(1, claiming_per_h, travelling_per_h, travellers_h, wait_h)


def claimants_wait_h(run: BorderModel) -> float:
    """Mean wait for a lane of those who claim, by Little's law."""
    counted = slice(WARM_UP_D, len(run.clock.days) - TAIL_D)
    place = run.world.network.number[small_worlds.GATE]
    hours = run.engine.person_hours[counted, place, State.ADMISSION_QUEUE]
    came = run.engine.entries[counted, place, State.ADMISSION_QUEUE]
    return float(hours.sum()) / float(came.sum())


def travellers_wait_h(run: BorderModel) -> float:
    """Mean wait of travellers, as the engine notes it."""
    counted = slice(WARM_UP_D, len(run.clock.days) - TAIL_D)
    engine = run.engine
    waited_h = float(engine.travellers_waited_h[counted].sum())
    return waited_h / float(engine.travellers_admitted[counted].sum())


def shared_lanes(trial: Trial) -> list[Finding]:
    """V39: three lanes with alike services, one lane with unlike ones."""
    findings = []
    for label, queue in (
        ("M/M/3", alike(3, 1.2, 0.9)),
        ("M/G/1", unlike(0.4, 2.0, 0.15)),
    ):
        runs = [
            (claimants_wait_h(run), travellers_wait_h(run))
            for run in trial.runs(queue.world, capacity=ROOMY)
        ]
        for who, waits in zip(("who claim", "with papers"), zip(*runs, strict=True), strict=True):
            findings.append(by_chance(f"Wq {label}, {who}", "h", queue.wait_h, waits))
    return findings


CASES = (
    Case(
        "V39", "travellers and claimants share lanes", "Erlang; Pollaczek, Khinchine", shared_lanes
    ),
)
