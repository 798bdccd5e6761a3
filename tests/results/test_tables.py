"""A table is one record: what is written, packed, read and documented follows from it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from docs.results.build import PAGE, page
from sim import compare, load_scenario, open_results
from sim.outcomes.run_record import RunRecord
from sim.results.tables import TABLES
from sim.results.tables.record import CROSSING, RUN, RUN_KEYS, Column, Rows, Table
from sim.scenario import TEMPLATE
from sim.study.partial_results import PartialResults


def _rows(run: RunRecord) -> Rows:
    arrivals = run.daily_arrivals.sum(axis=0)
    return {"crossing": run.crossing_places, "most": arrivals, "mean": arrivals / 2.0}


ADDED = Table(
    "arrivals_by_crossing",
    "arrivals_by_crossing.csv",
    "a policy, a run, a crossing",
    "Arrivals of a whole run by crossing.",
    (
        *RUN,
        CROSSING,
        Column("most", pl.Int64, "arrivals of the whole run", "persons"),
        Column("mean", pl.Float64, "half of them", "persons"),
    ),
    (*RUN_KEYS, "crossing"),
    of_run=_rows,
)


@pytest.fixture
def with_one_more(monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setitem(TABLES, ADDED.name, ADDED)
    return ADDED


def test_the_page_is_what_the_records_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text, TABLES) == text, "make results-page"


def test_every_table_has_one_source_and_keys_among_its_columns() -> None:
    for name, table in TABLES.items():
        assert name == table.name
        assert sum(map(bool, (table.of_run, table.of_study, table.of_tables))) == 1
        if table.of_run:  # rows of a run are written as it comes, policy by policy
            assert table.keys[: len(RUN_KEYS)] == RUN_KEYS
        assert {*table.keys} <= {*table.schema}
        assert all(column.meaning for column in table.columns)
    assert len({table.file for table in TABLES.values()}) == len(TABLES)


def test_one_more_table_is_one_record(with_one_more: Table, tmp_path: Path) -> None:
    """It is computed, stored, listed, read back and documented; nothing else knows of it."""
    scenario = load_scenario(TEMPLATE / "scenario.yaml")
    made = compare(scenario, ["open", "near-closed"], replicates=3, out=tmp_path / "out").results
    stored = open_results(tmp_path / "out").results
    back = stored.arrivals_by_crossing
    assert back.equals(made.arrivals_by_crossing)
    assert back.columns == [column.name for column in with_one_more.columns]
    by_run = back.group_by(RUN_KEYS).agg(pl.col("most").sum())
    arrivals = stored.indicators.filter(indicator="O1").join(by_run, on=RUN_KEYS)
    assert arrivals["most"].to_list() == arrivals["value"].to_list()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    (listed,) = (
        each for each in manifest["rajasim"]["files"] if each["name"] == with_one_more.file
    )
    assert listed["holds"] == with_one_more.holds
    assert f"### `{with_one_more.file}`" in page(PAGE.read_text(encoding="utf-8"), TABLES)


def test_one_more_table_is_kept_with_partial_results(
    with_one_more: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = load_scenario(TEMPLATE / "scenario.yaml")
    folder = tmp_path / "out"
    with monkeypatch.context() as kept:
        kept.setattr(PartialResults, "discard", lambda _: None)
        run_id = compare(scenario, ["open"], replicates=3, out=folder).results.manifest["run_id"]
    batches = PartialResults(folder, run_id)
    (runs,) = batches.in_order()
    assert [run.state for run in runs] == [0, 1, 2]
    most = np.concatenate([run.rows[with_one_more.name]["most"] for run in runs])
    stored = open_results(folder).results.arrivals_by_crossing["most"]
    assert sorted(most.tolist()) == sorted(stored.to_list())
    batches.discard()


def test_stored_results_know_their_tables(with_one_more: Table, tmp_path: Path) -> None:
    scenario = load_scenario(TEMPLATE / "scenario.yaml")
    results = compare(scenario, ["open"], replicates=2, out=tmp_path / "out").results
    assert {*TABLES} <= {*dir(results)}
    with pytest.raises(AttributeError, match="no attribute 'arivals'"):
        _ = results.arivals
