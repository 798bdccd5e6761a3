"""Regret: how much worse each policy does than the best one of the same future, in real units.

A block is an indicator, a row a policy, a column a future; the last column is the worst of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
from sim.report.charts.placeholder import placeholder
from sim.report.charts.regret_sheet import (
    GAP,
    LINE,
    NAME_LINE,
    PAD,
    ROW,
    Sheet,
    block_name,
    cell_texts,
    regrets_and_worst,
    span_head,
    spans,
    unit_scale,
    unit_words,
)
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import BLUE, INK, MUTED, PAPER, RULE
from sim.report.drawing.design_tokens import SMALL_GAP, Layer, Stroke
from sim.report.drawing.layout import MARGIN, Page, new_page
from sim.report.drawing.style import SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import difference, listing, lower, number, plural, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

# of a column
DEEPEST = 0.5  # share of blue in the darkest cell: ink keeps 4.5:1 on it
LABEL_DOWN = 0.06  # from the top of a row to its name
OVER_COLUMNS = 0.06  # from names of hypotheses to the columns, with the brace
BRACE_UP, INSET = 0.02, 0.02  # of a brace above the columns; of the outline within a cell
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
                "With one policy there is none that could have done better: compare two or more."
            ),
            columns=_COLUMNS,
        )
    sheet = Sheet.of(results, ahead, blocks)
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


def _labels(page: Page, results: StoredResults, sheet: Sheet, *, down: float) -> None:
    """What the rows are, heads included."""
    heads = (
        [translate("how it answers"), translate("states of the world")]
        if sheet.letters
        else [translate("states of the world")]
    )
    for k, words in enumerate(reversed(heads)):
        right = MARGIN + sheet.label - SMALL_GAP
        up = down - SMALL_GAP - LINE * (k + 1)
        page.write(words, right, up, size=SMALL, colour=MUTED, align="right")
    names = queries.labels(results)
    for k, policy in enumerate(queries.policies(results)):
        at, room = down + k * ROW + LABEL_DOWN, sheet.label - SMALL_GAP
        page.write_within(names[policy], MARGIN, at, room=room, size=SMALL)


def _block(page: Page, sheet: Sheet, block: Regrets, *, left: float, down: float) -> None:
    family = queries.family_words(str(block.indicator["family"]))
    name, size = block_name(block, sheet.block)
    page.write(name, left, down, size=size, weight="bold")
    under, room = f"{unit_words(block)} · {family}", sheet.block + GAP / 2
    below = down + NAME_LINE * sheet.name_lines
    page.write_within(under, left, below, room=room, size=SMALL, colour=MUTED)
    _column_heads(page, sheet, block, left=left, down=down + sheet.named)
    axes = page.axes(left, down + sheet.head, sheet.block, ROW * sheet.rows)
    axes.set_xlim(0.0, sheet.block)
    axes.set_ylim(ROW * sheet.rows, 0.0)
    axes.set(xticks=[], yticks=[])
    axes.set_axis_off()
    _cells(axes, sheet, block)
    reach = -GAP if left > MARGIN + sheet.label else -sheet.label  # to the names
    for k in range(sheet.rows + 1):
        axes.plot(
            [reach, sheet.block],
            [k * ROW] * 2,
            color=RULE,
            lw=Stroke.FINE,
            zorder=Layer.INTERVALS,
            clip_on=False,
        )


def _column_heads(page: Page, sheet: Sheet, block: Regrets, *, left: float, down: float) -> None:
    """Hypotheses over their columns, then letters of responses, then numbers of states."""
    begin = 0
    below = down + LINE * sheet.head_lines + OVER_COLUMNS
    for span in spans(sheet.futures):
        start = left + begin * sheet.column
        words, size = span_head(span, sheet.column, sheet.hypotheses)
        raised = below - OVER_COLUMNS - LINE * (words.count("\n") + 1)
        page.write(words, start + PAD, raised, size=size)
        _brace(page, start + PAD, below - BRACE_UP, len(span) * sheet.column - 2 * PAD)
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
    page.figure.add_artist(Line2D(x, y, color=MUTED, lw=Stroke.LIGHT))


def _cells(axes: Axes, sheet: Sheet, block: Regrets) -> None:
    values, texts = regrets_and_worst(block), cell_texts(block)
    top = float(np.nanmax(values, initial=0.0))
    shades: list[Rectangle] = []
    for row, (numbers, words) in enumerate(zip(values.tolist(), texts, strict=True)):
        for column, (value, text) in enumerate(zip(numbers, words, strict=True)):
            is_counted = column == len(sheet.futures) or block.counted[column]
            best = is_counted and block.is_best(values[:, column], row)
            width = sheet.column if column < len(sheet.futures) else sheet.last
            x, y = column * sheet.column, row * ROW
            shades.append(
                Rectangle(
                    (x, y),
                    width,
                    ROW,
                    fc=shade(value, top) if is_counted else PAPER,
                    ec=PAPER,
                    lw=Stroke.THIN,
                )
            )
            if best:
                box = ((x + INSET, y + INSET), width - 2 * INSET, ROW - 2 * INSET)
                axes.add_patch(
                    Rectangle(*box, fc="none", ec=INK, lw=Stroke.EDGE, zorder=Layer.LINES)
                )
            axes.text(
                x + width - PAD,
                y + ROW / 2,
                text,
                size=SMALL,
                color=INK if is_counted else MUTED,
                weight="bold" if best else "normal",
                ha="right",
                va="center_baseline",
                zorder=Layer.MARKS,
            )
    axes.add_collection(PatchCollection(shades, match_original=True, zorder=Layer.AREAS))
    x = len(sheet.futures) * sheet.column
    axes.plot([x, x], [0.0, ROW * sheet.rows], color=INK, lw=Stroke.NORMAL, zorder=Layer.EMPHASIS)


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


def _title(results: StoredResults, blocks: Sequence[Regrets]) -> str:
    """Who has the smallest worst regret in the rights indicators, and whether that is clear."""
    labels = queries.quoted_labels(results)
    first, *others = [b for b in blocks if b.indicator["family"] == "rights"] or blocks[:1]
    sentences = [_finding(labels, first), *(_finding(labels, b, beside=first) for b in others)]
    return ". ".join(sentences)


def _finding(labels: Mapping[str, str], block: Regrets, *, beside: Regrets | None = None) -> str:
    """Who regrets least at worst; beside access, what that policy's worst regret is there."""
    pair, name = block.smallest(), translate(str(block.indicator["name"]))
    if pair is None:
        return translate(
            "{indicator}: too few states of the world in every future to compare", indicator=name
        )
    fields = {
        "indicator": name,
        "regret": number(float(block.worst[pair[0]]) / unit_scale(block)),
        "unit": unit_words(block),
        "policy": _with_regret_in(beside, labels[block.policies[pair[0]]], pair[0]),
    }
    _, low, high = block.lead()
    if low > 0.0:
        return translate(
            "{indicator}: smallest worst regret {regret} {unit} ({policy}), clearly less than the "
            "next",
            **fields,
        )
    if low == high == 0.0:
        tied = int((block.worst == block.worst[pair[0]]).sum())
        return translate(
            "{indicator}: smallest worst regret {regret} {unit}, shared ({policies})",
            **fields,
            policies=plural(tied, "{count} policy", "{count} policies"),
        )
    return translate(
        "{indicator}: smallest worst regret {regret} {unit} ({policy}), no clear difference "
        "from the next",
        **fields,
    )


