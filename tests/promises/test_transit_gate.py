"""Promises about the transit side's gate: who is let out, where, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sim.engine.codes import PersonState as State
from sim.hypotheses import Checks, Facilitates, Hypothesis, LetsThrough
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.reference_statistics import interval_of_share

CROWD = 4000
NAMES = ("gate", "other")


def arrivals_at(hypothesis: Hypothesis, at_h: float, **parameters: Any) -> BorderModel:
    """A crowd comes to two crossings at an hour, all having set out at the start."""
    network = small_worlds.star(
        *(small_worlds.crossing(name) for name in NAMES), hours=[1000.0, 1000.0]
    )
    where = small_worlds.world(
        network, small_worlds.crowd(CROWD), days=50, travel_time_factor=at_h / 1000.0, **parameters
    )
    run = small_worlds.model(where, hypothesis=hypothesis)
    run.advance_to(at_h)
    return run


def let_out(run: BorderModel, name: str) -> tuple[int, int]:
    """How many passed at a crossing, and how many came there."""
    place = run.world.network.number[name]
    rows = small_worlds.groups(run)
    station = run.world.network.crossing_number[name]
    came = int((rows["destination"] == station).sum())
    return int(run.engine.entries[:, place, State.EXIT_QUEUE].sum()), came


@pytest.mark.parametrize("chance", [0.0, 0.05, 0.5, 1.0])
def test_the_gate_lets_out_the_given_share(chance: float) -> None:
    run = arrivals_at(Checks(leakage=chance), 10.0)
    for name in NAMES:
        passed, came = let_out(run, name)
        assert came > 1000
        low, high = interval_of_share(passed, came)
        assert low - 1e-12 <= chance <= high + 1e-12


def test_expired_papers_lower_the_chance() -> None:
    run = arrivals_at(
        Checks(leakage=0.8), 10.0, valid_document_share=0.25, expired_document_gate=0.5
    )
    passed, came = (sum(both) for both in zip(*(let_out(run, name) for name in NAMES), strict=True))
    low, high = interval_of_share(passed, came)
    assert low <= 0.25 * 0.8 + 0.75 * 0.4 <= high


BEFORE, EARLY, LATE = small_worlds.at(-100.0), small_worlds.at(50.0), small_worlds.at(200.0)


@pytest.mark.parametrize(
    ("opens", "closes", "at_h", "open_at"),
    [
        ({}, None, 10.0, ()),
        ({"default": EARLY}, None, 49.0, ()),
        ({"default": EARLY}, None, 50.0, NAMES),
        ({"default": EARLY}, LATE, 199.0, NAMES),
        ({"default": EARLY}, LATE, 200.0, ()),
        ({"gate": EARLY}, None, 60.0, ("gate",)),
        ({"default": LATE, "gate": EARLY}, None, 60.0, ("gate",)),
        ({"default": LATE, "gate": EARLY}, None, 210.0, NAMES),
        ({"default": EARLY, "gate": LATE}, None, 60.0, ("other",)),
        ({"default": EARLY, "gate": LATE}, None, 210.0, NAMES),
        ({"default": BEFORE}, None, 10.0, NAMES),
        ({"default": BEFORE, "gate": LATE}, None, 10.0, ("other",)),
        ({"default": BEFORE, "gate": LATE}, None, 210.0, NAMES),
    ],
)
@pytest.mark.parametrize("kind", ["lets-through", "facilitates"])
def test_a_gate_opens_and_closes_when_the_hypothesis_says(
    kind: str,
    opens: dict[str, datetime],
    closes: datetime | None,
    at_h: float,
    open_at: tuple[str, ...],
) -> None:
    """A crossing's own day holds against the default, also where the default began before."""
    hypothesis: Hypothesis = LetsThrough(leakage=0.0, opens=opens, closes=closes)
    if kind == "facilitates":
        hypothesis = Facilitates(
            leakage=0.0,
            opens=opens,
            closes=closes,
            hub=small_worlds.TOWN,
            persons_per_d=0.0,
            begins=small_worlds.START,
        )
    run = arrivals_at(hypothesis, at_h)
    for name in NAMES:
        passed, came = let_out(run, name)
        assert came > 1000
        assert passed == (came if name in open_at else 0), f"{name} at {at_h} h"
