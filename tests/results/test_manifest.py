"""What a manifest must say is what studies write and readers use."""

from __future__ import annotations

from typing import Any

import pytest

from sim.outcomes.access import Access
from sim.outcomes.indicator import Direction, Family
from sim.results.manifest import DIRECTIONS, FAMILIES, manifest_fault
from sim.results.tables.access_table import ACCESS
from tests.report import synthetic_border


def test_words_of_results_are_those_that_there_are() -> None:
    """They are said twice, since reading results must not load the engine."""
    assert {each.value for each in Direction} == DIRECTIONS
    assert {each.value for each in Family} == FAMILIES
    assert [each.value for each in Access] == [*ACCESS]


@pytest.fixture
def manifest() -> dict[str, Any]:
    return {
        **synthetic_border.manifest(policies=2, crossings=2, days=5, runs=1, states=2),
        "files": [],
    }


def test_what_studies_write_has_no_fault(manifest: dict[str, Any]) -> None:
    assert manifest_fault(manifest) is None
    assert manifest_fault({**manifest, "of a later version": 1}) is None


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"seed": "1"}, "seed has a value of another kind"),
        ({"seed": True}, "seed has a value of another kind"),
        ({"command": 3}, "command has a value of another kind"),
        ({"scenario": "base.yaml"}, "scenario is no object"),
        ({"scenario": {"title": "A"}}, "scenario.summary is missing"),
        ({"versions": {}}, "versions.rajasim is missing"),
        ({"limits": ["a", None]}, "limits.1 has a value of another kind"),
        ({"classes": None}, "classes is no list"),
        ({"files": [{"name": "a", "bytes": 1.5, "sha256": ""}]}, "files.0.bytes has a value of"),
        ({"states": [{"id": "a", "name": "A"}]}, "states.0.crossings is missing"),
        (
            {"states": [{"id": "a", "name": "A", "crossings": ["x"]}]},
            "states has a crossing that is",
        ),
        ({"states": [{"id": "a", "name": "A", "crossings": []}] * 2}, "states has an id twice"),
        ({"state_headline": "O1"}, "state_headline is no list"),
        ({"responses": [{"id": "R"}]}, "responses.0.label is missing"),
    ],
    ids=str,
)
def test_a_fault_is_located(manifest: dict[str, Any], changed: dict[str, Any], fault: str) -> None:
    assert str(manifest_fault({**manifest, **changed})).startswith(fault)


def test_a_key_that_is_left_out_is_named(manifest: dict[str, Any]) -> None:
    del manifest["headline"]
    assert manifest_fault(manifest) == "headline is missing"
