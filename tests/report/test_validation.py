"""Validation, against bands worked out by hand."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.report.analysis.coverage import observed
from sim.report.analysis.crossing_days import PlaceCounts, crossing_days
from sim.report.analysis.observed_totals import (
    Counted,
    observed_counts,
    observed_rates,
    observed_totals,
)
from sim.report.analysis.trust_words import coverage_words
from sim.report.charts import fan, validation
from sim.report.drawing.chart import Chart
from sim.report.drawing.layout import text_problems
from sim.results.store import write_results
from sim.scenario.counted_periods import Count
from tests.report import synthetic, synthetic_border
from tests.report.synthetic_border import START

COUNTS = (20.0, 35.0, 38.0, 60.0)


def content() -> dict[str, Any]:
    """Five states with 0, 10, 20, 30, 40 arrivals on each of four days that were counted.

    So the bands of 50, 80 and 95 % of runs are 10 to 30, 4 to 36 and 1 to 39.
    """
    made = synthetic.frames(policies=1, crossings=2, days=10, runs=5)
    days = [START + timedelta(days=k) for k in range(2, 6)]
    made["daily"] = pl.DataFrame(
        [
            ("historical", state_of_world, 0, day, "c00", "arrivals", 10.0 * state_of_world)
            for state_of_world in range(1, 5)
            for day in days
        ],
        schema=made["daily"].columns,
        orient="row",
    )
    made["observed"] = synthetic.counts(days, COUNTS, low=COUNTS, high=COUNTS)
    return made


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Chart:
    """The chart of these results."""
    return validation.draw(write_results(tmp_path_factory.mktemp("counted") / "run", **content()))


def words(chart: Chart) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in chart.figure.texts)


class TestObserved:
    def test_coverage_by_hand(self, counted: Chart) -> None:
        assert counted.title.startswith(
            "Too low on 3 of 4 observed days: 153 people counted, 80 in the median run. "
        )
        assert (
            "of 4: 50 %: 1 (expected 2.0); 80 %: 2 (expected 3.2); 95 %: 3 (expected 3.8)"
            in counted.alt
        )

    def test_ranks_by_hand(self, counted: Chart) -> None:
        below = counted.data.filter(part="observed")["share_of_runs_below"].to_list()
        assert below == [0.5, 0.8, 0.8, 1.0]  # a tie counts half
        assert "Above one half on 3 days, below on 0" in counted.alt

    def test_it_says_that_the_counts_were_known(self, counted: Chart) -> None:
        assert (
            "known when the model was set up, so this is no test of forecasts" in counted.subtitle
        )

    def test_a_day_with_only_a_range_is_drawn_and_not_counted(self, tmp_path: Path) -> None:
        made = content()
        made["observed"] = made["observed"].with_columns(
            count=pl.when(pl.col("count") == 60).then(None).otherwise(pl.col("count"))
        )
        chart = validation.draw(write_results(tmp_path / "run", **made))
        assert chart.title.startswith("Too low on 2 of 3 observed days: 93 people counted, 60 in")
        assert chart.data.filter(part="observed").height == 4

    def test_crossings_have_their_panels_and_sums_stand_in_for_a_total(
        self, tmp_path: Path
    ) -> None:
        made = content()
        counts = made["observed"]
        made["observed"] = pl.concat(
            [
                counts.with_columns(place=pl.lit("c00"), low=pl.lit(None, pl.Float64)),
                counts.with_columns(place=pl.lit("c01"), count=1.0, low=0.0, high=2.0),
            ]
        )
        rows = validation.draw(write_results(tmp_path / "run", **made)).data
        observations = rows.filter(part="observed")
        assert observations.filter(place="total")["count"].to_list() == [21, 36, 39, 61]
        assert observations.filter(place="total")["low"].to_list() == [20, 35, 38, 60]
        assert observations.filter(place="c01")["q975"].to_list() == [0, 0, 0, 0]

    def test_crossings_counted_together_stand_against_their_sum(self, tmp_path: Path) -> None:
        made = content()
        made["manifest"]["areas"] = [{"id": "south", "name": "South", "crossings": ["c00", "c01"]}]
        more = made["daily"].with_columns(crossing=pl.lit("c01"), value=2 * pl.col("value"))
        made["daily"] = pl.concat([made["daily"], more])
        other = made["observed"].with_columns(place=pl.lit("south"))
        made["observed"] = pl.concat([made["observed"], other])
        chart = validation.draw(write_results(tmp_path / "run", **made))
        rows = chart.data.filter(part="observed", place="south")
        assert rows["count"].to_list() == list(COUNTS)
        assert rows["q50"].to_list() == [60, 60, 60, 60]
        assert "South" in words(chart)
        assert text_problems(chart.figure) == []

    def test_counts_of_an_origin_stand_against_its_people(self, tmp_path: Path) -> None:
        """A quarter of those who came were from Syria; the panel is beside that of everybody."""
        made = content()
        mine = synthetic.by_origin(made["daily"])
        made["daily_by_origin"] = mine.with_columns(pl.col("value") / 4)
        of_origin = made["observed"].with_columns(
            place=pl.lit("c00"), origin=pl.lit("syria"), count=7.0, low=7.0, high=7.0
        )
        made["observed"] = pl.concat([made["observed"], of_origin], how="vertical_relaxed")
        chart = validation.draw(write_results(tmp_path / "run", **made))
        rows = chart.data.filter(part="observed", origin="syria")
        assert rows["count"].to_list() == [7.0] * 4
        assert rows["q50"].to_list() == [5.0] * 4
        assert f"{synthetic_border.place(0)}: Syria" in words(chart)
        assert "not modelled" not in chart.alt
        assert chart.title.startswith("Too low on 3 of 4 observed days: 153 people counted, 80 in")
        assert text_problems(chart.figure) == []

    def test_where_only_origins_were_counted_the_title_is_of_them(self, tmp_path: Path) -> None:
        made = content()
        mine = synthetic.by_origin(made["daily"])
        made["daily_by_origin"] = mine.with_columns(pl.col("value") / 4)
        made["observed"] = made["observed"].with_columns(origin=pl.lit("syria"))
        chart = validation.draw(write_results(tmp_path / "run", **made))
        assert chart.title.startswith("Too low on 4 of 4 observed days: 153 people counted, 20 in")
        assert "All crossings: Syria" in words(chart)

    def test_where_there_is_no_total_nobody_is_counted_twice(self, tmp_path: Path) -> None:
        """On the first two days a crossing of the area was counted alone too."""
        made = content()
        made["manifest"]["areas"] = [{"id": "south", "name": "South", "crossings": ["c00", "c01"]}]
        area = made["observed"].with_columns(place=pl.lit("south"), count=9.0, low=8.0, high=9.0)
        alone = area.with_columns(place=pl.lit("c00"), count=4.0).head(2)
        made["observed"] = pl.concat([area, alone])
        results = write_results(tmp_path / "run", **made)
        assert [each.per_day for each in observed_rates(results)] == [9, 9, 9, 9]

    def test_a_total_stands_only_where_every_crossing_was_counted(self, tmp_path: Path) -> None:
        """Counts at one crossing were once compared with simulated arrivals at both."""
        made = content()
        counts = made["observed"].with_columns(
            pl.lit(None, pl.Float64).alias("low"), pl.lit(None, pl.Float64).alias("high")
        )
        one = counts.with_columns(place=pl.lit("c00"))
        other = one.with_columns(place=pl.lit("c01"), count=1.0).head(1)
        made["observed"] = pl.concat([one, other])
        results = write_results(tmp_path / "run", **made)
        day = START + timedelta(days=2)
        assert observed_totals(results, observed_counts(results)) == [
            Count(day, day, 21.0, None, None)
        ]
        made["observed"] = one
        results = write_results(tmp_path / "one", **made)
        assert observed_rates(results) == []
        chart = validation.draw(results)
        assert chart.title.startswith("Too low on 3 of 4 observed days: 153 people counted")
        assert "No day has a count of every crossing" in words(chart)
        assert "No day has a count of every crossing" in chart.alt
        total = chart.data.filter(part="observed", place="total")
        assert total["count"].is_null().all()
        assert text_problems(chart.figure) == []

    def test_a_count_of_nobody_is_a_count(self, tmp_path: Path) -> None:
        """A closed crossing's zeros without a range were once dropped, and the totals with them."""
        made = content()
        counts = made["observed"].with_columns(
            pl.lit(None, pl.Float64).alias("low"), pl.lit(None, pl.Float64).alias("high")
        )
        closed = counts.with_columns(place=pl.lit("c00"), count=0.0)
        made["observed"] = pl.concat([closed, counts.with_columns(place=pl.lit("c01"))])
        results = write_results(tmp_path / "run", **made)
        assert len(observed_counts(results)[Counted("c00", "arrivals")]) == len(COUNTS)
        assert [each.per_day for each in observed_rates(results)] == list(COUNTS)

    def test_a_railway_crossing_need_not_be_counted(self, tmp_path: Path) -> None:
        made = content()
        made["observed"] = made["observed"].with_columns(place=pl.lit("c00"))
        (place,) = (each for each in made["manifest"]["places"] if each["id"] == "c01")
        place["kind"] = "rail"
        results = write_results(tmp_path / "run", **made)
        assert [each.per_day for each in observed_rates(results)] == list(COUNTS)

    def test_without_counts_it_says_so(self, tmp_path: Path) -> None:
        made = content()
        made["observed"] = made["observed"].clear()
        chart = validation.draw(write_results(tmp_path / "run", **made))
        assert chart.title.startswith("There are no counts to compare the model with.")
        assert "This scenario has no observed counts." in words(chart)
        assert text_problems(chart.figure) == []


