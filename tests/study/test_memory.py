"""Memory does not grow with runs: rows wait on disk, and come out as if all had been held."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim import compare, open_results
from sim.errors import ResultsError
from sim.results.table_files import TableFile
from sim.results.tables import TABLES
from sim.scenario.loading import load_scenario
from sim.storage.heap import give_back
from tests.effort import PATIENCE_S
from tests.fault_tolerance.command import ROOT, SCENARIO
from tests.golden.record import FILES

OPTIONS = {"replicates": 6, "runs_per_state": 2}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "out"
    compare(load_scenario(Path(SCENARIO)), out=folder, **OPTIONS)  # type: ignore[arg-type]
    return folder


@pytest.mark.parametrize(("bytes_in_memory", "frames"), [(0, 64), (100_000, 2), (2**26, 2)])
def test_a_study_put_together_run_by_run_writes_the_same_bytes(
    plain: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bytes_in_memory: int,
    frames: int,
) -> None:
    """From disk, from memory, or some tables from each."""
    monkeypatch.setattr("sim.study.partial_results.CHUNK_BYTES", 1)
    monkeypatch.setattr("sim.study.partial_results.OPEN_FILES", 1)
    monkeypatch.setattr("sim.study.comparison.AT_ONCE_BYTES", 1)
    monkeypatch.setattr("sim.results.assembly.MOST_IN_MEMORY", bytes_in_memory)
    monkeypatch.setattr("sim.results.assembly.MOST_FRAMES", frames)
    monkeypatch.setattr("sim.results.assembly.FILES_AT_ONCE", 2)
    monkeypatch.setattr("sim.results.tables.daily_summary.MOST_BLOCK_BYTES", 1)
    compare(load_scenario(Path(SCENARIO)), out=tmp_path / "out", **OPTIONS)  # type: ignore[arg-type]
    for name in FILES:
        assert (tmp_path / "out" / name).read_bytes() == (plain / name).read_bytes(), name
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_large_table_is_read_when_it_is_asked_for(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = open_results(plain).results
    monkeypatch.setattr("sim.results.table_files.HELD_BYTES", 0)
    results = open_results(plain).results
    wanted = ["R1_person_days", "O1"]
    assert_frame_equal(results.of_indicators(wanted), held.of_indicators(wanted))
    assert results.of_indicators(wanted)["indicator"].unique().sort().to_list() == sorted(wanted)
    assert list(results.frames) != []
    assert len(results.frames) == len(TABLES)
    for name in TABLES:
        assert_frame_equal(results.frames[name], held.frames[name])
    assert_frame_equal(results.of_indicators(wanted), held.of_indicators(wanted))


def test_a_report_never_holds_all_days(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took 1.4 GB for 50 states of the world: the daily rows of all policies were held."""
    charts = ("fan", "heat_map", "flow_map")
    shutil.copytree(plain, tmp_path / "held")
    shutil.copytree(plain, tmp_path / "read")
    of_held = open_results(tmp_path / "held").write_report(charts=charts, full=True).read_bytes()
    read: list[tuple[str, bool]] = []
    rows = TableFile.rows

    def noted(table: TableFile, wanted: pl.Expr | None = None) -> pl.DataFrame:
        read.append((table.table.name, wanted is not None))
        return rows(table, wanted)

    monkeypatch.setattr("sim.results.table_files.HELD_BYTES", 0)
    monkeypatch.setattr(TableFile, "rows", noted)
    report = open_results(tmp_path / "read").write_report(charts=charts, full=True)
    assert report.read_bytes() == of_held
    assert {in_part for name, in_part in read if name in ("daily", "flows")} == {True}


@pytest.mark.parametrize(("cut", "said"), [(True, "cut short"), (False, "changed since it was")])
def test_a_large_table_that_is_damaged_is_told_at_once(
    cut: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    compare(load_scenario(Path(SCENARIO)), ["open"], out=folder, replicates=1)
    monkeypatch.setattr("sim.results.table_files.HELD_BYTES", 0)
    file = folder / "daily.parquet"
    content = file.read_bytes()
    file.write_bytes(content[:-1] if cut else content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ResultsError, match=rf"daily\.parquet: {said}"):
        open_results(folder)


FREED = """
from pathlib import Path
from sim.storage.heap import give_back
def held_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
blocks = [bytearray(100_000) for _ in range(1000)]
last = bytearray(50_000)  # what lies above keeps the C library from shrinking the heap by itself
blocks.clear()
before = held_mb()
give_back()
print(before - held_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="of the C library of Linux")
def test_freed_memory_is_given_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FREED],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    assert float(done.stdout) > 50.0


def test_memory_is_given_back_after_each_piece_of_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []

    def noted() -> None:
        given.append(sum(1 for _ in tmp_path.glob(".out.*/runs-*")))
        give_back()

    monkeypatch.setattr("sim.study.pacing.MOST_RUNS", 2)
    monkeypatch.setattr("sim.study.partial_results.give_back", noted)
    compare(load_scenario(Path(SCENARIO)), ["open"], out=tmp_path / "out", replicates=6)
    assert given == [1, 2, 3]


MODELS_LEFT = """
import gc
from sim.study.replication import Study
from sim.__main__ import main
make, left = Study.run_one, []
def counted(*given, **named):
    run = make(*given, **named)
    left.append(sum(type(each).__name__ == "BorderModel" for each in gc.get_objects()))
    return run
Study.run_one = counted
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(len(left), max(left))
"""


def test_models_that_are_done_do_not_gather_while_a_command_makes_runs(tmp_path: Path) -> None:
    """Cycles are seldom looked for while libraries load, and a model is one with large tables."""
    words = ["run", SCENARIO, "--replicates", "60", "--quiet", "--no-report"]
    done = subprocess.run(
        [sys.executable, "-c", MODELS_LEFT, *words, "--workers", "1", "--out", str(tmp_path / "o")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    runs, most = map(int, done.stdout.split()[-2:])
    assert runs >= 60
    assert most < 20
