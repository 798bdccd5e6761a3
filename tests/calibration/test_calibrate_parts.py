"""Parts of a calibration: in any order and place, missing or twice, they make the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from sim import calibrate
from sim.api.part_making import make_calibration_part
from sim.calibration.rounds import PartOfRound
from sim.cli.exit_status import run_command
from sim.errors import BusyError, InputError, ResultsError
from sim.results.posterior_folder import BANK, MANIFEST, PARTICLES
from sim.storage.locks import exclusive_lock
from tests.calibration.small_case import CLOSED, ROOT, UNTIL, small_case, write_counts

ASKED: dict[str, Any] = {"runs": 240, "particles": 60, "seed": 5}  # the prior, and 3 sweeps
ROUND = 60


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_counts(small_case(), tmp_path_factory.mktemp("counts") / "observed.csv")


@pytest.fixture(scope="module")
def plain(counts: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """What one run of it all writes."""
    out = tmp_path_factory.mktemp("plain") / "out"
    calibrate(small_case(), UNTIL, observed=counts, out=out, **ASKED)
    return files(out)


def files(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in (PARTICLES, BANK, MANIFEST)]


def make(counts: Path, part: str, out: Path, **more: Any) -> PartOfRound | None:
    asked = {**ASKED, **more}
    return make_calibration_part(small_case(), UNTIL, part, observed=counts, out=out, **asked)


def whole(counts: Path, out: Path, **more: Any) -> list[bytes]:
    calibrate(small_case(), UNTIL, observed=counts, out=out, **ASKED, **more)
    return files(out)


def test_all_rounds_in_parts_the_last_part_first(
    counts: Path, plain: list[bytes], tmp_path: Path
) -> None:
    """Each part waits for nothing; whoever makes a round whole goes on with the next."""
    out = tmp_path / "out"
    second = make(counts, "2/2", out)
    assert second is not None
    assert (second.name, second.runs, second.of, second.missing) == ("the prior", 30, 60, 30)
    first = make(counts, "1/2", out)
    assert first is not None
    assert (first.name, first.missing) == ("sweep 1", 30)
    assert make(counts, "1/2", out) == first, "twice: nothing more can be done"
    left: PartOfRound | None = first
    turns = 0
    while left is not None:
        turns += 1
        left = make(counts, "2/2" if turns % 2 else "1/2", out)
    assert 2 <= turns <= 4
    assert not out.exists(), "a part puts nothing together"
    made: list[int] = []
    assert whole(counts, out, progress=lambda done, _: made.append(done)) == plain
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert make(counts, "1/2", out) is None


def test_parts_of_other_folders_with_one_missing_and_one_twice(
    counts: Path, plain: list[bytes], tmp_path: Path
) -> None:
    for name, part in {"a": "3/3", "b": "1/3", "c": "1/3"}.items():
        left = make(counts, part, tmp_path / name)
        assert left is not None
        assert (left.runs, left.missing) == (20, 40)
    left = make(counts, "1/6", tmp_path / "d")
    assert left is not None
    shutil.move(left.place, tmp_path / "carried.partial")
    said: list[str] = []
    done: list[int] = []
    folders = [tmp_path / name for name in ("a", "b", "c", "carried.partial")]
    out = tmp_path / "out"
    more: dict[str, Any] = {"notice": said.append, "progress": lambda n, _: done.append(n)}
    assert whole(counts, out, parts=folders, **more) == plain
    assert f"{tmp_path / 'a'}: runs of 1 rounds" in said
    assert done[0] == 40, "two thirds of the prior were there"
    assert all(any(tmp_path.glob(f".{name}.*.partial")) for name in ("a", "b", "c"))


def test_a_part_takes_in_what_others_left_elsewhere(
    counts: Path, plain: list[bytes], tmp_path: Path
) -> None:
    make(counts, "1/2", tmp_path / "a")
    left = make(counts, "2/2", tmp_path / "b", parts=[tmp_path / "a"])
    assert left is not None
    assert (left.name, left.missing) == ("sweep 1", 30)
    assert whole(counts, tmp_path / "b", parts=[tmp_path / "a"]) == plain


def test_parts_of_another_calibration_are_told_and_left_alone(
    counts: Path, plain: list[bytes], tmp_path: Path
) -> None:
    make(counts, "1/1", tmp_path / "other", seed=77)
    said: list[str] = []
    assert whole(counts, tmp_path / "out", parts=[tmp_path / "other"], notice=said.append) == plain
    assert any("is of another calibration" in each for each in said)
    with pytest.raises(ResultsError, match="no part of a calibration is there"):
        whole(counts, tmp_path / "more", parts=[tmp_path / "nothing"])


def test_what_is_no_part_and_a_busy_folder(counts: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no part"):
        make(counts, "3/2", tmp_path / "out")
    with exclusive_lock(tmp_path / "out"), pytest.raises(BusyError):
        make(counts, "1/2", tmp_path / "out")


def test_the_command_says_what_must_come_next(
    counts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teaching = ROOT / "scenarios" / "teaching" / "one-crossing.yaml"
    words = [
        *("calibrate", teaching, "--observed", counts, "--until", UNTIL, "--policy", CLOSED),
        *("--runs", 100, "--particles", 50, "--workers", 1, "--out", tmp_path / "fitted"),
    ]
    line = [str(word) for word in words]
    assert run_command([*line, "--part", "1/2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "part 1 of 2: 25 of 50 runs of the prior are kept in" in said
    assert "25 of the other parts are missing next: when these are made" in said
    assert run_command([*line, "--no-charts"]) == 0
    assert "posterior:" in capsys.readouterr().out
    assert run_command([*line, "--part", "2/2"]) == 0
    assert "all rounds are whole" in capsys.readouterr().out
