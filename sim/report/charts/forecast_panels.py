"""A hindcast in pictures: fans with counts on them, skill with intervals, and where counts fall.

They are drawn from a hindcast and belong to no report of a comparison.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.forecasting.evaluation import pit_values
from sim.forecasting.skill import BEST
from sim.outcomes.total import TOTAL
from sim.report.drawing.chart import Chart
from sim.report.drawing.colours import BASELINE, BLUE, INK, MUTED, PAPER, RED, RULE
from sim.report.drawing.design_tokens import (
    HEADROOM,
    LARGE_GAP,
    MOST_TICKS,
    Layer,
    Mark,
    Opacity,
    Stroke,
)
from sim.report.drawing.layout import MARGIN, Page, date_axis, new_page
from sim.report.drawing.marks import draw_marks, stretches
from sim.report.drawing.policy_styles import MARKERS, PALETTE
from sim.report.drawing.style import SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import day, in_quotes, listing, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.forecasting.hindcast import Hindcast
    from sim.forecasting.skill import Skill

Floats: TypeAlias = NDArray[np.float64]
SHADES: Final = {0.9: 0.16, 0.8: 0.24, 0.5: 0.36}  # opacity of each band
BEFORE_D: Final = 14  # days of counts that are shown before the forecast
COLUMNS, PANEL, GAP, HIGH = 2, 3.6, 0.55, 1.35
LABEL, HEAD, AXIS = 0.45, 0.2, 0.36
ROW, BARS, NAMES_ROOM = 0.3, 4.6, 1.9
HALF_DAY = 0.4  # width of a forecast of one day to either side, days
APART = 0.22  # of a row: between marks of horizons
RANKS_LEFT = 1.4 * LABEL  # room for the numbers beside the ranks
LEAST_SKILL: Final = -1.5  # what is below is drawn at the edge
SQUARE: Final = 4.4
LEANS: Final = 0.1  # of a mean rank from one half, before a side is named
SETS: Final = 2000  # of uniform draws, for the band of ranks
INSIDE: Final = 0.9


def draw_all(hindcast: Hindcast | None, rolling: Sequence[Skill]) -> list[Chart]:
    """Every chart that there is something for.

    Args:
        hindcast: the forecast from one day, if there is one.
        rolling: skill over rolling origins, if that was asked for; drawn in the place of the
            forecast's own.
    """
    charts = [] if hindcast is None else [draw_fans(hindcast)]
    if rolling:
        charts.append(draw_skill(rolling, about=translate("Forecasts from several days.")))
    elif hindcast is not None and hindcast.skills:
        charts.append(draw_skill(hindcast.skills, source=foot(hindcast)))
    if hindcast is not None and not hindcast.is_blind:
        charts += filter(None, [draw_ranks(hindcast)])
    return charts


# ---- fans


@dataclass(frozen=True)
class _Window:
    """Days that are drawn, and what is known of them.

    Attributes:
        hindcast: the forecast.
        first: number of the first day.
    """

    hindcast: Hindcast
    first: int

    @property
    def numbers(self) -> range:
        """Numbers of the days."""
        return range(self.first, self.hindcast.past.until + 1)

    @property
    def forecast_at(self) -> Floats:
        """Where the days of the forecast are on the axis."""
        ahead = self.hindcast.past.ahead
        return np.arange(ahead.start - self.first, ahead.stop - self.first, dtype=np.float64)

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Which crossings are open, shape (days, crossings)."""
        past = self.hindcast.past
        return past.path.is_open[self.first : past.until + 1]

    def known(self, crossing: int) -> Floats:
        """Counts before the forecast, nan where there are none."""
        return self.hindcast.past.counts[self.first :, crossing]

    def later(self, crossing: int) -> Iterator[tuple[int, float]]:
        """Where later counts are, and their people; of areas and longer periods the same each."""
        mine = [each for each in self.hindcast.targets if crossing in each.crossings]
        alone = {each.first: each.people for each in mine if each.is_daily}
        for number, people in alone.items():
            yield number - self.first, people
        for each in mine:
            if each.is_daily or each.place == TOTAL:
                continue
            days = range(each.first, each.last + 1)
            for number in days:
                if number not in alone:
                    yield number - self.first, each.people / (len(days) * len(each.crossings))


