"""Daily series by origin: who came, was registered and turned back, by where they set out from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.clock import Opening
from sim.outcomes.entered_states import BY_ORIGIN
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import SERIES, daily_series
from sim.policies import QueueRule
from sim.policies.timed import Closure
from sim.results.tables import TABLES
from sim.results.tables.record import Rows
from sim.verification import small_worlds
from tests.outcomes.test_indicators import day_at_the_crossing, record

MANY, FEW = "many", "few"
NAMES = [each.name for each in SERIES]


def two_origins() -> RunRecord:
    """Three in four people are of the first origin; a closure turns those back who wait at dawn."""
    demand = small_worlds.poisson(8.0)
    origin = demand.origins[0]
    origins = (replace(origin, id=MANY, share=0.75), replace(origin, id=FEW, share=0.25))
    by_day = small_worlds.crossing(lanes=2, servers=8, opening=(Opening(hours="10:00-14:00"),))
    where = small_worlds.world(small_worlds.star(by_day), replace(demand, origins=origins), days=4)
    closure = Closure(crossings=("gate",), at=small_worlds.at(56.0), queue=QueueRule.TURN_BACK)
    return record(small_worlds.model(where, closure))


@pytest.fixture(scope="module")
def run() -> RunRecord:
    return two_origins()


def rows(run: RunRecord) -> Rows:
    of_run = TABLES["daily_by_origin"].of_run
    assert of_run is not None
    return of_run(run)


def test_origins_add_up_to_everybody_day_by_day(run: RunRecord) -> None:
    found, everybody = rows(run), daily_series(run)
    by_day = np.zeros((len(BY_ORIGIN), *everybody.shape[1:]))
    np.add.at(by_day, (found["series"], found["date"], found["crossing"]), found["value"])
    for number, name in enumerate(BY_ORIGIN):
        of_all = everybody[NAMES.index(name)]
        assert of_all.sum() > 0, name
        assert np.array_equal(by_day[number], of_all), name


def test_they_come_in_their_shares(run: RunRecord) -> None:
    found = rows(run)
    came = found["series"] == BY_ORIGIN.index("arrivals")
    people = [found["value"][came & (found["origin"] == k)].sum() for k in range(2)]
    assert people[0] / sum(people) == pytest.approx(0.75, abs=0.08)


def test_people_of_no_origin_are_in_no_row() -> None:
    assert not len(rows(day_at_the_crossing())["value"])
