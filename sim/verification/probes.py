"""Looking into one group's mind: what it makes of its ways out, by the engine's own functions."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.engine.choice import evaluate_ways, logsum
from sim.engine.handle import columns_of
from sim.engine.signatures import Column
from sim.model import BorderModel


@njit(cache=True)
def _evaluate_first_group(handle):  # type: ignore[no-untyped-def]
    e = columns_of(handle)
    evaluate_ways(e, 0, e.status[0].now_h)
    return logsum(e.nests, e.utility[0])


def first_logsum(run: BorderModel) -> float:
    """Logsum of the ways out of the first group as it sees them now."""
    return float(_evaluate_first_group(run.handle))


def first_utilities(run: BorderModel) -> Column:
    """Utilities of the first group's ways out, shape (destinations + 1,); the last is settling."""
    _evaluate_first_group(run.handle)
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
