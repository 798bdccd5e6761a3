"""What ``rajasim list`` can list: scenarios that are here, and everything that is registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, ScenarioError, did_you_mean, quoted
from sim.scenario.shipped import shipped_scenarios

if TYPE_CHECKING:
    from sim.scenario.description import Section


class Subject(StrEnum):
    """What can be listed."""

    SCENARIOS = "scenarios"
    POLICIES = "policies"
    HYPOTHESES = "hypotheses"
    RESPONSES = "responses"
    PARAMETERS = "parameters"
    INDICATORS = "indicators"
    CHARTS = "charts"


def _list_scenarios() -> Iterable[Section]:
    from sim.scenario.description import Section  # deferred: help comes at once

    shipped = shipped_scenarios()
    known = {file.resolve() for file in shipped.values()}
    found = sorted(Path("scenarios").rglob("*.yaml"))
    own = {str(file): file for file in found if file.resolve() not in known}
    rows = tuple((name, *_about(file)) for name, file in {**own, **shipped}.items())
    lines = (
        "A name without a path comes with rajasim: rajasim run NAME, rajasim init DIR --from NAME.",
    )
    yield Section("Scenarios", lines, ("name", "title", "days", "policies"), rows)


def _about(file: Path) -> tuple[str, str, str]:
    from sim.scenario.loading import load_scenario  # deferred: help comes at once

    try:
        scenario = load_scenario(file)
    except ScenarioError as error:
        count = len(error.problems)
        return f"({count} problems; see rajasim check)", "", ""
    return scenario.title, str(len(scenario.world.clock.days)), str(len(scenario.policies))


def _list_policies() -> Iterable[Section]:
    from sim.policies import registered_policies  # deferred: help comes at once

    return _types(registered_policies())


def _list_hypotheses() -> Iterable[Section]:
    from sim.hypotheses import registered_hypotheses  # deferred: help comes at once

    return _types(registered_hypotheses())


def _list_responses() -> Iterable[Section]:
    from sim.hypotheses import registered_responses  # deferred: help comes at once

    return _types(registered_responses())


def _types(kinds: Any) -> Iterable[Section]:
    from sim.cli.key_explanations import KEY_COLUMNS, key_rows  # deferred: help comes at once
    from sim.scenario.description import Section
    from sim.scenario.record_keys import all_keys_of, first_line

    for name, kind in kinds.items():
        rows = key_rows(all_keys_of(kind))
        yield Section(f"type: {name}", (first_line(kind),), KEY_COLUMNS, rows)


def _list_parameters() -> Iterable[Section]:
    from sim.cli.key_explanations import parameter_row  # deferred: help comes at once
    from sim.scenario.description import Section
    from sim.world.parameter_names import PARAMETER_NAMES

    columns = ("name", "meaning", "unit", "default", "range", "can move", "source of the default")
    yield Section("Parameters", (), columns, tuple(map(parameter_row, PARAMETER_NAMES)))


def only(sections: Iterable[Section], name: str) -> Iterator[Section]:
    """What a list says of one name.

    Raises:
        InputError: it is not on the list, with the nearest name that is.
    """
    kept = list(sections)
    titled = [each for each in kept if each.title == f"type: {name}"]
    rows = [
        replace(each, lines=(), rows=found)
        for each in kept
        if not each.title.startswith("type: ") and (found := _rows_of(each, name))
    ]
    if not (titled or rows):
        known = [each.title.removeprefix("type: ") for each in kept if "type: " in each.title]
        known += [row[0] for each in kept for row in each.rows if not known]
        hint = did_you_mean(name, known) or f"there is {', '.join(known)}"
        raise InputError(f"{quoted(name)} is not on the list ({hint})")
    yield from titled or rows


def _rows_of(section: Section, name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(row for row in section.rows if row[0] == name)


def _list_indicators() -> Iterable[Section]:
    from sim.outcomes.indicators import INDICATORS  # deferred: help comes at once
    from sim.scenario.description import Section
    from sim.study.learning import LEARNING

    rows = tuple(
        (each.id, each.name, each.unit, each.direction.value, each.family.value, each.definition)
        for each in INDICATORS.values()
    )
    yield Section(
        "Indicators", (), ("id", "name", "unit", "better", "about", "what is counted"), rows
    )
    learned = tuple((each.id, each.name, each.unit, each.definition) for each in LEARNING)
    yield Section("Indicators of a study", (), ("id", "name", "unit", "what is counted"), learned)


def _list_charts() -> Iterable[Section]:
    from sim.report.charts.registry import CHARTS, OF_COMMANDS  # deferred: help comes at once
    from sim.scenario.description import Section

    rows = tuple((each.name, each.meaning) for each in CHARTS.values())
    yield Section("Charts", (), ("name", "what it shows"), rows)
    others = tuple((name, command, meaning) for name, (command, meaning) in OF_COMMANDS.items())
    yield Section("Charts of other commands", (), ("name", "command", "what it shows"), others)


LISTS = {
    Subject.SCENARIOS: _list_scenarios,
    Subject.POLICIES: _list_policies,
    Subject.HYPOTHESES: _list_hypotheses,
    Subject.RESPONSES: _list_responses,
    Subject.PARAMETERS: _list_parameters,
    Subject.INDICATORS: _list_indicators,
    Subject.CHARTS: _list_charts,
}
