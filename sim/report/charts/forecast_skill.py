"""Skill of forecasts against simple baselines, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from sim.forecasting.skill import BEST
from sim.report.drawing.chart import Chart
from sim.report.drawing.colours import BASELINE, MUTED, RULE
from sim.report.drawing.design_tokens import LARGE_GAP, Layer, Mark, Stroke
from sim.report.drawing.layout import MARGIN, new_page
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.policy_styles import MARKERS, PALETTE
from sim.report.drawing.style import SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import listing, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.forecasting.skill import Skill

ROW, BARS, NAMES_ROOM, AXIS = 0.3, 4.6, 1.9, 0.36
APART = 0.22  # of a row: between marks of horizons
LEAST_SKILL: Final = -1.5  # what is below is drawn at the edge


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
    skills = (f"{_who(each)} {_signed(each.skill)}" for each in rows if each.days_ahead is None)
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
    best, skill = _named(row.baseline.rpartition(": ")[2]), _signed(row.skill)
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


def _signed(value: float) -> str:
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
