"""Titles and marks say what the numbers hold: each of these was once untrue of some results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from matplotlib.axes import Axes

from sim.outcomes.indicators import INDICATORS
from sim.report.analysis import queries
from sim.report.analysis.claim_days import claim_days
from sim.report.analysis.cost_parts import BEARERS, ITEMS, OTHER_ITEMS, WHOLE, costs
from sim.report.analysis.shown_days import shown_days
from sim.report.charts.registry import CHARTS
from sim.report.drawing.layout import text_problems
from sim.report.page.html_report import render_report
from sim.report.page.shortcomings import shortcomings
from sim.results.store import StoredResults, write_results
from sim.results.stored_tables import StoredTables
from tests.report import synthetic, synthetic_border
from tests.report.synthetic_border import START

DAYS = 10
Path_ = Sequence[tuple[int, str]]  # first day and what a crossing is open to from then on


def with_access(folder: Path, paths: Mapping[str, Sequence[Path_]], **size: int) -> StoredResults:
    """Results of one crossing and ten days, with the path of each run of each policy."""
    runs = max(map(len, paths.values()))
    content = synthetic.frames(
        **{"policies": len(paths), "crossings": 1, "days": DAYS, "runs": runs, **size}
    )
    rows = [
        (policy, run, 0, "c00", at(begins), at(ends), access)
        for policy, every in paths.items()
        for run, path in enumerate(every)
        for (begins, access), ends in zip(path, [*(day for day, _ in path[1:]), DAYS], strict=True)
    ]
    content["access"] = pl.DataFrame(rows, schema=content["access"].schema, orient="row")
    return write_results(folder, **content)


def at(day: int) -> str:
    return f"{START + timedelta(days=day)}T00:00:00+03:00"


OPEN: Path_ = [(0, "open")]
SHUT_FROM_2: Path_ = [(0, "open"), (2, "closed")]
SHUT_FROM_5: Path_ = [(0, "open"), (5, "closed")]
EXCEPTIONS_FROM_4: Path_ = [(0, "open"), (4, "exception_only")]


class TestCalendar:
    def test_a_path_that_one_run_takes_is_not_drawn_as_that_of_all(self, tmp_path: Path) -> None:
        """State 0 closes on day 2, the other three on day 5: bars show shares, not state 0."""
        paths = {"historical": [SHUT_FROM_2, SHUT_FROM_5, SHUT_FROM_5, SHUT_FROM_5]}
        results = with_access(tmp_path / "run", paths)
        chart = CHARTS["closure_calendar"].draw(results)
        drawn = chart.data.filter(access="closed").select("first_day", "share_of_runs").rows()
        begins = [START + timedelta(days=day) for day in (2, 5)]
        assert drawn == [(begins[0], 0.25), (begins[1], 1.0)]
        assert heights(chart.figure.axes[0]) == [1.0, 0.25, 0.75, 1.0]
        assert "shares of 4 runs; the commonest path is that of 3" in chart.alt
        assert text_problems(chart.figure) == []

    def test_lines_of_the_fan_are_those_of_the_commonest_path(self, tmp_path: Path) -> None:
        results = with_access(
            tmp_path / "run", {"historical": [SHUT_FROM_2, SHUT_FROM_5, SHUT_FROM_5]}
        )
        assert [change.day for change in queries.changes(results, "historical")] == [5]
        words = [text.get_text() for text in CHARTS["fan"].draw(results).figure.texts]
        assert any("commonest path, that of 2 of 3 runs" in text for text in words)

    def test_days_of_runs_that_differ_are_a_median_with_its_interval(self, tmp_path: Path) -> None:
        paths = {"historical": [SHUT_FROM_2, SHUT_FROM_5, SHUT_FROM_5]}  # 8, 5 and 5 days
        chart = CHARTS["closure_calendar"].draw(with_access(tmp_path / "run", paths))
        assert "no crossing takes asylum claims on 5 (5 to 7) of 10 days" in chart.title
        assert "medians" in chart.subtitle

    def test_where_exceptions_may_apply_claims_are_taken(self, tmp_path: Path) -> None:
        results = with_access(
            tmp_path / "run", {"historical": [SHUT_FROM_5], "open": [EXCEPTIONS_FROM_4]}
        )
        days = claim_days(results, "open")
        assert (days.none.tolist(), days.exceptions.tolist()) == ([0.0], [6.0])
        assert not days.is_always_open
        alt = CHARTS["closure_calendar"].draw(results).alt
        assert (
            "“All crossings stay open”: no crossing takes asylum claims on 0 of 10 days, and by "
            "exception only on 6"
        ) in alt
        assert "some crossing always takes asylum claims" not in alt

    def test_a_crossing_that_people_cannot_use_is_not_shown_as_open(self, tmp_path: Path) -> None:
        """Nothing is recorded of the second crossing's access: it is open to nobody."""
        results = with_access(tmp_path / "run", {"historical": [OPEN]}, crossings=2)
        chart = CHARTS["closure_calendar"].draw(results)
        assert chart.data["crossing"].unique().to_list() == ["c00"]
        assert len(chart.figure.axes[0].get_yticks()) == 1


