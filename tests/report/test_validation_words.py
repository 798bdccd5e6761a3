"""Series of observed counts have words in charts."""

from __future__ import annotations

from sim.report.charts.coverage_panels import series_words
from sim.scenario.observed_series import CUMULATIVE, OBSERVED


def test_every_series_that_can_be_counted_has_words() -> None:
    for name in OBSERVED:
        if name != CUMULATIVE:  # read as arrivals
            assert series_words(name), name
