"""Small worlds on the edge: gates that never open, cold, neighbours, and ways of no length.

Where :mod:`tests.golden.small_worlds` lets everything happen at once, each of these looks at what
is rare there; so do those of roads and of timetables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from sim.clock import Opening
from sim.engine.codes import Action, Mode, QueueDiscipline, QueueRule, Trait
from sim.hypotheses import Facilitates, GateAction, GateStep, LetsThrough
from sim.hypotheses.responses import CostSensitive
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.world.origins import Stock
from sim.world.weather import Weather
from tests.golden.road_worlds import fastest_roads, forking_roads, long_memory, other_rumours
from tests.golden.timetable_worlds import closed_doors, longest_day, too_late, whole_hours
from tests.golden.world_parts import exactly, groups_at, step, strict_neighbour, under


def neighbours() -> BorderModel:
    """Everybody goes abroad: to a neighbour that closes for some hours, or to one that refuses."""
    strict = strict_neighbour("strict", refusal=0.6, hours="09:00-17:00")
    abroad = (replace(small_worlds.neighbour("mild"), coordinates=True, lag_h=2.0), strict)
    network = small_worlds.star(small_worlds.crossing(), hours=[0.5, 1.0, 1.0], neighbours=abroad)
    hours = [(float(hour), 1 + hour % 3) for hour in range(0, 40, 2)]
    where = small_worlds.world(
        network,
        groups_at(*hours),
        days=3,
        station_constant=-2.0,
        other_country_constant=3.0,
        news_delay_h=30.0,
        cash_sigma=0.4,
        transport_eur_per_km=0.1,
        turned_back_cost_eur=700.0,
        staging_h=0.25,
    )
    return under(
        where,
        step(Action.CLOSE, 5.0, 20.0, ahead_h=0.0),
        step(Action.COORDINATE, 24.0, crossings=(), neighbours=("strict",)),
        step(Action.CLOSE, 30.0, 44.0, ahead_h=3.0),
    )


def steered() -> BorderModel:
    """Organised groups of 30 for crossings that are equally far, beside one that takes nobody."""
    railway = small_worlds.crossing("railway", modes=(Mode.RAIL,))
    gates = [
        small_worlds.crossing(name, lanes=3, admission=exactly(0.25)) for name in ("gate", "other")
    ]
    network = small_worlds.star(railway, *gates, hours=[1.0, 3.0, 3.0])
    where = small_worlds.world(
        network, small_worlds.given([0.0, 20.0]), days=3, news_delay_h=2.0, transit_level_max=3.0
    )
    transit = Facilitates(
        leakage=0.4,
        opens={"default": small_worlds.at(8.0)},
        hub=small_worlds.TOWN,
        begins=small_worlds.at(6.0),
        persons_per_d=90.0,
        batch=30,
        steering=0.8,
    )
    return under(
        where,
        step(Action.CLOSE, 24.0, 48.0, exempt=frozenset({Trait.CHILDREN})),
        step(Action.CLOSE, 36.0, 60.0, crossings=("other",), queue=QueueRule.TURN_BACK),
        hypothesis=transit,
        response=CostSensitive(),
    )


def out_in_the_cold() -> BorderModel:
    """A gate that does not open, and a weather series that ends before people's patience.

    Later it is closed as well, and those who hold out in the queue consider leaving.
    """
    gate = replace(
        small_worlds.crossing(opening=(Opening(hours="10:00-11:00", days="Fri"),)), weather="north"
    )
    demand = groups_at(
        (2.0, 2),
        (9.0, 1),
        (20.0, 3),
        (23.0, 1),
        (30.0, 2),
        (41.5, 1),
        (42.0, 1),
        (43.0, 2),
        (44.0, 1),
    )
    where = small_worlds.world(
        small_worlds.star(gate, hours=[1.0]),
        demand,
        days=5,
        patience_h=20.0,
        patience_shape=3.0,
        cold_impatience=0.01,
        settle_constant=-1.0,
        station_constant=1.0,
        review_rate_per_h=0.3,
        give_up_rate_per_d=0.2,
    )
    return under(where, step(Action.CLOSE, 46.0, 100.0, ahead_h=0.0), weather_days=1)


def followers_of_one() -> BorderModel:
    """People on their own who are followed by people on their own, and a stock of nobody."""
    alone = groups_at(*((float(hour), 1) for hour in range(0, 20, 2)))
    nobody = Stock(
        at=small_worlds.at(3.0),
        persons=0,
        gateways={small_worlds.TOWN: 1.0},
        source=small_worlds.SOURCE,
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        replace(alone, stocks=(nobody,)),
        days=6,
        branching=0.7,
        kernel_mean_d=0.4,
    )
    return small_worlds.model(where)


def half_a_map_of_weather() -> BorderModel:
    """Impatience in the cold at one crossing, and at another whose weather nobody knows."""
    closed = (Opening(hours="20:00-21:00"),)
    cold = replace(small_worlds.crossing(opening=closed), weather="north")
    mild = small_worlds.crossing("other", opening=closed)
    hours = [(float(hour), 1 + hour % 2) for hour in range(24)]
    where = small_worlds.world(
        small_worlds.star(cold, mild, hours=[1.0, 1.0]),
        groups_at(*hours),
        days=3,
        patience_h=9.0,
        patience_shape=2.0,
        cold_impatience=0.1,
    )
    return under(where, weather_days=3)


def cold_spell() -> BorderModel:
    """Two mild days, then frost that people mind, and hours in which nothing else is new."""
    gate = replace(small_worlds.crossing(opening=(Opening(hours="20:00-21:00"),)), weather="north")
    hours = [(float(hour), 1 + hour % 3) for hour in range(0, 90, 3)]
    where = small_worlds.world(
        small_worlds.star(gate, hours=[1.0]),
        groups_at(*hours),
        days=5,
        staging_h=0.0,
        cold_cost_eur=60.0,
        station_constant=1.0,
        settle_constant=-3.0,
        review_rate_per_h=0.1,
    )
    temperature_c = np.where(np.arange(120) < 48, 5.0, -35.0)[None, :]
    frost = Weather(("north",), temperature_c, np.full((1, 120), 20.0), "made up")
    return small_worlds.model(replace(where, weather=frost))


def next_door() -> BorderModel:
    """A crossing without any way to it, where nobody has to get ready, and one an hour away."""
    network = small_worlds.star(
        small_worlds.crossing(), small_worlds.crossing("other"), hours=[0.0, 1.0]
    )
    demand = groups_at((1.0, 2), (3.5, 1), (6.0, 3))
    where = small_worlds.world(network, demand, days=1, staging_h=2.0)
    return small_worlds.model(where)


def pushed_back_and_metered() -> BorderModel:
    """A crossing that the transit side meters, beside a stretch that is guarded and closed."""
    deep = small_worlds.forest(
        hub=None, hubs={small_worlds.TOWN: 1.0}, crossing=None, detection=0.6, pushback=0.5
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(), segments=[deep]),
        small_worlds.crowd(120, size=None),
        days=6,
        station_constant=1.0,
        green_constant=4.0,
        green_price_eur=0.0,
        review_rate_per_h=0.2,
        hike_median_h=4.0,
        patience_h=30.0,
        give_up_rate_per_d=0.1,
    )
    here: dict[str, Any] = {"crossings": (), "segments": ("forest",)}
    since: dict[str, Any] = {"since": small_worlds.START, "source": small_worlds.SOURCE}
    steps = (
        GateStep(action=GateAction.METER, persons_per_d=10.0, batch=2, **since),
        GateStep(action=GateAction.HOLD, since=small_worlds.at(80.0), source=small_worlds.SOURCE),
    )
    return under(
        where,
        step(Action.GUARD, 24.0, 60.0, value=0.95, **here),
        step(Action.PUSHBACK, 48.0, value=0.8, **here),
        step(Action.CLOSE, 72.0, 90.0, **here),
        hypothesis=LetsThrough(leakage=1.0, steps=steps),
    )


EDGE_WORLDS: dict[str, Callable[[], BorderModel]] = {
    "forking roads": forking_roads,
    "fastest roads": fastest_roads,
    "long memory": long_memory,
    "other rumours": other_rumours,
    **{
        f"whole hours, {discipline}": partial(whole_hours, discipline)
        for discipline in QueueDiscipline
    },
    "closed doors": closed_doors,
    "longest day": longest_day,
    "neighbours": neighbours,
    "out in the cold": out_in_the_cold,
    "steered": steered,
    "too late": too_late,
    "followers of one": followers_of_one,
    "half a map of weather": half_a_map_of_weather,
    "cold spell": cold_spell,
    "next door": next_door,
    "pushed back and metered": pushed_back_and_metered,
}
