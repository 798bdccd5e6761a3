"""Tables as spreadsheets and other programs write them: read, or refused with the cause."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import load_scenario
from sim.scenario.records import Observation
from tests.bad_input.template import write_changed

HEAD = "period_start,period_end,place,series,count,low,high\n"
COUNTS = (
    f"{HEAD}2024-03-02,2024-03-02,near,arrivals,5,,\n2024-03-03,2024-03-03,near,arrivals,8,6,9\n"
)
AREA = "  areas: {both: {name: Both, crossings: [near, far]}}\n"


def read(folder: Path, table: str | bytes, areas: str = "") -> tuple[Observation, ...]:
    """The counts of the template's scenario with this table."""
    content = table if isinstance(table, bytes) else table.encode()
    (folder / "counts.csv").write_bytes(content)
    observed = f"observed:\n  file: counts.csv\n  source: made up\n{areas}"
    name = write_changed(folder, ("limits:", f"{observed}limits:"))
    return load_scenario(folder / name).observed


def _of_a_day(row: str) -> str:
    """A row of arrivals on a day, from its place and numbers."""
    place, numbers = row.split(",", 1)
    return f"2024-03-05,2024-03-05,{place},arrivals,{numbers}\n"


def refusals(folder: Path, table: str | bytes, areas: str = "") -> list[str]:
    """The problems with a table, without its path."""
    with pytest.raises(ScenarioError) as caught:
        read(folder, table, areas)
    return [str(each).partition("counts.csv:")[2] for each in caught.value.problems]


@pytest.mark.parametrize(
    "table",
    [
        b"\xef\xbb\xbf" + COUNTS.encode(),
        COUNTS.replace("\n", "\r\n"),
        COUNTS.replace("2024-03-03,2", ",,,,,,\n,, ,,,,\n2024-03-03,2") + ",,,,,,\n",
        COUNTS.replace("\n", ",,\n"),
        COUNTS.replace(",", " , "),
        "# counted by hand\n" + COUNTS,
    ],
    ids=["byte order mark", "Windows", "empty rows", "empty columns", "spaces", "comment"],
)
def test_what_spreadsheets_add_is_passed_over(tmp_path: Path, table: str | bytes) -> None:
    assert read(tmp_path, table) == read(tmp_path, COUNTS)


@pytest.mark.parametrize(
    ("table", "line", "cause", "advice"),
    [
        (COUNTS.replace(",", ";"), 1, "has semicolons between its cells", "with commas"),
        (COUNTS.replace(",", "\t"), 1, "has tabs between its cells", "with commas"),
        (COUNTS.replace(",", "|"), 1, "has bars between its cells", "with commas"),
        ("sep=,\n" + COUNTS, 1, "begins with a line for Excel", "take that line out"),
        ("sep=;\n" + COUNTS.replace(",", ";"), 1, "a line for Excel", "with commas between"),
        ("#" + COUNTS, 2, "the header is in a comment", "take the # away"),
        ("# " + COUNTS.replace(",", ";"), 2, "the header is in a comment", "take the # away"),
        (COUNTS.replace("count", "Count"), 1, "the header lacks 'count'", "did you mean 'Count'"),
        (COUNTS.replace("low", "count"), 1, "the header has 'count' twice", "keep one"),
        (COUNTS.replace("high", "high,note,note"), 1, "the header has 'note' twice", "keep one"),
    ],
)
def test_the_cause_of_a_header_that_does_not_fit_is_named(
    tmp_path: Path, table: str, line: int, cause: str, advice: str
) -> None:
    (problem,) = refusals(tmp_path, table)
    assert problem.startswith(f"{line}: ")
    assert cause in problem
    assert advice in problem


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_another_encoding_is_named_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(ScenarioError, match=r"is not text in UTF-8.*save it as CSV in UTF-8"):
        read(tmp_path, ("# gezählt\n" + COUNTS).encode(encoding))


def test_all_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    table = (
        f"{HEAD}2024-03-01,2024-03-01,near,arrivals,..,,\n"
        "2024-03-02,2024-03-02,nera,arrivals,1,,\n02.03.2024,2024-03-02,near,arrivals,1,many,\n"
        "2024-03-04,2024-03-04,near,arrivals,5,,\n2024-03-05,near\n"
        "2024-03-06,2024-03-06,near,arrivals,5,6,\n2024-03-04,2024-03-04,near,arrivals,7,,\n"
        "2024-03-07,2024-03-07,near,arrivals,1,2,3,4\n"
    )
    found = refusals(tmp_path, table)
    assert [problem.partition(":")[0] for problem in found] == list("23446789")
    assert "leave a number that is unknown empty" in found[0]


