"""Damaged files are reported by name, or thrown away and made again; never taken for whole."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim import compare, load_scenario
from sim.errors import WorkInterrupted
from sim.storage.atomic import write_atomically
from sim.storage.locks import try_lock
from sim.study.replication import Replication, Study
from sim.study.states import StateOfWorld
from tests.effort import effort
from tests.fault_tolerance.command import BATCH, SCENARIO, STATES, files, kept, largest_file, line
from tests.fault_tolerance.conftest import Say
from tests.results.test_store import TABLES


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    generator = random.Random(len(content))  # noqa: S311
    content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


def make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = (flip, cut, empty, remove, make_a_folder)
Damage = Callable[[Path], None]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*TABLES, "manifest.json"])
def test_every_damage_to_a_results_file_is_reported_with_its_name(
    name: str, copy: Path, undisturbed: Path, say: Say
) -> None:
    for damage in DAMAGES:
        damage(copy / name)
        for command in ("report", "plot"):
            status, out, err = say(command, "out")
            assert (status, out) == (2, ""), (damage, err)
            assert err.startswith(f"out/{name}: "), damage
            assert err.count("\n") == 1
        if (copy / name).is_dir():
            (copy / name).rmdir()
        shutil.copyfile(undisturbed / name, copy / name)


def test_any_flipped_bit_of_the_manifest_is_found(copy: Path, undisturbed: Path, say: Say) -> None:
    """It has no checksum elsewhere, so it holds its own."""
    content = (undisturbed / "manifest.json").read_bytes()
    generator = random.Random(11)  # noqa: S311
    for _ in range(effort(40, 2000)):
        damaged = bytearray(content)
        damaged[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
        (copy / "manifest.json").write_bytes(damaged)
        assert say("report", "out")[0] == 2


@pytest.mark.parametrize("damage", [cut, remove])
def test_damaged_results_are_replaced_by_the_same_command(
    damage: Damage, copy: Path, undisturbed: Path, say: Say
) -> None:
    damage(copy / "manifest.json")
    assert say(*line("--quiet", "--workers", 1, "--no-report"))[0] == 0
    found = files(copy)
    assert found == {name: files(undisturbed)[name] for name in found}


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemError("in compiled code")])
def test_an_interrupt_in_compiled_code_is_an_interrupt(
    stop: BaseException, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C that calls back into Python turns it into a SystemError whose cause it is."""
    run_one = Study.run_one

    def interrupted(
        study: Study, policy: int, state: StateOfWorld, replicate: int = 0
    ) -> Replication:
        if state.number >= BATCH:
            raise stop from KeyboardInterrupt()
        return run_one(study, policy, state, replicate)

    monkeypatch.setattr(Study, "run_one", interrupted)
    status, out, err = say(*line("--workers", 1))
    assert (status, out) == (3, "")
    assert f"interrupted: {BATCH} of 252 states of the world are finished and kept" in err


def test_damaged_batches_are_thrown_away_and_run_again(tmp_path: Path, undisturbed: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == STATES - 1:
            raise KeyboardInterrupt

    reported: list[str] = []

    def again(**options: object) -> None:
        scenario = load_scenario(SCENARIO)
        fixed = {"replicates": STATES, "out": tmp_path / "out", "notice": reported.append}
        compare(scenario, ["near-closed"], **fixed, **options)  # type: ignore[arg-type]

    with pytest.raises(WorkInterrupted, match="216 of 252 states of the world are"):
        again(progress=interrupt)
    assert len(kept(tmp_path)) == 6
    (folder,) = tmp_path.glob(".out.*.partial")
    batches = sorted(folder.iterdir())
    for damage, path in zip(DAMAGES, batches, strict=False):
        damage(path)
    (folder / f".{batches[-1].name}.0123abcd.part").write_bytes(b"left by a killed process")
    again()
    assert reported == [
        f"resuming: {BATCH} of 252 states of the world are finished",
        f"{folder}: 4 damaged files thrown away; their states of the world are run again",
    ]
    found = files(tmp_path / "out")
    assert found == {name: files(undisturbed)[name] for name in found}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_killed_processes_left_is_cleared_away_and_nothing_else(
    copy: Path, undisturbed: Path, say: Say, tmp_path: Path
) -> None:
    """A killed run may have moved the old results aside, and not yet the new ones in."""
    staging = tmp_path / ".out.0123abcd.writing"
    (staging / "fresh").mkdir(parents=True)
    copy.rename(staging / "old")
    (tmp_path / ".out.backup").mkdir()
    (tmp_path / ".out.lock").write_text("1\n", encoding="ascii")
    assert say(*line("--policy", "nobody"))[0] == 2
    assert staging.exists(), "bad input changes nothing"
    with largest_file(1000):
        assert say(*line("--workers", 1))[0] == 1
    assert files(copy) == files(undisturbed)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.backup", "out"]


def test_a_part_that_is_being_written_is_not_cleared_away(tmp_path: Path) -> None:
    mine = tmp_path / ".page.0123abcd.part"
    with mine.open("wb") as file:
        assert try_lock(file.fileno())
        write_atomically(tmp_path / "page", b"theirs")
        assert mine.exists()
    write_atomically(tmp_path / "page", b"theirs again")
    assert [path.name for path in tmp_path.iterdir()] == ["page"]
