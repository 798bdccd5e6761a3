"""Validation and convergence: observed against simulated arrivals, and how sure the means are.

Left, the counts that came with the scenario stand on the bands of the reference's runs, with how
many of them the bands hold. They were known when the model was set up, so that this shows how the
model fits and tests no forecast. Right, the half-width of the 95 % interval of the mean paired
difference over the first n runs, on logarithmic scales, where 1/sqrt(n) is a straight line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sim.report import facts
from sim.report.chart import Chart, footer
from sim.report.facts import Floats
from sim.report.language import say
from sim.report.layout import MARGIN, Page, date_axis, fit, new_page, width_of, wrap
from sim.report.statistics import independent, mean_interval, paired_runs
from sim.report.style import BASELINE, BLUE, FAINT, INK, MUTED, PAPER, RED, RULE, SMALL, styled
from sim.report.wording import difference, listing, lower, number, percent, plural
from sim.store import QUANTILES, TOTAL

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes

    from sim.store import StoredResults

BANDS = {0.95: ("q025", "q975", 0.16), 0.8: ("q10", "q90", 0.24), 0.5: ("q25", "q75", 0.34)}
LEADS = (facts.WAITING, facts.WITHOUT_ACCESS)
MOST_POINTS = 40
ROOM = 1.6  # factor above and below the curves; its square spans a number of 1, 2, 5, 10
LEAD: dict[str, Any] = {
    "color": BLUE, "lw": 1.8, "marker": "s", "ms": 4, "mec": PAPER, "mew": 0.5, "zorder": 4,
}  # fmt: skip
OTHER: dict[str, Any] = {"color": FAINT, "lw": 0.8, "zorder": 2}
GUIDE: dict[str, Any] = {"color": INK, "lw": 1.0, "ls": (0, (5, 2)), "zorder": 3}
EFFECT: dict[str, Any] = {"color": BLUE, "lw": 1.0, "ls": (0, (1, 1.5)), "zorder": 3}
AXIS, LINE = 0.36, 0.15
LEFT, WIDE, HIGH, RANKS = 0.6, 6.3, 2.2, 0.6
ACROSS, SMALL_GAP, SMALL_HIGH, SMALL_HEAD = 3, 0.55, 0.95, 0.42
MIDDLE, RIGHT, CURVE = 0.85, 4.0, 2.1


@dataclass(frozen=True)
class _Counts:
    """Counts at one crossing, or over all, on the days of the observed window.

    Attributes:
        place: Id of the crossing, or ``total``.
        name: What it is called.
        seen: best, low and high, shape (3, day); NaN where unknown.
        runs: Simulated arrivals, shape (run, day).
    """

    place: str
    name: str
    seen: Floats
    runs: Floats

    @property
    def counted(self) -> np.ndarray:
        """The days with a count, not only a range."""
        return np.flatnonzero(np.isfinite(self.seen[0]))

    def quantile(self, name: str) -> Floats:
        """A quantile of the runs by day."""
        return np.asarray(np.quantile(self.runs, QUANTILES[name], axis=0))

    def inside(self, share: float) -> int:
        """On how many days the count lies in the band that holds this share of the runs."""
        low, high, _ = BANDS[share]
        best = self.seen[0]
        return int(((best >= self.quantile(low)) & (best <= self.quantile(high))).sum())

    def below(self) -> Floats:
        """Share of runs below the count by day, ties counting half; NaN without a count."""
        best = self.seen[0]
        share = (self.runs < best).mean(axis=0) + 0.5 * (self.runs == best).mean(axis=0)
        return np.where(np.isfinite(best), share, np.nan)


@dataclass(frozen=True)
class _Curve:
    """Half-widths of one policy's 95 % interval over the first ``runs`` runs.

    Attributes:
        policy: Id of the policy.
        mean: Mean over all runs: of the paired difference, or of the value with one policy only.
        runs: Numbers of independent runs.
        half: Half-width of the interval with so many.
    """

    policy: str
    mean: float
    runs: list[int]
    half: Floats

    @property
    def clear(self) -> bool:
        """Whether the interval of all runs leaves zero out."""
        return abs(self.mean) > float(self.half[-1])

    @property
    def needed(self) -> int:
        """Runs with which the interval would leave zero out, if the mean stayed as it is."""
        return math.ceil(self.runs[-1] * (float(self.half[-1]) / abs(self.mean)) ** 2)


@dataclass(frozen=True)
class _Story:
    """What is drawn: the days observed, the counts on them, and the curves by indicator."""

    window: list[date]
    counts: list[_Counts]
    strangers: list[str]
    curves: dict[str, list[_Curve]]


@styled
def draw(results: StoredResults) -> Chart:
    """Observed against simulated arrivals, and intervals against the number of runs."""
    story = _story(results)
    title, subtitle = _title(results, story), _subtitle(results)
    parts = [c for c in story.counts if c.place != TOTAL]
    left = 2.0
    if story.counts:
        depth = math.ceil(len(parts) / ACROSS)
        left = _top(story) + depth * (SMALL_HEAD + SMALL_HIGH + AXIS)
    notes = {name: _curve_note(results, name, curves) for name, curves in story.curves.items()}
    heights = {name: _curve_height(note, story.curves[name]) for name, note in notes.items()}
    page = new_page(
        width=2 * MARGIN + LEFT + WIDE + MIDDLE + RIGHT + 0.1,
        body=max(left, sum(heights.values())),
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    _observed(page, story, parts)
    down = 0.0
    for name, note in notes.items():
        _convergence(page, results, name, story.curves[name], note, down=down)
        down += heights[name]
    alt = _alt(results, story, notes, title)
    return Chart("validation", title, subtitle, alt, page.figure, _data(story))


def _story(results: StoredResults) -> _Story:
    rows = results.observed.filter(pl.any_horizontal("best", "high").is_not_null())
    days = [d for d in facts.days(results) if d in set(rows["date"].to_list())]
    curves = {name: _curves(results, name) for name in LEADS}
    if not days:
        return _Story([], [], [], curves)
    first, last = (facts.days(results).index(d) for d in (days[0], days[-1]))
    window = facts.days(results)[first : last + 1]
    reference = facts.policies(results)[0]
    total = facts.daily_totals(results, "arrivals")[reference][:, first : last + 1]
    each = facts.daily_by_crossing(results, "arrivals")[reference][:, :, first : last + 1]
    counts = [_Counts(TOTAL, say("All crossings"), _seen(_totals(rows), window), total)]
    places = facts.crossings(results)
    for k, place in enumerate(places):
        mine = rows.filter(crossing=place.id)
        if not mine.drop_nulls("best").is_empty():
            counts.append(_Counts(place.id, place.name, _seen(mine, window), each[:, k]))
    known = {TOTAL, *(place.id for place in places)}
    strangers = sorted(set(rows.drop_nulls("best")["crossing"].to_list()) - known)
    return _Story(window, counts, strangers, curves)


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Counts over all crossings: as given, else the sums of what was counted at each."""
    given = rows.filter(crossing=TOTAL)
    if not given.is_empty():
        return given
    filled = rows.drop_nulls("best").with_columns(pl.col("low", "high").fill_null(pl.col("best")))
    return filled.group_by("date").agg(pl.col("best", "low", "high").sum())


