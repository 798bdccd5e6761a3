"""Times of the transit side's conduct without an offset: they need its time zone."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sim.clock import ZONE_MISSING
from sim.scenario.checking import KeyPath, leaves
from sim.scenario.draft import Draft
from sim.scenario.named_rules import NamedRules

_HINT: Final = "or say by whose clock they are: 'transit_timezone: Europe/Moscow', say"


def check_transit_times(draft: Draft, rules: NamedRules) -> None:
    """Note times without an offset in what the transit side does, unless their zone is given."""
    if draft.file.transit_timezone is not None:
        return
    conduct: list[tuple[KeyPath, object]]
    conduct = [(("hypotheses", name), each.rule) for name, each in rules.hypotheses.items()]
    conduct += [(("controls", name, "steps"), each.steps) for name, each in rules.controls.items()]
    for at, held in conduct:
        for key, value in leaves(held, at):
            if isinstance(value, datetime) and value.tzinfo is None:
                draft.checks.add(key, ZONE_MISSING, _HINT)
