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
from sim.report.drawing.colours import BASELINE, BLUE, INK, MUTED, RED, RULE
from sim.report.drawing.design_tokens import MEDIUM_GAP, SMALL_GAP, Mark, Opacity, Stroke
from sim.report.drawing.layout import MARGIN, READABLE, Page, fit_whole, new_page
from sim.report.drawing.style import SMALL, styled
from sim.text.wording import listing, plural
from sim.verification.case import Finding, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.verification.case import Verified

LABEL, STRIP, GAP = 3.0, 2.1, 0.35
EXACTLY = 0.95  # room for how many exact quantities agree
ROW = 0.165
ABOVE_HEAD = 0.45  # rows left free above a case's own line
HEAD = 1.45  # rows that it takes, with what is free above it
SECOND_LINE = 0.85  # rows more, where its name needs two lines of small letters
RAISED = 0.45  # rows by which the words of a quantity begin above its mark
FARTHEST = 2.0  # half-widths; what is beyond is drawn at the edge
BEYOND = 0.15  # half-widths: room for the marks at the edge
AXIS = 0.45
MARKS = {Verdict.AGREES: "o", Verdict.RETEST: "D", Verdict.DIFFERS: "X"}


@dataclass(frozen=True)
class _Line:
    """One line of the chart: a case's own, or one of its quantities, in letters of a size."""

    verified: Verified
    finding: Finding | None
    rows: float
    words: str
    size: float = SMALL


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
        yield _head_line(each)
        for finding in each.findings:
            if finding.by_chance or not finding.agrees:
                yield _Line(each, finding, 1.0, f"{finding.quantity} ({finding.unit})")


def _head_line(verified: Verified) -> _Line:
    """A case's own line: its name, on two lines where one of letters that can be read is short."""
    name = f"{verified.case.id}  {verified.case.name}"
    room = LABEL - SMALL_GAP - (EXACTLY if _certain(verified) else 0.0)
    words, size = fit_whole(name, room, size=SMALL, weight="bold", most=1)
    if size < READABLE:
        words, size = fit_whole(name, room, size=READABLE, weight="bold")
    return _Line(verified, None, HEAD + SECOND_LINE * words.count("\n"), words, size)


def _certain(verified: Verified) -> list[Finding]:
    """The exact quantities of a case."""
    return [each for each in verified.findings if not each.by_chance]


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
            _head(page, line, left=left, down=(down + ABOVE_HEAD) * ROW)
        else:
            _row(page, axes, line, line.finding, left=left, middle=middle)
        down += line.rows


def _head(page: Page, line: _Line, *, left: float, down: float) -> None:
    """The name of a case, and how many exact quantities agree."""
    page.write(line.words, left, down, size=line.size, weight="bold")
    certain = _certain(line.verified)
    if not certain:
        return
    agree = sum(each.agrees for each in certain)
    text = f"exact: {agree} of {len(certain)}"
    colour = MUTED if agree == len(certain) else RED
    page.write(text, left + LABEL - SMALL_GAP, down, size=SMALL, colour=colour, align="right")


def _row(
    page: Page, axes: Axes, line: _Line, finding: Finding, *, left: float, middle: float
) -> None:
    room, at = LABEL - MEDIUM_GAP - SMALL_GAP, (middle - RAISED) * ROW
    page.write_lines(line.words, left + MEDIUM_GAP, at, room=room, most=1, size=line.size)
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
