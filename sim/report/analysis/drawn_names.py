"""What charts and pages call an uncertain parameter, with the names of the scenario in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from sim.report.analysis import queries
from sim.text.catalogue import translate
from sim.text.parameter_labels import parameter_label
from sim.text.wording import day

if TYPE_CHECKING:
    from sim.results.store import StoredResults

_THINGS: Final = ("hypotheses", "controls")  # which have a label, as places have a name
CHANCE: Final = "chance of controls."  # how assumptions name what is no key of the file
SINCE: Final = "demand from "
STOCK: Final = "stocks."


def parameter_name(results: StoredResults, key: str) -> str:
    """A parameter by its name; what is drawn of a crossing, control or hypothesis, by theirs."""
    manifest = results.manifest
    labels = {
        str(each["id"]): queries.scenario_text(results, str(each["label"]))
        for kind in _THINGS
        for each in manifest.get(kind, ())
    }
    names = {str(place["id"]): str(place["name"]) for place in manifest["places"]}
    return _assumed(key, labels) or parameter_label(key, labels | names)


def _assumed(key: str, labels: Mapping[str, str]) -> str:
    """What an assumption is called that is no key of its own; nothing of any other."""
    if key.startswith(CHANCE):
        control = key.removeprefix(CHANCE)
        return translate("{thing}: chance that it is so", thing=labels.get(control, control))
    if key.startswith(SINCE):
        since = date.fromisoformat(key.removeprefix(SINCE))
        return translate("People who set out, from {day} on", day=day(since, year=True))
    if key.startswith(STOCK):
        return translate("People already there")
    return ""
