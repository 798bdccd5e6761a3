"""What a scenario leaves out has no value, and is zero nowhere; what is there has one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sim.outcomes.breakdown import break_down
from sim.outcomes.indicators import INDICATORS, compute_indicators, indicators_of_people
from sim.outcomes.run_record import RunRecord
from sim.verification import small_worlds
from sim.verification.full_world import reference_model
from sim.world.modelled import Need, not_modelled
from sim.world.network import Crossing
from sim.world.weather import NO_WEATHER
from sim.world.world import World


def whole_world() -> World:
    """A world that has every part that may be left out."""
    where = reference_model().world
    return of_crossings(where, lambda each: replace(each, daily_capacity=5))


def of_crossings(where: World, change: Callable[[Crossing], Crossing]) -> World:
    crossings = tuple(change(each) for each in where.network.crossings)
    return replace(where, network=replace(where.network, crossings=crossings))


def _without_neighbours(where: World) -> World:
    ids = {each.id for each in where.network.neighbours}
    roads = tuple(road for road in where.network.roads if not ids & {road.a, road.b})
    return replace(where, network=replace(where.network, neighbours=(), roads=roads))


def _without_crossings(where: World) -> World:
    """Those who are found on the terrain apply where they are; nobody else can go anywhere."""
    network = where.network
    ids = {each.id for each in network.crossings}
    return replace(
        where,
        network=replace(
            network,
            crossings=(),
            segments=tuple(replace(each, crossing=None) for each in network.segments),
            roads=tuple(road for road in network.roads if not ids & {road.a, road.b}),
        ),
    )


WITHOUT: dict[Need, Callable[[World], World]] = {
    Need.CROSSINGS: _without_crossings,
    Need.WEATHER: lambda where: replace(where, weather=NO_WEATHER),
    Need.TERRAIN: lambda where: replace(where, network=replace(where.network, segments=())),
    Need.NEIGHBOURS: _without_neighbours,
    Need.TRAVELLERS: lambda w: of_crossings(w, lambda c: replace(c, travellers_per_d=0.0)),
    Need.SUSPENSION: lambda w: of_crossings(w, lambda c: replace(c, suspension=None)),
    Need.CAPACITY: lambda w: of_crossings(w, lambda c: replace(c, daily_capacity=None)),
    Need.TRANSPORT: lambda w: of_crossings(w, lambda c: replace(c, transport=None)),
}
# What is of a crossing is left out with it.
WITH_IT = {
    Need.CROSSINGS: {Need.TRAVELLERS, Need.SUSPENSION, Need.CAPACITY, Need.TRANSPORT},
}


def finished(where: World) -> RunRecord:
    run = small_worlds.model(where).run()
    return RunRecord(run.world, run.parameters, run.engine)


def test_a_world_with_everything_lacks_nothing() -> None:
    assert not_modelled(whole_world()) == frozenset()
    assert set(WITHOUT) == set(Need)


@pytest.mark.parametrize("need", Need)
def test_without_a_part_just_what_needs_it_has_no_value(need: Need) -> None:
    record = finished(WITHOUT[need](whole_world()))
    missing = {need, *WITH_IT.get(need, ())}
    assert record.not_modelled == missing
    values = compute_indicators(record)
    dependent = {name for name, each in INDICATORS.items() if each.needs is need}
    assert dependent
    assert all(math.isnan(values[name]) for name in dependent)
    of_others = {name for name, each in INDICATORS.items() if each.needs not in (None, *missing)}
    assert not any(math.isnan(values[name]) for name in of_others)


def test_where_there_is_no_crossing_none_is_said_to_be_in_reach_or_shut() -> None:
    """Neither 0 % of people who could be served, nor a whole scenario without access by land."""
    values = compute_indicators(finished(WITHOUT[Need.CROSSINGS](whole_world())))
    assert all(math.isnan(values[name]) for name in ("R5", "R13", "Q4"))


def test_nor_do_classes_indicators_of_people() -> None:
    record = finished(WITHOUT[Need.WEATHER](whole_world()))
    found = break_down(record, indicators_of_people())
    cold = [k for k, each in enumerate(indicators_of_people()) if each.needs is Need.WEATHER]
    assert cold
    assert np.isnan(found.values[cold]).all()
    assert not found.people[cold].any()


def test_sums_hold_what_is_modelled() -> None:
    """The whole cost is there without the part that nobody modelled, as it was."""
    record = finished(whole_world())
    without = finished(WITHOUT[Need.TRAVELLERS](whole_world()))
    mine, theirs = compute_indicators(record), compute_indicators(without)
    assert theirs["K_all"] == pytest.approx(mine["K_all"] - mine["K5"])


def test_a_zone_that_no_place_is_in_is_no_weather() -> None:
    where = of_crossings(whole_world(), lambda crossing: replace(crossing, weather=None))
    segments = tuple(replace(each, weather=None) for each in where.network.segments)
    where = replace(where, network=replace(where.network, segments=segments))
    assert not_modelled(where) == {Need.WEATHER}
