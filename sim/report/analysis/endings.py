"""How a journey may end, in the words of charts and tables."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.person_states import JourneyEnd, states_that_end
from sim.errors import ResultsError, quoted
from sim.results.tables.journeys_table import BETWEEN_BORDERS
from sim.text.catalogue import translate


@dataclass(frozen=True)
class Ending:
    """How a journey may end, in plain terms: a group of states.

    Attributes:
        id: Its name in tables of data.
        states: Names of :class:`sim.engine.codes.PersonState`.
        access: Whether people who end so do not count as without access to asylum.
    """

    id: str
    states: tuple[str, ...]
    access: bool


NOT_SET_OUT = Ending("not_set_out", (), access=False)  # kept from coming: no person of the ledger


ENDINGS = (
    *(Ending(e.label, tuple(s.name for s in states_that_end(e)), e.access) for e in JourneyEnd),
    Ending("between_borders", (BETWEEN_BORDERS,), access=False),
    NOT_SET_OUT,
)


_ENDING_OF = {state: ending for ending in ENDINGS for state in ending.states}


def ending_of(state: str | None) -> Ending:
    """The ending that a state counts as.

    Raises:
        ResultsError: there is no such state.
    """
    if state not in _ENDING_OF:
        raise ResultsError(
            f"journeys.parquet: there is no state {quoted(str(state))}; run the command again"
        )
    return _ENDING_OF[state]


def ending_words(ending: Ending) -> str:
    """What an ending is called, in the current language."""
    return {
        "registered": translate("registered"),
        "no_claim": translate("refused, claimed nothing"),
        "elsewhere": translate("in another country"),
        "terrain": translate("crossed the terrain border, unknown"),
        "at_border": translate("waiting at the border"),
        "turned_back": translate("turned back, claim not heard"),
        "in_transit": translate("in the transit state or on the way"),
        "between_borders": translate("on the way between borders"),
        "gave_up": translate("gave up, stays in the transit state"),
        "returned": translate("returned home"),
        "removed": translate("removed by the transit state"),
        "not_set_out": translate("kept from setting out"),
    }[ending.id]
