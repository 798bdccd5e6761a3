"""Fan chart: people waiting and arrivals by day, with people in the transit state beside them.

A row is a policy, a column a series, one scale a column. The third column is the rights companion
of the other two: who is not waiting here may be stranded there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.observed_totals import observed_rates
from sim.report.analysis.queries import Change, Floats
from sim.report.analysis.receiving_states import is_chain, where_on_the_way
from sim.report.analysis.shown_days import shown_days, window_words
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import BASELINE, MUTED, RED, RULE
from sim.report.drawing.design_tokens import (
    DASHED,
    DOTTED,
    HEADROOM,
    LARGE_GAP,
    LINE,
    MEDIUM_GAP,
    MOST_TICKS,
    Layer,
    Mark,
    Opacity,
    Stroke,
)
from sim.report.drawing.layout import MARGIN, Page, date_axis, lanes, new_page, width_of, wrap
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.policy_styles import policy_styles
from sim.report.drawing.style import BODY, SMALL, styled
from sim.text.catalogue import phrases, translate
from sim.text.wording import day, estimate, number, two_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

SERIES = ("waiting", "arrivals", "in_transit_state")
BANDS = ((2.5, 97.5, 0.16), (10.0, 90.0, 0.22), (25.0, 75.0, 0.3))
LEVELS = (0.025, 0.5, 0.975)  # of the intervals that are written
THIN_RUNS = 12
MOST_CHANGES = 12
LEFT, GAP, PANEL = 0.62, 0.5, 3.35
LANE = 0.15
TALL, LOW, MOST_TALL = 2.3, 1.15, 3  # height of a panel, also where there are more policies than so
HEAD, FOOT = 0.45, 0.12  # above the names of changes, and below the panels
LABEL_UP = 0.18  # by which the name of a policy begins above its panel
QUANTILES = {"q025": 0.025, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9}
QUANTILES |= {"q975": 0.975}


@dataclass(frozen=True)
class _Story:
    """The numbers of a fan chart: runs by series and policy, and the window that is shown."""

    runs: dict[str, dict[str, Floats]]
    policies: list[str]
    changes: list[Change]
    first: int
    last: int


@styled
def draw(results: StoredResults) -> Chart:
    """People waiting, arrivals and people in the transit state by day, for every policy."""
    story = _story(results)
    title, subtitle = _title(results, story), _subtitle(results, story)
    changes = story.changes[:MOST_CHANGES]
    width = MARGIN * 2 + len(SERIES) * (PANEL + LEFT) + MEDIUM_GAP
    rows = len(story.policies)
    height = TALL if rows <= MOST_TALL else LOW
    key = wrap(_key(results, story, changes), width - 2 * MARGIN, size=SMALL)
    marks = _lanes(results, changes, story)
    head = HEAD + LANE * (max(marks, default=0) + 1)
    key_height = LINE * (key.count("\n") + 1)
    body = head + rows * (height + GAP) + FOOT + key_height
    page = new_page(width=width, body=body, title=title, subtitle=subtitle, footer=footer(results))
    for column, series in enumerate(SERIES):
        _column(page, results, story, series=series, column=column, head=head, height=height)
        _marks(page, results, story, changes, marks, column=column, head=head)
    page.write(key, MARGIN, body - key_height, size=SMALL, colour=MUTED)
    data = _data(results, story)
    return Chart("fan", title, subtitle, _alt(results, story, title), page.figure, data)


_said_name = phrases({"waiting": "People waiting", "arrivals": "Arrivals a day"})


def _series_name(results: StoredResults, series: str) -> str:
    return where_on_the_way(results) if series == "in_transit_state" else _said_name(series)


def _story(results: StoredResults) -> _Story:
    runs = {series: queries.daily_totals(results, series) for series in SERIES}
    changes = queries.changes(results, queries.policies(results)[0])
    shown = shown_days(results)
    return _Story(runs, queries.policies(results), changes, shown.start, shown.stop - 1)


def _peaks(block: Floats) -> tuple[float, float, float]:
    peaks = block.max(axis=1)
    low, middle, high = np.quantile(peaks, LEVELS)
    return float(middle), float(low), float(high)


def _title(results: StoredResults, story: _Story) -> str:
    labels = queries.quoted_labels(results)
    peaks = {policy: _peaks(block) for policy, block in story.runs["waiting"].items()}
    reference = story.policies[0]
    own = {"peak": estimate(*peaks[reference]), "policy": labels[reference]}
    others = story.policies[1:]
    if not others:
        return translate("Waiting peaks at {peak} people under {policy}", **own)
    least, most = (f(others, key=lambda p: peaks[p][0]) for f in (min, max))
    if least == most:
        return translate(
            "Waiting peaks at {peak} people under {policy}, at {other_peak} under {other}",
            **own,
            other_peak=estimate(*peaks[least]),
            other=labels[least],
        )
    return translate(
        "Waiting peaks at {peak} people under {policy}; "
        "elsewhere from {least} ({least_policy}) to {most} ({most_policy})",
        **own,
        least=two_digits(peaks[least][0]),
        least_policy=labels[least],
        most=two_digits(peaks[most][0]),
        most_policy=labels[most],
    )


def _at_the_end(results: StoredResults) -> str:
    if is_chain(results):
        return translate(
            "On the last day {people} people are in the transit state or on the way between "
            "borders under {policy}."
        )
    return translate(
        "On the last day {people} people are in the transit state and not registered under "
        "{policy}."
    )


def _subtitle(results: StoredResults, story: _Story) -> str:
    reference = story.policies[0]
    low, middle, high = np.quantile(story.runs["in_transit_state"][reference][:, -1], LEVELS)
    sentences = [
        _at_the_end(results).format(
            people=estimate(middle, low, high), policy=queries.quoted_labels(results)[reference]
        )
    ]
    if len(queries.runs(results)) > 1:
        sentences.append(translate("Peak: median of the runs' highest day (95 % of runs)."))
    sentences.append(
        translate(
            "People by day. Line: median; bands: 50, 80 and 95 % of {runs}; thin lines: single "
            "runs, cut where they rise above all bands; dashed: median of the reference.",
            runs=queries.counted_runs(results),
        )
    )
    rates = observed_rates(results)
    if rates and all(each.first == each.last for each in rates):
        sentences.append(translate("Red rings: observed arrivals, beside the reference only."))
    elif rates:
        sentences.append(
            translate(
                "Red rings and bars: observed arrivals, beside the reference only; a bar is the "
                "mean a day over several days."
            )
        )
    return " ".join([*sentences, window_words(results, slice(story.first, story.last + 1))])


def _key(results: StoredResults, story: _Story, changes: Sequence[Change]) -> str:
    if not changes:
        return translate(
            "Vertical lines: none, since access changes at no crossing under the reference."
        )
    days = queries.days(results)
    steps = "; ".join(f"{day(days[c.day])}, {c.words}" for c in changes)
    label = _reference_words(results)
    later = len(story.changes) - len(changes)
    if later:
        return translate(
            "Vertical lines: changes of access under {policy}. {changes}; later changes: {later}.",
            policy=label,
            changes=steps,
            later=number(later),
        )
    return translate(
        "Vertical lines: changes of access under {policy}. {changes}.", policy=label, changes=steps
    )


def _reference_words(results: StoredResults) -> str:
    """The reference, and of how many runs its changes are where its runs take several paths."""
    reference = queries.policies(results)[0]
    path = queries.commonest_path(results, reference)
    label = queries.quoted_labels(results)[reference]
    if path.is_only_one:
        return label
    return translate(
        "{policy} (commonest path, that of {count} of {runs} runs)",
        policy=label,
        count=number(path.taken_by),
        runs=number(path.runs),
    )


def _x(story: _Story, index: float) -> float:
    """Inches from the left of a panel to a day's middle."""
    return (index - story.first + 0.5) / (story.last - story.first + 1) * PANEL


