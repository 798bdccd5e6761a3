"""Regret: how much worse each policy does than the best one of the same future, in real units.

A block is an indicator, a row a policy, a column a future; the last column is the worst of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from sim.report.analysis import queries
from sim.report.analysis.minimax_regret import (
    FEWEST_STATES,
    Future,
    Regrets,
    futures,
    regret_tables,
)
from sim.report.analysis.queries import Floats
from sim.report.charts.placeholder import placeholder
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.layout import LINE_IN, MARGIN, Page, fit, new_page, width_of, wrap
from sim.report.drawing.style import BLUE, INK, MUTED, PAPER, RULE, SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import difference, listing, lower, number, plural, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

LABEL, GAP, ROW = 3.0, 0.3, 0.2
NARROWEST, WIDEST = 0.44, 1.4  # of a column
PAD = 0.05
ROOM = 15.5  # widest page
LINE = SMALL * LINE_IN
DEEPEST = 0.5  # share of blue in the darkest cell: ink keeps 4.5:1 on it
MILLION = 1e6
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FEW = "†"


@styled
def draw(results: StoredResults) -> Chart:
    """Regret of every policy in every future, an indicator a block."""
    ahead, blocks = futures(results), regret_tables(results)
    if len(queries.policies(results)) < 2 or not (ahead and blocks):
        return placeholder(
            results,
            "regret",
            title=translate("Regret needs two policies or more"),
            subtitle=translate("How much worse a policy does than the best one, future by future."),
            why=translate(
                "With one policy there is no other that could have done better: compare some."
            ),
            columns=_COLUMNS,
        )
    sheet = _Sheet.of(results, ahead, blocks)
    title, subtitle = _title(results, blocks), _subtitle(results, ahead)
    page = new_page(
        width=sheet.width, body=sheet.height, title=title, subtitle=subtitle, footer=footer(results)
    )
    page.write(sheet.key, MARGIN, 0.0, size=SMALL)
    for k, block in enumerate(blocks):
        row, column = divmod(k, sheet.across)
        left = MARGIN + sheet.label + column * (sheet.block + GAP)
        down = sheet.key_height + row * sheet.band
        _block(page, sheet, block, left=left, down=down)
        if column == 0:
            _labels(page, results, sheet, down=down + sheet.head)
    alt = _alt(results, blocks, title)
    return Chart("regret", title, subtitle, alt, page.figure, _data(ahead, blocks))


@dataclass(frozen=True)
class _Sheet:
    """Where things stand: widths and heights in inches, heads and letters of the columns."""

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
    ) -> _Sheet:
        names = queries.accounts(results, "hypotheses")
        met = {future.response for future in ahead if future.response}
        known = list(queries.accounts(results, "responses"))
        answers = [r for r in known if r in met] + sorted(met.difference(known))
        letters = {r: LETTERS[k % len(LETTERS)] for k, r in enumerate(answers)}
        label = 0.15 + max(width_of(name, size=SMALL) for name in queries.labels(results).values())
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
            name_lines=max(_name(each, block).count("\n") + 1 for each in blocks),
            head_lines=max(_heads(span, column, names).count("\n") + 1 for span in _spans(ahead)),
            futures=tuple(ahead),
            hypotheses=names,
            letters=letters,
            key=wrap(_key(results, letters), room, size=SMALL) if letters else "",
        )

    @property
    def block(self) -> float:
        return len(self.futures) * self.column + self.last

    @property
    def width(self) -> float:
        return 2 * MARGIN + self.label + self.across * (self.block + GAP)

    @property
    def key_height(self) -> float:
        return LINE * (1 + self.key.count("\n")) + 0.12 if self.key else 0.0

    @property
    def named(self) -> float:
        """What a block's name and unit take."""
        return 0.17 * self.name_lines + LINE + 0.1

    @property
    def head(self) -> float:
        """Name and unit, hypotheses, letters and numbers of states of the world."""
        return self.named + LINE * (self.head_lines + (2 if self.letters else 1)) + 0.16

    @property
    def band(self) -> float:
        return self.head + ROW * self.rows + 0.25

    @property
    def height(self) -> float:
        return self.key_height + self.bands * self.band


def _name(block: Regrets, room: float) -> str:
    return fit(translate(str(block.indicator["name"])), room + GAP / 2, weight="bold", most=2)


