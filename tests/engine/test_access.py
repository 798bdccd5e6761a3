"""R5, the index of effective access, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.access_index import closed_to_at_present, index_if
from sim.engine.codes import TRAITS, Action, Mode, Trait
from sim.model import BorderModel
from sim.outcomes.access import Access, access_spans
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.world.network import Network
from sim.world.origins import Demand, GivenGroup


def two_towns(hour: float, **parameters: float) -> BorderModel:
    """Three people in a town 2 h and 100 km from a gate for bicycles, one in a town 5 h away.

    They appear at hour 1 and wait.
    """
    gate = small_worlds.crossing(modes=(Mode.BICYCLE, Mode.CAR))
    network = Network(
        hubs=(small_worlds.hub(), small_worlds.hub("far")),
        crossings=(gate, small_worlds.crossing("railway", modes=(Mode.RAIL,))),
        roads=(
            small_worlds.road("town", "gate", 2.0, 100.0),
            small_worlds.road("far", "town", 3.0, 0.0),
            small_worlds.road("town", "railway"),
        ),
    )
    demand = Demand(
        groups=(
            GivenGroup(id="a", at=small_worlds.at(1.0), persons=3, hub="town"),
            GivenGroup(id="b", at=small_worlds.at(1.0), persons=1, hub="far"),
        )
    )
    given: dict[str, Any] = {
        "access_reach_h": 4.0,
        "transport_eur_per_km": 0.5,
        "bicycle_eur": 200.0,
        "vehicle_eur": 300.0,
        "station_constant": small_worlds.NEVER,
    }
    where = small_worlds.world(network, demand, days=2, **{**given, **parameters})
    exempt = frozenset({Trait.CHILDREN})
    run = small_worlds.model(
        where, Closure(crossings=("gate",), at=small_worlds.at(9.0), exempt=exempt)
    )
    run.advance_to(hour)
    return run


def index(run: BorderModel, *closed_to: tuple[int, int]) -> float:
    table = np.zeros((2, TRAITS), dtype=np.bool_)
    for station, traits in closed_to:
        table[station, traits] = True
    return float(index_if(run.handle, table))


def test_it_is_the_share_of_people_within_reach() -> None:
    assert index(two_towns(2.0)) == 0.75
    assert index(two_towns(2.0, access_reach_h=5.0)) == 1.0
    assert index(two_towns(2.0, access_reach_h=1.9)) == 0.0


def test_while_nobody_waits_towns_count() -> None:
    """By what closes crossings to people without any trait."""
    run = two_towns(0.5)
    assert index(run) == index(run, (0, TRAITS - 1)) == 0.5
    assert index(run, (0, 0)) == 0.0


@pytest.mark.parametrize(("most_eur", "share"), [(249.0, 0.0), (250.0, 0.75), (251.0, 0.75)])
def test_the_way_and_the_cheapest_mode_must_be_within_the_price(
    most_eur: float, share: float
) -> None:
    """50 EUR for the road and 200 EUR for a bicycle."""
    assert index(two_towns(2.0, access_price_eur=most_eur)) == share


def test_people_for_whom_it_is_closed_have_no_access() -> None:
    run = two_towns(2.0)
    assert index(run, (0, 0)) == 0.0
    assert index(run, (0, Trait.CHILDREN), (1, 0)) == 0.75


def test_what_is_in_force_bars_whom_it_does_not_except() -> None:
    assert not closed_to_at_present(two_towns(8.0).handle).any()
    closed_to = closed_to_at_present(two_towns(10.0).handle)
    assert closed_to[0].tolist() == [traits & Trait.CHILDREN == 0 for traits in range(TRAITS)]
    assert not closed_to[1].any()


def test_spans_of_the_same_access_are_one() -> None:
    """From the start closed twice over, then open, then closed by two reasons in turn."""
    run = two_towns(0.0)
    rows = [(0.0, 4.0), (2.0, 9.0), (20.0, 30.0), (30.0, 40.0), (35.0, 38.0)]
    run.engine.status["measures"] = len(rows)
    measures = run.engine.measures
    measures[: len(rows)] = np.zeros(len(rows), dtype=measures.dtype)
    for row, (begins_h, ends_h) in zip(measures, rows, strict=False):
        row["kind"], row["begins_h"], row["ends_h"] = Action.CLOSE, begins_h, ends_h
    spans = access_spans(run.engine, run.world)
    assert [(s.begins_h, s.ends_h, s.access) for s in spans] == [
        (0.0, 9.0, Access.CLOSED),
        (9.0, 20.0, Access.OPEN),
        (20.0, 40.0, Access.CLOSED),
        (40.0, 48.0, Access.OPEN),
    ]
