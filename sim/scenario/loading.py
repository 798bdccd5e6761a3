"""From a scenario file to a checked scenario; all problems at once, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.scenario.as_drawn import hypotheses_at
from sim.scenario.attached_files import areas_of, read_attached
from sim.scenario.clock_and_network import check_gateways, clock_of, network_of
from sim.scenario.draft import Draft, read_draft
from sim.scenario.expected_patterns import expected_patterns_of
from sim.scenario.feasibility import (
    check_chain,
    check_daily_counts,
    check_group_sizes,
    check_moved_staff,
    check_people,
    check_route_choice,
)
from sim.scenario.named_rules import named_rules_of
from sim.scenario.naming import check_names
from sim.scenario.parameter_values import assumptions_of, parameters_of, uncertainties_of
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import scenario_file
from sim.scenario.transit_times import check_transit_times
from sim.scenario.warning_pass import warnings_of
from sim.world.world import World


def load_scenario(path: str | Path, *, assignments: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario file.

    Args:
        path: the file, its folder, or the name of a scenario that comes with the package.
        assignments: ``key=value`` texts that override the file's values.

    Raises:
        ScenarioError: with every problem found, each with file, line and column.
    """
    return _build(read_draft(scenario_file(Path(path)), assignments))


def _build(draft: Draft) -> Scenario:
    """Second stage: what only makes sense once every part has the right form."""
    checks, file = draft.checks, draft.file
    check_names(draft)
    clock, network = clock_of(draft), network_of(draft)
    check_daily_counts(draft)
    check_gateways(draft)
    parameters = parameters_of(draft)
    rules = named_rules_of(draft)
    uncertainties = uncertainties_of(draft, parameters, rules)
    check_transit_times(draft, rules)
    checks.stop_if_any()
    check_group_sizes(draft, parameters, uncertainties)
    check_moved_staff(draft, rules.policies)
    areas = areas_of(draft)
    checks.stop_if_any()
    attached = read_attached(draft, clock)
    expected = expected_patterns_of(draft, attached.observed)
    world = World(
        clock=clock,
        network=network,
        demand=file.demand,
        parameters=parameters,
        weather=attached.weather,
        demand_periods=attached.demand,
    )
    accounts = rules.hypotheses.values()
    check_people(draft, world, uncertainties, hypotheses_at(accounts, uncertainties, "high"))
    check_route_choice(draft, world, uncertainties, hypotheses_at(accounts, uncertainties, "low"))
    check_chain(draft, world)
    checks.stop_if_any()
    warnings = warnings_of(draft, world, rules, attached.observed)
    return Scenario(
        name=file.name,
        title=file.title,
        summary=file.summary,
        path=checks.document.files[0],
        digest=attached.digest,
        keys=checks.document.keys,
        files=attached.files,
        world=world,
        policies=rules.policies,
        reference=file.reference,
        hypotheses=rules.hypotheses,
        responses=rules.responses,
        controls=rules.controls,
        oversight=rules.oversight,
        uncertainties=uncertainties,
        assumptions=tuple(assumptions_of(draft, parameters, uncertainties, attached.demand)),
        observed=attached.observed,
        areas=areas,
        expected=expected,
        claims=attached.claims,
        posterior=attached.posterior,
        translations=attached.translations,
        replicates=file.runs.replicates,
        runs_per_state=file.runs.runs_per_state,
        seed=file.runs.seed,
        limits=file.limits,
        legal_positions=file.legal_positions,
        warnings=warnings,
    )
