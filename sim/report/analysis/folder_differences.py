"""Two results folders compared: inputs, results, days, and what was not compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.analysis.input_differences import (
    InputDifference,
    input_differences,
    keys_are_known,
)
from sim.report.analysis.result_differences import (
    DayDifference,
    Pairing,
    Unshared,
    ValueDifference,
    day_differences,
    pairing,
    unshared,
    value_differences,
)

if TYPE_CHECKING:
    from sim.results.store import StoredResults


@dataclass(frozen=True)
class FolderDifference:
    """What differs between two results folders.

    Attributes:
        a: one.
        b: the other; differences are this one minus A.
        inputs: inputs that differ.
        unknown: the folders whose manifest has no keys of the scenario.
        tables: files of tables that are not the same bytes.
        pairing: whether runs were paired.
        values: every indicator of every policy that both have, the same ones included.
        days: daily series that differ.
        unshared: what was not compared.
    """

    a: StoredResults
    b: StoredResults
    inputs: tuple[InputDifference, ...]
    unknown: tuple[str, ...]
    tables: tuple[str, ...]
    pairing: Pairing
    values: tuple[ValueDifference, ...]
    days: tuple[DayDifference, ...]
    unshared: Unshared

    @property
    def same(self) -> bool:
        """Whether nothing differs, of inputs and of every table."""
        same_run = self.a.manifest["run_id"] == self.b.manifest["run_id"]
        return same_run and not (self.inputs or self.tables)


def folder_difference(a: StoredResults, b: StoredResults) -> FolderDifference:
    """Compare two results folders."""
    inputs = input_differences(a, b)
    how = pairing(a, b, inputs)
    return FolderDifference(
        a,
        b,
        tuple(inputs),
        tuple(str(each.folder) for each in (a, b) if not keys_are_known(each)),
        _tables_that_differ(a, b),
        how,
        tuple(value_differences(a, b, how)),
        tuple(day_differences(a, b, how)),
        unshared(a, b),
    )


def _tables_that_differ(a: StoredResults, b: StoredResults) -> tuple[str, ...]:
    ours, theirs = (
        {each["name"]: each["sha256"] for each in results.manifest["files"]} for results in (a, b)
    )
    names = dict.fromkeys((*ours, *theirs))
    return tuple(name for name in names if ours.get(name) != theirs.get(name))
