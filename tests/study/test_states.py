"""States: drawn from the scenario, the same for every policy and however many there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim import load_scenario
from sim.errors import InputError
from sim.hypotheses.responses import Deterred
from sim.scenario.records import NamedResponse
from sim.scenario.scenario import Scenario
from sim.study.options import chosen_policies
from sim.study.states import draw_state

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def finland() -> Scenario:
    return load_scenario(PROJECT / "scenarios" / "finland-2023" / "base.yaml")


def test_the_central_value_is_the_median_of_an_uncertain_parameter(finland: Scenario) -> None:
    states = [draw_state(finland, k, seed=1, central=False) for k in range(400)]
    for each in (e for e in finland.uncertainties if e.scale != "switch"):
        drawn = np.array([state.drawn[each.parameter] for state in states])
        assert each.low <= drawn.min()
        assert drawn.max() <= each.high
        # 400 draws: the share below the median is within 0.5 +- 3.3 * 0.025
        assert abs((drawn < each.central).mean() - 0.5) < 0.083, each.parameter


def test_hypotheses_come_by_weight_in_every_run_of_states(finland: Scenario) -> None:
    weighted = {
        name: replace(each, weight=weight)
        for (name, each), weight in zip(finland.hypotheses.items(), (1.0, 2.0, 1.0), strict=True)
    }
    scenario = replace(finland, hypotheses=weighted)
    for first in (0, 137):
        drawn = [
            draw_state(scenario, k, seed=3, central=False).hypothesis
            for k in range(first, first + 40)
        ]
        assert abs(drawn.count("H1") - 20) <= 2
        assert abs(drawn.count("H0") - 10) <= 2


def test_a_hypothesis_of_weight_zero_is_never_drawn(finland: Scenario) -> None:
    without = {**finland.hypotheses, "H2": replace(finland.hypotheses["H2"], weight=0.0)}
    scenario = replace(finland, hypotheses=without)
    drawn = {draw_state(scenario, k, seed=1, central=False).hypothesis for k in range(100)}
    assert drawn == {"H0", "H1"}


def test_a_state_does_not_depend_on_how_many_there_are_but_on_the_seed(finland: Scenario) -> None:
    again = [draw_state(finland, 7, seed=1, central=False) for _ in range(2)]
    assert again[0] == again[1]
    assert draw_state(finland, 7, seed=2, central=False).drawn != again[0].drawn


def test_central_states_differ_in_random_numbers_and_hypothesis_only(finland: Scenario) -> None:
    states = [draw_state(finland, k, seed=1, central=True) for k in range(20)]
    assert {state.parameters for state in states} == {finland.world.parameters}
    assert {state.hypothesis for state in states} == set(finland.hypotheses)


def test_policies_are_chosen_by_name_in_the_order_asked(finland: Scenario) -> None:
    assert chosen_policies(finland, None) == tuple(finland.policies)
    assert chosen_policies(finland, ["open", "historical", "open"]) == ("open", "historical")
    with pytest.raises(InputError, match="did you mean 'historical'"):
        chosen_policies(finland, ["historicl"])


def with_responses(scenario: Scenario, **weights: float) -> Scenario:
    """Response rules that go with every hypothesis but those of type checks."""
    active = tuple(n for n, each in scenario.hypotheses.items() if each.rule.type != "checks")
    return replace(
        scenario,
        responses={
            name: NamedResponse(name, name, "", "test", weight, active, Deterred())
            for name, weight in weights.items()
        },
    )


def test_without_responses_none_is_drawn(finland: Scenario) -> None:
    scenario = replace(finland, responses={})
    assert {draw_state(scenario, k, seed=1, central=True).response for k in range(20)} == {""}


def test_responses_are_spread_evenly_among_states_whose_hypothesis_they_go_with(
    finland: Scenario,
) -> None:
    scenario = with_responses(finland, R1=1.0, R2=1.0)
    states = [draw_state(scenario, k, seed=3, central=True) for k in range(300)]
    idle = {n for n, each in finland.hypotheses.items() if each.rule.type == "checks"}
    for hypothesis in scenario.hypotheses:
        drawn = [state.response for state in states if state.hypothesis == hypothesis]
        if hypothesis in idle:
            assert set(drawn) == {""}
        else:
            assert abs(drawn.count("R1") - len(drawn) / 2) <= 4


def test_a_response_can_be_held_and_changes_nothing_else(finland: Scenario) -> None:
    scenario = with_responses(finland, R1=1.0, R2=0.0)
    for k in range(20):
        free = draw_state(scenario, k, seed=1, central=False)
        held = draw_state(scenario, k, seed=1, central=False, response="R2")
        assert free.response in ("R1", "")
        assert held.response == ("R2" if free.response else "")
        assert held.drawn == free.drawn
        assert held.hypothesis == free.hypothesis
