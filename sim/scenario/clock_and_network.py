"""The span of a scenario and its map: what must hold across places, roads and demand."""

from __future__ import annotations

from datetime import timedelta

from sim.clock import Clock, require_time_zone
from sim.errors import quoted
from sim.scenario.draft import Draft
from sim.world.network import Network, network_faults
from sim.world.routing import roads_through


def clock_of(draft: Draft) -> Clock:
    """The clock of a scenario.

    Raises:
        ScenarioError: there is no such time zone.
    """
    file, checks = draft.file, draft.checks
    for key, zone in (("timezone", file.timezone), ("transit_timezone", file.transit_timezone)):
        try:
            require_time_zone(zone or file.timezone)
        except ValueError as fault:
            checks.add((key,), str(fault))
            checks.stop_if_any()
    if file.end <= file.start:
        checks.add(("end",), f"the scenario ends ({file.end}) before it starts")
    elif file.end - file.start > timedelta(days=file.max_days):
        checks.add(("end",), f"the scenario is longer than {file.max_days} days")
    return Clock(file.start, file.end, file.timezone, file.transit_timezone)


def network_of(draft: Draft) -> Network:
    """The places and roads of a scenario.

    Raises:
        ScenarioError: ids are used twice, or a road, a segment or an id leads nowhere.
    """
    file = draft.file
    for key, message in network_faults(file):
        draft.checks.add(key, message)
    draft.checks.stop_if_any()
    network = Network(
        hubs=file.hubs,
        crossings=file.crossings,
        neighbours=file.neighbours,
        segments=file.segments,
        roads=file.roads,
        states=file.states,
    )
    check_origins(draft, network)
    _refuse_roads_through(draft, network)
    return network


def check_origins(draft: Draft, network: Network) -> None:
    """Shares of people who go on are of origins that exist."""
    for k, crossing in enumerate(network.crossings):
        for origin in crossing.onward.shares if crossing.onward else ():
            if origin not in draft.ids["origin"]:
                key = ("crossings", k, "onward", "shares", origin)
                draft.checks.add_missing(key, "origin", origin, draft.ids["origin"])


def _refuse_roads_through(draft: Draft, network: Network) -> None:
    """Nobody passes a crossing by road: what lies behind one is another border (not modelled)."""
    for end, hub in dict(roads_through(network)).items():
        for k, road in enumerate(network.roads):
            if {road.a, road.b} == {end, hub}:
                message = (
                    f"leads through {quoted(end)} to {quoted(hub)}, which no other road reaches"
                )
                hint = "journeys end at a crossing; join the towns by a road of their own"
                draft.checks.add(("roads", k), message, hint)


def check_gateways(draft: Draft) -> None:
    """People appear at hubs that exist, and shares are those of origins that exist."""
    for key, hub in draft.file.demand.gateway_hubs():
        if hub not in draft.ids["hub"]:
            draft.checks.add_missing(("demand", *key), "hub", hub, draft.ids["hub"])
    for k, step in enumerate(draft.file.demand.shares):
        for origin in step.shares:
            if origin not in draft.ids["origin"]:
                key = ("demand", "shares", k, "shares", origin)
                draft.checks.add_missing(key, "origin", origin, draft.ids["origin"])
