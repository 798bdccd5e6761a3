"""What ``rajasim explain`` says of a word: a key of a file, a parameter, a type, and so on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.errors import InputError, did_you_mean, quoted
from sim.scenario.description import Section
from sim.scenario.key_places import Place, find_places, grouped, places
from sim.scenario.key_words import figure
from sim.scenario.record_keys import Key, about, all_keys_of, keys_of, sentence
from sim.scenario.schema import RULES
from sim.scenario.schema_descriptions import INSTRUCTION_MEANINGS
from sim.scenario.word_meanings import Word, terms_of, words_of
from sim.scenario.yaml_text import as_yaml
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts
from sim.world.parameters import Parameters

FACT = ("", "")
KEY_COLUMNS = ("key", "holds", "range", "if left out", "meaning")
MOST_PLACES = 8  # that are named one by one
_PARAMETER_KEYS = ("value", "low", "high", "scale", "source")


def explain(typed: str) -> list[Section]:
    """All that a word or key path may mean.

    Raises:
        InputError: it means nothing, with the nearest name that does.
    """
    name = typed.strip()
    found = list(_parameter(name)) or [
        *_types(name),
        *_words(name),
        *_results(name),
        *_keys(name),
    ]
    if not found:
        hint = did_you_mean(name, _near(name)) or "rajasim list shows what there is"
        raise InputError(f"there is nothing called {quoted(name)} ({hint})")
    return found


def key_rows(keys: Sequence[Key]) -> tuple[tuple[str, ...], ...]:
    """Keys as rows under :data:`KEY_COLUMNS`."""
    return tuple((key.name, key.holds, key.range, key.default, key.meaning) for key in keys)


def parameter_row(name: str) -> tuple[str, ...]:
    """A parameter: name, meaning, unit, default, range, what it acts on, source."""
    facts = parameter_facts(name)
    default = figure(getattr(Parameters(), name))
    bounds = f"{figure(facts['low'])} to {figure(facts['high'])}"
    reach = ", ".join(facts["acts_on"]) or "any"
    source = facts["source"] + (f" [{facts['case']}]" if facts["case"] else "")
    return name, facts["meaning"], facts["unit"], default, bounds, reach, source


def _parameter(typed: str) -> Iterator[Section]:
    section, _, rest = typed.partition(".")
    name = rest if section in ("parameters", "uncertainties") else typed
    for key in _PARAMETER_KEYS:
        name = name.removesuffix(f".{key}")
    if name not in PARAMETER_NAMES:
        return
    _, meaning, unit, default, bounds, reach, _ = parameter_row(name)
    facts, given = parameter_facts(name), as_yaml(getattr(Parameters(), name))
    rows = [
        ("unit", "a pure number" if unit == "1" else unit),
        ("if left out", f"{default} ({facts['source']})"),
        ("range", bounds),
        ("in a file", f"parameters: {{{name}: {{value: {given}, source: expert guess}}}}"),
        ("drawn", f"uncertainties: {{{name}: {{low: …, high: …, source: expert guess}}}}"),
        ("for one run", f"--set parameters.{name}={given}"),
        ("can move", "any indicator" if reach == "any" else f"indicators {reach} only"),
    ]
    if facts["case"]:
        rows.append(
            ("default of", f"{facts['case']}: other cases borrow it until they give theirs")
        )
    if facts["actor"]:
        rows.append(("about", "the transit side: drawn or given, never searched"))
    yield Section(f"{name}: a parameter", (sentence(meaning),), FACT, tuple(rows))


def _types(typed: str) -> Iterator[Section]:
    for section, (described, kinds) in RULES.items():
        kind = kinds().get(typed.removeprefix(f"{section}."))
        if kind is not None:
            name = typed.removeprefix(f"{section}.")
            lines = (about(kind), f"Under {section}, with type: {name}.")
            rows = key_rows([*keys_of(described), *all_keys_of(kind)])
            yield Section(f"{name}: a type of {section}", lines, KEY_COLUMNS, rows)


def _words(typed: str) -> Iterator[Section]:
    wanted = typed.rpartition(".")[2]
    by_word: dict[Word, list[str]] = {}
    for place in places():
        for word in words_of(place.key):
            if word.text == wanted:
                by_word.setdefault(word, []).append(str(place))
    for word, paths in by_word.items():
        rows = [("may be under", _listed(paths))]
        if uses := terms_of(word):
            rows.insert(0, ("uses", uses))
        kind = "an action" if uses else "a word"
        yield Section(f"{wanted}: {kind}", (sentence(word.meaning),), FACT, tuple(rows))


def _results(typed: str) -> Iterator[Section]:
    if "." not in typed:  # as no name of results has
        from sim.cli.result_explanations import explain_results  # deferred: it loads the engine

        yield from explain_results(typed)


def _keys(typed: str) -> Iterator[Section]:
    if typed in INSTRUCTION_MEANINGS:
        yield Section(f"{typed}: a key", (sentence(INSTRUCTION_MEANINGS[typed]),))
    for same in grouped(find_places(typed)):
        yield _key(same)
        inner = [each for part in same[0].key.parts for each in all_keys_of(part)]
        if inner:
            yield Section(f"keys of {same[0]}", (), KEY_COLUMNS, key_rows(inner))


def _key(same: Sequence[Place]) -> Section:
    key = same[0].key
    facts = [
        ("holds", key.holds),
        ("unit", key.unit),
        ("range", key.range),
        ("if left out", key.default),
        ("example", f"{key.name}: {as_yaml(key.example)}"),
        *((f"  {word.text}", word.meaning) for word in words_of(key)),
        ("where", _listed([str(place) for place in same])),
    ]
    title = f"{same[0]}: a key" if len(same) == 1 else f"{key.name}: a key"
    rows = tuple((name, text) for name, text in facts if text)
    return Section(title, (sentence(key.meaning),), FACT, rows)


def _listed(paths: Sequence[str]) -> str:
    more = len(paths) - MOST_PLACES
    return ", ".join(paths[:MOST_PLACES]) + (f", and {more} more" if more > 0 else "")


def _near(typed: str) -> set[str]:
    """What may have been meant: with a key's name at the end, its paths; else everything."""
    end = typed.rpartition(".")[2]
    return {str(place) for place in places() if "." in typed and place.path[-1] == end} or _names()


def _names() -> set[str]:
    """Everything that can be asked for."""
    from sim.cli.result_explanations import result_names  # deferred: it loads the engine

    keys = {name for place in places() for name in (str(place), place.path[-1])}
    words = {word.text for place in places() for word in words_of(place.key)}
    types = {name for _, kinds in RULES.values() for name in kinds()}
    return {*keys, *words, *types, *result_names(), *PARAMETER_NAMES}