def _spans(ahead: Sequence[Future]) -> list[list[Future]]:
    """Futures of one hypothesis stand side by side."""
    return [list(group) for _, group in groupby(ahead, key=lambda future: future.hypothesis)]


def _heads(span: Sequence[Future], column: float, names: Mapping[str, str]) -> str:
    hypothesis = span[0].hypothesis
    room = len(span) * column - 2 * PAD
    return fit(names.get(hypothesis, hypothesis), room, size=SMALL, most=3)


def _column(ahead: Sequence[Future], names: Mapping[str, str], blocks: Sequence[Regrets]) -> float:
    """Wide enough for every number, and for the names of hypotheses above."""
    texts = [text for block in blocks for row in _texts(block) for text in row]
    column = max(NARROWEST, *(width_of(t, size=SMALL, weight="bold") + 2 * PAD for t in texts))
    while column < WIDEST and any("…" in _heads(span, column, names) for span in _spans(ahead)):
        column += 0.05
    return column


def _key(results: StoredResults, letters: Mapping[str, str]) -> str:
    names = queries.accounts(results, "responses")
    told = [f"{letter}  {names.get(r, r)}" for r, letter in letters.items()]
    return translate("How the transit state answers: {answers}", answers="   ".join(told))


def _labels(page: Page, results: StoredResults, sheet: _Sheet, *, down: float) -> None:
    """What the rows are, heads included."""
    heads = (
        [translate("how it answers"), translate("states of the world")]
        if sheet.letters
        else [translate("states of the world")]
    )
    for k, words in enumerate(reversed(heads)):
        right = MARGIN + sheet.label - 0.1
        up = down - 0.1 - LINE * (k + 1)
        page.write(words, right, up, size=SMALL, colour=MUTED, align="right")
    names = queries.labels(results)
    for k, policy in enumerate(queries.policies(results)):
        name = fit(names[policy], sheet.label - 0.12, size=SMALL, most=1)
        page.write(name, MARGIN, down + k * ROW + 0.03, size=SMALL)


def _block(page: Page, sheet: _Sheet, block: Regrets, *, left: float, down: float) -> None:
    family = queries.family_words(str(block.indicator["family"]))
    page.write(_name(block, sheet.block), left, down, weight="bold")
    under = fit(f"{_unit(block)} · {family}", sheet.block + GAP / 2, size=SMALL, most=1)
    page.write(under, left, down + 0.17 * sheet.name_lines, size=SMALL, colour=MUTED)
    _column_heads(page, sheet, block, left=left, down=down + sheet.named)
    axes = page.axes(left, down + sheet.head, sheet.block, ROW * sheet.rows)
    axes.set_xlim(0.0, sheet.block)
    axes.set_ylim(ROW * sheet.rows, 0.0)
    axes.set(xticks=[], yticks=[])
    axes.set_axis_off()
    _cells(axes, sheet, block)
    reach = -GAP if left > MARGIN + sheet.label else -sheet.label  # to the names
    for k in range(sheet.rows + 1):
        axes.plot([reach, sheet.block], [k * ROW] * 2, color=RULE, lw=0.5, zorder=3, clip_on=False)


def _column_heads(page: Page, sheet: _Sheet, block: Regrets, *, left: float, down: float) -> None:
    """Hypotheses over their columns, then letters of responses, then numbers of states."""
    begin = 0
    below = down + LINE * sheet.head_lines + 0.06
    for span in _spans(sheet.futures):
        start = left + begin * sheet.column
        words = _heads(span, sheet.column, sheet.hypotheses)
        raised = below - 0.06 - LINE * (words.count("\n") + 1)
        page.write(words, start + PAD, raised, size=SMALL)
        _brace(page, start + PAD, below - 0.02, len(span) * sheet.column - 2 * PAD)
        begin += len(span)
    for k, (future, count) in enumerate(zip(sheet.futures, block.states_of_world, strict=True)):
        right = left + (k + 1) * sheet.column - PAD
        if sheet.letters:
            letter = sheet.letters.get(future.response, "")
            page.write(letter, right, below, size=SMALL, weight="bold", align="right")
        few = FEW if count < FEWEST_STATES else ""
        page.write(
            f"{number(count)}{few}",
            right,
            below + LINE * bool(sheet.letters),
            size=SMALL,
            colour=MUTED,
            align="right",
        )
    page.write(
        translate("worst"),
        left + sheet.block - PAD,
        below + LINE * bool(sheet.letters),
        size=SMALL,
        weight="bold",
        align="right",
    )


