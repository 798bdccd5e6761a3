"""Keys of crossings, hypotheses and controls whose values each state of the world draws.

They are named in ``uncertainties`` by their path: ``crossings.far.known``,
``hypotheses.H0.leakage`` or ``controls.metering.0.persons_per_d`` (of its first step). The value
that the file has there is the central one, and both ends of the range must be values that the file
could have there.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Final, NamedTuple

from pydantic import ValidationError

from sim.errors import did_you_mean
from sim.hypotheses import GateStep, registered_hypotheses
from sim.scenario.checking import adapter
from sim.scenario.draft import Draft
from sim.scenario.named_rules import NamedRules
from sim.scenario.schema import UncertainRange, WeightedHypothesis
from sim.storage.json_object import JsonMapping
from sim.world.drawn_crossings import DRAWN_OF_CROSSINGS
from sim.world.network import Crossing

SECTIONS: Final = ("crossings", "hypotheses", "controls")
OF_STEPS: Final = ("chance", "persons_per_d", "every_h", "delay_h")


# Units by how the name of a key ends; all others are numbers.
UNITS: Final = {"_per_d": "persons/d", "_h": "h", "_min": "min"}


class _Holder(NamedTuple):
    """The record that holds a key.

    Attributes:
        kind: its type.
        data: it as the file has it.
        record: it as it was read.
        key: the path of the key in it.
    """

    kind: type
    data: JsonMapping
    record: object
    key: tuple[str, ...]


class _NotDrawnError(Exception):
    """A path that leads to nothing that can be drawn, and a hint."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def is_drawn_key(name: str) -> bool:
    """Whether a name of what is drawn is the path of a key: no parameter, stock or switch."""
    section, *rest = name.split(".")
    return section in ("crossings", "hypotheses") or (section == "controls" and len(rest) > 1)


def unit_of_key(name: str) -> str:
    """The unit of a key that is drawn, by the end of its name."""
    return next((unit for end, unit in UNITS.items() if name.endswith(end)), "1")


def central_value(
    draft: Draft, name: str, given: UncertainRange, rules: NamedRules
) -> float | None:
    """The value that the file has at a path; None, with a problem noted, if it cannot be drawn."""
    try:
        holder = _holder(draft, name, rules)
        central = holder.record
        for part in holder.key:
            central = getattr(central, part, None)
        if not isinstance(central, float | int) or isinstance(central, bool):
            raise _NotDrawnError(f"{name}: there is no number at that key to draw around")
        for end in ("low", "high"):
            _require_possible(draft, holder, name, getattr(given, end))
    except _NotDrawnError as error:
        draft.checks.add(("uncertainties", name), str(error), error.hint)
        return None
    return float(central)


def _holder(draft: Draft, name: str, rules: NamedRules) -> _Holder:
    section, _, rest = name.partition(".")
    if section == "crossings":
        return _of_crossing(draft, name, rest)
    if section == "hypotheses":
        of, _, field = rest.rpartition(".")
        if of in rules.hypotheses:
            own = draft.checks.document.data_at(("hypotheses", of))
            kind = registered_hypotheses()[own["type"]]
            bare = {k: v for k, v in own.items() if k not in WeightedHypothesis.model_fields}
            return _Holder(kind, bare, rules.hypotheses[of].rule, (field,))
        raise _NotDrawnError(f"{name}: no such hypothesis", did_you_mean(of, rules.hypotheses))
    if section == "controls":
        return _of_control(draft, name, rest, rules)
    hint = did_you_mean(section, SECTIONS) or f"sections are {', '.join(SECTIONS)}"
    raise _NotDrawnError(f"{name!r} is neither a parameter nor the path of a key", hint)


def _of_crossing(draft: Draft, name: str, rest: str) -> _Holder:
    for key in DRAWN_OF_CROSSINGS:
        of = rest.removesuffix(f".{key}")
        for k, crossing in enumerate(draft.file.crossings):
            if of != rest and crossing.id == of:
                data = draft.checks.document.data_at(("crossings", k))
                return _Holder(Crossing, data, crossing, tuple(key.split(".")))
    hint = f"of crossings {', '.join(DRAWN_OF_CROSSINGS)} can be drawn: crossings.<id>.<key>"
    raise _NotDrawnError(f"{name!r} is no key of a crossing that can be drawn", hint)


def _of_control(draft: Draft, name: str, rest: str, rules: NamedRules) -> _Holder:
    of, _, path = rest.partition(".")
    number, _, field = path.partition(".")
    if of not in rules.controls:
        raise _NotDrawnError(f"{name}: no such control", did_you_mean(of, rules.controls))
    steps = rules.controls[of].steps
    if not number.isdecimal() or int(number) >= len(steps) or field not in OF_STEPS:
        hint = f"{', '.join(OF_STEPS)} of a step can be drawn: controls.{of}.<number from 0>.<key>"
        raise _NotDrawnError(f"{name!r} is no key of a step that can be drawn", hint)
    data = draft.checks.document.data_at(("controls", of, "steps", int(number)))
    return _Holder(GateStep, data, steps[int(number)], (field,))


def _require_possible(draft: Draft, holder: _Holder, name: str, value: float) -> None:
    """Refuse an end of a range that the file could not have at the key.

    Raises:
        _NotDrawnError: if it could not.
    """
    data = deepcopy(dict(holder.data))
    within = data
    for part in holder.key[:-1]:
        within = within[part]
    within[holder.key[-1]] = value
    try:
        adapter(holder.kind).validate_json(json.dumps(data), strict=True, context=dict(draft.ids))
    except ValidationError as fault:
        message = fault.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise _NotDrawnError(f"{name}: {value:g} could not stand there: {message}") from None
