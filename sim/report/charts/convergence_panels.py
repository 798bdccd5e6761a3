"""The right half of the validation chart: half-widths against the number of states of the world.

Scales are logarithmic, where 1/sqrt(n) is a straight line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.convergence import Curve, smallest_unclear, widest
from sim.report.drawing.colours import BLUE, FAINT, INK, MUTED, PAPER, RULE
from sim.report.drawing.design_tokens import LARGE_GAP, LINE, NOT_ZERO, TIGHT, Key, Stroke
from sim.report.drawing.layout import Page, width_of, wrap
from sim.report.drawing.marks import line_sample
from sim.report.drawing.style import BODY, SMALL, Look
from sim.text.catalogue import translate
from sim.text.wording import difference, lower, number, percent, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

WIDTH, CURVE = 4.0, 2.1
NOTE_DOWN, NOTE_HEAD, FOOT = 0.22, 0.24, 0.24  # from the name to the note; room for both; below
SCALES = 0.55  # with the numbers below the curves, and what they are
KEY_WORDS, KEY_GAP = 0.36, 0.16  # from a sample to its words, and from these to the next
MOST_MARKS = 8  # on a curve
LEAST_SHARE = 10  # a difference is left out of sight that is so many times below all curves
ENDS, LEAST_LAST = (1.8, 1.15), 3  # states where the axis begins; beyond the last, of it; its least
ACROSS, UP = 7, 6  # round numbers at the axes, at the most
ROUND = ((1, 2, 5), (1,))  # of every power of ten, tried in turn
ROOM = 1.6  # factor above and below the curves; its square spans a number of 1, 2, 5, 10
LEAD: Look = {
    "color": BLUE,
    "lw": 1.8,
    "marker": "s",
    "ms": 4,
    "mec": PAPER,
    "mew": 0.5,
    "zorder": 4,
}
OTHER: Look = {"color": FAINT, "lw": 0.8, "zorder": 2}
GUIDE: Look = {"color": INK, "lw": 1.0, "ls": (0, (5, 2)), "zorder": 3}
EFFECT: Look = {"color": BLUE, "lw": 1.0, "ls": (0, (1, 1.5)), "zorder": 3}


def finding(results: StoredResults, curves: Sequence[Curve]) -> str:
    """How many differences in waiting are clear, of the curves of waiting."""
    runs = plural(len(queries.runs(results)), "{count} run", "{count} runs")
    if not curves:
        return translate("With {runs}, no interval can be given", runs=runs)
    if len(queries.policies(results)) < 2:
        return translate(
            "With {runs}, the mean of waiting is known to ±{half} {unit}",
            runs=runs,
            half=number(float(curves[0].half[-1])),
            unit=_unit(results, queries.WAITING),
        )
    return translate(
        "With {runs}, {clear} of {all} differences in waiting are clear",
        runs=runs,
        clear=number(sum(curve.clear for curve in curves)),
        all=number(len(curves)),
    )


def _unit(results: StoredResults, name: str) -> str:
    entry = queries.indicator(results, name)
    return queries.indicator_unit(entry) if entry else ""


def note_on(results: StoredResults, name: str, curves: Sequence[Curve]) -> str:
    """What the curves of an indicator say, wrapped to their panel."""
    return wrap(_words(results, name, curves), WIDTH, size=SMALL)


def _words(results: StoredResults, name: str, curves: Sequence[Curve]) -> str:
    if not curves:
        return translate("Too few runs for an interval.")
    lead = smallest_unclear(results, curves) or widest(curves)
    return " ".join([*_clear_words(results, name, curves), _advice(results, lead)])


def _clear_words(results: StoredResults, name: str, curves: Sequence[Curve]) -> list[str]:
    """What is known with the runs that there are, and what more would show."""
    unit, many = _unit(results, name), counted(results, curves[0].runs[-1])
    if len(queries.policies(results)) < 2:
        mean, half = number(curves[0].mean), number(float(curves[0].half[-1]))
        words = translate(
            "Mean {mean} ± {half} {unit} with {many}.", mean=mean, half=half, unit=unit, many=many
        )
        return [words]
    words = translate(
        "Clear with {many}: {clear} of {all} differences.",
        many=many,
        clear=number(sum(curve.clear for curve in curves)),
        all=number(len(curves)),
    )
    hardest = smallest_unclear(results, curves)
    return [words] if hardest is None else [words, _needed_words(results, hardest, unit)]


def _needed_words(results: StoredResults, hardest: Curve, unit: str) -> str:
    return translate(
        "Smallest difference not clear yet ({policy}): {change} {unit}. By 1/√n it would be "
        "clear with about {needed}: an estimate, since there may be no difference.",
        policy=queries.quoted_labels(results)[hardest.policy],
        change=difference(hardest.mean, *hardest.interval),
        unit=unit,
        needed=counted(results, hardest.needed),
    )


def counted(results: StoredResults, number_of_means: int) -> str:
    """``40 states of the world``; runs, where there is one state of the world only."""
    if len({state for state, _ in queries.runs(results)}) < 2:
        return plural(number_of_means, "{count} run", "{count} runs")
    return plural(number_of_means, "{count} state of the world", "{count} states of the world")


def _advice(results: StoredResults, lead: Curve) -> str:
    """Whether more states of the world would help, or more runs in each."""
    if lead.chance is None or lead.narrowed_by_runs is None:
        return translate(
            "What is unknown cannot be separated from chance here: that takes at least two "
            "states of the world, with at least two runs in each."
        )
    return translate(
        "{chance} of the variance of a run ({policy}) is chance, the rest is what is unknown: "
        "twice the runs in each state of the world would narrow the interval by {runs}, twice the "
        "states of the world, for the same work, by {states}.",
        chance=percent(lead.chance),
        policy=queries.quoted_labels(results)[lead.policy],
        runs=percent(lead.narrowed_by_runs),
        states=percent(1.0 - math.sqrt(0.5)),
    )


def height(note: str, curves: Sequence[Curve]) -> float:
    """Height of the panel of one indicator, in inches."""
    words = NOTE_HEAD + LINE * (note.count("\n") + 1) + FOOT
    return words + CURVE + SCALES if curves else words


def draw_curves(
    page: Page,
    results: StoredResults,
    name: str,
    curves: Sequence[Curve],
    note: str,
    *,
    left: float,
    down: float,
) -> None:
    """Draw the curves of one indicator with their note above; both places in inches."""
    entry = queries.indicator(results, name)
    words = (
        translate(
            "± of the mean: {name}, {unit}",
            name=lower(translate(str(entry["name"]))),
            unit=_unit(results, name),
        )
        if entry
        else name
    )
    size = BODY * min(1.0, WIDTH / width_of(words, weight="bold"))
    page.write(words, left, down, size=size, weight="bold")
    page.write(note, left, down + NOTE_DOWN, size=SMALL, colour=MUTED)
    if not curves:
        return
    top = down + NOTE_HEAD + LINE * (note.count("\n") + 1) + TIGHT
    hardest = smallest_unclear(results, curves)
    lead = hardest or widest(curves)
    effect = _in_sight(curves, hardest)
    _samples(page, results, hardest, effect, left=left, down=top)
    axes = page.axes(left, top + LARGE_GAP, WIDTH, CURVE)
    for curve in curves:
        half = np.where(curve.half > 0, curve.half, np.nan)
        look = LEAD if curve is lead else OTHER
        axes.plot(curve.runs, half, markevery=max(1, len(curve.runs) // MOST_MARKS), **look)
    _guide(axes, lead)
    if effect is not None:
        axes.axhline(effect, **EFFECT)
    _scales(axes, curves, effect)
    page.write(
        translate("number n, states of the world"),
        left + WIDTH,
        top + LARGE_GAP + CURVE + LARGE_GAP,
        size=SMALL,
        colour=MUTED,
        align="right",
    )


def _in_sight(curves: Sequence[Curve], hardest: Curve | None) -> float | None:
    """Size of the smallest difference not clear yet, unless it is far below all curves."""
    if hardest is None:
        return None
    lowest = min(float(half) for curve in curves for half in curve.half if half > 0)
    return abs(hardest.mean) if abs(hardest.mean) > lowest / LEAST_SHARE else None


def _guide(axes: Axes, lead: Curve) -> None:
    runs = np.array([lead.runs[0], lead.runs[-1]], dtype=float)
    half = float(lead.half[-1]) * np.sqrt(runs[-1] / runs)
    axes.plot(runs, half, **GUIDE)


def _samples(
    page: Page,
    results: StoredResults,
    hardest: Curve | None,
    effect: float | None,
    *,
    left: float,
    down: float,
) -> None:
    """What the lines are, side by side."""
    samples = [(LEAD, _lead_words(results, hardest)), (GUIDE, translate("1/√n"))]
    if effect is not None:
        samples.insert(1, (EFFECT, translate("its difference")))
    if len(queries.policies(results)) > 2:
        samples.append((OTHER, translate("others")))
    x = left
    for options, words in samples:
        axes = line_sample(page, x, down, width=Key.AREA)
        axes.plot([0, 1, 2], [0, 0, 0], markevery=[1], **options)
        page.write(words, x + KEY_WORDS, down, size=SMALL)
        x += KEY_WORDS + width_of(words, size=SMALL) + KEY_GAP


def _lead_words(results: StoredResults, hardest: Curve | None) -> str:
    if len(queries.policies(results)) < 2:
        return translate("this policy")
    return translate("not clear yet") if hardest else translate("widest")


def _scales(axes: Axes, curves: Sequence[Curve], effect: float | None) -> None:
    """Logarithmic axes with 1, 2 and 5 of every power of ten that fits, in our own numbers."""
    halves = np.concatenate([curve.half for curve in curves])
    halves = halves[halves > 0]
    low, high = (halves.min(), halves.max()) if len(halves) else (0.5, 2.0)
    low = min(low, effect or low)
    last = max(curve.runs[-1] for curve in curves)
    limits = {"xlim": (ENDS[0], ENDS[1] * max(last, LEAST_LAST)), "ylim": (low / ROOM, high * ROOM)}
    axes.set(**limits, xscale="log", yscale="log")  # in this order: halves may all be 0
    axes.minorticks_off()
    across = _round_numbers(2, last, most=ACROSS)
    up = _round_numbers(low / ROOM, high * ROOM, most=UP)
    axes.set_xticks(across, [number(n) for n in across])
    axes.set_yticks(up, [number(value) for value in up])
    axes.grid(color=RULE, lw=Stroke.FINE)
    axes.set_axisbelow(True)


def _round_numbers(low: float, high: float, *, most: int) -> list[float]:
    """At most so many round numbers in a range, evenly chosen on a logarithmic scale."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ROUND:
        ticks = [step * 10.0**power for power in powers for step in steps]
        kept = [
            tick for tick in ticks if low <= tick * (1 + NOT_ZERO) and tick <= high * (1 + NOT_ZERO)
        ]
        if kept and len(kept) <= most:
            return kept
    return kept[:: math.ceil(len(kept) / most)]
