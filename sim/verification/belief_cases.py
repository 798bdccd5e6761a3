"""V35, V36: what people know enters their choice: bans of modes, and the queue at the interview."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.engine.codes import Mode
from sim.model import BorderModel
from sim.policies.timed import ModeBan
from sim.verification import small_worlds
from sim.verification.case import ROOMY, Case, Finding, Trial, by_chance, for_certain
from sim.world.network import Network
from sim.world.world import World

# ---- V35

PEOPLE = 2_000
BICYCLE_EUR, MEDIAN_EUR, SIGMA = 200.0, 800.0, 0.6
SCALE_EUR, MODE_NEST = 100.0, 0.5
WORTH_EUR, SETBACK_EUR = 500.0, 300.0
PREMIUMS_EUR = (-100.0, 369.0, 371.0, 600.0)  # of a seat in a car over a bicycle
STRICTNESS = (0.0, 0.9, 1.0)


@dataclass(frozen=True)
class BannedBicycles:
    """One crossing for bicycles and cars; bicycles are banned with some strictness, known to all.

    Attributes:
        premium_eur: how much more a seat in a car costs than a bicycle.
        strictness: the chance that somebody who comes by bicycle is turned back.
    """

    premium_eur: float
    strictness: float

    @property
    def car_eur(self) -> float:
        """The price of a seat in a car."""
        return BICYCLE_EUR + self.premium_eur

    def affords(self, price_eur: float) -> float:
        """Share of people who have so much money (lognormal)."""
        z = math.log(price_eur / MEDIAN_EUR) / SIGMA
        return 0.5 * math.erfc(z / math.sqrt(2.0))

    def shares(self) -> tuple[float, float]:
        """Of all people, who set out by bicycle and who by car: the logit of those who can pay."""
        b = self.strictness
        bicycle = (WORTH_EUR * (1.0 - b) - BICYCLE_EUR - b * SETBACK_EUR) / SCALE_EUR
        car = (WORTH_EUR - self.car_eur) / SCALE_EUR
        by_bicycle = 1.0 / (1.0 + math.exp((car - bicycle) / MODE_NEST))
        first, second = self.affords(BICYCLE_EUR), self.affords(self.car_eur)
        if b >= 1.0:
            return 0.0, second
        both = min(first, second)
        return by_bicycle * both + max(0.0, first - second), (1.0 - by_bicycle) * both + max(
            0.0, second - first
        )

    def world(self) -> World:
        """Everybody is there at the start and sets out at once, in some mode."""
        gate = small_worlds.crossing(modes=(Mode.BICYCLE, Mode.CAR))
        return small_worlds.world(
            small_worlds.star(gate, hours=[1.0]),
            small_worlds.crowd(PEOPLE),
            days=1,
            bicycle_eur=BICYCLE_EUR,
            vehicle_eur=self.car_eur,
            cash_median_eur=MEDIAN_EUR,
            cash_sigma=SIGMA,
            income_elasticity=0.0,
            daily_burn_eur=0.0,
            transport_eur_per_km=0.0,
            utility_scale_eur=SCALE_EUR,
            success_value_eur=WORTH_EUR,
            turned_back_cost_eur=SETBACK_EUR,
            mode_nest=MODE_NEST,
        )

    def policy(self) -> ModeBan:
        """The ban, known to all from the start."""
        return ModeBan(
            crossings=(small_worlds.GATE,),
            mode=Mode.BICYCLE,
            since=small_worlds.START,
            strictness=self.strictness,
        )


def mode_bans(trial: Trial) -> list[Finding]:
    """V35: on both sides of every price people set out as the logit of those who can pay says."""
    findings = []
    for premium in PREMIUMS_EUR:
        for strictness in STRICTNESS:
            ban = BannedBicycles(premium, strictness)
            chosen: dict[Mode, list[float]] = {Mode.BICYCLE: [], Mode.CAR: []}
            for run in trial.models(ban.world(), ban.policy()):
                run.advance_to(0.5)
                for mode, found in chosen.items():
                    found.append(share_in_mode(run, mode))
            findings += [
                _finding(f"by {mode}, {premium:+g} EUR, strictness {strictness:g}", exact, found)
                for (mode, found), exact in zip(chosen.items(), ban.shares(), strict=True)
            ]
    return findings


def _finding(quantity: str, exact: float, found: list[float]) -> Finding:
    """What hardly anybody does is done by nobody in a crowd of this size."""
    if exact * PEOPLE * len(found) < 0.01:
        return for_certain(quantity, "1", 0.0, max(found))
    return by_chance(quantity, "1", exact, found)


def share_in_mode(run: BorderModel, mode: Mode) -> float:
    """Share of the crowd that is on its way in a mode."""
    groups = small_worlds.groups(run)
    return float((groups["mode"] == mode).sum()) / PEOPLE


# ---- V36

DEMAND_PER_H, OFFICERS = 4.0, 30
INTERVIEWS_H = (10.0, 12.0)
ATTRACTION, DISLIKE_PER_H = 2.5, 1.0 / 50.0
JOURNEY_H = 24.0
SETTLED_H = 900.0
DAYS = 80


@dataclass(frozen=True)
class CongestedInterview:
    """More people want to apply than can be interviewed, and hear how long it takes.

    Of the people who come by, a share ``p(W) = 1 / (1 + exp(-(a - c W)))`` takes the crossing and
    the others another country. The queue grows while ``d p(W) > mu``, so that in the end the wait
    is the one that keeps just so many away: ``W = (a - ln(p / (1 - p))) / c`` with p = mu / d.

    Attributes:
        interview_h: how long an interview takes.
    """

    interview_h: float

    @property
    def served_per_h(self) -> float:
        """Mu."""
        return OFFICERS / self.interview_h

    @property
    def share(self) -> float:
        """p, the share that takes the crossing."""
        return self.served_per_h / DEMAND_PER_H

    @property
    def wait_h(self) -> float:
        """W, the wait and the interview itself."""
        odds = self.share / (1.0 - self.share)
        return (ATTRACTION - math.log(odds)) / DISLIKE_PER_H

    def world(self) -> World:
        """They hear of it on their way and choose where it forks, a day's journey on."""
        gate = small_worlds.crossing(
            servers=OFFICERS, registration=small_worlds.service(self.interview_h)
        )
        network = Network(
            hubs=(small_worlds.hub(), small_worlds.hub("fork")),
            crossings=(gate,),
            neighbours=(small_worlds.neighbour("abroad"),),
            roads=(
                small_worlds.road(small_worlds.TOWN, "fork", JOURNEY_H),
                small_worlds.road("fork", gate.id),
                small_worlds.road("fork", "abroad"),
            ),
        )
        return small_worlds.world(
            network,
            small_worlds.poisson(DEMAND_PER_H),
            days=DAYS,
            station_constant=small_worlds.CERTAIN + ATTRACTION,
            other_country_constant=small_worlds.CERTAIN,
            success_value_eur=0.0,
            value_of_time_eur_per_h=DISLIKE_PER_H,
            utility_scale_eur=1.0,
            transport_eur_per_km=0.0,
            inertia=0.0,
            talks_before_h=0.0,
            experience_weight=1.0,
            peer_rate_per_h=2.0,
            peer_weight=1.0,
            memory_d=2.0,
        )