def test_no_more_than_a_hundred_are_told(tmp_path: Path) -> None:
    rows = "".join(f"2024-03-01,2024-03-01,near,arrivals,{k}x,,\n" for k in range(500))
    found = refusals(tmp_path, HEAD + rows)
    assert len(found) == 101


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("1_234", "(write 1234 without it)"),
        ("1.234", "(write 1234 without it, or a fraction as 1.23)"),
        ("1.234.567", "write 1234567 without it"),
        ('"1,234"', "write 1234 without it"),
        ("1 234", "write 1234 without it"),
        ("1\u00a0234", "write 1234 without it"),
        ("1'234", "write 1234 without it"),
        ('"12,5"', "the decimal sign is a point"),
        ("1_2", "the decimal sign is a point"),
        ("١٢", "expected 0 to 1e+09"),
        ("infinity", "expected 0 to 1e+09"),
        (":", "leave a number that is unknown empty"),
        ("n/a", "leave a number that is unknown empty"),
        ("-1", "expected 0 to 1e+09"),
    ],
)
@pytest.mark.parametrize("column", ["count", "low", "high"])
def test_what_may_be_another_number_is_refused(
    tmp_path: Path, cell: str, advice: str, column: str
) -> None:
    cells = {"count": "", "low": "", "high": "", column: cell}
    row = ",".join(["2024-03-02,2024-03-02,near,arrivals", *cells.values()])
    (problem,) = refusals(tmp_path, f"{HEAD}{row}\n")
    assert problem.startswith(f"2: {column}: ")
    assert advice in problem


@pytest.mark.parametrize(
    ("cell", "number"), [("0.125", 0.125), ("12.5", 12.5), ("1e3", 1e3), ("1234", 1234.0)]
)
def test_plain_numbers_are_read(tmp_path: Path, cell: str, number: float) -> None:
    (found,) = read(tmp_path, f"{HEAD}2024-03-02,2024-03-02,near,arrivals,{cell},,\n")
    assert found.count == number


@pytest.mark.parametrize(
    ("rows", "areas", "words"),
    [
        (["total,10,,", "near,25,,"], "", "'total' is at most 10 on that day, its parts at least"),
        (["near,25,,", "total,,0,20"], "", "'total' is at most 20"),
        (["near,25,20,30", "far,5,,", "total,10,,"], "", "'total' is at most 10"),
        (["total,40,,", "near,25,,", "far,5,,"], "", "'total' is at least 40"),
        (["both,10,,", "near,25,,"], AREA, "'both' is at most 10"),
        (["total,10,,", "both,25,,"], AREA, "'total' is at most 10"),
        (["total,26,,", "both,25,,"], AREA, "'total' is at least 26"),
        (["both,40,,", "near,25,,", "far,5,,"], AREA, "'both' is at least 40"),
    ],
)
def test_a_sum_that_contradicts_its_parts_is_refused(
    tmp_path: Path, rows: list[str], areas: str, words: str
) -> None:
    table = HEAD + "".join(_of_a_day(row) for row in rows)
    (problem,) = refusals(tmp_path, table, areas)
    assert words in problem
    assert problem.startswith(f"{2 + [row[:4] for row in rows].index(words[1:5])}: ")


@pytest.mark.parametrize(
    ("rows", "areas"),
    [
        (["total,30,,", "near,25,,"], ""),
        (["total,10,10,30", "near,25,,"], ""),
        (["total,30,,", "near,25,,", "far,5,,"], ""),
        (["total,20,,", "near,25,10,30", "far,,0,"], ""),
        (["total,25,,", "both,25,,", "near,20,,"], AREA),
    ],
)
def test_a_sum_that_may_be_right_is_taken(tmp_path: Path, rows: list[str], areas: str) -> None:
    table = HEAD + "".join(_of_a_day(row) for row in rows)
    assert len(read(tmp_path, table, areas)) == len(rows)


def test_areas_that_overlap_are_refused(tmp_path: Path) -> None:
    one, two = "one: {name: One, crossings: [near]}", "two: {name: Two, crossings: [far, near]}"
    areas = f"  areas:\n    {one}\n    {two}\n"
    with pytest.raises(ScenarioError, match="'near' is in the area 'one' already"):
        read(tmp_path, COUNTS, areas)


def test_letters_with_marks_are_the_same_in_either_form(tmp_path: Path) -> None:
    """MacOS writes decomposed letters, other systems whole ones; they look the same."""
    whole, parts = (unicodedata.normalize(form, "närä") for form in ("NFC", "NFD"))
    assert whole != parts
    table = f"{HEAD}2024-03-02,2024-03-02,{parts},arrivals,5,,\n"
    (tmp_path / f"{parts}.csv").write_text(table, encoding="utf-8")
    observed = f"observed: {{file: {whole}.csv, source: made up}}\n"
    name = write_changed(
        tmp_path,
        ("  - id: far", f"  - id: {whole}"),
        ("b: far,", f"b: {parts},"),
        ("asylum_at: [far]", f"asylum_at: [{parts}]"),
        ("default: 2024-03-01T00:00+02:00", f"{parts}: 2024-03-01T00:00+02:00"),
        ("limits:", f"{observed}limits:"),
    )
    scenario = load_scenario(tmp_path / name, assignments=[f"crossings.{parts}.warm_places=7"])
    assert scenario.observed[0].place == whole
    (crossing,) = (each for each in scenario.world.network.crossings if each.id == whole)
    assert crossing.warm_places == 7


def test_a_key_in_both_forms_is_written_twice(tmp_path: Path) -> None:
    whole, parts = (unicodedata.normalize(form, "pää") for form in ("NFC", "NFD"))
    policy = "  {}: {{type: open, label: X, source: made up}}\n"
    both = policy.format(whole) + policy.format(parts)
    name = write_changed(tmp_path, ("policies:\n", "policies:\n" + both))
    with pytest.raises(ScenarioError, match=f"key '{whole}' is written twice"):
        load_scenario(tmp_path / name)
