"""Regression tests: faults that random worlds found once, each as the smallest world for it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.api.functions import load_scenario
from sim.engine.codes import Action, Distribution, Mode, QueueDiscipline
from sim.engine.codes import PersonState as State
from sim.engine.route_choice import recursive_costs
from sim.errors import ScenarioError
from sim.outcomes.indicators import INDICATORS, compute_indicators
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Schedule, Step
from sim.policies.triggered import ReopeningTrial
from sim.verification import small_worlds
from tests.bad_input.template import write_changed
from tests.random_worlds.promises import MAY_BE_MISSING, check_run
from tests.random_worlds.promises_of_two_runs import check_currency, in_another_currency
from tests.random_worlds.run_monitor import RunMonitor


def test_a_minibus_leaves_once_though_its_hour_divided_by_the_headway_rounds_down() -> None:
    """3 x 0.7 h is 2.0999..., and that over 0.7 is below 3: the same bus left again and again."""
    gate = small_worlds.crossing(transport=(1, 0.7))
    run = small_worlds.model(
        small_worlds.world(small_worlds.star(gate), small_worlds.given([0.1], size=40), days=3)
    )
    gone = []
    while run.now_h < 25.0:
        run.advance_to(run.now_h + 0.35)
        gone.append(int(run.engine.occupancy[:, State.TRANSFERRED].sum()))
    assert max(np.diff(gone)) == 1
    assert gone[-1] == 36


def test_a_cap_that_is_no_whole_number_is_never_exceeded() -> None:
    step = Step(
        crossings=(small_worlds.GATE,),
        action=Action.METER,
        announced=small_worlds.START,
        effective=small_worlds.START,
        value=2.5,
        source=small_worlds.SOURCE,
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([1.0], size=50), days=3
    )
    run = small_worlds.model(where, Schedule(steps=(step,))).run()
    assert run.engine.entries[:, :, State.IN_ADMISSION].sum(axis=1).tolist() == [2, 2, 2]


def test_a_group_larger_than_the_shelter_is_in_order_person_by_person() -> None:
    """The promise took it for one that gathers, and called its members overtaken."""
    gate = small_worlds.crossing(
        lanes=7,
        admission=small_worlds.service(0.3, Distribution.EXPONENTIAL),
        servers=1,
        registration=small_worlds.service(0.2),
        shelter_places=7,
        discipline=QueueDiscipline.FAMILY_TOGETHER,
    )
    demand = small_worlds.given([1.0] * 5, size=8)
    run = small_worlds.model(
        small_worlds.world(small_worlds.star(gate), demand, days=1), audit=True
    )
    monitor = RunMonitor(run).to_the_end()
    check_run(monitor)
    assert np.isfinite(small_worlds.persons(monitor.run)["registered_h"]).all()


def test_a_trial_before_the_first_noon_was_ordered_after_it_was_over() -> None:
    """It closed the first hour at noon: those who had passed had passed a closed crossing."""
    policy = ReopeningTrial(
        crossings=(small_worlds.GATE,),
        closes=small_worlds.at(0.0),
        trial=small_worlds.at(1.0),
        tripwire=0.0,
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([0.0, 0.5]), days=2
    )
    monitor = RunMonitor(small_worlds.model(where, policy, audit=True)).to_the_end()
    check_run(monitor)
    assert list(small_worlds.persons(monitor.run)["presented_h"]) == [1.0, 1.0]


def test_where_nobody_spends_money_its_unit_changes_nothing() -> None:
    """A burn of nothing counted as a billionth of a unit, so that money ran out after all."""
    closed = small_worlds.crossing(accepts_asylum=False)
    where = small_worlds.world(
        small_worlds.star(closed),
        small_worlds.crowd(20),
        days=2,
        give_up_rate_per_d=0.5,
        daily_burn_eur=0.0,
    )
    one = small_worlds.model(where).run()
    currency = in_another_currency(where.parameters, 2.0)
    check_currency(one, small_worlds.model(replace(where, parameters=currency)).run(), 2.0)
    assert small_worlds.people_at(one, small_worlds.TOWN, State.RETURNED) > 0


def test_where_people_cannot_use_any_crossing_indicators_are_numbers_or_missing() -> None:
    gate = small_worlds.crossing(modes=(Mode.TRUCK,))
    run = small_worlds.model(
        small_worlds.world(small_worlds.star(gate), small_worlds.crowd(5), days=2)
    ).run()
    found = compute_indicators(RunRecord(run.world, run.parameters, run.engine))
    record = RunRecord(run.world, run.parameters, run.engine)
    missing = {
        name
        for name, value in found.items()
        if not np.isfinite(value) and INDICATORS[name].needs not in record.not_modelled
    }
    assert missing <= set(MAY_BE_MISSING), "a mean, share or quantile of nobody"


def test_who_comes_at_the_very_end_is_in_the_last_stock() -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([24.0]), days=1
    )
    run = small_worlds.model(where).run()
    assert run.engine.stock[-1].sum() == 1


def test_a_small_scale_of_route_choice_takes_the_cheapest_way() -> None:
    """exp(-100 / 0.01) is no number above 0: there seemed to be no way at all."""
    inf = np.inf
    legs = np.array([[inf, 60.0, 250.0], [60.0, inf, 100.0], [inf, inf, inf]])
    costs = recursive_costs(legs, 2, 0.01)
    assert costs[0] == pytest.approx([160.0, 100.0, 0.0])


def test_people_travel_with_a_small_scale_of_route_choice() -> None:
    where = small_worlds.world(
        small_worlds.chain(small_worlds.crossing(), 3.0, 2.0),
        small_worlds.crowd(5),
        days=2,
        route_scale_eur=0.01,
    )
    run = small_worlds.model(where).run()
    assert run.engine.occupancy[:, State.REGISTERED].sum() == 5


def refusal(folder: Path, *changes: tuple[str, str]) -> str:
    file = folder / write_changed(folder, *changes, name="bad.yaml")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(file)
    return str(refused.value)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("parameters:\n  vehicle_share: {value: 1.0, source: made up}", "reach 1 together"),
        ("parameters:\n  route_scale_eur: {value: 90000, source: made up}", "circles"),
    ],
)
def test_parameters_that_only_fail_together_are_reported_before_a_run(
    tmp_path: Path, section: str, words: str
) -> None:
    road = '  - {a: town, b: near, km: 40, hours: "40 min", source: made up}'
    twin = road + "\n  - {a: town, b: town-2, km: 0.001, hours: 0, source: made up}"
    town = "  - {id: town, name: Town, lat: 62.0, lon: 31.0, source: made up}"
    towns = town + "\n" + town.replace("id: town", "id: town-2")
    message = refusal(tmp_path, ("parameters:", section), (road, twin), (town, towns))
    assert words in message
    assert re.search(r"bad\.yaml:\d+:\d+: ", message)


def test_a_range_counts_at_its_far_end(tmp_path: Path) -> None:
    drawn = "uncertainties:\n  convoy_share: {low: 0, high: 0.9, source: made up}"
    assert "reach 1 together" in refusal(tmp_path, ("uncertainties:", drawn))
