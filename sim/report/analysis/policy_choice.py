"""Which policies an answer names and pictures draw, where there are more than anybody reads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.report.analysis import queries
from sim.report.analysis.verdicts import judged

if TYPE_CHECKING:
    from sim.results.store import StoredResults

MOST_NAMED: Final = 3
MOST_DRAWN: Final = 6  # the reference among them
EXTREMES: Final = (queries.WITHOUT_ACCESS, queries.WAITING, queries.WHOLE_COST)


def named(results: StoredResults) -> list[str]:
    """The policies that an answer names: all of at most three, fewest people without access first.

    Of more those with fewest people without access, with least waiting and with least cost, on
    average: one policy may be several of these.
    """
    verdicts = judged(results)

    def mean(policy: str, indicator: str) -> float:
        each = verdicts.get((indicator, policy))
        return math.inf if each is None or math.isnan(each.change.mean) else each.change.mean

    _, *others = queries.policies(results)
    by_access = sorted(others, key=lambda policy: mean(policy, queries.WITHOUT_ACCESS))
    if len(others) <= MOST_NAMED:
        return by_access
    least = {min(by_access, key=lambda policy: mean(policy, which)) for which in EXTREMES}
    return [policy for policy in by_access if policy in least]


def drawn(results: StoredResults) -> list[str]:
    """The policies that are drawn where none is asked for: the reference, and five others.

    Those that the answer names come first, then the others as the scenario has them.
    """
    every = queries.policies(results)
    if len(every) <= MOST_DRAWN:
        return every
    kept = list(dict.fromkeys([every[0], *named(results), *every]))[:MOST_DRAWN]
    return [policy for policy in every if policy in kept]