class TestCrossingDays:
    """Counts of nobody are apart from counts of people, and no test where nobody could come."""

    def made(self) -> dict[str, Any]:
        """Two days with people at c00 and two without; nobody at c01, which is closed on two."""
        made = content()
        days = [START + timedelta(days=k) for k in range(2, 6)]
        made["observed"] = pl.concat(
            [
                synthetic.counts(days, [0.0, 20.0, 60.0, 0.0], place="c00"),
                synthetic.counts(days, [0.0] * 4, place="c01"),
            ]
        )
        shut = START + timedelta(days=4)
        made["access"] = made["access"].filter(crossing="c00").with_columns(access=pl.lit("open"))
        made["access"] = pl.concat(
            [
                made["access"],
                made["access"]
                .with_columns(
                    crossing=pl.lit("c01"),
                    begins=pl.lit(f"{START}T00:00:00+03:00"),
                    ends=pl.lit(f"{shut}T00:00:00+03:00"),
                )
                .unique(maintain_order=True),
                made["access"]
                .with_columns(
                    crossing=pl.lit("c01"),
                    begins=pl.lit(f"{shut}T00:00:00+03:00"),
                    access=pl.lit("closed"),
                )
                .tail(1),
            ]
        ).unique(maintain_order=True)
        return made

    def found(self, made: dict[str, Any], folder: Path) -> list[PlaceCounts]:
        counts = observed(write_results(folder, **made))
        assert counts is not None
        return crossing_days(counts)

    def test_people_and_nobody_are_counted_apart(self, tmp_path: Path) -> None:
        """From the fourth of September on; c01 was closed from the fifth."""
        near, far = self.found(self.made(), tmp_path / "run")
        assert (len(near.with_people), near.inside(near.with_people)) == (2, 1)
        assert (len(near.empty), near.inside(near.empty)) == (1, 0), "the model has people there"
        assert (len(far.with_people), len(far.empty), far.inside(far.empty)) == (0, 1, 1)
        assert list(coverage_words([near, far])) == [
            "Of crossing-days with people, 1 of 2 lie in the band of 80 % of runs.",
            "Of empty ones, 1 of 2 do, which says little: a model in which nobody comes would "
            "get them all right.",
        ]

    def test_the_words_are_in_the_chart(self, tmp_path: Path) -> None:
        chart = validation.draw(write_results(tmp_path / "run", **self.made()))
        assert "Of crossing-days with people, 1 of 2" in words(chart)
        assert "Of crossing-days with people, 1 of 2" in chart.alt
        assert "80 % band: 0 of 1 empty" in words(chart)
        assert "80 % band: 1 of 1 empty" in words(chart)
        assert text_problems(chart.figure) == []

    def test_what_panels_say_adds_up_to_what_the_title_says(self, tmp_path: Path) -> None:
        """Panels once counted days before anybody came, and on which a crossing was closed."""
        said = words(validation.draw(write_results(tmp_path / "run", **self.made())))
        panels = re.findall(r"80 % band: (\d+) of (\d+) (with people|empty)", said)
        in_all = {
            kind: [sum(int(row[k]) for row in panels if row[2] == kind) for k in (0, 1)]
            for kind in ("with people", "empty")
        }
        title = re.findall(r"with people, (\d+) of (\d+) lie|empty ones, (\d+) of (\d+) do", said)
        assert in_all["with people"] == [int(each) for each in title[0][:2]]
        assert in_all["empty"] == [int(each) for each in title[1][2:]]

    def test_an_area_stands_for_itself_unless_its_crossings_tell_it(self, tmp_path: Path) -> None:
        made = self.made()
        made["manifest"]["areas"] = [{"id": "south", "name": "South", "crossings": ["c00", "c01"]}]
        days = [START + timedelta(days=k) for k in (5, 6)]
        area = synthetic.counts(days, [3.0, 4.0], place="south")
        made["observed"] = pl.concat([made["observed"], area])
        *_, south = self.found(made, tmp_path / "run")
        assert (south.counts.place, len(south.with_people)) == ("south", 1)


