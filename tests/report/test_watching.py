"""A running model tells the same moments as its stored results, and hours sum to days."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sim.api.functions import animate_run, compare, load_scenario, speaking, start_model
from sim.report.maps.moments import Moments, Step, stored_moments
from sim.report.maps.watching import watched_moments
from sim.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
POLICY, SEED = "near-closed", 5


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "teaching" / "two-crossings.yaml")


def watched(scenario: Scenario, step: Step) -> Moments:
    model = start_model(scenario, POLICY, state=1, seed=SEED)
    return watched_moments(scenario, model, policy=POLICY, state_of_world=1, seed=SEED, step=step)


@pytest.fixture(scope="module")
def by_day(scenario: Scenario) -> Moments:
    return watched(scenario, "day")


def test_days_are_those_of_the_stored_results(
    scenario: Scenario, by_day: Moments, tmp_path: Path
) -> None:
    results = compare(scenario, [POLICY], replicates=2, seed=SEED, out=tmp_path / "run").results
    stored = stored_moments(results, POLICY, state_of_world=1)
    assert set(by_day.crossings) == set(stored.crossings)
    order = [by_day.crossings.index(place) for place in stored.crossings]
    assert np.array_equal(by_day.waiting[:, order], stored.waiting)
    assert np.array_equal(by_day.access[:, order], stored.access)
    assert np.array_equal(by_day.arrivals, stored.arrivals)
    assert np.array_equal(by_day.without_access, stored.without_access)
    used = dict(zip(stored.legs, stored.setting_out.T, strict=True))
    assert set(by_day.legs) <= set(used)
    for leg, people in zip(by_day.legs, by_day.setting_out.T, strict=True):
        assert np.array_equal(people, used[leg]), leg
    assert by_day.setting_out.sum() == stored.setting_out.sum() > 0
    assert [time.date() for time in by_day.times] == [time.date() for time in stored.times]
    assert by_day.policy == stored.policy
    assert {place["id"] for place in by_day.places} == {place["id"] for place in stored.places}


def test_what_the_scenario_says_of_itself_is_told_in_the_spoken_language(
    scenario: Scenario, by_day: Moments
) -> None:
    with speaking("fi"):
        current_language = watched(scenario, "day")
    finnish = scenario.translations["fi"]
    assert current_language.title == finnish[by_day.title] != by_day.title
    assert current_language.policy == finnish[by_day.policy]
    assert current_language.run == f"{scenario.name}, siemenluku {SEED}"
    names = [
        (here["name"], there["name"])
        for here, there in zip(by_day.places, current_language.places, strict=True)
    ]
    assert [finnish.get(here, here) for here, _ in names] == [there for _, there in names]
    assert any(here != there for here, there in names)


def test_hours_sum_to_days_and_end_where_they_end(scenario: Scenario, by_day: Moments) -> None:
    by_hour = watched(scenario, "hour")
    assert by_hour.legs == by_day.legs
    dates = [time.date() for time in by_hour.times]
    for k, day in enumerate(time.date() for time in by_day.times):
        hours = [h for h, date in enumerate(dates) if date == day]
        assert np.array_equal(by_hour.setting_out[hours].sum(axis=0), by_day.setting_out[k])
        assert by_hour.arrivals[hours].sum() == by_day.arrivals[k]
        assert np.array_equal(by_hour.waiting[hours[-1]], by_day.waiting[k])
        assert by_hour.without_access[hours[-1]] == by_day.without_access[k]
    assert by_hour.words(13).endswith(" 13:00")


def test_a_run_becomes_a_picture(scenario: Scenario, by_day: Moments, tmp_path: Path) -> None:
    first, last = (by_day.times[k].date() for k in (2, 4))
    path = animate_run(scenario, tmp_path / "run.gif", policy=POLICY, since=first, until=last)
    with Image.open(path) as picture:
        assert getattr(picture, "n_frames", 1) == 3
