"""Times of the transit side's conduct without an offset: they need its time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime

from sim.clock import ZONE_MISSING
from sim.scenario.checking import KeyPath
from sim.scenario.draft import Draft
from sim.scenario.named_rules import NamedRules


def check_transit_times(draft: Draft, rules: NamedRules) -> None:
    """Note times without an offset in what the transit side does, unless their zone is given."""
    if draft.file.transit_timezone is not None:
        return
    conduct: list[tuple[KeyPath, object]]
    conduct = [(("hypotheses", name), each.rule) for name, each in rules.hypotheses.items()]
    conduct += [(("controls", name, "steps"), each.steps) for name, each in rules.controls.items()]
    for at, held in conduct:
        for key in _without_offset(at, held):
            hint = "or say by whose clock they are: 'transit_timezone: Europe/Moscow', say"
            draft.checks.add(key, ZONE_MISSING, hint)


def _without_offset(at: KeyPath, value: object) -> Iterator[KeyPath]:
    if isinstance(value, datetime) and value.tzinfo is None:
        yield at
    elif is_dataclass(value):
        for each in fields(value):
            yield from _without_offset((*at, each.name), getattr(value, each.name))
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from _without_offset((*at, key), held)
    elif isinstance(value, tuple):
        for k, held in enumerate(value):
            yield from _without_offset((*at, k), held)