def congestion(trial: Trial) -> list[Finding]:
    """V36: longer interviews, longer waits, heard of; fewer people come, and by how much."""
    findings = []
    for interview_h in INTERVIEWS_H:
        case = CongestedInterview(interview_h)
        shares, waits = [], []
        for run in trial.runs(case.world(), capacity=ROOMY):
            share, wait = settled(run)
            shares.append(share)
            waits.append(wait)
        about = f"interviews of {interview_h:.3g} h"
        findings += [
            by_chance(f"share that takes the crossing, {about}", "1", case.share, shares),
            by_chance(f"wait until registered, {about}", "h", case.wait_h, waits),
        ]
    return findings


def settled(run: BorderModel) -> tuple[float, float]:
    """Share of people who took the crossing, and mean wait of those registered, later on."""
    people, groups = small_worlds.persons(run), small_worlds.groups(run)
    created_h = groups["created_h"][people["group"]]
    chose = (created_h > SETTLED_H) & (created_h < run.world.clock.duration_h - JOURNEY_H)
    crossing = ~np.isnan(people["queued_h"])
    registered = people["registered_h"] > SETTLED_H
    wait_h = people["registered_h"] - people["queued_h"]
    return float(crossing[chose].mean()), float(wait_h[registered].mean())


CASES = (
    Case("V35", "bans of modes", "nested logit under a budget", mode_bans),
    Case("V36", "choice and the interview", "fixed point of choice and queue", congestion),
)
