"""V13 to V16: logit, nested logit, recursive logit, and an equilibrium of choice and queues."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.verification.case import ROOMY, Case, Finding, Trial, by_chance, for_certain
from sim.verification.probes import first_logsum, first_shares, first_utilities
from sim.verification.reference_statistics import t_quantile
from sim.world.network import Network
from sim.world.world import World

PEOPLE = 4_000  # in a replicate
UTILITIES = (-1.0, -1.5, -2.2)
NAMES = ("one", "two", "three")


def waiting_world(utilities: Sequence[float], people: int, **parameters: float) -> World:
    """Crossings at no distance with these utilities (at most 2 apart), against waiting with 0."""
    best = max(utilities)
    crossings = [
        small_worlds.crossing(name, known=1.0 - 0.5 * (best - utility))
        for name, utility in zip(NAMES, utilities, strict=False)
    ]
    chosen: dict[str, Any] = {
        "station_constant": best - 2.0,
        "success_value_eur": 200.0,
        "utility_scale_eur": 100.0,
        "review_rate_per_h": 10.0,
        **parameters,
    }
    return small_worlds.world(
        small_worlds.star(*crossings), small_worlds.crowd(people), days=30, **chosen
    )


def at_the_start(where: World, policy: small_worlds.AnyPolicy = None) -> BorderModel:
    """A run in which the first group is there and looks around."""
    run = small_worlds.model(where, policy)
    run.advance_to(0.0)
    return run


def closure_of(name: str) -> Closure:
    """A closure that everybody knows of."""
    return Closure(crossings=(name,), at=small_worlds.START, announced_before_h=24.0)


def logit(utilities: Sequence[float]) -> NDArray[np.float64]:
    """Shares of the multinomial logit (McFadden 1974)."""
    weights = np.exp(utilities)
    return np.asarray(weights / weights.sum())


def registered_shares(
    trial: Trial, where: World, names: Sequence[str], policy: small_worlds.AnyPolicy = None
) -> NDArray[np.float64]:
    """Shares of people registered at each place, shape (replicates, places)."""
    return np.array(
        [
            [small_worlds.people_at(run, name, State.REGISTERED) for name in names]
            for run in trial.runs(where, policy)
        ]
    ) / float(PEOPLE)


# ---- V13


def multinomial(trial: Trial) -> list[Finding]:
    """V13: three crossings; and with one of them closed, the odds of the others stay."""
    where = waiting_world(UTILITIES, 1)
    run, shorter = at_the_start(where), at_the_start(where, closure_of("three"))
    findings = [
        for_certain(
            "logsum", "1", math.log(math.fsum(map(math.exp, UTILITIES))), first_logsum(run)
        ),
        for_certain(
            "logsum, third closed",
            "1",
            math.log(math.fsum(map(math.exp, UTILITIES[:2]))),
            first_logsum(shorter),
        ),
    ]
    findings += [
        for_certain(f"utility of {name}", "1", exact, found)
        for name, exact, found in zip(NAMES, UTILITIES, first_utilities(run), strict=False)
    ]
    crowd = waiting_world(UTILITIES, PEOPLE)
    for label, utilities, policy in (
        ("", UTILITIES, None),
        (", third closed", UTILITIES[:2], closure_of("three")),
    ):
        found = registered_shares(trial, crowd, NAMES, policy)
        findings += [
            by_chance(f"share of {NAMES[k]}{label}", "1", float(exact), found[:, k].tolist())
            for k, exact in enumerate(logit(utilities))
        ]
    return findings


# ---- V14


def nested_world(people: int, theta: float) -> World:
    """Two crossings with V = -1 and -1.5 in a nest, and another country with V = -2.2."""
    where = waiting_world(
        UTILITIES[:2], people, station_nest=theta, other_country_constant=UTILITIES[2]
    )
    network = replace(
        where.network,
        neighbours=(small_worlds.neighbour("abroad"),),
        roads=(*where.network.roads, small_worlds.road(small_worlds.TOWN, "abroad")),
    )
    return replace(where, network=network)


def nested_shares(utilities: Sequence[float], theta: float) -> NDArray[np.float64]:
    """Shares of a nest of the first ways and of a last one by itself (Williams 1977)."""
    within = np.exp(np.array(utilities[:-1]) / theta)
    nest, alone = float(within.sum()) ** theta, math.exp(utilities[-1])
    inside = within / within.sum() * nest
    return np.array([*inside, alone], dtype=np.float64) / np.float64(nest + alone)


def diverted(theta: float) -> float:
    """Share of those who would have taken the first that takes the second when it is closed."""
    before = nested_shares(UTILITIES, theta)
    after = nested_shares(UTILITIES[1:], theta)
    return float((after[0] - before[1]) / before[0])


def diverted_in_engine(theta: float) -> float:
    """The same from the engine's own chances."""
    where = nested_world(1, theta)
    before = first_shares(at_the_start(where))
    after = first_shares(at_the_start(where, closure_of("one")))
    return float((after[1] - before[1]) / before[0])


