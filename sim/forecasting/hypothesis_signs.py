"""A forecast is conditional on hypotheses: what each says, and what one early sign would tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
EARLY_DAYS: Final = 2
TOTAL: Final = "total"


class Sign(NamedTuple):
    """A row of ``signs.csv``: one hypothesis, before and after one thing is seen.

    Attributes:
        sign: what is seen or not.
        place: where: id of a crossing, or ``total``.
        chance: share of the samples that have it.
        hypothesis: id of the hypothesis.
        before: its share of the samples.
        if_seen: its share of those that have the sign.
        if_not: its share of the others.
    """

    sign: str
    place: str
    chance: float
    hypothesis: str
    before: float
    if_seen: float
    if_not: float


def early_signs(
    people: Floats, is_open: NDArray[np.bool_], hypotheses: Sequence[str], places: Sequence[str]
) -> list[Sign]:
    """What the first two days would tell about hypotheses, one sign at a time.

    Signs that every sample has, or none, tell nothing and are left out; so does any of a single
    hypothesis.

    Args:
        people: samples, shape (samples, days ahead, crossings).
        is_open: which crossings are open, shape (days ahead, crossings).
        hypotheses: of each sample.
        places: ids of the crossings.
    """
    held = np.array(hypotheses)
    rows: list[Sign] = []
    if len(set(hypotheses)) == 1:
        return rows
    for sign, place, seen in _seen(people[:, :EARLY_DAYS], is_open[:EARLY_DAYS], places):
        if 0 < seen.sum() < len(seen):
            rows += _by_hypothesis(sign, place, seen, held)
    return rows


def _seen(
    people: Floats, is_open: NDArray[np.bool_], places: Sequence[str]
) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Each sign with its place and the samples that have it, shape (samples,)."""
    for crossing in np.flatnonzero(is_open.any(axis=0)).tolist():
        came = people[:, :, crossing].sum(axis=1) > 0.0
        yield f"anybody in the first {EARLY_DAYS} days", places[crossing], came
    total = people.sum(axis=(1, 2))
    middle = float(np.median(total))
    yield f"more than {middle:g} people in the first {EARLY_DAYS} days", TOTAL, total > middle


def _by_hypothesis(
    sign: str, place: str, seen: NDArray[np.bool_], held: NDArray[np.str_]
) -> Iterator[Sign]:
    for name in sorted(set(held.tolist())):
        mine = held == name
        before, if_seen, if_not = (float(each.mean()) for each in (mine, mine[seen], mine[~seen]))
        yield Sign(sign, place, float(seen.mean()), name, before, if_seen, if_not)
