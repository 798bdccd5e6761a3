"""What a machine can hold and the model can compute, whatever parameters are drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from sim.engine.circles import circles_are_worth, too_large
from sim.hypotheses import Conduct, Hypothesis
from sim.policies.capacity import Reassign
from sim.scenario.checking import KeyPath
from sim.scenario.draft import Draft
from sim.scenario.parameter_values import at_ends
from sim.scenario.records import NamedPolicy, Uncertainty
from sim.world.leg_costs import leg_costs
from sim.world.parameters import Parameters
from sim.world.world import World

MOST_CELLS = 1_000_000  # days times places: what the daily counts of a run have room for


def check_daily_counts(draft: Draft) -> None:
    """Days and places are few enough to count people by day and place."""
    file = draft.file
    days = (file.end - file.start) / timedelta(days=1)
    places = sum(map(len, (file.hubs, file.crossings, file.neighbours, file.segments)))
    if days * places > MOST_CELLS:
        draft.checks.add(
            ("end",),
            f"{days:,.0f} days at {places} places are more than can be counted by day",
            f"days times places may be {MOST_CELLS:,} at most",
        )


def check_people(
    draft: Draft, world: World, drawn: Sequence[Uncertainty], hypotheses: Iterable[Hypothesis]
) -> None:
    """People are, on average, no more than a machine holds, at the highest values drawn."""
    names = (
        "demand_factor",
        "demand_drift_per_d",
        "stock_factor",
        "branching",
        "transit_level_max",
    )
    most = at_ends(world.parameters, drawn, high=names)
    demand = world.demand
    inflow = math.fsum(each.persons for each in world.inflows) * most.demand_factor
    inflow *= _most_growth(world, most.demand_drift_per_d)
    ready = sum(stock.most_persons for stock in demand.stocks) * most.stock_factor
    conducts = [each.conduct(world.clock) for each in hypotheses]
    people = (
        max(
            (inflow + ready) * each.demand_factor + _organised(each) * most.transit_level_max
            for each in conducts
        )
        + sum(group.persons for group in demand.groups)
    ) / (1.0 - most.branching)
    if people > draft.file.max_persons:
        draft.checks.add(
            ("demand",),
            f"a run may have {people:,.0f} people, more than {draft.file.max_persons:,}",
            "check rates and factors, or raise 'max_persons'",
        )


def _most_growth(world: World, drift_per_d: float) -> float:
    """What demand grows by, at most, after the last day on which it is known."""
    known_until = world.demand.known_until
    beyond_d = 0 if known_until is None else (world.clock.days[-1] - known_until).days
    return math.exp(max(0.0, drift_per_d) * max(0, beyond_d))


def _organised(conduct: Conduct) -> float:
    """People who are brought, up to the end."""
    return math.fsum(
        travel.persons_per_d * max(0.0, travel.ends_h - travel.begins_h) / 24.0
        for travel in conduct.organised
    )


def check_moved_staff(draft: Draft, policies: Mapping[str, NamedPolicy]) -> None:
    """Nobody is moved from a crossing who is not there."""
    for name, each in policies.items():
        if isinstance(each.rule, Reassign):
            for key, crossing, moved, there in _moved_staff(draft, each.rule):
                if moved > there:
                    draft.checks.add(
                        ("policies", name, key, crossing),
                        f"{moved} would leave {crossing!r}, where {there} are on duty",
                        "move fewer; 'officers_after_hours' says how many leave outside its hours",
                    )


def _moved_staff(draft: Draft, rule: Reassign) -> Iterator[tuple[str, str, int, int]]:
    """Key, crossing, how many leave, and how many are there."""
    registrations = {each.id: each.registration for each in draft.file.crossings}
    for crossing, moved in rule.officers.items():
        there = registrations[crossing]
        yield "officers", crossing, moved, there.servers
        after_hours = rule.officers_after_hours.get(crossing, moved)
        yield "officers", crossing, after_hours, there.servers_after_hours
    for crossing, moved in rule.interpreters.items():
        yield "interpreters", crossing, moved, registrations[crossing].interpreters or 0


def check_group_sizes(draft: Draft, parameters: Parameters, drawn: Sequence[Uncertainty]) -> None:
    """Vehicles and minibuses are not more than all groups, whatever is drawn."""
    names = ("vehicle_share", "convoy_share")
    most = at_ends(parameters, drawn, high=names)
    if most.vehicle_share + most.convoy_share > 1.0:
        given = [name for name in names if _is_given(draft, name)]
        message = "vehicle_share and convoy_share may reach 1 together at most"
        draft.checks.add(_key_of(draft, given[0]), message)


def check_route_choice(
    draft: Draft, world: World, drawn: Sequence[Uncertainty], hypotheses: Iterable[Hypothesis]
) -> None:
    """Roads cost enough against the scale of route choice, whatever is drawn."""
    cheapest = at_ends(
        world.parameters,
        drawn,
        low=("value_of_time_eur_per_h", "transport_eur_per_km", "travel_time_factor"),
        high=("route_scale_eur",),
    )
    if cheapest.route_scale_eur <= 0.0:
        return
    factor = min(each.conduct(world.clock).price_factor for each in hypotheses)
    price = factor * cheapest.transport_eur_per_km
    cheapest = replace(cheapest, transport_eur_per_km=price)
    if circles_are_worth(_weights_between_hubs(world, cheapest)):
        key = _key_of(draft, "route_scale_eur")
        draft.checks.add(key, too_large(cheapest.route_scale_eur))


def _weights_between_hubs(world: World, parameters: Parameters) -> NDArray[np.float64]:
    """Weights of legs in route choice, of the C library: loading the compiled ones takes longer.

    A run looks again, at the values that it draws and to the last digit.
    """
    hubs = len(world.network.hubs)
    costs = leg_costs(world.routes, parameters)[:hubs, :hubs]
    weights = [math.exp(-cost / parameters.route_scale_eur) for cost in costs.ravel().tolist()]
    return np.array(weights).reshape(costs.shape)


def _is_given(draft: Draft, parameter: str) -> bool:
    return parameter in draft.file.parameters or parameter in draft.file.uncertainties


def _key_of(draft: Draft, parameter: str) -> KeyPath:
    """Where the file says the most about a parameter: its range, else its value."""
    drawn = parameter in draft.file.uncertainties
    return ("uncertainties" if drawn else "parameters", parameter)


def check_chain(draft: Draft, world: World) -> None:
    """Nobody goes on from a crossing to a town from which a road leads back to it."""
    try:
        world.chain_order  # noqa: B018 - it is worked out once, and refuses a circle
    except ValueError as circle:
        number = int(circle.args[0])
        name = world.network.crossings[number].id
        message = f"from this town a way leads back to {name!r}"
        hint = "borders of a chain are passed in one direction"
        draft.checks.add(("crossings", number, "onward", "hub"), message, hint)
