"""A scenario in plain words and tables, out of its checked records and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from sim.clock import Clock, Opening
from sim.engine.codes import Mode
from sim.hypotheses import OF_PACE, GateStep
from sim.policies.composition import Joined
from sim.policies.orders import USES
from sim.policies.timed import Step
from sim.scenario.counted_periods import without_overlaps
from sim.scenario.observed_series import modelled_as, places_of
from sim.scenario.records import (
    Claim,
    NamedHypothesis,
    NamedPolicy,
    NamedResponse,
    Observation,
    ScenarioRecord,
    Statement,
)
from sim.scenario.value_text import shown
from sim.world.modelled import not_modelled
from sim.world.network import Crossing, Segment
from sim.world.origins import PersonsRange, Stock
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts


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


def describe_scenario(scenario: ScenarioRecord) -> Iterator[Section]:
    """Everything that a scenario says, part by part."""
    yield _summary(scenario)
    yield from _warnings(scenario)
    yield _crossings(scenario)
    yield _places(scenario)
    yield _demand(scenario)
    yield from _policies(scenario)
    yield from _hypotheses(scenario)
    yield from _responses(scenario)
    yield from _controls(scenario)
    yield from _oversight(scenario)
    yield from _claims(scenario)
    yield _uncertainties(scenario)
    yield _assumptions(scenario)
    yield from _legal_positions(scenario)
    yield from _observed(scenario)
    yield Section("Limits", tuple(f"- {limit}" for limit in scenario.limits))


def _summary(scenario: ScenarioRecord) -> Section:
    clock = scenario.world.clock
    start, end = (clock.instant(hour) for hour in (0.0, clock.duration_h))
    return Section(
        f"{scenario.title} ({scenario.name})",
        (
            scenario.summary,
            f"Period: {shown(start)} to {shown(end)}, {len(clock.days)} days; "
            f"times are those of {clock.zone}{_transit_clock(clock)}.",
            f"Runs: {scenario.replicates} states of the world{_runs_in_each(scenario)} with seed "
            f"{scenario.seed} where nothing else is asked for; every policy is run in the same "
            "ones.",
            *_left_out(scenario),
        ),
    )


def _transit_clock(clock: Clock) -> str:
    return f"; the transit side goes by {clock.transit_zone}" if clock.transit_zone else ""


def _left_out(scenario: ScenarioRecord) -> Iterator[str]:
    if missing := sorted(not_modelled(scenario.world)):
        yield (
            f"Not modelled, since the file has nothing of it: {', '.join(missing)}. Indicators and "
            "charts of that have no value, which is not zero."
        )


def _runs_in_each(scenario: ScenarioRecord) -> str:
    return f", {scenario.runs_per_state} runs in each," if scenario.runs_per_state else ""


def _warnings(scenario: ScenarioRecord) -> Iterator[Section]:
    if scenario.warnings:
        lines = (f"- {warning}" for warning in scenario.warnings)
        yield Section("Warnings: what is probably not meant", tuple(lines))


def _crossings(scenario: ScenarioRecord) -> Section:
    if not scenario.world.network.crossings:
        return Section("Crossings", ("There are none: people can only cross the terrain border.",))
    return Section(
        "Crossings",
        (
            "Staff: people admitted at a time, then interviews at a time (after hours), each with "
            "the mean minutes a person. The yardstick is the daily_capacity: days with more "
            "arrivals count as over capacity; it limits nobody.",
        ),
        ("crossing", "hours", "by", "gate", "interviews", "asylum", "yardstick", "source"),
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
    modes = ", ".join(str(mode) for mode in Mode if mode in crossing.modes)
    asylum = "yes" if crossing.accepts_asylum else "no"
    name = f"{crossing.name} ({crossing.id})"
    capacity = crossing.daily_capacity
    yardstick = "none" if capacity is None else f"{capacity} a day"
    return (name, hours, modes, gate, interviews, asylum, yardstick, crossing.source)


def _between(opening: Opening) -> list[str]:
    since = [f"from {opening.since}"] if opening.since else []
    return since + ([f"until {opening.until}"] if opening.until else [])


def _places(scenario: ScenarioRecord) -> Section:
    network = scenario.world.network
    rows = [(f"{hub.name} ({hub.id})", "town or junction", hub.source) for hub in network.hubs]
    rows += [
        (f"{each.name} ({each.id})", f"crossing of another country, {each.country}", each.source)
        for each in network.neighbours
    ]
    rows += [
        (
            f"{each.name} ({each.id})",
            f"terrain border, {shown(each.length_km)} km, {_ways_to(each)}",
            each.source,
        )
        for each in network.segments
    ]
    lines = (f"{len(network.roads)} roads join them.",)
    return Section("Places", lines, ("place", "what it is", "source"), tuple(rows))


def _ways_to(segment: Segment) -> str:
    """From where a stretch is reached, and where people found there apply."""
    hubs = ", ".join(
        f"{hub} ({shown(hours)} h)" if hours else hub for hub, hours in segment.walks.items()
    )
    reached = f"reached from {hubs}" if hubs else "reached by road"
    at = "people found apply there" if segment.crossing is None else f"found: {segment.crossing}"
    back = f"; {segment.pushback:.0%} of them pushed back" if segment.pushback else ""
    return f"{reached}; {at}{back}"


def _demand(scenario: ScenarioRecord) -> Section:
    columns = ("who or when", "how many", "source")
    return Section("People who want to cross", (), columns, tuple(_demand_rows(scenario)))


def _demand_rows(scenario: ScenarioRecord) -> Iterator[tuple[str, ...]]:
    demand = scenario.world.demand
    for step in demand.steps:
        since = shown(_local(scenario, step.since))
        yield f"from {since}", f"{shown(step.persons_per_d)} people a day", step.source
    if demand.table:
        yield f"table {demand.table.file}", _counted(scenario), demand.table.source
    for origin in demand.origins:
        share = "" if origin.share is None else f"share {shown(origin.share)}, "
        yield origin.name, f"{share}by way of {shown(origin.gateways)}", origin.source
    for changed in demand.shares:
        since = shown(_local(scenario, changed.since))
        yield f"shares from {since}", shown(changed.shares), changed.source
    for stock in demand.stocks:
        at = shown(_local(scenario, stock.at))
        people = f"{_people_of(stock)} people: {shown(stock.gateways)}"
        yield f"there at {at}", people, stock.source
    for group in demand.groups:
        at = shown(_local(scenario, group.at))
        yield f"group {group.id}", f"{group.persons} people at {group.hub}, {at}", "given by hand"


def _people_of(stock: Stock) -> str:
    given = stock.persons
    if isinstance(given, PersonsRange):
        return (
            f"{given.low} to {given.high} (half of the states of the world below {given.central})"
        )
    return str(given)


def _counted(scenario: ScenarioRecord) -> str:
    """What a table of demand counts, by origin, within the scenario."""
    world, table = scenario.world, scenario.world.demand.table
    people = dict.fromkeys((each.name for each in world.demand.origins), 0.0)
    for inflow in world.inflows:
        people[world.demand.origins[inflow.origin].name] += inflow.persons
    exact = "just as many come" if table and table.exact else "means, by chance more or fewer come"
    each = ", ".join(f"{name} {many:,.0f}" for name, many in people.items())
    return f"{sum(people.values()):,.0f} people within the period ({exact}): {each}"


def _policies(scenario: ScenarioRecord) -> Iterator[Section]:
    reference = scenario.policies[scenario.reference]
    yield Section("Policies", (f"The others are compared with {reference.label}.",))
    for each in scenario.policies.values():
        yield _rule(scenario, each, f"{each.label} ({each.id}), type {each.rule.type}")


def _hypotheses(scenario: ScenarioRecord) -> Iterator[Section]:
    contested = (
        "What it does is contested: no hypothesis is assumed, and every state of the world "
        "draws one."
    )
    yield Section("Hypotheses about the transit side", (contested,))
    total = sum(each.weight for each in scenario.hypotheses.values())
    for each in scenario.hypotheses.values():
        title = f"{each.label} ({each.id}), type {each.rule.type}, {each.weight / total:.0%}"
        yield _rule(scenario, each, f"{title} of the states of the world")


def _responses(scenario: ScenarioRecord) -> Iterator[Section]:
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


def _controls(scenario: ScenarioRecord) -> Iterator[Section]:
    for each in scenario.controls.values():
        lines = [each.summary] if each.summary else []
        lines += [
            f"- {shown(_local(scenario, step.since))}: {_gate_step(step)}" for step in each.steps
        ]
        title = f"{each.label} ({each.id}), in {each.chance:.0%} of the states of the world with "
        yield Section(f"{title}{', '.join(each.hypotheses)}", (*lines, f"Source: {each.source}"))


def _oversight(scenario: ScenarioRecord) -> Iterator[Section]:
    rules = scenario.oversight
    if rules is not None:
        lines = (f"- {name}: {text}" for name, text in _settings(scenario, rules))
        yield Section("Oversight of restrictive decisions", tuple(lines))


def _claims(scenario: ScenarioRecord) -> Iterator[Section]:
    if not scenario.claims:
        return
    neutral = "Each is listed with who says it and who disputes it; no side is taken."
    yield Section("Contested claims", (neutral,))
    for each in scenario.claims:
        yield Section(f"{each.id}: {each.claim}", tuple(_claim(each)))


def _legal_positions(scenario: ScenarioRecord) -> Iterator[Section]:
    if scenario.legal_positions:
        lines = (
            f"- {each.who} ({each.when}): {each.position} [{each.source}]"
            for each in scenario.legal_positions
        )
        yield Section("What the law is held to be", tuple(lines))


def _observed(scenario: ScenarioRecord) -> Iterator[Section]:
    """What was counted where, and what it is compared with."""
    counted: dict[tuple[str, str, bool], list[Observation]] = {}
    for each in scenario.observed:
        if each.count is not None or each.high is not None:
            counted.setdefault((each.series, each.place, bool(each.origin)), []).append(each)
    if not counted:
        return
    kinds = places_of(scenario).kinds
    rows = [
        (
            f"{series} by origin" if of_origin else series,
            place,
            _of_which_compared(some),
            f"{min(e.period_start for e in some)} to {max(e.period_end for e in some)}",
            modelled_as(series, kinds[place], "any" if of_origin else "") or "not modelled",
        )
        for (series, place, of_origin), some in counted.items()
    ]
    columns = ("series", "place", "counts", "days", "compared with")
    yield Section("Observed counts", (), columns, tuple(rows))


def _of_which_compared(counts: Sequence[Observation]) -> str:
    """How many there are; and how many of them share no day, which charts and calibration take."""
    by_origin: dict[str, list[Observation]] = {}
    for each in counts:
        by_origin.setdefault(each.origin, []).append(each)
    apart = sum(len(without_overlaps(some)) for some in by_origin.values())
    return str(apart) if apart == len(counts) else f"{len(counts)}, {apart} without overlaps"


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
    scenario: ScenarioRecord, named: NamedPolicy | NamedHypothesis | NamedResponse, title: str
) -> Section:
    lines = [named.summary] if named.summary else []
    lines += [f"- {name}: {text}" for name, text in _settings(scenario, named.rule)]
    return Section(title, (*lines, f"Source: {named.source}"))


def _settings(scenario: ScenarioRecord, rule: object) -> Iterator[tuple[str, str]]:
    """What a rule's keys say, where they say anything; the steps of a calendar one by one."""
    assert is_dataclass(rule), "rules are records"
    for each in fields(rule):
        value = getattr(rule, each.name)
        if isinstance(rule, Joined):
            if each.name == "parts":
                yield from zip(rule.states or ("parts",), _named_parts(rule), strict=True)
            continue
        if isinstance(value, tuple) and value and isinstance(value[0], Step):
            yield from ((shown(_local(scenario, s.effective)), _step(scenario, s)) for s in value)
        elif isinstance(value, tuple) and value and isinstance(value[0], GateStep):
            yield from ((shown(_local(scenario, s.since)), _gate_step(s)) for s in value)
        elif value not in (None, (), frozenset(), {}) and value != each.default:
            yield each.name, _shown_in(scenario, value)


