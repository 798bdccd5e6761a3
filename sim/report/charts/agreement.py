"""The engine against theory: every verified quantity in the width of its own interval.

A row is a quantity; its dot is simulated minus exact in half-widths of the 99 % interval, so that
inside the band the interval holds the exact value. Exact quantities, without random
numbers, have no interval; a case says how many of them agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from sim.report.drawing.chart import Chart
from sim.report.drawing.design_tokens import MEDIUM_GAP, SMALL_GAP, Mark, Opacity, Stroke
from sim.report.drawing.layout import MARGIN, Page, new_page
from sim.report.drawing.style import BASELINE, BLUE, INK, MUTED, RED, RULE, SMALL, styled
from sim.text.wording import listing, plural
from sim.verification.case import Finding, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.verification.case import Verified

LABEL, STRIP, GAP = 3.0, 2.1, 0.35
EXACTLY = 0.95  # room for how many exact quantities agree
ROW = 0.165
HEAD = 1.9  # rows that a case's own line takes, which may be two lines of small letters
FARTHEST = 2.0  # half-widths; what is beyond is drawn at the edge
BEYOND = 0.15  # half-widths: room for the marks at the edge
AXIS = 0.45
MARKS = {Verdict.AGREES: "o", Verdict.RETEST: "D", Verdict.DIFFERS: "X"}


@dataclass(frozen=True)
class _Line:
    """One line of the chart: a case's own, or one of its quantities."""

    verified: Verified
    finding: Finding | None
    rows: float


@styled
def draw(verified: Sequence[Verified], *, seed: int) -> Chart:
    """All cases that were tried, in two columns."""
    left, right = _columns(list(_lines(verified)))
    rows = max(sum(line.rows for line in column) for column in (left, right))
    title, subtitle = _title(verified), _subtitle(verified)
    page = new_page(
        width=2 * MARGIN + 2 * (LABEL + STRIP) + GAP,
        body=rows * ROW + AXIS,
        title=title,
        subtitle=subtitle,
        footer=f"Source: rajasim verify, seed {seed} · model result, not a forecast",
    )
    for k, column in enumerate((left, right)):
        if column:
            _draw_column(page, column, left=MARGIN + k * (LABEL + STRIP + GAP))
    count = plural(len(verified), "{count} case", "{count} cases")
    alt = f"Dot plot of {count}. {title}. {_verdict_counts(verified)}"
    return Chart("verification", title, subtitle, alt, page.figure, as_frame(verified))


def as_frame(verified: Sequence[Verified]) -> pl.DataFrame:
    """A row a finding: case, quantity, unit, exact, simulated, half-width, by chance, verdict."""
    return pl.DataFrame(
        [
            {
                "case": each.case.id,
                "name": each.case.name,
                "theory": each.case.theory,
                "quantity": finding.quantity,
                "unit": finding.unit,
                "exact": finding.exact,
                "simulated": finding.simulated,
                "half_width": finding.half_width,
                "by_chance": finding.by_chance,
                "verdict": finding.verdict.value,
            }
            for each in verified
            for finding in each.findings
        ]
    )


def _lines(verified: Sequence[Verified]) -> Iterator[_Line]:
    for each in verified:
        yield _Line(each, None, HEAD)
        for finding in each.findings:
            if finding.by_chance or not finding.agrees:
                yield _Line(each, finding, 1.0)


