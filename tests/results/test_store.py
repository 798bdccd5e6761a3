"""Results on disk: what goes in comes out, the same bytes each time, and damage is reported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.errors import ResultsError
from sim.results.store import read_results, write_results
from sim.results.tables import daily_summary
from sim.results.tables.daily_summary import summarise_daily
from tests.report.synthetic import frames

TABLES = (
    "indicators.csv",
    "by_class.parquet",
    "by_state.csv",
    "exposure.parquet",
    "flows.parquet",
    "journeys.parquet",
    "ledger.csv",
    "daily.parquet",
    "daily_by_origin.parquet",
    "daily_summary.csv",
    "states_of_world.csv",
    "access.csv",
    "observed.csv",
    "learning.csv",
    "variance.csv",
)


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}


class TestRoundTrip:
    def test_frames_come_back_as_they_went_in(self, tmp_path: Path) -> None:
        content = frames(states=2)
        stored = write_results(tmp_path / "run", **content)
        keys = {
            "indicators": ["policy", "state_of_world", "replicate", "indicator"],
            "daily": ["policy", "state_of_world", "date", "crossing", "series"],
            "daily_by_origin": ["policy", "state_of_world", "date", "crossing", "origin"],
            "access": ["policy", "state_of_world", "replicate", "crossing", "begins"],
            "observed": ["period_start", "period_end", "place", "series", "origin"],
            "by_class": ["policy", "state_of_world", "replicate", "indicator", "class"],
            "by_state": ["policy", "state_of_world", "replicate", "state", "indicator"],
            "learning": ["indicator", "about"],
        }
        for name, by in keys.items():
            back = getattr(stored, name).sort(by)
            assert_frame_equal(back, content[name].sort(by), check_dtypes=False, check_exact=True)

    def test_every_float_reads_back_exactly(self, tmp_path: Path) -> None:
        content = frames(runs=3)
        values = [0.1 + 0.2, 1e-300, 123456789.12345679]
        content["states_of_world"] = content["states_of_world"].with_columns(
            demand_factor=pl.Series(values)
        )
        stored = write_results(tmp_path / "run", **content)
        assert stored.states_of_world["demand_factor"].to_list() == values

    def test_manifest_comes_back_with_the_list_of_files(self, tmp_path: Path) -> None:
        content = frames()
        stored = write_results(tmp_path / "run", **content)
        files = stored.manifest["files"]
        assert {**content["manifest"], "files": files} == stored.manifest
        assert {entry["name"]: entry["sha256"] for entry in files} == digests(tmp_path / "run")

    def test_rows_follow_the_order_of_the_manifest(self, tmp_path: Path) -> None:
        stored = write_results(tmp_path / "run", **frames(policies=4))
        order = stored.indicators["policy"].unique(maintain_order=True).to_list()
        assert order == ["historical", "open", "closed", "exception"]

    def test_zeros_are_left_out_and_missing_values_stay_missing(self, tmp_path: Path) -> None:
        content = frames(runs=2)
        zero = content["daily"].head(1).with_columns(value=pl.lit(0.0), crossing=pl.lit("c99"))
        content["daily"] = pl.concat([content["daily"], zero])
        gone = pl.when(pl.col("state_of_world") == 1).then(float("nan")).otherwise(pl.col("value"))
        content["indicators"] = content["indicators"].with_columns(value=gone)
        stored = write_results(tmp_path / "run", **content)
        assert stored.daily.filter(crossing="c99").is_empty()
        assert stored.indicators.filter(state_of_world=1)["value"].null_count() == 30

    def test_observed_may_have_no_rows(self, tmp_path: Path) -> None:
        content = frames()
        content["observed"] = content["observed"].clear()
        assert write_results(tmp_path / "run", **content).observed.schema["period_start"] == pl.Date

    def test_states_follow_the_order_of_the_manifest(self, tmp_path: Path) -> None:
        stored = write_results(tmp_path / "run", **frames(states=2))
        assert stored.by_state["state"].unique(maintain_order=True).to_list() == [
            "upland",
            "lowland",
        ]

    def test_there_are_no_rows_by_state_where_there_is_one_border(self, tmp_path: Path) -> None:
        stored = write_results(tmp_path / "run", **frames())
        assert stored.by_state.is_empty()
        assert stored.by_state.schema["value"] == pl.Float64

    def test_manifest_is_a_crate(self, tmp_path: Path) -> None:
        write_results(tmp_path / "run", **frames())
        document = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
        entities = {entity["@id"]: entity for entity in document["@graph"]}
        assert entities["ro-crate-metadata.json"]["about"] == {"@id": "./"}
        assert {part["@id"] for part in entities["./"]["hasPart"]} == set(TABLES)
        assert all(entities[name]["@type"] == "File" for name in TABLES)


class TestDeterminism:
    def test_same_frames_same_bytes(self, tmp_path: Path) -> None:
        write_results(tmp_path / "one", **frames())
        write_results(tmp_path / "two", **frames())
        assert digests(tmp_path / "one") == digests(tmp_path / "two")

    def test_the_order_in_which_runs_finished_leaves_no_trace(self, tmp_path: Path) -> None:
        content = frames(states=2)
        write_results(tmp_path / "one", **content)
        for name in (
            "indicators",
            "by_state",
            "ledger",
            "daily",
            "states_of_world",
            "access",
            "observed",
        ):
            content[name] = content[name].sample(fraction=1, shuffle=True, seed=3)
        write_results(tmp_path / "two", **content)
        assert digests(tmp_path / "one") == digests(tmp_path / "two")


class TestInPlace:
    def test_results_of_ours_are_replaced_with_nothing_left_beside(self, tmp_path: Path) -> None:
        write_results(tmp_path / "run", **frames(policies=2))
        (tmp_path / "run" / "report.html").write_text("old", encoding="utf-8")
        stored = write_results(tmp_path / "run", **frames(policies=3))
        assert stored.indicators["policy"].n_unique() == 3
        assert not (tmp_path / "run" / "report.html").exists()
        assert [path.name for path in tmp_path.iterdir()] == ["run"]

    def test_an_empty_folder_is_used(self, tmp_path: Path) -> None:
        (tmp_path / "run").mkdir()
        write_results(tmp_path / "run", **frames(runs=2))

    def test_somebody_elses_folder_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
        with pytest.raises(ResultsError, match="left alone"):
            write_results(tmp_path, **frames(runs=2))
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]

    def test_a_folder_with_another_programs_manifest_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "manifest.json").write_text('{"name": "app"}', encoding="utf-8")
        with pytest.raises(ResultsError, match="left alone"):
            write_results(tmp_path, **frames(runs=2))

    def test_a_file_in_the_way_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "run").write_text("", encoding="utf-8")
        with pytest.raises(ResultsError, match="is not a folder"):
            write_results(tmp_path / "run", **frames(runs=2))

    def test_a_frame_without_a_column_writes_nothing(self, tmp_path: Path) -> None:
        content = frames(runs=2)
        content["ledger"] = content["ledger"].drop("persons")
        with pytest.raises(ResultsError, match=r"ledger\.csv.*persons"):
            write_results(tmp_path / "run", **content)
        assert list(tmp_path.iterdir()) == []


class TestDamage:
    @pytest.mark.parametrize("name", TABLES)
    def test_a_missing_file_is_named(self, tmp_path: Path, name: str) -> None:
        write_results(tmp_path / "run", **frames(runs=2))
        (tmp_path / "run" / name).unlink()
        with pytest.raises(ResultsError, match=rf"{name}: missing.*run the command again"):
            read_results(tmp_path / "run")

    @pytest.mark.parametrize("name", TABLES)
    def test_a_truncated_file_is_named(self, tmp_path: Path, name: str) -> None:
        write_results(tmp_path / "run", **frames(runs=2))
        path = tmp_path / "run" / name
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(ResultsError, match=f"{name}: cut short"):
            read_results(tmp_path / "run")

    def test_a_changed_number_is_found(self, tmp_path: Path) -> None:
        write_results(tmp_path / "run", **frames(runs=2))
        path = tmp_path / "run" / "ledger.csv"
        path.write_bytes(path.read_bytes().replace(b"L2,5", b"L2,6", 1))
        with pytest.raises(ResultsError, match=r"ledger\.csv: changed"):
            read_results(tmp_path / "run")

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("{", "damaged"),
            ("[]", "not a rajasim manifest"),
            ('{"rajasim": {"files": [], "format_version": 99}}', "format version 99"),
        ],
    )
    def test_a_damaged_manifest_is_reported(self, tmp_path: Path, text: str, says: str) -> None:
        write_results(tmp_path / "run", **frames(runs=2))
        (tmp_path / "run" / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(ResultsError, match=says):
            read_results(tmp_path / "run")

    def test_a_folder_without_manifest_is_not_results(self, tmp_path: Path) -> None:
        with pytest.raises(ResultsError, match="is not a results folder"):
            read_results(tmp_path)

    def test_a_state_that_the_manifest_does_not_name_is_found(self, tmp_path: Path) -> None:
        content = frames(runs=2, states=2)
        del content["manifest"]["states"][1]
        with pytest.raises(ResultsError, match=r"by_state\.csv: there is no state 'lowland'"):
            write_results(tmp_path / "run", **content)


class Source:
    """Daily rows in two parts, which runs of a policy may not straddle."""

    def __init__(self, daily: pl.DataFrame) -> None:
        self.daily = daily

    def parts(self, table: str, policy: str | None = None) -> Iterator[pl.LazyFrame]:
        assert table == "daily"
        rows = self.daily if policy is None else self.daily.filter(policy=policy)
        for first in (True, False):
            yield rows.lazy().filter((pl.col("state_of_world") == 0) == first)


class TestSummary:
    """All series and days at a time, or each alone: the same."""

    DAYS = (date(2023, 11, 1), date(2023, 11, 2))

    @pytest.fixture(autouse=True, params=["together", "a series", "rows of a day", "a day"])
    def _at_a_time(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        if request.param == "a day":
            monkeypatch.setattr(daily_summary, "MOST_BLOCK_BYTES", 1)
        if request.param in ("a series", "rows of a day"):
            monkeypatch.setattr(daily_summary, "MOST_ROWS", 4 if request.param == "a series" else 1)

    def daily(self, rows: list[tuple[int, date, str, float]]) -> pl.DataFrame:
        full = [
            ("open", state_of_world, 0, day, place, "waiting", x)
            for state_of_world, day, place, x in rows
        ]
        columns = ["policy", "state_of_world", "replicate", "date", "crossing", "series", "value"]
        return pl.DataFrame(full, schema=columns, orient="row")

    def test_rows_left_out_count_as_zeros(self) -> None:
        daily = self.daily([(0, self.DAYS[0], "A", 8.0), (1, self.DAYS[0], "A", 4.0)])
        (summary,) = summarise_daily(Source(daily), policies=["open"], dates=self.DAYS, runs=4)
        (first,) = summary.filter(crossing="A").rows(named=True)
        assert first["date"] == self.DAYS[0]  # the second day is zero in every run: left out
        assert first["mean"] == 3.0
        assert (first["q25"], first["q50"], first["q75"]) == (0.0, 2.0, 5.0)  # of 0, 0, 4, 8

    def test_total_is_the_sum_of_each_run_not_the_sum_of_quantiles(self) -> None:
        daily = self.daily([(0, self.DAYS[0], "A", 10.0), (1, self.DAYS[0], "B", 10.0)])
        (summary,) = summarise_daily(Source(daily), policies=["open"], dates=self.DAYS[:1], runs=2)
        medians = dict(summary.select("crossing", "q50").rows())
        assert medians == {"A": 5.0, "B": 5.0, "total": 10.0}

    def test_each_series_numbers_its_own_runs_and_keeps_totals_that_are_given(self) -> None:
        """Runs in which it is zero come last; of "waiting" the total is 7, whatever its parts."""
        day = self.DAYS[0]
        rows = [(2, day, "B", 5.0), (0, day, "A", 3.0), (0, day, "total", 7.0), (1, day, "A", 1.0)]
        waiting = self.daily(rows)
        other = self.daily([(1, day, "A", 2.0), (1, day, "B", 4.0)]).with_columns(
            series=pl.lit("arrivals")
        )
        daily = pl.concat([waiting, other])
        (summary,) = summarise_daily(Source(daily), policies=["open"], dates=self.DAYS, runs=3)
        means = {
            (series, place): mean
            for series, place, mean in summary.select("series", "crossing", "mean").rows()
        }
        assert means == {
            ("waiting", "A"): pytest.approx(4.0 / 3.0),
            ("waiting", "B"): pytest.approx(5.0 / 3.0),
            ("waiting", "total"): pytest.approx(7.0 / 3.0),
            ("arrivals", "A"): pytest.approx(2.0 / 3.0),
            ("arrivals", "B"): pytest.approx(4.0 / 3.0),
            ("arrivals", "total"): pytest.approx(2.0),
        }

    def test_a_policy_in_which_all_is_zero_has_no_rows(self) -> None:
        daily = self.daily([(0, self.DAYS[0], "A", 1.0)])
        of_open, of_closed = summarise_daily(
            Source(daily), policies=["open", "closed"], dates=self.DAYS, runs=1
        )
        assert of_open["policy"].unique().to_list() == ["open"]
        assert of_closed.is_empty()
