"""A model saved at any hour and continued gives the bytes of one run (promise: checkpoint)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import load_scenario, start_model
from sim.agents.decision_schedule import ActorAction, Priority
from sim.clock import Opening
from sim.errors import ResultsError, StorageError
from sim.hypotheses.responses import Reactance
from sim.model import BorderModel, checkpoint
from sim.model.table_room import Capacity
from sim.policies.oversight import Power
from sim.policies.timed import Closure
from sim.verification import full_world, small_worlds
from tests.effort import PATIENCE_S
from tests.promises import reference_run, test_actors_together

PROJECT = Path(__file__).parents[2]
FINLAND = PROJECT / "scenarios" / "finland-2023" / "base.yaml"


@cache
def finland() -> Any:
    return load_scenario(FINLAND)


def in_finland(policy: str) -> BorderModel:
    """A world whose transit side answers, under oversight."""
    return start_model(finland(), policy, state=4)


MODELS: dict[str, Callable[[], BorderModel]] = {
    "reference": full_world.reference_model,
    "actors": lambda: test_actors_together.model(1),
    "under-review": lambda: in_finland("full-closure-under-review"),
    "neighbour-coordinated": lambda: in_finland("neighbour-coordinated"),
    "surge": lambda: in_finland("surge"),
}


@cache
def whole(name: str) -> BorderModel:
    return MODELS[name]().run()


@cache
def due_hours(name: str) -> dict[ActorAction, float]:
    """The latest hour at which each kind of action is due."""
    run, hours = MODELS[name](), {}
    while entry := next(iter(run.decision_schedule), None):
        hours[entry.action] = max(entry.hour, run.now_h)
        run.advance_to(hours[entry.action])
    return hours


def assert_same(one: BorderModel, other: BorderModel) -> None:
    assert small_worlds.differing(one, other) == []
    assert [actor.orders for actor in one.actors] == [actor.orders for actor in other.actors]
    assert one.transit.state() == other.transit.state()
    assert [each.state() for each in one.neighbours.values()] == [
        each.state() for each in other.neighbours.values()
    ]
    for table in ("status", "measures", "stations", "heap", "later"):
        mine, theirs = getattr(one.engine, table), getattr(other.engine, table)
        for column in mine.dtype.names:
            assert mine[column].tobytes() == theirs[column].tobytes(), (table, column)
    assert one.engine.later_first.tobytes() == other.engine.later_first.tobytes()


def hours_of(name: str) -> Iterator[float]:
    """The start, hours between events, each kind of action as it has just been done, the end."""
    end_h = MODELS[name]().clock.duration_h
    yield from (0.0, 0.0001, 77.7)
    yield from due_hours(name).values()
    yield from (end_h - 1.0, end_h)


@pytest.mark.parametrize("name", ["reference", "actors"])
def test_saved_at_any_hour_and_continued_it_is_one_run(name: str, tmp_path: Path) -> None:
    for hour in hours_of(name):
        run = MODELS[name]()
        run.advance_to(hour)
        again = MODELS[name]().resume(run.save(tmp_path / "saved"))
        assert again.now_h == hour
        assert_same(whole(name), again.run())
        assert_same(whole(name), run.run())


@pytest.mark.parametrize("name", ["under-review", "neighbour-coordinated", "surge"])
def test_the_finland_case_continues_too(name: str, tmp_path: Path) -> None:
    hours = [*sorted(set(due_hours(name).values()))[:2], 24.0 * 91.3]
    for hour in hours:
        run = MODELS[name]()
        run.advance_to(hour)
        assert_same(whole(name), MODELS[name]().resume(run.save(tmp_path / "saved")).run())


def test_the_hours_are_telling() -> None:
    """Every kind of action was due in some model, and oversight and neighbours have acted."""
    assert {action for name in MODELS for action in due_hours(name)} == set(ActorAction)
    assert whole("reference").engine.status["reviews"][0] > 0
    assert whole("under-review").oversight is not None
    assert any(each.follows for each in whole("neighbour-coordinated").neighbours.values())
    assert whole("surge").transit.response is not None


@pytest.mark.parametrize("chunk_h", [1.0, 24.0, 1440.0])
@pytest.mark.parametrize("name", ["reference", "actors"])
def test_continued_in_chunks_it_is_one_run(name: str, chunk_h: float, tmp_path: Path) -> None:
    run = MODELS[name]()
    run.advance_to(130.5)
    again = MODELS[name]().resume(run.save(tmp_path / "saved"))
    assert_same(whole(name), small_worlds.advance_in_chunks(again, chunk_h))


def test_saved_every_few_hours_by_one_model_after_the_other_it_is_one_run(tmp_path: Path) -> None:
    for name in ("reference", "actors"):
        run = MODELS[name]()
        while run.now_h < run.clock.duration_h:
            run.advance_to(min(run.now_h + 19.0, run.clock.duration_h))
            run = MODELS[name]().resume(run.save(tmp_path / "saved"))
        assert_same(whole(name), run)


IN_A_NEW_PROCESS = """
import sys, json
from sim.verification import full_world
from tests.promises import reference_run, test_actors_together
for make, path in ((full_world.reference_model, sys.argv[1]),
                   (lambda: test_actors_together.model(1), sys.argv[2])):
    print(json.dumps(reference_run.digests(make().resume(path).run())))
