"""Parameters of a scenario: central values, ranges that are drawn from, and the list of all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sim.errors import did_you_mean
from sim.scenario.checking import KeyPath
from sim.scenario.draft import Draft
from sim.scenario.drawn_keys import central_value, is_drawn_key, unit_of_key
from sim.scenario.named_rules import NamedRules
from sim.scenario.records import Assumption, Uncertainty
from sim.scenario.schema import UncertainRange
from sim.world.demand_over_time import DemandPeriod
from sim.world.origins import PersonsRange
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts
from sim.world.parameters import Parameters


def parameters_of(draft: Draft) -> Parameters:
    """The central values: the file's, and for the others the model's own."""
    values = {}
    for name, given in draft.file.parameters.items():
        if _is_parameter(draft, "parameters", name):
            _check_bounds(draft, ("parameters", name, "value"), name, given.value)
            values[name] = given.value
    return replace(Parameters(), **values)


def uncertainties_of(
    draft: Draft, parameters: Parameters, rules: NamedRules
) -> tuple[Uncertainty, ...]:
    """What each state of the world draws, with its range: parameters, keys, stocks, controls."""
    drawn = []
    for name, given in draft.file.uncertainties.items():
        if "." in name:
            central = central_value(draft, name, given, rules)
        elif _is_parameter(draft, "uncertainties", name):
            central = getattr(parameters, name)
            _check_bounds(draft, ("uncertainties", name, "low"), name, given.low)
            _check_bounds(draft, ("uncertainties", name, "high"), name, given.high)
        else:
            continue
        if central is not None:
            _check_range(draft, name, given, central)
            drawn.append(_drawn(name, given, central))
    controls = (
        Uncertainty(each.draw_name, 0.0, each.chance, 1.0, "switch", each.source)
        for each in rules.controls.values()
    )
    return (*drawn, *_ranges_of_stocks(draft), *controls)


def _drawn(name: str, given: UncertainRange, central: float) -> Uncertainty:
    return Uncertainty(name, given.low, central, given.high, given.scale, given.source)


def _ranges_of_stocks(draft: Draft) -> Iterator[Uncertainty]:
    """The people of stocks that are drawn, with their ranges."""
    for stock in draft.file.demand.stocks:
        if isinstance(given := stock.persons, PersonsRange):
            yield Uncertainty(
                stock.draw_name, given.low, given.central, given.high, given.scale, given.source
            )


def _is_parameter(draft: Draft, section: str, name: str) -> bool:
    known = name in PARAMETER_NAMES
    if not known:
        hint = did_you_mean(name, PARAMETER_NAMES)
        draft.checks.add((section, name), f"unknown parameter {name!r}", hint)
    return known


def _check_bounds(draft: Draft, key: KeyPath, name: str, value: float) -> None:
    facts = parameter_facts(name)
    if not facts["low"] <= value <= facts["high"]:
        unit = "" if facts["unit"] == "1" else f" {facts['unit']}"
        draft.checks.add(
            key, f"{name} must be between {facts['low']} and {facts['high']}{unit}, got {value}"
        )


def _check_range(draft: Draft, name: str, given: UncertainRange, central: float) -> None:
    key = ("uncertainties", name)
    if not given.low <= central <= given.high:
        message = f"the range {given.low} to {given.high} misses the central value {central}"
        draft.checks.add(key, message)
    elif given.scale == "log" and given.low <= 0.0:
        draft.checks.add((*key, "low"), "a logarithmic range must begin above 0")


def assumptions_of(
    draft: Draft,
    parameters: Parameters,
    drawn: Sequence[Uncertainty],
    periods: Sequence[DemandPeriod],
) -> Iterator[Assumption]:
    """Every number of the model with where it comes from.

    That is parameters, keys that are drawn, controls, demand over time and stocks.
    """
    for name in PARAMETER_NAMES:
        facts = parameter_facts(name)
        given = draft.file.parameters.get(name)
        spread = draft.file.uncertainties.get(name)
        yield Assumption(
            key=name,
            value=getattr(parameters, name),
            unit=facts["unit"],
            low=spread.low if spread else None,
            high=spread.high if spread else None,
            source=given.source if given else facts["source"],
            acts_on=facts["acts_on"],
            borrowed_from="" if given or _owns(draft, facts["case"]) else facts["case"],
        )
    yield from _assumed_keys(drawn)
    yield from _assumed_demand(draft, periods)


def _assumed_keys(drawn: Sequence[Uncertainty]) -> Iterator[Assumption]:
    """Keys of crossings, hypotheses and controls that are drawn, and the chance of controls."""
    for each in drawn:
        if is_drawn_key(each.parameter):
            unit = unit_of_key(each.parameter)
            yield Assumption(each.parameter, each.central, unit, each.low, each.high, each.source)
        elif each.scale == "switch":
            key = f"chance of {each.parameter}"
            yield Assumption(key, each.central, "1", None, None, each.source)


def _owns(draft: Draft, case: str) -> bool:
    """Whether a scenario is the case, or a variant of it: ``finland-2023-...``."""
    return draft.file.name == case or draft.file.name.startswith(f"{case}-")


def _assumed_demand(draft: Draft, periods: Sequence[DemandPeriod]) -> Iterator[Assumption]:
    demand = draft.file.demand
    for step in demand.steps:
        key = f"demand from {step.since.date()}"
        yield Assumption(key, step.persons_per_d, "persons/d", None, None, step.source)
    if demand.table:
        counted = math.fsum(each.persons for each in periods)
        key = f"demand of {demand.table.file}"
        yield Assumption(key, counted, "persons", None, None, demand.table.source)
    for k, stock in enumerate(demand.stocks):
        given = stock.persons
        key = stock.draw_name if stock.id else f"stocks.{k}"
        if isinstance(given, PersonsRange):
            ends = (float(given.low), float(given.high))
            yield Assumption(key, float(given.central), "persons", *ends, given.source)
        else:
            yield Assumption(key, float(given), "persons", None, None, stock.source)


def at_ends(
    parameters: Parameters,
    drawn: Sequence[Uncertainty],
    *,
    low: Sequence[str] = (),
    high: Sequence[str] = (),
) -> Parameters:
    """Parameters with some at the lowest or highest value that may be drawn."""
    ends = {each.parameter: each.low for each in drawn if each.parameter in low}
    ends |= {each.parameter: each.high for each in drawn if each.parameter in high}
    return replace(parameters, **ends)
