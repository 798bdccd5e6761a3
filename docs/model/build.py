"""Make ``docs/model/odd.md`` from its template and the code: run as ``python -m docs.model.build``.

The template holds what only people can say; tables of states, variables, events, parameters,
policies, hypotheses, indicators and random streams, and the text of the submodels, come from the
code, so that they cannot drift.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from docs.markdown_tables import table as markdown_table
from docs.model import meanings
from sim import randomness
from sim.engine import row_types
from sim.engine.codes import PersonState
from sim.engine.events import EventKind
from sim.hypotheses import registered_hypotheses, registered_responses
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.series import SERIES
from sim.policies import registered_policies
from sim.study.learning import LEARNING
from sim.study.patterns import PATTERNS
from sim.world import parameters
from sim.world.parameter_names import parameter_facts
from sim.world.parameters import Parameters

FOLDER = Path(__file__).parent
TEMPLATE = "odd.template.md"
PAGE = FOLDER / "odd.md"
_HEAD = re.compile(r"^    # (?P<head>.+)$")
_FIELD = re.compile(r"^    (?P<name>\w+): float = ")


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


def render() -> str:
    """The page as text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown of our own
    )
    return environment.get_template(TEMPLATE).render(
        states=_states(),
        events=_events(),
        variables=_variables(),
        parameters=_parameters(),
        policies=_types(registered_policies()),
        hypotheses=_types(registered_hypotheses()),
        responses=_types(registered_responses()),
        indicators=_indicators(),
        learning=markdown_table(
            ("id", "name", "unit", "definition"),
            [(f"`{each.id}`", each.name, each.unit, each.definition) for each in LEARNING],
        ),
        series=markdown_table(
            ("series", "unit", "meaning"), [(f"`{s.name}`", s.unit, s.meaning) for s in SERIES]
        ),
        patterns=markdown_table(
            ("", "pattern", "unit"), [(each.id, each.name, each.unit) for each in PATTERNS]
        ),
        streams=_streams(),
        submodels=_submodels(),
    )


def parameter_sections() -> dict[str, list[str]]:
    """Names of the parameters under the headings of their file, in order."""
    sections: dict[str, list[str]] = {}
    head = ""
    for line in inspect.getsource(parameters).splitlines():
        if found := _HEAD.match(line):
            head = found["head"]
        elif found := _FIELD.match(line):
            sections.setdefault(head, []).append(found["name"])
    return sections


def random_purposes() -> dict[str, int]:
    """Names and numbers of the purposes of random draws, by number."""
    named = {
        name: int(value)
        for name, value in vars(randomness).items()
        if isinstance(value, np.int64) and name.isupper()
    }
    return dict(sorted(named.items(), key=lambda item: item[1]))


def _states() -> str:
    rows = [(f"`{state.name}`", meanings.STATES[state.name]) for state in PersonState]
    return markdown_table(("state", "a person of whom"), rows)


def _events() -> str:
    rows = [
        (str(kind.value + 1), f"`{kind.name}`", meanings.EVENTS[kind.name]) for kind in EventKind
    ]
    return markdown_table(("order", "event", "what happens"), rows)


def _variables() -> str:
    parts = []
    for name, (title, words) in meanings.TABLES.items():
        dtype = getattr(row_types, name)
        rows = [
            (f"`{column}`", _type_of(dtype[column]), words[column]) for column in dtype.names or ()
        ]
        table = markdown_table(("variable", "type", "meaning"), rows)
        parts.append(f"**{title}** (`{name}`, {dtype.itemsize} bytes)\n\n{table}")
    return "\n\n".join(parts)


def _type_of(dtype: np.dtype[Any]) -> str:
    if dtype.subdtype:
        base, shape = dtype.subdtype
        return f"{base.name} x {shape[0]}"
    return dtype.name


def _parameters() -> str:
    central = Parameters()
    parts = []
    for head, names in parameter_sections().items():
        rows = []
        for name in names:
            facts = parameter_facts(name)
            bounds = f"{facts['low']:g} to {facts['high']:g}"
            value = f"{getattr(central, name):g}"
            row = (f"`{name}`", facts["unit"], facts["meaning"], value, bounds, facts["source"])
            rows.append(row)
        columns_ = ("parameter", "unit", "meaning", "default", "may be", "source")
        parts.append(f"**{head}**\n\n{markdown_table(columns_, rows)}")
    return "\n\n".join(parts)


def _types(kinds: Mapping[str, type[Any]]) -> str:
    rows = []
    for name, kind in kinds.items():
        keys = ", ".join(f"`{each.name}`" for each in fields(kind)) or "none"
        rows.append((f"`{name}`", _first_paragraph(kind), keys))
    return markdown_table(("type", "what it does", "keys"), rows)


def _indicators() -> str:
    rows = [
        (
            f"`{name}`",
            each.name,
            each.unit,
            each.direction.value,
            "yes" if each.of_people else "",
            each.definition,
        )
        for name, each in INDICATORS.items()
    ]
    return markdown_table(("id", "name", "unit", "better", "by class", "definition"), rows)


def _streams() -> str:
    rows = [(str(number), f"`{name}`") for name, number in random_purposes().items()]
    return markdown_table(("number", "purpose"), rows)


def _submodels() -> dict[str, str]:
    """Heading and copied texts of each submodel; the template says what comes below them."""
    texts = {}
    for number, (title, modules) in meanings.SUBMODELS.items():
        copied = [f"*`{name}`*: {_markdown(_text_of(name))}" for name in modules]
        texts[number] = "\n\n".join([f"### {number} {title}", *copied])
    return texts


def _text_of(name: str) -> str:
    """What a module, or ``module:Class``, says of itself; of a class without its attributes."""
    module, _, kind = name.partition(":")
    found = import_module(module)
    text = inspect.getdoc(getattr(found, kind) if kind else found) or ""
    return text.split("\n\nAttributes:", maxsplit=1)[0]


def _first_paragraph(kind: type[Any]) -> str:
    text = (inspect.getdoc(kind) or "").split("\n\n", maxsplit=1)[0]
    return _markdown(" ".join(text.split()))


def _markdown(text: str) -> str:
    """A docstring's marks as Markdown: roles and double backticks become code."""
    without_roles = re.sub(r":\w+:`~?([\w.]+)`", r"`\1`", text)
    return without_roles.replace("``", "`")


if __name__ == "__main__":
    main()
