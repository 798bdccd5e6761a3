"""Exposure: hours outdoors by wind chill, by policy, place and class of person.

Hours outdoors are never shown without people without access: who cannot come near is outdoors
nowhere that the model looks. Classes of person overlap, so they are never added up. Means are
shown, since means of places add up to the mean of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.charts.outdoor_hours import OutdoorHours, Part, outdoor_hours
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import MUTED, PAPER, RULE
from sim.report.drawing.design_tokens import (
    BESIDE_BARS,
    HEADROOM,
    LARGE_GAP,
    LINE,
    MEDIUM_GAP,
    SMALL_GAP,
    TIGHT,
    WIDE_GAP,
    Key,
    Layer,
    Mark,
    Stroke,
)
from sim.report.drawing.layout import MARGIN, Page, new_page, width_of, wrap
from sim.report.drawing.marks import bar_sample, draw_bar
from sim.report.drawing.policy_styles import PolicyStyle, policy_styles
from sim.report.drawing.style import COLD, SMALL, styled
from sim.text.catalogue import phrases, translate
from sim.text.wording import estimate, listing, number, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

FROM = (1, 2, 3)  # bands from which hours are added up: -10, -15, -28 and colder
LEVELS = (0.05, 0.95)
ROW = 0.22
NAME = 3.05
DOTS = 0.85
CELL = 2.35
LABEL = 2.3
BARS = 1.4
TOTAL_WIDTH = 1.4
MILD = 0.6
GAP = 0.6
HEAD = 0.45
KEY = 0.3
BAR = 0.66  # of a row: height of a bar
PARTS_HEADS = 0.22  # from the name of a table down to the heads of its columns
BANDS = 4  # columns of the table of policies


@styled
def draw(results: StoredResults) -> Chart:
    """Hours outdoors by wind chill: all policies, then places and classes of the reference."""
    story = outdoor_hours(results)
    title, subtitle = _title(results, story), _subtitle(results)
    half = LABEL + BARS + TOTAL_WIDTH + MILD
    width = 2 * MARGIN + max(NAME + BANDS * CELL, 2 * half + GAP)
    closing = wrap(_closing(), width - 2 * MARGIN, size=SMALL)
    first = HEAD + ROW * len(story.totals) + WIDE_GAP
    second = HEAD + ROW * max(1, len(story.places), len(story.classes)) + MEDIUM_GAP
    page = new_page(
        width=width,
        body=first + KEY + second + LINE * (closing.count("\n") + 1),
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    _policies(page, results, story)
    _key(page, results, left=MARGIN, down=first)
    label = queries.quoted_labels(results)[queries.policies(results)[0]]
    heads = (
        (translate("By place, north to south ({policy})", policy=label), story.places),
        (translate("By class of person; classes overlap ({policy})", policy=label), story.classes),
    )
    top = max((float(part.cold.mean()) for _, parts in heads for part in parts), default=0.0)
    for k, (head, parts) in enumerate(heads):
        _parts(page, head, parts, top=top, left=MARGIN + k * (half + GAP), down=first + KEY)
    page.write(closing, MARGIN, first + KEY + second, size=SMALL, colour=MUTED)
    alt, data = _alt(results, story, title), _data(results, story)
    return Chart("exposure", title, subtitle, alt, page.figure, data)


def _estimated(values: Floats) -> str:
    """Mean of the runs with the interval of 90 % of them, in whole hours or people."""
    if not len(values):
        return number(None)
    low, high = np.quantile(values, LEVELS)
    return estimate(*(round(float(value)) for value in (values.mean(), low, high)))


# ``−15 °C and colder``: where the hours of a column begin.
_from_words = phrases(
    {
        1: "−10 °C and colder",
        2: "−15 °C and colder",
        3: "−28 °C and colder",
    }
)


def _band_words(name: str) -> str:
    """A band of the manifest in the current language, with its unit."""
    return {
        "milder than -10": translate("milder than −10 °C"),
        "-10 to -14": translate("−10 to −14 °C"),
        "-15 to -27": translate("−15 to −27 °C"),
        "-28 to -39": translate("−28 to −39 °C"),
        "-40 to -47": translate("−40 to −47 °C"),
        "-48 to -54": translate("−48 to −54 °C"),
        "-55 and colder": translate("−55 °C and colder"),
    }.get(name, name)


def _bands(results: StoredResults) -> list[str]:
    """Names of the bands as the manifest gives them, by number where it gives none."""
    given = [str(name) for name in results.manifest.get("bands", [])]
    return [given[k] if k < len(given) else str(k) for k in range(len(COLD))]


def _title(results: StoredResults, story: OutdoorHours) -> str:
    reference, *others = queries.policies(results)
    if not any(story.cold(policy) for policy in story.totals):
        return translate("Nobody is outdoors at a wind chill of −10 °C or colder under any policy")
    if not others:
        return translate(
            "Person-hours outdoors at a wind chill of −10 °C or colder, on average: {hours}",
            hours=_hours_and_whom(results, story, reference),
        )
    least = min(story.totals, key=story.cold)
    beside = max(story.totals, key=story.cold) if least == reference else reference
    return translate(
        "Fewest person-hours outdoors at −10 °C or colder (wind chill), on average: "
        "{hours}; compared with {others}",
        hours=_hours_and_whom(results, story, least),
        others=_hours_and_whom(results, story, beside),
    )


def _hours_and_whom(results: StoredResults, story: OutdoorHours, policy: str) -> str:
    """A policy's cold hours, with whom it turned back, kept away and left without access."""
    turned, kept = round(story.turned_back[policy]), round(story.kept_from_coming[policy])
    without = number(_mean(story.without[policy]))
    doings = [translate("turns back {people} people", people=number(turned))] if turned else []
    if kept:
        doings.append(translate("keeps {people} from setting out", people=number(kept)))
    doings.append(translate("leaves {people} without access to asylum in all", people=without))
    return translate(
        "{hours} under {policy}, which {doings}",
        hours=number(round(story.cold(policy))),
        policy=queries.quoted_labels(results)[policy],
        doings=listing(doings),
    )


