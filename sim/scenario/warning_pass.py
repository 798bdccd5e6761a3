"""What is allowed in a scenario and probably not meant: warnings, each with its place.

They are about what lies outside the period, is never open, cannot be reached, has no effect, or is
said twice. ``rajasim check`` shows them, and with ``--strict`` takes them for errors; a program
finds them in ``scenario.warnings``. What contradicts itself is refused instead.
"""

from __future__ import annotations

from sim.errors import Problem
from sim.scenario.checking import Checks
from sim.scenario.draft import Draft
from sim.scenario.named_rules import NamedRules
from sim.scenario.naming import warn_of_labels
from sim.scenario.period_warnings import warn_of_period
from sim.scenario.policy_warnings import warn_of_policies
from sim.scenario.reach_warnings import warn_of_reach
from sim.scenario.records import Observation
from sim.world.world import World


def warnings_of(
    draft: Draft, world: World, rules: NamedRules, observed: tuple[Observation, ...]
) -> tuple[Problem, ...]:
    """Every warning about a scenario without problems, sorted by place."""
    warnings = Checks(draft.checks.document, draft.checks.known_keys)
    warn_of_labels(warnings, draft.file)
    warn_of_period(warnings, world, rules.hypotheses, rules.controls, observed)
    warn_of_reach(warnings, world, rules.hypotheses)
    warn_of_policies(warnings, world, rules)
    return tuple(sorted(dict.fromkeys(warnings.problems), key=lambda each: each.position))