@styled
def draw_fans(hindcast: Hindcast) -> Chart:
    """Every crossing that is open at some time of the forecast, with its counts."""
    window = _Window(hindcast, max(0, hindcast.past.origin + 1 - BEFORE_D))
    is_open = hindcast.past.path.is_open[hindcast.past.origin + 1 : hindcast.past.until + 1]
    crossings = np.flatnonzero(is_open.any(axis=0)).tolist()
    title, subtitle = _fan_title(hindcast), _fan_subtitle(hindcast)
    depth = max(1, math.ceil(len(crossings) / COLUMNS))
    page = new_page(
        width=2 * MARGIN + LABEL + COLUMNS * PANEL + GAP,
        body=depth * (HEAD + HIGH + AXIS),
        title=title,
        subtitle=subtitle,
        footer=foot(hindcast),
    )
    for k, crossing in enumerate(crossings):
        row, column = divmod(k, COLUMNS)
        left = MARGIN + LABEL + column * (PANEL + GAP)
        _fan_panel(page, window, crossing, left=left, down=row * (HEAD + HIGH + AXIS))
    return Chart("forecast_fan", title, subtitle, title, page.figure, hindcast.by_hypothesis)


def _fan_title(hindcast: Hindcast) -> str:
    until = day(hindcast.fit_until)
    if hindcast.is_blind:
        return translate("Forecast from counts to {day}: nothing later has been counted", day=until)
    is_open = [each for each in hindcast.targets if each.is_open]
    if not is_open:
        return translate(
            "Forecast from counts to {day}: no later count is of an open crossing", day=until
        )
    return translate(
        "Forecast from counts to {day}: {inside} of {counts} in the band of 90 %",
        day=until,
        inside=round(hindcast.score("coverage_90") * len(is_open)),
        counts=plural(len(is_open), "{count} later count", "{count} later counts"),
    )


def _fan_subtitle(hindcast: Hindcast) -> str:
    return translate(
        "Arrivals a day at crossings that are open. Line: median; bands: 50, 80 and 90 % of "
        "{states} ({policy}). Black dots: counts that were known; red rings: later counts; those "
        "of areas and of longer periods are spread evenly. Grey: closed all day.",
        states=plural(
            len(hindcast.people), "{count} state of the world", "{count} states of the world"
        ),
        policy=in_quotes(hindcast.scenario.policies[hindcast.policy].label),
    )


def foot(hindcast: Hindcast) -> str:
    """What every picture of a forecast says of itself."""
    return translate(
        "Source: rajasim hindcast, {scenario} · forecast {digest} · conditional on hypotheses, "
        "none of which is known to hold",
        scenario=hindcast.scenario.title,
        digest=hindcast.digest[:12],
    )


def _fan_panel(page: Page, window: _Window, crossing: int, *, left: float, down: float) -> None:
    hindcast = window.hindcast
    name = hindcast.scenario.world.network.crossings[crossing].name
    page.write_within(name, left, down, room=PANEL, size=SMALL, weight="bold")
    axes = page.axes(left, down + HEAD, PANEL, HIGH)
    _closed_days(axes, window, crossing)
    highest = _bands(axes, window.forecast_at, hindcast.people[:, :, crossing])
    known, later = window.known(crossing), list(window.later(crossing))
    draw_marks(
        axes, np.arange(len(known)), known, ls="", size=Mark.TINY, fill=INK, edge=INK, clip_on=False
    )
    if later:
        draw_marks(
            axes,
            *zip(*later, strict=True),
            ls="",
            size=Mark.END,
            fill=PAPER,
            edge=RED,
            width=Stroke.MEDIUM,
            layer=Layer.MARKS,
            clip_on=False,
        )
    counts = [*(float(each) for each in known if each >= 0.0), *(people for _, people in later)]
    highest = max([highest, *counts])
    axes.axvline(window.forecast_at[0] - 0.5, color=MUTED, lw=Stroke.SLIM, ls="--")
    axes.set_ylim(0.0, max(highest, 1.0) * HEADROOM)
    axes.locator_params(axis="y", nbins=MOST_TICKS, integer=True)
    date_axis(axes, [hindcast.scenario.world.clock.days[k] for k in window.numbers], width=PANEL)


def _closed_days(axes: Axes, window: _Window, crossing: int) -> None:
    closed = ~window.is_open[:, crossing]
    for begin, end in stretches(closed):
        axes.axvspan(
            begin - 0.5, end - 0.5, color=RULE, alpha=Opacity.CIRCLE, lw=0, zorder=Layer.BACKGROUND
        )