def _named_parts(rule: Joined) -> Sequence[str]:
    """The policies that one is made of: by state, or together."""
    return rule.parts if rule.states else (", ".join(rule.parts),)


def _step(scenario: ScenarioRecord, step: Step) -> str:
    until = f" until {shown(_local(scenario, step.until))}" if step.until else ""
    about = (*step.crossings, *step.segments, *step.origins, *step.neighbours)
    value = f" {shown(step.value)}" if "value" in USES[step.action] else ""
    return (
        f"{step.action}{value} {', '.join(about)}{until}, announced "
        f"{shown(_local(scenario, step.announced))} [{step.source}]"
    )


def _gate_step(step: GateStep) -> str:
    """What the transit side does at its gates from then on."""
    where = f"at {', '.join(step.crossings)}" if step.crossings else "everywhere"
    whom = f", people of {', '.join(step.origins)}" if step.origins else ""
    how = [
        f"{each.name} {shown(value)}"
        for each in fields(step)
        if each.name in OF_PACE and (value := getattr(step, each.name)) != each.default
    ]
    return f"{step.action} {where}{whom}{': ' if how else ''}{', '.join(how)} [{step.source}]"


def _local(scenario: ScenarioRecord, moment: datetime) -> datetime:
    """A time by the scenario's clock; without an offset it is one by the transit side's."""
    clock = scenario.world.clock
    return clock.instant(clock.transit_hours(moment))


