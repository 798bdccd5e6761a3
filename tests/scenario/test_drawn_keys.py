"""Keys of crossings, hypotheses and controls that are drawn, and controls of the transit side."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.api.functions import load_scenario
from sim.errors import ScenarioError
from sim.hypotheses import GateAction
from sim.scenario.as_drawn import controls_as_drawn
from sim.scenario.description import describe_scenario
from sim.scenario.scenario import Scenario
from sim.study.options import study_options
from sim.study.replication import Study
from sim.study.states import StateOfWorld

TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching" / "one-crossing.yaml"
CONTROLS = """
controls:
  metering:
    label: Metering
    chance: 0.25
    source: made up
    steps:
      - action: meter
        since: 2024-03-02T00:00+02:00
        crossings: [gate]
        persons_per_d: 20
        source: made up
      - action: resume
        since: 2024-03-04T00:00+02:00
        delay_h: 6
        crossings: [gate]
        source: made up
"""
DRAWN = """
uncertainties:
  crossings.gate.known: {low: 0.1, high: 1, source: made up}
  hypotheses.H1.demand_factor: {low: 1, high: 4, scale: log, source: made up}
  controls.metering.0.persons_per_d: {low: 10, high: 40, source: made up}
  controls.metering.1.delay_h: {low: 0, high: 24, source: made up}