def _bands(axes: Axes, at: Floats, people: Floats) -> float:
    """Central bands and the median; returns the highest value.

    A forecast of one day is drawn as wide as a day.
    """
    wide = at if len(at) > 1 else np.array([at[0] - HALF_DAY, at[0] + HALF_DAY])
    highest = 0.0
    for share, opacity in SHADES.items():
        rest = (1.0 - share) / 2.0
        low, high = np.quantile(people, (rest, 1.0 - rest), axis=0)
        low, high = (np.resize(each, len(wide)) for each in (low, high))
        axes.fill_between(wide, low, high, color=BLUE, alpha=opacity, lw=0, zorder=Layer.AREAS)
        highest = max(highest, float(high.max()))
    middle = np.resize(np.median(people, axis=0), len(wide))
    axes.plot(wide, middle, color=BASELINE, lw=Stroke.STRONG, zorder=Layer.LINES)
    return highest


# ---- skill


@styled
def draw_skill(rows: Sequence[Skill], *, about: str = "", source: str = "") -> Chart:
    """Skill against each baseline with its interval, one mark for each horizon.

    Args:
        rows: what is drawn.
        about: which counts, as a sentence.
        source: for the foot.
    """
    horizons = list(dict.fromkeys(each.days_ahead for each in rows))
    names = list(dict.fromkeys(_who(each) for each in rows))
    title = _skill_title(rows)
    meaning = translate(
        "1 less the ratio of the model's mean CRPS to the baseline's: right of the line the model "
        "is better. Bars: 95 % by resampling days, cut at the edge; few days make them rough."
    )
    subtitle = " ".join(filter(None, (about, meaning, _key(horizons))))
    height = len(names) * ROW
    page = new_page(
        width=2 * MARGIN + NAMES_ROOM + BARS,
        body=height + AXIS + LARGE_GAP,
        title=title,
        subtitle=subtitle,
        footer=source or translate("Source: rajasim hindcast"),
    )
    axes = page.axes(MARGIN + NAMES_ROOM, 0.0, BARS, height)
    _skill_rows(axes, rows, names, horizons)
    axes.set_yticks(range(len(names)), names, size=SMALL)
    axes.set_xlabel(translate("skill"), size=SMALL)
    skills = (f"{_who(each)} {signed(each.skill)}" for each in rows if each.days_ahead is None)
    alt = f"{title}. {'; '.join(skills)}".strip()
    return Chart("forecast_skill", title, subtitle, alt, page.figure, pl.DataFrame(list(rows)))


def _who(row: Skill) -> str:
    """The baseline of a row, or that it is the best."""
    if row.baseline.startswith(BEST):
        return translate("the best of B0-B5 and B7")
    return _named(row.baseline)


def _named(baseline: str) -> str:
    names = {
        "B0": translate("nobody"),
        "B1": translate("persistence"),
        "B2a": translate("mean of 3 days"),
        "B2b": translate("mean of 7 days"),
        "B3": translate("nearest open crossing"),
        "B4": translate("logit split"),
        "B5": translate("count model"),
        "B6": translate("reservoir"),
        "B7": translate("half nobody"),
    }
    return f"{baseline} {names[baseline]}"


def _skill_title(rows: Sequence[Skill]) -> str:
    """Of all horizons together, against the best that is to be beaten."""
    row = next(each for each in rows if each.baseline.startswith(BEST))
    best, skill = _named(row.baseline.rpartition(": ")[2]), signed(row.skill)
    if math.isnan(row.skill):
        return translate("The best simple baseline ({baseline}) cannot be beaten", baseline=best)
    if row.skill > 0.0:
        return translate(
            "The model is better than the best simple baseline ({baseline}): skill {skill}",
            baseline=best,
            skill=skill,
        )
    return translate(
        "The model is worse than the best simple baseline ({baseline}): skill {skill}",
        baseline=best,
        skill=skill,
    )


def signed(value: float) -> str:
    """A number with its sign, as pictures write it."""
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def _key(horizons: Sequence[int | None]) -> str:
    """Which mark is which horizon; nothing where there is one."""
    if len(horizons) == 1:
        return ""
    words = [
        translate("all")
        if each is None
        else plural(each, "{count} day ahead", "{count} days ahead")
        for each in horizons
    ]
    return translate("Marks in a row, from the top: {horizons}.", horizons=listing(words))


