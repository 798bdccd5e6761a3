"""Moments from stored results: sums, means and states by hand."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from sim.errors import InputError, ResultsError
from sim.report.analysis import queries
from sim.report.maps.moments import Moments, stored_moments
from sim.results.store import StoredResults
from tests.report import synthetic


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Two policies, three crossings, two states of the world, thirty days."""
    return synthetic.results(
        tmp_path_factory.mktemp("moments") / "run", policies=2, crossings=3, days=30, runs=2
    )


@pytest.fixture(scope="module")
def mean(stored: StoredResults) -> Moments:
    return stored_moments(stored, "historical")


class TestStored:
    def test_a_moment_is_a_day(self, mean: Moments) -> None:
        assert (mean.step, len(mean)) == ("day", 30)
        assert mean.times[0] == datetime(2023, 9, 1)
        assert mean.words(29) == "30 Sep 2023"
        assert mean.source == "mean of 2 runs"

    def test_the_mean_is_that_of_the_worlds(self, stored: StoredResults, mean: Moments) -> None:
        states_of_world = [
            stored_moments(stored, "historical", state_of_world=state_of_world)
            for state_of_world in (0, 1)
        ]
        for name in ("waiting", "setting_out", "arrivals", "without_access"):
            each = [getattr(moments, name) for moments in states_of_world]
            assert np.allclose(getattr(mean, name), (each[0] + each[1]) / 2), name
        assert states_of_world[1].source == "state of the world 1"
        assert states_of_world[0].waiting.sum() > 0
        assert not np.allclose(states_of_world[0].waiting, states_of_world[1].waiting)

    def test_numbers_are_those_of_the_files(self, stored: StoredResults, mean: Moments) -> None:
        day, crossing = 13, "c01"
        rows = stored.daily.filter(
            policy="historical", series="waiting", crossing=crossing, date=queries.days(stored)[day]
        )
        assert mean.waiting[day, mean.crossings.index(crossing)] == rows["value"].sum() / 2
        leg = ("petersburg", "c01")
        flows = stored.flows.filter(
            policy="historical", origin=leg[0], destination=leg[1], date=queries.days(stored)[day]
        )
        assert mean.setting_out[day, mean.legs.index(leg)] == flows["people"].sum() / 2 > 0

    def test_access_is_what_the_calendar_says(self, mean: Moments) -> None:
        # open; no asylum claims from day 12 (14 for c00), closed from day 15
        states = [[queries.STATES[code] for code in row] for row in mean.access]
        assert states[11] == ["open"] * 3
        assert states[12] == ["open", "no_asylum", "no_asylum"]
        assert states[15] == ["closed"] * 3

    def test_unknown_policies_and_states_are_refused(self, stored: StoredResults) -> None:
        with pytest.raises(ResultsError, match="no policy 'opne' did you mean 'open'"):
            stored_moments(stored, "opne")
        with pytest.raises(ResultsError, match="there is no state of the world 9"):
            stored_moments(stored, "open", state_of_world=9)


class TestChoosing:
    def test_days_in_which_nothing_happens_are_left_out(self, mean: Moments) -> None:
        first, last = mean.busy()
        shown = mean.shown()
        assert shown.times == mean.times[max(0, first - 3) : last + 4]
        assert shown.waiting.shape[0] == shown.access.shape[0] == len(shown)

    def test_named_days_are_shown(self, mean: Moments) -> None:
        shown = mean.shown(date(2023, 9, 2), date(2023, 9, 4))
        assert [moment.day for moment in shown.times] == [2, 3, 4]

    def test_days_outside_are_refused(self, mean: Moments) -> None:
        with pytest.raises(InputError, match="there are 2023-09-01 to 2023-09-30"):
            mean.shown(date(2024, 1, 1), None)

    def test_the_peak_is_the_day_with_most_people_waiting(self, mean: Moments) -> None:
        sums = mean.waiting.sum(axis=1)
        assert sums[mean.peak()] == sums.max() > 0