def _mean(values: Floats) -> float | None:
    return round(float(values.mean())) if len(values) else None


def _subtitle(results: StoredResults) -> str:
    text = translate(
        "Person-hours outdoors at the border and on the terrain by wind chill; {period}. Numbers: "
        "mean of {runs} (5 to 95 % of runs). Hours outdoors are a model expectation; nobody's "
        "illness or death is simulated.",
        period=queries.period(results),
        runs=plural(len(queries.runs(results)), "{count} run", "{count} runs"),
    )
    source = results.manifest.get("weather")
    if source is None:
        return text
    weather = translate("Weather: {source}.", source=queries.scenario_text(results, str(source)))
    return f"{text} {weather}"


def _closing() -> str:
    return translate(
        "Fewer hours outdoors are not a success in themselves: closing everything removes them "
        "by leaving people without access to asylum. People who are turned back or do not come "
        "are no longer counted outdoors. Bars: means; hours milder than −10 °C are given as a "
        "number only."
    )


# by policy ----------------------------------------------------------------------------------------


def _columns(story: OutdoorHours) -> list[tuple[str, dict[str, Floats]]]:
    """Head and values by policy and run of every column."""
    hours = [
        (_from_words(band), {p: block[:, band:].sum(axis=1) for p, block in story.totals.items()})
        for band in FROM
    ]
    return [*hours, (translate("People without access"), story.without)]


def _policies(page: Page, results: StoredResults, story: OutdoorHours) -> None:
    """A row a policy: dots with intervals, and the numbers beside them."""
    labels = queries.labels(results)
    page.write(
        translate("Person-hours outdoors by wind chill, and people without access, by policy"),
        MARGIN,
        0.0,
        weight="bold",
    )
    styles = policy_styles(queries.policies(results), reference=queries.policies(results)[0])
    for k, policy in enumerate(story.totals):
        down = HEAD + ROW * k + TIGHT
        page.write_within(labels[policy], MARGIN, down, room=NAME - MEDIUM_GAP, size=SMALL)
    for k, (head, values) in enumerate(_columns(story)):
        left = MARGIN + NAME + k * CELL
        room = CELL - SMALL_GAP
        page.write_within(head, left, HEAD - LARGE_GAP, room=room, size=SMALL, weight="bold")
        _dots(page.axes(left, HEAD, DOTS, ROW * len(values)), values, styles)
        for row, policy in enumerate(story.totals):
            page.write_within(
                _estimated(values[policy]),
                left + DOTS + SMALL_GAP,
                HEAD + ROW * row + TIGHT,
                room=CELL - DOTS - MEDIUM_GAP,
                size=SMALL,
            )


def _dots(axes: Axes, values: dict[str, Floats], styles: dict[str, PolicyStyle]) -> None:
    top = 0.0
    for row, (policy, runs) in enumerate(values.items()):
        if len(runs):
            low, high = np.quantile(runs, LEVELS)
            look = styles[policy]
            axes.plot(
                [low, high], [row, row], color=look.colour, lw=Stroke.BOLD, zorder=Layer.AREAS
            )
            axes.plot(
                [runs.mean()],
                [row],
                marker=look.marker,
                color=look.colour,
                ms=Mark.LARGE,
                mec=PAPER,
                mew=Stroke.THIN,
                zorder=Layer.INTERVALS,
                clip_on=False,
            )
            top = max(top, float(high), float(runs.mean()))
        axes.axhline(row + 0.5, color=RULE, lw=Stroke.FINE, zorder=Layer.RULES)
    axes.set(xlim=(0, HEADROOM * top or 1.0), ylim=(len(values) - 0.5, -0.5), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)


