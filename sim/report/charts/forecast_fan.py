"""A forecast in fans: a panel for each crossing, with the counts that were known and later ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.forecasting.past import daily_counts
from sim.report.drawing.chart import Chart
from sim.report.drawing.colours import BASELINE, BLUE, INK, MUTED, PAPER, RED, RULE
from sim.report.drawing.design_tokens import HEADROOM, MOST_TICKS, Layer, Mark, Opacity, Stroke
from sim.report.drawing.layout import MARGIN, Page, date_axis, new_page
from sim.report.drawing.marks import draw_marks, stretches
from sim.report.drawing.style import SMALL, Look, styled
from sim.text.catalogue import translate
from sim.text.wording import day, in_quotes, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.forecasting.hindcast import Hindcast

Floats: TypeAlias = NDArray[np.float64]
SHADES: Final = {0.9: 0.16, 0.8: 0.24, 0.5: 0.36}  # opacity of each band
BEFORE_D: Final = 14  # days of counts that are shown before the forecast
COLUMNS, PANEL, GAP, HIGH = 2, 3.6, 0.55, 1.35
LABEL, HEAD, AXIS = 0.45, 0.2, 0.36
HALF_DAY = 0.4  # width of a forecast of one day to either side, days


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

    @cached_property
    def later(self) -> Floats:
        """Later counts by day and crossing, shape (days, crossings); nan where there are none.

        What is of several crossings or days is spread by the rule of the known ones.
        """
        past = self.hindcast.past
        return daily_counts(self.hindcast.targets, past.path, past.until)[self.first :]


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
        "of several crossings or days are spread evenly over open ones. Grey: closed all day.",
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
    known, later = window.known(crossing), window.later[:, crossing]
    dots: Look = {"ls": "", "clip_on": False}
    draw_marks(axes, np.arange(len(known)), known, size=Mark.TINY, fill=INK, edge=INK, **dots)
    draw_marks(
        axes,
        np.arange(len(later)),
        later,
        size=Mark.END,
        fill=PAPER,
        edge=RED,
        width=Stroke.MEDIUM,
        layer=Layer.MARKS,
        **dots,
    )
    highest = float(np.nanmax([highest, *known, *later]))
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
