"""What surrounds a command: streams, encodings, memory, caches, locks, backends of charts."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import resource
import subprocess
import sys
import warnings
from pathlib import Path

import numba
import pytest

from sim.cli import process
from sim.cli.exit_status import run_command
from sim.errors import InputError, RajasimError, ResultsError
from sim.results.store import behind_link, refuse_foreign
from sim.storage import compiler_cache, locks
from tests.bad_input.template import write_changed

CHECK = [sys.executable, "-m", "sim", "check"]


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    return str(tmp_path / write_changed(tmp_path))


# ---- streams and encodings


@pytest.mark.parametrize("closed", ["stdout", "stderr", "both"])
def test_a_command_works_with_closed_streams(scenario: str, closed: str) -> None:
    ends = {"stdout": ">&-", "stderr": "2>&-", "both": "<&- >&- 2>&-"}[closed]
    line = f'"$0" -m sim check "$1" {ends}'
    done = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, scenario],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert ("ok;" in done.stdout) == (closed == "stderr")
    assert done.stderr == ""


def test_signs_that_an_encoding_lacks_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    written = {}
    for encoding in ("ascii", "cp1252", "utf-8"):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
        process.open_streams()
        sys.stdout.write("\N{MINUS SIGN}5 – 9 ≈ ä 中 \udcff")
        sys.stdout.flush()
        written[encoding] = raw.getvalue().decode(encoding)
    assert written == {
        "ascii": "-5 - 9 ~ ? ? ?",
        "cp1252": "-5 – 9 ~ ä ? ?",
        "utf-8": "\N{MINUS SIGN}5 – 9 ≈ ä 中 ?",
    }


def test_the_table_goes_into_a_file_of_a_narrow_encoding(scenario: str, tmp_path: Path) -> None:
    surroundings = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(
        [sys.executable, "-m", "sim", "describe", scenario],
        capture_output=True,
        check=False,
        env=surroundings,
    )
    assert done.returncode == 0, done.stderr
    assert "Crossings" in done.stdout.decode("cp1252")


def test_charts_need_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel's backend in the surroundings once ended in a fault of the program."""
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    process.prepare(["list", "charts"])
    assert os.environ["MPLBACKEND"] == "Agg"


def test_a_word_that_is_no_text_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not text in UTF-8"):
        process.prepare(["run", "s.yaml", "--out", "o\udcff"])
    with pytest.raises(ResultsError, match="is not text in UTF-8"):
        refuse_foreign(tmp_path / "o\udcff")


# ---- memory


def test_a_limit_on_memory_is_told_before_the_work(scenario: str) -> None:
    """Libraries abort with a trace of their own, or spin for ever, where threads cannot start."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (600 * 2**20, 600 * 2**20))

    run = [sys.executable, "-m", "sim", "run", scenario, "--replicates", "1"]
    done = subprocess.run(
        run, capture_output=True, text=True, check=False, preexec_fn=limited, timeout=300
    )
    assert done.returncode == 1
    assert done.stderr.startswith("out of memory before the start: this command needs about 2,048")
    assert done.stderr.count("\n") == 1
    checked = subprocess.run(
        [*CHECK, scenario], capture_output=True, text=True, check=False, preexec_fn=limited
    )
    assert checked.returncode == 0, checked.stderr


def test_threads_are_few_where_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in process.THREADS:
        monkeypatch.delenv(name, raising=False)
    limits: list[tuple[process.Need, float | None]] = [(process.DATA, None)]
    monkeypatch.setattr(process, "limits_mib", lambda: limits)
    process.require_memory(["run"])
    assert not set(process.THREADS) & os.environ.keys()
    limits[:] = [(process.DATA, 1024.0), (process.ADDRESS_SPACE, 3000.0)]
    process.require_memory(["run"])
    assert {os.environ[name] for name in process.THREADS} == {"1"}


@pytest.mark.skipif(sys.platform != "linux", reason="threads are listed so on Linux")
def test_a_check_starts_no_threads(scenario: str) -> None:
    """Idle threads of numpy's once took a sixth of the CPU time of every short command."""
    line = "import os, atexit; atexit.register(lambda: print(len(os.listdir('/proc/self/task'))))"
    line += "; from sim.__main__ import main; main()"
    free = {k: v for k, v in os.environ.items() if k not in process.THREADS}
    done = subprocess.run(
        [sys.executable, "-c", line, "check", scenario],
        capture_output=True,
        text=True,
        check=True,
        env=free,
    )
    assert done.stdout.splitlines()[-1] == "1"


