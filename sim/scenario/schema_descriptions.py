"""Descriptions in the JSON schema: editors show them beside a key, and complete its examples."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic.json_schema import JsonSchemaValue

from sim.scenario.key_words import figure
from sim.scenario.record_keys import Key, about, keys_of, records_within, sentence
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts
from sim.world.parameters import Parameters

INSTRUCTION_MEANINGS = {
    "extends": "the file to start from, relative to this one or with its full path, or the name of "
    "a shipped scenario: what this one says is merged into it, and of lists item by item, by id; "
    "roads by their two ends",
    "overrides": "dotted key paths, as crossings.near.known, and the values that replace what is "
    "there; the last word of a file",
}


def describe_records(schema: JsonSchemaValue, roots: Iterable[type]) -> None:
    """Describe the keys of every record that the definitions of a schema hold, in place."""
    for kind in records_within(roots):
        found = schema["$defs"].get(kind.__name__)
        if found is not None:
            describe_keys(found, kind)


def describe_keys(schema: JsonSchemaValue, *kinds: type) -> None:
    """Describe an object and its keys, which are those of some classes, in place."""
    schema["description"] = about(kinds[-1])
    for key in (key for kind in kinds for key in keys_of(kind)):
        given = schema["properties"].get(key.name)
        if given is not None:
            given.update(_described(key))


def _described(key: Key) -> JsonSchemaValue:
    example = {} if key.parts else {"examples": [key.example]}
    return {"description": key.about, **example}


def parameter_schemas(record: str) -> JsonSchemaValue:
    """A schema for each parameter's value or range, with what it means."""
    return {
        name: {"$ref": f"#/$defs/{record}", "description": parameter_text(name)}
        for name in PARAMETER_NAMES
    }


def parameter_text(name: str) -> str:
    """What a parameter is, in a few sentences."""
    facts = parameter_facts(name)
    unit = "" if facts["unit"] == "1" else f" {facts['unit']}"
    low, high = figure(facts["low"]), figure(facts["high"])
    default = figure(getattr(Parameters(), name))
    return (
        f"{sentence(facts['meaning'])} Range: {low} to {high}{unit}. Default: {default}{unit} "
        f"({facts['source']})."
    )