def heights(axes: Axes) -> list[float]:
    """Heights of the bars of states, as shares of a row, in the order of drawing."""
    paths: list[Any] = [bar.get_paths()[0] for bar in axes.collections[:-1]]
    return [round(float(np.ptp(path.vertices[:, 1])) / 0.8, 6) for path in paths]


class TestWork:
    def test_the_crossing_with_most_work_has_most_hours_of_interviews(self, tmp_path: Path) -> None:
        """One officer of the first is fully used for a day; the second works ten times as much."""
        content = synthetic.frames(policies=1, crossings=2, days=DAYS, runs=1)
        rows = [("c00", 3, "officer_h", 1.0), ("c00", 3, "interview_h", 1.0)]
        rows += [("c01", day, "officer_h", 10.0) for day in range(DAYS)]
        rows += [("c01", day, "interview_h", 5.0) for day in range(DAYS)]
        content["daily"] = pl.DataFrame(
            [
                (
                    "historical",
                    0,
                    0,
                    START + timedelta(days=day),
                    place,
                    series,
                    value,
                )
                for place, day, series, value in rows
            ],
            schema=content["daily"].schema,
            orient="row",
        )
        title = CHARTS["utilisation"].draw(write_results(tmp_path / "run", **content)).title
        assert f"the crossing with the most work ({synthetic_border.place(1)}" in title


class TestMarks:
    def test_observed_rings_are_beside_the_reference_only(self, small: StoredResults) -> None:
        figure = CHARTS["fan"].draw(small).figure
        ringed = [
            axes for axes in figure.axes if any(line.get_marker() == "o" for line in axes.lines)
        ]
        policies = len(queries.policies(small))
        assert ringed == [figure.axes[policies]], "arrivals, under the reference"


class TestCold:
    """The title of least cold names whom the policy turned back, kept away and left outside."""

    def test_fewest_hours_are_not_told_without_whom_they_are_owed_to(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=1, days=DAYS, runs=2)
        known = content["manifest"]["indicators"]
        rows = [
            ("historical", run, 0, name, "persons", float(value + run))
            for run in range(2)
            for name, value in (("R6", 40), ("R4_deterred", 100), ("R4_followers", 10))
        ]
        content["indicators"] = pl.concat(
            [
                content["indicators"],
                pl.DataFrame(rows, schema=content["indicators"].schema, orient="row"),
            ]
        )
        known += [{**known[0], "id": name} for name in ("R6", "R4_deterred", "R4_followers")]
        cold = pl.when(pl.col("policy") == "historical").then(1.0).otherwise(50.0)
        content["exposure"] = content["exposure"].with_columns(person_h=cold)
        title = CHARTS["exposure"].draw(write_results(tmp_path / "run", **content)).title
        first, *_ = title.split(";")
        assert first.startswith("Fewest person-hours outdoors")
        assert "“Historical steps of autumn 2023”, which turns back 40 people" in first
        assert "keeps 111 from setting out" in first
        assert "without access to asylum" in first


class TestCosts:
    @pytest.fixture
    def priced(self, tmp_path: Path) -> StoredResults:
        """Every item costs its number, in millions and twice over under the second policy."""
        content = synthetic.frames(policies=2, crossings=1, days=DAYS, runs=2)
        amounts = {name: 1e6 * (k + 1) for k, name in enumerate(ITEMS)}
        amounts["K_state"] = sum(amounts.values())
        amounts |= {"K5": 5e6, "K6": 0.0, "K7": 7e6}
        amounts[WHOLE] = sum(amounts[name] for name in BEARERS)
        rows = [
            (policy, run, 0, name, "EUR", (1 + p) * amount)
            for p, (policy, _) in enumerate(synthetic_border.POLICIES[:2])
            for run in range(2)
            for name, amount in amounts.items()
        ]
        content["indicators"] = pl.concat(
            [
                content["indicators"],
                pl.DataFrame(rows, schema=content["indicators"].schema, orient="row"),
            ]
        )
        known = content["manifest"]["indicators"]
        known += [{**known[0], "id": name, "name": INDICATORS[name].name} for name in amounts]
        return write_results(tmp_path / "run", **content)

    def test_parts_add_up_to_the_whole_with_k4_and_k5_in_it(self, priced: StoredResults) -> None:
        found = costs(priced)
        assert found is not None
        for policy, whole in found.whole.items():
            assert sum(found.bearers[policy].values()) == pytest.approx(whole.mean())
            state = found.bearers[policy]["K_state"]
            assert sum(found.items[policy].values()) == pytest.approx(state)
            assert found.bearers[policy]["K5"] > 0.0
        shown = CHARTS["who_pays"].draw(priced).data
        assert {"K_state", "K5", "K7"} <= set(shown["part"]), "no bearer of nothing"
        assert {"K1_fence", OTHER_ITEMS} <= set(shown["part"])

    def test_its_title_never_tells_a_cost_without_who_is_without_access(
        self, priced: StoredResults
    ) -> None:
        chart = CHARTS["who_pays"].draw(priced)
        assert text_problems(chart.figure) == []
        for sentence in chart.title.split("; "):
            assert "people without access to asylum" in sentence

    def test_its_title_has_no_more_digits_than_its_numbers(self, priced: StoredResults) -> None:
        """Runs that cost 111 and 333 million on average cost 222, which is known to be some 220."""
        halves = pl.when(pl.col("state_of_world") == 0).then(0.5).otherwise(1.5)
        whole = pl.when(pl.col("indicator") == WHOLE).then(222e6).otherwise(pl.col("value"))
        spread = priced.indicators.with_columns(value=whole * halves)
        wide = replace(priced, frames=StoredTables({**priced.frames, "indicators": spread}))
        chart = CHARTS["who_pays"].draw(wide)
        assert "EUR 220 million under" in chart.title
        assert "222" not in chart.title

    def test_the_items_are_those_of_the_model(self) -> None:
        """The items are K1's but for reception, of which K4 has the whole year."""
        of_state = {name for name in INDICATORS if name.startswith("K1_")}
        assert set(ITEMS) == {*of_state - {"K1_reception"}, "K4"}

    def test_results_without_costs_say_so(self, tiny: StoredResults) -> None:
        assert "not recorded" in CHARTS["who_pays"].draw(tiny).title