def _seen(rows: pl.DataFrame, window: Sequence[date]) -> Floats:
    index = {d: k for k, d in enumerate(window)}
    seen = np.full((3, len(window)), np.nan)
    for day, *cells in rows.select("date", "best", "low", "high").iter_rows():
        if day in index:
            seen[:, index[day]] = [np.nan if cell is None else cell for cell in cells]
    return seen


def _curves(results: StoredResults, name: str) -> list[_Curve]:
    """Every other policy's paired difference, or the mean of the only policy; none without runs."""
    reference, *others = facts.policies(results)
    curves = []
    for policy in others or [reference]:
        values = independent(_differences(results, name, policy, reference))
        if len(values) < 2:
            continue
        steps = np.geomspace(2, len(values), MOST_POINTS).round().astype(int)
        runs = sorted({int(n) for n in steps})
        ends = [mean_interval(values[:n]) for n in runs]
        half = np.array([(high - low) / 2 for _, low, high in ends])
        curves.append(_Curve(policy, ends[-1][0], runs, half))
    return curves


def _differences(results: StoredResults, name: str, policy: str, reference: str) -> pl.DataFrame:
    """world, replicate and difference to the reference; of the reference its value."""
    if policy != reference:
        return paired_runs(results.indicators, policy=policy, reference=reference, indicator=name)
    rows = results.indicators.filter(policy=policy, indicator=name).drop_nulls("value")
    return rows.sort("world", "replicate").select("world", "replicate", difference="value")


