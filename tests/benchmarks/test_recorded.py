"""What was measured is kept without naming the machine, and the page says what was kept."""

from __future__ import annotations

import json
import platform
import re
from pathlib import Path

import pytest

from benchmarks import quick, results_file
from benchmarks.quick import Ratio
from benchmarks.results_file import FOLDER, newest_results, read_results, write_section
from benchmarks.sections import SECTIONS, Column
from docs.performance import build
from docs.performance.scale import scale_table
from docs.performance.targets import TARGETS, Target, targets_table

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_record_names_no_machine_and_no_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'"(?:[A-Za-z]:\\\\|/)', text), "a path"
    assert platform.node() not in re.findall(r"[\w.-]+", text)
    assert set(read_results(path)["sections"]) <= set(SECTIONS)


def test_page_is_what_was_recorded() -> None:
    newest = newest_results()
    assert newest
    template = build.TEMPLATE.read_text(encoding="utf-8")
    assert build.PAGE.read_text(encoding="utf-8") == build.page(template, read_results(newest)), (
        "run python -m docs.performance.build"
    )


def test_page_has_a_place_for_every_section() -> None:
    marks = re.findall(r"^<!-- ([\w]+) -->$", build.TEMPLATE.read_text(encoding="utf-8"), re.M)
    assert marks == ["machine", "targets", "scale", *SECTIONS]


def test_a_section_is_written_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_file, "FOLDER", tmp_path)
    write_section("plain", [{"way": "C", "cpu_s": 0.123456789, "record_s": None}])
    path = write_section("flee", [{"tool": "Flee", "agents": 1234567}])
    sections = json.loads(path.read_text(encoding="utf-8"))["sections"]
    assert sections["plain"]["rows"] == [{"way": "C", "cpu_s": 0.12346, "record_s": None}]
    assert sections["flee"]["rows"] == [{"tool": "Flee", "agents": 1234567}]


@pytest.mark.parametrize(
    ("value", "form", "cell"),
    [(1234.5, ",.0f", "1,234"), (None, ".1f", "–"), (True, "", "yes"), ("C", "", "C")],
)
def test_cells(value: object, form: str, cell: str) -> None:
    assert Column("key", "head", form).cell({"key": value}) == cell


@pytest.mark.parametrize(
    ("value", "noise", "verdict"),
    [
        (1.3, 0.02, "SLOWER by 30% (noise 10%)"),
        (0.7, 0.02, "faster by 30% (noise 10%)"),
        (1.3, 0.16, "as recorded (+30%, within 32%)"),
        (1.08, 0.0, "as recorded (+8%, within 10%)"),
    ],
)
def test_quick_says_what_got_slower_beyond_the_noise(
    value: float, noise: float, verdict: str
) -> None:
    assert Ratio("it", value, noise).verdict(1.0) == verdict


def test_ratio_is_of_least_times_piece_by_piece_and_tells_its_noise() -> None:
    """Two pieces are least in different turns; without the turn in which one is, it is 4 over 2."""
    mine = iter([[1.0, 3.0], [2.0, 2.0], *[[2.0, 2.0]] * 4])
    ratio = quick.ratio_of("it", lambda: next(mine), lambda: [2.0])
    assert ratio.value == pytest.approx(1.5)
    assert ratio.noise == pytest.approx(1.0 / 3.0)


def test_quick_ends_well_whatever_got_slower(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quick, "ratios", lambda: iter([Ratio("it", 2.0, 0.0), Ratio("new", 1, 0)]))
    monkeypatch.setattr(quick, "recorded_ratios", lambda: {"it": 1.0})
    quick.compare_with_recorded()
    said = capsys.readouterr().out
    assert "it: 2.00: SLOWER" in said
    assert "new: 1.00: not recorded yet" in said
    assert "1 slower than recorded" in said


def test_chart_has_a_line_for_every_tool() -> None:
    rows = [
        {"way": way, "groups": groups, "cpu_s": groups * 1e-6, "event_ns": 100.0}
        for way in build.DRAWN
        for groups in (1000, 10000)
    ]
    (axes,) = build.chart(rows).axes
    assert len(axes.lines) == len(build.DRAWN)
    assert axes.get_xscale() == axes.get_yscale() == "log"


def test_quick_compares_with_what_this_machine_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(results_file, "FOLDER", tmp_path)
    assert quick.recorded_ratios() == {}
    write_section("ratios", [{"figure": "it", "ratio": 2.0, "noise": 0.1}])
    assert quick.recorded_ratios() == {"it": 2.0}
    assert capsys.readouterr().out.startswith("against 20")


@pytest.mark.parametrize(
    ("found", "least", "verdict"),
    [
        (40.0, True, "met"),
        (20.0, True, "**missed**, 2.00 times"),
        (40.0, False, "met"),
        (60.0, False, "**missed**, 1.50 times"),
        (40.1, False, "met"),
        (40.3, False, "**missed**, 1.01 times"),
    ],
)
def test_a_missed_target_says_by_how_much(found: float, least: bool, verdict: str) -> None:
    assert Target("it", "plain", "ratio", 40.0, {}, least=least).verdict(found) == verdict


def test_targets_name_what_is_measured_and_misses_come_first() -> None:
    for target in TARGETS:
        assert target.key in {column.key for column in SECTIONS[target.section].columns}
    newest = newest_results()
    assert newest
    lines = targets_table(read_results(newest)["sections"]).splitlines()[2:]
    met = [line.endswith("| met |") for line in lines]
    assert met == sorted(met)
    assert len(met) == len(TARGETS)
    assert targets_table({}).count("not measured") == len(TARGETS)


def test_large_work_is_a_line_through_what_was_measured() -> None:
    study = [
        {"states": 10, "cpu_s": 36.0, "folder_mb": 20.0},
        {"states": 50, "cpu_s": 180.0, "folder_mb": 60.0},
    ]
    assembly = [{"states": 100, "peak_mb": 410.0}, {"states": 1_100, "peak_mb": 430.0}]
    finland = [{"replications_per_s": 10.0}]
    found = {"finland": finland, "study": study, "assembly": assembly}
    text = scale_table({name: {"rows": rows} for name, rows in found.items()})
    runs, states = text.splitlines()[2:]
    assert runs.endswith("| 27.8 | 0.4 | – | – |")
    assert states.endswith("| 10.0 | 0.2 | 0.6 | 10.0 |")
