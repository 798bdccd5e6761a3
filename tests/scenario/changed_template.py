"""The template of scenarios with a policy more or other words, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import load_scenario
from tests.bad_input.template import write_changed

POLICIES = "policies:\n"
CLOSED = "    at: 2024-03-05T00:00+02:00\n    until: 2024-03-12T00:00+02:00\n"
HUBS, ORIGINS, MADE_UP = "hubs:\n", "  origins:\n", "source: made up}"
STEP = "announced: 2024-03-05T00:00+02:00, effective: 2024-03-05T00:00+02:00, source: made up"


def warned(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """The warnings about the changed template, without its path."""
    name = write_changed(folder, *changes)
    found = load_scenario(folder / name).warnings
    assert all(each.line and each.column for each in found)
    return [str(each).partition("scenario.yaml:")[2] for each in found]


def refused(folder: Path, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        warned(folder, *changes)
    return [str(each) for each in caught.value.problems]


def policy(name: str, keys: str) -> tuple[str, str]:
    """One more policy in the template."""
    return POLICIES, f"{POLICIES}  {name}: {{label: {name}, source: made up, {keys}}}\n"


def steps(*each: str) -> tuple[str, str]:
    """One more policy, a schedule of these steps."""
    return policy("more", f"type: schedule, steps: [{', '.join(f'{{{step}}}' for step in each)}]")
