"""What scenario files may write of policies, hypotheses and responses: known words and keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import sim.scenario.schema  # noqa: F401 - teaches pydantic what the records' marks mean
from sim.engine.codes import (
    GATE,
    Action,
    Code,
    Distribution,
    Mode,
    QueueDiscipline,
    QueueRule,
    Trait,
)
from sim.fingerprint import record_fingerprint
from sim.hypotheses import registered_hypotheses, registered_responses
from sim.policies import Order, registered_policies
from sim.policies.oversight import Oversight
from sim.world.fields import Record

CODES: tuple[type[Code], ...] = (Action, Distribution, Mode, QueueDiscipline, QueueRule, Trait)
KINDS = {
    **registered_policies(),
    **registered_hypotheses(),
    **registered_responses(),
}


def records(kind: type[Any] = Record) -> list[type[Any]]:
    """Every class of records that is not only the base of others."""
    return [each for sub in kind.__subclasses__() for each in (records(sub) or [sub])]


def refused(kind: type[Any], data: Any) -> set[str]:
    with pytest.raises(ValidationError) as fault:
        TypeAdapter(kind).validate_json(json.dumps(data), strict=True)
    return {error["type"] for error in fault.value.errors()}


@pytest.mark.parametrize("kind", [*KINDS.values(), *records()], ids=lambda kind: kind.__name__)
def test_a_key_that_is_no_field_is_refused(kind: type[Any]) -> None:
    assert "unexpected_keyword_argument" in refused(kind, {"no_such_key": 1})


@pytest.mark.parametrize("kind", CODES)
def test_a_code_is_read_and_written_as_its_word(kind: type[Code]) -> None:
    adapter = TypeAdapter(kind)
    for code in kind:
        assert adapter.validate_json(json.dumps(code.word), strict=True) is code
        assert adapter.dump_python(code, mode="json") == str(code) == code.word
        assert kind.of(code.word) is code
    assert adapter.json_schema()["enum"] == [code.word for code in kind]


@pytest.mark.parametrize("kind", CODES)
def test_a_file_cannot_write_a_code_as_its_number(kind: type[Code]) -> None:
    assert refused(kind, next(iter(kind)).value) == {"literal_error"}
    with pytest.raises(ValueError, match="'nothing' is none of"):
        kind.of("nothing")


def test_every_code_has_a_word_and_a_number_of_its_own() -> None:
    for kind in CODES:
        assert len({code.word for code in kind}) == len({*kind}) == len(list(kind))
    assert GATE not in set(Action), "the gate of the transit side is no order's"


def test_codes_of_different_kinds_have_different_fingerprints() -> None:
    codes = [code for kind in CODES for code in kind]
    assert len({record_fingerprint(code) for code in codes}) == len(codes)
    assert record_fingerprint([Mode.FOOT]) != record_fingerprint([0])


def test_an_order_is_kept_as_words() -> None:
    order = Order(
        action=Action.CLOSE,
        crossings=("a", "b"),
        announced_h=1.0,
        effective_h=2.0,
        queue=QueueRule.REROUTE,
        exempt=frozenset(Trait),
        mode=Mode.CAR,
    )
    plain = json.loads(json.dumps(order.as_plain()))
    assert (plain["action"], plain["queue"], plain["mode"]) == ("close", "reroute", "car")
    assert Order.from_plain(plain) == order


def test_oversight_names_classes_of_people_by_their_words() -> None:
    data = {"intercept": 0, "slope": 0, "delay_h": 1, "power": "require-exception", "source": "x"}
    rules = TypeAdapter(Oversight).validate_json(
        json.dumps({**data, "exempt": ["vulnerable"]}), strict=True
    )
    assert rules.exempt == {Trait.VULNERABLE}
