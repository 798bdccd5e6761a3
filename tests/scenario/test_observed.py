"""Observed counts of any period, place, series and origin: what is read, and what contradicts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario import counted_periods
from sim.scenario.counted_periods import DAY, Count, over, side_by_side, without_overlaps
from sim.scenario.description import describe_scenario
from sim.scenario.loading import load_scenario
from sim.scenario.observed_counts import read_observed
from sim.scenario.observed_series import CountedPlaces, counted_places
from sim.scenario.records import Observation
from tests.bad_input.template import write_changed

HEAD = "period_start,period_end,place,series,origin,count,low,high,source\n"
PLACES = CountedPlaces(
    kinds={
        "near": "crossing",
        "far": "crossing",
        "west": "crossing",
        "south": "area",
        "woods": "segment",
        "land": "neighbour",
        "town": "hub",
        "total": "total",
    },
    groups={"south": ("near", "far")},
    crossings=("near", "far", "west"),
    usable=("near", "far", "west"),
    origins=("a", "b"),
)


def read(folder: Path, *rows: str) -> tuple[Observation, ...]:
    path = folder / "counts.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_observed(path, PLACES, "a source")


def refusals(folder: Path, *rows: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(folder, *rows)
    return [str(each).partition("counts.csv:")[2] for each in caught.value.problems]


def week(place: str, count: str, *, series: str = "arrivals", origin: str = "") -> str:
    return f"2015-09-21,2015-09-27,{place},{series},{origin},{count}"


def day(number: int, place: str, count: str, *, series: str = "arrivals", origin: str = "") -> str:
    return f"2015-09-{number},2015-09-{number},{place},{series},{origin},{count}"


def test_every_kind_of_place_and_series_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        week("near", "131,,,"),
        week("south", ",100,200,by phone"),
        week("total", "400,,,", series="registered"),
        week("woods", "3,,,", series="found"),
        week("land", "2,,,"),
        week("town", "500,,,", series="waiting"),
        week("total", "9,,,", series="detained"),
        week("near", "30,,,", origin="a"),
    )
    assert [each.place for each in found] == [
        *("near", "south", "total", "woods", "land", "town", "total", "near")
    ]
    assert found[0] == Observation(
        date(2015, 9, 21), date(2015, 9, 27), "near", "arrivals", "", 131.0, None, None, "a source"
    )
    assert (found[1].count, found[1].low, found[1].source) == (None, 100.0, "by phone")
    assert [each.line for each in found] == list(range(2, 10))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (week("nera", "1,,,"), "there is no place 'nera' (did you mean 'near'?)"),
        (week("near", "1,,,", series="arrival"), "there is no series 'arrival' (did you mean"),
        (week("near", "1,,,", origin="c"), "there is no origin 'c' (leave it empty for everybody)"),
        ("2015-09-27,2015-09-21,near,arrivals,,1,,,", "ends on 2015-09-21, before it begins"),
        ("27.9.2015,2015-09-27,near,arrivals,,1,,,", "period_start: expected a day"),
    ],
)
def test_what_is_unknown_is_refused_with_its_line(tmp_path: Path, row: str, words: str) -> None:
    (found,) = refusals(tmp_path, week("far", "1,,,"), row)
    assert found.startswith("3: ")
    assert words in found


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        # a week against its days
        (
            [week("near", "10,,,"), day(21, "near", "7,,,"), day(23, "near", "4,,,")],
            "2: 'near' is at most 10 in that period, its parts at least 11: near (line 3), near",
        ),
        (
            [week("near", "99,,,"), *(day(21 + k, "near", "7,,,") for k in range(7))],
            "2: 'near' is at least 99 in that period, its parts together at most 49",
        ),
        # an area and the total against crossings, over days of the week
        (
            [week("south", "10,,,"), day(21, "near", "7,,,"), day(22, "far", "4,,,")],
            "2: 'south' is at most 10 in that period, its parts at least 11",
        ),
        (
            [week("total", "10,,,"), week("south", "9,,,"), day(25, "west", "2,,,")],
            "2: 'total' is at most 10 in that period, its parts at least 11",
        ),
        (
            [week("total", "30,,,"), week("south", "9,,,"), week("west", "2,,,")],
            "2: 'total' is at least 30 in that period, its parts together at most 11",
        ),
        # everybody against origins
        (
            [
                week("near", "10,,,"),
                week("near", "8,,,", origin="a"),
                week("near", "5,,,", origin="b"),
            ],
            "2: 'near' is at most 10 in that period, its parts at least 13: near a (line 3), near ",
        ),
        (
            [
                week("near", "20,,,"),
                week("near", "8,,,", origin="a"),
                week("near", "5,,,", origin="b"),
            ],
            "2: 'near' is at least 20 in that period, its parts together at most 13",
        ),
        # stocks at one time
        (
            [week("total", "3,,,", series="waiting"), day(27, "near", "4,,,", series="waiting")],
            "2: 'total' is at most 3 on that day, its parts at least 4",
        ),
        # the same twice
        ([week("near", "1,,,"), week("near", "1,,,")], "3: line 2 has that period, place, series"),
        (
            [week("near", "1,,,", series="waiting"), day(27, "near", "1,,,", series="waiting")],
            "3: line 2 has that period",
        ),
        # a running total
        (
            [
                day(21, "near", "9,,,", series="cumulative"),
                day(25, "near", "8,,,", series="cumulative"),
            ],
            "3: this running total falls from 9 (line 2) to 8",
        ),
        (
            [
                "2015-09-01,2015-09-21,near,cumulative,,40,,,",
                "2015-09-01,2015-09-27,near,cumulative,,50,,,",
                "2015-09-22,2015-09-27,near,arrivals,,11,,,",
            ],
            "'near' is at most 50 in that period, its parts at least 51",
        ),
    ],
)
def test_what_contradicts_is_refused(tmp_path: Path, rows: list[str], words: str) -> None:
    found = refusals(tmp_path, *rows)
    assert any(each.startswith(words) or words in each for each in found), found


@pytest.mark.parametrize(
    "rows",
    [
        [week("near", "10,,,"), day(21, "near", "7,,,"), day(23, "near", "3,,,")],
        [week("near", "10,,,"), "2015-09-21,2015-09-30,near,arrivals,,9,9,30,"],
        [week("near", "10,,,"), "2015-09-26,2015-09-30,near,arrivals,,1,,,"],
        [week("total", "10,,,"), week("near", "9,,,")],
        [week("near", "10,,,"), week("near", "8,,,", origin="a")],
        [week("total", "10,10,15,"), week("near", "12,,,")],
        [week("near", "10,,,", series="waiting"), day(22, "near", "90,,,", series="waiting")],
        [week("near", "10,,,", series="registered"), week("near", "3,,,")],
    ],
)
def test_what_may_be_right_is_taken(tmp_path: Path, rows: list[str]) -> None:
    assert len(read(tmp_path, *rows)) == len(rows)


def test_readings_of_a_running_total_become_what_was_added(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "2015-09-01,2015-09-21,near,cumulative,,40,,,",
        "2015-09-01,2015-09-27,near,cumulative,,55,50,60,",
        "2015-09-01,2015-09-29,near,cumulative,,55,,,",
    )
    assert [(e.period_start.day, e.period_end.day, e.series, e.count) for e in found] == [
        (1, 21, "arrivals", 40.0),
        (22, 27, "arrivals", 15.0),
        (28, 29, "arrivals", 0.0),
    ]
    assert [(each.low, each.high) for each in found] == [(None, None), (10.0, 20.0), (0.0, 5.0)]


def test_the_first_of_readings_without_a_beginning_is_a_level(tmp_path: Path) -> None:
    rows = [day(k, "near", f"{n},,,", series="cumulative") for k, n in ((21, 900), (22, 905))]
    (found,) = read(tmp_path, *rows)
    assert (found.period_start.day, found.period_end.day, found.count) == (22, 22, 5.0)


def test_a_running_total_beside_its_own_counts_counts_nobody_twice(tmp_path: Path) -> None:
    rows = [day(k, "near", f"{n},,,", series="cumulative") for k, n in ((21, 900), (22, 905))]
    (found,) = read(tmp_path, *rows, day(22, "near", "5,,,"))
    assert found.count == 5.0
    (problem,) = refusals(tmp_path, *rows, day(22, "near", "6,,,"))
    assert problem.startswith(
        "3: this running total grows by 5 from 2015-09-22 to 2015-09-22, where"
    )


def test_a_stock_is_of_the_last_day_of_its_period(tmp_path: Path) -> None:
    (found,) = read(tmp_path, week("near", "4,,,", series="waiting"))
    assert (found.period_start.day, found.period_end.day, found.count) == (27, 27, 4.0)


def _count(first: int, last: int, people: float | None = 1.0) -> Count:
    return Count(date(2015, 9, first), date(2015, 9, last), people, None, None)


def test_of_overlapping_counts_those_of_the_usual_length_are_taken() -> None:
    weeks = [_count(1, 7), _count(8, 14), _count(15, 21)]
    others = [_count(3, 3), _count(1, 21), _count(22, 23), _count(22, 22)]
    assert without_overlaps([*others, *weeks]) == [*weeks, _count(22, 22)]
    assert without_overlaps([]) == []


def test_periods_that_perhaps_end_a_day_late_are_those_left_out_side_by_side() -> None:
    shared_ends = [_count(1, 8), _count(8, 15), _count(15, 21)]
    assert side_by_side(shared_ends) == [_count(8, 15)]
    rolling = [_count(1, 7), _count(3, 9), _count(8, 14)]
    assert side_by_side(rolling) == [_count(3, 9)]
    other_ways = [_count(1, 7), _count(8, 14), _count(1, 21), _count(14, 29), _count(5, 10)]
    assert side_by_side(other_ways) == []


def test_a_period_is_known_where_counts_fill_it() -> None:
    days = [_count(1, 1, 2.0), _count(2, 3, 5.0)]
    assert over(date(2015, 9, 1), date(2015, 9, 3), days) == _count(1, 3, 7.0)
    assert over(date(2015, 9, 1), date(2015, 9, 4), days) is None
    assert over(date(2015, 9, 1), date(2015, 9, 3), [*days, _count(1, 3, 9.0)]) == _count(1, 3, 9.0)
    assert over(date(2015, 9, 1), date(2015, 9, 3), [days[0], _count(2, 3, None)]) is None


def test_what_is_not_modelled_is_named_in_the_description(tmp_path: Path) -> None:
    counted = ((2, "arrivals"), (3, "arrivals"), (2, "detained"))
    rows = [f"2024-03-0{k},2024-03-0{k},near,{series},,5,,,\n" for k, series in counted]
    (tmp_path / "counts.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    name = write_changed(tmp_path, ("limits:", "observed: {file: counts.csv, source: x}\nlimits:"))
    sections = describe_scenario(load_scenario(tmp_path / name))
    (section,) = (each for each in sections if each.title == "Observed counts")
    assert section.rows == (
        ("arrivals", "near", "2", "2024-03-02 to 2024-03-03", "arrivals"),
        ("detained", "near", "1", "2024-03-02 to 2024-03-02", "not modelled"),
    )


def test_many_counts_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with those chosen on its own first and last day alone."""
    compared: list[object] = []
    beside = counted_periods._beside

    def noted(one: Count, other: Count | None) -> bool:
        compared.append(one)
        return beside(one, other)

    monkeypatch.setattr(counted_periods, "_beside", noted)
    start = date(2015, 1, 1)
    days = [Count(start + k * DAY, start + k * DAY, 1.0, None, None) for k in range(1000)]
    assert side_by_side(days) == []
    assert len(compared) <= 2 * len(days)


