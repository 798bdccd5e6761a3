"""A comparison of policies on common random numbers: frames for the results files, a manifest.

Every policy meets the same states of the world: the same people with the same luck, the same
hypothesis and the same parameters. So a difference between two policies in a state of the world is
due to the policies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from sim._version import __version__
from sim.engine.codes import PersonState
from sim.errors import InputError, did_you_mean, quoted
from sim.fingerprint import record_fingerprint, source_fingerprint
from sim.outcomes.indicators import HEADLINE, INDICATORS, OF_PEOPLE
from sim.outcomes.person_classes import class_names
from sim.outcomes.series import SERIES
from sim.scenario.scenario import Scenario
from sim.scenario.translations import shown_translations
from sim.study.execution import Progress, run_study
from sim.study.learning import LEARNING, learn
from sim.study.partial_results import PartialResults
from sim.study.replication import Replication, Study
from sim.world.network import Crossing, Neighbour, Place, Segment
from sim.world.weather import BAND_NAMES


@dataclass(frozen=True)
class StudyFrames:
    """What a study found, ready to be stored.

    Attributes:
        indicators: policy, state_of_world, replicate, indicator, unit, value.
        by_class: policy, state_of_world, replicate, indicator, class, people, value.
        ledger: policy, state_of_world, replicate, state, persons.
        daily: policy, state_of_world, replicate, date, crossing, series, value; zeros left out.
        flows: policy, state_of_world, replicate, date, origin, destination, people; zeros left
            out.
        journeys: policy, state_of_world, replicate, first_choice, reached, state, persons.
        exposure: policy, state_of_world, replicate, of, which, band, person_h; zeros left out.
        states_of_world: state_of_world, hypothesis, response, and a column per uncertain parameter.
        access: policy, state_of_world, crossing, begins, ends, access.
        observed: date, crossing, best, low, high.
        learning: indicator, about, value, low, high, unit.
    """

    indicators: pl.DataFrame
    by_class: pl.DataFrame
    ledger: pl.DataFrame
    daily: pl.DataFrame
    flows: pl.DataFrame
    journeys: pl.DataFrame
    exposure: pl.DataFrame
    states_of_world: pl.DataFrame
    access: pl.DataFrame
    observed: pl.DataFrame
    learning: pl.DataFrame


def chosen_policies(scenario: Scenario, names: Sequence[str] | None) -> tuple[str, ...]:
    """Policy ids to run, the file's order; None means all.

    Raises:
        InputError: if a name is no policy of the scenario.
    """
    if names is None:
        return tuple(scenario.policies)
    for name in names:
        if name not in scenario.policies:
            hint = did_you_mean(name, list(scenario.policies)) or ""
            known = ", ".join(scenario.policies)
            raise InputError(f"there is no policy {quoted(name)} {hint}; policies are {known}")
    return tuple(dict.fromkeys(names))


def chosen_hypothesis(scenario: Scenario, name: str | None) -> str | None:
    """The id of a hypothesis that every state of the world shall hold, or None to draw it.

    Raises:
        InputError: if the name is no hypothesis of the scenario.
    """
    if name is not None and name not in scenario.hypotheses:
        hint = did_you_mean(name, list(scenario.hypotheses)) or ""
        known = ", ".join(scenario.hypotheses)
        raise InputError(f"there is no hypothesis {quoted(name)} {hint}; hypotheses are {known}")
    return name


def chosen_response(scenario: Scenario, name: str | None) -> str | None:
    """The id of a response rule that every state shall hold where it may, or None to draw it.

    Raises:
        InputError: if the name is no response of the scenario.
    """
    if name is not None and name not in scenario.responses:
        hint = did_you_mean(name, list(scenario.responses)) or ""
        known = ", ".join(scenario.responses) or "none in this scenario"
        raise InputError(f"there is no response {quoted(name)} {hint}; responses are {known}")
    return name


def run_id(study: Study, replicates: int) -> str:
    """Hash of everything that decides the numbers, 12 hexadecimal digits.

    That is the scenario with its tables, and what a program may have changed of it after it was
    read; the code; the seed; and the options.
    """
    scenario = study.scenario
    content = (
        scenario.digest,
        scenario.world,
        {name: scenario.policies[name].rule for name in study.policies},
        scenario.hypotheses,
        scenario.responses,
        scenario.oversight,
        scenario.uncertainties,
        __version__,
        source_fingerprint(),
        study.policies,
        study.seed,
        replicates,
        study.central,
        study.hypothesis,
        study.response,
    )
    return record_fingerprint(content)[:12]


def run_comparison(
    study: Study,
    replicates: int,
    *,
    reference: str,
    workers: int = 1,
    progress: Progress | None = None,
    partial: PartialResults | None = None,
) -> StudyFrames:
    """Run every policy in every state of the world and lay the outcome out as frames."""
    runs = run_study(study, replicates, workers=workers, progress=progress, partial=partial)
    return StudyFrames(
        indicators=_indicators(study, runs),
        by_class=_by_class(study, runs),
        ledger=_ledger(study, runs),
        daily=_daily(study, runs),
        flows=_flows(study, runs),
        journeys=_journeys(study, runs),
        exposure=_exposure(study, runs),
        states_of_world=_states(study, replicates),
        access=_access(study, runs),
        observed=_observed(study.scenario),
        learning=learn(study, runs, reference),
    )


def _run_columns(study: Study, runs: Sequence[Replication], repeat: Any) -> dict[str, Any]:
    """Columns policy, state of the world and replicate, each run's repeated so often."""
    policies = np.repeat(np.array([run.policy for run in runs], dtype=np.uint32), repeat)
    states = np.repeat(np.array([run.state for run in runs], dtype=np.int64), repeat)
    return {
        "policy": _names(policies, study.policies),
        "state_of_world": states,
        "replicate": np.zeros(len(states), dtype=np.int64),
    }


