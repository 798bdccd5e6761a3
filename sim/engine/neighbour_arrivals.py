"""S11: arrival at a crossing of another state, which may be closed or refuse to hear a claim."""

from __future__ import annotations

from sim.arithmetic.compiled import njit
from sim.engine.bulletins import latest_bulletin
from sim.engine.codes import PersonState
from sim.engine.exit_gate import turn_back
from sim.engine.signatures import Columns, Hours, Row
from sim.engine.travel import end_journey
from sim.randomness import NEIGHBOUR_REFUSES, happens


@njit
def arrive_at_neighbour(e: Columns, g: Row, now: Hours) -> None:
    """A group reaches another state's crossing: received there, or sent back unheard.

    Those who are sent back are counted at the neighbour's place, apart from people whom the
    receiving state turned back. Where nobody can be sent back nothing is tried, and nothing counts
    towards publicised failure (S1).
    """
    group = e.groups[g]
    neighbour = e.destinations[group.destination]
    if neighbour.closures == 0 and neighbour.refusal <= 0.0:
        end_journey(e, g, PersonState.DIVERTED, now)
        return
    e.journeys[group.journey].heard_h = latest_bulletin(e, now)
    group.attempts += 1
    if neighbour.closures > 0 or _refused(e, g, neighbour.refusal):
        turn_back(e, g, now)
    else:
        e.status[0].passed_today += group.people
        end_journey(e, g, PersonState.DIVERTED, now)


@njit
def _refused(e: Columns, g: Row, refusal: float) -> bool:
    """Whether the neighbour does not hear the claim of this group, at this attempt."""
    group = e.groups[g]
    return happens(refusal, e.status[0].key, NEIGHBOUR_REFUSES, group.key, group.attempts)
