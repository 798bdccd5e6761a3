"""What changed between two results folders: relations that must hold whatever the numbers are."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

import sim
from sim import Comparison, diff, load_scenario
from sim.api.differencing import ResultsDifference
from sim.report.analysis.input_differences import Kind, Part
from sim.report.analysis.result_differences import Apart
from sim.results.store import read_results
from sim.text.wording import NO_DIFFERENCE

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TWO_CROSSINGS = SCENARIOS / "teaching" / "two-crossings.yaml"
ONE_CROSSING = SCENARIOS / "teaching" / "one-crossing.yaml"
POLICIES = ("open", "near-closed")
Studies: TypeAlias = dict[str, Comparison]


def study(
    out: Path,
    *settings: str,
    replicates: int = 3,
    policies: tuple[str, ...] = POLICIES,
    seed: int = 1,
) -> Comparison:
    scenario = load_scenario(TWO_CROSSINGS, assignments=settings)
    return sim.compare(scenario, policies, replicates=replicates, seed=seed, out=out)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> Studies:
    """Results that differ from ``base`` in one thing each."""
    folder = tmp_path_factory.mktemp("studies")
    return {
        "base": study(folder / "base"),
        "more": study(folder / "more", replicates=5),
        "fixed": study(folder / "fixed", "crossings.gate.registration.servers=1"),
        "drawn": study(folder / "drawn", "uncertainties.demand_factor={low: 0.9, high: 1.1}"),
        "seed": study(folder / "seed", seed=2),
        "others": study(folder / "others", policies=("open", "closed-for-five-days")),
    }


def named(found: ResultsDifference) -> list[tuple[Part, str, Kind]]:
    return [(each.part, each.key, each.kind) for each in found.found.inputs]


def test_results_do_not_differ_from_themselves(studies: Studies) -> None:
    found = diff(studies["base"], studies["base"].folder)
    assert found.same
    assert not found.found.inputs
    assert not found.found.days
    assert {each.word for each in found.found.values} == {NO_DIFFERENCE}
    assert not any(each.differs for each in found.found.values)
    assert [section.title for section in found.sections] == ["No difference"]


def test_states_that_both_have_are_paired_and_do_not_differ(studies: Studies) -> None:
    found = diff(studies["base"], studies["more"]).found
    assert named(ResultsDifference(found)) == [(Part.STUDY, "states of the world", Kind.OTHER)]
    assert found.pairing.paired
    assert (found.pairing.states_a, found.pairing.states_b) == (3, 5)
    assert not any(each.differs for each in found.values)
    assert {each.change.mean for each in found.values} == {0.0}
    assert not found.days
    assert not found.same, "there are more of them"


def test_one_changed_key_is_the_only_input_named(studies: Studies) -> None:
    found = diff(studies["base"], studies["fixed"]).found
    (change,) = found.inputs
    assert (change.part, change.key) == (Part.SCENARIO, "crossings.gate.registration.servers")
    assert (change.a, change.b) == (3, 1)
    assert found.pairing.paired
    assert any(each.differs for each in found.values)
    waiting = [each for each in found.values if each.indicator["id"] == "R1_person_days"]
    assert all(each.change.mean > 0.0 for each in waiting), "fewer officers, longer waits"


def test_what_a_changed_key_draws_does_not_keep_states_apart(studies: Studies) -> None:
    found = diff(studies["base"], studies["drawn"]).found
    assert {each.key.split(".")[:2] == ["uncertainties", "demand_factor"] for each in found.inputs}
    assert found.pairing.paired
    assert found.pairing.varied == ("demand_factor",)


@pytest.mark.parametrize("other", ["fixed", "drawn", "seed"])
def test_the_other_way_round_signs_change(studies: Studies, other: str) -> None:
    there = diff(studies["base"], studies[other]).found
    back = diff(studies[other], studies["base"]).found
    turned = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.OTHER: Kind.OTHER}
    assert {(e.key, e.kind, repr(e.a), repr(e.b)) for e in there.inputs} == {
        (e.key, turned[e.kind], repr(e.b), repr(e.a)) for e in back.inputs
    }
    assert [(e.policy, e.indicator["id"]) for e in there.values] == [
        (e.policy, e.indicator["id"]) for e in back.values
    ]
    for one, two in zip(there.values, back.values, strict=True):
        assert (one.a, one.b) == pytest.approx((two.b, two.a), nan_ok=True)
        ends = (one.change.mean, one.change.low, one.change.high)
        turned_ends = (-two.change.mean, -two.change.high, -two.change.low)
        assert ends == pytest.approx(turned_ends, nan_ok=True)
    assert [(e.day, e.a, e.b) for e in there.days] == [(e.day, e.b, e.a) for e in back.days]


def test_runs_of_other_seeds_are_not_paired(studies: Studies) -> None:
    found = diff(studies["base"], studies["seed"])
    assert found.found.pairing.why_not is Apart.SEED
    assert named(found) == [(Part.STUDY, "seed", Kind.OTHER)]
    assert "not paired, since the seeds differ" in " ".join(found.sections[2].lines)


def test_only_shared_policies_are_compared_and_the_others_named(studies: Studies) -> None:
    found = diff(studies["base"], studies["others"]).found
    assert {each.policy for each in found.values} == {"open"}
    assert found.unshared.policies_a == ("near-closed",)
    assert found.unshared.policies_b == ("closed-for-five-days",)
    assert not any(each.differs for each in found.values), "the same runs"


def test_different_scenarios_are_compared_as_far_as_they_share(
    studies: Studies, tmp_path: Path
) -> None:
    scenario = load_scenario(ONE_CROSSING)
    other = sim.compare(scenario, ["open"], replicates=3, seed=1, out=tmp_path / "other")
    found = diff(studies["base"], other)
    assert found.found.pairing.why_not is Apart.SCENARIO
    assert {each.policy for each in found.found.values} == {"open"}
    assert any("Policies that only A has" in line for line in found.sections[-1].lines)


def test_a_parameter_that_only_one_side_gives_is_told_with_its_values(studies: Studies) -> None:
    """Two keys were "2 keys", and neither the value nor what it had been was said."""
    base = studies["base"].results
    inputs = dict(base.manifest["inputs"])
    given = {"parameters.patience_h.value": 3, "parameters.patience_h.source": "x"}
    more = {**base.manifest, "inputs": {**inputs, "keys": {**inputs["keys"], **given}}}
    found = diff(studies["base"], Comparison(replace(base, manifest=more)))
    assert found.sections[1].rows == (
        ("parameters.patience_h.value", "added", "0 (default)", "3"),
        ("parameters.patience_h.source", "added", "", "x"),
    )


def test_a_daily_series_is_said_in_words(studies: Studies) -> None:
    *_, days = (s for s in diff(studies["base"], studies["fixed"]).sections if s.rows)
    assert days.title == "Day by day"
    assert "waiting: people waiting at the border at midnight" in days.lines[-1]


def test_a_section_that_only_one_side_has_is_one_difference(studies: Studies) -> None:
    base = studies["base"].results
    keys = base.manifest["inputs"]["keys"]
    kept = {key: value for key, value in keys.items() if not key.startswith("demand.")}
    less = {**base.manifest, "inputs": {"keys": kept, "files": {}}}
    found = diff(studies["base"], Comparison(replace(base, manifest=less))).found
    assert [(each.key, each.kind, each.keys) for each in found.inputs] == [
        ("demand", Kind.REMOVED, len(keys) - len(kept))
    ]


def test_folders_without_recorded_keys_say_so(studies: Studies) -> None:
    base = studies["base"].results
    old = {name: each for name, each in base.manifest.items() if name != "inputs"}
    found = diff(Comparison(replace(base, manifest=old)), studies["fixed"])
    assert found.found.unknown == (str(base.folder),)
    assert "not recorded" in " ".join(found.sections[1].lines)


def test_what_a_program_changed_after_reading_is_told(studies: Studies, tmp_path: Path) -> None:
    scenario = load_scenario(TWO_CROSSINGS)
    network = scenario.world.network
    crossings = tuple(replace(each, known=0.5) for each in network.crossings)
    world = replace(scenario.world, network=replace(network, crossings=crossings))
    changed = replace(scenario, world=world)
    other = sim.compare(changed, POLICIES, replicates=3, seed=1, out=tmp_path / "changed")
    found = diff(studies["base"], other)
    assert not found.same
    assert "a program changed the scenario" in " ".join(found.sections[1].lines)


def test_everything_is_in_the_json_and_comparisons_are_in_the_frame(studies: Studies) -> None:
    found = diff(studies["base"], studies["fixed"])
    record = json.loads(found.to_json())
    assert record["same"] is False
    assert record["pairing"]["paired"] is True
    assert [each["key"] for each in record["inputs"]] == ["crossings.gate.registration.servers"]
    assert len(record["results"]) == found.frame.height == len(found.found.values)
    assert {each["policy"] for each in record["days"]} <= set(POLICIES)


def test_the_manifest_has_what_the_scenario_was_made_of(studies: Studies) -> None:
    manifest = read_results(studies["fixed"].folder).manifest
    assert manifest["inputs"]["keys"]["crossings.gate.registration.servers"] == 1
    assert manifest["code"]
