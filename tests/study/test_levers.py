"""What may be searched: policies. Nothing of the transit side, by no way round."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from sim import load_scenario, vary_policy
from sim.errors import InputError, SenderSearchError
from sim.scenario.scenario import Scenario
from sim.scenario.variants import with_variants
from sim.study.levers import require_no_transit_keys, require_policy_lever, transit_parameters
from sim.world.parameters import Parameters

PACKAGE = Path(__file__).parents[2] / "sim"
TEMPLATE = PACKAGE / "scenario" / "template" / "scenario.yaml"
OPTIMISERS = ("optuna", "nevergrad", "skopt", "hyperopt", "pymoo", "deap", "cma", "ax", "botorch")


@pytest.fixture(scope="module")
def template() -> Scenario:
    return load_scenario(TEMPLATE)


@pytest.mark.parametrize(
    "key",
    [
        "sender.batch",
        "hypotheses.H2.batch",
        "hypothesis.opens",
        "responses.deterred.weight",
        "Hypotheses.H2.steering",
        "parameters.withdrawal_half_life_d",
        "parameters.escalation_factor.value",
        "uncertainties.stranded_limit_persons",
        "transit_level_max",
        "crossings.gate.exit_check.mean_min",
    ],
)
def test_the_transit_side_is_not_searched(key: str) -> None:
    with pytest.raises(SenderSearchError, match="it does not plan pressure"):
        require_policy_lever(key)


@pytest.mark.parametrize(
    "key", ["parameters.news_delay_h", "demand_factor", "crossings.0.lanes", "policies", "", "seed"]
)
def test_nothing_but_policies_is_searched(key: str) -> None:
    with pytest.raises(InputError, match="only keys of policies can"):
        require_policy_lever(key)


def test_keys_of_policies_may_be_searched() -> None:
    require_policy_lever("policies.surge.officers.salla")
    require_policy_lever("policy.delay_max_d")


def test_one_key_of_the_transit_side_among_others_is_enough() -> None:
    with pytest.raises(SenderSearchError):
        require_no_transit_keys(["policies.a.b", "hypotheses.H2.batch"])


def test_every_parameter_of_the_responses_is_marked() -> None:
    marked = set(transit_parameters())
    for each in fields(Parameters):
        if each.name.startswith(("deterred_", "reactance_", "stranded_", "transit_")):
            assert each.name in marked
    assert {"removal_rate_per_d", "expired_document_gate"} <= marked
    assert "news_delay_h" not in marked


def test_variants_of_a_policy_are_compared_with_it(template: Scenario, tmp_path: Path) -> None:
    found = vary_policy(
        template,
        "near-closed",
        "policies.near-closed.announced_before_h",
        [0, 12],
        replicates=2,
        out=tmp_path / "out",
    )
    named = [each["id"] for each in found.results.manifest["policies"]]
    assert named == [
        "near-closed",
        "near-closed announced_before_h=0",
        "near-closed announced_before_h=12",
    ]
    assert found.results.manifest["reference"] == "near-closed"


def test_a_variant_differs_in_its_key_only(template: Scenario) -> None:
    varied = with_variants(template, "by-numbers", "above", [30.0])
    base = varied.policies["by-numbers"].rule
    other = varied.policies["by-numbers above=30.0"].rule
    differing = [
        each.name
        for each in fields(base)  # type: ignore[arg-type]
        if getattr(base, each.name) != getattr(other, each.name)
    ]
    assert differing == ["above"]


def test_what_does_not_fit_is_refused(template: Scenario) -> None:
    with pytest.raises(SenderSearchError):
        vary_policy(template, "open", "hypotheses.lets-through.opens", [1])
    with pytest.raises(InputError, match="is no key of the policy"):
        vary_policy(template, "open", "policies.near-closed.announced_before_h", [1])
    with pytest.raises(InputError, match="cannot be"):
        vary_policy(template, "near-closed", "policy.announced_before_h", [-1])
    with pytest.raises(InputError, match="there is no policy"):
        vary_policy(template, "nothing", "policy.at", [1])


def test_no_module_imports_an_optimiser() -> None:
    """The one search there is varies a key of a policy over given values."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            found += [
                f"{path.name}: {name}"
                for name in names
                if name.split(".")[0] in OPTIMISERS or name.startswith("scipy.optimize")
            ]
    assert found == []
