"""How clear differences are with the runs there are, against half-widths worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.report.analysis import queries
from sim.report.analysis.convergence import Curve
from sim.report.charts import validation
from sim.report.drawing.chart import Chart
from sim.report.drawing.layout import text_problems
from sim.results.store import StoredResults, write_results
from sim.results.tables.variance_table import VarianceSplit
from tests.report import synthetic


def words(chart: Chart) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in chart.figure.texts)


class TestConvergence:
    def test_half_widths_by_hand(self, tiny: StoredResults) -> None:
        # -6, -4: 12.7062 sqrt(2) / sqrt(2); -6, -4, -4: 4.30265 sqrt(4/3) / sqrt(3)
        chart = validation.draw(tiny)
        rows = chart.data.filter(part="convergence", indicator=queries.WAITING)
        assert rows["runs"].to_list() == [2, 3]
        assert rows["half_width"].to_list() == pytest.approx([12.7062, 2.86843], abs=1e-4)
        assert chart.title.endswith("With 3 runs, 1 of 1 differences in waiting are clear")

    def test_a_mean_of_nothing_has_no_number_of_runs(self, tiny: StoredResults) -> None:
        """The differences −1, 1, 0 have mean zero, which no number of runs makes clear."""
        assert "with about" not in validation.draw(tiny).alt

    def test_runs_needed_go_with_the_square_of_the_half_width(self) -> None:
        curve = Curve("open", 1.0, [2, 25], np.array([9.0, 2.0]), (-1.0, 3.0))
        assert not curve.clear
        assert curve.needed == 100

    def test_of_a_skewed_interval_the_end_towards_zero_counts(self) -> None:
        """By half-widths alone a difference was "not clear yet" that the table called clear."""
        half = np.array([9.0, 2.0])
        assert Curve("open", 1.5, [2, 25], half, (0.5, 4.5)).clear
        assert Curve("open", -1.5, [2, 25], half, (-4.5, -0.5)).clear
        assert not Curve("open", 2.5, [2, 25], half, (-0.5, 3.5)).clear
        assert Curve("open", 2.5, [2, 25], half, (-0.5, 3.5)).needed == 36
        assert Curve("open", -2.5, [2, 25], half, (-3.5, 0.5)).needed == 36

    def test_the_smallest_difference_not_clear_is_given_with_its_runs(self, tmp_path: Path) -> None:
        """2, 4, −3: mean 1, sd sqrt(13), half-width 4.30265 sqrt(13/3) = 8.9567; 3 · 80.2 = 241."""
        made = synthetic.frames(policies=2, crossings=1, days=10, runs=3)
        values = {"historical": (10.0, 10.0, 10.0), "open": (12.0, 14.0, 7.0)}
        made["indicators"] = pl.DataFrame(
            [
                (policy, state_of_world, 0, queries.WAITING, "person-days", value)
                for policy, runs in values.items()
                for state_of_world, value in enumerate(runs)
            ],
            schema=made["indicators"].columns,
            orient="row",
        )
        chart = validation.draw(write_results(tmp_path / "run", **made))
        assert "0 of 1 differences. Smallest difference not clear yet (“All crossings" in chart.alt
        assert "with about 241 states of the world: an estimate" in chart.alt
        assert "Too few runs for an interval." in words(chart)  # nobody's access is recorded

    @pytest.mark.parametrize("runs", [1, 2])
    def test_few_runs_of_one_policy(self, tmp_path: Path, runs: int) -> None:
        results = synthetic.results(tmp_path / "run", policies=1, crossings=1, days=20, runs=runs)
        chart = validation.draw(results)
        assert text_problems(chart.figure) == []
        assert ("no interval can be given" in chart.title) == (runs == 1)


class TestAdvice:
    def test_twice_the_runs_narrow_by_what_chance_is(self) -> None:
        """Variance 3 between, 2 within, 2 runs: 3 + 1 becomes 3 + 1/2."""
        split = VarianceSplit(20, 2.0, 1.0, 3.0, 2.0)
        curve = Curve("open", 1.0, [2, 20], np.array([9.0, 2.0]), (-1.0, 3.0), split)
        assert curve.chance == pytest.approx(2.0 / 5.0)
        assert curve.narrowed_by_runs == pytest.approx(1.0 - (3.5 / 4.0) ** 0.5)

    def test_more_runs_never_help_more_than_as_many_more_states(self) -> None:
        for within in (0.0, 1.0, 100.0):
            split = VarianceSplit(9, 1.5, 1.0, 1.0, within)
            curve = Curve("o", 1.0, [9], np.array([1.0]), (0.0, 2.0), split)
            assert (curve.narrowed_by_runs or 0.0) <= 1.0 - 0.5**0.5

    def test_with_one_run_a_state_it_says_that_chance_cannot_be_told(
        self, tiny: StoredResults
    ) -> None:
        assert "cannot be separated from chance" in validation.draw(tiny).alt