def test_counts_that_overlap_are_told_apart_in_the_description(tmp_path: Path) -> None:
    week = "2024-03-01,2024-03-07,near,arrivals,,9,,,\n"
    day = "2024-03-02,2024-03-02,near,arrivals,,5,,,\n"
    (tmp_path / "counts.csv").write_text(HEAD + week + day, encoding="utf-8")
    name = write_changed(tmp_path, ("limits:", "observed: {file: counts.csv, source: x}\nlimits:"))
    sections = describe_scenario(load_scenario(tmp_path / name))
    (section,) = (each for each in sections if each.title == "Observed counts")
    assert [row[2] for row in section.rows] == ["2, 1 without overlaps"]


def test_a_table_of_another_shape_is_told_what_makes_one_of_it(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("date,crossing,best\n2024-03-02,gate,30\n", "utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_observed(path, counted_places({"crossing": ["gate"]}, {}, ["gate"]), "made up")
    assert "rajasim import-counts" in str(refused.value)


class TestPatternsOfAFileThatIsBuiltOn:
    """Patterns come along with ``extends``; counts that replace the base's may lack their days."""

    @staticmethod
    def base(folder: Path) -> str:
        pattern = "{name: Rush, people: {from: 2024-03-02}, source: x}"
        (folder / "own.csv").write_text(f"{HEAD}2024-03-05,2024-03-05,gate,arrivals,,3,,,\n")
        (folder / "base.csv").write_text(f"{HEAD}2024-03-02,2024-03-02,gate,arrivals,,3,,,\n")
        observed = f"{{file: base.csv, source: x, patterns: {{rush: {pattern}, again: {pattern}}}}}"
        (folder / "base.yaml").write_text(f"extends: one-crossing\nobserved: {observed}\n")
        return "extends: base.yaml\nobserved: {file: own.csv, source: x}\n"

    def test_the_table_of_the_counts_is_told_once_and_what_to_do(self, tmp_path: Path) -> None:
        own = tmp_path / "own.yaml"
        own.write_text(self.base(tmp_path))
        with pytest.raises(ScenarioError) as caught:
            load_scenario(own)
        [problem] = caught.value.problems
        assert (problem.path, problem.key) == (str(own), "observed.file")
        assert "observed.patterns, which come from" in problem.message
        assert "base.yaml" in problem.message
        own.write_text(self.base(tmp_path) + "overrides: {observed.patterns: {}}\n")
        assert load_scenario(own).expected == ()
