"""What assumptions are called that are no keys of the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.report.analysis.drawn_names import parameter_name
from sim.results.store import StoredResults
from tests.report import synthetic


@pytest.fixture
def results(tmp_path: Path) -> StoredResults:
    made = synthetic.results(tmp_path / "run", policies=1, crossings=1, days=5, runs=2)
    held = {"id": "hold-south", "label": "People held in the south"}
    return replace(made, manifest={**made.manifest, "controls": [held]})


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("chance of controls.hold-south", "People held in the south: chance that it is so"),
        ("chance of controls.hold-north", "hold-north: chance that it is so"),
        ("demand from 2023-08-01", "People who set out, from 1 Aug 2023 on"),
        ("controls.hold-south", "People held in the south (yes or no)"),
        ("stocks.0", "People already there"),
        ("plugin.own", "plugin.own"),
    ],
)
def test_an_assumption_has_a_name(results: StoredResults, key: str, name: str) -> None:
    assert parameter_name(results, key) == name
