"""Observed counts of any period as cells that runs are compared with: added up by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sim import load_scenario
from sim.outcomes.series import SERIES
from sim.scenario import TEMPLATE
from sim.scenario.records import Area, Observation
from sim.scenario.scenario import Scenario
from sim.study.learning import _skill, fair_crps, persistence_crps
from sim.study.observed_cells import Cell, observed_cells, simulated_cells
from sim.study.replication import Replication


@pytest.fixture(scope="module")
def template() -> Scenario:
    """Two crossings, near and far, and an area of both; from 1 March 2024."""
    return load_scenario(TEMPLATE / "scenario.yaml")


def count(
    first: int, last: int, place: str, people: float | None, series: str = "arrivals"
) -> Observation:
    days = (date(2024, 3, first), date(2024, 3, last))
    return Observation(*days, place, series, "", people, None, None, "", line=first)


def cells(template: Scenario, *observed: Observation) -> list[Cell]:
    both = Area("both", "Both", ("near", "far"))
    return observed_cells(replace(template, observed=observed, areas=(both,)))


def run(scenario: Scenario, series: str, values: dict[tuple[int, str], float]) -> Replication:
    """A run with these values of a series by day and place."""
    number = {place.id: k for k, place in enumerate(scenario.world.network.places)}
    which = [each.name for each in SERIES].index(series)
    rows = {
        "series": np.full(len(values), which),
        "date": np.array([day for day, _ in values]),
        "crossing": np.array([number[place] for _, place in values]),
        "value": np.array(list(values.values())),
    }
    return cast(Replication, SimpleNamespace(rows={"daily": rows}))


def test_runs_are_added_up_to_the_same_days_and_places(template: Scenario) -> None:
    found = cells(
        template,
        count(1, 7, "near", 10.0),
        count(2, 8, "both", 20.0, series="registered"),
        count(3, 4, "total", 30.0),
    )
    values = {(0, "near"): 1.0, (2, "far"): 4.0, (6, "near"): 2.0, (7, "near"): 8.0}
    assert [(each.first, each.last, each.people) for each in found] == [
        (0, 6, 10.0),
        (1, 7, 20.0),
        (2, 3, 30.0),
    ]
    of_arrivals = simulated_cells(template, run(template, "arrivals", values), found)
    assert of_arrivals.tolist() == [3.0, 0.0, 4.0]
    registered = simulated_cells(template, run(template, "registered", values), found)
    assert registered.tolist() == [0.0, 14.0, 0.0]


def test_a_stock_is_compared_at_the_end_of_its_day(template: Scenario) -> None:
    found = cells(template, count(7, 7, "near", 10.0, series="waiting"))
    values = {(5, "near"): 90.0, (6, "near"): 7.0}
    assert simulated_cells(template, run(template, "waiting", values), found).tolist() == [7.0]


def test_what_cannot_be_compared_is_no_cell(template: Scenario) -> None:
    outside = replace(count(1, 7, "near", 1.0), period_start=date(2024, 2, 28))
    origin = replace(count(1, 7, "near", 1.0), origin=template.world.demand.origins[0].id)
    unknown = count(1, 7, "near", None)
    detained = count(1, 7, "near", 1.0, series="detained")
    assert cells(template, outside, origin, unknown, detained) == []


def test_the_count_of_an_area_that_follows_from_others_is_left_out(template: Scenario) -> None:
    area, near, far = (count(1, 7, place, 9.0) for place in ("both", "near", "far"))
    assert len(cells(template, area)) == 1
    assert len(cells(template, area, near)) == 2
    assert [each.places for each in cells(template, area, near, far)] == [
        each.places for each in cells(template, near, far)
    ]


def test_persistence_is_the_count_of_the_week_before(template: Scenario) -> None:
    """A week that follows a week, at a crossing that was open on one of its days."""
    found = cells(template, count(1, 4, "near", 10.0), count(5, 8, "near", 12.0))
    simulated = np.array([[10.0, 11.0], [10.0, 13.0], [10.0, 30.0]])
    near = found[0].crossings[0]
    skill = _skill(found, simulated, {(7, near)})
    ours, theirs = fair_crps(simulated[:, 1], 12.0), persistence_crps(10.0, 12.0)
    assert skill == pytest.approx(1.0 - ours / theirs)
    assert _skill(found, simulated, {(0, near)}) is None, "closed in the second"
    apart = [found[0], found[1]._replace(first=5)]
    assert _skill(apart, simulated, {(7, near)}) is None, "of another length"


def test_cells_are_in_the_order_of_the_file(template: Scenario) -> None:
    lines: list[Any] = [count(3, 3, "far", 1.0), count(1, 1, "near", 2.0), count(2, 2, "far", 3.0)]
    assert [each.people for each in cells(template, *lines)] == [2.0, 3.0, 1.0]