# by place and class -------------------------------------------------------------------------------


def _key(page: Page, results: StoredResults, *, left: float, down: float) -> None:
    """Each cold band as a sample with its words."""
    x = left
    for look, name in zip(COLD[1:], _bands(results)[1:], strict=True):
        bar_sample(page, x, down, look)
        words = _band_words(name)
        page.write(words, x + Key.WORDS, down - Key.RAISED, size=SMALL)
        x += Key.WORDS + width_of(words, size=SMALL) + LARGE_GAP


def _parts(
    page: Page, head: str, parts: Sequence[Part], *, top: float, left: float, down: float
) -> None:
    """A row a place or class: a stacked bar of the cold bands, its total, and the mild hours."""
    room = LABEL + BARS + TOTAL_WIDTH + MILD
    page.write_within(head, left, down, room=room, weight="bold")
    numbers = left + LABEL + BARS + SMALL_GAP
    for words, at, wide in (
        (_from_words(1), numbers, TOTAL_WIDTH - SMALL_GAP),
        (translate("milder"), numbers + TOTAL_WIDTH, MILD - SMALL_GAP),
    ):
        page.write_within(words, at, down + PARTS_HEADS, room=wide, size=SMALL, colour=MUTED)
    if not parts:
        page.write(translate("Nothing is recorded."), left, down + HEAD, size=SMALL, colour=MUTED)
        return
    axes = page.axes(left + LABEL, down + HEAD, BARS, ROW * len(parts))
    for row, part in enumerate(parts):
        _stack(axes, part.hours.mean(axis=0), row=row)
        at = down + HEAD + ROW * row + TIGHT
        page.write_within(part.name, left, at, room=LABEL - SMALL_GAP, size=SMALL)
        page.write_within(
            _estimated(part.cold), numbers, at, room=TOTAL_WIDTH - MEDIUM_GAP, size=SMALL
        )
        page.write_within(
            number(round(float(part.hours[:, 0].mean()))),
            numbers + TOTAL_WIDTH,
            at,
            room=MILD - SMALL_GAP,
            size=SMALL,
        )
    axes.set(
        xlim=(0, BESIDE_BARS * top or 1.0), ylim=(len(parts) - 0.5, -0.5), xticks=[], yticks=[]
    )
    axes.spines["bottom"].set_visible(False)


def _stack(axes: Axes, means: Floats, *, row: int) -> None:
    begins = 0.0
    for band in range(1, len(COLD)):
        if means[band] > 0:
            draw_bar(axes, row, begins, float(means[band]), COLD[band], height=BAR)
        begins += float(means[band])


# the data behind it -------------------------------------------------------------------------------


def _data(results: StoredResults, story: OutdoorHours) -> pl.DataFrame:
    """Means and intervals: totals by policy, people without access, then the reference's parts."""
    bands = _bands(results)
    reference = queries.policies(results)[0]
    rows = [
        _row(
            policy,
            "total",
            "",
            f"{bands[band].split(' to ')[0]} and colder",
            block[:, band:].sum(axis=1),
        )
        for policy, block in story.totals.items()
        for band in FROM
    ]
    rows += [
        _row(policy, "people without access", "", "", values)
        for policy, values in story.without.items()
        if len(values)
    ]
    rows += [
        _row(reference, of, part.id, bands[band], part.hours[:, band])
        for of, parts in (("place", story.places), ("class", story.classes))
        for part in parts
        for band in range(len(COLD))
    ]
    return pl.DataFrame(rows)


def _row(policy: str, of: str, which: str, wind_chill: str, runs: Floats) -> dict[str, object]:
    low, high = np.quantile(runs, LEVELS)
    return {
        "policy": policy,
        "of": of,
        "which": which,
        "wind_chill_c": wind_chill,
        "mean": float(runs.mean()),
        "q05": float(low),
        "q95": float(high),
    }


def _alt(results: StoredResults, story: OutdoorHours, title: str) -> str:
    labels = queries.quoted_labels(results)
    rows = [
        translate(
            "{policy}: {hours}; people without access: {people}",
            policy=labels[policy],
            people=_estimated(story.without[policy]),
            hours=", ".join(
                f"{_from_words(band)} {_estimated(block[:, band:].sum(axis=1))}" for band in FROM
            ),
        )
        for policy, block in story.totals.items()
    ]
    parts = [
        ", ".join(f"{part.name} {_estimated(part.cold)}" for part in some) or number(None)
        for some in (story.places, story.classes)
    ]
    return translate(
        "Person-hours outdoors by wind chill. {title}. By policy: {rows}. At −10 °C and colder "
        "under the reference, by place: {places}; by class of person, which overlap: {classes}.",
        title=title,
        rows="; ".join(rows),
        places=parts[0],
        classes=parts[1],
    )