def _hardest(results: StoredResults, curves: Sequence[_Curve]) -> _Curve | None:
    """The smallest difference that is not clear yet, if there are differences at all."""
    if len(facts.policies(results)) < 2:
        return None
    open_ones = [curve for curve in curves if curve.mean and not curve.clear]
    return min(open_ones, key=lambda curve: abs(curve.mean), default=None)


def _in_sight(curves: Sequence[_Curve], hardest: _Curve | None) -> float | None:
    """Size of the smallest difference not clear yet, unless it lies far below all curves."""
    if hardest is None:
        return None
    lowest = min(float(half) for curve in curves for half in curve.half if half > 0)
    return abs(hardest.mean) if abs(hardest.mean) > lowest / 10 else None


# words --------------------------------------------------------------------------------------------


def _title(results: StoredResults, story: _Story) -> str:
    label = facts.labels(results)[facts.policies(results)[0]]
    first = say("There are no counts to compare the model with")
    if story.counts and len(story.counts[0].counted):
        total = story.counts[0]
        first = say(
            "{inside} of {days} lie in the band of 80 % of runs ({policy})",
            inside=number(total.inside(0.8)), policy=label,
            days=plural(len(total.counted), "{count} observed day", "{count} observed days"),
        )  # fmt: skip
    return f"{first}. {_title_of_curves(results, story)}"


def _title_of_curves(results: StoredResults, story: _Story) -> str:
    curves = story.curves[facts.WAITING]
    runs = plural(len(facts.runs(results)), "{count} run", "{count} runs")
    if not curves:
        return say("With {runs}, no interval can be given", runs=runs)
    if len(facts.policies(results)) < 2:
        return say(
            "With {runs}, the mean of waiting is known to ±{half} {unit}",
            runs=runs, half=number(float(curves[0].half[-1])), unit=_unit(results, facts.WAITING),
        )  # fmt: skip
    return say(
        "With {runs}, {clear} of {all} differences in waiting are clear",
        runs=runs, clear=number(sum(curve.clear for curve in curves)), all=number(len(curves)),
    )  # fmt: skip


def _unit(results: StoredResults, name: str) -> str:
    entry = facts.indicator(results, name)
    return say(str(entry["unit"])) if entry else ""


def _subtitle(results: StoredResults) -> str:
    runs = plural(len(facts.runs(results)), "{count} run", "{count} runs")
    return say(
        "Left: arrivals a day. Black line: median; bands: 50, 80 and 95 % of {runs} ({policy}); "
        "red rings: observed counts, with the range that the sources allow. These counts were "
        "known when the model was set up, so this is no test of forecasts. Right: half-width of "
        "the 95 % interval of the mean (paired with the reference where there are several "
        "policies) over the first n runs; replicates of one world count as one run.",
        runs=runs, policy=facts.labels(results)[facts.policies(results)[0]],
    )  # fmt: skip


def _coverage(counts: _Counts) -> str:
    """How many counts each band holds, beside how many a right model would have there."""
    days = len(counts.counted)
    parts = [
        say(
            "{share}: {inside} (expected {expected})",
            share=percent(share), inside=number(counts.inside(share)),
            expected=number(share * days, like=(10.5,)),
        )
        for share in sorted(BANDS)
    ]  # fmt: skip
    return say(
        "Observed days inside each band, of {days}: {parts}. Expected: if the bands were right.",
        days=number(days), parts="; ".join(parts),
    )  # fmt: skip


def _lean(counts: _Counts) -> str:
    """On how many days the count lies above the median of the runs, and below."""
    below = counts.below()[counts.counted]
    return say(
        "Share of runs below the observed count. Above one half on {above} days, below on {under}: "
        "near half of the days each if the model leans neither way.",
        above=number(int((below > 0.5).sum())), under=number(int((below < 0.5).sum())),
    )  # fmt: skip


def _curve_note(results: StoredResults, name: str, curves: Sequence[_Curve]) -> str:
    """What the curves say, wrapped to their panel."""
    return wrap(_curve_words(results, name, curves), RIGHT, size=SMALL)


