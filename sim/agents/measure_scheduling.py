"""From what actors decide to measures of the engine: rows that are announced, begin and end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.decision_schedule import ActorAction, Priority
from sim.agents.host_model import Decider, HostModel
from sim.agents.order_filters import MeasureRow, filtered_rows
from sim.clock import Interval, Opening, merge_intervals, opening_intervals
from sim.engine.advance import follow_calendar, schedule_measures_from
from sim.engine.codes import NOBODY, REVISION, Action, DestinationKind
from sim.engine.filters import concerned_kinds, tell_apart
from sim.engine.opening_hours import BEYOND_D, fill_bounds, opening_days, opening_table
from sim.engine.signatures import Table
from sim.policies import Order

# What people on their way learn of only where they meet it.
NOT_ANNOUNCED = (Action.CARRIER_MEASURES, Action.RESUME_CHECKS)
RESTRICTIONS = (Action.CLOSE, Action.NO_ASYLUM)
DEFAULTS = {"revision": NOBODY, "origin": NOBODY, "pool": NOBODY}  # of a row; else 0


def carry_out(decider: Decider, first_order: int) -> range:
    """Turn an actor's orders, from a number on, into measures of the engine; returns their rows.

    Raises:
        ValueError: if an order is about something that does not exist.
    """
    model = decider.model
    first = int(model.engine.status["measures"][0])
    for number, order in enumerate(decider.orders[first_order:], first_order):
        if order.action is Action.REOPEN:
            _reopen(decider, [where for where, _ in _targets(model, order)], order)
        elif order.action is Action.SET_HOURS:
            _plan_hours(decider, number)
        elif order.action is Action.COORDINATE:
            for name in order.neighbours:
                model.neighbours[name].follow()
        else:
            rows = [_measure(decider, order, *target) for target in _targets(model, order)]
            row = int(model.engine.status["measures"][0])
            add_measures(model, filtered_rows(order, rows, _origin_numbers(model), row))
    return range(first, int(model.engine.status["measures"][0]))


def _targets(model: HostModel, order: Order) -> Iterator[tuple[int, int]]:
    """What an order is about, as numbers: (destination, origin)."""
    for name in order.segments:
        yield _number(_destinations(model), name, "segments"), NOBODY
    if order.action is Action.CARRIER_MEASURES:
        for name in order.origins:
            yield NOBODY, _number(_origin_numbers(model), name, "origins")
        if not order.origins:
            yield NOBODY, NOBODY
    else:
        for name in order.crossings:
            yield _station(model, name), NOBODY


def _origin_numbers(model: HostModel) -> dict[str, int]:
    return {origin.id: k for k, origin in enumerate(model.world.demand.origins)}


def _destinations(model: HostModel) -> dict[str, int]:
    network = model.world.network
    numbers = {place.id: d for d, place in enumerate(network.destinations)}
    return {segment.id: numbers[segment.id] for segment in network.segments}


def _station(model: HostModel, name: str) -> int:
    return _number(model.world.network.crossing_number, name, "crossings")


def _number(numbers: dict[str, int], name: str, what: str) -> int:
    if name not in numbers:
        raise ValueError(f"an order is about {name!r}; the {what} are {', '.join(numbers)}")
    return numbers[name]


def _measure(decider: Decider, order: Order, destination: int, origin: int) -> MeasureRow:
    return {
        "decider": decider.unique_id,
        "destination": destination,
        "origin": origin,
        "kind": order.action,
        "announced_h": _public_h(order),
        "begins_h": order.effective_h,
        "ends_h": order.until_h,
        "queue_rule": order.queue,
        "exempt": sum(order.exempt),
        "mode": order.mode,
        "value": order.value,
        "warm_places": order.warm_places,
    }


def _public_h(order: Order) -> float:
    """When people on their way can hear of an order, h; a fence is seen once it stands."""
    if order.action in NOT_ANNOUNCED:
        return float(np.inf)
    return order.effective_h if order.action is Action.BUILD_FENCE else order.announced_h


def add_measures(model: HostModel, rows: list[MeasureRow]) -> None:
    """Write measures into the engine and schedule them."""
    first = int(model.engine.status["measures"][0])
    model.make_room_for_measures(first + len(rows))
    added = model.engine.measures[first : first + len(rows)]
    for name in {**DEFAULTS, **dict.fromkeys(chain.from_iterable(rows))}:
        added[name] = [row.get(name, DEFAULTS.get(name, 0)) for row in rows]
    added["first_ends_h"] = added["ends_h"]
    at_border = added[added["kind"] != Action.CARRIER_MEASURES]
    tell_apart(model.engine.status[0], at_border, len(model.world.demand.origins))
    model.engine.status["measures"][0] = first + len(rows)
    if model.begun:
        schedule_measures_from(model.handle, first)


def _reopen(decider: Decider, places: list[int], order: Order) -> None:
    """End the decider's own restrictions that are then in force at these crossings and segments.

    Those of others go on: of other parts of a combined policy, or that no claim was ever taken.
    """
    model = decider.model
    table = model.engine.measures
    for number in range(int(model.engine.status["measures"][0])):
        row = table[number]
        if (
            row["decider"] == decider.unique_id
            and row["destination"] in places
            and row["kind"] in RESTRICTIONS
            and row["begins_h"] < order.effective_h < row["ends_h"]
        ):
            end_earlier(model, number, order.announced_h, order.effective_h)


def end_earlier(model: HostModel, number: int, announced_h: float, ends_h: float) -> None:
    """Let a measure end earlier than was announced; one that has not begun may end as it begins."""
    earlier = model.engine.measures[number]["revision"]
    revision = int(model.engine.status["measures"][0])
    # Its own row first: scheduling looks at both.
    model.engine.measures[number]["ends_h"] = ends_h
    model.engine.measures[number]["revision"] = revision
    row: MeasureRow = {
        "kind": REVISION,
        "destination": number,
        "announced_h": announced_h,
        "ends_h": ends_h,
        "revision": earlier,
    }
    add_measures(model, [row])


def closed_to_at(model: HostModel, hour: float) -> NDArray[np.bool_]:
    """To whom each crossing is closed at an hour, by what is decided and public now.

    Returns:
        Whether a station is closed to people of a kind, shape (stations, kinds).
    """
    kinds = int(model.engine.status["kinds"][0])
    closed_to = np.zeros((len(model.engine.stations), kinds), dtype=np.bool_)
    for row in model.engine.measures[: int(model.engine.status["measures"][0])]:
        if (
            row["kind"] in RESTRICTIONS
            and row["destination"] < len(closed_to)
            and row["announced_h"] <= model.now_h
            and row["begins_h"] <= hour < row["ends_h"]
        ):
            closed_to[row["destination"]] |= concerned_kinds(row, kinds)
    return closed_to


def claims_at_stretches(destinations: Table) -> NDArray[np.bool_]:
    """Whether each stretch of terrain border is open and not everybody found is pushed back."""
    stretches = destinations[destinations["kind"] == DestinationKind.SEGMENT]
    return np.asarray((stretches["closures"] == 0) & (stretches["pushback"] < 1.0))


# ---- opening hours


def _plan_hours(decider: Decider, number: int) -> None:
    """New hours are known, and so followed, from their announcement on."""
    announced_h = decider.orders[number].announced_h
    if announced_h <= decider.model.now_h:
        decider.set_hours(number)
    else:
        decision_schedule = decider.model.decision_schedule
        decision_schedule.plan(
            announced_h, Priority.ANNOUNCEMENT, decider.unique_id, ActorAction.SET_HOURS, number
        )


def set_hours(decider: Decider, order: Order) -> None:
    """Rebuild the calendars that change, and let the news of them spread."""
    model = decider.model
    stations = _rebuild_openings(model, [_station(model, name) for name in order.crossings], order)
    add_measures(model, [_measure(decider, order, station, NOBODY) for station in stations])


def _rebuild_openings(model: HostModel, named: list[int], order: Order) -> list[int]:
    """Write the new calendars; returns the stations whose hours are not what they were."""
    engine, clock = model.engine, model.clock
    calendars = [
        [(float(span["opens_h"]), float(span["closes_h"])) for span in engine.openings[first:last]]
        for first, last in engine.destinations[["first_opening", "last_opening"]].tolist()
    ]
    changes_h = max(order.effective_h, model.now_h)
    old = [calendars[station] for station in named]
    for station in named:
        crossing = model.world.network.crossings[station]
        local = model.world.network.clock_of(crossing, clock).extended(BEYOND_D)
        hours = opening_intervals((Opening(hours=order.hours),), local)
        calendars[station] = _spliced(calendars[station], hours, changes_h, order.until_h)
    stations = [k for k, before in zip(named, old, strict=True) if calendars[k] != before]
    if not stations:
        return stations
    table, bounds = opening_table(calendars)
    destinations = engine.destinations
    fill_bounds(destinations, bounds)
    engine.utility_cache["until_h"] = -np.inf
    for station, (row, (first, last)) in enumerate(zip(engine.stations, bounds, strict=False)):
        past = int(np.searchsorted(table["closes_h"][first:last], model.now_h, side="right"))
        has_begun = bool(row["open_by_hours"]) and station not in stations
        row["next_opening"] = first + past + int(has_begun)
    days = opening_days(calendars, clock)
    _follow(model, engine._replace(openings=table, opening_days=days), stations)
    return stations


def _spliced(
    old: list[Interval], new: list[Interval], begins_h: float, ends_h: float
) -> list[Interval]:
    """The old open stretches, but from ``begins_h`` to ``ends_h`` the new ones."""
    before = [(opens, min(closes, begins_h)) for opens, closes in old]
    during = [(max(opens, begins_h), min(closes, ends_h)) for opens, closes in new]
    after = [(max(opens, ends_h), closes) for opens, closes in old]
    return merge_intervals([*before, *during, *after], until=np.inf)


def _follow(model: HostModel, engine: Any, stations: list[int]) -> None:
    """Work on the new table, and let the stations that it changes go by it."""
    model.use(engine)
    if not model.begun:
        return
    model.make_room_for_measures(int(model.engine.status["measures"][0]) + len(stations))
    for station in stations:
        follow_calendar(model.handle, station, model.now_h)