def _lanes(results: StoredResults, changes: Sequence[Change], story: _Story) -> list[int]:
    days = queries.days(results)
    spans = []
    for change in changes:
        half = width_of(day(days[change.day]), size=SMALL) / 2
        spans.append((_x(story, change.day) - half, _x(story, change.day) + half))
    same = {change.day: k for k, change in reversed(list(enumerate(changes)))}
    firsts = sorted(same.values())
    chosen = dict(zip(firsts, lanes([spans[k] for k in firsts]), strict=True))
    return [chosen.get(k, -1) for k in range(len(changes))]


def _marks(
    page: Page,
    results: StoredResults,
    story: _Story,
    changes: Sequence[Change],
    marks: Sequence[int],
    *,
    column: int,
    head: float,
) -> None:
    """The dates of the changes above a column, in as many lanes as they need."""
    days = queries.days(results)
    left = MARGIN + LEFT + column * (PANEL + LEFT)
    for change, lane in zip(changes, marks, strict=True):
        if lane >= 0:
            page.write(
                day(days[change.day]),
                left + _x(story, change.day),
                head - LARGE_GAP - LANE * (lane + 1),
                size=SMALL,
                colour=MUTED,
                align="center",
            )


def _column(
    page: Page,
    results: StoredResults,
    story: _Story,
    *,
    series: str,
    column: int,
    head: float,
    height: float,
) -> None:
    left = MARGIN + LEFT + column * (PANEL + LEFT)
    page.write(_series_name(results, series), left, 0.0, weight="bold")
    runs = story.runs[series]
    top = max(float(np.quantile(block, LEVELS[-1], axis=0).max()) for block in runs.values())
    if series == "arrivals":
        top = max([top, *(each.per_day for each in observed_rates(results))])
    for row, policy in enumerate(story.policies):
        down = head + row * (height + GAP)
        axes = page.axes(left, down, PANEL, height)
        _panel(axes, results, story, series=series, policy=policy, top=top * HEADROOM or 1.0)
        label = queries.labels(results)[policy]
        page.write_within(label, left, down - LABEL_UP, room=PANEL, size=BODY, colour=BASELINE)


