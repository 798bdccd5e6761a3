"""The checks can fail: faults injected into the engine are found.

Each of these engines is the real one, wronged in its columns while it runs
(:mod:`sim.verification.fault_injection`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest

from sim.errors import RajasimError
from sim.model import BorderModel
from sim.verification.case import Finding, Trial
from sim.verification.cases import CASES
from sim.verification.fault_injection import one_person_lost, one_server_too_many, rounded_clock
from sim.verification.full_world import reference_model
from sim.verification.queue_cases import m_m_c, stationary
from sim.verification.refinement_cases import SteppedQueue
from tests.effort import FULL
from tests.verification.test_cases import FEW


def differing(findings: Iterable[Finding]) -> set[str]:
    return {finding.quantity for finding in findings if not finding.agrees}


@pytest.mark.parametrize("case", ["V1", "V3", "V8", *(["V6", "V10"] if FULL else [])])
def test_one_server_too_many_is_found(case: str) -> None:
    found = CASES[case].examine(Trial(run=one_server_too_many, replicates=FEW))
    assert differing(found) & {"Wq", "Lq", "L", "P(blocked)"}


@pytest.mark.parametrize("step_h", [0.1, *([0.4] if FULL else [])])
def test_a_rounded_clock_is_found(step_h: float) -> None:
    """Interviews that end at whole steps: the wait is too long, and by what theory says."""
    queue = replace(m_m_c(3.0, 4), people=12_000)
    found = stationary(queue, Trial(run=rounded_clock(step_h), replicates=FEW))
    assert "Lq" in differing(found)
    line = next(each for each in found if each.quantity == "Lq")
    stepped = 3.0 * SteppedQueue(3.0, 4, step_h).wait_h
    assert abs(line.simulated - stepped) <= line.half_width


def test_the_bias_of_steps_is_of_first_order() -> None:
    exact = 0.50943396
    biases = [SteppedQueue(3.0, 4, step_h).wait_h - exact for step_h in (0.1, 0.05, 0.025)]
    ratios = [one / other for one, other in pairwise(biases)]
    assert all(1.9 < ratio < 2.4 for ratio in ratios), ratios
    assert abs(ratios[1] - 2.0) < abs(ratios[0] - 2.0)


def test_a_lost_person_is_found() -> None:
    """Anyone forgotten in a queue is never registered: stays without an end have no sum."""
    found = CASES["V9"].examine(Trial(run=one_person_lost))
    assert "person-hours at interviews = sum of stays" in differing(found)


def test_a_person_lost_where_there_is_more_capacity_is_found() -> None:
    found = CASES["V21"].examine(Trial(run=lost_among_many))
    assert "people who wait longer with one officer more" in differing(found)


def lost_among_many(run: BorderModel) -> BorderModel:
    return one_person_lost(run) if run.engine.stations["servers_open"][0] == 4 else run.run()


def test_a_person_gone_from_the_statistics_is_found_at_once() -> None:
    run = reference_model(audit=True)
    run.advance_to(100.0)
    busy = run.engine.occupancy.argmax()
    run.engine.occupancy.flat[busy] -= 1
    with pytest.raises(RajasimError, match="conservation of persons failed"):
        run.run()
