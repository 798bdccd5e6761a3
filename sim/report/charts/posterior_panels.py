"""A posterior in pictures: what counts narrowed, and whether the model could have made them at all.

They are drawn from the folder of a calibration, beside its tables, and belong to no report of a
comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.report.drawing.chart import Chart
from sim.report.drawing.colours import BLUE, INK, MUTED, RED, RULE
from sim.report.drawing.design_tokens import HEADROOM, MOST_TICKS, Layer, Opacity, Stroke
from sim.report.drawing.layout import MARGIN, Page, new_page
from sim.report.drawing.style import SMALL, Look, styled
from sim.results.posterior_folder import Posterior, read_particles
from sim.storage.json_object import JsonMapping
from sim.text.catalogue import translate
from sim.text.parameter_labels import in_a_sentence, parameter_label
from sim.text.wording import day, listing, number, percent, plural, two_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats: TypeAlias = NDArray[np.float64]
ENDS: Final = (0.05, 0.5, 0.95)
BINS: Final = 20  # of the prior, each as probable as the next
UNEVEN: Final = 3.0  # least height of a row, in densities of the prior
NAMES, PANEL, RANGES, ROW, GAP, AXIS = 2.75, 3.6, 2.1, 0.46, 0.15, 0.4
WIDE, HIGH, BARS, LABEL = 6.2, 2.6, 30, 0.45
LABEL_DOWN, ROW_GAP = 0.2, 0.06  # from the top of a row to its name; between rows
BEFORE_DOWN, AFTER_DOWN = 0.08, 0.23  # from the top of a row to its ranges
MISFIT_FOOT = 0.2
TWO_DIGITS = (0.55,)  # numbers are written with as many digits as this
ABOVE_BARS = 1.3  # of the highest bar, with room for words
MARK_LEFT, MARK_UP = 0.008, 0.97  # of the axes: words of a line, from it and up
ROOM: Final = 1.35  # of the greatest distance, for a label to its right
NAMED: Final = 3


def draw_all(posterior: Posterior, bank: pl.DataFrame) -> list[Chart]:
    """Every picture that there is something for.

    Args:
        posterior: what was found.
        bank: its runs from the prior.
    """
    manifest, rows = posterior.manifest, narrowed(posterior, bank)
    charts = [draw_ridge(rows, manifest)] if rows else []
    if manifest["checks"]["misfit"].get("pseudo"):
        charts.append(draw_misfit(manifest, len(bank)))
    return charts


# ---- posterior against prior


@dataclass(frozen=True)
class Narrowed:
    """A fitted parameter before and after.

    Attributes:
        name: its key.
        label: what people call it.
        width: of its 90 % interval over that of the prior.
        identified: whether that counts as narrower.
        prior: 5, 50 and 95 % quantiles under the prior.
        posterior: the same under the posterior.
        density: by twentieth of the prior, in densities of the prior, shape (20,).
    """

    name: str
    label: str
    width: float
    identified: bool
    prior: tuple[float, ...]
    posterior: tuple[float, ...]
    density: Floats


def narrowed(posterior: Posterior, bank: pl.DataFrame) -> list[Narrowed]:
    """The fitted parameters, those that the counts narrow most first."""
    checks = posterior.manifest["checks"]
    unknown = set(checks["unidentified"])
    particles = read_particles(posterior.folder)
    names = posterior.manifest["names"]
    found = []
    for name in posterior.manifest["free"]:
        before = np.sort(bank[name].to_numpy().astype(np.float64))
        after = particles[name].to_numpy().astype(np.float64)
        found.append(
            Narrowed(
                name,
                parameter_label(name, names),
                float(checks["widths"][name]),
                name not in unknown,
                quantiles(before, np.ones(len(before))),
                quantiles(after, posterior.weights),
                _density(before, after, posterior.weights),
            )
        )
    return sorted(found, key=lambda each: each.width)


def quantiles(values: Floats, weights: Floats) -> tuple[float, ...]:
    """The 5, 50 and 95 % quantiles of weighted values."""
    order = np.argsort(values, kind="stable")
    running = np.array(list(accumulate(weights[order].tolist())))
    rows = np.minimum(np.searchsorted(running, np.array(ENDS) * running[-1]), len(values) - 1)
    return tuple(values[order][rows].tolist())


def _density(before: Floats, after: Floats, weights: Floats) -> Floats:
    """Weight in each twentieth of the prior over what the prior has there.

    A value that many draws of the prior have, as a yes or a no, is spread over all of these.
    """
    begin, end = (
        np.searchsorted(before, after, side) * (BINS / len(before)) for side in ("left", "right")
    )
    wide = end - begin
    first = np.minimum(begin.astype(np.int64), BINS - 1)  # where no draw of the prior has it
    together = []
    for k in range(BINS):
        inside = np.maximum(0.0, np.minimum(end, k + 1.0) - np.maximum(begin, float(k)))
        share = np.divide(inside, wide, out=(first == k).astype(np.float64), where=wide > 0.0)
        together.append(sum((weights * share).tolist()))
    return np.array([each * BINS / sum(together) for each in together])


@styled
def draw_ridge(rows: Sequence[Narrowed], manifest: JsonMapping) -> Chart:
    """Each fitted parameter on the scale of its prior.

    Args:
        rows: the parameters, the best identified first.
        manifest: of the posterior.
    """
    title, subtitle = _ridge_title(rows), _ridge_subtitle(manifest)
    page = new_page(
        width=2 * MARGIN + NAMES + PANEL + RANGES + 2 * GAP,
        body=ROW * len(rows) + AXIS,
        title=title,
        subtitle=subtitle,
        footer=foot(manifest),
    )
    highest = max(UNEVEN, *(float(each.density.max()) for each in rows))
    for k, each in enumerate(rows):
        _ridge_row(page, each, down=k * ROW, highest=highest, last=k == len(rows) - 1)
    alt = " ".join((f"{title}.", *map(_in_words, rows)))
    return Chart("posterior_ridge", title, subtitle, alt, page.figure, _ridge_data(rows))


def _ridge_title(rows: Sequence[Narrowed]) -> str:
    unknown = [in_a_sentence(each.label, each.name) for each in rows if not each.identified]
    fitted = plural(len(rows), "{count} fitted parameter", "{count} fitted parameters")
    if not unknown:
        return translate("The counts identify all of {fitted}", fitted=fitted)
    return translate(
        "The counts do not identify {unknown} of {fitted}: {names}",
        unknown=number(len(unknown)),
        fitted=fitted,
        names=listing(unknown, most=NAMED),
    )


def _ridge_subtitle(manifest: JsonMapping) -> str:
    return translate(
        "Across: each parameter on the scale of its prior, where every twentieth is as probable as "
        "the next (dashed line). Blue: share of {particles} near the counts; hatched grey: not "
        "identified, 90 % interval wider than 0.8 of the prior's. Right: 5 and 95 % of prior and "
        "posterior, and the width of the one over that of the other.",
        particles=plural(manifest["particles"], "{count} particle", "{count} particles"),
    )


def _ridge_row(page: Page, row: Narrowed, *, down: float, highest: float, last: bool) -> None:
    page.write_within(row.label, MARGIN, down + LABEL_DOWN, room=NAMES - GAP, size=SMALL)
    axes = page.axes(MARGIN + NAMES, down, PANEL, ROW - ROW_GAP)
    _ridge_shape(axes, row)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, highest * HEADROOM)
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.axhline(0.0, color=INK, lw=Stroke.SLIM, clip_on=False)
    marks = (*ENDS,) if last else ()
    axes.set_xticks(marks, [percent(each) for each in marks], size=SMALL)
    axes.set_xlabel(translate("quantile of the prior") if last else "", size=SMALL)
    left = MARGIN + NAMES + PANEL + GAP
    before, after = _ranges(row)
    page.write(before, left, down + BEFORE_DOWN, size=SMALL, colour=MUTED)
    page.write(after, left, down + AFTER_DOWN, size=SMALL)


def _ridge_shape(axes: Axes, row: Narrowed) -> None:
    edges = np.linspace(0.0, 1.0, BINS + 1)
    heights = np.append(row.density, row.density[-1])
    look: Look = {"color": BLUE, "alpha": Opacity.RUN, "lw": 0}
    if not row.identified:
        look = {"facecolor": RULE, "edgecolor": MUTED, "hatch": "////", "lw": Stroke.HAIRLINE}
    axes.fill_between(edges, heights, step="post", zorder=Layer.AREAS, **look)
    axes.plot([0.0, 1.0], [1.0, 1.0], color=INK, lw=Stroke.SLIM, ls="--", zorder=Layer.RULES + 2)


def _ranges(row: Narrowed) -> tuple[str, str]:
    """What stands beside a row."""
    low, high = (_value(row.prior, k) for k in (0, 2))
    floor, ceiling = (_value(row.posterior, k) for k in (0, 2))
    before = translate("prior {low} to {high}", low=low, high=high)
    width = number(row.width, like=TWO_DIGITS)
    return before, translate(
        "posterior {low} to {high}; width {width}", low=floor, high=ceiling, width=width
    )


def _value(values: Sequence[float], k: int) -> str:
    """One of some quantiles, to no more digits than tell them apart."""
    return two_digits(values[k])


def _in_words(row: Narrowed) -> str:
    before, after = _ranges(row)
    return f"{row.label}: {before}, {after}."


def _ridge_data(rows: Sequence[Narrowed]) -> pl.DataFrame:
    """A row for each parameter and twentieth of its prior."""
    return pl.DataFrame(
        [
            {
                "parameter": each.name,
                "width": each.width,
                "identified": each.identified,
                **{f"prior_{k}": v for k, v in zip(("q05", "q50", "q95"), each.prior, strict=True)},
                **dict(
                    zip(
                        ("posterior_q05", "posterior_q50", "posterior_q95"),
                        each.posterior,
                        strict=True,
                    )
                ),
                "from_prior_quantile": k / BINS,
                "density": float(each.density[k]),
            }
            for each in rows
            for k in range(BINS)
        ]
    )


# ---- misfit


@styled
def draw_misfit(manifest: JsonMapping, runs: int) -> Chart:
    """How far the counts are from their nearest runs, among runs that are taken for the truth.

    Args:
        manifest: of a posterior.
        runs: how many runs from the prior there are.
    """
    found = manifest["checks"]["misfit"]
    title, subtitle = _misfit_title(found), _misfit_subtitle(manifest, runs)
    page = new_page(
        width=2 * MARGIN + LABEL + WIDE,
        body=HIGH + AXIS + MISFIT_FOOT,
        title=title,
        subtitle=subtitle,
        footer=foot(manifest),
    )
    axes = page.axes(MARGIN + LABEL, 0.0, WIDE, HIGH)
    _misfit_bars(axes, found)
    axes.set_xlabel(translate("distance to the nearest runs, roots of counts"), size=SMALL)
    axes.set_ylabel(translate("pseudo-truths"), size=SMALL)
    rows = [("pseudo-truth", each) for each in found["pseudo"]]
    rows += [("pseudo-truths, 95 %", found["pseudo_95"]), ("counts", found["observed"])]
    data = pl.DataFrame(rows, schema=["of", "distance"], orient="row")
    alt = f"{title}. {_distances(found)}"
    return Chart("posterior_misfit", title, subtitle, alt, page.figure, data)


def _misfit_title(found: JsonMapping) -> str:
    share = percent(found["percentile"])
    if found["fails"]:
        return translate(
            "The model does not reproduce the counts: {share} of its own runs are nearer to their "
            "neighbours than the counts are",
            share=share,
        )
    return translate(
        "The misfit test does not rule the model out: {share} of its own runs are nearer to "
        "their neighbours than the counts are",
        share=share,
    )


def _distances(found: JsonMapping) -> str:
    return translate(
        "Counts: {observed}; pseudo-truths: {mean} on average, 95 % below {end}.",
        observed=_distance(found["observed"]),
        mean=_distance(found["pseudo_mean"]),
        end=_distance(found["pseudo_95"]),
    )


def _distance(value: float) -> str:
    return number(value, like=TWO_DIGITS)


def _misfit_subtitle(manifest: JsonMapping, runs: int) -> str:
    pseudo = len(manifest["checks"]["misfit"]["pseudo"])
    return translate(
        "Bars: {pseudo} from the prior, each taken for the truth, by how far its nearest "
        "neighbours among {runs} are, crossing-day by crossing-day. Red line: the counts until "
        "{day}. Dashed line: 95 % of the bars are to its left; counts to its right are not "
        "reproduced.",
        pseudo=plural(pseudo, "{count} run", "{count} runs"),
        runs=number(runs),
        day=day(date.fromisoformat(manifest["until"]), year=True),
    )


def _misfit_bars(axes: Axes, found: JsonMapping) -> None:
    pseudo = np.array(found["pseudo"], dtype=np.float64)
    right = ROOM * max(float(pseudo.max()), found["observed"])
    heights, edges = np.histogram(pseudo, bins=BARS, range=(0.0, right))
    axes.stairs(heights, edges, fill=True, color=BLUE, alpha=Opacity.LABEL, zorder=Layer.AREAS)
    axes.axvline(found["pseudo_95"], color=INK, lw=Stroke.MEDIUM, ls="--", zorder=Layer.LINES)
    axes.axvline(found["observed"], color=RED, lw=Stroke.BROAD, zorder=Layer.EMPHASIS)
    top = float(heights.max()) * ABOVE_BARS
    axes.set_xlim(0.0, right)
    axes.set_ylim(0.0, top)
    marks = [
        (found["observed"], translate("the counts"), RED),
        (found["pseudo_95"], translate("95 % of the bars"), INK),
    ]
    for k, (x, text, colour) in enumerate(sorted(marks)):
        _mark(axes, x, text, colour, is_left=k == 0, at=(MARK_LEFT * right, MARK_UP * top))
    axes.locator_params(axis="y", nbins=MOST_TICKS, integer=True)
    axes.tick_params(labelsize=SMALL)


def _mark(
    axes: Axes, x: float, text: str, colour: str, *, is_left: bool, at: tuple[float, float]
) -> None:
    """A label beside a line, away from the other line."""
    beside, y = at
    axes.text(
        x - beside if is_left else x + beside,
        y,
        f"{text} {_distance(x)}",
        size=SMALL,
        color=colour,
        ha="right" if is_left else "left",
        va="top",
        zorder=Layer.LABELS,
    )


def foot(manifest: JsonMapping) -> str:
    """What every picture of a posterior says of itself."""
    return translate(
        "Source: rajasim calibrate, {scenario}, counts until {day} · posterior {id} · model "
        "result, not a forecast",
        scenario=manifest["scenario"]["name"],
        day=day(date.fromisoformat(manifest["until"]), year=True),
        id=manifest["id"],
    )