def _brace(page: Page, left: float, down: float, width: float) -> None:
    """A line over the columns of one hypothesis."""
    x = [left / page.width, (left + width) / page.width]
    y = [1 - (page.top + down) / page.height] * 2
    page.figure.add_artist(Line2D(x, y, color=MUTED, lw=0.7))


def _cells(axes: Axes, sheet: _Sheet, block: Regrets) -> None:
    values, texts = _table(block), _texts(block)
    top = float(np.nanmax(values, initial=0.0))
    shades: list[Rectangle] = []
    for row, (numbers, words) in enumerate(zip(values.tolist(), texts, strict=True)):
        for column, (value, text) in enumerate(zip(numbers, words, strict=True)):
            told = column == len(sheet.futures) or block.counted[column]
            best = told and _is_best(values[:, column], value)
            width = sheet.column if column < len(sheet.futures) else sheet.last
            x, y = column * sheet.column, row * ROW
            shades.append(
                Rectangle(
                    (x, y), width, ROW, fc=shade(value, top) if told else PAPER, ec=PAPER, lw=0.6
                )
            )
            if best:
                box = ((x + 0.02, y + 0.02), width - 0.04, ROW - 0.04)
                axes.add_patch(Rectangle(*box, fc="none", ec=INK, lw=1.1, zorder=4))
            axes.text(
                x + width - PAD,
                y + ROW / 2,
                text,
                size=SMALL,
                color=INK if told else MUTED,
                weight="bold" if best else "normal",
                ha="right",
                va="center_baseline",
                zorder=5,
            )
    axes.add_collection(PatchCollection(shades, match_original=True, zorder=2))
    x = len(sheet.futures) * sheet.column
    axes.plot([x, x], [0.0, ROW * sheet.rows], color=INK, lw=1.0, zorder=6)


def shade(value: float, top: float) -> str:
    """The colour of a cell: white at zero, light blue at the largest regret of the block."""
    if not (math.isfinite(value) and top > 0.0):
        return PAPER
    part = DEEPEST * value / top
    mixed = [
        (1 - part) * paper + part * blue
        for paper, blue in zip(to_rgb(PAPER), to_rgb(BLUE), strict=True)
    ]
    return str(to_hex((mixed[0], mixed[1], mixed[2])))


def _is_best(column: Floats, value: float) -> bool:
    """Smallest of its column, where policies differ at all."""
    return bool(value == column.min() and value < column.max())


def _table(block: Regrets) -> Floats:
    """Regrets with the worst in the last column, shape (policy, future + 1)."""
    return np.column_stack([block.regrets, block.worst])


def _texts(block: Regrets) -> list[list[str]]:
    values = _table(block) / _scale(block)
    like = [value for value in values.ravel().tolist() if math.isfinite(value)]
    return [[number(value, like=like) for value in row] for row in values.tolist()]


def _scale(block: Regrets) -> float:
    """Regrets of a million and more are told in millions."""
    return MILLION if np.nanmax(block.regrets, initial=0.0) >= MILLION else 1.0


def _unit(block: Regrets) -> str:
    unit = translate(str(block.indicator["unit"]))
    return unit if _scale(block) == 1.0 else translate("million {unit}", unit=unit)


def _title(results: StoredResults, blocks: Sequence[Regrets]) -> str:
    """Who has the smallest worst regret in the rights indicators, and whether that is clear."""
    labels = queries.labels(results)
    first, *others = [b for b in blocks if b.indicator["family"] == "rights"] or blocks[:1]
    told = [_finding(labels, first), *(_finding(labels, b, beside=first) for b in others)]
    return ". ".join(told)


