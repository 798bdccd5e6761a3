"""What is said of the keys of a scenario file: all of them, and nothing that is not so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Interval, Len, MinLen
from pydantic import TypeAdapter

from sim.errors import did_you_mean
from sim.policies.orders import Terms
from sim.scenario.key_words import holds, range_words
from sim.scenario.record_keys import (
    about,
    all_keys_of,
    keys_of,
    record_example,
    records_within,
)
from sim.scenario.schema import RULES, ScenarioFile, json_schema
from sim.scenario.yaml_text import as_yaml, from_yaml
from sim.units import Unit
from sim.world.fields import CrossingId, Record
from sim.world.network import Crossing
from sim.world.parameter_names import PARAMETER_NAMES

ROOTS = [
    ScenarioFile,
    *(kind for described, kinds in RULES.values() for kind in (described, *kinds().values())),
]
RECORDS = records_within(ROOTS)
KEYS = [(kind, key) for kind in RECORDS for key in keys_of(kind)]


def name_of(given: Any) -> str:
    return given.__name__ if isinstance(given, type) else getattr(given, "name", "")


def test_records_are_known_by_name() -> None:
    """The definitions of the schema are."""
    names = [kind.__name__ for kind in RECORDS]
    assert len(set(names)) == len(names)
    assert Terms not in RECORDS, "it is what a step is made from"


def test_every_key_is_documented_where_it_is_declared() -> None:
    """Else: say what it is in the ``Attributes`` of its class."""
    assert len(KEYS) > 160
    assert [f"{kind.__name__}.{key.name}" for kind, key in KEYS if not key.meaning] == []


def test_meanings_are_words_for_readers_of_files() -> None:
    """A file has no None; an example ends a meaning, as ``Example: ``90 min``.``."""
    marks = ("Example", "None", "``", ":class:", ":meth:")
    told = [(kind.__name__, key.name, key.about) for kind, key in KEYS]
    assert [each for each in told if any(mark in each[2] for mark in marks)] == []


def test_every_record_says_what_it_is() -> None:
    assert [kind for kind in RECORDS if not about(kind)] == []


@pytest.mark.parametrize("kind", RECORDS, ids=name_of)
def test_examples_of_a_record_and_its_keys_may_be_given(kind: type) -> None:
    for key in keys_of(kind):
        held: Any = key.annotation
        TypeAdapter(held).validate_json(json.dumps(key.example), strict=True)
        assert from_yaml(as_yaml(key.example)) == key.example, key.name
    TypeAdapter(kind).validate_json(json.dumps(record_example(kind)), strict=True)


def test_a_default_is_said_where_a_key_may_be_left_out() -> None:
    defaults = {key.default for _, key in KEYS}
    assert "" not in defaults
    assert not [each for each in defaults if "object at" in each or "None" in each]


# ---- the schema


def properties_of(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema, with its path."""
    if isinstance(schema, list):
        for number, each in enumerate(schema):
            yield from properties_of(each, f"{path}/{number}")
        return
    if not isinstance(schema, dict):
        return
    named = schema.get("properties") if schema.get("type", "object") == "object" else None
    for name, each in (named or {}).items():
        yield f"{path}/{name}", each
        yield from properties_of(each, f"{path}/{name}")
    for name, each in schema.items():
        if name not in ("properties", "examples", "default"):
            yield from properties_of(each, f"{path}/{name}")


def test_every_key_of_the_schema_has_a_description() -> None:
    found = list(properties_of(json_schema()))
    assert len(found) > 500
    assert [path for path, each in found if not each.get("description")] == []


def test_a_description_has_meaning_unit_range_and_default() -> None:
    schema = json_schema()
    headway = schema["$defs"]["Transport"]["properties"]["headway_h"]
    assert headway["description"].startswith("Time between two departures")
    assert headway["description"].endswith("Unit: h. Range: 0.01 to 1,000,000 h.")
    assert headway["examples"] == ["3 h"]
    known = schema["$defs"]["Crossing"]["properties"]["known"]
    assert known["description"].endswith("Range: 0 to 1. Default: 0.9.")


def test_parameters_are_described_one_by_one_and_no_others_allowed() -> None:
    for section in ("parameters", "uncertainties"):
        schema = json_schema()["properties"][section]
        assert tuple(schema["properties"]) == PARAMETER_NAMES
        assert schema["additionalProperties"] is False
    text = schema["properties"]["news_delay_h"]["description"]
    assert text.startswith("Mean delay until official news is heard. Range: 0 to 240 h.")


# ---- words


@dataclass(frozen=True, kw_only=True)
class Made(Record):
    """A record for these tests."""

    wait_h: Annotated[float, Ge(0.0), Unit("h")] = 2.0


@pytest.mark.parametrize(
    ("annotation", "words", "bounds"),
    [
        (int, "whole number", ""),
        (Annotated[int, Interval(gt=0, le=1000)], "whole number", "1 to 1,000"),
        (Annotated[float, Gt(0.0), Unit("km")], "number", "above 0 to 1,000,000 km"),
        (Annotated[float, Ge(0.5)] | None, "number", "0.5 or more"),
        (datetime | None, "time", ""),
        (CrossingId, "crossing id", ""),
        (Annotated[tuple[CrossingId, ...], MinLen(1)], "list of crossing id", "at least 1 item"),
        (Annotated[tuple[Made, ...], Len(1, 5)], "list of Made", "1 to 5 items"),
        (dict[str, Annotated[float, Ge(0.0)]], "number by name", "each 0 or more"),
        (Literal["a", "b"], "a or b", ""),
        (str | int, "text or whole number", ""),
    ],
)
def test_what_a_key_holds_in_words(annotation: object, words: str, bounds: str) -> None:
    assert (holds(annotation), range_words(annotation)) == (words, bounds)


def test_keys_of_the_records_inside_follow_with_their_path() -> None:
    names = [key.name for key in all_keys_of(Crossing)]
    assert "registration.service.mean_min" in names
    assert names.index("registration") < names.index("registration.service")


def test_no_hint_is_the_word_that_was_wrong() -> None:
    names = [key.name for _, key in KEYS]
    assert [name for name in names if did_you_mean(name, names) == f"did you mean '{name}'?"] == []