"""


def case(folder: Path, *, controls: str = CONTROLS, drawn: str = DRAWN) -> Scenario:
    file = folder / "case.yaml"
    file.write_text(f"extends: {TEACHING}\n{controls}{drawn}", encoding="utf-8")
    return load_scenario(file)


def states(scenario: Scenario, many: int = 200) -> tuple[Study, list[StateOfWorld]]:
    study = Study(study_options(scenario, replicates=many))
    return study, [study.state(number) for number in range(many)]


def test_each_state_of_the_world_draws_its_own(tmp_path: Path) -> None:
    study, drawn = states(case(tmp_path))
    knowns = [state.drawn["crossings.gate.known"] for state in drawn]
    assert 0.1 <= min(knowns) < 0.3
    assert max(knowns) <= 1.0
    model = study.model(0, drawn[0])
    assert model.engine.stations["known"][0] == knowns[0]
    other = study.model(0, drawn[1])
    assert other.engine.stations["known"][0] == knowns[1], "and the blueprint is as it was"


def test_controls_come_by_their_chance_and_are_told_by_0_and_1(tmp_path: Path) -> None:
    _, drawn = states(case(tmp_path), 400)
    switches = [state.drawn["controls.metering"] for state in drawn]
    assert set(switches) == {0.0, 1.0}
    assert abs(sum(switches) / 400 - 0.25) < 0.07, "three standard errors"


def test_a_control_is_taken_with_the_numbers_that_were_drawn(tmp_path: Path) -> None:
    scenario = case(tmp_path)
    study, drawn = states(scenario)
    on = next(state for state in drawn if state.drawn["controls.metering"])
    off = next(state for state in drawn if not state.drawn["controls.metering"])
    meter, resume = controls_as_drawn(scenario.controls, "H1", on.drawn)
    assert meter.action is GateAction.METER
    assert meter.persons_per_d == on.drawn["controls.metering.0.persons_per_d"]
    assert resume.delay_h == on.drawn["controls.metering.1.delay_h"]
    assert len(study.model(0, on).engine.gate_limits) == 1
    assert len(study.model(0, off).engine.gate_limits) == 0
    late = resume.since_h(scenario.world.clock)
    assert study.model(0, on).engine.gate_limits["ends_h"][0] == late


def test_a_control_without_effect_changes_nothing(tmp_path: Path) -> None:
    """Resuming what was never stopped, in every state of the world: the same numbers."""
    idle = CONTROLS.replace("0.25", "1").split("      - action: meter")[0] + (
        "      - {action: resume, since: 2024-03-04T00:00+02:00, source: made up}\n"
    )
    with_it, without = case(tmp_path, controls=idle, drawn=""), load_scenario(TEACHING)
    runs = [
        study.run_one(0, study.state(0)).rows["indicators"]["value"].tobytes()
        for study in (states(with_it, 1)[0], states(without, 1)[0])
    ]
    assert runs[0] == runs[1]


def test_more_people_try_where_a_hypothesis_says_so(tmp_path: Path) -> None:
    study, drawn = states(case(tmp_path))
    factors = [state.drawn["hypotheses.H1.demand_factor"] for state in drawn]
    assert min(factors) < 1.2
    assert max(factors) > 3.0
    for state in drawn[:5]:
        factor = state.drawn["hypotheses.H1.demand_factor"]
        assert study.model(0, state).parameters.demand_factor == pytest.approx(
            factor * state.parameters.demand_factor
        )


def test_controls_with_some_hypotheses_only(tmp_path: Path) -> None:
    named = CONTROLS.replace("chance: 0.25", "chance: 1\n    with: [H1]")
    scenario = case(tmp_path, controls=named)
    drawn = {"controls.metering": 1.0}
    assert len(controls_as_drawn(scenario.controls, "H1", drawn)) == 2
    assert controls_as_drawn(scenario.controls, "H9", drawn) == ()


def test_the_description_and_the_list_of_assumptions_name_them(tmp_path: Path) -> None:
    scenario = case(tmp_path)
    titles = [part.title for part in describe_scenario(scenario)]
    assert "Metering (metering), in 25% of the states of the world with H1" in titles
    assumed = {each.key: each for each in scenario.assumptions}
    assert assumed["controls.metering.0.persons_per_d"].unit == "persons/d"
    assert assumed["chance of controls.metering"].value == 0.25


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("crossings.gate.lat", "{low: 1, high: 2, source: x}", "no key of a crossing"),
        ("crossings.gat.known", "{low: 0, high: 1, source: x}", "no key of a crossing"),
        ("crossings.gate.known", "{low: 0, high: 1.2, source: x}", "1.2 could not stand there"),
        ("crossings.gate.known", "{low: 0.1, high: 0.5, source: x}", "misses the central value"),
        ("hypotheses.H7.leakage", "{low: 0, high: 1, source: x}", "no such hypothesis"),
        ("hypotheses.H1.opens", "{low: 0, high: 1, source: x}", "no number at that key"),
        ("controls.metring.0.delay_h", "{low: 0, high: 1, source: x}", "no such control"),
        ("controls.metering.7.delay_h", "{low: 0, high: 1, source: x}", "no key of a step"),
        ("controls.metering.0.batch", "{low: 0, high: 1, source: x}", "no key of a step"),
        ("policies.open.x", "{low: 0, high: 1, source: x}", "neither a parameter nor the path"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_its_line(
    tmp_path: Path, name: str, given: str, said: str
) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        case(tmp_path, drawn=f"uncertainties:\n  {name}: {given}\n")
    assert "case.yaml" in str(refused.value)


def test_a_control_names_crossings_and_hypotheses_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="gat"):
        case(tmp_path, controls=CONTROLS.replace("[gate]", "[gat]"), drawn="")
    with pytest.raises(ScenarioError, match="no hypothesis 'H9'"):
        case(tmp_path, controls=CONTROLS.replace("chance: 0.25", "with: [H9]"), drawn="")


def test_more_people_than_a_run_holds_are_found_at_the_highest_value_that_is_drawn(
    tmp_path: Path,
) -> None:
    """300 people on average; a million times as many under a hypothesis at its highest."""
    drawn = DRAWN.replace("high: 4, scale: log", "high: 1000000, scale: log")
    with pytest.raises(ScenarioError, match="a run may have"):
        case(tmp_path, drawn=drawn)


def test_a_step_after_the_end_is_warned_of(tmp_path: Path) -> None:
    late = CONTROLS.replace("2024-03-04T00:00+02:00", "2024-06-04T00:00+02:00")
    warned = {each.key: each.message for each in case(tmp_path, controls=late).warnings}
    assert "after the period" in warned["controls.metering.steps.1"]
    assert "controls.metering.steps.0" not in warned
