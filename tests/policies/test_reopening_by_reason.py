"""A reopening ends the restrictions of its own part of a policy, and no other reason."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from sim import load_scenario
from sim.engine.codes import Action
from sim.model import BorderModel
from sim.outcomes.access import access_spans
from sim.policies.capacity import Surge
from sim.policies.composition import Joined
from sim.policies.oversight import Oversight, Power
from sim.policies.timed import Closure
from sim.policies.triggered import ReopeningTrial
from sim.verification import small_worlds
from sim.verification.small_worlds import GATE, SOURCE, at

TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching" / "one-crossing.yaml"
SHUT_FOR_GOOD = """
extends: one-crossing.yaml
name: together-reopen
policies:
  shut:
    type: closure
    label: Shut for good
    crossings: [gate]
    at: 2024-03-02T00:00+02:00
    source: made up
  trial:
    type: reopening-trial
    label: Trial
    crossings: [gate]
    closes: 2024-03-03T00:00+02:00
    trial: 2024-03-05T00:00+02:00
    tripwire: 100000
    source: made up
  numbers:
    type: threshold
    label: By numbers
    crossings: [gate]
    above: 5
    below: 4
    source: made up
  shut-and-trial: {type: together, label: Both, parts: [shut, trial], source: made up}
  trial-and-shut: {type: together, label: Both, parts: [trial, shut], source: made up}
  shut-and-numbers: {type: together, label: Both, parts: [shut, numbers], source: made up}
"""


@pytest.mark.parametrize("policy", ["shut-and-trial", "trial-and-shut", "shut-and-numbers"])
def test_shut_for_good_stays_shut_whatever_other_parts_reopen(tmp_path: Path, policy: str) -> None:
    file = tmp_path / "together-reopen.yaml"
    shutil.copy(TEACHING, tmp_path)
    file.write_text(SHUT_FOR_GOOD, encoding="utf-8")
    scenario = load_scenario(file)
    hypothesis = next(iter(scenario.hypotheses.values())).rule
    run = BorderModel(scenario.world, scenario.policies[policy].rule, hypothesis).run()
    presented_h = small_worlds.persons(run)["presented_h"]
    assert np.nanmax(presented_h) < scenario.world.clock.hours(
        datetime.fromisoformat("2024-03-02T00:00+02:00")
    )
    assert run.engine.stations["closures"][0] >= 1


def trial(closes_h: float, trial_h: float) -> ReopeningTrial:
    return ReopeningTrial(crossings=(GATE,), closes=at(closes_h), trial=at(trial_h), tripwire=1e9)


def test_a_trial_does_not_make_a_crossing_take_claims_that_never_did() -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(accepts_asylum=False)),
        small_worlds.given([30.0, 60.0]),
    )
    run = small_worlds.model(where, trial(24.0, 48.0)).run()
    assert np.isnan(small_worlds.persons(run)["presented_h"]).all()
    assert run.engine.stations["asylum_restrictions"][0] == 1


def test_each_part_ends_what_it_began_itself() -> None:
    """Closed from hour 24 to 48 by one part and from 30 to 96 by the other."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.given([20.0, 26.0, 50.0, 100.0]),
        news_reach=0.0,
    )
    both = Joined(("one", "other"), (trial(24.0, 48.0), trial(30.0, 96.0)))
    people = small_worlds.persons(small_worlds.model(where, both).run())
    assert people["presented_h"].tolist() == [20.0, 96.0, 96.0, 100.0]


def test_an_amended_closure_is_still_its_own_part_to_reopen() -> None:
    """A review puts the closure off by six hours; the trial ends what was put in its place."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([31.0]), news_reach=0.0
    )
    review = Oversight(
        intercept=900.0,
        slope=0.0,
        delay_h=1.0,
        power=Power.DELAY,
        postponed_h=6.0,
        source=SOURCE,
    )
    run = small_worlds.model(where, trial(24.0, 48.0), oversight=review).run()
    assert small_worlds.persons(run)["presented_h"].tolist() == [48.0]
    closures = run.engine.measures[run.engine.measures["kind"] == Action.CLOSE]
    assert len(access_spans(run.engine, run.world)) >= 1
    assert (closures["decider"][: int(run.engine.status["measures"][0])] >= 0).all()


def test_a_part_that_only_brings_staff_reopens_nothing() -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([30.0, 200.0])
    )
    closure = Closure(crossings=(GATE,), at=at(24.0))
    surge = Surge(decided=at(0.0), officers={GATE: 2})
    run = small_worlds.model(where, Joined(("a", "b"), (closure, surge))).run()
    assert np.isnan(small_worlds.persons(run)["presented_h"]).all()
