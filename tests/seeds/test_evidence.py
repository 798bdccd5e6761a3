"""Tables of Finland 2023: every row of every table, what is held back, and order in time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from .tables import DAILY, DAYS, FINLAND, SEEDS, TABLES, WITH_IDS, Row, read

LAST_COUNTED = "2023-11-23"
README = (SEEDS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_holds_what_its_column_promises(name: str) -> None:
    columns, rows = TABLES[name], read(name)
    assert rows
    wrong = [
        (number, column, row.get(column))
        for number, row in enumerate(rows, start=1)
        for column in columns.keys() | row.keys()
        if column not in columns or not columns[column](row.get(column) or "")
    ]
    assert wrong == []


@pytest.mark.parametrize("name", TABLES)
def test_columns_stand_in_the_documented_order(name: str) -> None:
    assert list(read(name)[0]) == list(TABLES[name])


def test_every_table_of_the_folder_is_checked() -> None:
    assert {path.name for path in FINLAND.glob("*.csv")} == set(TABLES)


def test_ids_are_unique() -> None:
    ids = Counter(row["id"] for name in WITH_IDS for row in read(name))
    assert [name for name, times in ids.items() if times > 1] == []


@pytest.mark.parametrize(
    ("name", "key"), [("crossings.csv", "crossing"), ("hubs.csv", "hub"), ("daily.csv", "crossing")]
)
def test_ids_end_in_the_key_that_they_stand_for(name: str, key: str) -> None:
    assert [row["id"] for row in read(name) if not row["id"].endswith(row[key])] == []


@pytest.mark.parametrize("name", TABLES)
def test_readme_names_the_file_and_every_column(name: str) -> None:
    sections = [part for part in README.split("\n### ") if f"`{name}`" in part.splitlines()[0]]
    assert len(sections) == 1
    assert [column for column in TABLES[name] if f"`{column}`" not in sections[0]] == []


@pytest.mark.parametrize(
    "path",
    [p for p in SEEDS.rglob("*") if p.suffix in {".md", ".csv", ".py"}],
    ids=lambda p: p.name,
)
def test_wording_puts_people_first(path: Path) -> None:
    text = re.sub(r"https?://\S+", "", path.read_text(encoding="utf-8"))
    assert re.findall(r"(?i)\b(illegal\w*|flood\w*|waves?|swarm\w*|invasion|hordes?)\b", text) == []


# What is held back


@pytest.mark.parametrize("name", ["arrivals.csv", "daily.csv", "daily_wide.csv", "intraday.csv"])
def test_no_arrivals_after_the_last_day_that_may_be_known(name: str) -> None:
    latest = max(max(row["date"], row.get("period_end", "")) for row in read(name))
    assert latest == LAST_COUNTED


def test_observed_arrivals_end_on_the_last_day_that_may_be_known() -> None:
    assert sorted({row["period_end"] for row in read("observed_arrivals.csv")}) == list(DAYS)


# Order


def decided(row: Row) -> str:
    """When a step was decided, or took effect where that is all that is known, in UTC."""
    text = row["decision_earliest"] or row["effective_earliest"]
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("arrivals.csv", lambda row: row["date"]),
        ("daily.csv", lambda row: row["date"]),
        ("daily_wide.csv", lambda row: row["date"]),
        ("observed_arrivals.csv", lambda row: row["period_end"]),
        ("policy_steps.csv", decided),
        ("transit_side_actions.csv", lambda row: row["date_earliest"]),
        ("weather_monthly.csv", lambda row: row["month"]),
        ("weather_hourly.csv", lambda row: row["utc"]),
    ],
)
def test_rows_stand_in_order_of_time(name: str, key: Callable[[Row], str]) -> None:
    times = [key(row) for row in read(name)]
    assert [(a, b) for a, b in pairwise(times) if a > b] == []


@pytest.mark.parametrize(
    ("name", "begin", "end"),
    [
        ("arrivals.csv", "period_start", "period_end"),
        ("transit_side_actions.csv", "date_earliest", "date_latest"),
        ("intraday.csv", "at_earliest", "at_latest"),
        ("policy_steps.csv", "decision_earliest", "decision_latest"),
        ("policy_steps.csv", "effective_earliest", "effective_latest"),
        ("policy_steps.csv", "decision_earliest", "effective_latest"),
        ("policy_steps.csv", "effective_earliest", "until_latest"),
    ],
)
def test_intervals_do_not_end_before_they_begin(name: str, begin: str, end: str) -> None:
    pairs = [(row["id"], row[begin], row[end]) for row in read(name) if row[begin] and row[end]]
    late = [p for p in pairs if datetime.fromisoformat(p[1]) > datetime.fromisoformat(p[2])]
    assert pairs
    assert late == []


def test_no_step_takes_effect_on_a_day_before_its_decision() -> None:
    steps = [row for row in read("policy_steps.csv") if row["decision"] and row["effective"]]
    assert [s["id"] for s in steps if s["effective"][:10] < s["decision"][:10]] == []


def test_weather_values_run_from_low_to_high_and_spots_have_an_hour() -> None:
    rows = read("weather.csv")
    ranges = [row for row in rows if row["value_low"] and row["value_high"]]
    assert [r["id"] for r in ranges if float(r["value_low"]) > float(r["value_high"])] == []
    assert [r["id"] for r in rows if (r["kind"] == "spot") != bool(r["clock"])] == []


@pytest.mark.parametrize("name", ["decision", "effective"])
def test_readings_of_policy_times_agree_with_their_text(name: str) -> None:
    rows = [row for row in read("policy_steps.csv") if row[name]]
    assert [r["id"] for r in rows if not r[f"{name}_earliest"].startswith(r[name][:10])] == []
    exact = [row for row in rows if "T" in row[name]]
    assert exact
    assert [r["id"] for r in exact if r[f"{name}_earliest"][:16] != r[name]] == []


def test_weekdays_are_those_of_the_calendar() -> None:
    wrong = [
        row["id"]
        for row in DAILY.values()
        if date.fromisoformat(row["date"]).strftime("%a") != row["weekday"]
    ]
    assert wrong == []