def _panel(
    axes: Axes, results: StoredResults, story: _Story, *, series: str, policy: str, top: float
) -> None:
    reference = story.policies[0]
    style = policy_styles(story.policies, reference=reference)[policy]
    block = story.runs[series][policy][:, story.first : story.last + 1]
    x = np.arange(block.shape[1])
    if len(block) > 1:
        _bands(axes, x, block, colour=style.colour)
    if policy != reference:
        base = story.runs[series][reference][:, story.first : story.last + 1]
        axes.plot(
            x,
            np.median(base, axis=0),
            color=BASELINE,
            lw=Stroke.REGULAR,
            ls=DASHED,
            zorder=Layer.LINES,
        )
    axes.plot(x, np.median(block, axis=0), color=style.colour, lw=Stroke.HEAVY, zorder=Layer.MARKS)
    if series == "arrivals" and policy == reference:  # what was counted happened under no other
        _observed(axes, results, story)
    for change in story.changes[:MOST_CHANGES]:
        axes.axvline(
            change.day - story.first,
            color=MUTED,
            lw=Stroke.LIGHT,
            ls=DOTTED,
            zorder=Layer.RULES,
        )
    axes.set_ylim(0, top)
    axes.grid(axis="y", color=RULE, lw=Stroke.FINE)
    axes.set_axisbelow(True)
    axes.locator_params(axis="y", nbins=MOST_TICKS)
    axes.set_yticks(axes.get_yticks(), [number(v) for v in axes.get_yticks()])
    axes.set_ylim(0, top)
    date_axis(axes, queries.days(results)[story.first : story.last + 1], width=PANEL)


def _bands(axes: Axes, x: np.ndarray, block: Floats, *, colour: str) -> None:
    for low, high, alpha in BANDS:
        lower, upper = np.percentile(block, [low, high], axis=0)
        axes.fill_between(x, lower, upper, color=colour, alpha=alpha, lw=0, zorder=Layer.AREAS)
    step = max(1, len(block) // THIN_RUNS)
    for run in block[::step][:THIN_RUNS]:
        axes.plot(x, run, color=colour, lw=Stroke.FINE, alpha=Opacity.RUN, zorder=Layer.INTERVALS)


def _observed(axes: Axes, results: StoredResults, story: _Story) -> None:
    rates = [
        each
        for each in observed_rates(results)
        if story.first <= each.first and each.last <= story.last
    ]
    if not rates:
        return
    for each in rates:
        if each.first < each.last:
            ends = (each.first - story.first - 0.5, each.last - story.first + 0.5)
            axes.hlines(each.per_day, *ends, color=RED, lw=Stroke.BOLD, zorder=Layer.EMPHASIS)
    draw_marks(
        axes,
        [0.5 * (each.first + each.last) - story.first for each in rates],
        [each.per_day for each in rates],
        ls="",
        size=Mark.DOT,
        fill="white",
        edge=RED,
        width=Stroke.REGULAR,
        layer=Layer.EMPHASIS,
    )


def _data(results: StoredResults, story: _Story) -> pl.DataFrame:
    """The lines and bands that are drawn."""
    shown = queries.days(results)[story.first : story.last + 1]
    frames = []
    for series in SERIES:
        for policy in story.policies:
            block = story.runs[series][policy][:, story.first : story.last + 1]
            bands = np.quantile(block, list(QUANTILES.values()), axis=0)
            frames.append(
                pl.DataFrame(
                    {
                        "policy": [policy] * len(shown),
                        "series": [series] * len(shown),
                        "date": shown,
                        **{name: bands[k] for k, name in enumerate(QUANTILES)},
                    }
                )
            )
    return pl.concat(frames)


def _alt(results: StoredResults, story: _Story, title: str) -> str:
    labels = queries.quoted_labels(results)
    ends = [
        translate(
            "{policy}: {waiting} waiting, {stranded} in the transit state",
            policy=labels[policy],
            waiting=estimate(*_peaks(story.runs["waiting"][policy])),
            stranded=estimate(*_peaks(story.runs["in_transit_state"][policy])),
        )
        for policy in story.policies
    ]
    return translate(
        "Fan charts by day, a row a policy: people waiting, arrivals, people in the transit "
        "state. {title}. Highest day by policy, median and 95 % of runs. {peaks}.",
        title=title,
        peaks="; ".join(ends),
    )
