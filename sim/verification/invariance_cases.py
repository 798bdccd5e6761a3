"""V22: what changes nothing: units, a constant, names, a copy of a closed crossing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.model import BorderModel
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.verification.case import Case, Finding, Trial, for_certain
from sim.verification.full_world import reference_model
from sim.world.parameters import Parameters
from sim.world.station_records import ServiceTime
from sim.world.world import World

TIMES = ("created_h", "queued_h", "presented_h", "admitted_h", "registered_h")
TWICE, FOURFOLD = 2.0, 4.0  # powers of two: floating point scales without rounding


def line_world(stretch: float = 1.0) -> World:
    """A town, a road and two queues, with every time ``stretch`` times as long."""

    def service(mean_h: float) -> ServiceTime:
        return small_worlds.service(stretch * mean_h)

    station = small_worlds.crossing(
        lanes=1, admission=service(0.25), servers=4, registration=service(1.0)
    )
    return small_worlds.world(
        small_worlds.star(station, hours=[1.5 * stretch]),
        small_worlds.poisson(3.0 / stretch),
        days=30.0 * stretch,
        station_constant=1.0,
        staging_h=0.5 * stretch,
        review_rate_per_h=0.25 / stretch,
        value_of_time_eur_per_h=8.0 / stretch,
    )


def instants(run: BorderModel) -> dict[str, Any]:
    """Everybody's timestamps, h."""
    people = small_worlds.persons(run)
    created = small_worlds.groups(run)["created_h"][people["group"]]
    return {"created_h": created, **{name: people[name] for name in TIMES[1:]}}


def other_hours(trial: Trial) -> int:
    """People for whom some instant is not exactly twice as late where all times are doubled."""
    plain, doubled = (instants(trial.one(line_world(stretch))) for stretch in (1.0, TWICE))
    if len(plain["created_h"]) != len(doubled["created_h"]):
        return max(map(len, (plain["created_h"], doubled["created_h"])))
    unlike = [
        ~np.isclose(TWICE * plain[name], doubled[name], rtol=1e-12, atol=0.0, equal_nan=True)
        for name in TIMES
    ]
    return int(np.any(unlike, axis=0).sum())


def in_other_money(parameters: Parameters, factor: float) -> Parameters:
    """The same parameters with every amount of money multiplied."""
    money = {
        name: factor * getattr(parameters, name)
        for name in Parameters.__dataclass_fields__
        if "_eur" in name
    }
    return replace(parameters, **money)


def differences(one: BorderModel, other: BorderModel, *, but: tuple[str, ...] = ()) -> int:
    """Columns of the results that differ, those aside that should."""
    return len(set(small_worlds.differing(one, other)) - set(but))


def other_money(trial: Trial) -> int:
    """Columns, money itself aside, that differ where all amounts are four times as large."""
    run = trial.one(choosing_world())
    where = choosing_world()
    dearer = replace(where, parameters=in_other_money(where.parameters, FOURFOLD))
    return differences(run, trial.one(dearer), but=("groups.cash_eur", "groups.spent_eur"))


def choosing_world(*names: str, constant: float = small_worlds.CERTAIN) -> World:
    """Two crossings, another country and a forest, between which people choose by what they cost.

    Everybody leaves at once, so that waiting, whose utility is 0, plays no part.
    """
    first, second = names or ("gate", "other")
    crossings = [
        small_worlds.crossing(name, known=known, lanes=2, admission=small_worlds.service(0.2))
        for name, known in ((first, 0.9), (second, 0.5))
    ]
    network = small_worlds.star(
        *crossings,
        hours=[2.0, 1.0, 3.0],
        neighbours=[small_worlds.neighbour("abroad")],
        segments=[small_worlds.forest(crossing=first)],
    )
    roads = tuple(replace(road, km=60.0 * road.hours) for road in network.roads)
    return small_worlds.world(
        replace(network, roads=roads),
        replace(small_worlds.poisson(4.0), group_size=None),
        days=20,
        station_constant=constant,
        other_country_constant=constant - 1.0,
        green_constant=constant + 2.0,
        settle_constant=constant - 2.0,
        green_price_eur=300.0,
        daily_burn_eur=10.0,
    )


def other_constant(trial: Trial) -> int:
    """Columns that differ where every way out is worth 64 more."""
    one, other = (trial.one(choosing_world(constant=constant)) for constant in (800.0, 864.0))
    return differences(one, other, but=("journeys.appraisal",))


def other_names(trial: Trial) -> int:
    """Columns that differ where crossings have other names."""
    return differences(
        trial.one(choosing_world("gate", "other")), trial.one(choosing_world("zeta", "alpha"))
    )


def copy_of_a_closed_crossing(trial: Trial) -> int:
    """People whose path differs where there is one more crossing that everybody knows is closed."""
    crossings = [
        small_worlds.crossing(name, known=known) for name, known in (("a", 0.9), ("b", 0.5))
    ]
    closed = ("b", "b-copy")

    def paths(*crossings: Any) -> Any:
        closure = Closure(
            crossings=tuple(each.id for each in crossings if each.id in closed),
            at=small_worlds.START,
            announced_before_h=24.0,
        )
        where = small_worlds.world(
            small_worlds.star(*crossings), small_worlds.poisson(2.0), days=10, station_constant=0.5
        )
        return instants(trial.one(where, closure))

    one, other = paths(*crossings), paths(*crossings, replace(crossings[1], id="b-copy"))
    same = [np.array_equal(one[name], other[name], equal_nan=True) for name in TIMES]
    return sum(not each for each in same)


def invariances(trial: Trial) -> list[Finding]:
    """V22: none of this may change anything."""
    again = differences(*(trial.run(reference_model(seed=trial.seed)) for _ in range(2)))
    return [
        for_certain("people with other hours, time doubled", "persons", 0.0, other_hours(trial)),
        for_certain("columns that differ, money fourfold", "columns", 0.0, other_money(trial)),
        for_certain("columns that differ, utilities + 64", "columns", 0.0, other_constant(trial)),
        for_certain("columns that differ, other names", "columns", 0.0, other_names(trial)),
        for_certain(
            "columns that differ, a closed crossing twice",
            "columns",
            0.0,
            copy_of_a_closed_crossing(trial),
        ),
        for_certain("columns that differ, run again", "columns", 0.0, again),
    ]


CASES = (Case("V22", "what changes nothing", "by definition", invariances),)