def _with_regret_in(beside: Regrets | None, label: str, policy: int) -> str:
    """A policy's label, with its worst regret in another indicator where it has any there."""
    if not (beside and beside.smallest() and beside.worst[policy] > 0.0):
        return label
    return translate(
        "{policy}; {indicator}: {regret} {unit}",
        policy=label,
        indicator=lower(translate(str(beside.indicator["name"]))),
        regret=number(float(beside.worst[policy]) / unit_scale(beside)),
        unit=unit_words(beside),
    )


def _subtitle(results: StoredResults, ahead: Sequence[Future]) -> str:
    sentences = [
        translate(
            "Regret: how much worse the mean of a policy is than that of the best policy in the "
            "same future, in each indicator's own unit, never summed; {period}. A column is a "
            "future: what the transit state does, how it answers, and in how many states of the "
            "world; the last is the worst.",
            period=queries.period(results),
        ),
        translate(
            "Boxed and bold: best in the column, leaving out policies that do well because "
            "they leave more people without access than the reference; the darker, the more "
            "regret. Clearly less: the 95 % interval of the difference between the two "
            "smallest worst regrets lies above zero (bootstrap over the states of the world of "
            "each future, with the worst futures and their best policies found again in each "
            "resample)."
        ),
    ]
    if any(len(future.states_of_world) < FEWEST_STATES for future in ahead):
        few = translate(
            "{mark} and grey: one state of the world only, not counted in the worst.", mark=FEW
        )
        sentences.append(few)
    if missing := _missing(results, ahead):
        sentences.append(
            translate(
                "Futures that no state of the world holds: {futures}.", futures=listing(missing)
            )
        )
    return " ".join(sentences)


def _missing(results: StoredResults, ahead: Sequence[Future]) -> list[str]:
    """Futures of the scenario that were not drawn, by name."""
    met = {(future.hypothesis, future.response) for future in ahead}
    answers: dict[str, list[str]] = {}
    for response in results.manifest.get("responses", []):
        for hypothesis in response.get("with", []):
            answers.setdefault(str(hypothesis), []).append(str(response["id"]))
    names = queries.labels_by_id(results, "hypotheses")
    labels = {"": "", **queries.labels_by_id(results, "responses")}
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
    "worst_low",
    "worst_high",
)


def _data(ahead: Sequence[Future], blocks: Sequence[Regrets]) -> pl.DataFrame:
    rows = [
        (
            *(block.indicator["id"], block.indicator["unit"], policy),
            *(future.hypothesis, future.response, block.states_of_world[f]),
            *(float(block.means[p, f]), float(block.regrets[p, f])),
            block.counted[f] and block.is_best(block.regrets[:, f], p),
            *(float(block.worst[p]), *block.worst_interval()[:, p].tolist()),
        )
        for block in blocks
        for p, policy in enumerate(block.policies)
        for f, future in enumerate(ahead)
    ]
    return pl.DataFrame(rows, schema=list(_COLUMNS), orient="row", infer_schema_length=None)


def _alt(results: StoredResults, blocks: Sequence[Regrets], title: str) -> str:
    labels = queries.quoted_labels(results)
    parts = []
    for block in blocks:
        scale = unit_scale(block)
        worst = [float(value) / scale for value in block.worst.tolist()]
        texts = [
            f"{labels[policy]} {number(value, like=worst)}"
            for policy, value in zip(block.policies, worst, strict=True)
        ]
        middle, low, high = (bound / scale for bound in block.lead())
        lead = difference(middle, low, high) if math.isfinite(low) else signed(middle)
        parts.append(
            translate(
                "{indicator}, worst regret in {unit}: {regrets}; next minus smallest {lead}",
                indicator=translate(str(block.indicator["name"])),
                unit=unit_words(block),
                regrets=", ".join(texts),
                lead=lead,
            )
        )
    return translate("Table of regret. {title}. {regrets}.", title=title, regrets=". ".join(parts))
