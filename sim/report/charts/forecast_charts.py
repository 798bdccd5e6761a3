"""The pictures of a hindcast, which belong to no report of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.charts.forecast_fan import draw_fans, foot
from sim.report.charts.forecast_ranks import draw_ranks
from sim.report.charts.forecast_skill import draw_skill
from sim.report.drawing.chart import Chart
from sim.text.catalogue import translate

if TYPE_CHECKING:
    from sim.forecasting.hindcast import Hindcast
    from sim.forecasting.skill import Skill


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
