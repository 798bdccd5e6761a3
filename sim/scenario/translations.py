"""The texts of a scenario in other languages: gettext catalogues beside its file.

``base.fi.po`` translates titles, labels, summaries, names of places and limits of ``base.yaml``
into Finnish; where a file extends another, the catalogues of both count, its own first. A text
without a translation is shown as it is in the scenario. Catalogues change no number, so they
are no part of a scenario's digest; what a report may show of them travels in the manifest.
"""

from __future__ import annotations

import io
import os.path
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from sim.errors import Problem, ScenarioError, did_you_mean, quoted
from sim.scenario.records import ScenarioRecord
from sim.scenario.source_text import one_form, read_text
from sim.text.languages import TRANSLATED
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts
from sim.world.quantities import has_words

NOT_RECORDED: Final = "not recorded"
Translations: TypeAlias = "dict[str, dict[str, str]]"


@dataclass(frozen=True)
class _Entry:
    line: int
    text: str
    translation: str


def read_translations(files: Sequence[Path]) -> Translations:
    """Every translation beside a scenario file and its bases, by language and text.

    Args:
        files: the scenario file, its bases after it.

    Raises:
        ScenarioError: a catalogue is damaged, each problem with file and line.
    """
    found: Translations = {language: {} for language in TRANSLATED}
    problems: list[Problem] = []
    for file in reversed(files):
        for language, path in _catalogues(file):
            try:
                found[language] |= {each.text: each.translation for each in _entries(path)}
            except ScenarioError as fault:
                problems += fault.problems
    if problems:
        raise ScenarioError(problems)
    return found


def shown_translations(scenario: ScenarioRecord) -> Translations:
    """The translations of texts that a report may show."""
    shown = frozenset(shown_texts(scenario))
    return {
        language: {text: translated for text, translated in texts.items() if text in shown}
        for language, texts in scenario.translations.items()
    }


def stale_texts(scenario: ScenarioRecord) -> list[Problem]:
    """Entries of the scenario's own catalogues for texts that the scenario does not show."""
    shown = sorted(set(shown_texts(scenario)))
    return [
        Problem(
            f"the scenario shows no text {quoted(each.text)}",
            str(path),
            each.line,
            hint=did_you_mean(each.text, shown) or "take the entry out",
        )
        for _, path in _catalogues(scenario.path)
        for each in _entries(path)
        if each.text not in shown
    ]


def shown_texts(scenario: ScenarioRecord) -> Iterator[str]:
    """The texts of a scenario that charts and reports show."""
    yield from (scenario.title, scenario.summary, *scenario.limits)
    for kind in (scenario.policies, scenario.hypotheses, scenario.responses):
        for each in kind.values():
            yield from (each.label, each.summary)
    for control in scenario.controls.values():
        yield from (control.label, control.summary)
    yield from (place.name for place in scenario.world.network.places)
    yield from (state.name for state in scenario.world.network.states)
    yield from (area.name for area in scenario.areas)
    yield from (origin.name for origin in scenario.world.demand.origins)
    if scenario.world.weather.zones:
        yield scenario.world.weather.source
    yield from _sources(scenario)
    for claim in scenario.claims:
        yield from (claim.claim, claim.note)
        yield from (statement.who for statement in (*claim.said_by, *claim.disputed_by))
    for position in scenario.legal_positions:
        yield from (position.who, position.position)


def _sources(scenario: ScenarioRecord) -> Iterator[str]:
    """What the scenario's own numbers and accounts rest on, and when that was said, in words.

    Sources of the model's own numbers are in its catalogue.
    """
    of_the_model = {str(parameter_facts(name)["source"]) for name in PARAMETER_NAMES}
    said = [each for claim in scenario.claims for each in (*claim.said_by, *claim.disputed_by)]
    sources = [
        *(each.source for each in scenario.assumptions),
        *(each.source for each in scenario.hypotheses.values()),
        *(each.source for each in scenario.responses.values()),
        *(each.source for each in scenario.controls.values()),
        *(each.source for each in scenario.legal_positions),
        *(each.source for each in said),
    ]
    in_words = {each for each in sources if has_words(each)} - of_the_model
    yield from (in_words | {each.when for each in said}) - {NOT_RECORDED}


def _catalogues(file: Path) -> Iterator[tuple[str, Path]]:
    """Languages and catalogues beside a scenario file."""
    for language in TRANSLATED:
        path = file.with_name(f"{file.stem}.{language}.po")
        if os.path.lexists(path):
            yield language, path


def _damaged(path: Path, line: int, reason: str) -> Problem:
    hint = "repair the entry, or take the file away"
    return Problem(f"is no gettext catalogue: {reason}", str(path), line, hint=hint)


def _entries(path: Path) -> list[_Entry]:
    """What a catalogue translates; entries that are empty or marked as fuzzy are left out.

    Raises:
        ScenarioError: it cannot be read, with file and line.
    """
    # Babel is heavy, and most scenarios are read without a catalogue beside them.
    from babel.messages.pofile import PoFileError, read_po

    text = read_text(path)
    try:
        catalogue = read_po(io.StringIO(text), abort_invalid=True)
    except PoFileError as fault:
        message = str(fault).rpartition(" on ")[0]
        raise ScenarioError([_damaged(path, fault.lineno + 1, message)]) from None
    except ValueError as fault:  # of a date, a language or a number, nearly always at the head
        raise ScenarioError([_damaged(path, 1, str(fault))]) from None
    return [
        _Entry(message.lineno or 1, one_form(message.id), one_form(message.string))
        for message in catalogue
        if isinstance(message.id, str) and message.id and not message.fuzzy
        if isinstance(message.string, str) and message.string
    ]