@pytest.mark.parametrize(
    ("need", "mib", "word", "told"),
    [
        (process.ADDRESS_SPACE, 300.0, "check", "needs about 512 MiB of address space"),
        (process.ADDRESS_SPACE, 2000.0, "compare", "needs about 2,048 MiB of address space"),
        (process.DATA, 700.0, "report", "needs about 1,024 MiB of data"),
    ],
)
def test_what_is_needed_is_told(
    need: process.Need, mib: float, word: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in process.THREADS:
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(process, "limits_mib", lambda: [(need, mib)])
    with pytest.raises(RajasimError, match=told):
        process.require_memory([word])


# ---- the compiler's cache


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Only folders whose path holds one of these texts can be written to."""
    monkeypatch.setenv(compiler_cache.VARIABLE, "")  # so that it is as it was afterwards
    monkeypatch.delenv(compiler_cache.VARIABLE)
    monkeypatch.setattr("numba.config.CACHE_DIR", numba.config.CACHE_DIR)
    writable: list[str] = []
    monkeypatch.setattr(
        compiler_cache,
        "_is_writable",
        lambda folder: any(each in str(folder) for each in writable),
    )
    return writable


@pytest.mark.parametrize(
    ("writable", "temporary"), [([], True), (["/code/"], False), (["numba"], False)]
)
def test_machine_code_is_kept_somewhere(
    nowhere: list[str], writable: list[str], temporary: bool
) -> None:
    """A read-only installation without a home once ended in a fault of the program."""
    nowhere += writable
    compiler_cache.find_cache_place(Path("/code/sim"))
    assert (compiler_cache.VARIABLE in os.environ) == temporary
    assert compiler_cache.is_temporary() == temporary
    if temporary:
        assert Path(os.environ[compiler_cache.VARIABLE]).is_dir()


def test_a_place_that_is_named_and_cannot_be_used_is_replaced(
    nowhere: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(compiler_cache.VARIABLE, "/named")
    compiler_cache.find_cache_place(Path("/code/sim"))
    assert os.environ[compiler_cache.VARIABLE] != "/named"
    nowhere.append("/named")
    monkeypatch.setenv(compiler_cache.VARIABLE, "/named")
    compiler_cache.find_cache_place(Path("/code/sim"))
    assert os.environ[compiler_cache.VARIABLE] == "/named"


# ---- file systems without locks


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP])
def test_without_locks_work_goes_on_with_a_note(
    code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(number: int, operation: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    told = pytest.warns(locks.NoLocksWarning, match="the file system has no locks")
    with told, locks.exclusive_lock(tmp_path / "results"):
        pass
    (tmp_path / "file").touch()
    assert not locks.is_left_over(tmp_path / "file")


def test_other_faults_of_a_lock_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(number: int, operation: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", refuse)
    told = pytest.raises(RajasimError, match="Input/output error")
    with told, locks.exclusive_lock(tmp_path / "results"):
        pass


def test_warnings_are_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        process.show_warnings_in_a_line(quiet=False)
        for _ in range(2):
            warnings.warn("Glyph\n missing", UserWarning, stacklevel=1)
        process.show_warnings_in_a_line(quiet=True)
        warnings.warn("another", UserWarning, stacklevel=1)
    assert capsys.readouterr().err == "note: Glyph missing\n"


# ---- results folders


@pytest.mark.parametrize("name", [".", "..", "a/..", "./"])
def test_a_results_folder_needs_a_name(
    name: str,
    scenario: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["run", scenario, "--replicates", "1", "--no-report", "--out", name]
    assert run_command(words) == 2
    assert "names no folder to be made; name one, as --out results/first" in capsys.readouterr().err


def test_a_link_to_a_folder_leads_to_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert behind_link(tmp_path / "link") == (tmp_path / "real").resolve()
    assert behind_link(tmp_path / "real") == tmp_path / "real"
    (tmp_path / "broken").symlink_to("nothing")
    with pytest.raises(ResultsError, match="is a link that leads to no folder"):
        refuse_foreign(behind_link(tmp_path / "broken"))


# ---- values of --set


@pytest.mark.parametrize(
    ("setting", "cause", "advice"),
    [
        ("title=#1 border", "the value is empty, since # begins a comment", "put it in quotes"),
        ("title= # nothing", "the value is empty", "put it in quotes"),
        ("title=a: b", "expected a text, got keys with values", "': ' in it makes a key"),
        ("title=[a]", "expected a text, got a list", "put the text in quotes"),
        ("title=5", "expected a text, got 5", "put the text in quotes"),
        ("title=~", "expected a text, got nothing", "a # begins a comment"),
    ],
)
def test_what_yaml_takes_for_something_else_is_told(
    scenario: str, setting: str, cause: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run", scenario, "--set", setting]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("--set:1:")
    assert cause in printed
    assert advice in printed
