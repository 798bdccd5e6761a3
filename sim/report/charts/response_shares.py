"""Rules of response near the counts, by how near: why nothing is said of which of them is ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from sim.calibration.rivals import Evidence, Variant
from sim.report.charts.posterior_panels import foot
from sim.report.drawing.chart import Chart
from sim.report.drawing.colours import BLUE, INK, MUTED, RULE
from sim.report.drawing.design_tokens import Layer, Opacity, Stroke
from sim.report.drawing.layout import MARGIN, Page, new_page
from sim.report.drawing.style import SMALL, styled
from sim.results.posterior_folder import RESPONSE
from sim.storage.json_object import JsonMapping
from sim.text.catalogue import translate
from sim.text.wording import listing, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL, GAP, HIGH, HEAD, AXIS, ACROSS = 1.75, 0.35, 1.25, 0.22, 0.32, 4
ABOVE_BARS = 1.1  # of the highest share: top of the axes
MOST_NAMED = 6
MORE_TICKS = 5
LABEL: Final = 0.45
Shares = dict[str, dict[float, float]]  # by answer and tolerance; that of the prior at 1


def shares_of(evidence: Sequence[Evidence]) -> Shares:
    """Share of each response among all runs, and among the nearest ones by their share."""
    plain = [
        each
        for each in evidence
        if each.question == RESPONSE and each.variant == Variant(each.variant.tolerance)
    ]
    found: Shares = {}
    for each in sorted(plain, key=lambda e: (e.answer, -e.variant.tolerance)):
        found.setdefault(each.answer, {1.0: each.prior})[each.variant.tolerance] = each.kept
    return found


@styled
def draw_responses(evidence: Sequence[Evidence], manifest: JsonMapping) -> Chart | None:
    """A panel for each response; None where there are no two of them."""
    shares = shares_of(evidence)
    if not shares:
        return None
    title, subtitle = _title(shares), _subtitle()
    rows = -(-len(shares) // ACROSS)
    page = new_page(
        width=2 * MARGIN + LABEL + min(len(shares), ACROSS) * (PANEL + GAP) - GAP,
        body=rows * (HEAD + HIGH + AXIS),
        title=title,
        subtitle=subtitle,
        footer=foot(manifest),
    )
    top = ABOVE_BARS * max(share for each in shares.values() for share in each.values())
    for k, (answer, by_tolerance) in enumerate(shares.items()):
        _panel(page, k, answer, by_tolerance, top=top)
    alt = f"{title}. {_spelled_out(shares)}"
    return Chart("response_shares", title, subtitle, alt, page.figure, _data(shares))


def _title(shares: Shares) -> str:
    """Who is ahead at each tolerance, if that is not always the same."""
    tolerances = list(next(iter(shares.values())))[1:]
    ahead = [max(shares, key=lambda answer: shares[answer][each]) for each in tolerances]
    if len(set(ahead)) == 1:
        return translate(
            "Response {response} is the commonest at every tolerance, and no factor follows from "
            "that",
            response=_named(ahead[0]),
        )
    parts = [
        translate("{response} at {share}", response=_named(answer), share=percent(each))
        for answer, each in zip(ahead, tolerances, strict=True)
    ]
    return translate(
        "Which response is the commonest depends on the tolerance: {parts}",
        parts=listing(parts, most=MOST_NAMED),
    )


def _subtitle() -> str:
    return translate(
        "Share of each rule of response among runs from the prior: all of them (grey, and dashed "
        "line), and those nearest to the counts, from the nearest tenth to the nearest hundredth."
    )


def _panel(
    page: Page, k: int, answer: str, by_tolerance: Mapping[float, float], *, top: float
) -> None:
    row, column = divmod(k, ACROSS)
    left, down = MARGIN + LABEL + column * (PANEL + GAP), row * (HEAD + HIGH + AXIS)
    page.write_within(_named(answer), left, down, room=PANEL, size=SMALL, weight="bold")
    axes = page.axes(left, down + HEAD, PANEL, HIGH)
    _bars(axes, list(by_tolerance.items()))
    axes.set_ylim(0.0, top)
    axes.locator_params(axis="y", nbins=MORE_TICKS)
    ticks = [tick for tick in axes.get_yticks() if 0.0 <= tick <= top]
    axes.set_yticks(ticks, [percent(tick) for tick in ticks] if not column else [], size=SMALL)
    axes.grid(axis="y", color=RULE, lw=Stroke.FINE)
    axes.set_axisbelow(True)


def _bars(axes: Axes, shares: Sequence[tuple[float, float]]) -> None:
    heights = [share for _, share in shares]
    colours = [MUTED, *[BLUE] * (len(shares) - 1)]
    axes.bar(range(len(shares)), heights, color=colours, alpha=Opacity.LABEL, zorder=Layer.AREAS)
    axes.axhline(heights[0], color=INK, lw=Stroke.SLIM, ls="--", zorder=Layer.LINES)
    labels = [translate("all"), *(percent(each) for each, _ in shares[1:])]
    axes.set_xticks(range(len(shares)), labels, size=SMALL)
    axes.tick_params(axis="x", length=0)


def _named(answer: str) -> str:
    return answer or translate("none")


def _spelled_out(shares: Shares) -> str:
    return " ".join(
        f"{_named(answer)}: {', '.join(percent(each) for each in by_tolerance.values())}."
        for answer, by_tolerance in shares.items()
    )


def _data(shares: Shares) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (answer, tolerance, share)
            for answer, by_tolerance in shares.items()
            for tolerance, share in by_tolerance.items()
        ],
        schema=["response", "nearest_share_of_runs", "share"],
        orient="row",
    )