class TestPeriods:
    """Weeks and longer: the model's days are added up before anything is compared."""

    def weekly(self) -> dict[str, Any]:
        """Five states with 0, 10, 20, 30, 40 arrivals a day of both weeks, 2 to 15 September."""
        made = synthetic.frames(policies=1, crossings=2, days=20, runs=5)
        days = [START + timedelta(days=k) for k in range(1, 15)]
        made["daily"] = pl.DataFrame(
            [
                ("historical", state, 0, day, "c00", series, 10.0 * state)
                for state in range(1, 5)
                for day in days
                for series in ("arrivals", "waiting")
            ],
            schema=made["daily"].columns,
            orient="row",
        )
        made["observed"] = synthetic.counts([days[0], days[7]], [140.0, 300.0], days=7)
        return made

    def test_weeks_stand_against_weeks(self, tmp_path: Path) -> None:
        """In a week the runs have 0, 70, 140, 210, 280: the band of 80 % is 28 to 252."""
        results = write_results(tmp_path / "run", **self.weekly())
        chart = validation.draw(results)
        rows = chart.data.filter(part="observed", place="total")
        assert rows["period_end"].to_list() == [date(2023, 9, 8), date(2023, 9, 15)]
        assert rows["q50"].to_list() == [140, 140]
        assert rows["q10"].to_list() == pytest.approx([28, 28])
        assert rows["share_of_runs_below"].to_list() == [0.5, 1.0]
        assert chart.title.startswith(
            "Too low for 1 of 2 counts: 440 people counted, 280 in the median run"
        )
        assert "Observed periods inside each band, of 2" in chart.alt
        assert "A bar is a count over several days" in chart.subtitle
        assert text_problems(chart.figure) == []
        assert [each.per_day for each in observed_rates(results)] == [20.0, 300 / 7]
        shown = fan.draw(results)
        assert "a bar is the mean a day over several days" in shown.subtitle

    def test_a_week_is_known_where_its_days_are(self, tmp_path: Path) -> None:
        """One crossing was counted by week, the other by day, but for the last day of a week."""
        made = self.weekly()
        week = made["observed"].with_columns(place=pl.lit("c00"))
        days = [START + timedelta(days=k) for k in range(1, 14)]
        other = synthetic.counts(days, [1.0] * 13, place="c01")
        made["observed"] = pl.concat([week, other])
        results = write_results(tmp_path / "run", **made)
        (total,) = observed_totals(results, observed_counts(results))
        assert (total.period_start, total.period_end, total.count) == (days[0], days[6], 147.0)

    def test_other_series_have_panels_and_what_is_not_modelled_is_told(
        self, tmp_path: Path
    ) -> None:
        made = self.weekly()
        start = START + timedelta(days=1)
        last = start + timedelta(days=6)
        of_origin = synthetic.counts([last], [9.0], series="waiting", place="c00")
        of_origin = of_origin.with_columns(origin=pl.lit("syria"))
        made["observed"] = pl.concat(
            [
                made["observed"],
                synthetic.counts([last], [25.0], series="waiting", place="c00"),
                synthetic.counts([start], [3.0], days=7, series="detained"),
                of_origin,
            ],
            how="vertical_relaxed",
        )
        chart = validation.draw(write_results(tmp_path / "run", **made))
        rows = chart.data.filter(part="observed", series="waiting").drop_nulls("count")
        assert rows["period_start"].to_list() == [date(2023, 9, 8)]
        assert rows["q50"].to_list() == [20.0]
        assert "People waiting" in words(chart)
        assert "not modelled: detained (1); people waiting by origin (1)." in chart.alt
        assert "not modelled" in words(chart)
        assert text_problems(chart.figure) == []

    def test_of_a_week_and_its_days_the_usual_is_compared(self, tmp_path: Path) -> None:
        made = self.weekly()
        day = synthetic.counts([START + timedelta(days=3)], [30.0])
        made["observed"] = pl.concat([made["observed"], day])
        chart = validation.draw(write_results(tmp_path / "run", **made))
        assert chart.title.startswith("Too low for 1 of 2 counts")
