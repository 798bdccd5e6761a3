"""What tables ask of stored results by receiving state: names, crossings, indicators and values.

There is nothing of it where there is one border.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.analysis import queries

if TYPE_CHECKING:
    import polars as pl

    from sim.results.store import StoredResults


@dataclass(frozen=True)
class ReceivingState:
    """A state of a chain of borders.

    Attributes:
        id: As in results.
        name: In the current language.
        crossings: Names of its crossings, in the current language.
    """

    id: str
    name: str
    crossings: tuple[str, ...]


def receiving_states(results: StoredResults) -> list[ReceivingState]:
    """The states in the order of the scenario."""
    said = {
        str(place["id"]): queries.scenario_text(results, str(place["name"]))
        for place in results.manifest["places"]
    }
    return [
        ReceivingState(
            str(entry["id"]),
            queries.scenario_text(results, str(entry["name"])),
            tuple(said[crossing] for crossing in entry["crossings"]),
        )
        for entry in results.manifest.get("states", [])
    ]


def headline_by_state(results: StoredResults) -> list[queries.Entry]:
    """The indicators of the tables of states, by family, rights first."""
    chosen = (queries.indicator(results, i) for i in results.manifest.get("state_headline", []))
    known = [entry for entry in chosen if entry and queries.is_modelled(entry)]
    return sorted(known, key=lambda entry: queries.FAMILIES.index(str(entry["family"])))


def indicators_of(results: StoredResults, state: str) -> pl.DataFrame:
    """Every indicator of a state, in the columns of those of the route."""
    return results.by_state.filter(state=state).drop("state")
