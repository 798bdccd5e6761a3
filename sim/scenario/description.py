"""A scenario, or a type of policy or hypothesis, in plain words and tables.

What is said is taken from the checked records and their docstrings, so that nothing is told twice.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from sim.policies.composition import Joined
from sim.policies.timed import Step
from sim.scenario.scenario import (
    Claim,
    NamedHypothesis,
    NamedPolicy,
    NamedResponse,
    Scenario,
    Statement,
)
from sim.units import Unit
from sim.world.network import Crossing, Mode, Refers
from sim.world.parameters import PARAMETER_NAMES, parameter_facts

_PLAIN = {
    datetime: "time",
    date: "day",
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
}
_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """One part of a description.

    Attributes:
        title: what it is about.
        lines: sentences.
        columns: heads of the table; none where there is no table.
        rows: its cells.
    """

    title: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Key:
    """A key that a type of policy or hypothesis has in a scenario file."""

    name: str
    holds: str
    default: str
    meaning: str


# ---- a scenario


def describe_scenario(scenario: Scenario) -> Iterator[Section]:
    """Everything that a scenario says, part by part."""
    yield _summary(scenario)
    yield _crossings(scenario)
    yield _places(scenario)
    yield _demand(scenario)
    yield from _policies(scenario)
    yield from _hypotheses(scenario)
    yield from _responses(scenario)
    yield from _oversight(scenario)
    yield from _claims(scenario)
    yield _uncertainties(scenario)
    yield _assumptions(scenario)
    yield from _legal_positions(scenario)
    yield Section("Limits", tuple(f"- {limit}" for limit in scenario.limits))


def _summary(scenario: Scenario) -> Section:
    clock = scenario.world.clock
    start, end = (clock.instant(hour) for hour in (0.0, clock.duration_h))
    return Section(
        f"{scenario.title} ({scenario.name})",
        (
            scenario.summary,
            f"Period: {shown(start)} to {shown(end)}, {len(clock.days)} days; "
            f"times are those of {clock.zone}.",
            f"Runs: {scenario.replicates} states of the world with seed {scenario.seed} where "
            "nothing else is asked for; every policy meets the same states of the world.",
        ),
    )


def _crossings(scenario: Scenario) -> Section:
    return Section(
        "Crossings",
        (
            "Staff: people admitted at a time, then interviews at a time (after hours), each with "
            "the mean minutes a person.",
        ),
        ("crossing", "hours", "by", "gate", "interviews", "asylum", "source"),
        tuple(_crossing_row(each) for each in scenario.world.network.crossings),
    )


def _crossing_row(crossing: Crossing) -> tuple[str, ...]:
    hours = "; ".join(
        " ".join([each.hours, each.days if each.days != "Mon-Sun" else "", *_between(each)]).strip()
        for each in crossing.opening
    )
    registration = crossing.registration
    gate = f"{crossing.admission.lanes} x {shown(crossing.admission.service.mean_min)} min"
    interviews = (
        f"{registration.servers} ({registration.servers_after_hours}) x "
        f"{shown(registration.service.mean_min)} min"
    )
    modes = ", ".join(mode.value for mode in Mode if mode in crossing.modes)
    asylum = "yes" if crossing.accepts_asylum else "no"
    name = f"{crossing.name} ({crossing.id})"
    return (name, hours, modes, gate, interviews, asylum, crossing.source)


def _between(opening: Any) -> list[str]:
    since = [f"from {opening.since}"] if opening.since else []
    return since + ([f"until {opening.until}"] if opening.until else [])


def _places(scenario: Scenario) -> Section:
    network = scenario.world.network
    rows = [(f"{hub.name} ({hub.id})", "town or junction", hub.source) for hub in network.hubs]
    rows += [
        (f"{each.name} ({each.id})", f"crossing of another country, {each.country}", each.source)
        for each in network.neighbours
    ]
    rows += [
        (
            f"{each.name} ({each.id})",
            f"terrain border, {shown(each.length_km)} km, reached from {each.hub}",
            each.source,
        )
        for each in network.segments
    ]
    lines = (f"{len(network.roads)} roads join them.",)
    return Section("Places", lines, ("place", "what it is", "source"), tuple(rows))


def _demand(scenario: Scenario) -> Section:
    demand, clock = scenario.world.demand, scenario.world.clock

    def at(moment: datetime) -> str:
        return shown(clock.instant(clock.hours(moment)))

    def hubs(weights: Mapping[str, float]) -> str:
        return ", ".join(f"{hub} {shown(weight)}" for hub, weight in weights.items())

    rows = [
        (f"from {at(each.since)}", f"{shown(each.persons_per_d)} people a day", each.source)
        for each in demand.steps
    ]
    rows += [
        (each.name, f"share {shown(each.share)}, by way of {hubs(each.gateways)}", each.source)
        for each in demand.origins
    ]
    rows += [
        (f"there at {at(each.at)}", f"{each.persons} people: {hubs(each.gateways)}", each.source)
        for each in demand.stocks
    ]
    rows += [
        (f"group {each.id}", f"{each.persons} people at {each.hub}, {at(each.at)}", "given by hand")
        for each in demand.groups
    ]
    return Section(
        "People who want to cross", (), ("who or when", "how many", "source"), tuple(rows)
    )


def _policies(scenario: Scenario) -> Iterator[Section]:
    reference = scenario.policies[scenario.reference]
    yield Section("Policies", (f"The others are compared with {reference.label}.",))
    for each in scenario.policies.values():
        yield _rule(scenario, each, f"{each.label} ({each.id}), type {each.rule.type}")


def _hypotheses(scenario: Scenario) -> Iterator[Section]:
    contested = (
        "What it does is contested: no hypothesis is assumed, and every state of the world draws "
        "one."
    )
    yield Section("Hypotheses about the transit side", (contested,))
    total = sum(each.weight for each in scenario.hypotheses.values())
    for each in scenario.hypotheses.values():
        title = f"{each.label} ({each.id}), type {each.rule.type}, {each.weight / total:.0%}"
        yield _rule(scenario, each, f"{title} of states of the world")


def _responses(scenario: Scenario) -> Iterator[Section]:
    if not scenario.responses:
        return
    fixed = (
        "A fixed list of rival rules: each state of the world draws one that may go with its "
        "hypothesis."
    )
    yield Section("How the transit side answers to what it sees", (fixed,))
    for each in scenario.responses.values():
        title = f"{each.label} ({each.id}), type {each.rule.type}, weight {shown(each.weight)}"
        yield _rule(scenario, each, f"{title}, with {', '.join(each.hypotheses)}")


def _oversight(scenario: Scenario) -> Iterator[Section]:
    rules = scenario.oversight
    if rules is not None:
        lines = (f"- {name}: {text}" for name, text in _settings(scenario, rules))
        yield Section("Oversight of restrictive decisions", tuple(lines))


def _claims(scenario: Scenario) -> Iterator[Section]:
    if not scenario.claims:
        return
    neutral = "Each is told with who says it and who disputes it; no side is taken."
    yield Section("Contested claims", (neutral,))
    for each in scenario.claims:
        yield Section(f"{each.id}: {each.claim}", tuple(_claim(each)))


def _legal_positions(scenario: Scenario) -> Iterator[Section]:
    if scenario.legal_positions:
        told = (
            f"- {each.who} ({each.when}): {each.position} [{each.source}]"
            for each in scenario.legal_positions
        )
        yield Section("What the law is held to be", tuple(told))


def _claim(claim: Claim) -> Iterator[str]:
    yield f"Status: {claim.status}. {claim.note}"
    yield from (f"- said by {_statement(each)}" for each in claim.said_by)
    yield from (f"- disputed by {_statement(each)}" for each in claim.disputed_by)
    if not claim.disputed_by:
        yield "- disputed by nobody on record"
    yield f"Would move: {', '.join(claim.moves) or 'nothing in the model yet'}"


def _statement(statement: Statement) -> str:
    return f"{statement.who} ({statement.when}) [{statement.source}]"


def _rule(
    scenario: Scenario, named: NamedPolicy | NamedHypothesis | NamedResponse, title: str
) -> Section:
    lines = [named.summary] if named.summary else []
    lines += [f"- {name}: {text}" for name, text in _settings(scenario, named.rule)]
    return Section(title, (*lines, f"Source: {named.source}"))


def _settings(scenario: Scenario, rule: Any) -> Iterator[tuple[str, str]]:
    """What a rule's keys say, where they say anything; the steps of a calendar one by one."""
    for each in fields(rule):
        value = getattr(rule, each.name)
        if isinstance(rule, Joined) and each.name == "rules":
            continue
        if isinstance(value, tuple) and value and isinstance(value[0], Step):
            yield from ((shown(_local(scenario, s.effective)), _step(scenario, s)) for s in value)
        elif value not in (None, (), frozenset(), {}) and value != each.default:
            yield each.name, _shown_in(scenario, value)


