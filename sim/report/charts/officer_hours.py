"""The numbers behind the utilisation chart: officers' hours in use and people who wait there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats, Place
from sim.report.analysis.shown_days import shown_days

if TYPE_CHECKING:
    from datetime import date

    from sim.results.store import StoredResults

FULL = 0.95  # share of the day's hours from which officers count as fully used
LEVELS = (0.1, 0.5, 0.9)
OTHERS = 3


@dataclass(frozen=True)
class OfficerHours:
    """What is drawn; arrays are (run, crossing, day), quantiles (level, crossing, day).

    Attributes:
        days: The days that are shown.
        places: Crossings with interviews under some policy, north to south.
        without: Names of the other crossings.
        shares: Share of officers' hours in use, on all days.
        used: Quantiles of the shares, of the policies that are drawn.
        waiting: People waiting at midnight, on all days, under the policies that are drawn.
        in_queue: Quantiles of the people waiting.
        closed: Share of the reference's states of the world in which a crossing is closed,
            (crossing, day).
        drawn: The reference and the other policies that have lines.
        lead: Which crossing has most work: most hours of interviews under the reference.
    """

    days: list[date]
    places: list[Place]
    without: list[str]
    shares: dict[str, Floats]
    used: dict[str, Floats]
    waiting: dict[str, Floats]
    in_queue: dict[str, Floats]
    closed: Floats
    drawn: list[str]
    lead: int

    def full_days(self, policy: str) -> Floats:
        """Days on which officers are fully used, (run, crossing)."""
        return np.asarray((self.shares[policy] >= FULL).sum(axis=2), dtype=float)


def officer_hours(results: StoredResults) -> OfficerHours:
    """What the utilisation chart shows of stored results."""
    policies, places = queries.policies(results), queries.crossings(results)
    officers = queries.daily_by_crossing(results, "officer_h")
    busy = queries.daily_by_crossing(results, "interview_h")
    waiting = queries.daily_by_crossing(results, "waiting")
    staffed = [k for k in range(len(places)) if any(b[:, k].any() for b in busy.values())]
    shares = {p: _share(busy[p][:, staffed], officers[p][:, staffed]) for p in policies}
    reference = policies[0]
    hours = busy[reference][:, staffed].sum(axis=(0, 2)).tolist()
    lead = max(range(len(staffed)), key=lambda k: hours[k], default=0)
    drawn = [reference, *_others(policies, shares, lead)] if staffed else policies[:1]
    here = {policy: waiting[policy][:, staffed] for policy in drawn}
    used = {policy: np.quantile(shares[policy], LEVELS, axis=0) for policy in drawn}
    in_queue = {policy: np.quantile(block, LEVELS, axis=0) for policy, block in here.items()}
    window = shown_days(results)
    closed = queries.access_shares(results, reference)[queries.STATES.index("closed")]
    return OfficerHours(
        days=queries.days(results)[window],
        places=[places[k] for k in staffed],
        without=[place.name for k, place in enumerate(places) if k not in staffed],
        shares=shares,
        used={policy: levels[:, :, window] for policy, levels in used.items()},
        waiting=here,
        in_queue={policy: levels[:, :, window] for policy, levels in in_queue.items()},
        closed=closed[staffed][:, window],
        drawn=drawn,
        lead=lead,
    )


def _share(used: Floats, there: Floats) -> Floats:
    """Officers' hours are recorded on days with an interview; on the others none are in use."""
    return np.divide(used, there, out=np.zeros_like(used), where=there > 0)


def _others(policies: list[str], shares: dict[str, Floats], lead: int) -> list[str]:
    """The policies whose median days differ most from the reference's at one crossing."""
    lines = {policy: np.median(shares[policy][:, lead], axis=0) for policy in policies}
    base = lines[policies[0]]
    apart = {policy: float(np.abs(line - base).mean()) for policy, line in lines.items()}
    far = sorted(policies[1:], key=lambda policy: -apart[policy])[:OTHERS]
    return [policy for policy in policies if policy in far]