def _curve_words(results: StoredResults, name: str, curves: Sequence[_Curve]) -> str:
    if not curves:
        return say("Too few runs for an interval.")
    unit, runs = _unit(results, name), number(curves[0].runs[-1])
    if len(facts.policies(results)) < 2:
        mean, half = curves[0].mean, float(curves[0].half[-1])
        return say(
            "Mean {mean} ± {half} {unit} with {runs} independent runs.",
            mean=number(mean), half=number(half), unit=unit, runs=runs,
        )  # fmt: skip
    clear = sum(curve.clear for curve in curves)
    told = say(
        "Clear with {runs} independent runs: {clear} of {all} differences.",
        runs=runs, clear=number(clear), all=number(len(curves)),
    )  # fmt: skip
    hardest = _hardest(results, curves)
    if hardest is None:
        return told
    half = float(hardest.half[-1])
    change = difference(hardest.mean, hardest.mean - half, hardest.mean + half)
    return told + " " + say(
        "Smallest difference not clear yet ({policy}): {change} {unit}. By 1/√n it would be clear "
        "with about {needed} runs: an estimate, since the difference may also be none.",
        policy=facts.labels(results)[hardest.policy], change=change, unit=unit,
        needed=number(hardest.needed),
    )  # fmt: skip


# left ---------------------------------------------------------------------------------------------


def _top(story: _Story) -> float:
    """Height of the panel of all crossings with its words."""
    lines = sum(text.count("\n") + 1 for text in (_told_on_top(story), _told_of_ranks(story)))
    return 0.24 + LINE * lines + 0.06 + HIGH + 0.08 + 0.04 + RANKS + AXIS + 0.2


def _told_on_top(story: _Story) -> str:
    """Coverage and what is left out, wrapped."""
    total = story.counts[0]
    said = [
        _coverage(total)
        if len(total.counted)
        else say("Over all crossings only ranges are known, no counts.")
    ]
    if story.strangers:
        names = listing(story.strangers, most=6)
        said.append(say("Counts not shown, since they are of no single crossing: {names}.",
                        names=names))  # fmt: skip
    return wrap(" ".join(said), WIDE, size=SMALL)


def _told_of_ranks(story: _Story) -> str:
    """Which way the counts lie among the runs, wrapped."""
    return wrap(_lean(story.counts[0]), WIDE, size=SMALL)


def _observed(page: Page, story: _Story, parts: Sequence[_Counts]) -> None:
    left = MARGIN + LEFT
    if not story.counts:
        page.write(say("Arrivals a day, all crossings"), left, 0.0, weight="bold")
        words = say("This scenario has no observed counts.")
        page.write(words, left, 0.22, size=SMALL, colour=MUTED)
        return
    total, down = story.counts[0], 0.24
    page.write(say("Arrivals a day, all crossings"), left, 0.0, weight="bold")
    above, between = _told_on_top(story), _told_of_ranks(story)
    page.write(above, left, down, size=SMALL, colour=MUTED)
    down += LINE * (above.count("\n") + 1) + 0.06
    _panel(page.axes(left, down, WIDE, HIGH), total)
    down += HIGH + 0.08
    page.write(between, left, down, size=SMALL, colour=MUTED)
    _ranks(page, story, total, left=left, down=down + LINE * (between.count("\n") + 1) + 0.04)
    for k, counts in enumerate(parts):
        row, column = divmod(k, ACROSS)
        width = (WIDE - (ACROSS - 1) * SMALL_GAP) / ACROSS
        _part(page, story, counts, left=left + column * (width + SMALL_GAP), width=width,
              down=_top(story) + row * (SMALL_HEAD + SMALL_HIGH + AXIS))  # fmt: skip


def _part(
    page: Page, story: _Story, counts: _Counts, *, left: float, down: float, width: float
) -> None:
    """One crossing."""
    page.write(fit(counts.name, width, weight="bold", most=1), left, down, weight="bold")
    note = say(
        "in the 80 % band: {inside} of {days}",
        inside=number(counts.inside(0.8)), days=number(len(counts.counted)),
    )  # fmt: skip
    page.write(fit(note, width, size=SMALL, most=1), left, down + 0.18, size=SMALL, colour=MUTED)
    axes = page.axes(left, down + SMALL_HEAD, width, SMALL_HIGH)
    _panel(axes, counts)
    date_axis(axes, story.window, width=width)


