"""Published files of every shape: read as they are meant, or refused with line and proposal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.errors import InputError, RajasimError, ScenarioError
from sim.importing.column_map import MapFile, column_map, parse_field
from sim.importing.import_counts import Imported, import_counts, write_counts
from sim.importing.number_cells import Figure, NumberCell, NumberRules, read_numbers
from sim.importing.period_cells import PeriodCell, PeriodRules, read_periods
from sim.scenario.observed_counts import read_observed
from sim.scenario.observed_series import CountedPlaces

LONG = ("period=Day", "place=Post", "series=:arrivals", "count=People")
WIDE = ("period=Day", "place=*", "series=:arrivals")


def imported(folder: Path, content: str | bytes, *maps: str, **said: Any) -> Imported:
    path = folder / "published.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_counts(path, column_map(maps or LONG, options=MapFile(**said)))


def rows(found: Imported) -> list[tuple[str, str, float | None]]:
    return [(f"{each.period_start:%m-%d}", each.place, each.count) for each in found.observed]


def refused(folder: Path, content: str | bytes, *maps: str, **said: Any) -> str:
    with pytest.raises(RajasimError) as caught:
        imported(folder, content, *maps, **said)
    return str(caught.value).replace(str(folder / "published.csv"), "")


PLAIN = "Day,Post,People\n2015-09-21,gate,131\n2015-09-22,gate,257\n"
EXPECTED = [("09-21", "gate", 131.0), ("09-22", "gate", 257.0)]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        "sep=;\n" + PLAIN.replace(",", ";"),
        '"sep=,"\n' + PLAIN,
        "#" + PLAIN,
        "Counts by hand\n\nTable 1,,\n" + PLAIN,
        PLAIN + ",,\n\nSource: made up,,\n",
        PLAIN.replace("2015-09-22", "Day,Post,People\n2015-09-22"),
        PLAIN.replace("\n", ",\n"),
        PLAIN.replace("2015-09-22,gate,257\n", "2015-09-22,gate,257,,,\n,,,,,\n"),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_surrounds_a_table_is_passed_over(tmp_path: Path, content: str | bytes) -> None:
    assert rows(imported(tmp_path, content)) == EXPECTED


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (("21.9.2015", "22.9.2015"), ()),
        (("21/09/2015", "22/09/2015"), ()),
        (("09-21-2015", "09-22-2015"), ()),
        (("21 Sep 2015", "22 September 2015"), ()),
        (('"Sep 21, 2015"', '"September 22, 2015"'), ()),
        (("20150921", "20150922"), ()),
        (("2015/9/21", "2015/9/22"), ()),
        (("2015-09-21T00:00:00Z", "2015-09-22 00:00"), ()),
        (("42268", "42269"), ()),
    ],
)
def test_days_are_read_as_they_are_written(
    tmp_path: Path, written: tuple[str, str], told: tuple[str, ...]
) -> None:
    content = f"Day,Post,People\n{written[0]},gate,131\n{written[1]},gate,257\n"
    assert rows(imported(tmp_path, content)) == EXPECTED


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015-W39", "2015-09-21", "2015-09-27"),
        ("W53/2015", "2015-12-28", "2016-01-03"),
        ("2015-10", "2015-10-01", "2015-10-31"),
        ("10/2015", "2015-10-01", "2015-10-31"),
        ("Feb 2016", "2016-02-01", "2016-02-29"),
        ("2015OCT", "2015-10-01", "2015-10-31"),
        ("2015M10", "2015-10-01", "2015-10-31"),
        ("201510", "2015-10-01", "2015-10-31"),
        ("2015-Q4", "2015-10-01", "2015-12-31"),
        ("2015", "2015-01-01", "2015-12-31"),
        ("2015-09-21/2015-09-27", "2015-09-21", "2015-09-27"),
        ("2015-09-21 to 2015-10-02", "2015-09-21", "2015-10-02"),
    ],
)
def test_weeks_months_and_spans(tmp_path: Path, text: str, first: str, last: str) -> None:
    (found,) = imported(tmp_path, f"Day,Post,People\n{text},gate,5\n").observed
    assert (str(found.period_start), str(found.period_end)) == (first, last)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (
            ("01/02/2015", "03/04/2015"),
            "2015-02-01 or 2015-01-02; no other day of its column tells",
        ),
        (("13/02/2015", "02/13/2015"), "is month-first, '13/02/2015' in line 2 not"),
        (("42268", "01/02/2015"), "a spreadsheet took some days for months"),
        (("2015-39", "2015-40"), "write a week as 2015-W39"),
        (("01/02/15", "02/02/15"), "write the year in full"),
        (("Oct-15", "Nov-15"), "the number may be a day or a year"),
        (("2015-09-21 14:30", "2015-09-22"), "take out the time of day"),
        (("2015-02-30", "2015-02-01"), "'2015-02-30' is no period"),
        (("2015-09-21", "2015-09-28"), "may be a day, or begin or end a week"),
        (("2015-09-01", "2015-10-01"), "may be a day or stand for its month"),
        (("2015-09-21", "Total"), "pass over a row of sums with --map 'period=COLUMN:Total='"),
    ],
)
def test_periods_that_may_be_others_are_refused(
    tmp_path: Path, days: tuple[str, str], words: str
) -> None:
    content = f"Day,Post,People\n{days[0]},gate,131\n{days[1]},gate,257\n"
    assert words in refused(tmp_path, content)


def test_what_is_said_decides(tmp_path: Path) -> None:
    content = "Day,Post,People\n01/02/2015,gate,131\n08/02/2015,gate,257\n"
    found = imported(tmp_path, content, dates="day-first", period_is="week-to").observed
    assert [str(each.period_start) for each in found] == ["2015-01-26", "2015-02-02"]
    found = imported(tmp_path, content, dates="month-first", period_is="day").observed
    assert [str(each.period_start) for each in found] == ["2015-01-02", "2015-08-02"]
    words = refused(tmp_path, content.replace("08/02", "18/02"), dates="month-first")
    assert "'18/02/2015' is not month-first, as given" in words
    totals = ("period=Day:Total=", *LONG[1:])
    assert len(imported(tmp_path, f"{PLAIN}Total,gate,388\n", *totals).observed) == 2


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1 234", "5"], [1234, 5]),
        (["1\u00a0234", "1\u202f234\u202f567"], [1234, 1234567]),
        (["1'234", "1’234"], [1234, 1234]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["1,234,567", "1,234"], [1234567, 1234]),
        (["1.234,5", "1.234"], [1234.5, 1234]),
        (["12,5", "1.234"], [12.5, 1234]),
        (["12.5", "1,234"], [12.5, 1234]),
        (["12.5", "1.234"], [12.5, 1.234]),
        (["0.125", "7"], [0.125, 7]),
        (["1 234,5", "2"], [1234.5, 2]),
    ],
)
def test_numbers_show_their_signs(tmp_path: Path, cells: list[str], numbers: list[float]) -> None:
    content = f'Day;Post;People\n2015-09-21;gate;"{cells[0]}"\n2015-09-22;gate;"{cells[1]}"\n'
    assert [each.count for each in imported(tmp_path, content).observed] == numbers


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["1.234", "5"], "is 1234, with a point between thousands, or 1.234, with a decimal point"),
        (["1,234", "5"], "is 1234, with a comma between thousands, or 1.234, with a decimal comma"),
        (["12.5", "12,5"], "has a decimal point, and '12,5' in line 3 a decimal comma"),
        (["1.2E+03", "5"], "was rounded by a spreadsheet"),
        (["about 100", "5"], "is no count of people"),
        (["-5", "5"], "is no count of people"),
        (["1,23,456", "5"], "is no count of people"),
        (["١٢", "5"], "is no count of people"),
        (["12*", "5"], "is no count of people"),
    ],
)
def test_numbers_that_may_be_others_are_refused(
    tmp_path: Path, cells: list[str], words: str
) -> None:
    content = f"Day;Post;People\n2015-09-21;gate;{cells[0]}\n2015-09-22;gate;{cells[1]}\n"
    found = refused(tmp_path, content)
    assert found.startswith(":2: People: ")
    assert words in found


def test_the_decimal_sign_may_be_told(tmp_path: Path) -> None:
    content = "Day;Post;People\n2015-09-21;gate;1.234\n"
    assert imported(tmp_path, content, decimal="comma").observed[0].count == 1234.0
    assert imported(tmp_path, content, decimal="point").observed[0].count == 1.234
    words = refused(tmp_path, content.replace("1.234", "12.5"), decimal="comma")
    assert "'12.5' does not have a decimal comma, as given (is it --decimal point?)" in words


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        *((text, Figure()) for text in ("", "..", ":", "-", "–", "n/a", "NA", ".")),
        ("<5", Figure(None, 0.0, 4.0)),
        ("≤4", Figure(None, 0.0, 4.0)),
        ("<=4", Figure(None, 0.0, 4.0)),
        ("1-4", Figure(None, 1.0, 4.0)),
        ("*", Figure(None, 1.0, 4.0)),
        ("nil", Figure(0.0)),
    ],
)
def test_what_is_missing_or_censored(text: str, figure: Figure) -> None:
    rules = NumberRules(zero=frozenset(["nil"]), censored={"*": (1.0, 4.0)})
    (found,), report = read_numbers([NumberCell(2, "People", text)], rules)
    assert found == figure
    assert report.faults == []


def test_a_censored_count_is_a_row_without_a_count(tmp_path: Path) -> None:
    found = imported(tmp_path, PLAIN.replace("131", "<5").replace("257", ".."))
    (only,) = found.observed
    assert (only.count, only.low, only.high) == (None, 0.0, 4.0)
    assert any("1 unknown counts: '..'" in each for each in found.account)
    assert any("'<5' in line 2 is low 0, high 4" in each for each in found.account)


def test_wide_tables(tmp_path: Path) -> None:
    content = "Day,near,far,Note\n2015-09-21,1,2,x\n2015-09-22,..,4,\n"
    found = imported(tmp_path, content, "period=Day", "place=*:near=n,far=f", "series=:arrivals")
    assert rows(found) == [("09-21", "n", 1), ("09-21", "f", 2), ("09-22", "f", 4)]
    content = "Post,2015-09-21,2015-09-22,2015-09-23\nnear,1,2,3\nfar,..,4,5\n"
    found = imported(tmp_path, content, "period=*", "place=Post", "series=:arrivals")
    assert rows(found)[:3] == [("09-21", "near", 1), ("09-22", "near", 2), ("09-23", "near", 3)]
    words = refused(
        tmp_path,
        content.replace("2015-09-22", "2015-13"),
        "period=*",
        "place=Post",
        "series=:arrivals",
    )
    assert "the header '2015-13' is no period" in words


def test_a_header_of_two_lines(tmp_path: Path) -> None:
    content = "Counts,,,,\nDay,near,,far,\n,men,women,men,women\n2015-09-21,1,2,3,4\n"
    found = imported(
        tmp_path,
        content,
        "period=Day",
        "place=*:near men=near,near women=near,far men=far,far women=far",
        "series=:arrivals",
        header_lines=2,
        sum=True,
    )
    assert rows(found) == [("09-21", "near", 3), ("09-21", "far", 7)]


def test_two_columns_make_a_period(tmp_path: Path) -> None:
    content = "Year,Week,Post,People\n2015,39,gate,131\n"
    (found,) = imported(tmp_path, content, "period=Year+Week", *LONG[1:]).observed
    assert str(found.period_start) == "2015-09-21"
    content = "From,To,Post,People\n21.9.2015,4.10.2015,gate,131\n"
    maps = ("period_start=From", "period_end=To", *LONG[1:])
    (found,) = imported(tmp_path, content, *maps).observed
    assert (str(found.period_start), str(found.period_end)) == ("2015-09-21", "2015-10-04")


def test_a_fiscal_year_is_asked_for(tmp_path: Path) -> None:
    content = "Fiscal Year,Month,Post,People\n2022 (FYTD),OCT,gate,5\n"
    maps = ("period=Fiscal Year+Month", *LONG[1:])
    assert "is of a fiscal year" in refused(tmp_path, content, *maps)
    (found,) = imported(tmp_path, content, *maps, fiscal_start=10).observed
    assert str(found.period_start) == "2021-10-01"


def test_a_year_without_its_month_is_not_the_year(tmp_path: Path) -> None:
    content = "Year,Month,Post,People\n2015,Oct,gate,5\n2015,,gate,9\n"
    words = refused(tmp_path, content, "period=Year+Month", *LONG[1:])
    assert words == ":3: '2015 (empty)' is no period (part of the period is empty)"


def test_months_by_number_of_a_fiscal_year_may_be_others(tmp_path: Path) -> None:
    content = "Fiscal Year,Month,Post,People\n2022,1,gate,5\n"
    maps = ("period=Fiscal Year+Month", *LONG[1:])
    assert "'2022 1' is no period" in refused(tmp_path, content, *maps, fiscal_start=10)


def test_a_number_that_the_delimiter_split_is_refused(tmp_path: Path) -> None:
    content = "Day,Post,People,\n2015-09-21,gate,1,234\n"
    assert ":2: '234' is under no name in the header" in refused(tmp_path, content)
    content = ",Day,Post,People\n0,2015-09-21,gate,131\n1,2015-09-22,gate,257\n"
    assert rows(imported(tmp_path, content)) == EXPECTED, "a column of row numbers"


def test_doubles_are_refused_unless_they_are_to_be_added(tmp_path: Path) -> None:
    content = PLAIN + "2015-09-22,gate,<5\n2015-09-22,gate,3\n"
    assert ":4: line 3 has that period, place, series" in refused(tmp_path, content)
    found = imported(tmp_path, content, sum=True).observed[1]
    assert (found.count, found.low, found.high) == (None, 260.0, 264.0)


@pytest.mark.parametrize(
    ("maps", "words"),
    [
        (("period=Dya", *LONG[1:]), ":1: the header lacks 'Dya' (did you mean 'Day'?)"),
        (LONG[:3], "say where counts come from"),
        ((*LONG[:2], LONG[3]), "say where series comes from, as --map series=:arrivals"),
        (LONG[1:], "say where periods come from"),
        ((*LONG[:2], "series=:arrival", LONG[3]), "there is no series 'arrival' (did you mean"),
        (
            ("place=Post:gait=gate", LONG[0], *LONG[2:]),
            "place 'gate' has no id (--map 'place=Post:",
        ),
        (("palce=Post", *LONG), "expected FIELD=COLUMN or a .yaml file, got 'palce=Post' (did you"),
        (("place=Post:gate", LONG[0], *LONG[2:]), "expected VALUE=ID after the colon"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(
    tmp_path: Path, maps: Sequence[str], words: str
) -> None:
    assert words in refused(tmp_path, PLAIN, *maps)


def test_another_encoding_is_named_not_guessed(tmp_path: Path) -> None:
    content = PLAIN.replace("gate", "närä").encode("windows-1252")
    assert "say which with --encoding, as --encoding windows-1252" in refused(tmp_path, content)
    assert imported(tmp_path, content, encoding="windows-1252").observed[0].place == "närä"


def test_the_delimiter_may_be_told(tmp_path: Path) -> None:
    tabs = PLAIN.replace(",", "\t")
    assert rows(imported(tmp_path, tabs, delimiter="tab")) == EXPECTED
    assert "expected one sign, or tab, got ';;'" in refused(tmp_path, tabs, delimiter=";;")
    assert "no line has the columns" in refused(tmp_path, tabs, delimiter=";")


def test_every_bad_row_is_told_at_once(tmp_path: Path) -> None:
    content = PLAIN + "soon,gate,1\n2015-09-24,gate,many\n2015-09-25,gate,1,2\n"
    lines = [each.split(":")[1] for each in refused(tmp_path, content).splitlines()]
    assert lines == ["4", "5", "6"]


def test_values_of_a_map_are_ids_or_passed_over(tmp_path: Path) -> None:
    maps = ("place=Post:GATE=g,*=", LONG[0], *LONG[2:])
    found = imported(tmp_path, PLAIN + "2015-09-22,sea,9\n", *maps)
    assert rows(found) == [("09-21", "g", 131), ("09-22", "g", 257)]
    assert "passed over: place 'sea' is passed over by the map (1 rows)" in found.account
    assert parse_field("A+B:x=y").columns == ("A", "B")


def test_what_is_written_is_read_by_a_scenario(tmp_path: Path) -> None:
    maps = (*LONG, "source=:made up, by hand")
    found = imported(tmp_path, PLAIN.replace("257", "<5"), *maps).observed
    out = tmp_path / "observed.csv"
    write_counts(found, out)
    places = CountedPlaces(kinds={"gate": "crossing"}, crossings=("gate",))
    assert read_observed(out, places, "") == found
    with pytest.raises(InputError, match="exists already"):
        write_counts(found, out)


def test_days_of_stocks_may_be_as_far_apart_as_they_like(tmp_path: Path) -> None:
    content = PLAIN.replace("2015-09-22", "2015-09-28")
    maps = (*LONG[:2], "series=:waiting", LONG[3])
    assert [e.period_start.day for e in imported(tmp_path, content, *maps).observed] == [21, 28]


def test_a_report_says_how_periods_were_taken() -> None:
    cells = [PeriodCell(2, "Day", "42268"), PeriodCell(3, "Day", "42269")]
    found, report = read_periods(cells, PeriodRules())
    assert [each.start for each in found if each] == [date(2015, 9, 21), date(2015, 9, 22)]
    assert report.decisions == [
        "serial numbers of days, by Excel's 1900 system: '42268' is 2015-09-21"
    ]


# ---- workbooks


class Book:
    """What openpyxl gives of a workbook."""

    sheetnames = ("Data",)

    def __getitem__(self, name: str) -> SimpleNamespace:
        values = [
            ("Day", "Post", "People"),
            (datetime(2015, 9, 21), "gate", 131.0),
            (datetime(2015, 9, 22), "gate", 257),
            (None, None, None),
        ]
        return SimpleNamespace(iter_rows=lambda values_only: values)


def test_a_workbook_is_read_where_openpyxl_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = SimpleNamespace(load_workbook=lambda path, read_only, data_only: Book())
    monkeypatch.setitem(sys.modules, "openpyxl", library)
    assert rows(imported(tmp_path, b"PK\x03\x04")) == EXPECTED
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert "save the sheet as CSV" in refused(tmp_path, b"PK\x03\x04")
    assert "workbook of an old kind" in refused(tmp_path, b"\xd0\xcf\x11\xe0")


def test_a_real_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in ([None], ["Day", "Post", "People"], [date(2015, 9, 21), "gate", 131]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    found = import_counts(tmp_path / "book.xlsx", column_map(LONG))
    assert rows(found) == EXPECTED[:1]


def test_a_map_in_a_file_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("period: Day\nplaec: Post\ndecimal: dot\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        column_map([str(path)])
    assert [each.line for each in caught.value.problems] == [2, 3]
