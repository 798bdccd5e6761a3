"""Parts of a study: any of them, in any order and place, missing or twice, make the same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.api.part_making import make_part
from sim.cli.exit_status import run_command
from sim.errors import BusyError, InputError, ResultsError, WorkInterrupted
from sim.scenario.loading import load_scenario
from sim.storage.locks import exclusive_lock, shared_lock
from sim.study.options import StudyOptions, study_options
from sim.study.partial_results import PartialResults
from sim.study.parts import Part, parse_part
from sim.study.run import Gathering, run_part, run_study
from tests.effort import PATIENCE_S
from tests.fault_tolerance.command import SCENARIO, errors, start
from tests.golden.record import FILES

POLICIES = ["open", "near-closed"]
STATES = 30
RUNS = 60
WORDS = ["compare", SCENARIO, "--policies", ",".join(POLICIES), "--replicates", str(STATES)]
WORDS += ["--runs-per-state", "1", "--no-report", "--workers", "1"]
Asked = Callable[..., StudyOptions]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one run of it all writes."""
    folder = tmp_path_factory.mktemp("plain") / "out"
    assert run_command([*WORDS, "--quiet", "--out", str(folder)]) == 0
    return files(folder)


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """The study into a folder of a name."""
    scenario = load_scenario(Path(SCENARIO))

    def give(name: str, **more: int) -> StudyOptions:
        many = {"replicates": STATES, "runs_per_state": 1, **more}
        return study_options(scenario, POLICIES, out=tmp_path / name, **many)  # type: ignore[arg-type]

    return give


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.mark.parametrize(("units", "of"), [(0, 1), (1, 3), (7, 3), (60, 7), (60, 60), (100, 1)])
def test_every_unit_is_in_one_part(units: int, of: int) -> None:
    shares = [Part(number, of).share(range(units)) for number in range(1, of + 1)]
    assert [unit for share in shares for unit in share] == list(range(units))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize("text", ["", "2", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "1/100001", "a/b"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"is no part; give its number, from 1, .* as 2/8"):
        parse_part(text)
    assert parse_part(" 2/8 ") == Part(2, 8)


def test_real_processes_at_once_in_one_folder(tmp_path: Path, plain: dict[str, bytes]) -> None:
    """The last part begins first; the first is there twice."""
    out = ["--out", "out", "--part"]
    parts = [start([*WORDS, *out, part], tmp_path) for part in ("2/2", "1/2", "1/2")]
    for number, process in zip((2, 1, 1), parts, strict=True):
        said, err = process.communicate(timeout=PATIENCE_S)
        late = "resuming: 30 of 30 runs of part 1 of 2 are finished"  # who begins after the other
        assert (process.returncode, [line for line in errors(err) if line != late]) == (0, [])
        assert said.startswith(f"part {number} of 2: 30 of 60 runs are kept in ")
        assert said.endswith("the same command without --part, when the other parts are made\n")
    assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]
    whole = start([*WORDS, "--out", "out"], tmp_path)
    _, err = whole.communicate(timeout=PATIENCE_S)
    assert errors(err) == ["resuming: 30 of 30 states of the world are finished"]
    assert files(tmp_path / "out") == plain
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_parts_of_other_folders_with_one_missing_and_one_twice(
    asked: Asked, tmp_path: Path, plain: dict[str, bytes]
) -> None:
    for name, part in {"a": "3/3", "b": "1/3", "c": "1/3"}.items():
        made = run_part(asked(name), parse_part(part))
        assert (made.runs, made.place.exists()) == (20, True)
    moved = shutil.move(run_part(asked("d"), Part(1, 60)).place, tmp_path / "carried")
    said: list[str] = []
    folders = tuple(tmp_path / name for name in ("a", "b", "c"))
    run_study(asked("out"), notice=said.append, gathering=Gathering(parts=(*folders, Path(moved))))
    assert said == [
        f"{tmp_path / 'a'}: 20 runs that were not here",
        f"{tmp_path / 'b'}: 20 runs that were not here",
        f"{tmp_path / 'c'}: 0 runs that were not here",
        f"{tmp_path / 'carried'}: 0 runs that were not here",
        "resuming: 20 of 30 states of the world are finished",
    ]
    assert files(tmp_path / "out") == plain
    assert all(any(tmp_path.glob(f".{name}.*.partial")) for name in ("a", "b", "c"))


def test_files_of_other_studies_and_damaged_ones_are_told_and_left_alone(
    asked: Asked, tmp_path: Path, plain: dict[str, bytes]
) -> None:
    run_part(asked("other", seed=77), Part(1, 1))
    place = run_part(asked("hurt"), Part(1, 1)).place
    hurt = min(place.iterdir())
    hurt.write_bytes(hurt.read_bytes()[:-1])
    said: list[str] = []
    folders = (tmp_path / "other", tmp_path / "hurt")
    run_study(asked("out"), notice=said.append, gathering=Gathering(parts=folders))
    assert any("files of parts are of another study (scenario, code, seed" in each for each in said)
    assert any("1 damaged files" in each for each in said)
    assert hurt.exists()
    assert files(tmp_path / "out") == plain
    with pytest.raises(ResultsError, match="no part of a study is there"):
        run_study(asked("more"), gathering=Gathering(parts=(tmp_path / "nowhere",)))


def test_an_interrupted_part_goes_on_where_it_was(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.replication.PIECE_S", 0.0)

    def interrupt(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(WorkInterrupted, match="finished and kept"):
        run_part(asked("out"), Part(2, 3), progress=interrupt)
    said: list[str] = []
    steps: list[tuple[int, int]] = []
    run_part(
        asked("out"),
        Part(2, 3),
        notice=said.append,
        progress=lambda *step: steps.append(step),
    )
    assert said == ["resuming: 2 of 20 runs of part 2 of 3 are finished"]
    assert (steps[0], steps[-1]) == ((2, 20), (20, 20))


def test_parts_wait_for_nobody_but_who_puts_them_together(asked: Asked, tmp_path: Path) -> None:
    with shared_lock(tmp_path / "out"):
        run_part(asked("out"), Part(1, 60))
        with pytest.raises(BusyError, match="is at work there"):
            run_study(asked("out"))
    with exclusive_lock(tmp_path / "out"), pytest.raises(BusyError, match="is at work there"):
        run_part(asked("out"), Part(1, 60))
    assert not (tmp_path / ".out.lock").exists()


def test_parts_of_the_library_and_of_two_workers(asked: Asked, tmp_path: Path) -> None:
    scenario = load_scenario(Path(SCENARIO))
    options = {"replicates": STATES, "runs_per_state": 1, "out": tmp_path / "out", "workers": 2}
    place = make_part(scenario, "1/2", POLICIES, **options)
    run_id = asked("out").run_id
    assert place == PartialResults(tmp_path / "out", run_id).place
    kept = PartialResults(tmp_path / "out", run_id, runs_of_a_state=2)
    assert (len(kept), kept.states) == (30, 15)


def test_part_and_parts_are_not_given_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([*WORDS, "--part", "1/2", "--parts", "x"]) == 2
    assert "--part makes runs and --parts gathers them" in capsys.readouterr().err
