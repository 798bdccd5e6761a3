"""What is compared, as the manifest of its results says it; see ``results/README.md``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any, TypeAlias

from sim.fingerprint import source_fingerprint
from sim.outcomes.by_state import STATE_HEADLINE
from sim.outcomes.indicator import Indicator
from sim.outcomes.indicators import INDICATORS, headline
from sim.outcomes.series import SERIES
from sim.results.tables.by_class_table import class_ids
from sim.scenario.scenario import Scenario
from sim.scenario.translations import shown_translations
from sim.storage.json_object import JsonObject
from sim.study.foreign_code import foreign_code
from sim.study.learning import LEARNING
from sim.study.options import StudyOptions
from sim.world.modelled import not_modelled
from sim.world.network import Crossing, Neighbour, Place, Segment
from sim.world.weather import BAND_NAMES

Entry: TypeAlias = JsonObject


def described_study(options: StudyOptions) -> Entry:
    """What is asked of a study and of its scenario, as plain keys."""
    return {
        **_described_options(options),
        **_described_scenario(options),
        **_described_outcomes(options.scenario),
        **_described_states(options.scenario),
        **_described_sources(options.scenario),
    }


def _described_options(options: StudyOptions) -> Entry:
    return {
        "run_id": options.run_id,
        **_of(options, "seed", "replicates", "runs_per_state", "central", "hypothesis", "response"),
        "reference": options.compared_with,
        "code": source_fingerprint(),
        "plugins": foreign_code(options.rules),
        "posterior": options.posterior.described if options.posterior else None,
    }


def _described_scenario(options: StudyOptions) -> Entry:
    scenario = options.scenario
    clock = scenario.world.clock
    policies = [
        (name, each) for name, each in scenario.policies.items() if name in options.policies
    ]
    about = ("label", "weight", "summary", "source")
    return {
        "scenario": {
            **_of(scenario, "name", "title", "summary"),
            "file": scenario.path.name,
            "digest": scenario.digest,
            "start": clock.start.isoformat(),
            "end": clock.end.isoformat(),
            "timezone": clock.zone,
        },
        "inputs": {"keys": dict(scenario.keys), "files": dict(scenario.files)},
        "policies": [
            {"id": name, **_of(each, "label", "summary", "source", "concession")}
            for name, each in policies
        ],
        "places": described_places(scenario),
        "areas": _records(scenario.areas),
        "origins": [_of(each, "id", "name") for each in scenario.world.demand.origins],
        "hypotheses": [
            {"id": name, **_of(each, *about)} for name, each in scenario.hypotheses.items()
        ],
        "responses": [
            {"id": name, **_of(each, *about), "with": list(each.hypotheses)}
            for name, each in scenario.responses.items()
        ],
        "controls": [
            {
                "id": name,
                **_of(each, "label", "summary", "source", "chance", "draw_name"),
                "with": list(each.hypotheses),
            }
            for name, each in scenario.controls.items()
        ],
        "oversight": _oversight(scenario),
    }


def _described_outcomes(scenario: Scenario) -> Entry:
    missing = not_modelled(scenario.world)
    return {
        "not_modelled": sorted(missing),
        "indicators": [described_indicator(each, missing) for each in INDICATORS.values()],
        "series": [
            {
                **_of(each, "name", "unit", "meaning"),
                "not_modelled": each.needs if each.needs in missing else "",
            }
            for each in SERIES
        ],
        "learning": [_of(each, "id", "name", "definition", "unit") for each in LEARNING],
        "headline": list(headline()),
        "bands": list(BAND_NAMES),
    }


def described_indicator(indicator: Indicator, missing: Collection[str] = ()) -> Entry:
    """An indicator, where some of what indicators need is not modelled."""
    return {
        **_of(indicator, "id", "name", "definition", "unit"),
        "direction": indicator.direction.value,
        "family": indicator.family.value,
        "eased_by_exclusion": indicator.eased_by_exclusion,
        "not_modelled": indicator.needs if indicator.needs in missing else "",
    }


def _described_states(scenario: Scenario) -> Entry:
    """The receiving states of a chain, each with its crossings; none where there is one border."""
    network = scenario.world.network
    return {
        "states": [
            {
                **_of(state, "id", "name", "timezone", "source"),
                "crossings": [each.id for each in network.crossings if each.state == state.id],
            }
            for state in network.states
        ],
        "state_headline": list(STATE_HEADLINE),
    }


def _described_sources(scenario: Scenario) -> Entry:
    return {
        "claims": _records(scenario.claims),
        "legal_positions": _records(scenario.legal_positions),
        "classes": list(class_ids(scenario)),
        "assumptions": [
            _of(each, "key", "value", "unit", "low", "high", "source", "acts_on", "borrowed_from")
            for each in scenario.assumptions
        ],
        "limits": list(scenario.limits),
        "translations": shown_translations(scenario),
        "weather": scenario.world.weather.source,
    }


def _of(record: object, *names: str) -> Entry:
    """Some attributes by name."""
    return {name: getattr(record, name) for name in names}


def _records(records: Iterable[Any]) -> list[Entry]:
    return [asdict(each) for each in records]


def _oversight(scenario: Scenario) -> Entry | None:
    rules = scenario.oversight
    if rules is None:
        return None
    labels = [each.label for name, each in scenario.policies.items() if rules.covers(name)]
    every = len(labels) == len(scenario.policies)
    return {
        "power": rules.power.value,
        "source": rules.source,
        "applies_to": [] if every else labels,
    }


def described_places(scenario: Scenario) -> list[Entry]:
    """id, name, kind, lat and lon of every place, north to south."""
    places = scenario.world.network.places
    return [_place(place) for place in sorted(places, key=lambda each: (-each.lat, each.id))]


def _place(place: Place) -> Entry:
    kind = "hub"
    if isinstance(place, Crossing):
        kind = "rail" if not place.takes_people else "crossing"
    elif isinstance(place, Neighbour):
        kind = "neighbour"
    elif isinstance(place, Segment):
        kind = "segment"
    return {"id": place.id, "name": place.name, "kind": kind, "lat": place.lat, "lon": place.lon}