def nested(trial: Trial) -> list[Finding]:
    """V14: theta 0.5 on two crossings; theta 1 is the multinomial logit."""
    findings = []
    for theta in (0.5, 1.0):
        found = first_shares(at_the_start(nested_world(1, theta)))
        findings += [
            for_certain(f"chance of way {k + 1}, theta {theta}", "1", float(exact), float(found[k]))
            for k, exact in enumerate(nested_shares(UTILITIES, theta))
        ]
        findings.append(
            for_certain(
                f"diverted to the second, theta {theta}",
                "1",
                diverted(theta),
                diverted_in_engine(theta),
            )
        )
    where = nested_world(PEOPLE, 0.5)
    counts = [
        [
            *(small_worlds.people_at(run, name, State.REGISTERED) for name in NAMES[:2]),
            small_worlds.people_at(run, "abroad", State.DIVERTED),
        ]
        for run in trial.runs(where)
    ]
    shares = np.array(counts) / float(PEOPLE)
    return findings + [
        by_chance(f"share of way {k + 1}, theta 0.5", "1", float(exact), shares[:, k].tolist())
        for k, exact in enumerate(nested_shares(UTILITIES, 0.5))
    ]


# ---- V15

BRAID = {"OA": 1.0, "OB": 2.5, "AB": 0.7, "AD": 2.0, "BD": 1.1}
PATHS = {"OAD": ("OA", "AD"), "OABD": ("OA", "AB", "BD"), "OBD": ("OB", "BD")}


def braided_world(people: int) -> World:
    """One-way roads OA, OB, AB, AD, BD, each hour worth one euro and one unit of utility."""
    network = Network(
        hubs=(small_worlds.hub(small_worlds.TOWN), small_worlds.hub("A"), small_worlds.hub("B")),
        crossings=(small_worlds.crossing("D"),),
        roads=tuple(
            replace(
                small_worlds.road(ends[0].replace("O", small_worlds.TOWN), ends[1], hours),
                one_way=True,
            )
            for ends, hours in BRAID.items()
        ),
    )
    return small_worlds.world(
        network,
        small_worlds.crowd(people),
        value_of_time_eur_per_h=1.0,
        transport_eur_per_km=0.0,
        route_scale_eur=1.0,
    )


def recursive(trial: Trial) -> list[Finding]:
    """V15: the recursive logit on an acyclic graph is the logit of its paths."""
    costs = [-sum(BRAID[leg] for leg in legs) for legs in PATHS.values()]
    value = math.log(math.fsum(map(math.exp, costs)))
    model = small_worlds.model(braided_world(1))
    findings = [for_certain("V(O)", "1", value, -float(model.engine.route_cost[0, 0]))]
    shares = dict(zip(PATHS, logit(costs), strict=True))
    passed: dict[str, list[float]] = {"A": [], "B": []}
    for run in trial.runs(braided_world(PEOPLE)):
        entries = run.engine.entries[:, :, State.TRAVEL].sum(axis=0)
        for town, found in passed.items():
            found.append(float(entries[run.world.network.number[town]]) / PEOPLE)
    through = {
        "A": float(shares["OAD"] + shares["OABD"]),
        "B": float(shares["OABD"] + shares["OBD"]),
    }
    return findings + [
        by_chance(f"share through {town}", "1", through[town], found)
        for town, found in passed.items()
    ]


# ---- V16

DEMAND_PER_H, SERVED_PER_H = 6.0, 5.0
ROADS_H = (1.0, 2.0)
WORTH_EUR = 1000.0  # of a crossing believed certain; belief carries the time expected there
SETTLING_H = 240.0


