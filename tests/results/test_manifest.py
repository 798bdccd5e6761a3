"""What a manifest must say is what studies write and readers use."""

from __future__ import annotations

from sim.outcomes.access import Access
from sim.outcomes.indicator import Direction, Family
from sim.results.manifest import DIRECTIONS, FAMILIES
from sim.results.tables.access_table import ACCESS


def test_words_of_results_are_those_that_there_are() -> None:
    """They stand twice, since reading results must not load the engine."""
    assert {each.value for each in Direction} == DIRECTIONS
    assert {each.value for each in Family} == FAMILIES
    assert [each.value for each in Access] == [*ACCESS]
