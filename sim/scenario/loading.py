"""From a scenario file to a checked scenario; all problems at once, each with its place."""

from __future__ import annotations

import hashlib
import math
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sim.clock import Clock
from sim.engine.route_choice import leg_costs, recursive_costs
from sim.errors import ScenarioError, did_you_mean, nearest, quoted
from sim.hypotheses import registered_hypotheses, registered_responses
from sim.outcomes.total import TOTAL
from sim.policies import Policy, registered_policies
from sim.policies.composition import MOST_PARTS, Joined, Together, single_rules
from sim.policies.oversight import Oversight
from sim.scenario.checking import Checks, KeyPath, keys_within
from sim.scenario.claims import read_claims
from sim.scenario.csv_tables import LARGEST_TABLE_BYTES, read_observed, read_weather
from sim.scenario.document import read_document
from sim.scenario.scenario import (
    Area,
    Assumption,
    Claim,
    NamedHypothesis,
    NamedPolicy,
    NamedResponse,
    Observation,
    Scenario,
    Uncertainty,
)
from sim.scenario.schema import (
    Described,
    ScenarioFile,
    WeightedHypothesis,
    WeightedResponse,
)
from sim.scenario.translations import read_translations
from sim.world.network import Crossing, Hub, Neighbour, Network, Road, Segment
from sim.world.parameters import PARAMETER_NAMES, Parameters, parameter_facts
from sim.world.weather import NO_WEATHER, Weather
from sim.world.world import World

T = TypeVar("T")
MOST_NESTED = 10
MOST_CELLS = 1_000_000  # days times places: what a world's daily counts have room for


