"""A disk that is full, or refuses: reported when it happens, and what is finished is kept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import sim.api.objects
import sim.study.run
from sim.errors import StorageError
from sim.results.store import read_results
from tests.effort import PATIENCE_S
from tests.fault_tolerance.command import BATCH, errors, files, kept, largest_file, line, start
from tests.fault_tolerance.conftest import Say

ROOT_USER = hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A small disk at a folder."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(words, check=False).returncode != 0:
        pytest.skip("mounting is not permitted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test fail if anything is computed."""

    def fail(**_: object) -> None:
        raise AssertionError("work was begun")

    monkeypatch.setattr(sim.study.run, "compile_engine", fail)


def test_a_full_disk_stops_a_real_process_with_advice(tmp_path: Path) -> None:
    with largest_file(2_000):  # less than a single run takes
        process = start(line("--workers", 1), tmp_path)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (1, "")
    assert len(errors(err)) == 1, err
    refused = r"runs-0-0-0-to-\d+-0-0: could not be written \(File too large\); make room, then run"
    assert re.search(refused, err)
    assert "0 of 252 states of the world are finished and kept" in err
    assert kept(tmp_path) == set()
    assert not (tmp_path / "out").exists()


def test_whatever_the_disk_refuses_nothing_is_lost(
    tmp_path: Path, undisturbed: Path, say: Say
) -> None:
    """Files are written in the order batches, tables, manifest; then figures and the report."""
    tables = {path.name: path.stat().st_size for path in undisturbed.iterdir() if path.is_file()}
    report = tables.pop("report.html")
    largest = max(tables, key=lambda name: tables[name])

    with largest_file(tables[largest] - 1):
        status, _, err = say(*line("--workers", 1, "--no-report"))
    assert status == 1
    assert f"{largest}: could not be written (File too large); make room" in err
    assert "252 of 252 states of the world are finished and kept" in err
    assert len(kept(tmp_path)) == 7
    assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]

    status, _, err = say(*line("--workers", 1, "--no-report"))
    assert (status, err) == (0, "resuming: 252 of 252 states of the world are finished\n")
    with largest_file(report - 1):
        status, _, err = say("report", "out")
    assert status == 1
    assert err.startswith("out/report.html: could not be written (File too large); make room")
    found = files(tmp_path / "out")
    assert found == {name: files(undisturbed)[name] for name in found}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (StorageError("out/figures: full; make room"), 1, "out/figures: full; make room, or only"),
        (KeyboardInterrupt(), 3, "interrupted while drawing the report"),
    ],
)
def test_a_report_that_is_cut_short_costs_no_results(
    fault: BaseException, status: int, words: str, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: sim.api.objects.Comparison, **__: object) -> Path:
        raise fault

    monkeypatch.setattr(sim.api.objects.Comparison, "write_report", fail)
    found, _, err = say(*line("--replicates", 2))
    assert found == status
    assert words in err
    assert err.endswith("the results in out are whole: rajasim report out draws it\n")
    read_results(Path("out"))


def test_a_small_disk_that_fills_up_and_is_cleared(
    undisturbed: Path, say: Say, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "4m"):
        out = ("--workers", 1, "--no-report", "--out", disk / "out")
        room = shutil.disk_usage(disk).free
        (disk / "ballast").write_bytes(bytes(room - 3 * 4096 - 400_000))  # two batches
        status, _, err = say(*line(*out))
        assert status == 1
        assert "(No space left on device); make room, then run the command again" in err
        whole = kept(disk)
        assert 0 < len(whole) < 7
        assert f"{BATCH * len(whole)} of 252 states of the world are finished and kept" in err
        (disk / "ballast").unlink()
        status, _, err = say(*line(*out))
        assert status == 0
        assert err.startswith(f"resuming: {BATCH * len(whole)} of 252 states of the world are")
        found = files(disk / "out")
        assert found == {name: files(undisturbed)[name] for name in found}
        assert [path.name for path in disk.iterdir()] == ["out"]


@pytest.mark.usefixtures("no_work")
def test_a_disk_that_may_only_be_read_is_reported_before_any_work(say: Say, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "1m"):
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        status, _, err = say(*line("--out", disk / "deep" / "out"))
        assert status == 1
        assert "could not be written (Read-only file system); make it writable" in err
        assert err.count("\n") == 1


@pytest.mark.usefixtures("no_work")
def test_where_a_disk_is_mounted_is_no_place_for_results(say: Say, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "1m"):
        status, _, err = say(*line("--out", tmp_path / "disk"))
        assert status == 2
        assert "is where a disk is mounted; choose a folder inside it" in err


@pytest.mark.usefixtures("no_work")
@pytest.mark.skipif(ROOT_USER, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_reported_before_any_work(
    say: Say, tmp_path: Path
) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    status, _, err = say(*line("--out", "closed/out"))
    assert status == 1
    assert "could not be written (Permission denied); make it writable" in err


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("place", "status", "words"),
    [
        ("file/out", 2, "file/out: cannot hold results ("),
        ("file", 2, "file: is not a folder"),
        ("/proc/out", 1, "/proc/out: could not be written ("),
        (f"deep/{'long' * 100}", 2, "leaves no room"),
    ],
)
def test_an_impossible_place_is_reported_before_any_work(
    place: str, status: int, words: str, say: Say, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("years of work", encoding="utf-8")
    found, out, err = say(*line("--out", place))
    assert (found, out) == (status, "")
    assert words in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.usefixtures("no_work")
def test_a_page_of_patterns_has_its_place_checked_too(say: Say, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finland = Path(__file__).parents[2] / "scenarios" / "finland-2023" / "base.yaml"
    status, _, err = say("patterns", finland, "--out", "file/page.md")
    assert status == 2
    assert "file/page.md: cannot be written to" in err
