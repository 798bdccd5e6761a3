"""Warnings about policies: orders outside the period or without effect, and policies alike.

A policy that decides once is asked for its orders; one that reacts to counts is not judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.clock import Opening, merge_intervals, opening_intervals
from sim.engine.codes import Action, Mode
from sim.policies import Policy
from sim.policies.composition import Joined, rules_by_state
from sim.policies.orders import ADDING, Observation, Once, Order
from sim.policies.timed import Open, Schedule
from sim.scenario.checking import Checks, KeyPath
from sim.scenario.named_rules import NamedRules
from sim.scenario.period_warnings import period
from sim.world.network import Crossing, Network
from sim.world.world import World

OF_PEOPLE = (Mode.FOOT, Mode.BICYCLE, Mode.CAR)


@dataclass(frozen=True)
class _Judged:
    """An order, where it is written, and why it does nothing; None where it does something."""

    order: Order
    key: KeyPath
    reason: str | None


def warn_of_policies(warnings: Checks, world: World, rules: NamedRules) -> None:
    """Warn of policies that do nothing, of such steps of others, and of policies that are alike."""
    for name, named in rules.policies.items():
        key = ("policies", name)
        if isinstance(named.rule, Open):
            continue
        judged = _judged(world, key, named.rule)
        idle = [each for each in judged or () if each.reason is not None]
        if judged is not None and len(idle) == len(judged):
            reason = f": {idle[0].reason}" if idle else ""
            message = f"the policy does nothing in the period, as 'open' would{reason}"
            warnings.add(key, message)
        elif not isinstance(named.rule, Joined):
            for each in idle:
                warnings.add(each.key, f"{each.order.action}: {each.reason}")
        _warn_of_bans(warnings, world, key, judged or ())
    _warn_of_twins(warnings, rules)


def _judged(world: World, key: KeyPath, rule: Policy | Joined) -> list[_Judged] | None:
    """Every order of a policy; None where what it orders depends on what happens."""
    found: list[_Judged] = []
    for state, single in rules_by_state(rule):
        if not isinstance(single.clock, Once) and not single.clock.at_start:
            return None
        orders = single.decide(_nothing_seen(world, state))
        for number, order in enumerate(orders):
            at = (*key, "steps", number) if single is rule and isinstance(rule, Schedule) else key
            found.append(_Judged(order, at, _reason(world, order, orders[:number], orders)))
    return found


def _nothing_seen(world: World, state: str | None) -> Observation:
    """What a policy of a state sees at the start, with every draw at its lowest."""
    crossings = tuple(
        each.id
        for each in world.network.crossings
        if each.takes_people and state in (None, each.state)
    )
    counts = np.zeros((0, len(crossings)))
    clock = world.network.clock_of_state(state, world.clock)
    return Observation(0.0, clock, crossings, counts, (), lambda name: 0.0)


def _reason(
    world: World, order: Order, before: Sequence[Order], orders: Sequence[Order]
) -> str | None:
    """Why an order does nothing, or None."""
    clock = world.clock
    if order.effective_h >= clock.duration_h or order.until_h <= 0.0:
        when = clock.instant(order.effective_h)
        where = "after" if order.effective_h >= clock.duration_h else "before"
        return (
            f"what begins at {when:%Y-%m-%d %H:%M} is {where} the period, which is {period(clock)}"
        )
    if order in before:
        return "an earlier step says the same"
    if order.action is Action.REOPEN:
        return _reason_to_reopen(order, orders)
    if order.action in ADDING and order.value == 0.0:
        return "0 more change nothing"
    return _reason_of_value(world, order)


def _reason_to_reopen(order: Order, orders: Sequence[Order]) -> str | None:
    closing = {
        name
        for each in orders
        if each.action in (Action.CLOSE, Action.NO_ASYLUM)
        and each.effective_h < order.effective_h < each.until_h
        for name in (*each.crossings, *each.segments)
    }
    never = [name for name in (*order.crossings, *order.segments) if name not in closing]
    return f"no step closes {', '.join(never)} then" if never else None


# Why a share of 1 changes nothing.
OF_ALL = {
    Action.CARRIER_MEASURES: "everybody sets out all the same",
    Action.RESUME_CHECKS: "everybody is let out all the same",
}


def _reason_of_value(world: World, order: Order) -> str | None:
    """Why an order leaves its places as they are, or None."""
    network = world.network
    crossings = [each for each in network.crossings if each.id in order.crossings]
    if order.action is Action.BAN_MODE:
        by_mode = any(order.mode in each.modes for each in crossings)
        unused = None if by_mode else f"{order.mode} is no mode of {', '.join(order.crossings)}"
        return "a ban of strictness 0 turns nobody back" if order.value == 0.0 else unused
    if order.action in OF_ALL and order.value == 1.0:
        return OF_ALL[order.action]
    if order.action is Action.SET_HOURS and all(
        _same_hours(world, order, each) for each in crossings
    ):
        return "these are the hours already"
    if order.action is Action.WAVE_THROUGH and not any(each.onward for each in crossings):
        return "nobody goes on from there"
    if order.action is Action.BUILD_FENCE:
        built = {each.id: each.fence_km for each in network.segments}
        stands = all(built[name] == order.value for name in order.segments)
        return "that fence stands already" if stands else None
    if order.action in (Action.GUARD, Action.PUSHBACK):
        return _reason_on_terrain(network, order)
    if order.action is Action.COORDINATE:
        follow = {each.id for each in network.neighbours if each.coordinates}
        return "they follow under every policy" if set(order.neighbours) <= follow else None
    return None


def _reason_on_terrain(network: Network, order: Order) -> str | None:
    """Why guarding stretches, or pushing people back there, changes nothing, or None."""
    named = [each for each in network.segments if each.id in order.segments]
    if order.action is Action.GUARD:
        same = all(each.detection == order.value for each in named)
        return "people are found with that chance there already" if same else None
    same = all(each.pushback == order.value for each in named)
    return "that share is pushed back there already" if same else None


def _same_hours(world: World, order: Order, crossing: Crossing) -> bool:
    clock = world.network.clock_of(crossing, world.clock)
    usual = opening_intervals(crossing.opening, clock)
    ordered = opening_intervals((Opening(hours=order.hours),), clock)
    since_h, until_h = max(order.effective_h, 0.0), min(order.until_h, clock.duration_h)
    cut = ([(max(a, since_h), min(b, until_h)) for a, b in spans] for spans in (usual, ordered))
    one, other = (merge_intervals(spans, until=clock.duration_h) for spans in cut)
    return one == other


def _warn_of_bans(warnings: Checks, world: World, key: KeyPath, judged: Sequence[_Judged]) -> None:
    """Warn where bans leave no mode that people could have: the crossing still counts as open."""
    bans = [
        each.order
        for each in judged
        if each.order.action is Action.BAN_MODE and each.order.value == 1.0 and not each.reason
    ]
    for crossing in world.network.crossings:
        banned = {each.mode for each in bans if crossing.id in each.crossings}
        if crossing.takes_people and crossing.modes & set(OF_PEOPLE) <= banned:
            message = f"every mode that people can have is banned at {crossing.id!r}"
            warnings.add(key, message, "to let nobody pass, close the crossing")


def _warn_of_twins(warnings: Checks, rules: NamedRules) -> None:
    """Warn of policies, and of hypotheses, that are the same under two names."""
    oversight = rules.oversight
    first: list[tuple[object, str]] = []
    for name, policy in rules.policies.items():
        content = (_parts(policy.rule), oversight is not None and oversight.covers(name))
        _note_twin(warnings, first, content, ("policies", name), "policy")
    first = []
    for name, each in rules.hypotheses.items():
        _note_twin(warnings, first, each.rule, ("hypotheses", name), "hypothesis")


def _parts(rule: Policy | Joined) -> list[tuple[str | None, Policy]]:
    return list(rules_by_state(rule))


def _note_twin(
    warnings: Checks,
    first: list[tuple[object, str]],
    content: object,
    key: tuple[str, str],
    kind: str,
) -> None:
    same = next((name for known, name in first if known == content), None)
    if same is not None:
        warnings.add(key, f"the {kind} does the same as {same!r}")
    first.append((content, key[1]))
