"""Counts of Finland 2023: the daily series, its parts and sums, and what else was counted."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from .tables import DAILY, DAYS, KNOWN, LOCAL, NORTH, SOUTHEAST, Row, read

PARTS = ("southeast", *NORTH, "green-border")


def people(identity: str) -> int:
    """The figure that a row with an id states, negative where the id has a minus in front."""
    row = KNOWN[identity.removeprefix("-")]
    figure = int(row["count"] if "count" in row else row["best"])
    return -figure if identity.startswith("-") else figure


def best(crossing: str, *days: str) -> int:
    return sum(int(DAILY[f"2023-11-{day}", crossing]["best"]) for day in days)


@pytest.mark.parametrize("row", DAILY.values(), ids=lambda row: row["id"])
def test_daily_bounds_hold_the_best_figure(row: Row) -> None:
    figures = [int(row[name]) for name in ("low", "best", "high") if row[name]]
    assert figures == sorted(figures)
    assert (row["best"] == "") == (row["basis"] in {"unknown", "bound"})
    assert (row["confidence"] == "") == (row["basis"] == "unknown")


def test_the_daily_series_is_complete() -> None:
    assert set(DAILY) == {(day, c) for day in DAYS for c in (*SOUTHEAST, *PARTS, "total")}


@pytest.mark.parametrize(
    ("whole", "parts"), [("total", PARTS), ("southeast", SOUTHEAST)], ids=["total", "southeast"]
)
@pytest.mark.parametrize("day", DAYS)
def test_parts_add_up_to_the_whole_of_a_day(day: str, whole: str, parts: tuple[str, ...]) -> None:
    rows = [DAILY[day, part] for part in parts]
    total = DAILY[day, whole]
    if total["best"]:
        assert sum(int(row["low"]) for row in rows) <= int(total["best"])
    if all(row["best"] for row in rows):
        assert sum(int(row["best"]) for row in rows) == int(total["best"])


def test_the_wide_table_is_the_daily_series() -> None:
    wide = {
        (row["date"], crossing): row[crossing]
        for row in read("daily_wide.csv")
        for crossing in (*SOUTHEAST, *PARTS, "total")
    }
    assert wide == {key: row["best"] for key, row in DAILY.items()}


def test_observed_arrivals_are_the_daily_series_without_the_green_border() -> None:
    expected = [
        {
            "period_start": day,
            "period_end": day,
            "place": crossing,
            "series": "arrivals",
            "origin": "",
            "count": row["best"],
            "source": row["id"],
            **{name: row[name] for name in ("low", "high", "basis", "confidence")},
        }
        for (day, crossing), row in DAILY.items()
        if crossing != "green-border"
    ]
    counted = read("observed_arrivals.csv")
    assert [row for row in counted if row["series"] == "arrivals"] == expected


def test_people_before_salla_are_those_of_the_transit_sides_evidence() -> None:
    queues = {
        row["id"]: row for row in read("transit_side_actions.csv") if row["action"] == "queue"
    }
    counted = [row for row in read("observed_arrivals.csv") if row["series"] == "waiting_before"]
    assert [(row["source"], row["count"], row["period_end"]) for row in counted] == [
        (name, queues[name]["count"], queues[name]["date_earliest"])
        for name in ("fi23-transit-07", "fi23-transit-08")
    ]


@pytest.mark.parametrize(
    ("terms", "whole"),
    [
        # 161 + 39 + 55 + 75 + 5 = 335, in the south-east by 06:00 on 16 November
        ("arrival-04 arrival-06 arrival-11 arrival-13 arrival-18", "arrival-17"),
        # 335 + (26 - 5) + 34 + 18 = 408, with Kainuu, by 06:00 on 17 November
        ("arrival-17 arrival-16 -arrival-18 arrival-24 arrival-20", "arrival-27"),
        # 26 + 8 + 0 = 34 of the first hours of 17 November
        ("arrival-30 arrival-23 arrival-21", "arrival-24"),
        # 163 + 52 + 5 = 220 on 17 November
        ("arrival-26 daily-1117-niirala arrival-31", "arrival-29"),
        # 4 at closed Nuijamaa + 2 across country = 6 on 18 November
        ("arrival-34 arrival-32", "arrival-35"),
        # 18 + 5 + 67 + 16 = 106 at Vartius
        ("arrival-20 arrival-31 arrival-38 arrival-41", "arrival-43"),
        # 51 + 24 = 75 on 22 November
        ("arrival-51 arrival-54", "arrival-52"),
        # 58 + 34 = 92 on 23 November
        ("arrival-57 daily-1123-vartius", "arrival-58"),
    ],
)
def test_published_figures_that_must_add_up_do(terms: str, whole: str) -> None:
    ids = [re.sub("^(-?)", r"\1fi23-", term) for term in terms.split()]
    assert sum(people(term) for term in ids) == people(f"fi23-{whole}")


def test_cumulative_figures_agree_with_the_daily_series() -> None:
    vartius = best("vartius", *map(str, range(16, 24)))
    assert vartius == 200, (
        "the official total at Vartius, from which the 20 of 21 November is derived"
    )
    since_13 = best("total", *map(str, range(13, 24)))
    since_august = people("fi23-arrival-02") + since_13
    assert (since_13, since_august) == (801, 892)
    assert 911 - since_august == 19, "the gap to the total of the morning of 24 November"
    assert people("fi23-arrival-53") == since_august - best("total", "23")


def daily_figures(measure: str) -> list[Row]:
    rows = [row for row in read("arrivals.csv") if row["measure"] == measure]
    return [row for row in rows if (row["date"], row["crossing"]) in DAILY]


# The 6 of 18 November hold two people who are under green-border in the daily series.
@pytest.mark.parametrize(
    "row",
    [row for row in daily_figures("daily") if row["id"] != "fi23-arrival-35"],
    ids=lambda row: row["id"],
)
def test_daily_figures_lie_within_the_bounds_of_the_series(row: Row) -> None:
    day = DAILY[row["date"], row["crossing"]]
    assert int(day["low"]) <= int(row["count"]) <= int(day["high"])


@pytest.mark.parametrize("row", daily_figures("daily_partial"), ids=lambda row: row["id"])
def test_running_counts_do_not_pass_the_count_of_the_day(row: Row) -> None:
    day = DAILY[row["date"], row["crossing"]]
    assert int(row["count"]) <= int(day["high"])


@pytest.mark.parametrize("row", read("arrivals.csv"), ids=lambda row: row["id"])
def test_measures_span_the_days_that_they_name(row: Row) -> None:
    one_day = row["period_start"] == row["period_end"]
    assert one_day == (row["measure"] in {"daily", "daily_partial"})
    assert row["as_of"][:10] in {"", row["period_end"]}


def test_intraday_counts_rise_to_at_most_the_count_of_the_day() -> None:
    series: dict[tuple[str, str], list[Row]] = {}
    for row in read("intraday.csv"):
        series.setdefault((row["date"], row["crossing"]), []).append(row)
    for key, rows in series.items():
        counts = [int(row["cumulative_that_day"]) for row in rows]
        times = [row["at_latest"] for row in rows]
        assert counts == sorted(counts), key
        assert times == sorted(times), key
        assert counts[-1] <= int(DAILY[key]["best"]), key
        midnight = datetime.fromisoformat(key[0]).replace(tzinfo=LOCAL)
        assert midnight <= datetime.fromisoformat(rows[0]["at_earliest"]), key
        assert datetime.fromisoformat(times[-1]) <= midnight + timedelta(days=1), key
