"""Policies, hypotheses and responses of a scenario, each checked as a record of its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from sim.errors import did_you_mean
from sim.hypotheses import (
    Checks,
    GateStep,
    Hypothesis,
    Response,
    registered_hypotheses,
    registered_responses,
)
from sim.policies import Policy, registered_policies
from sim.policies.composition import (
    MOST_PARTS,
    ByState,
    Joined,
    Together,
    rules_by_state,
    single_rules,
)
from sim.policies.oversight import Oversight
from sim.scenario.checking import KeyPath
from sim.scenario.draft import Draft
from sim.scenario.named_ids import ids_named
from sim.scenario.records import NamedControl, NamedHypothesis, NamedPolicy, NamedResponse
from sim.scenario.schema import Described, WeightedResponse
from sim.scenario.step_keys import check_repeats, check_steps

MOST_NESTED = 10
RuleT = TypeVar("RuleT")


@dataclass(frozen=True)
class NamedRules:
    """What decides in a scenario, by name and in the file's order.

    Attributes:
        policies: what the receiving state may decide.
        hypotheses: what the transit side may do.
        responses: how it may respond to what it sees.
        controls: what it may have done at its gates besides.
        oversight: how restrictive decisions are reviewed, or None.
    """

    policies: Mapping[str, NamedPolicy]
    hypotheses: Mapping[str, NamedHypothesis]
    responses: Mapping[str, NamedResponse]
    controls: Mapping[str, NamedControl]
    oversight: Oversight | None


def named_rules_of(draft: Draft) -> NamedRules:
    """Every rule of the file; those that are wrong are left out, with the problems noted."""
    policies = _policies(draft)
    hypotheses = _hypotheses(draft)
    return NamedRules(
        policies, hypotheses, _responses(draft, hypotheses), _controls(draft), _oversight(draft)
    )


def _rule(
    draft: Draft, section: str, name: str, given: Described, kinds: Mapping[str, type[RuleT]]
) -> RuleT | None:
    kind = kinds.get(given.type)
    if kind is None:
        hint = did_you_mean(given.type, kinds) or f"types are {', '.join(kinds)}"
        draft.checks.add((section, name, "type"), f"unknown type {given.type!r}", hint)
        return None
    data = dict(given.model_extra or {})
    if section == "policies":
        check_steps(draft.checks, (section, name), data)
    rule = draft.checks.validate(kind, data, (section, name), draft.ids)
    check_repeats(draft.checks, (section, name), rule)
    return rule


# ---- policies


def _policies(draft: Draft) -> dict[str, NamedPolicy]:
    file = draft.file
    rules: dict[str, Policy | None] = {
        name: _rule(draft, "policies", name, given, registered_policies())
        for name, given in file.policies.items()
    }
    named = {}
    for name, given in file.policies.items():
        rule = _joined(draft, name, rules, ())
        if rule is not None:
            named[name] = NamedPolicy(
                name, given.label, given.summary, given.source, rule, given.concession
            )
    if file.reference not in file.policies:
        hint = did_you_mean(file.reference, file.policies)
        draft.checks.add(("reference",), f"no policy {file.reference!r}", hint)
    return named


def _joined(
    draft: Draft, name: str, rules: Mapping[str, Policy | None], above: tuple[str, ...]
) -> Policy | Joined | None:
    """A policy; where it is made of others, with these in the place of their names."""
    rule = rules[name]
    if not isinstance(rule, Together | ByState):
        return rule
    parts: list[Policy | Joined] = []
    many = 0
    for key, part in _named_parts(name, rule):
        if part in (*above, name):
            draft.checks.add(key, f"{part!r} would be a part of itself", "take it out")
            return None
        nested = len(above) >= MOST_NESTED
        joined = None if nested else _joined(draft, part, rules, (*above, name))
        many += sum(1 for _ in single_rules(joined)) if joined is not None else 0
        if joined is None or many > MOST_PARTS:
            _refuse_size(draft, key, nested=nested, many=many)
            return None
        if isinstance(rule, ByState):
            _check_own_crossings(draft, key, joined)
        parts.append(joined)
    if isinstance(rule, ByState):
        return Joined(tuple(rule.states.values()), tuple(parts), tuple(rule.states))
    return Joined(rule.parts, tuple(parts))


def _named_parts(name: str, rule: Together | ByState) -> list[tuple[KeyPath, str]]:
    """The policies that one is made of, with the key paths of their names."""
    if isinstance(rule, ByState):
        return [(("policies", name, "states", at), part) for at, part in rule.states.items()]
    return [(("policies", name, "parts", k), part) for k, part in enumerate(rule.parts)]


def _check_own_crossings(draft: Draft, key: KeyPath, rule: Policy | Joined) -> None:
    """A state orders nothing about crossings of another."""
    state = key[-1]
    own = [each.id for each in draft.file.crossings if each.state == state]
    if isinstance(rule, Joined) and any(True for at, _ in rules_by_state(rule) if at is not None):
        draft.checks.add(key, "is a policy of several states itself", "name those of one state")
    for single in single_rules(rule):
        for crossing in ids_named(single, "crossing"):
            if crossing not in own:
                message = f"orders about {crossing!r}, which is no crossing of {state!r}"
                draft.checks.add(key, message)


def _refuse_size(draft: Draft, key: KeyPath, *, nested: bool, many: int) -> None:
    """Why a policy cannot be joined; nothing where a part of it has been refused already."""
    if nested:
        draft.checks.add(key, f"policies are nested deeper than {MOST_NESTED}")
    elif many > MOST_PARTS:
        draft.checks.add(key, f"is made of more than {MOST_PARTS} policies")


# ---- the transit side


def _hypotheses(draft: Draft) -> dict[str, NamedHypothesis]:
    named = {}
    for name, given in draft.file.hypotheses.items():
        rule: Hypothesis | None = _rule(draft, "hypotheses", name, given, registered_hypotheses())
        if rule is not None:
            named[name] = NamedHypothesis(
                name, given.label, given.summary, given.source, given.weight, rule
            )
    if sum(given.weight for given in draft.file.hypotheses.values()) <= 0.0:
        draft.checks.add(("hypotheses",), "the weights of the hypotheses are all zero")
    return named


def _responses(draft: Draft, hypotheses: Mapping[str, NamedHypothesis]) -> dict[str, NamedResponse]:
    named = {}
    for name, given in draft.file.responses.items():
        rule = _rule(draft, "responses", name, given, registered_responses())
        if rule is not None:
            paired = _paired(draft, name, given, rule, hypotheses)
            named[name] = NamedResponse(
                name, given.label, given.summary, given.source, given.weight, paired, rule
            )
    return named


def _paired(
    draft: Draft,
    name: str,
    given: WeightedResponse,
    rule: Response,
    hypotheses: Mapping[str, NamedHypothesis],
) -> tuple[str, ...]:
    """Hypotheses that a response goes with: those named, or all that it may go with."""
    idle = {each.id for each in hypotheses.values() if isinstance(each.rule, Checks)}
    if not given.hypotheses:
        return tuple(each for each in hypotheses if not (rule.needs_actor and each in idle))
    for k, hypothesis in enumerate(given.hypotheses):
        key = ("responses", name, "with", k)
        if hypothesis not in draft.file.hypotheses:
            draft.checks.add_missing(key, "hypothesis", hypothesis, draft.file.hypotheses)
        elif rule.needs_actor and hypothesis in idle:
            draft.checks.add(
                key,
                f"a response of type {given.type!r} needs a transit side that does something; "
                f"{hypothesis!r} is of type {Checks.type!r}",
                "take it out, or use the type 'scripted' or 'cost-sensitive'",
            )
    return given.hypotheses


def _controls(draft: Draft) -> dict[str, NamedControl]:
    """Controls with the hypotheses with which they may be drawn: those named, or all."""
    named = {}
    for name, given in draft.file.controls.items():
        for k, hypothesis in enumerate(given.hypotheses):
            if hypothesis not in draft.file.hypotheses:
                key = ("controls", name, "with", k)
                draft.checks.add_missing(key, "hypothesis", hypothesis, draft.file.hypotheses)
        _check_named_places(draft, name)
        paired = given.hypotheses or tuple(draft.file.hypotheses)
        named[name] = NamedControl(
            name, given.label, given.summary, given.source, given.chance, paired, given.steps
        )
    return named


def _check_named_places(draft: Draft, name: str) -> None:
    """The crossings and origins that the steps of a control name are there."""
    place = ("controls", name, "steps")
    steps = draft.checks.document.data_at(place)
    draft.checks.validate(tuple[GateStep, ...], steps, place, draft.ids)


def _oversight(draft: Draft) -> Oversight | None:
    """The record of oversight, with the names in it checked."""
    given = draft.checks.document.data.get("oversight")
    if given is None:
        return None
    return draft.checks.validate(Oversight, given, ("oversight",), draft.ids)
