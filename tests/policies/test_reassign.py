"""Officers of one crossing who are moved to another."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import load_scenario
from sim.engine.codes import Action, Distribution
from sim.errors import ScenarioError
from sim.policies.capacity import Reassign
from sim.policies.composition import Joined
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.verification.small_worlds import GATE, at
from tests.policies.test_policies import observation

TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching"
HOUR = small_worlds.service(1.0, Distribution.DETERMINISTIC)


def move(**changes: Any) -> Reassign:
    given: dict[str, Any] = {"decided": at(10.0), "to": GATE, "officers": {"far": 2}}
    return Reassign(**{**given, **changes})


def test_as_many_come_as_leave_after_the_delay() -> None:
    orders = move(
        officers={"far": 2, "farther": 1},
        officers_after_hours={"far": 0},
        interpreters={"far": 3},
        delay_min_d=1.0,
        delay_max_d=3.0,
        until=at(240.0),
    ).decide(observation())
    found = {(order.action, order.crossings[0]): order.value for order in orders}
    assert found == {
        (Action.ADD_OFFICERS, "far"): -2.0,
        (Action.ADD_OFFICERS, "farther"): -1.0,
        (Action.ADD_OFFICERS, GATE): 3.0,
        (Action.ADD_OFFICERS_AFTER_HOURS, "far"): 2.0,
        (Action.ADD_OFFICERS_AFTER_HOURS, GATE): -2.0,
        (Action.ADD_INTERPRETERS, "far"): -3.0,
        (Action.ADD_INTERPRETERS, GATE): 3.0,
    }
    assert {order.effective_h - order.announced_h for order in orders} == {48.0}
    assert len({order.until_h for order in orders}) == 1


def test_what_is_not_announced_is_public_as_it_takes_effect() -> None:
    (first, *_) = move(announced=False, delay_min_d=2.0, delay_max_d=2.0).decide(observation())
    assert first.announced_h == first.effective_h


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"to": "far"}, "where they are already"),
        ({"officers_after_hours": {"farther": 1}}, "without officers: farther"),
        ({"until": at(11.0), "delay_max_d": 1.0}, "before it may take effect"),
    ],
)
def test_moves_that_make_no_sense_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        move(**changes)


def test_officers_of_a_closed_crossing_interview_at_the_open_one() -> None:
    """One officer at each; the far crossing closes and its officer is at work here from hour 12."""
    near, far = (
        small_worlds.crossing(name, servers=1, registration=HOUR) for name in (GATE, "far")
    )
    where = small_worlds.world(
        small_worlds.star(near, replace(far, known=0.0), hours=[0.0, 90.0]),
        small_worlds.given([9.5], size=6),
        days=3,
    )
    closed = Closure(crossings=("far",), at=at(0.0))
    rule = Joined(("close", "move"), (closed, move(officers={"far": 1}, delay_min_d=0.0)))
    people = small_worlds.persons(small_worlds.model(where, rule, audit=True).run())
    found = np.sort(people["registered_h"])
    assert found.tolist() == [10.5, 11.0, 11.5, 12.0, 12.5, 13.0]


MOVED = """
extends: two-crossings.yaml
name: moved
policies:
  moved:
    type: reassign
    label: Moved
    decided: 2024-03-02T00:00+02:00
    to: gate
    officers: {far-gate: MANY}
    officers_after_hours: {far-gate: AFTER}
    source: made up
"""


@pytest.mark.parametrize(
    ("many", "after", "refused"), [(1, 0, False), (100, 0, True), (1, 100, True)]
)
def test_more_than_are_there_cannot_be_moved(
    tmp_path: Path, many: int, after: int, refused: bool
) -> None:
    for name in ("one-crossing", "two-crossings"):
        shutil.copy(TEACHING / f"{name}.yaml", tmp_path)
    file = tmp_path / "moved.yaml"
    text = MOVED.replace("MANY", str(many)).replace("AFTER", str(after))
    file.write_text(text, encoding="utf-8")
    if not refused:
        assert isinstance(load_scenario(file).policies["moved"].rule, Reassign)
        return
    with pytest.raises(ScenarioError, match="100 would leave 'far-gate'"):
        load_scenario(file)
