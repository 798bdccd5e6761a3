"""A policy under which nobody comes: no mean of nobody, and no verdict on one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim import compare, load_scenario
from sim.outcomes.indicators import INDICATORS
from sim.report.page.comparison_table import TableRow, table_rows
from sim.report.page.wholes import COST, WITHOUT_ACCESS, wholes
from sim.results.store import StoredResults

# All numbers are made up: about 1.5 people in ten days come to one crossing.
SCENARIO = """
format_version: 1
name: one
title: One
summary: Next to nobody comes.
timezone: Europe/Helsinki
start: 2024-03-01T00:00+02:00
end: 2024-03-11T00:00+02:00
hubs:
  - {id: town, name: Town, lat: 62.0, lon: 31.0, source: made up}
crossings:
  - id: gate
    name: Gate
    lat: 62.0
    lon: 30.0
    modes: [car, bicycle]
    opening:
      - {hours: "08:00-20:00", source: made up}
    admission: {lanes: 1, service: {mean_min: 4, source: made up}, source: made up}
    registration:
      servers: 3
      servers_after_hours: 1
      service: {mean_min: 30, source: made up}
      source: made up
    warm_places: 10
    source: made up
roads:
  - {a: town, b: gate, km: 40, hours: 0.5, source: made up}
demand:
  steps:
    - {since: 2024-03-01T00:00+02:00, persons_per_d: 0.15, source: made up}
  origins:
    - {id: any, name: Any, share: 1, gateways: {town: 1}, source: made up}
hypotheses:
  H1:
    type: lets-through
    label: Lets people through
    opens: {default: 2024-03-01T00:00+02:00}
    source: made up
reference: open
policies:
  open: {type: open, label: Open, source: made up}
  nobody:
    type: carrier-measures
    label: Nobody sets out
    since: 2024-03-01T00:00+02:00
    share_that_still_sets_out: 0
    source: made up
"""
VERDICTS = {"better", "worse", "higher", "lower"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    folder = tmp_path_factory.mktemp("nobody")
    (folder / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    scenario = load_scenario(folder / "one.yaml")
    options: dict[str, Any] = {"policies": ["open", "nobody"], "replicates": 12}
    return compare(scenario, out=folder / "out", **options).results


def value(results: StoredResults, policy: str, name: str) -> pl.Series:
    rows = results.indicators.filter(policy=policy, indicator=name)
    return rows.sort("state_of_world", "replicate")["value"]


def test_a_share_of_nobody_is_missing_and_not_zero(results: StoredResults) -> None:
    """In some of the twelve states of the world nobody would come."""
    nobody = value(results, "open", "R4_intended") == 0.0
    assert 0 < nobody.sum() < 12
    share = value(results, "open", "R4_72h")
    assert (share.is_null() == nobody).all()
    assert share.max() == 100.0
    text = (Path(results.folder) / "indicators.csv").read_text(encoding="utf-8")
    assert ",R4_72h,%,\n" in text


def test_the_people_who_would_claim_are_the_same(results: StoredResults) -> None:
    both = [value(results, policy, "R4_intended") for policy in ("open", "nobody")]
    assert both[0].equals(both[1])
    kept = value(results, "nobody", "R4_carriers")
    assert kept.equals(both[1])
    assert value(results, "nobody", "R4_without_access").equals(kept)
    with_people = both[1] > 0.0
    assert (value(results, "nobody", "R4_72h").filter(with_people) == 0.0).all()


def test_of_people_who_came_everything_is_missing_or_zero(results: StoredResults) -> None:
    of_people = (
        "O1",
        "O2",
        "O5_attempts",
        "O9",
        "R1_person_days",
        "R2_cold",
        "R6",
        "R8",
        "R9",
        "K7",
    )
    left_out = results.manifest["not_modelled"]
    for name in of_people:
        found = value(results, "nobody", name)
        if INDICATORS[name].needs in left_out:
            assert found.is_null().all(), name
        else:
            assert found.null_count() == 0, name
            assert (found == 0.0).all(), name
    of_nobody = ("R1_mean", "R1_p95", "R1_max", "R1_post", "R5", "R11", "R12_gini", "K2", "Q3")
    for name in of_nobody:
        assert value(results, "nobody", name).is_null().all(), name


def test_what_nobody_has_a_value_for_gets_no_verdict(results: StoredResults) -> None:
    rows = [row for row in table_rows(results) if row.policy == "nobody"]
    known = {row.indicator: row for row in rows}
    assert known["R5"].value_text.startswith("–")
    assert known["R5"].word not in VERDICTS
    assert all(_is_sound(row) for row in rows)


def test_the_parts_sum_to_their_wholes_in_every_run(results: StoredResults) -> None:
    left_out = results.manifest["not_modelled"]
    for policy in ("open", "nobody"):
        for whole, *parts in (WITHOUT_ACCESS, COST):
            each = np.array([value(results, policy, name).to_numpy() for name in parts])
            missing = {name for name, of in zip(parts, each, strict=True) if np.isnan(of).all()}
            assert missing == {name for name in parts if INDICATORS[name].needs in left_out}
            assert np.nansum(each, axis=0) == pytest.approx(
                value(results, policy, whole).to_numpy()
            )
    assert [len(whole.rows) for whole in wholes(results)] == [2, 2]


def _is_sound(row: TableRow) -> bool:
    """A verdict only where both have values in some state of the world."""
    return row.change is None or len(row.change.differences) > 0 or row.word not in VERDICTS
