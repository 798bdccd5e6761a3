"""Pictures of a hindcast: their findings, their labels, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import isnan, nan

import numpy as np
import pytest

from sim.forecasting.baselines import BASELINES
from sim.forecasting.ensemble import Ensemble
from sim.forecasting.hindcast import Hindcast
from sim.forecasting.past import Past
from sim.forecasting.policy_path import Phase, PolicyPath
from sim.forecasting.skill import BEST, Skill
from sim.forecasting.targets import Target
from sim.report.charts.forecast_charts import draw_all
from sim.report.charts.forecast_fan import draw_fans
from sim.report.charts.forecast_ranks import draw_ranks
from sim.report.charts.forecast_skill import draw_skill
from sim.report.drawing.colours import RED
from sim.report.drawing.layout import text_problems
from sim.scenario.loading import load_scenario
from sim.text.catalogue import speaking
from tests.cli.command_line import TWO_CROSSINGS

DAYS = tuple(date(2024, 3, 1) + timedelta(days=k) for k in range(10))


def forecast(*, counted: bool = True, closed_from: int = 10) -> Hindcast:
    """Four days known and six forecast at two crossings; ten a day came at the first."""
    open_h = np.full((10, 2), 8.0)
    open_h[closed_from:, 0] = 0.0
    path = PolicyPath(DAYS, open_h, open_h > 0.0)
    past = Past(np.full((4, 2), 10.0), path, 9, np.ones(2), np.ones((2, 2)), 1, 50)
    people = np.tile(np.arange(50.0)[:, None, None] / 2.5, (1, 10, 2)).round()
    people[:, :, 0] *= open_h[:, 0] > 0.0
    phase = Phase(4, 9, "all")
    targets = [Target("gate", k, k, (0,), 10.0, k < closed_from, phase) for k in range(4, 10)]
    scenario = load_scenario(TWO_CROSSINGS)
    held = ("H1",) * 50
    return Hindcast(
        scenario, "open", past, Ensemble(people, held), tuple(targets) if counted else ()
    )


def row(baseline: str, skill: float, *, ahead: int | None = None, low: float = -0.2) -> Skill:
    return Skill(ahead, baseline, 8, 5.0, 6.0, skill, low, 0.4)


def rows(*, ahead: int | None = None, skill: float = 0.1) -> list[Skill]:
    each = [row(one.id, skill, ahead=ahead, low=-9.0) for one in BASELINES]
    return [*each, row(f"{BEST}: B2a", skill, ahead=ahead)]


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_no_label_leaves_the_canvas_or_touches_another(language: str) -> None:
    with speaking(language):
        charts = draw_all(forecast(), [*rows(), *rows(ahead=1), *rows(ahead=3)])
        assert [each.name for each in charts] == [
            "forecast_fan",
            "forecast_skill",
            "forecast_ranks",
        ]
        assert [text_problems(each.figure) for each in charts] == [[], [], []]


def test_the_fan_says_how_many_counts_are_in_the_band() -> None:
    chart = draw_fans(forecast())
    assert chart.title == "Forecast from counts to 4 Mar: 6 of 6 later counts in the band of 90 %"
    assert len(chart.figure.axes) == 2
    assert "nothing later has been counted" in draw_fans(forecast(counted=False)).title
    assert "no later count is of an open crossing" in draw_fans(forecast(closed_from=4)).title


def rings(*later: Target, closed_from: int = 10) -> list[dict[int, float]]:
    """Later counts as they are drawn: people by day, panel by panel."""
    chart = draw_fans(replace(forecast(closed_from=closed_from), targets=later))
    return [
        {
            int(day): people
            for line in axes.lines
            if line.get_markeredgecolor() == RED
            for day, people in np.column_stack(line.get_data()).tolist()
            if not isnan(people)
        }
        for axes in chart.figure.axes
    ]


def test_a_later_count_of_an_area_and_some_days_is_spread_over_them() -> None:
    """Rings were promised and none drawn where weeks of two crossings were counted together.

    What is known of a part is taken off first, as it is of the counts before the forecast.
    """
    phase = Phase(4, 9, "all")
    week = Target("both", 5, 7, (0, 1), 62.0, True, phase)
    day = Target("gate", 6, 6, (0,), 7.0, True, phase)
    assert rings(week, day) == [{5: 11.0, 6: 7.0, 7: 11.0}, {5: 11.0, 6: 11.0, 7: 11.0}]


def test_a_later_count_of_the_whole_border_goes_to_crossings_that_are_open() -> None:
    """The fan had spread counts by a rule of its own, over closed crossings as well."""
    total = Target("total", 4, 5, (0, 1), 99.0, True, Phase(4, 9, "all"))
    assert rings(total, closed_from=5) == [{4: 33.0, 5: 0.0}, {4: 33.0, 5: 33.0}]


def test_a_crossing_that_stays_closed_has_no_panel() -> None:
    assert len(draw_fans(forecast(closed_from=4)).figure.axes) == 1


def test_a_forecast_without_any_count_is_drawn() -> None:
    made = forecast(counted=False)
    nothing = replace(made, past=replace(made.past, counts=np.full((4, 2), nan)))
    assert text_problems(draw_fans(nothing).figure) == []


def test_skill_against_the_best_is_the_title() -> None:
    assert draw_skill(rows()).title == (
        "The model is better than the best simple baseline (B2a mean of 3 days): skill +0.10"
    )
    assert "worse" in draw_skill(rows(skill=-0.3)).title
    assert "−0.30" in draw_skill(rows(skill=-0.3)).title
    assert "cannot be beaten" in draw_skill(rows(skill=nan)).title


def test_ranks_of_open_counts() -> None:
    chart = draw_ranks(forecast())
    assert chart is not None
    assert len(chart.data) == 6
    assert chart.data["rank"].is_sorted()
    assert draw_ranks(forecast(closed_from=4)) is None


def test_a_blind_forecast_has_its_fans_alone() -> None:
    assert [each.name for each in draw_all(forecast(counted=False), ())] == ["forecast_fan"]


def test_the_same_bytes_again() -> None:
    assert draw_fans(forecast()).png() == draw_fans(forecast()).png()