class TestAxes:
    @pytest.mark.parametrize("name", ["fan", "heat_map", "closure_calendar", "utilisation"])
    def test_days_begin_shortly_before_something_happens(self, tmp_path: Path, name: str) -> None:
        """People come from the fortieth of sixty days on, and nothing was counted or closed."""
        content = synthetic.frames(policies=1, crossings=2, days=60, runs=2)
        late = START + timedelta(days=40)
        content["daily"] = content["daily"].filter(pl.col("date") >= late)
        content["observed"] = content["observed"].clear()
        content["access"] = content["access"].filter(pl.col("access") == "open")
        content["access"] = content["access"].with_columns(
            begins=pl.lit(at(0)),
            ends=pl.lit(f"{START + timedelta(days=60)}T00:00+02:00"),
        )
        results = write_results(tmp_path / "run", **content)
        shown = shown_days(results)
        assert shown.start == 37
        chart = CHARTS[name].draw(results)
        widths = {round(float(np.ptp(axes.get_xlim()))) for axes in chart.figure.axes}
        assert shown.stop - shown.start in widths
        assert 60 not in widths
        assert "shown: 8 Oct 2023 to " in chart.subtitle

    def test_a_few_people_in_a_few_runs_are_no_reason_to_begin(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=1, crossings=1, days=60, runs=4)
        rows = [
            (0, 5, 1.0),
            *((run, day, 100.0) for run in range(4) for day in range(30, 60)),
        ]
        content["daily"] = pl.DataFrame(
            [
                (
                    "historical",
                    run,
                    0,
                    START + timedelta(days=day),
                    "c00",
                    series,
                    people,
                )
                for run, day, people in rows
                for series in ("arrivals", "waiting")
            ],
            schema=content["daily"].schema,
            orient="row",
        )
        content["observed"] = content["observed"].clear()
        content["access"] = content["access"].clear()
        assert shown_days(write_results(tmp_path / "run", **content)) == slice(27, 60)


class TestFirstSection:
    """What speaks against the model stands where the answer is, with its number."""

    def learned(self, folder: Path, rows: list[tuple[str, float]]) -> list[str]:
        content = synthetic.frames(policies=1, crossings=1, days=DAYS, runs=2)
        schema = content["learning"].schema
        content["learning"] = pl.DataFrame(
            [
                {"indicator": name, "about": f"x{k}", "value": value, "unit": "1"}
                for k, (name, value) in enumerate(rows)
            ],
            schema=schema,
        )
        return shortcomings(write_results(folder, **content))

    def test_a_model_worse_than_yesterdays_count_says_so(self, tmp_path: Path) -> None:
        (said,) = self.learned(tmp_path / "run", [("L3", -0.26)])
        assert "worse than yesterday's count" in said
        assert "−0.26" in said
        content = synthetic.frames(policies=1, crossings=1, days=DAYS, runs=2)
        row = {"indicator": "L3", "about": "x", "value": -0.26, "unit": "1"}
        content["learning"] = pl.DataFrame([row], schema=content["learning"].schema)
        page = render_report(write_results(tmp_path / "page", **content), [])
        first, _ = page.split("<nav")
        assert "−0.26" in first

    def test_a_better_one_is_not_boasted_of(self, tmp_path: Path) -> None:
        assert self.learned(tmp_path / "run", [("L3", 0.3), ("L1", 0.4)]) == []

    def test_parameters_that_counts_say_nothing_of_are_counted(self, tmp_path: Path) -> None:
        rows = [("L1", 0.5), ("L1", 0.95), ("L1", 0.99)]
        (said,) = self.learned(tmp_path / "run", rows)
        assert "about 1 of 3 uncertain parameters" in said
