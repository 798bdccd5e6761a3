"""Validation and convergence: observed against simulated arrivals, and how sure the means are.

Left, the counts that came with the scenario are on the bands of the reference's runs, with how
many of them the bands hold. They were known when the model was set up, so that this shows how the
model fits and tests no forecast. Right, the half-width of the 95 % interval of the mean paired
difference over the first n runs, on logarithmic scales, where 1/sqrt(n) is a straight line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.convergence import Curve, curves_of
from sim.report.analysis.coverage import Observed, observed
from sim.report.charts import convergence_panels, coverage_panels
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.design_tokens import SMALL_GAP
from sim.report.drawing.layout import MARGIN, new_page
from sim.report.drawing.style import styled
from sim.results.tables.daily_summary import QUANTILES
from sim.text.catalogue import translate
from sim.text.wording import day, plural

if TYPE_CHECKING:
    from sim.results.store import StoredResults

INDICATORS = (queries.WAITING, queries.WITHOUT_ACCESS)
LEFT, MIDDLE = 0.6, 0.85  # inches for the labels of the axes


@styled
def draw(results: StoredResults) -> Chart:
    """Observed against simulated arrivals, and intervals against the number of runs."""
    observations, curves = (
        observed(results),
        {name: curves_of(results, name) for name in INDICATORS},
    )
    notes = {name: convergence_panels.note_on(results, name, curves[name]) for name in INDICATORS}
    heights = {name: convergence_panels.height(notes[name], curves[name]) for name in INDICATORS}
    title, subtitle = _title(results, observations, curves), _subtitle(results, observations)
    left, right = MARGIN + LEFT, MARGIN + LEFT + coverage_panels.WIDTH + MIDDLE
    page = new_page(
        width=2 * MARGIN
        + LEFT
        + coverage_panels.WIDTH
        + MIDDLE
        + convergence_panels.WIDTH
        + SMALL_GAP,
        body=max(coverage_panels.height(observations), sum(heights.values())),
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    coverage_panels.draw_counts(page, observations, left=left)
    down = 0.0
    for name in INDICATORS:
        convergence_panels.draw_curves(
            page, results, name, curves[name], notes[name], left=right, down=down
        )
        down += heights[name]
    alt = _alt(results, observations, notes, title)
    return Chart("validation", title, subtitle, alt, page.figure, _data(observations, curves))


def _title(
    results: StoredResults, observations: Observed | None, curves: Mapping[str, Sequence[Curve]]
) -> str:
    counts = coverage_panels.finding(observations)
    return f"{counts}. {convergence_panels.finding(results, curves[queries.WAITING])}"


def _subtitle(results: StoredResults, observations: Observed | None) -> str:
    runs = plural(len(queries.runs(results)), "{count} run", "{count} runs")
    about = " ".join(filter(None, (_about(results, runs), _fitted(results))))
    if observations is None or coverage_panels.is_daily(observations):
        return about
    bars = translate(
        "A bar is a count over several days, drawn as its mean per day; the bands are of the "
        "same days."
    )
    return f"{about} {bars}"


def _fitted(results: StoredResults) -> str:
    """That parameters were fitted to counts, if they were."""
    posterior = results.manifest.get("posterior")
    if not posterior:
        return ""
    return translate(
        "Parameters were fitted to counts until {day}.",
        day=day(date.fromisoformat(posterior["until"]), year=True),
    )


def _about(results: StoredResults, runs: str) -> str:
    return translate(
        "Left: arrivals a day. Black line: median; bands: 50, 80 and 95 % of {runs} ({policy}); "
        "red rings: observed counts, with the range that the sources allow. These counts were "
        "known when the model was set up, so this is no test of forecasts. Right: half-width of "
        "the 95 % interval of the mean (paired with the reference where there are several "
        "policies) over the first n states of the world, each with the mean of its runs.",
        runs=runs,
        policy=queries.quoted_labels(results)[queries.policies(results)[0]],
    )


def _data(observations: Observed | None, curves: Mapping[str, Sequence[Curve]]) -> pl.DataFrame:
    """Rows of counts and bands by period, in people, and rows of half-widths by number of runs."""
    frames = [*(_counted(observations) if observations else []), *_narrowing(curves)]
    return pl.concat(frames, how="diagonal").fill_nan(None) if frames else pl.DataFrame()


def _counted(observations: Observed) -> list[pl.DataFrame]:
    return [
        pl.DataFrame(
            {
                "part": "observed",
                "place": counts.place,
                "series": counts.series,
                "origin": counts.origin,
                "period_start": [observations.window[k] for k in counts.edges[:-1]],
                "period_end": [observations.window[k - 1] for k in counts.edges[1:]],
                **dict(zip(queries.COUNT_COLUMNS, counts.observations, strict=True)),
                **{name: counts.quantile(name) for name in QUANTILES},
                "share_of_runs_below": counts.below(),
            }
        )
        for counts in (observations.total, *observations.panels)
    ]


def _narrowing(curves: Mapping[str, Sequence[Curve]]) -> list[pl.DataFrame]:
    return [
        pl.DataFrame(
            {
                "part": "convergence",
                "indicator": name,
                "policy": curve.policy,
                "runs": curve.runs,
                "half_width": curve.half,
            }
        )
        for name, each in curves.items()
        for curve in each
    ]


def _alt(
    results: StoredResults, observations: Observed | None, notes: Mapping[str, str], title: str
) -> str:
    curves = [
        f"{translate(str(entry['name']))}: {note}".replace("\n", " ")
        for name, note in notes.items()
        if (entry := queries.indicator(results, name))
    ]
    return translate(
        "Left, observed arrivals on bands of simulated ones by day; right, half-widths of 95 % "
        "intervals against the number of runs. {title}. {fits} {curves}",
        title=title,
        fits=coverage_panels.spelled_out(observations),
        curves=" ".join(curves),
    )