def _shown_in(scenario: ScenarioRecord, value: object) -> str:
    if isinstance(value, datetime):
        return shown(_local(scenario, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown_in(scenario, each)}" for key, each in value.items())
    return shown(value)


def _uncertainties(scenario: ScenarioRecord) -> Section:
    rows = tuple(
        (
            each.parameter,
            f"{shown(each.low)} to {shown(each.high)}",
            shown(each.central),
            _unit(each.parameter),
            each.scale,
            each.source,
        )
        for each in scenario.uncertainties
    )
    drawn = "Each state of the world draws these: half of the states on either side of the centre."
    columns = ("parameter", "range", "centre", "unit", "scale", "source")
    return Section("Uncertainties", (drawn,), columns, rows)


def _unit(name: str) -> str:
    """The unit of what a state of the world draws: of a parameter, or of a stock's people."""
    return parameter_facts(name)["unit"] if name in PARAMETER_NAMES else "persons"


def _assumptions(scenario: ScenarioRecord) -> Section:
    rows = []
    for each in scenario.assumptions:
        known = each.key in PARAMETER_NAMES
        meaning = parameter_facts(each.key)["meaning"] if known else "people who want to cross"
        spread = "" if each.low is None else f"{shown(each.low)} to {shown(each.high)}"
        borrowed = f"borrowed from {each.borrowed_from}: " if each.borrowed_from else ""
        source = borrowed + each.source
        rows.append((each.key, shown(each.value), each.unit, spread, meaning, source))
    columns = ("assumption", "value", "unit", "drawn from", "meaning", "source")
    return Section("Assumptions", tuple(borrowed_lines(scenario)), columns, tuple(rows))


def borrowed_lines(scenario: ScenarioRecord) -> Iterator[str]:
    """What a scenario borrows of other cases, a line a case."""
    for case, names in scenario.borrowed.items():
        count = "1 parameter has" if len(names) == 1 else f"{len(names)} parameters have"
        yield (
            f"{count} the value of {case}, borrowed until 'parameters' gives a value and a source "
            f"of this case: {', '.join(names)}"
        )
