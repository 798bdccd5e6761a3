"""Trade-off: time spent waiting against people left without access, a cloud of runs a policy.

A queue is short where nobody gets in, so the two are never shown apart. Pareto-best policies are
those that no other beats on both means, of those that leave no more people without access than the
reference does, in mean and median: who has less waiting because fewer could come is not best. Which
of them to prefer is not for a model to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.statistics import pareto_best
from sim.report.analysis.verdicts import keeps_away
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import INK, MUTED, PAPER, RULE
from sim.report.drawing.design_tokens import TIGHT, Layer, Mark, Opacity, Stroke
from sim.report.drawing.layout import MARGIN, Page, fit_whole, new_page, width_of
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.policy_styles import PolicyStyle, policy_styles
from sim.report.drawing.style import SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import in_quotes, listing, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

WIDTH, HEIGHT, LEFT = 6.6, 5.4, 0.85
SMALL_WIDTH, SMALL_HEIGHT = 3.3, 2.7
LINE = 0.155
HEAD = 0.42  # above the panels: heading and vertical axis
AROUND = 0.95  # above and below the large panel, with ticks and words of the axes
HEADING, ABOVE, BELOW = -0.02, 0.17, 0.7  # of a panel: heading, words of its axes
ROOM = 0.16  # of the spread of the means, around them
REACH = 0.13  # of a mark, where no name may be
NAME = 2.0  # widest name
FIRST_TRY, LAST_TRY, STEP = 0.19, 6.0, 0.08  # radii at which a name is tried
ANGLES = (0, 180, 30, -30, 150, -150, 60, -60, 120, -120, 90, -90)  # degrees, in turn
FAR = 0.2  # from which a name has a line to its mark
AROUND_ONE = 0.1  # of a mean, around it where there is no spread
TOP = 1.05  # of the highest value, at the end of an axis
MORE_TICKS = 5
BESIDE_WORDS, LINE_SPACING = 0.04, 1.25  # inches; of the size of letters
AXES: tuple[Literal["x", "y"], ...] = ("x", "y")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Cloud:
    """The runs of one policy: waiting and people without access, and their means."""

    policy: str
    label: str
    x: queries.Floats
    y: queries.Floats
    best: bool = False

    @property
    def centre(self) -> tuple[float, float]:
        return float(self.x.mean()), float(self.y.mean())


@styled
def draw(results: StoredResults) -> Chart:
    """Person-days waiting against people without access, a cloud of runs a policy."""
    clouds = trade_off(results)
    title, subtitle = _title(clouds), _subtitle(results)
    page = new_page(
        width=WIDTH + SMALL_WIDTH + 2 * LEFT + 2 * MARGIN,
        body=HEIGHT + AROUND,
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    order = [cloud.policy for cloud in clouds]
    styles = policy_styles(order, reference=order[0]) if order else {}
    means = _means_panel(page, results, clouds, styles)
    _runs_panel(page, results, clouds, styles, window=means)
    data = _data(clouds)
    return Chart("trade_off", title, subtitle, _alt(clouds, title), page.figure, data)


def trade_off(results: StoredResults) -> list[_Cloud]:
    """The cloud of every policy that has both indicators, Pareto-best ones marked."""
    labels = queries.labels(results)
    clouds = []
    for policy in queries.policies(results):
        rows = results.indicators.filter(policy=policy).drop_nulls("value")
        x, y = (
            rows.filter(indicator=name).select("state_of_world", "replicate", "value")
            for name in (queries.WAITING, queries.WITHOUT_ACCESS)
        )
        both = x.join(y, on=["state_of_world", "replicate"], how="inner").sort(
            "state_of_world", "replicate"
        )
        if not both.is_empty():
            xs, ys = both["value"].to_numpy(), both["value_right"].to_numpy()
            clouds.append(_Cloud(policy, labels[policy], xs, ys))
    best = _best(results, clouds)
    return [_Cloud(c.policy, c.label, c.x, c.y, best=c.policy in best) for c in clouds]


def _best(results: StoredResults, clouds: Sequence[_Cloud]) -> set[str]:
    """The Pareto-best of those that keep nobody away; none where there is one policy only."""
    if len(clouds) < 2:
        return set()
    meant = [cloud for cloud in clouds if not keeps_away(results, cloud.policy)]
    flags = pareto_best([cloud.centre for cloud in meant])
    return {cloud.policy for cloud, flag in zip(meant, flags, strict=True) if flag}


def _title(clouds: Sequence[_Cloud]) -> str:
    best = [in_quotes(cloud.label) for cloud in clouds if cloud.best]
    if not clouds:
        return translate("No run has both indicators, so there is no trade-off to show")
    if len(clouds) == 1:
        return _means(clouds[0])
    if len(best) == 1 and _leads(clouds):
        return translate(
            "{policy} has the least waiting and the fewest people without access on average",
            policy=best[0],
        )
    if len(best) in (1, 2):
        return translate(
            "No policy has both the least waiting and the fewest people without access; "
            "Pareto-best: {policies}",
            policies=listing(best),
        )
    return translate(
        "No policy has both the least waiting and the fewest people without access; {best} of "
        "{all} are Pareto-best",
        best=number(len(best)),
        all=number(len(clouds)),
    )


def _leads(clouds: Sequence[_Cloud]) -> bool:
    """Whether one policy has the least of both means, kept apart or not."""
    centres = [cloud.centre for cloud in clouds]
    return (min(x for x, _ in centres), min(y for _, y in centres)) in centres


def _means(cloud: _Cloud) -> str:
    waiting, without = (number(value) for value in cloud.centre)
    fields = {"policy": in_quotes(cloud.label), "waiting": waiting, "without": without}
    if cloud.best:
        return translate(
            "{policy}: {waiting} person-days waiting, {without} people without access, Pareto-best",
            **fields,
        )
    return translate(
        "{policy}: {waiting} person-days waiting, {without} people without access", **fields
    )


def _subtitle(results: StoredResults) -> str:
    return translate(
        "People without access against person-days waiting; {period}. Small mark: one of {runs} "
        "a policy; large mark: their mean; ringed and bold: Pareto-best, no other policy has less "
        "of both means, of those that leave no more people without access than the reference. The "
        "means alone do not say whether a difference is clear: see the paired differences.",
        period=queries.period(results),
        runs=queries.counted_runs(results),
    )


def _means_panel(
    page: Page,
    results: StoredResults,
    clouds: Sequence[_Cloud],
    styles: Mapping[str, PolicyStyle],
) -> Axes:
    """The means of the policies, drawn large and named."""
    left = MARGIN + LEFT
    axes = page.axes(left, HEAD, WIDTH, HEIGHT)
    page.write(translate("Means of the policies"), left, HEADING, weight="bold")
    for cloud in clouds:
        x, y = cloud.centre
        style = styles[cloud.policy]
        if cloud.best:
            draw_marks(
                axes,
                [x],
                [y],
                size=Mark.RING,
                fill="none",
                edge=INK,
                width=Stroke.FIRM,
                layer=Layer.MARKS,
            )
        draw_marks(
            axes,
            [x],
            [y],
            marker=style.marker,
            size=Mark.MEAN,
            fill=style.colour,
            edge=PAPER,
            width=Stroke.SLIM,
            layer=Layer.EMPHASIS,
        )
    for which in AXES:
        centres = [cloud.centre[which == "y"] for cloud in clouds] or [1.0]
        pad = ROOM * (max(centres) - min(centres)) or AROUND_ONE * max(centres) or 1.0
        _scale(axes, which, low=max(0.0, min(centres) - pad), high=max(centres) + pad)
    _frame(axes)
    _captions(page, results, left=left, width=WIDTH, height=HEIGHT)
    _label(axes, clouds)
    return axes


def _runs_panel(
    page: Page,
    results: StoredResults,
    clouds: Sequence[_Cloud],
    styles: Mapping[str, PolicyStyle],
    *,
    window: Axes,
) -> None:
    """Every run, small, from zero; a box marks what the large panel shows."""
    left = MARGIN + 2 * LEFT + WIDTH
    axes = page.axes(left, HEAD, SMALL_WIDTH, SMALL_HEIGHT)
    page.write(translate("Every run; box: the panel on the left"), left, HEADING, weight="bold")
    for cloud in clouds:
        style = styles[cloud.policy]
        axes.plot(
            cloud.x,
            cloud.y,
            marker=style.marker,
            color=style.colour,
            ls="",
            ms=Mark.TINY,
            mew=0,
            alpha=Opacity.CLOUD,
            zorder=Layer.AREAS,
        )
    for which in AXES:
        values = [v for cloud in clouds for v in (cloud.x if which == "x" else cloud.y)]
        _scale(axes, which, low=0.0, high=TOP * max(values, default=1.0) or 1.0)
    (x, right), (y, top) = window.get_xlim(), window.get_ylim()
    axes.plot(
        [x, right, right, x, x],
        [y, y, top, top, y],
        color=INK,
        lw=Stroke.NORMAL,
        zorder=Layer.LINES,
    )
    _frame(axes)
    _captions(page, results, left=left, width=SMALL_WIDTH, height=SMALL_HEIGHT)


def _frame(axes: Axes) -> None:
    axes.grid(color=RULE, lw=Stroke.FINE)
    axes.set_axisbelow(True)


def _captions(
    page: Page, results: StoredResults, *, left: float, width: float, height: float
) -> None:
    """What the axes measure, and which way is better."""
    for name, fallback, better, at in (
        (
            queries.WITHOUT_ACCESS,
            translate("People without access"),
            translate("down: fewer"),
            ABOVE,
        ),
        (
            queries.WAITING,
            translate("Person-days waiting"),
            translate("left: less"),
            height + BELOW,
        ),
    ):
        entry = queries.indicator(results, name)
        words = queries.measured(entry) if entry else fallback
        page.write_within(f"{words} ({better})", left, at, room=width, size=SMALL)


def _scale(axes: Axes, which: Literal["x", "y"], *, low: float, high: float) -> None:
    """Limits, with ticks in our own number format."""
    limit, ticks, names = (
        (axes.set_xlim, axes.get_xticks, axes.set_xticks)
        if which == "x"
        else (axes.set_ylim, axes.get_yticks, axes.set_yticks)
    )
    limit(low, high)
    axes.locator_params(axis=which, nbins=MORE_TICKS)
    shown = [float(tick) for tick in ticks() if low <= tick <= high]
    names(shown, [number(tick, like=shown) for tick in shown])
    limit(low, high)


def _label(axes: Axes, clouds: Sequence[_Cloud]) -> None:
    """Names beside the means: each at the nearest free place, with a line where it is far."""
    points = [_inches(axes, *cloud.centre) for cloud in clouds]
    taken: list[Box] = [(x - REACH, y - REACH, x + REACH, y + REACH) for x, y in points]
    for cloud, (x, y) in zip(clouds, points, strict=True):
        weight = "bold" if cloud.best else "normal"
        words, size = fit_whole(cloud.label, NAME, size=SMALL, weight=weight, most=2)
        words += f"\n{translate('Pareto-best')}" if cloud.best else ""
        lines = words.split("\n")
        width = max(width_of(line, size=size, weight=weight) for line in lines) + BESIDE_WORDS
        box = _free(x, y, width, LINE * len(lines), taken)
        taken.append(box)
        _name(axes, words, box, (x, y), size=size, weight=weight)


def _inches(axes: Axes, x: float, y: float) -> tuple[float, float]:
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    return (x - left) / (right - left) * WIDTH, (y - low) / (high - low) * HEIGHT


def _free(x: float, y: float, width: float, height: float, taken: Sequence[Box]) -> Box:
    """The nearest box of this size around a point that touches nothing and stays inside."""
    for radius in np.arange(FIRST_TRY, LAST_TRY, STEP):
        for angle in np.deg2rad(ANGLES):
            px, py = x + radius * np.cos(angle), y + radius * np.sin(angle)
            left = px - width * (1 - np.cos(angle)) / 2
            low = py - height * (1 - np.sin(angle)) / 2
            box = (float(left), float(low), float(left + width), float(low + height))
            if _inside(box) and not any(_meets(box, other) for other in taken):
                return box
    return (x, y, x + width, y + height)


def _inside(box: Box) -> bool:
    return box[0] >= TIGHT and box[1] >= TIGHT and box[2] <= WIDTH and box[3] <= HEIGHT


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _name(
    axes: Axes,
    words: str,
    box: Box,
    point: tuple[float, float],
    *,
    size: float,
    weight: str,
) -> None:
    left, low, right, high = box
    near = (min(max(point[0], left), right), min(max(point[1], low), high))
    if np.hypot(near[0] - point[0], near[1] - point[1]) > FAR:
        xs, ys = (near[0], point[0]), (near[1], point[1])
        fractions = [x / WIDTH for x in xs], [y / HEIGHT for y in ys]
        axes.plot(
            *fractions, transform=axes.transAxes, color=MUTED, lw=Stroke.THIN, zorder=Layer.LINES
        )
    axes.text(
        left / WIDTH,
        high / HEIGHT,
        words,
        transform=axes.transAxes,
        size=size,
        weight=weight,
        va="top",
        linespacing=LINE_SPACING,
        zorder=Layer.LABELS,
    )


def _data(clouds: Sequence[_Cloud]) -> pl.DataFrame:
    frames = [
        pl.DataFrame(
            {
                "policy": [cloud.policy] * len(cloud.x),
                queries.WAITING: cloud.x,
                queries.WITHOUT_ACCESS: cloud.y,
                "pareto_best": [cloud.best] * len(cloud.x),
            }
        )
        for cloud in clouds
    ]
    return pl.concat(frames) if frames else pl.DataFrame()


def _alt(clouds: Sequence[_Cloud], title: str) -> str:
    return translate(
        "Scatter plot of runs. {title}. Means: {means}.",
        title=title,
        means="; ".join(_means(cloud) for cloud in clouds),
    )
