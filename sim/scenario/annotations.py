"""Pydantic validators for the records' own annotations.

The records of lower floors are plain dataclasses that know nothing of pydantic; they mark fields
with :class:`~sim.units.Unit` and :class:`~sim.world.network.Refers`. Here these marks become
validators: quantities may be written with a unit, and names must exist (the known names are given
as validation context). A :class:`~sim.engine.codes.Code` is read and written as its word. Of a
value that is plain or a record (:class:`~sim.world.fields.ByForm`) only the form given is tried.
"""

from __future__ import annotations

import math
from typing import get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.engine.codes import Code
from sim.errors import did_you_mean
from sim.scenario.record_keys import about
from sim.units import LARGEST, Unit, UnitError, convert
from sim.world.fields import ByForm, Record, Refers

# The two forms, where pydantic names them in the place of an error; no key holds such a sign.
PLAIN, KEYED = FORMS = ("\0plain", "\0keyed")


def _unit_schema(unit: Unit, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Read ``90 min`` as a number in the field's own unit."""

    def read(value: object) -> float | None:
        if value is None:
            return None
        try:
            quantity = convert(value, unit)
        except UnitError as fault:
            raise PydanticCustomError("unit", "{reason}", {"reason": str(fault)}) from fault
        if abs(quantity) > LARGEST:
            reason = f"is more than {LARGEST:,.0f} {unit}"
            raise PydanticCustomError("unit", "{reason}", {"reason": reason})
        return _whole(value, quantity, unit) if source is int else quantity

    return core_schema.no_info_before_validator_function(read, handler(source))


def _whole(given: object, quantity: float, unit: Unit) -> int:
    """A quantity that counts people one by one, as a whole number."""
    if not quantity.is_integer():
        low = math.floor(quantity)
        reason = f"{given!r} is {quantity:.4g} {unit}, which counts whole ones: {low} or {low + 1}"
        raise PydanticCustomError("unit", "{reason}", {"reason": reason})
    return int(quantity)


def _unit_json_schema(
    unit: Unit, schema: CoreSchema, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    inner = handler(schema)
    number = {**inner, "maximum": min(inner.get("maximum", LARGEST), LARGEST)}
    return {"anyOf": [number, {"type": "string"}]}


def _reference_schema(mark: Refers, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Check that a name is one of those that the context lists for its kind."""

    def check(value: str, info: core_schema.ValidationInfo) -> str:
        known = (info.context or {}).get(mark.kind)
        if known is None or value in known:
            return value
        hint = did_you_mean(value, known) or ""
        raise PydanticCustomError(
            "reference",
            "there is no {kind} {name}",
            {"kind": mark.kind, "name": repr(value), "hint": hint},
        )

    return core_schema.with_info_after_validator_function(check, handler(source))


def _code_schema(kind: type[Code], _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
    """Read a word of an enumeration as its member; a member is taken as it is."""

    def word(value: object) -> object:
        return value.word if isinstance(value, kind) else value

    words = core_schema.literal_schema([code.word for code in kind])
    return core_schema.no_info_after_validator_function(
        kind.of,
        core_schema.no_info_before_validator_function(word, words),
        ref=f"{kind.__module__}.{kind.__qualname__}:{id(kind)}",
        serialization=core_schema.plain_serializer_function_ser_schema(str),
    )


def _code_json_schema(
    kind: type[Code], schema: CoreSchema, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    reference = handler(schema)
    words = handler.resolve_ref_schema(reference)
    words["title"] = kind.__name__
    words["description"] = about(kind)
    return reference


def _form_schema(_mark: ByForm, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Read a plain value or a record, by which of the two was given."""
    plain, keyed = (handler.generate_schema(form) for form in get_args(source))
    return core_schema.tagged_union_schema({PLAIN: plain, KEYED: keyed}, _form)


def _form(value: object) -> str:
    return KEYED if isinstance(value, dict | Record) else PLAIN


def _form_json_schema(
    _mark: ByForm, schema: CoreSchema, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    return {"anyOf": handler(schema)["oneOf"]}


def _record_json_schema(
    kind: type[Record], schema: CoreSchema, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    reference = handler(schema)
    handler.resolve_ref_schema(reference)["description"] = about(kind)
    return reference


def teach() -> None:
    """Attach the validators to the marks."""
    for mark, hook, function in (
        (Unit, "__get_pydantic_core_schema__", _unit_schema),
        (Unit, "__get_pydantic_json_schema__", _unit_json_schema),
        (Refers, "__get_pydantic_core_schema__", _reference_schema),
        (ByForm, "__get_pydantic_core_schema__", _form_schema),
        (ByForm, "__get_pydantic_json_schema__", _form_json_schema),
        (Record, "__get_pydantic_json_schema__", classmethod(_record_json_schema)),
        (Code, "__get_pydantic_core_schema__", classmethod(_code_schema)),
        (Code, "__get_pydantic_json_schema__", classmethod(_code_json_schema)),
    ):
        setattr(mark, hook, function)
