"""Regret: findings worked out by hand, marks without colour alone, what the data cannot show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from sim.report.analysis import minimax_regret
from sim.report.charts import regret
from sim.report.charts.registry import CHARTS
from sim.report.drawing import colours, style
from sim.report.drawing.chart import Chart
from sim.report.drawing.layout import text_problems
from sim.results.store import StoredResults, write_results
from tests.report import synthetic

# By future (H0 in even states, H1 in odd ones), the mean of each policy; every second state of a
# future has one more and every other one less.
MEANS = {"historical": (10.0, 50.0), "open": (60.0, 20.0), "closed": (12.0, 90.0)}


def write(folder: Path, *, swing: float, states_of_world: int = 8) -> StoredResults:
    """Three policies whose access has the means above, apart from a swing that is not shared."""
    content = synthetic.frames(policies=3, crossings=1, days=10, runs=states_of_world)
    rows = []
    for policy, means in MEANS.items():
        for state_of_world in range(states_of_world):
            apart = swing * (1 if state_of_world // 2 % 2 else -1) * (policy == "open")
            rows.append(
                (
                    policy,
                    state_of_world,
                    0,
                    "R4_without_access",
                    "",
                    means[state_of_world % 2] + apart,
                )
            )
    content["indicators"] = pl.DataFrame(
        rows,
        schema=["policy", "state_of_world", "replicate", "indicator", "unit", "value"],
        orient="row",
    )
    content["manifest"]["headline"] = ["R4_without_access"]
    return write_results(folder, **content)


def texts(chart: Chart) -> list[str]:
    drawn = [text.get_text() for axes in chart.figure.axes for text in axes.texts]
    return [*drawn, *(text.get_text() for text in chart.figure.texts)]


class TestByHand:
    def test_regrets_and_the_worst(self, tmp_path: Path) -> None:
        (block,) = minimax_regret.regret_tables(write(tmp_path / "run", swing=1.0))
        assert block.regrets.tolist() == [[0.0, 30.0], [50.0, 0.0], [2.0, 70.0]]
        assert block.worst.tolist() == [30.0, 50.0, 70.0]
        assert block.states_of_world == [4, 4]

    def test_a_clear_lead(self, tmp_path: Path) -> None:
        """50 ± 1 in H0 against 30 ± 1 in H1: means of four drawn again spread by ± 1 at most."""
        results = write(tmp_path / "run", swing=1.0)
        (block,) = minimax_regret.regret_tables(results)
        middle, low, high = block.lead()
        assert middle == pytest.approx(20.0)
        assert 18.0 <= low < 19.5
        assert 20.5 < high <= 22.0
        assert CHARTS["regret"].draw(results).title == (
            "People without access to asylum: smallest worst regret 30 persons (“Historical steps "
            "of autumn 2023”), clearly less than the next"
        )

    def test_a_lead_within_the_noise_is_no_clear_difference(self, tmp_path: Path) -> None:
        """With a swing of 20 the interval is 20 ± 30."""
        chart = CHARTS["regret"].draw(write(tmp_path / "run", swing=20.0))
        assert chart.title.endswith(
            "(“Historical steps of autumn 2023”), no clear difference from the next"
        )

    def test_two_policies_with_the_same_worst_future_are_paired(self, tiny: StoredResults) -> None:
        """Waiting in H0, states of the world 0 and 2: 10, 30 against 4, 26; differences 6 and 4.

        Drawn again, their mean is 6, 5 or 4.
        """
        waiting = minimax_regret.regret_tables(tiny)[1]
        assert waiting.indicator["id"] == "R1_person_days"
        middle, low, high = waiting.lead()
        assert (middle, low, high) == (5.0, 4.0, 6.0)

    def test_where_more_is_better_the_largest_mean_regrets_nothing(self) -> None:
        values = (np.array([[80.0, 90.0], [70.0, 60.0]]),)
        block = minimax_regret.Regrets({"direction": "more"}, ("a", "b"), values)
        assert block.regrets.tolist() == [[0.0], [20.0]]

    def test_equal_policies_share_the_smallest_worst(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=3, crossings=1, days=10, runs=4)
        content["indicators"] = content["indicators"].with_columns(value=pl.lit(7.0))
        chart = CHARTS["regret"].draw(write_results(tmp_path / "run", **content))
        assert "smallest worst regret 0 persons, shared (3 policies)" in chart.title
        assert not chart.data["best"].any()

    def test_the_interval_of_worst_regrets_is_drawn_again(self, tmp_path: Path) -> None:
        (block,) = minimax_regret.regret_tables(write(tmp_path / "run", swing=12.0))
        low, high = block.worst_interval()
        assert (low <= block.worst).all()
        assert (block.worst <= high).all()
        again = minimax_regret.regret_tables(write(tmp_path / "again", swing=12.0))[0]
        assert (again.worst_interval() == block.worst_interval()).all()

    def test_who_keeps_people_away_is_not_best(self) -> None:
        values = (np.array([[80.0, 90.0], [10.0, 20.0], [85.0, 95.0]]),)
        block = minimax_regret.Regrets(
            {"direction": "less"}, ("a", "b", "c"), values, frozenset({1})
        )
        column = block.regrets[:, 0]
        assert [block.is_best(column, p) for p in range(3)] == [True, False, False]
        assert block.smallest() == (0, 2)


class TestWhatTheDataCannotTell:
    def test_a_future_of_one_state_of_the_world_is_marked_and_not_counted(
        self, tiny: StoredResults
    ) -> None:
        """H1 is state 1 only, where open leaves one more without access than historical."""
        chart = CHARTS["regret"].draw(tiny)
        rows = chart.data.filter(indicator="R4_without_access", policy="open")
        assert rows["best"].to_list() == [True, False]
        assert not chart.data.filter(pl.col("states_of_world") < 2)["best"].any()
        assert rows.select("hypothesis", "states_of_world", "regret", "worst_regret").rows() == [
            ("H0", 2, 0.0, 0.0),
            ("H1", 1, 1.0, 0.0),
        ]
        assert "1†" in texts(chart)
        assert (
            "† and grey: one state of the world only, not counted in the worst." in chart.subtitle
        )

    def test_no_future_with_enough_states_of_the_world(self, tmp_path: Path) -> None:
        chart = CHARTS["regret"].draw(write(tmp_path / "run", swing=0.0, states_of_world=2))
        assert chart.title.endswith("too few states of the world in every future to compare")
        assert text_problems(chart.figure) == []

    def test_a_future_without_a_state_of_the_world_is_named(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=1, days=10, runs=3)
        content["states_of_world"] = content["states_of_world"].with_columns(
            hypothesis=pl.lit("H0"), response=pl.lit("")
        )
        chart = CHARTS["regret"].draw(write_results(tmp_path / "run", **content))
        sentence = "Futures that no state of the world holds: Passive permission (By a script)."
        assert chart.subtitle.endswith(sentence)

    def test_one_policy_has_nothing_to_regret(self, tmp_path: Path) -> None:
        results = synthetic.results(tmp_path / "run", policies=1, crossings=1, days=10, runs=3)
        chart = CHARTS["regret"].draw(results)
        assert chart.title == "Regret needs two policies or more"
        assert chart.data.is_empty()


class TestLooks:
    def test_rights_stand_first_and_arrivals_never(self, small: StoredResults) -> None:
        indicators = [block.indicator["id"] for block in minimax_regret.regret_tables(small)]
        assert indicators == ["R4_without_access", "R1_person_days", "O3_suspension", "K1_cost"]

    def test_the_best_are_boxed_and_bold(self, small: StoredResults) -> None:
        chart = CHARTS["regret"].draw(small)
        patches = [patch for axes in chart.figure.axes for patch in axes.patches]
        boxed = [p for p in patches if isinstance(p, Rectangle) and p.get_linewidth() > 1.0]
        bold = [t for axes in chart.figure.axes for t in axes.texts if t.get_fontweight() == "bold"]
        worst = len(minimax_regret.regret_tables(small))
        assert len(boxed) == len(bold) == chart.data["best"].sum() + worst
        assert {to_hex(box.get_edgecolor()).upper() for box in boxed} == {colours.INK}

    @pytest.mark.parametrize("value", [0.0, 0.5, 1.0, float("nan")])
    def test_numbers_keep_their_contrast_on_every_shade(self, value: float) -> None:
        assert style.contrast(colours.INK, regret.shade(value, 1.0)) >= 4.5

    def test_ten_futures_keep_their_labels_apart(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=6, crossings=1, days=10, runs=20)
        common = {"weight": 1.0, "summary": "As said.", "source": "made up"}
        content["manifest"]["hypotheses"] = [
            {"id": f"H{k}", "label": f"What the transit state does, way {k}", **common}
            for k in range(3)
        ]
        content["manifest"]["responses"] = [
            {"id": f"R{k}", "label": f"It answers in the way numbered {k}", "with": [], **common}
            for k in range(4)
        ]
        content["states_of_world"] = content["states_of_world"].with_columns(
            hypothesis=pl.format("H{}", pl.col("state_of_world") % 10 // 4),
            response=pl.format("R{}", pl.col("state_of_world") % 10 % 4),
        )
        chart = CHARTS["regret"].draw(write_results(tmp_path / "run", **content))
        assert text_problems(chart.figure) == []
        assert len(chart.data) == 4 * 6 * 10