def _panel(axes: Axes, counts: _Counts) -> None:
    """Bands, median and observed counts by day."""
    x = np.arange(counts.runs.shape[1])
    edges = np.append(x, len(x)) - 0.5
    level = {name: _to_the_edge(counts.quantile(name)) for name in QUANTILES}
    for lower_end, upper_end, alpha in BANDS.values():
        axes.fill_between(edges, level[lower_end], level[upper_end], step="post",
                          color=BASELINE, alpha=alpha, lw=0, zorder=2)  # fmt: skip
    axes.step(edges, level["q50"], where="post", color=BASELINE, lw=1.6, zorder=4)
    best, low, high = counts.seen
    axes.vlines(x, low, high, color=RED, lw=1.2, zorder=5)
    axes.plot(
        x, best, ls="", marker="o", ms=4.2, mfc=PAPER, mec=RED, mew=1.2, zorder=6, clip_on=False
    )
    top = np.nanmax(np.concatenate([level["q975"], best, high]))
    axes.set_xlim(-0.5, len(x) - 0.5)
    axes.set_xticks([])
    axes.locator_params(axis="y", nbins=4, integer=True)
    axes.set_ylim(0, 1.08 * float(top) or 1.0)
    ticks = [tick for tick in axes.get_yticks() if 0 <= tick <= axes.get_ylim()[1]]
    axes.set_yticks(ticks, [number(tick, like=ticks) for tick in ticks])
    axes.grid(axis="y", color=RULE, lw=0.5)
    axes.set_axisbelow(True)


def _to_the_edge(values: Floats) -> Floats:
    """The last day again, so that its step is a whole day wide."""
    return np.append(values, values[-1])


def _ranks(page: Page, story: _Story, counts: _Counts, *, left: float, down: float) -> None:
    """Where among the runs each count lies."""
    axes = page.axes(left, down, WIDE, RANKS)
    axes.axhline(0.5, color=INK, lw=0.8, ls=(0, (4, 2)), zorder=1)
    axes.vlines(np.arange(len(story.window)), 0.5, counts.below(), color=RED, lw=1.2, zorder=2)
    axes.plot(counts.below(), ls="", marker="o", ms=4.2, mfc=PAPER, mec=RED, mew=1.2, zorder=3,
              clip_on=False)  # fmt: skip
    axes.set_ylim(0, 1)
    axes.set_yticks([0.0, 0.5, 1.0], [percent(share) for share in (0.0, 0.5, 1.0)])
    date_axis(axes, story.window, width=WIDE)


# right --------------------------------------------------------------------------------------------


def _curve_height(note: str, curves: Sequence[_Curve]) -> float:
    words = 0.24 + LINE * (note.count("\n") + 1) + 0.24
    return words + CURVE + 0.55 if curves else words


