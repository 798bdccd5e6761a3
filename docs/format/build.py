"""Make ``docs/reference/scenario-format.md``: run as ``python -m docs.format.build``.

The template holds what only people can say; every table comes from the records of the schema, and
every example is one that the schema takes (``tests/scenario/test_record_keys.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

import jinja2

from docs.markdown_tables import table as markdown_table
from sim.cli.key_explanations import parameter_row
from sim.scenario.key_places import places
from sim.scenario.record_keys import (
    REQUIRED,
    Key,
    about,
    keys_of,
    record_example,
    records_within,
    sentence,
)
from sim.scenario.schema import RULES, ScenarioFile
from sim.scenario.schema_descriptions import INSTRUCTION_MEANINGS
from sim.scenario.word_meanings import Word, terms_of, words_of
from sim.scenario.yaml_text import as_yaml
from sim.world.parameter_names import PARAMETER_NAMES

TEMPLATE = Path(__file__).parent / "scenario-format.template.md"
PAGE = Path(__file__).parents[1] / "reference" / "scenario-format.md"
HEADS = ("key", "meaning", "holds", "unit", "range", "default", "example")
INSTRUCTIONS = (("text", "base.yaml"), ("anything by key path", "{crossings.near.known: 0.5}"))
NAMED = {"policies": "policy", "hypotheses": "hypothesis", "responses": "response"}
DESCRIBED = [described for described, _ in RULES.values()]
TYPES = [kind for _, kinds in RULES.values() for kind in kinds().values()]


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


def render() -> str:
    """The page as text."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown of our own
    )
    sections = [each for each in records_within([ScenarioFile])[1:] if each not in DESCRIBED]
    columns = ("name", "meaning", "unit", "default", "range", "can move", "source of the default")
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        file=_file(),
        records="\n\n".join(map(_record, sections)),
        **{section: _rules(section) for section in RULES},
        words=_words(),
        parameters=markdown_table(
            columns, [(f"`{name}`", *parameter_row(name)[1:]) for name in PARAMETER_NAMES]
        ),
    )


def _file() -> str:
    instructions = [
        (f"`{name}`", sentence(meaning), holds, "", "", "none", f"`{name}: {example}`")
        for (name, meaning), (holds, example) in zip(
            INSTRUCTION_MEANINGS.items(), INSTRUCTIONS, strict=True
        )
    ]
    return markdown_table(HEADS, [*map(_row, keys_of(ScenarioFile)), *instructions])


def _record(kind: type) -> str:
    where = ", ".join(f"`{path}`" for path in _paths_of(kind))
    example = "\n".join(f"{name}: {as_yaml(value)}" for name, value in record_example(kind).items())
    opening = f"{about(kind)} Under {where}." if where else about(kind)
    keys = markdown_table(HEADS, map(_row, keys_of(kind)))
    return f"### {kind.__name__}\n\n{opening}\n\n{keys}\n\n```yaml\n{example}\n```"


def _paths_of(kind: type) -> Iterator[str]:
    yield from (str(place) for place in places() if kind in place.key.parts)


def _rules(section: str) -> str:
    described, kinds = RULES[section]
    parts = [markdown_table(HEADS, map(_row, keys_of(described)))]
    parts += [_type(section, name, described, kind) for name, kind in kinds().items()]
    inner = [each for each in records_within(kinds().values()) if each not in TYPES]
    return "\n\n".join([*parts, *map(_record, inner)])


def _type(section: str, name: str, described: type, kind: type) -> str:
    keys = keys_of(kind)
    table = markdown_table(HEADS, map(_row, keys)) if keys else "No keys of its own."
    given = {"type": name, "label": "A name of your own", **record_example(kind)}
    given["source"] = "expert guess"
    lines = [f"    {key}: {as_yaml(value)}" for key, value in given.items()]
    example = "\n".join([f"{section}:", f"  my-{name}:", *lines])
    return f"### `{name}`\n\n{about(kind)}\n\n{table}\n\n```yaml\n{example}\n```"


def _row(key: Key) -> tuple[str, ...]:
    plain = key.default == "none" or (key.parts and "its keys" in key.default)
    default = key.default if plain else f"`{key.default}`"
    example = "see there" if key.parts else f"`{key.name}: {as_yaml(key.example)}`"
    return (
        f"`{key.name}`",
        sentence(key.meaning),
        _linked(key),
        key.unit,
        key.range,
        "**must be given**" if key.default == REQUIRED else default,
        example,
    )


def _linked(key: Key) -> str:
    """What a key holds, with links to the records and words on this page."""
    kinds = {word.kind for word in words_of(key)}
    for kind in kinds:
        words = ", ".join(str(each) for each in kind)
        return key.holds.replace(words, f"one of the [words](#{_anchor(kind)})")
    holds = key.holds
    for part in key.parts:
        section = {kind: section for section, (kind, _) in RULES.items()}.get(part, "")
        name = NAMED.get(section, part.__name__)
        link = f"[{name}](#{section or part.__name__.lower()})"
        holds = re.sub(rf"\b{part.__name__}\b", link, holds)
    return holds


def _anchor(kind: type[Enum]) -> str:
    return f"words-of-{kind.__name__.lower()}"


def _words() -> str:
    by_kind: dict[type[Enum], dict[Word, None]] = {}
    for place in places():
        for word in words_of(place.key):
            by_kind.setdefault(word.kind, {})[word] = None
    return "\n\n".join(_words_of(kind, list(words)) for kind, words in by_kind.items())


def _words_of(kind: type[Enum], words: Sequence[Word]) -> str:
    heads: tuple[str, ...] = ("word", "meaning")
    rows: list[tuple[str, ...]] = [(f"`{word.text}`", sentence(word.meaning)) for word in words]
    if any(map(terms_of, words)):
        heads = (*heads, "uses, beside its times and `source`")
        rows = [(*row, terms_of(word)) for row, word in zip(rows, words, strict=True)]
    return f"### Words of {kind.__name__}\n\n{markdown_table(heads, rows)}"


if __name__ == "__main__":
    main()
