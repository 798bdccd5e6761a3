"""The alluvial chart: everybody is in it, once; who has no access is shown apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from matplotlib.patches import PathPatch

from sim.engine.codes import PersonState
from sim.engine.person_states import WITH_ACCESS
from sim.errors import ResultsError
from sim.report.analysis import endings, queries
from sim.report.charts import alluvial
from sim.report.charts.registry import CHARTS
from sim.report.drawing.chart import Chart
from sim.results.store import StoredResults, write_results
from sim.results.tables.journeys_table import BETWEEN_BORDERS
from tests.report import synthetic


def texts(chart: Chart) -> list[str]:
    return [text.get_text() for axes in chart.figure.axes for text in axes.texts]


def with_deterred(folder: Path, *, persons: float) -> StoredResults:
    """Two policies' journeys, and so many people in every run who were kept from setting out."""
    content = synthetic.frames(policies=2, crossings=1, days=10, runs=3)
    manifest = content["manifest"]
    manifest["indicators"].append({**manifest["indicators"][1], "id": queries.DID_NOT_SET_OUT[0]})
    one = content["indicators"].filter(indicator="R4_without_access")
    kept = one.with_columns(indicator=pl.lit(queries.DID_NOT_SET_OUT[0]), value=pl.lit(persons))
    content["indicators"] = pl.concat([content["indicators"], kept])
    return write_results(folder, **content)


class TestEndings:
    def test_every_state_has_one_plain_ending(self) -> None:
        states = Counter(state for ending in endings.ENDINGS for state in ending.states)
        assert states == Counter([*(state.name for state in PersonState), BETWEEN_BORDERS])

    def test_access_is_what_the_indicator_counts(self) -> None:
        states = {s for ending in endings.ENDINGS if ending.access for s in ending.states}
        assert states == {PersonState(state).name for state in WITH_ACCESS}

    def test_every_ending_has_words_of_its_own(self) -> None:
        words = {endings.ending_words(ending) for ending in endings.ENDINGS}
        assert len(words) == len(endings.ENDINGS)

    def test_an_unknown_state_is_refused_in_a_line(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=1, crossings=1, days=10, runs=1)
        content["journeys"] = content["journeys"].with_columns(state=pl.lit("VANISHED"))
        results = write_results(tmp_path / "run", **content)
        with pytest.raises(ResultsError, match=r"journeys\.parquet: there is no state 'VANISHED'"):
            CHARTS["alluvial"].draw(results)