def _names(codes: Any, names: Sequence[str]) -> pl.Series:
    """A column of names from their numbers."""
    return pl.Series(list(names)).gather(pl.Series(codes, dtype=pl.UInt32))


def _indicators(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    units = [each.unit for each in INDICATORS.values()]
    return pl.DataFrame(
        {
            **_run_columns(study, runs, len(INDICATORS)),
            "indicator": list(INDICATORS) * len(runs),
            "unit": units * len(runs),
            "value": np.concatenate([run.indicators for run in runs]),
        }
    )


def _by_class(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    classes = _class_names(study.scenario)
    names = [each.id for each in OF_PEOPLE for _ in classes]
    return pl.DataFrame(
        {
            **_run_columns(study, runs, len(names)),
            "indicator": names * len(runs),
            "class": [*classes] * (len(OF_PEOPLE) * len(runs)),
            "people": np.concatenate([run.by_class.people.ravel() for run in runs]),
            "value": np.concatenate([run.by_class.values.ravel() for run in runs]),
        }
    )


def _class_names(scenario: Scenario) -> tuple[str, ...]:
    return class_names(tuple(origin.name for origin in scenario.world.demand.origins))


def _ledger(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            **_run_columns(study, runs, len(PersonState)),
            "state": [state.name for state in PersonState] * len(runs),
            "persons": np.concatenate([run.ledger for run in runs]),
        }
    )


def _daily(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    days = np.array(study.scenario.world.clock.days, dtype="datetime64[D]")
    places = [place.id for place in study.scenario.world.network.places]
    return pl.DataFrame(
        {
            **_run_columns(study, runs, [len(run.values) for run in runs]),
            "date": days[np.concatenate([run.days for run in runs])],
            "crossing": _names(np.concatenate([run.places for run in runs]), places),
            "series": _names(
                np.concatenate([run.series for run in runs]), [each.name for each in SERIES]
            ),
            "value": np.concatenate([run.values for run in runs]),
        }
    )


def _flows(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    days = np.array(study.scenario.world.clock.days, dtype="datetime64[D]")
    places = [place.id for place in study.scenario.world.network.places]
    legs = study.scenario.world.routes.legs[np.concatenate([run.flows.leg for run in runs])]
    return pl.DataFrame(
        {
            **_run_columns(study, runs, [len(run.flows.leg) for run in runs]),
            "date": days[np.concatenate([run.flows.day for run in runs])],
            "origin": _names(legs[:, 0], places),
            "destination": _names(legs[:, 1], places),
            "people": np.concatenate([run.flows.people for run in runs]),
        }
    )


def _journeys(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    nowhere_first = ["", *(place.id for place in study.scenario.world.network.places)]
    first, reached, state, people = (
        np.concatenate(columns) for columns in zip(*(run.journeys for run in runs), strict=True)
    )
    return pl.DataFrame(
        {
            **_run_columns(study, runs, [len(run.journeys.people) for run in runs]),
            "first_choice": _names(first + 1, nowhere_first),
            "reached": _names(reached + 1, nowhere_first),
            "state": _names(state, [each.name for each in PersonState]),
            "persons": people,
        }
    )


def _exposure(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    """Rows with hours, of places and then of classes."""
    places = [place.id for place in study.scenario.world.network.places]
    names = [*places, *_class_names(study.scenario)]
    hours = np.array([np.concatenate((*run.exposure,)) for run in runs])  # (runs, names, bands)
    run, which, band = np.nonzero(hours)
    return pl.DataFrame(
        {
            **_run_columns(study, runs, np.bincount(run, minlength=len(runs))),
            "of": _names(np.where(which < len(places), 0, 1), ["place", "class"]),
            "which": _names(which, names),
            "band": band,
            "person_h": hours[run, which, band],
        }
    )


def _states(study: Study, replicates: int) -> pl.DataFrame:
    draws = [study.state(number) for number in range(replicates)]
    parameters = [each.parameter for each in study.scenario.uncertainties]
    return pl.DataFrame(
        {
            "state_of_world": [draw.number for draw in draws],
            "hypothesis": [draw.hypothesis for draw in draws],
            "response": [draw.response for draw in draws],
            **{name: [draw.drawn[name] for draw in draws] for name in parameters},
        }
    )


def _access(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    clock = study.scenario.world.clock
    crossings = [crossing.id for crossing in study.scenario.world.network.crossings]
    spans = [(run, span) for run in runs for span in run.access]
    texts: dict[float, str] = {}

    def text(hour: float) -> str:
        return texts.setdefault(hour, clock.instant(hour).isoformat(timespec="minutes"))

    return pl.DataFrame(
        {
            "policy": [study.policies[run.policy] for run, _ in spans],
            "state_of_world": [run.state for run, _ in spans],
            "crossing": [crossings[span.crossing] for _, span in spans],
            "begins": [text(span.begins_h) for _, span in spans],
            "ends": [text(span.ends_h) for _, span in spans],
            "access": [span.access.value for _, span in spans],
        }
    )


def _observed(scenario: Scenario) -> pl.DataFrame:
    columns = ("date", "crossing", "best", "low", "high")
    schema = dict(zip(columns, (pl.Date, pl.String, *[pl.Float64] * 3), strict=True))
    rows = [tuple(getattr(each, name) for name in columns) for each in scenario.observed]
    return pl.DataFrame(rows, schema=schema, orient="row")


def described_comparison(study: Study, replicates: int, reference: str) -> dict[str, Any]:
    """What is compared, as its manifest says it; see ``results/README.md``."""
    scenario = study.scenario
    clock = scenario.world.clock
    return {
        "run_id": run_id(study, replicates),
        "seed": study.seed,
        "replicates": replicates,
        "central": study.central,
        "hypothesis": study.hypothesis,
        "response": study.response,
        "reference": reference,
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "summary": scenario.summary,
            "file": scenario.path.name,
            "digest": scenario.digest,
            "start": clock.start.isoformat(),
            "end": clock.end.isoformat(),
            "timezone": clock.zone,
        },
        "policies": [
            {
                "id": name,
                "label": each.label,
                "summary": each.summary,
                "source": each.source,
                "concession": each.concession,
            }
            for name, each in scenario.policies.items()
            if name in study.policies
        ],
        "places": described_places(scenario),
        "areas": [asdict(each) for each in scenario.areas],
        "hypotheses": [
            {
                "id": name,
                "label": each.label,
                "weight": each.weight,
                "summary": each.summary,
                "source": each.source,
            }
            for name, each in scenario.hypotheses.items()
        ],
        "responses": [
            {
                "id": name,
                "label": each.label,
                "weight": each.weight,
                "summary": each.summary,
                "source": each.source,
                "with": list(each.hypotheses),
            }
            for name, each in scenario.responses.items()
        ],
        "oversight": _oversight(scenario),
        "indicators": [
            {
                "id": name,
                "name": each.name,
                "definition": each.definition,
                "unit": each.unit,
                "direction": each.direction.value,
                "family": each.family.value,
            }
            for name, each in INDICATORS.items()
        ],
        "learning": [
            {"id": each.id, "name": each.name, "definition": each.definition, "unit": each.unit}
            for each in LEARNING
        ],
        "headline": list(HEADLINE),
        "bands": list(BAND_NAMES),
        "claims": [asdict(each) for each in scenario.claims],
        "legal_positions": [asdict(each) for each in scenario.legal_positions],
        "classes": list(_class_names(scenario)),
        "assumptions": [
            {
                "key": each.key,
                "value": each.value,
                "unit": each.unit,
                "low": each.low,
                "high": each.high,
                "source": each.source,
            }
            for each in scenario.assumptions
        ],
        "limits": list(scenario.limits),
        "translations": shown_translations(scenario),
        "weather": scenario.world.weather.source,
    }


def _oversight(scenario: Scenario) -> dict[str, Any] | None:
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


def described_places(scenario: Scenario) -> list[dict[str, Any]]:
    """id, name, kind, lat and lon of every place, north to south."""
    places = scenario.world.network.places
    return [_place(place) for place in sorted(places, key=lambda each: (-each.lat, each.id))]


def _place(place: Place) -> dict[str, Any]:
    kind = "hub"
    if isinstance(place, Crossing):
        kind = "rail" if not place.takes_people else "crossing"
    elif isinstance(place, Neighbour):
        kind = "neighbour"
    elif isinstance(place, Segment):
        kind = "segment"
    return {"id": place.id, "name": place.name, "kind": kind, "lat": place.lat, "lon": place.lon}
