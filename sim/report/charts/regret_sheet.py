"""The layout of the table of regret: widths and heights in inches, column heads and cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.minimax_regret import (
    Future,
    Regrets,
)
from sim.report.analysis.queries import Floats
from sim.report.drawing.design_tokens import MEDIUM_GAP, SMALL_GAP
from sim.report.drawing.layout import LINE_IN, MARGIN, fit_whole, width_of, wrap
from sim.report.drawing.style import SMALL
from sim.text.catalogue import translate
from sim.text.wording import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.results.store import StoredResults

LABEL = 3.0
GAP = 0.3
ROW = 0.27
NARROWEST = 0.44
WIDEST = 1.4
PAD = 0.05
ROOM = 15.5  # widest page
NAME_LINE = 0.17  # a line of the name of an indicator
UNDER_KEY, UNDER_HEAD, UNDER_BLOCK = 0.12, 0.16, 0.25
WIDER = 0.05  # by which columns grow until names of hypotheses fit
MOST_HEAD_LINES = 3
LINE = SMALL * LINE_IN
MILLION = 1e6
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Sheet:
    """The layout: widths and heights in inches, heads and letters of the columns."""

    label: float
    column: float
    last: float
    across: int
    rows: int
    bands: int
    name_lines: int
    head_lines: int
    futures: tuple[Future, ...]
    hypotheses: Mapping[str, str]
    letters: Mapping[str, str]
    key: str

    @classmethod
    def of(
        cls, results: StoredResults, ahead: Sequence[Future], blocks: Sequence[Regrets]
    ) -> Sheet:
        """The layout that these futures and tables need."""
        names = queries.labels_by_id(results, "hypotheses")
        met = {future.response for future in ahead if future.response}
        known = list(queries.labels_by_id(results, "responses"))
        answers = [r for r in known if r in met] + sorted(met.difference(known))
        letters = {r: LETTERS[k % len(LETTERS)] for k, r in enumerate(answers)}
        label = MEDIUM_GAP + max(
            width_of(name, size=SMALL) for name in queries.labels(results).values()
        )
        label = min(LABEL, label)
        column = _column(ahead, names, blocks)
        last = max(column, width_of(translate("worst"), size=SMALL, weight="bold") + 2 * PAD)
        block = len(ahead) * column + last
        fits = int((ROOM - 2 * MARGIN - label + GAP) // (block + GAP))
        across = max(1, min(fits, len(blocks)))
        across = 2 if across == 3 and len(blocks) == 4 else across
        room = label + across * (block + GAP)
        return cls(
            label=label,
            column=column,
            last=last,
            across=across,
            rows=len(blocks[0].policies),
            bands=math.ceil(len(blocks) / across),
            name_lines=max(block_name(each, block)[0].count("\n") + 1 for each in blocks),
            head_lines=max(_head_lines(span, column, names) for span in spans(ahead)),
            futures=tuple(ahead),
            hypotheses=names,
            letters=letters,
            key=wrap(_key(results, letters), room, size=SMALL) if letters else "",
        )

    @property
    def block(self) -> float:
        """Width of the block of an indicator."""
        return len(self.futures) * self.column + self.last

    @property
    def width(self) -> float:
        """Width of the page."""
        return 2 * MARGIN + self.label + self.across * (self.block + GAP)

    @property
    def key_height(self) -> float:
        """Height of the key above the blocks; none without letters."""
        return LINE * (1 + self.key.count("\n")) + UNDER_KEY if self.key else 0.0

    @property
    def named(self) -> float:
        """What a block's name and unit take."""
        return NAME_LINE * self.name_lines + LINE + SMALL_GAP

    @property
    def head(self) -> float:
        """Name and unit, hypotheses, letters and numbers of states of the world."""
        return self.named + LINE * (self.head_lines + (2 if self.letters else 1)) + UNDER_HEAD

    @property
    def band(self) -> float:
        """Height of a row of blocks."""
        return self.head + ROW * self.rows + UNDER_BLOCK

    @property
    def height(self) -> float:
        """Height of the body."""
        return self.key_height + self.bands * self.band


def block_name(block: Regrets, room: float) -> tuple[str, float]:
    """Name of an indicator on two lines at most, and the size of its letters."""
    name = translate(str(block.indicator["name"]))
    return fit_whole(name, room + GAP / 2, weight="bold", most=2)


def spans(ahead: Sequence[Future]) -> list[list[Future]]:
    """Futures of one hypothesis are side by side."""
    return [list(group) for _, group in groupby(ahead, key=lambda future: future.hypothesis)]


def span_head(span: Sequence[Future], column: float, names: Mapping[str, str]) -> tuple[str, float]:
    """Name of the hypothesis of some futures, wrapped to their columns, and its size."""
    hypothesis = span[0].hypothesis
    room = len(span) * column - 2 * PAD
    return fit_whole(names.get(hypothesis, hypothesis), room, size=SMALL, most=MOST_HEAD_LINES)


def _head_lines(span: Sequence[Future], column: float, names: Mapping[str, str]) -> int:
    return span_head(span, column, names)[0].count("\n") + 1


def _column(ahead: Sequence[Future], names: Mapping[str, str], blocks: Sequence[Regrets]) -> float:
    """Wide enough for every number, and for the names of hypotheses above."""
    texts = [text for block in blocks for row in cell_texts(block) for text in row]
    column = max(NARROWEST, *(width_of(t, size=SMALL, weight="bold") + 2 * PAD for t in texts))
    while column < WIDEST and any(span_head(s, column, names)[1] < SMALL for s in spans(ahead)):
        column += WIDER
    return column


def _key(results: StoredResults, letters: Mapping[str, str]) -> str:
    names = queries.labels_by_id(results, "responses")
    answers = [f"{letter}  {names.get(r, r)}" for r, letter in letters.items()]
    return translate("How the transit state answers: {answers}", answers="   ".join(answers))


def regrets_and_worst(block: Regrets) -> Floats:
    """Regrets with the worst in the last column, shape (policy, future + 1)."""
    return np.column_stack([block.regrets, block.worst])


def cell_texts(block: Regrets) -> list[list[str]]:
    """The numbers of a table, by row, all with the same decimals."""
    values = regrets_and_worst(block) / unit_scale(block)
    like = [value for value in values.ravel().tolist() if math.isfinite(value)]
    return [[number(value, like=like) for value in row] for row in values.tolist()]


def unit_scale(block: Regrets) -> float:
    """Regrets of a million and more are written in millions."""
    return MILLION if np.nanmax(block.regrets, initial=0.0) >= MILLION else 1.0


def unit_words(block: Regrets) -> str:
    """Unit of a table, in millions where it is scaled so."""
    unit = translate(str(block.indicator["unit"]))
    return unit if unit_scale(block) == 1.0 else translate("million {unit}", unit=unit)
