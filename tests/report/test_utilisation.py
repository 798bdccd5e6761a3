"""Utilisation: officers' hours in use, against shares worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from sim.report.charts import utilisation
from sim.report.drawing.chart import Chart
from sim.report.drawing.layout import text_problems
from sim.results.store import write_results
from tests.report import synthetic, synthetic_border
from tests.report.synthetic_border import START


def drawn(folder: Path, *, policies: int = 2) -> Chart:
    """Three states of ten days; only the first of two crossings has officers, ten hours a day.

    Under the reference they are fully used on 1, 2 and 3 days (once with 9.5 hours of 10), then
    for half of the sixth day; 10, 20 and 30 people wait at most. Under the others they are idle.
    """
    content = synthetic.frames(policies=policies, crossings=2, days=10, runs=3)
    rows = []
    for policy, _ in synthetic_border.POLICIES[:policies]:
        for state_of_world in range(3):
            rows += [(policy, state_of_world, day, "officer_h", 10.0) for day in range(10)]
            if policy == "historical":
                full = [
                    (policy, state_of_world, day, "interview_h", 10.0)
                    for day in range(state_of_world)
                ]
                half = (policy, state_of_world, 5, "interview_h", 5.0)
                queue = (policy, state_of_world, 4, "waiting", 10.0 * (state_of_world + 1))
                rows += [*full, (policy, state_of_world, 9, "interview_h", 9.5), half, queue]
    content["daily"] = pl.DataFrame(
        [
            (
                policy,
                state_of_world,
                0,
                START + timedelta(days=day),
                "c00",
                series,
                value,
            )
            for policy, state_of_world, day, series, value in rows
        ],
        schema=["policy", "state_of_world", "replicate", "date", "crossing", "series", "value"],
        orient="row",
    )
    return utilisation.draw(write_results(folder, **content))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Chart:
    """The chart of two policies."""
    return drawn(tmp_path_factory.mktemp("two") / "run")


def words(chart: Chart) -> str:
    return " ".join(text.get_text() for text in chart.figure.texts)


def test_days_fully_used_and_people_waiting(two: Chart) -> None:
    # quantiles .1, .5, .9 of 1, 2, 3 are 1.2, 2, 2.8; of 10, 20, 30 they are 12, 20, 28
    assert two.title == (
        "Registration officers at the crossing with the most work (Rajajooseppi; “Historical steps "
        "of autumn 2023”) are fully used on 2 (1 to 3) of 10 days, while up to 20 (12 to 28) "
        "people wait there"
    )


def test_lines_are_medians_of_shares(two: Chart) -> None:
    lines = two.data.filter(policy="historical", crossing="c00")
    # first days: in use in states 1 and 2, then in state 2 only; sixth day: half in every state
    assert lines["share_q50"].to_list() == [1, 0, 0, 0, 0, 0.5, 0, 0, 0, 0.95]
    assert lines["share_q90"].to_list()[1] == pytest.approx(0.8)
    assert lines["waiting_q50"].to_list()[4] == 20


def test_on_days_without_an_interview_no_hours_are_in_use(tmp_path: Path) -> None:
    content = synthetic.frames(policies=1, crossings=1, days=10, runs=2)
    first = START
    content["daily"] = pl.DataFrame(
        [
            ("historical", 0, 0, first, "c00", "officer_h", 10.0),
            ("historical", 0, 0, first + timedelta(days=1), "c00", "officer_h", 10.0),
            ("historical", 1, 0, first, "c00", "officer_h", 10.0),
            ("historical", 1, 0, first, "c00", "interview_h", 5.0),
        ],
        schema=content["daily"].columns,
        orient="row",
    )
    for name in ("access", "observed"):  # nothing else happens
        content[name] = content[name].clear()
    lines = utilisation.draw(write_results(tmp_path / "run", **content)).data
    assert lines["share_q50"].to_list() == [0.25, *[0.0] * (lines.height - 1)]
    assert lines.height == 4  # the first day, and three for sight


def test_crossings_without_interviews_are_named_and_left_out(two: Chart) -> None:
    assert set(two.data["crossing"]) == {"c00"}
    assert "nobody is interviewed there: Salla." in words(two)


def test_without_interviews_anywhere_it_says_so(tmp_path: Path) -> None:
    content = synthetic.frames(policies=2, crossings=2, days=10, runs=2)
    content["daily"] = content["daily"].clear()
    chart = utilisation.draw(write_results(tmp_path / "run", **content))
    assert chart.title == "Nobody is interviewed at any crossing under any policy"
    assert text_problems(chart.figure) == []
    assert chart.data.is_empty()


def test_idle_officers_are_no_success_without_access_beside_them(two: Chart) -> None:
    assert "People without access" in words(two)
    assert "Idle officers at a closed crossing are not a success" in words(two)
    assert "people without access" in two.alt


def test_three_others_are_drawn_and_the_rest_is_counted(tmp_path: Path) -> None:
    chart = drawn(tmp_path / "run", policies=6)
    assert chart.data["policy"].n_unique() == 4
    assert chart.subtitle.endswith("at: Rajajooseppi; not drawn: 2.")
