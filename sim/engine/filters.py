"""Whom an order concerns: people of some origins, with papers or without, of some classes.

A kind of people is one number, ``traits + 8 valid papers + 16 (origin + 1)``. A measure concerns a
kind unless it excepts one of its traits, is about another origin (one row of the measures for each
origin), or its combinations of traits and papers do not include it. As long as no measure tells
people apart by papers or origin, neither does anything that is cached or counted by kind.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY, TRAITS, Documents
from sim.engine.signatures import Columns, Record, Table

BY_TRAITS: Final = TRAITS - 1  # what tells kinds apart where no measure looks at papers or origins
BY_DOCUMENTS: Final = TRAITS
OF_ONE_ORIGIN: Final = 2 * TRAITS  # kinds
BY_ORIGIN: Final = ~(OF_ONE_ORIGIN - 1)
EVERYBODY: Final = 0  # in the column ``concerned``


@njit
def kind_of(group: Record) -> int:
    """The kind of people that a group is, everything told apart."""
    return group.traits + TRAITS * group.valid_documents + OF_ONE_ORIGIN * (group.origin + 1)


@njit
def appears_as(e: Columns, group: Record) -> int:
    """The kind of a group as far as any measure tells people apart."""
    return kind_of(group) & e.status[0].told_apart


@njit
def concerns(measure: Record, kind: int) -> bool:
    """Whether a measure is about people of a kind."""
    if measure.exempt & kind:
        return False
    if measure.origin != NOBODY and measure.origin != (kind // OF_ONE_ORIGIN) - 1:
        return False
    return measure.concerned == EVERYBODY or measure.concerned >> (kind % OF_ONE_ORIGIN) & 1 != 0


@njit
def is_filtered(measure: Record) -> bool:
    """Whether a measure names whom it is about; exceptions aside."""
    return measure.origin != NOBODY or measure.concerned != EVERYBODY


@njit
def concerns_everybody(measure: Record) -> bool:
    """Whether a measure makes no difference between people."""
    return measure.exempt == 0 and not is_filtered(measure)


def combinations(classes: int, *, all_of_them: bool, documents: Documents | None) -> int:
    """The column ``concerned``: a bit for each combination of traits and papers.

    Args:
        classes: flags of the classes that are concerned; 0 for all people.
        all_of_them: whether a group must have every one of these, and not only one.
        documents: papers that are concerned, or None for both.
    """
    if classes == 0 and documents is None:
        return EVERYBODY
    bits = 0
    for kind in range(OF_ONE_ORIGIN):
        held = kind & classes
        has_class = held == classes if all_of_them else classes == 0 or held != 0
        has_papers = documents is None or (kind >= BY_DOCUMENTS) == (documents is Documents.VALID)
        if has_class and has_papers:
            bits |= 1 << kind
    return bits


def concerned_kinds(measure: Record, kinds: int) -> NDArray[np.bool_]:
    """Which kinds of people a row of the measures concerns, shape (kinds,)."""
    kind = np.arange(kinds)
    concerned = (measure["exempt"] & kind) == 0
    if measure["origin"] != NOBODY:
        concerned &= kind // OF_ONE_ORIGIN - 1 == measure["origin"]
    if measure["concerned"] != EVERYBODY:
        concerned &= (int(measure["concerned"]) >> kind % OF_ONE_ORIGIN & 1) != 0
    return concerned


def tell_apart(status: Record, measures: Table, origins: int) -> None:
    """From now on, tell people apart by what rows of the measures name."""
    if (measures["origin"] != NOBODY).any():
        status["told_apart"] |= BY_ORIGIN
    concerned = measures["concerned"]
    if (concerned >> TRAITS != concerned & (1 << TRAITS) - 1).any():
        status["told_apart"] |= BY_DOCUMENTS
    if status["told_apart"] & ~(OF_ONE_ORIGIN - 1):
        status["kinds"] = OF_ONE_ORIGIN * (origins + 1)
    elif status["told_apart"] & BY_DOCUMENTS:
        status["kinds"] = OF_ONE_ORIGIN
