"""What a function is that somebody enters into the table of indicators."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sim.outcomes import indicator
from sim.outcomes.indicator import Direction, Family, FamilyTable, Indicator, Statistic
from sim.outcomes.run_record import RunRecord
from sim.plugins import entries
from sim.world.modelled import Need


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> FamilyTable:
    """One in which nothing is, so that nothing stays in those of the package."""
    monkeypatch.setattr(indicator, "ENTERED", {})
    monkeypatch.setattr(entries, "ENTRIES", [])
    return FamilyTable(Family.RIGHTS)


def of_run(table: FamilyTable, needs: Need | None) -> Indicator:
    @table.of_run("Z1", "Three", "persons", Direction.LESS, needs=needs)
    def three(run: RunRecord) -> float:
        """A number of people.

        It is always ``3.0``.
        """
        return 3.0

    return table.rows["Z1"]


def of_people(table: FamilyTable, needs: Need | None) -> Indicator:
    @table.of_people("Z2", "One and two", "h", Direction.MORE, Statistic.SUM, needs=needs)
    def one_and_two(run: RunRecord) -> Any:
        """Numbers of two people."""
        return np.array([1.0, 2.0])

    return table.rows["Z2"]


def record(*missing: Need) -> RunRecord:
    """A run of two people without these parts of the model."""
    return cast(RunRecord, SimpleNamespace(not_modelled=frozenset(missing), persons=[0, 1]))


@pytest.mark.parametrize("enter", [of_run, of_people])
def test_it_has_a_value_where_what_it_needs_is_modelled(enter: Any, table: FamilyTable) -> None:
    row = enter(table, Need.WEATHER)
    assert row.compute(record(Need.TERRAIN)) == 3.0
    assert math.isnan(row.compute(record(Need.WEATHER)))


@pytest.mark.parametrize("enter", [of_run, of_people])
def test_one_that_needs_nothing_always_has_a_value(enter: Any, table: FamilyTable) -> None:
    assert enter(table, None).compute(record(*Need)) == 3.0


def test_nobody_counts_where_what_it_needs_is_not_modelled(table: FamilyTable) -> None:
    row = of_people(table, Need.WEATHER)
    assert row.of_people is not None
    assert np.isnan(row.of_people(record(Need.WEATHER))).tolist() == [True, True]
    assert row.of_people(record()).tolist() == [1.0, 2.0]


def test_it_is_defined_by_what_is_written_about_it(table: FamilyTable) -> None:
    row = of_run(table, None)
    assert (row.definition, row.family) == ("A number of people. It is always 3.0.", Family.RIGHTS)
    assert not row.headline
    assert row.of_people is None


def test_no_other_function_takes_its_name(table: FamilyTable) -> None:
    of_run(table, None)
    with pytest.raises(ValueError, match="already an indicator 'Z1'"):
        table.of_run("Z1", "Other", "persons", Direction.LESS)(lambda run: 4.0)
