"""Times of the transit side's conduct without an offset: they need its time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime

from sim.clock import ZONE_MISSING
from sim.scenario.checking import KeyPath
from sim.scenario.draft import Draft
from sim.scenario.records import NamedHypothesis


def check_transit_times(draft: Draft, hypotheses: Mapping[str, NamedHypothesis]) -> None:
    """Note times without an offset in hypotheses, unless the file says what zone they are in."""
    if draft.file.transit_timezone is not None:
        return
    for name, each in hypotheses.items():
        for key in _without_offset(("hypotheses", name), each.rule):
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