def _convergence(
    page: Page,
    results: StoredResults,
    name: str,
    curves: Sequence[_Curve],
    note: str,
    *,
    down: float,
) -> None:
    """The curves of one indicator, with what they say above."""
    left = MARGIN + LEFT + WIDE + MIDDLE
    entry = facts.indicator(results, name)
    words = (
        say(
            "± of the mean: {name}, {unit}",
            name=lower(say(str(entry["name"]))),
            unit=_unit(results, name),
        )
        if entry
        else name
    )
    page.write(fit(words, RIGHT, weight="bold", most=1), left, down, weight="bold")
    page.write(note, left, down + 0.22, size=SMALL, colour=MUTED)
    if not curves:
        return
    top = down + 0.24 + LINE * (note.count("\n") + 1) + 0.05
    hardest = _hardest(results, curves)
    lead = hardest or max(curves, key=lambda curve: float(curve.half[-1]))
    effect = _in_sight(curves, hardest)
    _samples(page, results, hardest, effect, left=left, down=top)
    axes = page.axes(left, top + 0.2, RIGHT, CURVE)
    for curve in curves:
        half = np.where(curve.half > 0, curve.half, np.nan)
        look = LEAD if curve is lead else OTHER
        axes.plot(curve.runs, half, markevery=max(1, len(curve.runs) // 8), **look)
    _guide(axes, lead)
    if effect is not None:
        axes.axhline(effect, **EFFECT)
    _scales(axes, curves, effect)
    page.write(say("number of runs n"), left + RIGHT, top + 0.2 + CURVE + 0.2, size=SMALL,
               colour=MUTED, align="right")  # fmt: skip


def _guide(axes: Axes, lead: _Curve) -> None:
    runs = np.array([lead.runs[0], lead.runs[-1]], dtype=float)
    half = float(lead.half[-1]) * np.sqrt(runs[-1] / runs)
    axes.plot(runs, half, **GUIDE)


def _samples(
    page: Page,
    results: StoredResults,
    hardest: _Curve | None,
    effect: float | None,
    *,
    left: float,
    down: float,
) -> None:
    """What the lines are, side by side."""
    samples = [(LEAD, _lead_words(results, hardest)), (GUIDE, say("1/√n"))]
    if effect is not None:
        samples.insert(1, (EFFECT, say("its difference")))
    if len(facts.policies(results)) > 2:
        samples.append((OTHER, say("others")))
    x = left
    for options, words in samples:
        axes = page.axes(x, down, 0.3, 0.13)
        axes.plot([0, 1, 2], [0, 0, 0], markevery=[1], **options)
        axes.set(xlim=(0, 2), ylim=(-1, 1), xticks=[], yticks=[])
        axes.axis("off")
        page.write(words, x + 0.36, down, size=SMALL)
        x += 0.36 + width_of(words, size=SMALL) + 0.16


def _lead_words(results: StoredResults, hardest: _Curve | None) -> str:
    if len(facts.policies(results)) < 2:
        return say("this policy")
    return say("not clear yet") if hardest else say("widest")


def _scales(axes: Axes, curves: Sequence[_Curve], effect: float | None) -> None:
    """Logarithmic axes with 1, 2 and 5 of every power of ten that fits, in our own numbers."""
    halves = np.concatenate([curve.half for curve in curves])
    halves = halves[halves > 0]
    low, high = (halves.min(), halves.max()) if len(halves) else (0.5, 2.0)
    low = min(low, effect or low)
    last = max(curve.runs[-1] for curve in curves)
    axes.set(xscale="log", yscale="log", xlim=(1.8, 1.15 * max(last, 3)),
             ylim=(low / ROOM, high * ROOM))  # fmt: skip
    axes.minorticks_off()
    across = _round_numbers(2, last, most=7)
    up = _round_numbers(low / ROOM, high * ROOM, most=6)
    axes.set_xticks(across, [number(n) for n in across])
    axes.set_yticks(up, [number(value) for value in up])
    axes.grid(color=RULE, lw=0.5)
    axes.set_axisbelow(True)


def _round_numbers(low: float, high: float, *, most: int) -> list[float]:
    """At most so many round numbers in a range, evenly chosen on a logarithmic scale."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1,)):
        ticks = [step * 10.0**power for power in powers for step in steps]
        kept = [tick for tick in ticks if low <= tick * (1 + 1e-9) and tick <= high * (1 + 1e-9)]
        if kept and len(kept) <= most:
            return kept
    return kept[:: math.ceil(len(kept) / most)]


# what stands behind -------------------------------------------------------------------------------


def _data(story: _Story) -> pl.DataFrame:
    """Rows of counts and bands by day, and rows of half-widths by number of runs."""
    frames = [
        pl.DataFrame(
            {
                "part": "observed",
                "crossing": counts.place,
                "date": story.window,
                **dict(zip(("best", "low", "high"), counts.seen, strict=True)),
                **{name: counts.quantile(name) for name in QUANTILES},
                "share_of_runs_below": counts.below(),
            }
        )
        for counts in story.counts
    ]
    frames += [
        pl.DataFrame(
            {
                "part": "convergence",
                "indicator": name,
                "policy": curve.policy,
                "runs": curve.runs,
                "half_width": curve.half,
            }
        )
        for name, curves in story.curves.items()
        for curve in curves
    ]
    return pl.concat(frames, how="diagonal").fill_nan(None) if frames else pl.DataFrame()


def _alt(results: StoredResults, story: _Story, notes: Mapping[str, str], title: str) -> str:
    counts = story.counts[0] if story.counts else None
    fits = (
        f"{_coverage(counts)} {_lean(counts)}"
        if counts is not None and len(counts.counted)
        else say("This scenario has no observed counts.")
    )
    curves = [
        f"{say(str(entry['name']))}: {note}".replace("\n", " ")
        for name, note in notes.items()
        if (entry := facts.indicator(results, name))
    ]
    return say(
        "Left, observed arrivals on bands of simulated ones by day; right, half-widths of 95 % "
        "intervals against the number of runs. {title}. {fits} {curves}",
        title=title, fits=fits, curves=" ".join(curves),
    )  # fmt: skip
