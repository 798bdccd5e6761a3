"""V19, V20: nobody is lost, and nobody gets through a border that is cut."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np

from sim.engine.codes import AgeClass
from sim.engine.codes import PersonState as State
from sim.errors import RajasimError
from sim.model import BorderModel
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.verification.case import Case, Finding, Trial, for_certain
from sim.verification.full_world import reference_model
from sim.world.network import Network
from sim.world.world import World

# ---- V19


def conservation(trial: Trial) -> list[Finding]:
    """V19: with every submodel at work, hour by hour, counted anew after every event."""
    run = reference_model(seed=trial.seed, audit=True)
    lost, negative, faults = 0, 0, 0
    try:
        while run.now_h < run.clock.duration_h:
            run.step()
            lost = max(lost, abs(int(run.engine.occupancy.sum()) - len(small_worlds.persons(run))))
            negative += int((run.engine.occupancy < 0).sum())
    except RajasimError:
        faults = 1
    return [
        for_certain("people in all states - people created", "persons", 0.0, lost),
        for_certain("cells below zero", "cells", 0.0, negative),
        for_certain("events after which the audit finds a fault", "events", 0.0, faults),
        for_certain("people outside of their group", "persons", 0.0, strangers(run)),
        for_certain("children without an adult, unforced", "persons", 0.0, _parted(trial)),
    ]


def strangers(run: BorderModel) -> int:
    """People whom their group does not hold, or holds twice."""
    rows, people = small_worlds.groups(run), small_worlds.persons(run)
    held = np.zeros(len(people), dtype=np.int64)
    for g, row in enumerate(rows):
        members = slice(row["first_person"], row["first_person"] + row["people"])
        held[members] += people["group"][members] == g
    return int((held != 1).sum())


def _parted(trial: Trial) -> int:
    """Children whom a gate that lets out people one by one has parted from all adults."""
    run = reference_model(seed=trial.seed, forced_separation=0.0)
    run = trial.run(run)
    people, rows = small_worlds.persons(run), small_worlds.groups(run)
    adult = (people["age_class"] == AgeClass.ADULT) | (people["age_class"] == AgeClass.ELDERLY)
    with_adult = np.zeros(len(rows), dtype=bool)
    np.logical_or.at(with_adult, people["group"], adult)
    child = people["age_class"] == AgeClass.CHILD
    return int((child & ~with_adult[people["group"]]).sum())


# ---- V20

RATES_PER_H = {"north": 4.0, "middle": 8.0, "south": 2.0}
TOWNS = {"upper": ("north", "middle"), "lower": ("middle", "south")}
CLOSES_H, REOPENS_H, DAYS = 96.0, 240.0, 20.0


def two_town_world() -> World:
    """Two towns with more people than three crossings can admit; the middle one serves both."""
    crossings = tuple(
        small_worlds.crossing(
            name,
            lanes=1,
            admission=small_worlds.service(1.0 / rate, small_worlds.DETERMINISTIC),
            suspension=(6, 3),
        )
        for name, rate in RATES_PER_H.items()
    )
    network = Network(
        hubs=tuple(small_worlds.hub(town) for town in TOWNS),
        crossings=crossings,
        segments=(small_worlds.forest(hub="upper", crossing="north"),),
        neighbours=(small_worlds.neighbour("abroad"),),
        roads=(
            *(small_worlds.road(town, end, 1.0) for town, ends in TOWNS.items() for end in ends),
            small_worlds.road("lower", "abroad", 1.0),
        ),
    )
    demand = small_worlds.poisson(30.0)
    gateways = dict.fromkeys(TOWNS, 0.5)
    origins = tuple(replace(origin, gateways=gateways) for origin in demand.origins)
    return small_worlds.world(network, replace(demand, origins=origins), days=DAYS)


def cut_capacity_per_h(open_crossings: set[str]) -> float:
    """Greatest flow through the open crossings, by the cut of least capacity (Ford, Fulkerson)."""
    graph = nx.DiGraph()
    for town, ends in TOWNS.items():
        graph.add_edge("source", town)
        for end in ends:
            graph.add_edge(town, end)
    for name, rate in RATES_PER_H.items():
        graph.add_edge(name, "sink", capacity=rate if name in open_crossings else 0.0)
    value: float = nx.maximum_flow_value(graph, "source", "sink")
    return value


def admitted_between(run: BorderModel, begins_h: float, ends_h: float) -> int:
    """People whose admission ended in that time."""
    hours = small_worlds.persons(run)["admitted_h"]
    return int(((hours > begins_h) & (hours <= ends_h)).sum())


def excess(run: BorderModel, capacity_per_h: float, begins_h: float, ends_h: float) -> float:
    """People admitted beyond what capacity allows in any stretch of a day, and one a lane."""
    starts = np.arange(begins_h, ends_h, 24.0)
    allowed = 24.0 * capacity_per_h + len(RATES_PER_H)
    return max(0.0, *(admitted_between(run, h, h + 24.0) - allowed for h in starts))


def cut(trial: Trial) -> list[Finding]:
    """V20: all crossings close and no other way has any worth; then they open again."""
    names = tuple(RATES_PER_H)
    closure = Closure(
        crossings=names,
        at=small_worlds.at(CLOSES_H),
        until=small_worlds.at(REOPENS_H),
        announced_before_h=0.0,
    )
    run = trial.one(two_town_world(), closure)
    flushed_h = _flushed_h(run)
    end_h = 24.0 * DAYS
    everything = cut_capacity_per_h(set(names))
    partly = trial.one(
        two_town_world(),
        Closure(crossings=("middle",), at=small_worlds.START, announced_before_h=24.0),
    )
    without = cut_capacity_per_h({"north", "south"})
    other_ways = sum(
        int(run.engine.entries[:, :, state].sum())
        for state in (State.GREEN_ATTEMPT, State.DIVERTED)
    )
    reopened = admitted_between(run, REOPENS_H + 24.0, end_h) / (end_h - REOPENS_H - 24.0)
    rounding = len(names) / (end_h - REOPENS_H - 24.0)
    return [
        for_certain(
            "admitted while all is shut, after the flush",
            "persons",
            0.0,
            admitted_between(run, flushed_h, REOPENS_H),
        ),
        for_certain("flush beyond six hours", "h", 0.0, max(0.0, flushed_h - CLOSES_H - 6.0)),
        for_certain("by other ways", "persons", 0.0, other_ways),
        for_certain(
            "admitted beyond the cut, all open", "persons", 0.0, excess(run, everything, 0.0, 96.0)
        ),
        for_certain(
            "admitted beyond the cut, middle shut",
            "persons",
            0.0,
            excess(partly, without, 0.0, end_h - 24.0),
        ),
        for_certain(
            "admitted after reopening", "persons/h", everything, reopened, tolerance=rounding
        ),
    ]


def _flushed_h(run: BorderModel) -> float:
    """When the last of those who stood between the posts at the closure were admitted."""
    people = small_worlds.persons(run)
    inside = (people["presented_h"] <= CLOSES_H) & (people["admitted_h"] > CLOSES_H)
    return float(people["admitted_h"][inside].max())


CASES = (
    Case("V19", "conservation", "by definition", conservation),
    Case("V20", "a border that is cut", "max-flow min-cut (Ford, Fulkerson 1956)", cut),
)
