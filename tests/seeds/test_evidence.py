"""The evidence of Finland 2023: every row of every table, and what the tables say together."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from .tables import (
    CROSSINGS,
    FINLAND,
    LOCAL,
    MODELLED,
    NORTH,
    PLACES,
    SEEDS,
    SOUTHEAST,
    TABLES,
    Row,
    read,
)

LAST_COUNTED = "2023-11-23"
DAYS = tuple(f"2023-11-{number:02d}" for number in range(1, 24))
WITH_IDS = tuple(name for name, columns in TABLES.items() if "id" in columns)
KNOWN = {row["id"]: row for name in WITH_IDS for row in read(name)}
DAILY = {(row["date"], row["crossing"]): row for row in read("daily.csv")}
PARTS = ("southeast", *NORTH, "green-border")
README = (SEEDS / "README.md").read_text(encoding="utf-8")
FACTS = (FINLAND / "facts.md").read_text(encoding="utf-8")


def people(identity: str) -> int:
    """The figure that a row with an id states, negative where the id has a minus in front."""
    row = KNOWN[identity.removeprefix("-")]
    figure = int(row["count"] if "count" in row else row["best"])
    return -figure if identity.startswith("-") else figure


def best(crossing: str, *days: str) -> int:
    return sum(int(DAILY[f"2023-11-{day}", crossing]["best"]) for day in days)


# Form


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


# Counts


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


# Places and roads


def coordinates() -> dict[str, tuple[float, float]]:
    rows = [(row["crossing"], row) for row in read("crossings.csv")]
    rows += [(row["hub"], row) for row in read("hubs.csv")]
    return {name: (float(row["lat"]), float(row["lon"])) for name, row in rows if row["lat"]}


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, place)) for place in (a, b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * 6371 * math.asin(math.sqrt(half))


def test_places_have_one_name_each() -> None:
    assert set(MODELLED) <= set(CROSSINGS)
    assert len(set(PLACES)) == len(PLACES)


def test_modelled_crossings_have_coordinates_and_a_weather_zone() -> None:
    rows = [row for row in read("crossings.csv") if row["crossing"] in MODELLED]
    assert [
        row["id"] for row in rows if not (row["lat"] and row["lon"] and row["weather_zone"])
    ] == []


def test_opening_hours_come_with_days_and_a_note() -> None:
    rows = read("crossings.csv")
    assert [r["id"] for r in rows if bool(r["opening_hours"]) != bool(r["opening_days"])] == []
    assert [r["id"] for r in rows if r["opening_hours"] and not r["opening_hours_note"]] == []


def test_roads_connect_every_road_crossing_with_moscow() -> None:
    reached, roads = {"moscow"}, [{row["from"], row["to"]} for row in read("roads.csv")]
    while more := [road for road in roads if len(road & reached) == 1]:
        reached = reached.union(*more)
    by_road = {
        row["crossing"]
        for row in read("crossings.csv")
        if row["type"].startswith("road") and row["lat"]
    }
    assert set(MODELLED) <= by_road
    assert by_road - reached == set()


def test_no_road_is_there_twice() -> None:
    roads = Counter(frozenset((row["from"], row["to"])) for row in read("roads.csv"))
    assert {len(road) for road in roads} == {2}
    assert max(roads.values()) == 1


@pytest.mark.parametrize("row", read("roads.csv"), ids=lambda row: row["id"])
def test_road_lengths_and_hours_follow_from_what_they_claim(row: Row) -> None:
    places, km = coordinates(), float(row["km"])
    straight = great_circle_km(places[row["from"]], places[row["to"]])
    if row["km_basis"] == "source":
        # 5 km is what the coordinates of two places may be off together.
        assert straight - 5 <= km <= 2 * straight
        assert row["source"].startswith("http")
    else:
        assert km == pytest.approx(1.3 * straight, abs=1)
        assert row["source"].startswith("expert guess: great circle x 1.3")
    if row["hours_basis"] != "source":
        assert float(row["hours"]) == pytest.approx(km / 65, abs=0.0051)


# Facts

FACT = re.compile(r"- `(fi23-fact-[a-z]+-\d+)` \S.*\. \((high|medium|low); (.+)\)")
BULLETS = [line for line in FACTS.split("## Source key")[0].splitlines() if line.startswith("- ")]
SOURCE_KEY = dict(re.findall(r"^- ([a-z0-9-]+): (\S.*)$", FACTS.split("## Source key")[1], re.M))


@pytest.mark.parametrize("bullet", BULLETS, ids=lambda bullet: bullet[2:24])
def test_facts_have_an_id_a_confidence_and_a_source_that_exists(bullet: str) -> None:
    fact = FACT.fullmatch(bullet)
    assert fact is not None
    if fact[3] == "source not recorded":
        assert fact[2] == "low"
        return
    known = SOURCE_KEY.keys() | KNOWN.keys() | TABLES.keys()
    assert set(fact[3].split(", ")) <= known


# Publishers

PUBLISHERS = {row["domain"]: row for row in read("publishers.csv", SEEDS)}
WEAK_KINDS = {"copy", "partisan", "other"}
KINDS = {"authority", "broadcaster", "newspaper", "agency"} | WEAK_KINDS


def domains(text: str) -> set[str]:
    found = re.findall(r"https?://(?:www\.)?([^/\s\"]+)", text)
    return {domain.rstrip(".") for domain in found}


def test_every_publisher_of_a_source_is_listed_and_the_weak_ones_marked() -> None:
    tables = [p for p in SEEDS.rglob("*") if p.suffix in {".md", ".csv", ".yaml"}]
    cited = {domain for p in tables for domain in domains(p.read_text(encoding="utf-8"))}
    assert sorted(cited) == sorted(PUBLISHERS)
    assert {row["kind"] for row in PUBLISHERS.values()} == KINDS
    for row in PUBLISHERS.values():
        assert (row["mark"] == "weak") == (row["kind"] in WEAK_KINDS), row


@pytest.mark.parametrize("name", SOURCE_KEY)
def test_a_source_of_facts_with_none_but_weak_publishers_says_so(name: str) -> None:
    named = domains(SOURCE_KEY[name])
    only_weak = bool(named) and all(PUBLISHERS[domain]["mark"] for domain in named)
    assert SOURCE_KEY[name].startswith("weak: ") == only_weak


def test_fact_ids_are_unique() -> None:
    ids = [bullet.split("`")[1] for bullet in BULLETS]
    assert len(ids) == len(set(ids)) > 50


def test_the_source_key_leads_somewhere() -> None:
    check = TABLES["arrivals.csv"]["source"]
    named = {name: address.removeprefix("weak: ") for name, address in SOURCE_KEY.items()}
    assert [name for name, address in named.items() if not check(address)] == []
