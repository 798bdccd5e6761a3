"""Files and folders that are written whole or not at all, and locks that die with their process."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import BusyError, ResultsError, StorageError
from sim.storage.atomic import clear_staging, staging_folder, write_atomically
from sim.storage.locks import exclusive_lock


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestPlace:
    def test_a_file_is_replaced_and_nothing_stays_beside(self, tmp_path: Path) -> None:
        write_atomically(tmp_path / "page", b"one")
        write_atomically(tmp_path / "page", b"two")
        assert (tmp_path / "page").read_bytes() == b"two"
        assert names(tmp_path) == ["page"]

    @pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
    def test_it_may_be_read_by_whom_the_user_lets(self, tmp_path: Path) -> None:
        before = os.umask(0o027)
        try:
            write_atomically(tmp_path / "page", b"")
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "page").stat().st_mode) == 0o640

    def test_what_the_disk_refuses_is_reported_and_the_old_file_stays(self, tmp_path: Path) -> None:
        with pytest.raises(StorageError, match=r"deep.page: could not be written \(No such file"):
            write_atomically(tmp_path / "deep" / "page", b"")
        (tmp_path / "folder").mkdir()
        with pytest.raises((StorageError, ResultsError), match="folder: "):
            write_atomically(tmp_path / "folder", b"")
        assert names(tmp_path) == ["folder"]


class TestReplacing:
    def test_a_folder_is_replaced_with_all_that_it_held(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "old").touch()
        with staging_folder(tmp_path / "out") as fresh:
            (fresh / "new").touch()
            assert names(tmp_path / "out") == ["old"]
        assert names(tmp_path / "out") == ["new"]
        assert names(tmp_path) == ["out"]

    @pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError])
    def test_after_a_fault_the_old_file_is_still_there(
        self, fault: type[BaseException], tmp_path: Path
    ) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "old").touch()

        def fail() -> None:
            with staging_folder(tmp_path / "out") as fresh:
                (fresh / "new").touch()
                raise fault

        with pytest.raises(fault):
            fail()
        assert names(tmp_path / "out") == ["old"]
        assert names(tmp_path) == ["out"]

    def test_workshops_of_the_dead_are_cleared_and_the_old_comes_back(self, tmp_path: Path) -> None:
        old = tmp_path / ".out.01234567.writing" / "old"
        old.mkdir(parents=True)
        (old / "results").touch()
        (tmp_path / ".out.89abcdef.writing" / "fresh").mkdir(parents=True)
        (tmp_path / ".other.89abcdef.writing").mkdir()
        (tmp_path / ".out.my-own.writing").mkdir()
        clear_staging(tmp_path / "out")
        assert names(tmp_path) == [".other.89abcdef.writing", ".out.my-own.writing", "out"]
        assert names(tmp_path / "out") == ["results"]


class TestAlone:
    def test_a_second_process_learns_who_holds_the_lock_and_harms_nothing(
        self, tmp_path: Path
    ) -> None:
        with exclusive_lock(tmp_path / "out"):
            for _ in range(2):
                busy = pytest.raises(BusyError, match=f"out: process {os.getpid()} is at work")
                with busy, exclusive_lock(tmp_path / "out"):
                    pass
            with exclusive_lock(tmp_path / "other"):
                pass
        with exclusive_lock(tmp_path / "out"):
            pass
        assert names(tmp_path) == []

    def test_folders_above_are_made_and_go_if_they_stay_empty(self, tmp_path: Path) -> None:
        with exclusive_lock(tmp_path / "a" / "b" / "out"):
            pass
        assert names(tmp_path) == []
        with exclusive_lock(tmp_path / "a" / "b" / "out"):
            (tmp_path / "a" / "kept").touch()
        assert names(tmp_path / "a") == ["kept"]

    @pytest.mark.skipif(os.name == "nt", reason="locks and signals of POSIX")
    def test_the_lock_dies_with_its_process(self, tmp_path: Path) -> None:
        code = (
            "import sys; from pathlib import Path\n"
            "from sim.storage.locks import exclusive_lock\n"
            "with exclusive_lock(Path(sys.argv[1])): print('locked', flush=True); sys.stdin.read()"
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "out")],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        with (
            pytest.raises(BusyError, match=f"process {holder.pid} "),
            exclusive_lock(tmp_path / "out"),
        ):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
        assert names(tmp_path) == [".out.lock"]
        with exclusive_lock(tmp_path / "out"):
            pass
        assert names(tmp_path) == []
