"""Wholes and their parts in the report: without access by cause, cost by who bears it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sim.outcomes.indicators import INDICATORS
from sim.outcomes.rights import CAUSES
from sim.report.page.html_report import render_report
from sim.report.page.wholes import COST, WITHOUT_ACCESS, wholes
from sim.results.store import StoredResults, write_results
from tests.report import synthetic


def with_parts(folder: Path) -> StoredResults:
    """Two policies of three runs; the first part of a whole is 1 and a run's number, and so on."""
    content = synthetic.frames(policies=2, crossings=1, days=10, runs=3)
    manifest = content["manifest"]
    some = content["indicators"].filter(indicator="R4_without_access")
    frames = [content["indicators"].filter(pl.col("indicator") != "R4_without_access")]
    known = [e for e in manifest["indicators"] if e["id"] != "R4_without_access"]
    for names in (WITHOUT_ACCESS, COST):
        for k, name in enumerate(names):
            parts = len(names) - 1
            whole = pl.col("state_of_world") * parts + parts * (parts + 1) / 2
            value = whole if k == 0 else pl.col("state_of_world") + k
            indicator = pl.lit(name)
            frames.append(some.with_columns(indicator=indicator, value=value.cast(pl.Float64)))
            entry = INDICATORS[name]
            words = {"name": entry.name, "unit": entry.unit, "definition": entry.definition}
            known.append({**known[0], "id": name, **words})
    manifest["indicators"] = known
    content["indicators"] = pl.concat(frames)
    return write_results(folder, **content)


def test_the_parts_of_the_model_are_those_of_the_tables() -> None:
    assert set(WITHOUT_ACCESS) == {"R4_without_access", *CAUSES}
    assert {*WITHOUT_ACCESS, *COST} <= INDICATORS.keys()


def test_columns_after_the_first_sum_to_it(tmp_path: Path) -> None:
    results = with_parts(tmp_path)
    access, cost = wholes(results)
    assert access.caption == "Without access to asylum, persons"
    assert access.columns[:3] == (
        "Policy",
        "Without access to asylum",
        "Barred by the receiving state",
    )
    for whole in (access, cost):
        assert len(whole.rows) == 2
        for _, all_of_it, *parts in whole.rows:
            assert float(all_of_it) == sum(map(float, parts)) > 0.0
            assert parts == [str(k + 1) for k in range(1, len(parts) + 1)]


def test_they_stand_in_the_report(tmp_path: Path) -> None:
    page = render_report(with_parts(tmp_path), [])
    assert "Who is left without access, and what does it cost?" in page
    assert "Did not set out: nobody to follow" in page
    assert "the most common cause is" in page


def test_results_without_the_parts_have_no_such_table(tmp_path: Path) -> None:
    content = synthetic.frames(policies=2, crossings=1, days=10, runs=3)
    results = write_results(tmp_path, **content)
    assert wholes(results) == []
    assert "Who is left without access" not in render_report(results, [])
