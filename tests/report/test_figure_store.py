"""Figures are drawn once, the same in any process, and used again while nothing of them changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sim.report.charts import drawing_processes
from sim.report.charts.drawn_chart import DrawnChart
from sim.report.charts.figure_store import RECORD, figures_of
from sim.report.charts.registry import ChartKind
from sim.report.drawing import fonts
from sim.report.drawing.chart import Chart
from sim.results.store import StoredResults
from sim.text.catalogue import speaking

NAMES = ("who_pays", "tornado")  # little is drawn where there is as little to show as here
Draw = Callable[..., list[DrawnChart]]


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the charts that are drawn from now on, in this process."""
    names: list[str] = []
    draw = ChartKind.draw

    def noted(kind: ChartKind, results: StoredResults) -> Chart:
        names.append(kind.name)
        return draw(kind, results)

    monkeypatch.setattr(ChartKind, "draw", noted)
    return names


def test_what_is_there_is_used_again(tiny: StoredResults, drawings: list[str]) -> None:
    told: list[tuple[int, int]] = []
    first = figures_of(tiny, NAMES, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert figures_of(tiny, NAMES[::-1], progress=lambda *_: pytest.fail("drawn")) == first[::-1]
    assert drawings == list(NAMES)
    figures = tiny.folder / "figures"
    assert {each.name for each in figures.iterdir()} == {
        *(f"{name}.{suffix}" for name in NAMES for suffix in ("png", "csv")),
        RECORD,
    }
    assert (figures / "who_pays.png").read_bytes() == first[0].png()


def test_a_vector_picture_is_drawn_when_it_is_asked_for(
    tiny: StoredResults, drawings: list[str]
) -> None:
    figures_of(tiny, NAMES)
    figures_of(tiny, NAMES[:1], vector=True)
    assert drawings == [*NAMES, NAMES[0]]
    assert (tiny.folder / "figures" / "who_pays.svg").read_bytes().startswith(b"<?xml")
    figures_of(tiny, NAMES)
    assert len(drawings) == 3


def _lose_a_file(folder: Path) -> None:
    (folder / "who_pays.csv").unlink()


def _paint_over(folder: Path) -> None:
    (folder / "who_pays.png").write_bytes((folder / "tornado.png").read_bytes())


def _damage_the_record(folder: Path) -> None:
    (folder / RECORD).write_text("{", encoding="utf-8")


def _make_nonsense_of_the_record(folder: Path) -> None:
    (folder / RECORD).write_text('{"who_pays": {"key": 1}}', encoding="utf-8")


@pytest.mark.parametrize(
    "harm", [_lose_a_file, _paint_over, _damage_the_record, _make_nonsense_of_the_record]
)
def test_what_is_not_as_it_was_is_drawn_again(
    tiny: StoredResults, drawings: list[str], harm: Callable[[Path], None]
) -> None:
    first = figures_of(tiny, NAMES[:1])
    figures_of(tiny, NAMES[1:])
    harm(tiny.folder / "figures")
    assert figures_of(tiny, NAMES[:1]) == first
    assert drawings == [*NAMES, NAMES[0]]


def test_other_data_and_other_words_are_drawn_again(
    tiny: StoredResults, drawings: list[str]
) -> None:
    figures_of(tiny, NAMES[:1])
    figures_of(replace(tiny, manifest={**tiny.manifest, "created": "later"}), NAMES[:1])
    assert len(drawings) == 1, "no figure shows when the results were made"
    figures_of(replace(tiny, manifest={**tiny.manifest, "run_id": "another"}), NAMES[:1])
    assert len(drawings) == 2
    with speaking("fi"):
        figures_of(tiny, NAMES[:1])
    assert len(drawings) == 3
    assert (tiny.folder / "figures" / "fi" / "who_pays.png").is_file()


def test_only_figures_of_a_table_that_changed_are_drawn_again(
    tiny: StoredResults, drawings: list[str]
) -> None:
    names = ("heat_map", "exposure")
    figures_of(tiny, names)
    record = json.loads((tiny.folder / "figures" / RECORD).read_bytes())
    assert "exposure" in record["exposure"]["tables"]
    assert "exposure" not in record["heat_map"]["tables"]
    files = [
        {**each, "sha256": "0" if each["name"] == "exposure.parquet" else each["sha256"]}
        for each in tiny.manifest["files"]
    ]
    before = (tiny.folder / "figures" / "heat_map.png").stat().st_mtime_ns
    figures_of(replace(tiny, manifest={**tiny.manifest, "files": files}), names)
    assert drawings == [*names, "exposure"]
    assert (tiny.folder / "figures" / "heat_map.png").stat().st_mtime_ns == before


def test_a_picture_with_boxes_for_signs_is_not_kept(
    tiny: StoredResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever picture had them: those that are drawn afterwards are kept."""
    with monkeypatch.context() as patch:
        patch.setattr(fonts, "_families_with", lambda _: ((), frozenset({0x1234})))
        figures_of(tiny, NAMES[:1])
    assert json.loads((tiny.folder / "figures" / RECORD).read_bytes()) == {}
    figures_of(tiny, NAMES[:1])
    assert [*json.loads((tiny.folder / "figures" / RECORD).read_bytes())] == [NAMES[0]]


def test_processes_draw_what_this_one_draws(
    tiny: StoredResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = figures_of(tiny, NAMES)
    (tiny.folder / "figures" / RECORD).unlink()
    monkeypatch.setattr(drawing_processes, "FEW", 1)
    monkeypatch.setattr(drawing_processes, "MANY", 1)
    monkeypatch.setattr(ChartKind, "draw", lambda *_: pytest.fail("here"))
    monkeypatch.setattr(drawing_processes, "AHEAD", len(NAMES))
    assert figures_of(tiny, NAMES, workers=2) == here


def test_what_a_lost_process_was_to_draw_is_drawn_here(
    tiny: StoredResults, drawings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing_processes, "FEW", 1)
    monkeypatch.setattr(drawing_processes, "MANY", 1)
    monkeypatch.setattr(drawing_processes._Drawer, "give", lambda self, _: self._process.kill())
    assert [each.name for each in figures_of(tiny, NAMES, workers=2)] == list(NAMES)
    assert sorted(drawings) == sorted(NAMES)