@dataclass(frozen=True)
class Equilibrium:
    """Two roads of 1 and 2 h to crossings that serve 5 an hour each; 6 people an hour choose.

    In a logit stochastic user equilibrium (Daganzo and Sheffi 1977) people expect of each way the
    time that it takes under their own choices: x1 = d / (1 + exp(beta (c1 - c2))), with
    c = t + 1 / (mu - x).
    """

    sensitivity_per_h: float

    @property
    def first_flow_per_h(self) -> float:
        """People an hour on the first way, by bisection."""
        low, high = DEMAND_PER_H - SERVED_PER_H, SERVED_PER_H
        for _ in range(200):
            flow = 0.5 * (low + high)
            wanted = self.expected_gap(flow)
            low, high = (flow, high) if self.gap(flow) < wanted else (low, flow)
        return 0.5 * (low + high)

    def gap(self, flow: float) -> float:
        """How much longer the first way takes than the second, h, by M/M/1."""
        first = ROADS_H[0] + 1.0 / (SERVED_PER_H - flow)
        second = ROADS_H[1] + 1.0 / (SERVED_PER_H - (DEMAND_PER_H - flow))
        return first - second

    def expected_gap(self, flow: float) -> float:
        """What people must expect of that so as to choose in this way, h."""
        return -math.log(flow / (DEMAND_PER_H - flow)) / self.sensitivity_per_h

    def world(self, gap_h: float, people: int) -> World:
        """People who expect the first way to take ``gap_h`` longer than the second, in all."""
        at_crossings = (gap_h + ROADS_H[1] - ROADS_H[0], 0.0)
        crossings = [
            small_worlds.crossing(
                name,
                lanes=1,
                admission=small_worlds.service(1.0 / SERVED_PER_H),
                known=0.5 - hours / WORTH_EUR,
            )
            for name, hours in zip(NAMES, at_crossings, strict=False)
        ]
        return small_worlds.world(
            small_worlds.star(*crossings, hours=ROADS_H),
            small_worlds.poisson(DEMAND_PER_H),
            days=people / DEMAND_PER_H / 24.0,
            value_of_time_eur_per_h=1.0,
            transport_eur_per_km=0.0,
            success_value_eur=WORTH_EUR,
            utility_scale_eur=1.0 / self.sensitivity_per_h,
        )


@dataclass(frozen=True)
class Outcome:
    """What came of expectations in one replicate: the flow, and how long the ways took."""

    flow_per_h: float
    gap_h: float


def outcome(run: BorderModel) -> Outcome:
    """Flow on the first way and difference of mean times, after settling."""
    people = small_worlds.persons(run)
    created_h = small_worlds.groups(run)["created_h"][people["group"]]
    counted = (created_h > SETTLING_H) & ~np.isnan(people["admitted_h"])
    hours = people["admitted_h"] - created_h
    first = people["place"] == run.world.network.number[NAMES[0]]
    means = [float(hours[counted & here].mean()) for here in (first, ~first)]
    share = float(first[created_h > SETTLING_H].mean())
    return Outcome(DEMAND_PER_H * share, means[0] - means[1])


def user_equilibrium(trial: Trial) -> list[Finding]:
    """V16: expectations that come true, found by running the engine on them again and again."""
    return [
        find_equilibrium(Equilibrium(beta), trial, people)
        for beta, people in ((0.5, 10_000), (2.0, 10_000), (10.0, 20_000), (100.0, 20_000))
    ]


def find_equilibrium(equilibrium: Equilibrium, trial: Trial, people: int) -> Finding:
    """The flow at which what people expect is what they find, with the interval of replicates.

    The unknown is the flow x that expectations are set for; realised minus expected gap rises with
    it. The secant method on the mean over replicates finds the root (common random numbers make it
    smooth); the spread of the replicates there over the slope is the spread of the root.
    """

    def surplus(flow: float) -> tuple[NDArray[np.float64], list[float]]:
        expected = equilibrium.expected_gap(flow)
        runs = trial.runs(equilibrium.world(expected, people), capacity=ROOMY)
        found = [outcome(run) for run in runs]
        return np.array([each.gap_h - expected for each in found]), [
            each.flow_per_h for each in found
        ]

    one, other = 3.6, 4.2
    at_one, at_other = surplus(one)[0], surplus(other)[0]
    for _ in range(3):
        slope = float(at_other.mean() - at_one.mean()) / (other - one)
        one, at_one = other, at_other
        other -= float(at_other.mean()) / slope
        at_other, flows = surplus(other)
    root = float(np.mean(flows)) - float(at_other.mean()) / slope
    spread = np.std(at_other / slope - np.array(flows), ddof=1) / math.sqrt(len(flows))
    return Finding(
        f"x1, beta {equilibrium.sensitivity_per_h:g}",
        "persons/h",
        equilibrium.first_flow_per_h,
        root,
        t_quantile(len(flows) - 1) * float(spread),
        by_chance=True,
    )


CASES = (
    Case("V13", "choice", "multinomial logit (McFadden 1974)", multinomial),
    Case("V14", "choice among like ways", "nested logit (Williams 1977)", nested),
    Case("V15", "choice of roads", "recursive logit (Fosgerau et al. 2013)", recursive),
    Case(
        "V16",
        "choice and queues",
        "stochastic user equilibrium (Daganzo, Sheffi 1977)",
        user_equilibrium,
    ),
)