def _step(scenario: Scenario, step: Step) -> str:
    until = f" until {shown(_local(scenario, step.until))}" if step.until else ""
    about = (*step.crossings, *step.segments, *step.origins, *step.neighbours)
    return (
        f"{step.action.value} {', '.join(about)}{until}, announced "
        f"{shown(_local(scenario, step.announced))} [{step.source}]"
    )


def _local(scenario: Scenario, moment: datetime) -> datetime:
    clock = scenario.world.clock
    return clock.instant(clock.hours(moment))


def _shown_in(scenario: Scenario, value: Any) -> str:
    if isinstance(value, datetime):
        return shown(_local(scenario, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown_in(scenario, each)}" for key, each in value.items())
    return shown(value)


def _uncertainties(scenario: Scenario) -> Section:
    rows = tuple(
        (
            each.parameter,
            f"{shown(each.low)} to {shown(each.high)}",
            shown(each.central),
            parameter_facts(each.parameter)["unit"],
            each.scale,
            each.source,
        )
        for each in scenario.uncertainties
    )
    lines = (
        "Each state of the world draws these anew: half of the states of the world on either side "
        "of the centre.",
    )
    columns = ("parameter", "range", "centre", "unit", "scale", "source")
    return Section("Uncertainties", lines, columns, rows)


def _assumptions(scenario: Scenario) -> Section:
    rows = []
    for each in scenario.assumptions:
        known = each.key in PARAMETER_NAMES
        meaning = parameter_facts(each.key)["meaning"] if known else "people who want to cross"
        spread = "" if each.low is None else f"{shown(each.low)} to {shown(each.high)}"
        rows.append((each.key, shown(each.value), each.unit, spread, meaning, each.source))
    columns = ("assumption", "value", "unit", "drawn from", "meaning", "source")
    return Section("Assumptions", (), columns, tuple(rows))


def shown(value: Any) -> str:
    """A value of a scenario as a reader would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown(each)}" for key, each in value.items())
    if isinstance(value, tuple | list):
        joint = "; then " if value and isinstance(value[0], tuple) else ", "
        return joint.join(map(shown, value))
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(shown, value)))
    return str(value)


# ---- types of policies and hypotheses


def first_line(kind: type[Any]) -> str:
    """What a type is, in a line."""
    return (kind.__doc__ or "").strip().split("\n", maxsplit=1)[0]


def keys_of(kind: type[Any]) -> list[Key]:
    """The keys of a type, with what they hold and mean; those of its parts after them."""
    hints = get_type_hints(kind, include_extras=True)
    meanings = {
        found[1]: " ".join(found[2].split())
        for found in _ATTRIBUTE.finditer(inspect.getdoc(kind) or "")
    }
    own = [
        Key(each.name, _words(hints[each.name]), _default(each), meanings.get(each.name, ""))
        for each in fields(kind)
    ]
    parts = [(each.name, part) for each in fields(kind) for part in _parts(hints[each.name])]
    inner = [
        Key(f"{name}.{key.name}", key.holds, key.default, key.meaning)
        for name, part in parts
        for key in keys_of(part)
    ]
    return own + inner


def _default(field: Any) -> str:
    if field.default is not MISSING:
        return "none" if field.default in (None, (), frozenset()) else shown(field.default)
    return "must be given" if field.default_factory is MISSING else "none"


def _words(annotation: Any) -> str:
    """What a key holds, in words."""
    if get_origin(annotation) is Annotated:
        return _annotated_words(annotation)
    inner = [each for each in get_args(annotation) if each not in (Ellipsis, types.NoneType)]
    if get_origin(annotation) in (Union, types.UnionType):
        return " or ".join(map(_words, inner))
    if get_origin(annotation) in (tuple, frozenset):
        return f"list of {_words(inner[0])}"
    if inner:
        key = "name" if inner[0] is str else _words(inner[0])
        return f"{_words(inner[1])} by {key}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(str(each.value) for each in annotation)
    return _PLAIN.get(annotation, getattr(annotation, "__name__", "").lower())


def _annotated_words(annotation: Any) -> str:
    marks: Sequence[Any] = annotation.__metadata__
    for mark in marks:
        if isinstance(mark, Refers):
            return f"{mark.kind} id"
    units = [str(mark) for mark in marks if isinstance(mark, Unit)]
    return ", ".join([_words(get_args(annotation)[0]), *units])


def _parts(annotation: Any) -> Iterator[type[Any]]:
    """Records that a key holds."""
    if isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    for each in get_args(annotation):
        yield from _parts(each)
