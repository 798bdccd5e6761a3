"""What charts and pages call an uncertain parameter, with the names of the scenario in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.report.analysis import queries
from sim.text.parameter_labels import parameter_label

if TYPE_CHECKING:
    from sim.results.store import StoredResults

_THINGS: Final = ("hypotheses", "controls")  # which have a label, as places have a name


def parameter_name(results: StoredResults, key: str) -> str:
    """A parameter by its name; what is drawn of a crossing, control or hypothesis, by theirs."""
    manifest = results.manifest
    labels = {
        str(each["id"]): queries.scenario_text(results, str(each["label"]))
        for kind in _THINGS
        for each in manifest.get(kind, ())
    }
    names = {str(place["id"]): str(place["name"]) for place in manifest["places"]}
    return parameter_label(key, labels | names)
