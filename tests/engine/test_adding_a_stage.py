"""The page on adding a submodel: what it says, done to a copy of the program, works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "how-to" / "add-a-submodel.md"
PEOPLE, SCREENERS, SCREENING_H = 40, 2, 0.5

RUN = f"""
import json
from sim.engine.codes import PersonState
from sim.engine.person_states import SHARING_SHELTER, WAITING_AT_BORDER
from sim.verification import small_worlds

def run(screeners):
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.crowd({PEOPLE}), days=2
    )
    model = small_worlds.model(where, audit=True)
    model.engine.stations["screeners"] = screeners
    model.engine.stations["screening_mean_h"] = {SCREENING_H}
    model.advance_to(1.25)
    midway = model.engine.occupancy.sum(axis=0).tolist()
    model.run()
    return dict(
        midway=midway,
        end=model.engine.occupancy.sum(axis=0).tolist(),
        entries=model.engine.entries.sum(axis=(0, 1)).tolist(),
        hours=model.engine.person_hours.sum(axis=(0, 1)).tolist(),
        registered_h=sorted(small_worlds.persons(model)["registered_h"].tolist()),
    )

print(json.dumps(dict(
    states=[state.name for state in PersonState],
    at_border=[state.name for state in WAITING_AT_BORDER],
    sheltered=[state.name for state in SHARING_SHELTER],
    with_screening=run({SCREENERS}),
    without=run(0),
)))
"""


def follow_the_page(copy: Path) -> None:
    """Save the file that the page shows and make every change that it names, each exactly once."""
    text = PAGE.read_text(encoding="utf-8")
    [saved_as] = re.findall(r"^Save this as `([^`]+)`", text, flags=re.MULTILINE)
    [source] = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    (copy / saved_as).write_text(source, encoding="utf-8")
    for block in re.findall(r"^```diff\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        head, *lines = block.splitlines()
        path = copy / head.removeprefix("--- ")
        before = "".join(line[1:] + "\n" for line in lines if line[0] in " -")
        after = "".join(line[1:] + "\n" for line in lines if line[0] in " +")
        held = path.read_text(encoding="utf-8")
        assert held.count(before) == 1, (head, before)
        path.write_text(held.replace(before, after), encoding="utf-8")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What two runs of the changed copy give, with screeners and without."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(PROJECT / "sim", copy / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    follow_the_page(copy)
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=copy,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_state(found: Any, counts: list[float], name: str) -> float:
    return counts[found["states"].index(name)]


def test_everybody_passes_the_new_stage_and_nobody_is_lost(found: Any) -> None:
    run = found["with_screening"]
    for state in ("SCREENING_QUEUE", "IN_SCREENING", "REGISTERED"):
        assert in_state(found, run["entries"], state) == PEOPLE
    assert sum(run["midway"]) == sum(run["end"]) == PEOPLE
    assert in_state(found, run["end"], "REGISTERED") == PEOPLE
    assert in_state(found, run["midway"], "IN_SCREENING") == SCREENERS


def test_its_time_shows(found: Any) -> None:
    run = found["with_screening"]
    assert in_state(found, run["hours"], "IN_SCREENING") == pytest.approx(PEOPLE * SCREENING_H)
    rounds = PEOPLE // SCREENERS
    waited_h = SCREENING_H * SCREENERS * rounds * (rounds - 1) / 2
    assert in_state(found, run["hours"], "SCREENING_QUEUE") == pytest.approx(waited_h)
    assert run["registered_h"][-1] - run["registered_h"][0] == pytest.approx(
        SCREENING_H * (rounds - 1)
    )


def test_without_screeners_nobody_is_screened(found: Any) -> None:
    run = found["without"]
    assert in_state(found, run["entries"], "SCREENING_QUEUE") == 0
    assert in_state(found, run["end"], "REGISTERED") == PEOPLE
    assert run["registered_h"][0] == run["registered_h"][-1]


def test_its_states_are_in_the_sets_of_states(found: Any) -> None:
    assert {"SCREENING_QUEUE", "IN_SCREENING"} <= set(found["at_border"])
    assert "SCREENING_QUEUE" in found["sheltered"]
    assert "IN_SCREENING" not in found["sheltered"]
