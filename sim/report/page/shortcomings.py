"""What the first section says against the model: learning indicators that are bad, with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.text.catalogue import translate
from sim.text.wording import number, signed

if TYPE_CHECKING:
    from sim.results.store import StoredResults

SKILL, IDENTIFIED = "L3", "L1"
SAYS_NOTHING: Final = 0.8  # spread from which on counts say nothing of a parameter (L1)


def shortcomings(results: StoredResults) -> list[str]:
    """Sentences on a model that is worse than yesterday's count, or not identified by counts."""
    return [*_skill(results), *_identification(results)]


def _skill(results: StoredResults) -> list[str]:
    values = results.learning.filter(indicator=SKILL).drop_nulls("value")["value"].to_list()
    return [
        translate(
            "The model does worse than yesterday's count on the counts that it was set to: its "
            "skill is {skill} (1 is perfect, 0 as good as taking yesterday's count again).",
            skill=signed(value),
        )
        for value in values
        if value < 0.0
    ]


def _identification(results: StoredResults) -> list[str]:
    spread = results.learning.filter(indicator=IDENTIFIED).drop_nulls("value")["value"]
    known = int((spread <= SAYS_NOTHING).sum())
    if 2 * known >= len(spread):
        return []
    return [
        translate(
            "The counts say something about {known} of {all} uncertain parameters and next to "
            "nothing about the others, so results rest on what was assumed about them.",
            known=number(known),
            all=number(len(spread)),
        )
    ]