def _skill_rows(
    axes: Axes, rows: Sequence[Skill], names: Sequence[str], horizons: Sequence[int | None]
) -> None:
    for each in rows:
        if math.isnan(each.skill):
            continue
        k = horizons.index(each.days_ahead)
        colour = (BASELINE, *PALETTE)[k % (1 + len(PALETTE))]
        y = names.index(_who(each)) + APART * (k - (len(horizons) - 1) / 2.0)
        if not math.isnan(each.low):
            ends = [max(each.low, LEAST_SKILL), max(each.high, LEAST_SKILL)]
            axes.plot(ends, [y, y], color=colour, lw=Stroke.MEDIUM, zorder=Layer.INTERVALS)
        at = max(each.skill, LEAST_SKILL)
        draw_marks(
            axes,
            [at],
            [y],
            size=Mark.SMALL,
            fill=colour,
            edge=colour,
            marker=MARKERS[k % len(MARKERS)],
            layer=Layer.MARKS,
        )
    axes.axvline(0.0, color=MUTED, lw=Stroke.SLIM, zorder=Layer.RULES)
    axes.set_xlim(LEAST_SKILL, 1.0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="x", color=RULE, lw=Stroke.FINE)
    axes.tick_params(axis="y", length=0)


# ---- ranks


@styled
def draw_ranks(hindcast: Hindcast) -> Chart | None:
    """Where each open count falls among the samples, in order; None where there is no such count.

    Counts of one forecast go together, so that the band, of independent draws, is too narrow.
    """
    values = np.sort(pit_values(hindcast.forecasts[0], hindcast.targets))
    if not len(values):
        return None
    low, high = _band(len(values))
    expected = (np.arange(len(values)) + 0.5) / len(values)
    outside = int(((values < low) | (values > high)).sum())
    title = _ranks_title(outside, values)
    subtitle = translate(
        "Each later count of an open crossing, in order: share of samples below it (ties "
        "broken at random), against the rank it would have if the forecast were right. Above "
        "the line, counts are higher than forecast. Band: 90 % for independent counts; these "
        "are not independent, so it is too narrow."
    )
    page = new_page(
        width=2 * MARGIN + RANKS_LEFT + SQUARE,
        body=SQUARE + AXIS + LARGE_GAP,
        title=title,
        subtitle=subtitle,
        footer=foot(hindcast),
    )
    axes = page.axes(MARGIN + RANKS_LEFT, 0.0, SQUARE, SQUARE)
    axes.fill_between(expected, low, high, color=BLUE, alpha=SHADES[0.9], lw=0)
    axes.plot([0.0, 1.0], [0.0, 1.0], color=MUTED, lw=Stroke.SLIM)
    draw_marks(axes, expected, values, ls="", size=Mark.SMALL, fill=RED, edge=RED, clip_on=False)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)
    axes.set_xlabel(translate("rank if the forecast is right"), size=SMALL)
    axes.set_ylabel(translate("share of samples below the count"), size=SMALL)
    data = pl.DataFrame({"expected": expected, "rank": values, "low": low, "high": high})
    return Chart("forecast_ranks", title, subtitle, title, page.figure, data)


def _ranks_title(outside: int, values: Floats) -> str:
    """How many are out of the band, and which way they lean if they do."""
    fields = {"outside": outside, "counts": plural(len(values), "{count} rank", "{count} ranks")}
    lean = float(values.mean()) - 0.5
    if lean > LEANS:
        return translate(
            "{outside} of {counts} out of the band: counts are higher than forecast", **fields
        )
    if lean < -LEANS:
        return translate(
            "{outside} of {counts} out of the band: counts are lower than forecast", **fields
        )
    return translate("{outside} of {counts} out of the band", **fields)


def _band(counts: int) -> tuple[Floats, Floats]:
    """Quantiles of uniform draws in order, shape (counts,) each."""
    draw = Random(1).random  # noqa: S311 - its numbers are the same in every version
    sets = np.sort([[draw() for _ in range(counts)] for _ in range(SETS)], axis=1)
    rest = (1.0 - INSIDE) / 2.0
    low, high = np.quantile(sets, (rest, 1.0 - rest), axis=0)
    return low, high
