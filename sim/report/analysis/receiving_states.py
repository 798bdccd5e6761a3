"""What tables ask of stored results by receiving state: names, crossings, indicators and values.

There is nothing of it where there is one border.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.analysis import queries
from sim.text.catalogue import translate

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
    names = {
        str(place["id"]): queries.scenario_text(results, str(place["name"]))
        for place in results.manifest["places"]
    }
    return [
        ReceivingState(
            str(entry["id"]),
            queries.scenario_text(results, str(entry["name"])),
            tuple(names[crossing] for crossing in entry["crossings"]),
        )
        for entry in results.manifest.get("states", [])
    ]


def is_chain(results: StoredResults) -> bool:
    """Whether borders follow each other."""
    return bool(results.manifest.get("states"))


def where_on_the_way(results: StoredResults) -> str:
    """Where people are who are counted as in the transit state; in a chain, also between borders.

    There some of them have been registered at a border before.
    """
    return on_the_way_words(in_a_chain=is_chain(results))


def on_the_way_words(*, in_a_chain: bool) -> str:
    """The same, where it is known whether there is a chain of borders."""
    if in_a_chain:
        return translate("In the transit state or on the way between borders")
    return translate("In the transit state, not registered")


def headline_by_state(results: StoredResults) -> list[queries.Entry]:
    """The indicators of the tables of states, by family, rights first."""
    chosen = (queries.indicator(results, i) for i in results.manifest.get("state_headline", []))
    known = [entry for entry in chosen if entry and queries.is_modelled(entry)]
    return sorted(known, key=lambda entry: queries.FAMILIES.index(str(entry["family"])))


def indicators_of(results: StoredResults, state: str) -> pl.DataFrame:
    """Every indicator of a state, in the columns of those of the route."""
    return results.by_state.filter(state=state).drop("state")