class TestByHand:
    """One crossing and three runs.

    Under historical 7 registered in the mean, 1 moved on, 2 gave up, 2 elsewhere, 1 over the
    terrain border, 3 returned; under open one more moved on and one more gave up.
    """

    def test_title(self, tiny: StoredResults) -> None:
        assert CHARTS["alluvial"].draw(tiny).title == (
            "“Historical steps of autumn 2023”: 31 % of 16 people are left without access to "
            "asylum; “All crossings stay open”: 33 % of 18 people are left without access to asylum"
        )

    def test_people_at_both_ends(self, tiny: StoredResults) -> None:
        data = CHARTS["alluvial"].draw(tiny).data
        sums = data.group_by("policy").agg(pl.col("people").sum())
        assert dict(sums.rows()) == pytest.approx({"historical": 16.0, "open": 18.0})
        ends = data.filter(policy="historical").group_by("ending").agg(pl.col("people").sum())
        assert dict(ends.rows()) == pytest.approx(
            {"registered": 8.0, "elsewhere": 2.0, "terrain": 1.0, "gave_up": 2.0, "returned": 3.0}
        )

    def test_direct_labels(self, tiny: StoredResults) -> None:
        labels = texts(CHARTS["alluvial"].draw(tiny))
        historical = labels[: len(labels) // 2]
        assert historical[:3] == ["Rajajooseppi  12", "Terrain border  1", "Did not set out  3"]
        assert "Without access: 5 (31 %)" in historical
        assert "Registered or gone on: 11 (69 %)" in historical
        assert "registered  8" in historical

    def test_a_share_that_does_not_differ_clearly_is_said_so(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=1, days=10, runs=3)
        same = content["journeys"].filter(policy="historical")
        content["journeys"] = pl.concat([same, same.with_columns(policy=pl.lit("open"))])
        title = CHARTS["alluvial"].draw(write_results(tmp_path / "run", **content)).title
        assert title.endswith("; no clear difference")

    def test_who_is_kept_from_setting_out_has_no_access(self, tmp_path: Path) -> None:
        """Four more, so 9 of 20 people."""
        chart = CHARTS["alluvial"].draw(with_deterred(tmp_path / "run", persons=4.0))
        assert chart.title.startswith(
            "“Historical steps of autumn 2023”: 45 % of 20 people are left without access to asylum"
        )
        assert "kept from setting out  4" in texts(chart)


class TestWhatIsShown:
    def test_beside_the_reference_is_the_policy_that_differs_most(self, tmp_path: Path) -> None:
        """Policy p has 2 + p % 4 who give up and 1 + p % 3 who move on: most of the former at 3."""
        results = synthetic.results(tmp_path / "run", policies=4, crossings=4, days=10, runs=3)
        chart = CHARTS["alluvial"].draw(results)
        assert chart.data["policy"].unique(maintain_order=True).to_list() == [
            "historical",
            "exception",
        ]
        assert "of 3 other policies, the one whose endings differ most" in chart.subtitle

    def test_small_crossings_are_counted_together(self, tmp_path: Path) -> None:
        results = synthetic.results(tmp_path / "run", policies=1, crossings=20, days=10, runs=2)
        chart = CHARTS["alluvial"].draw(results)
        assert sum("other crossings" in text for text in texts(chart)) == 2
        assert any(text.startswith("14 other crossings") for text in texts(chart))
        assert chart.data["first_choice"].n_unique() == 22  # the data keep every place

    def test_the_key_has_what_is_drawn_and_no_more(
        self, tiny: StoredResults, tmp_path: Path
    ) -> None:
        kinds = ("registered", "gone on without registration", "without access to asylum")
        written = {text.get_text() for text in CHARTS["alluvial"].draw(tiny).figure.texts}
        assert written >= {*kinds}
        content = synthetic.frames(policies=2, crossings=1, days=10, runs=3)
        elsewhere = [
            s for e in endings.ENDINGS if alluvial._kind(e) == "elsewhere" for s in e.states
        ]
        content["journeys"] = content["journeys"].filter(~pl.col("state").is_in(elsewhere))
        chart = CHARTS["alluvial"].draw(write_results(tmp_path / "run", **content))
        written = {text.get_text() for text in chart.figure.texts}
        assert {*kinds} - written == {"gone on without registration"}

    def test_who_is_between_two_borders_is_said_to_be_there(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=1, days=10, runs=3, states=1)
        onward = pl.when(pl.col("state") == "SETTLED_TRANSIT").then(pl.lit("BETWEEN_BORDERS"))
        content["journeys"] = content["journeys"].with_columns(
            state=onward.otherwise(pl.col("state"))
        )
        results = write_results(tmp_path / "run", **content)
        chart = CHARTS["alluvial"].draw(results)
        assert "on the way between borders  2" in texts(chart)
        assert not any("in the transit state or on the way" in text for text in texts(chart))
        fan = CHARTS["fan"].draw(results)
        assert "in the transit state or on the way between borders under" in fan.subtitle
        heads = {text.get_text() for text in fan.figure.texts}
        assert "In the transit state or on the way between borders" in heads

    def test_without_access_is_hatched(self, tiny: StoredResults) -> None:
        chart = CHARTS["alluvial"].draw(tiny)
        ribbons = [
            patch
            for axes in chart.figure.axes
            for patch in axes.patches
            if isinstance(patch, PathPatch)
        ]
        hatches = {patch.get_hatch() for patch in ribbons if patch.get_hatch()}
        looks = [look.hatch for look in alluvial.RIBBON_STYLES.values()]
        assert hatches == {hatch for hatch in looks if hatch}
        assert len(set(looks)) == 3

    def test_nobody_sets_out(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=2, days=10, runs=2)
        content["journeys"] = content["journeys"].clear()
        chart = CHARTS["alluvial"].draw(write_results(tmp_path / "run", **content))
        assert chart.title == "No journeys under the reference are recorded"
