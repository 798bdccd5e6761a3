"""What the benchmarks run is what they say: submodels are off, the plain model is plain."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import finland
from benchmarks.finland import ALL, ANSWERS, FINLAND, SWITCHES, WHOLE
from benchmarks.plain_model import CROSSINGS, HUBS, PARAMETERS, PlainModel
from sim import load_scenario
from sim.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def variants() -> dict[str, Scenario]:
    return dict(finland._variants(load_scenario(FINLAND)))


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_holds_in_every_state_of_the_world(
    name: str, variants: dict[str, Scenario]
) -> None:
    """What a scenario draws would override what is set."""
    drawn = finland._study(variants[name]).state(3).parameters
    assert {key: getattr(drawn, key) for key in SWITCHES[name]} == SWITCHES[name]


def test_a_switch_turns_something_off(variants: dict[str, Scenario]) -> None:
    whole = finland._study(variants[WHOLE]).state(3)
    for values in SWITCHES.values():
        assert all(getattr(whole.parameters, key) != value for key, value in values.items())
    assert whole.response
    assert not finland._study(variants[ANSWERS]).state(3).response
    assert not finland._study(variants[ALL]).state(3).response


def test_plain_scenario_is_read_without_a_warning(tmp_path: Path) -> None:
    scenario = load_scenario(PlainModel(10_000).write(tmp_path))
    assert not scenario.warnings
    assert {key: getattr(scenario.world.parameters, key) for key in PARAMETERS} == PARAMETERS


@pytest.mark.parametrize("groups", [1_000, 10_000, 1_000_000])
def test_plain_capacity_grows_with_the_groups(groups: int) -> None:
    """Lanes in their open hours could serve what comes and a ninth more."""
    model = PlainModel(groups)
    served = sum(model.lanes * (closes - opens) * 60 for opens, closes in model.hours)
    assert groups * model.service_h / served == pytest.approx(0.9, rel=1e-4)


def test_plain_routes_are_the_fastest_and_lead_there() -> None:
    model = PlainModel(1_000)
    hours, following = model.routes
    for hub in range(HUBS):
        for j in range(CROSSINGS):
            there = following[hub][j]
            rest = 0.0 if there == HUBS + j else hours[there][j]
            assert hours[hub][j] == pytest.approx(model.leg_h[hub][there] + rest)
    assert min(min(row) for row in model.leg_h) >= 1.0, "Mesa needs legs of an hour at least"