def load_scenario(path: str | Path, *, assignments: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario file.

    Args:
        path: the file.
        assignments: ``key=value`` texts that override the file's values.

    Raises:
        ScenarioError: with every problem found, each with file, line and column.
    """
    document = read_document(Path(path), assignments=assignments)
    checks = Checks(document, _known_keys)
    parsed = checks.validate(ScenarioFile, document.data, ())
    checks.stop_if_any()
    return _Builder(checks, parsed).build()


def _known_keys() -> frozenset[str]:
    """Every key that may stand somewhere in a scenario file."""
    places = (Hub, Crossing, Neighbour, Segment, Road)
    kinds = (registered_policies(), registered_hypotheses(), registered_responses())
    rules = (rule for each in kinds for rule in each.values())
    return keys_within((*places, ScenarioFile, *rules)) | {"with"}


class _Builder:
    """Second stage: what only makes sense once every part has the right form."""

    def __init__(self, checks: Checks, parsed: ScenarioFile) -> None:
        self.checks = checks
        self.file = parsed
        self.folder = checks.document.files[0].parent
        self.read: list[Path] = []
        self.context = {
            "crossing": [crossing.id for crossing in parsed.crossings],
            "gate": [*(crossing.id for crossing in parsed.crossings), "default"],
            "hub": [hub.id for hub in parsed.hubs],
            "neighbour": [neighbour.id for neighbour in parsed.neighbours],
            "segment": [segment.id for segment in parsed.segments],
            "origin": [origin.id for origin in parsed.demand.origins],
            "policy": list(parsed.policies),
        }

    def build(self) -> Scenario:
        clock = self._clock()
        network = self._network()
        self._daily_counts(clock)
        self._demand_hubs()
        parameters = self._parameters()
        uncertainties = self._uncertainties(parameters)
        policies = self._policies()
        hypotheses = self._hypotheses()
        responses = self._responses(hypotheses)
        oversight = self._oversight()
        self._group_sizes(parameters, uncertainties)
        self._people(clock, parameters, uncertainties, hypotheses.values())
        areas = self._areas()
        self.checks.stop_if_any()
        weather = self._weather(clock)
        observed = self._observed()
        claims = self._claims()
        translations = self._told(lambda: read_translations(self.checks.document.files)) or {}
        self.checks.stop_if_any()
        world = World(
            clock=clock,
            network=network,
            demand=self.file.demand,
            parameters=parameters,
            weather=weather,
        )
        self._route_choice(world, uncertainties, hypotheses.values())
        self.checks.stop_if_any()
        return Scenario(
            name=self.file.name,
            title=self.file.title,
            summary=self.file.summary,
            path=self.checks.document.files[0],
            digest=self._digest(),
            world=world,
            policies=policies,
            reference=self.file.reference,
            hypotheses=hypotheses,
            responses=responses,
            oversight=oversight,
            uncertainties=uncertainties,
            assumptions=tuple(self._assumptions(parameters)),
            observed=observed,
            areas=areas,
            claims=claims,
            translations=translations,
            replicates=self.file.runs.replicates,
            seed=self.file.runs.seed,
            limits=self.file.limits,
            legal_positions=self.file.legal_positions,
        )

    def _clock(self) -> Clock:
        file = self.file
        try:
            ZoneInfo(file.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.checks.add(("timezone",), f"there is no time zone {file.timezone!r}")
            self.checks.stop_if_any()
        if file.end <= file.start:
            self.checks.add(("end",), f"the scenario ends ({file.end}) before it starts")
        elif file.end - file.start > timedelta(days=file.max_days):
            self.checks.add(("end",), f"the scenario is longer than {file.max_days} days")
        return Clock(file.start, file.end, file.timezone)

    def _network(self) -> Network:
        parts = {
            name: getattr(self.file, name)
            for name in ("hubs", "crossings", "neighbours", "segments", "roads")
        }
        draft = object.__new__(Network)
        draft.__dict__.update(parts)
        for key, message in draft.faults():
            self.checks.add(key, message)
        self._no_place_is_called_total()
        self.checks.stop_if_any()
        return Network(**parts)

    def _no_place_is_called_total(self) -> None:
        for section in ("hubs", "crossings", "neighbours", "segments"):
            for k, place in enumerate(getattr(self.file, section)):
                if place.id == TOTAL:
                    message = f"{quoted(TOTAL)} is what sums over all crossings are called"
                    self.checks.add((section, k, "id"), message, "give another id")

    def _demand_hubs(self) -> None:
        for key, hub in self.file.demand.gateway_hubs():
            if hub not in self.context["hub"]:
                near = nearest(hub, self.context["hub"])
                hint = f"did you mean {near!r}?" if near else None
                self.checks.add(("demand", *key), f"there is no hub {hub!r}", hint)

    def _parameters(self) -> Parameters:
        values = {}
        for name, given in self.file.parameters.items():
            if self._is_parameter("parameters", name):
                self._check_bounds(("parameters", name, "value"), name, given.value)
                values[name] = given.value
        return replace(Parameters(), **values)

    def _is_parameter(self, section: str, name: str) -> bool:
        if name in PARAMETER_NAMES:
            return True
        near = nearest(name, PARAMETER_NAMES)
        hint = f"did you mean {near!r}?" if near else None
        self.checks.add((section, name), f"unknown parameter {name!r}", hint)
        return False

    def _check_bounds(self, key: KeyPath, name: str, value: float) -> None:
        facts = parameter_facts(name)
        if not facts["low"] <= value <= facts["high"]:
            unit = "" if facts["unit"] == "1" else f" {facts['unit']}"
            self.checks.add(
                key,
                f"{name} must lie between {facts['low']} and {facts['high']}{unit}, got {value}",
            )

    def _uncertainties(self, parameters: Parameters) -> tuple[Uncertainty, ...]:
        drawn = []
        for name, given in self.file.uncertainties.items():
            key = ("uncertainties", name)
            if not self._is_parameter("uncertainties", name):
                continue
            central = getattr(parameters, name)
            self._check_bounds((*key, "low"), name, given.low)
            self._check_bounds((*key, "high"), name, given.high)
            if not given.low <= central <= given.high:
                self.checks.add(
                    key, f"the range {given.low} to {given.high} misses the central value {central}"
                )
            elif given.scale == "log" and given.low <= 0.0:
                self.checks.add((*key, "low"), "a logarithmic range must begin above 0")
            drawn.append(
                Uncertainty(name, given.low, central, given.high, given.scale, given.source)
            )
        return tuple(drawn)

    def _daily_counts(self, clock: Clock) -> None:
        file = self.file
        days = (file.end - file.start) / timedelta(days=1)
        places = sum(map(len, (file.hubs, file.crossings, file.neighbours, file.segments)))
        if days * places > MOST_CELLS:
            self.checks.add(
                ("end",),
                f"{days:,.0f} days at {places} places are more than can be counted by day",
                f"days times places may be {MOST_CELLS:,} at most",
            )

    def _people(
        self,
        clock: Clock,
        parameters: Parameters,
        drawn: Sequence[Uncertainty],
        hypotheses: Iterable[NamedHypothesis],
    ) -> None:
        """Refuse worlds of more people than a machine holds."""
        names = ("demand_factor", "stock_factor", "branching", "transit_level_max")
        most = _at_ends(parameters, drawn, high=names)
        demand = self.file.demand
        begins = [max(0.0, clock.hours(step.since)) for step in demand.steps]
        lengths_h = [max(0.0, b - a) for a, b in pairwise([*begins, clock.duration_h])]
        coming = math.fsum(
            step.persons_per_d * hours / 24.0
            for step, hours in zip(demand.steps, lengths_h, strict=True)
        )
        there = sum(stock.persons for stock in demand.stocks)
        given = sum(group.persons for group in demand.groups)
        sent = [
            math.fsum(
                travel.persons_per_d * max(0.0, travel.ends_h - travel.begins_h) / 24.0
                for travel in each.rule.conduct(clock).organised
            )
            for each in hypotheses
        ]
        people = (
            coming * most.demand_factor
            + there * most.stock_factor
            + given
            + max(sent, default=0.0) * most.transit_level_max
        ) / (1.0 - most.branching)
        if people > self.file.max_persons:
            self.checks.add(
                ("demand",),
                f"a world may have {people:,.0f} people, more than {self.file.max_persons:,}",
                "check rates and factors, or raise 'max_persons'",
            )

    def _group_sizes(self, parameters: Parameters, drawn: Sequence[Uncertainty]) -> None:
        """Vehicles and minibuses may not be more than all groups, in whatever world."""
        most = _at_ends(parameters, drawn, high=("vehicle_share", "convoy_share"))
        if most.vehicle_share + most.convoy_share > 1.0:
            names = [name for name in ("vehicle_share", "convoy_share") if self._says(name)]
            self.checks.add(
                self._key_of(names[0]),
                "vehicle_share and convoy_share may reach 1 together at most",
            )

    def _route_choice(
        self, world: World, drawn: Sequence[Uncertainty], hypotheses: Iterable[NamedHypothesis]
    ) -> None:
        """Roads must cost enough against the scale of route choice, in whatever world."""
        cheapest = _at_ends(
            world.parameters,
            drawn,
            low=("value_of_time_eur_per_h", "transport_eur_per_km", "travel_time_factor"),
            high=("route_scale_eur",),
        )
        if cheapest.route_scale_eur <= 0.0:
            return
        factor = min(each.rule.conduct(world.clock).price_factor for each in hypotheses)
        price = factor * cheapest.transport_eur_per_km
        cheapest = replace(cheapest, transport_eur_per_km=price)
        routes = world.routes
        legs = leg_costs(routes.leg_hours, routes.leg_km, routes.onward, cheapest)
        try:
            recursive_costs(legs, len(world.network.hubs), cheapest.route_scale_eur)
        except ValueError as fault:
            self.checks.add(self._key_of("route_scale_eur"), str(fault))

    def _says(self, parameter: str) -> bool:
        return parameter in self.file.parameters or parameter in self.file.uncertainties

    def _key_of(self, parameter: str) -> KeyPath:
        """Where the file says the most about a parameter: its range, else its value."""
        drawn = parameter in self.file.uncertainties
        return ("uncertainties" if drawn else "parameters", parameter)

    def _policies(self) -> dict[str, NamedPolicy]:
        rules = {
            name: self._rule("policies", name, given, registered_policies())
            for name, given in self.file.policies.items()
        }
        named = {}
        for name, given in self.file.policies.items():
            rule = self._joined(name, rules, ())
            if rule is not None:
                named[name] = NamedPolicy(
                    name, given.label, given.summary, given.source, rule, given.concession
                )
        if self.file.reference not in self.file.policies:
            near = nearest(self.file.reference, list(self.file.policies))
            hint = f"did you mean {near!r}?" if near else None
            self.checks.add(("reference",), f"no policy {self.file.reference!r}", hint)
        return named

    def _joined(
        self, name: str, rules: dict[str, Any], above: tuple[str, ...]
    ) -> Policy | Joined | None:
        """A policy; where it is made of others, with these in the place of their names."""
        rule = rules[name]
        if not isinstance(rule, Together):
            return rule  # type: ignore[no-any-return]
        parts: list[Policy | Joined] = []
        many = 0
        for k, part in enumerate(rule.parts):
            key = ("policies", name, "parts", k)
            if part in (*above, name):
                self.checks.add(key, f"{part!r} would be a part of itself", "take it out")
                return None
            joined = self._joined(part, rules, (*above, name)) if len(above) < MOST_NESTED else None
            many += sum(1 for _ in single_rules(joined)) if joined is not None else 0
            if joined is None or many > MOST_PARTS:
                self._too_many(key, nested=len(above) >= MOST_NESTED, many=many)
                return None
            parts.append(joined)
        return Joined(rule.parts, tuple(parts))

    def _too_many(self, key: KeyPath, *, nested: bool, many: int) -> None:
        """Why a policy cannot be joined; nothing where that is told elsewhere."""
        if nested:
            self.checks.add(key, f"policies are nested deeper than {MOST_NESTED}")
        elif many > MOST_PARTS:
            self.checks.add(key, f"is made of more than {MOST_PARTS} policies")

    def _hypotheses(self) -> dict[str, NamedHypothesis]:
        named = {}
        for name, given in self.file.hypotheses.items():
            rule = self._rule("hypotheses", name, given, registered_hypotheses())
            if rule is not None:
                named[name] = NamedHypothesis(
                    name, given.label, given.summary, given.source, given.weight, rule
                )
        if sum(given.weight for given in self.file.hypotheses.values()) <= 0.0:
            self.checks.add(("hypotheses",), "the weights of the hypotheses are all zero")
        return named

    def _responses(self, hypotheses: dict[str, NamedHypothesis]) -> dict[str, NamedResponse]:
        named = {}
        for name, given in self.file.responses.items():
            rule = self._rule("responses", name, given, registered_responses())
            if rule is None:
                continue
            paired = self._paired(name, given, hypotheses, needs_actor=rule.needs_actor)
            named[name] = NamedResponse(
                name, given.label, given.summary, given.source, given.weight, paired, rule
            )
        return named

    def _paired(
        self,
        name: str,
        given: WeightedResponse,
        hypotheses: dict[str, NamedHypothesis],
        *,
        needs_actor: bool,
    ) -> tuple[str, ...]:
        """Hypotheses that a response goes with: those named, or all that it may go with."""
        idle = {each.id for each in hypotheses.values() if each.rule.type == "checks"}
        if not given.hypotheses:
            return tuple(each for each in hypotheses if not (needs_actor and each in idle))
        for k, hypothesis in enumerate(given.hypotheses):
            key = ("responses", name, "with", k)
            if hypothesis not in self.file.hypotheses:
                near = nearest(hypothesis, list(self.file.hypotheses))
                hint = f"did you mean {near!r}?" if near else None
                self.checks.add(key, f"there is no hypothesis {hypothesis!r}", hint)
            elif needs_actor and hypothesis in idle:
                self.checks.add(
                    key,
                    f"a response of type {given.type!r} needs a transit side that does something; "
                    f"{hypothesis!r} is of type 'checks'",
                    "take it out, or use the type 'scripted' or 'cost-sensitive'",
                )
        return given.hypotheses

    def _oversight(self) -> Oversight | None:
        """The record of oversight, its names checked where it stands."""
        given = self.checks.document.data.get("oversight")
        if given is None:
            return None
        checked = self.checks.validate(Oversight, given, ("oversight",), self.context)
        return checked if isinstance(checked, Oversight) else None

    def _rule(
        self,
        section: str,
        name: str,
        given: Described | WeightedHypothesis,
        kinds: Any,
    ) -> Any:
        kind = kinds.get(given.type)
        if kind is None:
            near = nearest(given.type, list(kinds))
            hint = f"did you mean {near!r}?" if near else f"types are {', '.join(kinds)}"
            self.checks.add((section, name, "type"), f"unknown type {given.type!r}", hint)
            return None
        own = dict(given.model_extra or {})
        return self.checks.validate(kind, own, (section, name), self.context)

    def _weather(self, clock: Clock) -> Weather:
        if self.file.weather is None:
            return NO_WEATHER
        self._weather_zones("crossings", self.file.crossings, self.file.weather.zones)
        self._weather_zones("segments", self.file.segments, self.file.weather.zones)
        given = self.file.weather
        path = self._beside(given.file, ("weather", "file"))
        read = partial(read_weather, path, given.zones, given.source, clock)
        return self._told(read) or NO_WEATHER

    def _weather_zones(
        self, section: str, places: Sequence[Crossing | Segment], zones: Sequence[str]
    ) -> None:
        for k, place in enumerate(places):
            if place.weather is not None and place.weather not in zones:
                self.checks.add(
                    (section, k, "weather"), f"there is no weather zone {place.weather!r}"
                )

    def _observed(self) -> tuple[Observation, ...]:
        if self.file.observed is None:
            return ()
        path = self._beside(self.file.observed.file, ("observed", "file"))
        counted = {TOTAL, *self.context["crossing"], *self.file.observed.areas}
        return self._told(lambda: read_observed(path, counted)) or ()

    def _areas(self) -> tuple[Area, ...]:
        """Crossings that were counted together."""
        crossings = self.context["crossing"]
        given = self.file.observed.areas if self.file.observed else {}
        for name, area in given.items():
            key = ("observed", "areas", name)
            if name in crossings or name == TOTAL:
                self.checks.add(key, f"{quoted(name)} is counted already", "give another id")
            for k, each in enumerate(area.crossings):
                if each not in crossings:
                    hint = did_you_mean(each, crossings)
                    message = f"there is no crossing {quoted(each)}"
                    self.checks.add((*key, "crossings", k), message, hint)
                elif each in area.crossings[:k]:
                    message = f"{quoted(each)} is named twice"
                    self.checks.add((*key, "crossings", k), message, "take one out")
        return tuple(Area(name, area.name, area.crossings) for name, area in given.items())

    def _told(self, read: Callable[[], T]) -> T | None:
        """What a file says; None, with its problems noted, where something is wrong with it."""
        try:
            return read()
        except ScenarioError as fault:
            self.checks.problems.extend(fault.problems)
            return None

    def _claims(self) -> tuple[Claim, ...]:
        if self.file.claims is None:
            return ()
        path = self._beside(self.file.claims, ("claims",))
        register = self._told(lambda: read_claims(path))
        if register is None:
            return ()
        self.read.extend(register.files[1:])
        return register.claims

    def _beside(self, name: str, key: KeyPath) -> Path:
        """A file named in the scenario, relative to the file that names it."""
        path = self.checks.document.locate(key).path.parent / name
        try:
            status = path.stat()
            fits = stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST_TABLE_BYTES
        except (OSError, ValueError):
            fits = False
        if not fits:
            self.checks.add(key, f"there is no readable file {quoted(name)}")
            self.checks.stop_if_any()
        self.read.append(path)
        return path

    def _digest(self) -> str:
        """Hash of the merged scenario and of every table and register that it reads."""
        digest = hashlib.sha256(self.checks.document.digest.encode())
        for path in self.read:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _assumptions(self, parameters: Parameters) -> Iterable[Assumption]:
        for name in PARAMETER_NAMES:
            facts = parameter_facts(name)
            given = self.file.parameters.get(name)
            spread = self.file.uncertainties.get(name)
            yield Assumption(
                key=name,
                value=getattr(parameters, name),
                unit=facts["unit"],
                low=spread.low if spread else None,
                high=spread.high if spread else None,
                source=given.source if given else facts["source"],
            )
        for step in self.file.demand.steps:
            yield Assumption(
                f"demand from {step.since.date()}",
                step.persons_per_d,
                "persons/d",
                None,
                None,
                step.source,
            )


def _at_ends(
    parameters: Parameters,
    drawn: Sequence[Uncertainty],
    *,
    low: Sequence[str] = (),
    high: Sequence[str] = (),
) -> Parameters:
    """Parameters with some at the lowest or highest value that a world may draw."""
    ends = {each.parameter: each.low for each in drawn if each.parameter in low}
    ends |= {each.parameter: each.high for each in drawn if each.parameter in high}
    return replace(parameters, **ends)
