"""A policy with one of its keys at another value, checked as a file is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeAlias

from pydantic import ValidationError

from sim.errors import InputError, did_you_mean, quoted
from sim.policies import Policy
from sim.policies.composition import Joined
from sim.scenario.annotations import teach
from sim.scenario.checking import adapter
from sim.scenario.draft import known_ids
from sim.scenario.records import NamedPolicy
from sim.scenario.scenario import Scenario

teach()

Keys: TypeAlias = dict[str, object]


def with_variants(scenario: Scenario, policy: str, key: str, values: Sequence[object]) -> Scenario:
    """The scenario with one policy, and variants of it whose ``key`` has other values.

    Args:
        scenario: has the policy.
        policy: its id.
        key: path of a key within the policy, as ``officers.salla``.
        values: the values of that key in the variants, one after another.

    Raises:
        InputError: if there is no such key, or a value does not fit.
    """
    base = scenario.policies[policy]
    variants = (_variant(scenario, base, key, value) for value in values)
    named = {each.id: each for each in (base, *variants)}
    return replace(scenario, policies=named, reference=policy)


def _variant(scenario: Scenario, base: NamedPolicy, key: str, value: object) -> NamedPolicy:
    """One variant; its id has the key and the value."""
    return replace(
        base,
        id=f"{base.id} {key}={value}",
        label=f"{base.label}, {key} {value}",
        rule=_varied(scenario, base, key.split("."), value),
    )


def _varied(scenario: Scenario, base: NamedPolicy, path: Sequence[str], value: object) -> Policy:
    rule = base.rule
    if isinstance(rule, Joined):
        raise InputError(f"{quoted(base.id)} is made of other policies: vary one of its parts")
    assert is_dataclass(rule), "policies are records"
    keys = {each.name: getattr(rule, each.name) for each in fields(rule)}
    world = scenario.world
    known = known_ids(world.network, world.demand.origins, scenario.policies)
    try:
        kind: type[Policy] = type(base.rule)
        return adapter(kind).validate_python(_replaced(keys, path, value), context=dict(known))
    except ValidationError as fault:
        reason = fault.errors(include_url=False)[0]["msg"]
        raise InputError(f"{'.'.join(path)} cannot be {quoted(str(value))}: {reason}") from fault


def _replaced(keys: Keys, path: Sequence[str], value: object) -> Keys:
    """The keys with the value at a path; the path must be there but for its last step."""
    first, *rest = path
    if not rest:
        return {**keys, first: value}
    inner = keys.get(first)
    if not isinstance(inner, dict):
        hint = did_you_mean(first, list(keys)) or ""
        raise InputError(f"there is nothing inside a key {quoted(first)} {hint}")
    return {**keys, first: _replaced(inner, rest, value)}