"""


def test_continued_in_a_new_process_it_is_one_run(tmp_path: Path) -> None:
    names = ("reference", "actors")
    for name in names:
        run = MODELS[name]()
        run.advance_to(200.0)
        run.save(tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-c", IN_A_NEW_PROCESS, *(str(tmp_path / name) for name in names)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found == [reference_run.digests(whole(name)) for name in names]


def test_a_ruling_pending_over_an_amended_decision_is_continued(tmp_path: Path) -> None:
    """A review and a court share one decision: what the review put in its place the court ends."""
    rules = replace(test_actors_together.OVERSIGHT, intercept=50.0, court_hazard_per_d=0.3)
    closing = Closure(
        crossings=(small_worlds.GATE,), at=small_worlds.at(30.0), announced_before_h=6.0
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.poisson(2.0), days=20
    )

    def make() -> BorderModel:
        return small_worlds.model(where, closing, oversight=rules, number=2)

    run, one = make(), make().run()
    run.advance_to(24.0 + rules.delay_h + 1.0)
    pending = [each for each in run.decision_schedule if each.priority is Priority.RULING]
    assert [each.action for each in pending] == [ActorAction.STRIKE_DOWN]
    assert run.oversight is not None
    assert len(run.oversight.decisions[0].rows) == 2
    again = make().resume(run.save(tmp_path / "saved"))
    assert_same(one, again.run())
    assert one.engine.stations["closures"][0] == 0


def test_tables_have_the_room_and_the_types_that_they_had(tmp_path: Path) -> None:
    run = small_worlds.model(
        full_world.reference_world(), capacity=Capacity(groups=8, persons=16, events=64)
    )
    run.advance_to(24.0 * 3)
    assert len(run.engine.groups) > 8
    again = small_worlds.model(full_world.reference_world()).resume(run.save(tmp_path / "saved"))
    for name, column in again.engine._asdict().items():
        theirs = getattr(run.engine, name)
        assert (column.shape, column.dtype) == (theirs.shape, theirs.dtype), name
        assert column.dtype.isalignedstruct == theirs.dtype.isalignedstruct, name


def test_random_orders_of_agents_go_on_where_they_were(tmp_path: Path) -> None:
    run = MODELS["reference"]()
    for _ in range(30):
        run.step()
    run.agents.shuffle()
    again = MODELS["reference"]().resume(run.save(tmp_path / "saved"))
    assert again.steps == run.steps == 30
    assert again.agents.shuffle().get("unique_id") == run.agents.shuffle().get("unique_id")
    assert again.rng.random() == run.rng.random()


def test_the_same_run_is_saved_as_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        run = MODELS["actors"]()
        run.advance_to(99.0)
        files.append(run.save(tmp_path / name).read_bytes())
    assert files[0] == files[1]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["one", "two"]


# ---- what is refused


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    run = MODELS["actors"]()
    run.advance_to(100.0)
    return run.save(tmp_path / "saved")


def refusal(path: Path, model: BorderModel | None = None) -> str:
    with pytest.raises(ResultsError) as refused:
        (model or MODELS["actors"]()).resume(path)
    text = str(refused.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("policy", {"policy": Closure(crossings=("gate",), at=small_worlds.at(1.0))}),
        ("hypothesis", {"hypothesis": small_worlds.LETS_EVERYONE_OUT}),
        ("response", {"response": None}),
        (
            "oversight",
            {
                "oversight": replace(
                    test_actors_together.OVERSIGHT, power=Power.DELAY, postponed_h=1.0
                )
            },
        ),
        ("number", {"number": 2}),
        ("seed", {"seed": 7}),
    ],
)
def test_another_model_is_refused_by_name(name: str, other: dict[str, Any], saved: Path) -> None:
    given: dict[str, Any] = {
        "policy": test_actors_together.POLICY,
        "hypothesis": test_actors_together.HYPOTHESIS,
        "response": Reactance(),
        "oversight": test_actors_together.OVERSIGHT,
        "number": 1,
    }
    where = test_actors_together.model(1).world
    assert refusal(saved, small_worlds.model(where, **{**given, **other})) == (
        f"was saved with another {name}; make the model from the same"
    )


def test_another_world_is_refused(saved: Path) -> None:
    mine = MODELS["actors"]()
    where = mine.world
    gate = replace(where.network.crossings[0], opening=(Opening(hours="08:00-16:01"),))
    network = replace(where.network, crossings=(gate, *where.network.crossings[1:]))
    other = BorderModel(
        replace(where, network=network),
        test_actors_together.POLICY,
        test_actors_together.HYPOTHESIS,
        response=Reactance(),
        oversight=test_actors_together.OVERSIGHT,
        number=1,
    )
    assert "another world;" in refusal(saved, other)


def test_another_code_is_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "source_fingerprint", lambda: "0123456789abcdef")
    assert "with other source" in refusal(saved)


def test_a_file_cut_short_anywhere_is_refused(saved: Path) -> None:
    content = saved.read_bytes()
    line = content.index(b"\n") + 1
    for length in (0, 1, line // 2, line, line + 1, len(content) // 2, len(content) - 1):
        saved.write_bytes(content[:length])
        assert refusal(saved).startswith(("cut short", "is not a rajasim checkpoint"))


def test_a_flipped_bit_anywhere_is_refused(saved: Path) -> None:
    content = saved.read_bytes()
    line = content.index(b"\n") + 1
    random = np.random.default_rng(5)
    for place in (
        *range(line),
        *random.integers(line, len(content), 60).tolist(),
        len(content) - 1,
    ):
        damaged = bytearray(content)
        damaged[place] ^= 1 << int(random.integers(8))
        saved.write_bytes(damaged)
        refusal(saved)


def test_a_foreign_file_is_refused(saved: Path, tmp_path: Path) -> None:
    for content in (b"", b"\n", b"PK\x03\x04", bytes(range(256)), b"rajasim batch 1 0 0\n"):
        saved.write_bytes(content)
        assert refusal(saved).startswith("is not a rajasim checkpoint")
    assert refusal(tmp_path / "missing").startswith("cannot be read")
    assert refusal(tmp_path).startswith("cannot be read")


def test_a_refused_file_leaves_the_model_as_it_was(saved: Path) -> None:
    run = MODELS["reference"]()
    run.advance_to(50.0)
    refusal(saved, run)
    assert_same(whole("reference"), run.run())


def test_a_file_that_cannot_be_written_leaves_what_stood_there(tmp_path: Path) -> None:
    run = MODELS["actors"]()
    with pytest.raises(StorageError, match=r"nowhere.saved: could not be written"):
        run.save(tmp_path / "nowhere" / "saved")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis").touch()
    with pytest.raises((StorageError, ResultsError), match="folder: "):
        run.save(tmp_path / "folder")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
