"""Scenario files that say how actors decide: responses, oversight, policies that hold together."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import sim
from sim.errors import ScenarioError
from sim.hypotheses.responses import CostSensitive, Scripted
from sim.policies import registered_policies
from sim.policies.composition import Joined
from sim.policies.oversight import Power
from sim.scenario.scenario import Scenario

TEMPLATE = Path(sim.__file__).parent / "scenario" / "template" / "scenario.yaml"
RESPONSES = """
responses:
  script:
    type: scripted
    label: Ends by itself
    duration_mean_d: 10
    source: made up
  costs:
    type: cost-sensitive
    label: Withdraws when many are stranded
    weight: 3
    with: [lets-through]
    source: made up
"""
OVERSIGHT = """
oversight:
  intercept: 2
  slope: 6
  delay_h: 24
  power: keep-one
  keep: far
  applies_to: [both-closed]
  source: made up
"""
POLICIES = """
  both-closed:
    type: closure
    label: Both closed
    crossings: [near, far]
    at: 2024-03-05T00:00+02:00
    source: made up
  joined:
    type: together
    label: Two at once
    parts: [near-closed, by-numbers]
    source: made up
"""


def write(folder: Path, *, policies: str = "", more: str = "") -> Path:
    text = TEMPLATE.read_text(encoding="utf-8")
    text = text.replace("\nruns:", f"{policies}\nruns:", 1) + more
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, *, policies: str = "", more: str = "") -> Scenario:
    return sim.load_scenario(write(folder, policies=policies, more=more))


def refused(folder: Path, *, policies: str = "", more: str = "") -> str:
    with pytest.raises(ScenarioError) as fault:
        load(folder, policies=policies, more=more)
    return str(fault.value)


def line_of(folder: Path, text: str) -> int:
    lines = (folder / "scenario.yaml").read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


class TestResponses:
    def test_they_are_read_with_what_they_go_with(self, tmp_path: Path) -> None:
        scenario = load(tmp_path, more=RESPONSES)
        script, costs = scenario.responses.values()
        assert script.rule == Scripted(duration_mean_d=10.0)
        assert set(script.hypotheses) == set(scenario.hypotheses)
        assert (costs.rule, costs.weight, costs.hypotheses) == (
            CostSensitive(),
            3.0,
            ("lets-through",),
        )

    @pytest.mark.parametrize("kind", ["deterred", "reactance"])
    def test_who_answers_must_do_something(self, tmp_path: Path, kind: str) -> None:
        changed = RESPONSES.replace("cost-sensitive", kind)
        message = refused(
            tmp_path, more=changed.replace("[lets-through]", "[lets-through, checks]")
        )
        assert f"scenario.yaml:{line_of(tmp_path, 'with: [')}:" in message
        assert "'checks' is of type 'checks'" in message
        scenario = load(tmp_path, more=changed.replace("    with: [lets-through]\n", ""))
        assert scenario.responses["costs"].hypotheses == ("lets-through",)

    def test_an_unknown_hypothesis_is_reported_with_a_hint(self, tmp_path: Path) -> None:
        message = refused(tmp_path, more=RESPONSES.replace("[lets-through]", "[lets-thru]"))
        assert "there is no hypothesis 'lets-thru' (did you mean 'lets-through'?)" in message

    def test_an_unknown_type_is_reported_with_a_hint(self, tmp_path: Path) -> None:
        message = refused(tmp_path, more=RESPONSES.replace("scripted", "scriptd"))
        assert "unknown type 'scriptd' (did you mean 'scripted'?)" in message

    def test_states_of_the_world_and_results_hold_the_response(self, tmp_path: Path) -> None:
        scenario = load(tmp_path, more=RESPONSES)
        found = sim.compare(scenario, ["open"], replicates=12, out=tmp_path / "drawn")
        drawn = found.results.states_of_world["response"].to_list()
        assert set(drawn) == {"script", "costs"}
        held = sim.compare(
            scenario, ["open"], replicates=12, response="costs", out=tmp_path / "held"
        )
        pairs = held.results.states_of_world.select("hypothesis", "response").unique().rows()
        assert set(pairs) == {("lets-through", "costs"), ("checks", "")}
        assert held.results.manifest["response"] == "costs"
        assert [each["id"] for each in held.results.manifest["responses"]] == ["script", "costs"]
        stored = pl.read_csv(tmp_path / "held" / "states_of_world.csv")
        assert "response" in stored.columns

    def test_a_response_that_does_not_exist_cannot_be_held(self, tmp_path: Path) -> None:
        scenario = load(tmp_path, more=RESPONSES)
        with pytest.raises(sim.errors.InputError, match="did you mean 'costs'"):
            sim.compare(scenario, ["open"], replicates=1, response="cost", out=tmp_path / "x")


class TestOversight:
    def test_it_is_read_and_applies_to_what_it_names(self, tmp_path: Path) -> None:
        rules = load(tmp_path, policies=POLICIES, more=OVERSIGHT).oversight
        assert rules is not None
        assert (rules.power, rules.keep) == (Power.KEEP_ONE, "far")
        assert rules.covers("both-closed")
        assert not rules.covers("joined")

    def test_without_the_section_there_is_none(self, tmp_path: Path) -> None:
        assert load(tmp_path).oversight is None

    def test_a_crossing_that_does_not_exist_cannot_be_kept(self, tmp_path: Path) -> None:
        message = refused(
            tmp_path, policies=POLICIES, more=OVERSIGHT.replace("keep: far", "keep: fa")
        )
        assert f"scenario.yaml:{line_of(tmp_path, 'keep: fa')}:" in message
        assert "there is no crossing 'fa'" in message

    def test_a_power_needs_its_key(self, tmp_path: Path) -> None:
        message = refused(tmp_path, policies=POLICIES, more=OVERSIGHT.replace("  keep: far\n", ""))
        assert "the power keep-one needs the key 'keep'" in message


class TestTogether:
    def test_parts_are_resolved_in_order_and_through_one_another(self, tmp_path: Path) -> None:
        nested = "  whole:\n    type: together\n    label: All\n    parts: [joined, both-closed]\n"
        scenario = load(tmp_path, policies=f"{POLICIES}{nested}    source: made up\n")
        rules = {name: each.rule for name, each in scenario.policies.items()}
        joined = Joined(("near-closed", "by-numbers"), (rules["near-closed"], rules["by-numbers"]))
        assert rules["joined"] == joined
        assert rules["whole"] == Joined(("joined", "both-closed"), (joined, rules["both-closed"]))

    @pytest.mark.parametrize(
        ("parts", "other"), [("[open, joined]", "[open]"), ("[open, again]", "[joined]")]
    )
    def test_nothing_is_a_part_of_itself(self, tmp_path: Path, parts: str, other: str) -> None:
        text = POLICIES.replace("[near-closed, by-numbers]", parts)
        text += f"  again:\n    type: together\n    label: Again\n    parts: {other}\n"
        message = refused(tmp_path, policies=f"{text}    source: made up\n")
        assert f"scenario.yaml:{line_of(tmp_path, f'parts: {parts}')}:" in message
        assert "would be a part of itself" in message

    def test_a_part_must_be_a_policy_of_the_file(self, tmp_path: Path) -> None:
        message = refused(tmp_path, policies=POLICIES.replace("by-numbers]", "by-nmbers]"))
        assert "there is no policy 'by-nmbers'" in message
        assert "did you mean 'by-numbers'?" in message

    def test_it_runs(self, tmp_path: Path) -> None:
        scenario = load(tmp_path, policies=POLICIES, more=OVERSIGHT)
        found = sim.compare(
            scenario, ["open", "joined", "both-closed"], replicates=2, out=tmp_path / "out"
        )
        assert len(found.results.manifest["policies"]) == 3


def test_every_policy_is_in_the_schema() -> None:
    from sim.api.functions import scenario_schema

    text = scenario_schema()
    for name in registered_policies():
        assert f'"const": "{name}"' in text
    assert '"with"' in text
