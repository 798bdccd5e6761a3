"""The one place where results are called calibrated, or are not."""

from __future__ import annotations

from datetime import date
from typing import Final

from sim.storage.json_object import JsonMapping
from sim.text.catalogue import translate
from sim.text.wording import day, plural

MOST_NAMED: Final = 8


def calibration_words(verdict: JsonMapping) -> str:
    """What may be said of states of the world that were drawn from a posterior.

    Args:
        verdict: of the misfit test, from the manifest of a posterior or of results.
    """
    if verdict["reproduces"]:
        return translate("Calibrated to the counts until {day}.", day=_day(verdict["until"]))
    return translate(
        "Fitted to the counts until {day}, but does not reproduce: {what}.",
        day=_day(verdict["until"]),
        what=_named(verdict["not_reproduced"]),
    )


def basis_words(posterior: JsonMapping | None) -> str:
    """What states of the world were drawn from, and what may be said of that.

    Args:
        posterior: what the manifest of results says of it; None for the prior.
    """
    if posterior is not None:
        return calibration_words(posterior)
    return translate(
        "Not calibrated: states of the world are drawn from the ranges of the assumptions (the "
        "prior), and none is preferred because it comes near to the counts."
    )


def _named(cells: list[JsonMapping]) -> str:
    if not cells:
        return translate("all counts together, though each for itself")
    named = "; ".join(map(_cell, cells[:MOST_NAMED]))
    more = len(cells) - MOST_NAMED
    return f"{named}; {plural(more, '{count} more', '{count} more')}" if more > 0 else named


def _day(text: str) -> str:
    return day(date.fromisoformat(text), year=True)


def _cell(cell: JsonMapping) -> str:
    days = " – ".join(dict.fromkeys(_day(cell[end]) for end in ("first", "last")))
    return translate(
        "{place} {days} ({counted} counted, {low} to {high} modelled)",
        place=cell["name"],
        days=days,
        counted=f"{cell['counted']:.0f}",
        low=f"{cell['low']:.0f}",
        high=f"{cell['high']:.0f}",
    )