def _columns(lines: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """Two columns about as high; a case is not torn apart."""
    half, height = sum(line.rows for line in lines) / 2.0, 0.0
    for k, line in enumerate(lines):
        if line.finding is None and height >= half - 0.5:
            return lines[:k], lines[k:]
        height += line.rows
    return lines, []


def _draw_column(page: Page, lines: Sequence[_Line], *, left: float) -> None:
    height = sum(line.rows for line in lines)
    axes = page.axes(left + LABEL, 0.0, STRIP, height * ROW)
    axes.set_xlim(-FARTHEST - BEYOND, FARTHEST + BEYOND)
    axes.set_ylim(height, 0.0)
    axes.axvspan(-1.0, 1.0, color=RULE, alpha=Opacity.CIRCLE, lw=0)
    axes.axvline(0.0, color=BASELINE, lw=Stroke.SLIM)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks([-2, -1, 0, 1, 2], ["−2", "−1", "exact", "+1", "+2"], size=SMALL)
    axes.set_xlabel("half-widths of the 99 % interval", size=SMALL, color=MUTED)
    down = 0.0
    for line in lines:
        middle = down + line.rows / 2.0
        if line.finding is None:
            _head(page, line.verified, left=left, down=(down + 0.45) * ROW)
        else:
            _row(page, axes, line.finding, left=left, middle=middle)
        down += line.rows


def _head(page: Page, verified: Verified, *, left: float, down: float) -> None:
    """A case's own line: its name, and how many exact quantities agree."""
    name = f"{verified.case.id}  {verified.case.name}"
    certain = [each for each in verified.findings if not each.by_chance]
    room = LABEL - EXACTLY if certain else LABEL
    room -= SMALL_GAP
    page.write_lines(name, left, down, room=room, most=1, size=SMALL, weight="bold")
    if not certain:
        return
    agree = sum(each.agrees for each in certain)
    text = f"exact: {agree} of {len(certain)}"
    colour = MUTED if agree == len(certain) else RED
    page.write(text, left + LABEL - SMALL_GAP, down, size=SMALL, colour=colour, align="right")


def _row(page: Page, axes: Axes, finding: Finding, *, left: float, middle: float) -> None:
    label, at = f"{finding.quantity} ({finding.unit})", (middle - 0.45) * ROW
    page.write_lines(label, left + MEDIUM_GAP, at, room=LABEL - 0.25, most=1, size=SMALL)
    place = _half_widths(finding)
    axes.plot([0.0, place], [middle, middle], color=MUTED, lw=Stroke.LIGHT)
    axes.plot(
        [place],
        [middle],
        marker=MARKS[finding.verdict],
        ms=Mark.NORMAL,
        mew=Stroke.SLIM,
        mec=INK,
        color=RED if finding.verdict is Verdict.DIFFERS else BLUE,
        clip_on=False,
    )


def _half_widths(finding: Finding) -> float:
    """Simulated minus exact, in half-widths, kept within the picture."""
    gap = finding.simulated - finding.exact
    if not abs(gap) <= FARTHEST * finding.half_width:  # nan too
        return FARTHEST if gap > 0.0 else -FARTHEST
    return gap / finding.half_width if finding.half_width > 0.0 else 0.0


def _title(verified: Sequence[Verified]) -> str:
    failed = [each.case.id for each in verified if not each.agrees]
    if failed:
        return f"The engine differs from theory in {listing(failed)} of {len(verified)} cases"
    return f"The engine agrees with theory in {_all_of(len(verified))}"


def _all_of(cases: int) -> str:
    return "the one case that was tried" if cases == 1 else f"all {cases} cases"


def _subtitle(verified: Sequence[Verified]) -> str:
    return (
        f"Simulated minus exact. {_verdict_counts(verified)} "
        "Round: at the first test; diamond: on a retest with another seed and four times the "
        "runs; cross: differs. At the name of a case: how many exact quantities agree."
    )


def _verdict_counts(verified: Sequence[Verified]) -> str:
    findings = [finding for each in verified for finding in each.findings]
    chance = [each for each in findings if each.by_chance]
    first = sum(each.verdict is Verdict.AGREES for each in chance)
    second = sum(each.verdict is Verdict.RETEST for each in chance)
    certain = [each for each in findings if not each.by_chance]
    quantities = plural(len(chance), "{count} quantity", "{count} quantities")
    return (
        f"Of {quantities} that depend on random numbers {first} agree at the first test and "
        f"{second} on a retest; of the exact ones "
        f"{sum(each.agrees for each in certain)} of {len(certain)} agree."
    )