def _finding(labels: Mapping[str, str], block: Regrets, *, beside: Regrets | None = None) -> str:
    """Who regrets least at worst; beside access, what that policy's worst regret is there."""
    pair, name = block.smallest(), translate(str(block.indicator["name"]))
    if pair is None:
        return translate(
            "{indicator}: too few states of the world in every future to tell", indicator=name
        )
    first = labels[block.policies[pair[0]]]
    if beside and beside.smallest() and beside.worst[pair[0]] > 0.0:
        first = translate(
            "{policy}; {indicator}: {regret} {unit}",
            policy=first,
            indicator=lower(translate(str(beside.indicator["name"]))),
            regret=number(float(beside.worst[pair[0]]) / _scale(beside)),
            unit=_unit(beside),
        )
    worst = number(float(block.worst[pair[0]]) / _scale(block))
    _, low, high = block.lead()
    if low > 0.0:
        return translate(
            "{indicator}: smallest worst regret {regret} {unit} ({policy}), clearly less than the "
            "next",
            indicator=name,
            regret=worst,
            unit=_unit(block),
            policy=first,
        )
    if low == high == 0.0:
        tied = int((block.worst == block.worst.min()).sum())
        policies = plural(tied, "{count} policy", "{count} policies")
        return translate(
            "{indicator}: smallest worst regret {regret} {unit}, shared ({policies})",
            indicator=name,
            regret=worst,
            unit=_unit(block),
            policies=policies,
        )
    return translate(
        "{indicator}: smallest worst regret {regret} {unit} ({policy}), no clear difference to the "
        "next",
        indicator=name,
        regret=worst,
        unit=_unit(block),
        policy=first,
    )


def _subtitle(results: StoredResults, ahead: Sequence[Future]) -> str:
    told = [
        translate(
            "Regret: how much worse the mean of a policy is than that of the best policy in the "
            "same future, in each indicator's own unit, never summed; {period}. A column is a "
            "future: what the transit state does, how it answers, and in how many states of the "
            "world; the last is the worst.",
            period=queries.period(results),
        ),
        translate(
            "Boxed and bold: best of the column; the darker, the more regret. Clearly less: the "
            "95 % interval (t over states of the world) of the difference between the two "
            "smallest worst regrets lies above zero, with the worst futures and their best "
            "policies as found."
        ),
    ]
    if any(len(future.states_of_world) < FEWEST_STATES for future in ahead):
        few = translate(
            "{mark} and grey: one state of the world only, not counted in the worst.", mark=FEW
        )
        told.append(few)
    if missing := _missing(results, ahead):
        told.append(
            translate(
                "Futures that no state of the world holds: {futures}.", futures=listing(missing)
            )
        )
    return " ".join(told)


def _missing(results: StoredResults, ahead: Sequence[Future]) -> list[str]:
    """Futures of the scenario that were not drawn, by name."""
    met = {(future.hypothesis, future.response) for future in ahead}
    answers: dict[str, list[str]] = {}
    for response in results.manifest.get("responses", []):
        for hypothesis in response.get("with", []):
            answers.setdefault(str(hypothesis), []).append(str(response["id"]))
    names = queries.accounts(results, "hypotheses")
    labels = {"": "", **queries.accounts(results, "responses")}
    wanted = [(h, r) for h in names for r in answers.get(h, [""])]
    return [f"{names[h]} ({labels[r]})" if r else names[h] for h, r in wanted if (h, r) not in met]


_COLUMNS = (
    "indicator",
    "unit",
    "policy",
    "hypothesis",
    "response",
    "states_of_world",
    "mean",
    "regret",
    "best",
    "worst_regret",
)


def _data(ahead: Sequence[Future], blocks: Sequence[Regrets]) -> pl.DataFrame:
    rows = [
        (
            *(block.indicator["id"], block.indicator["unit"], policy),
            *(future.hypothesis, future.response, block.states_of_world[f]),
            *(float(block.means[p, f]), float(block.regrets[p, f])),
            block.counted[f] and _is_best(block.regrets[:, f], block.regrets[p, f]),
            float(block.worst[p]),
        )
        for block in blocks
        for p, policy in enumerate(block.policies)
        for f, future in enumerate(ahead)
    ]
    return pl.DataFrame(rows, schema=list(_COLUMNS), orient="row", infer_schema_length=None)


def _alt(results: StoredResults, blocks: Sequence[Regrets], title: str) -> str:
    labels = queries.labels(results)
    parts = []
    for block in blocks:
        scale = _scale(block)
        worst = [float(value) / scale for value in block.worst.tolist()]
        said = [
            f"{labels[policy]} {number(value, like=worst)}"
            for policy, value in zip(block.policies, worst, strict=True)
        ]
        middle, low, high = (bound / scale for bound in block.lead())
        lead = difference(middle, low, high) if math.isfinite(low) else signed(middle)
        parts.append(
            translate(
                "{indicator}, worst regret in {unit}: {regrets}; next minus smallest {lead}",
                indicator=translate(str(block.indicator["name"])),
                unit=_unit(block),
                regrets=", ".join(said),
                lead=lead,
            )
        )
    return translate("Table of regret. {title}. {regrets}.", title=title, regrets=". ".join(parts))
