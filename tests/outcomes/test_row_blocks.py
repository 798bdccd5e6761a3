"""Rows some at a time: nothing depends on how many."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.signatures import Column
from sim.model import BorderModel
from sim.outcomes import row_blocks
from sim.outcomes.run_record import RunRecord
from sim.results.tables import TABLES
from sim.verification.full_world import reference_model
from tests.golden.small_worlds import MODELS


def test_blocks_are_all_rows_in_order() -> None:
    most = row_blocks.ROWS
    for many in (0, 1, most - 1, most, most + 1, 2 * most + 5):
        rows = [np.arange(many)[block] for block in row_blocks.row_blocks(many)]
        assert np.array_equal(np.concatenate([[], *rows]), np.arange(many))
        assert all(0 < len(each) <= most for each in rows)


def tables_of(run: BorderModel) -> dict[str, Column]:
    """Every table of a finished run, column by column."""
    record = RunRecord(run.world, run.parameters, run.engine)
    return {
        f"{table.name}.{name}": np.asarray(column)
        for table in TABLES.values()
        if table.of_run
        for name, column in table.of_run(record).items()
    }


@pytest.mark.parametrize("name", ["reference", "borders in a chain", "pushed back and metered"])
def test_tables_are_the_same_in_small_blocks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = (reference_model() if name == "reference" else MODELS[name]()).run()
    whole = tables_of(run)
    monkeypatch.setattr(row_blocks, "ROWS", 7)
    assert len(run.engine.persons) > 7
    in_blocks = tables_of(run)
    assert list(in_blocks) == list(whole)
    for column, values in whole.items():
        np.testing.assert_array_equal(in_blocks[column], values, err_msg=column)


def test_what_a_record_keeps_of_waits_cannot_be_changed_by_who_reads_it() -> None:
    run = reference_model().run()
    record = RunRecord(run.world, run.parameters, run.engine)
    with pytest.raises(ValueError, match="read-only"):
        record.sum_of_waits_h()[0] = 0.0
