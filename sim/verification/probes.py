"""Looking into one group's mind: what it makes of its ways out, by the engine's own functions."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.engine.choice import evaluate_ways, leaving_probability, logsum
from sim.engine.codes import GroupStage
from sim.engine.handle import columns_of
from sim.engine.signatures import Column
from sim.model import BorderModel


@njit(cache=True)
def _look(handle, groups, looks):  # type: ignore[no-untyped-def]
    """Let groups evaluate their ways out several times over, from the second time on afresh.

    One function for all that is to be known: compiling the engine's evaluation takes long.

    Returns:
        How many of the groups found something else when they looked again; and logsum and chance
        of leaving of the last.
    """
    e = columns_of(handle)
    now_h, stale, total, leaving = e.status[0].now_h, 0, np.nan, np.nan
    for g in groups:
        until_h, urgent = 0.0, False
        utility, unlike = e.utility.copy(), False
        for number in range(looks):
            if number > 0:
                for k in range(len(e.utility_cache)):
                    e.utility_cache[k].until_h = -np.inf
            before_h, was_urgent = until_h, urgent
            ways = evaluate_ways(e, g, now_h)
            until_h, urgent = ways.until_h, ways.differs
            rows = 2 if urgent else 1
            if number > 0:
                same = until_h == before_h and urgent == was_urgent
                unlike |= not (same and np.array_equal(utility[:rows], e.utility[:rows]))
            utility[:] = e.utility
        stale += unlike
        total = logsum(e.nests, e.utility[0], e.weights)
        leaving = leaving_probability(e.parameters[0], e.nests, e.utility, e.weights, urgent)
    return stale, total, leaving


_FIRST = np.zeros(1, dtype=np.int64)
_LOOKING = (GroupStage.WAITING, GroupStage.QUEUED)


def stale_utilities(run: BorderModel) -> tuple[int, int]:
    """How many groups would find other utilities if they evaluated again, of how many that may."""
    stages = run.engine.groups["stage"][: int(run.engine.status["groups"][0])]
    groups = np.flatnonzero(np.isin(stages, _LOOKING))
    return int(_look(run.handle, groups, 2)[0]), len(groups)


def first_leaving_probability(run: BorderModel) -> float:
    """The chance with which the first group leaves when it reconsiders now."""
    return float(_look(run.handle, _FIRST, 1)[2])


def first_logsum(run: BorderModel) -> float:
    """Logsum of the ways out of the first group as it sees them now."""
    return float(_look(run.handle, _FIRST, 1)[1])


def first_utilities(run: BorderModel) -> Column:
    """Utilities of the first group's ways out, shape (destinations + 1,); the last is settling."""
    _look(run.handle, _FIRST, 1)
    return np.array(run.engine.utility[0])


def first_shares(run: BorderModel) -> NDArray[np.float64]:
    """Chances of the first group's ways out, given that it leaves, by the engine's own values."""
    total = first_logsum(run)
    nests, utility = run.engine.nests, run.engine.utility[0]
    chances = np.zeros(len(utility))
    for nest in nests:
        members = slice(int(nest["first"]), int(nest["last"]))
        scaled = np.exp(utility[members] / nest["scale"])
        if scaled.sum() > 0.0:
            chances[members] = math.exp(nest["value"] - total) * scaled / scaled.sum()
    return chances
