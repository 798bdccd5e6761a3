"""Keys of policies that say nothing: those that a step's action does not use, and names said twice.

A record cannot tell a key that was written at its default from one that was left out; the file can.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from sim.engine.codes import Action
from sim.errors import quoted
from sim.policies.orders import USES, require_effect
from sim.scenario.checking import Checks, KeyPath
from sim.storage.json_object import JsonObject
from sim.units import Unit, UnitError, convert

ACTIONS = [str(action) for action in Action]
TERMS = frozenset().union(*USES.values()) | {"until"}


def check_steps(checks: Checks, at: KeyPath, policy: JsonObject) -> None:
    """Note keys without effect in the steps of a policy's data, and take them out of it."""
    steps = policy.get("steps")
    for k, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, dict) and step.get("action") in ACTIONS:
            _check_step(checks, (*at, "steps", k), step)


def _check_step(checks: Checks, at: KeyPath, step: JsonObject) -> None:
    if step["action"] == str(Action.METER) and isinstance(step.get("value"), str):
        _read_rate(checks, at, step)
    for term in sorted(TERMS & step.keys()):
        if step[term] is None:  # until: null is no end, as if it were left out
            continue
        try:
            require_effect(Action.of(step["action"]), term)
        except ValueError as fault:
            checks.add((*at, term), str(fault), "take it out")
            del step[term]


def _read_rate(checks: Checks, at: KeyPath, step: JsonObject) -> None:
    """Turn the cap of a meter that was written with its unit into persons a day."""
    try:
        step["value"] = convert(step["value"], Unit("persons/d"))
    except UnitError as fault:
        checks.add((*at, "value"), f"value: {fault}")
        del step["value"]


def check_repeats(checks: Checks, at: KeyPath, record: object) -> None:
    """Note names that a list of a record has twice: more staff, say, would come twice."""
    if is_dataclass(record):
        for each in fields(record):
            check_repeats(checks, (*at, each.name), getattr(record, each.name))
    elif isinstance(record, tuple):
        for k, each in enumerate(record):
            if isinstance(each, str) and each in record[:k]:
                checks.add((*at, k), f"{quoted(each)} is named twice", "take one out")
            check_repeats(checks, (*at, k), each)
