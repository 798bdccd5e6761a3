"""The library's comparison of two results folders."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api.objects import Comparison
from sim.storage.json_object import JsonObject

if TYPE_CHECKING:
    import polars as pl

    from sim.report.analysis.folder_differences import FolderDifference
    from sim.report.analysis.result_differences import ValueDifference
    from sim.scenario.description import Section


@dataclass(frozen=True)
class ResultsDifference:
    """What changed between two results folders; notebooks show it as tables.

    Attributes:
        found: everything that was compared.
    """

    found: FolderDifference

    @property
    def same(self) -> bool:
        """Whether nothing differs, of inputs and of every table."""
        return self.found.same

    @property
    def frame(self) -> pl.DataFrame:
        """A row for each policy and indicator that both have, in the indicator's unit."""
        import polars as pl  # deferred: it loads slowly

        types = {name: pl.Float64 if name in NUMBERS else pl.String for name in COLUMNS}
        return pl.DataFrame([_row(each) for each in self.found.values], schema=types)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The answer, and a table for each part of it."""
        from sim.report.page.difference_sections import sections_of  # deferred: loads the engine

        return tuple(sections_of(self.found))

    def to_json(self) -> str:
        """Everything as JSON; what has no value, as an interval of one run, is null."""
        return json.dumps(_finite(self._record()), indent=2, ensure_ascii=False, default=str) + "\n"

    def _record(self) -> JsonObject:
        found = self.found
        return {
            "same": found.same,
            **{
                side: {"folder": str(each.folder), "run_id": each.manifest["run_id"]}
                for side, each in (("a", found.a), ("b", found.b))
            },
            "inputs": [asdict(each) for each in found.inputs],
            "keys_not_recorded_in": found.unknown,
            "tables_that_differ": found.tables,
            "pairing": {**asdict(found.pairing), "paired": found.pairing.paired},
            "results": [_row(each) for each in found.values],
            "days": [{**asdict(each), "series": each.series["name"]} for each in found.days],
            "not_compared": asdict(found.unshared),
        }

    def _repr_html_(self) -> str:
        from sim.text import html  # deferred: loads markupsafe

        return "\n".join(
            html.table(each.columns, each.rows, caption=" ".join((f"{each.title}.", *each.lines)))
            for each in self.sections
        )

    def __repr__(self) -> str:
        if self.same:
            return "<ResultsDifference: none>"
        differ = sum(each.differs for each in self.found.values)
        return f"<ResultsDifference: {len(self.found.inputs)} inputs, {differ} results>"


NUMBERS = ("mean_a", "mean_b", "difference", "low", "high", "chance")
COLUMNS = ("policy", "indicator", "unit", *NUMBERS, "word")


def _row(each: ValueDifference) -> JsonObject:
    change = each.change
    return {
        "policy": each.policy,
        "indicator": each.indicator["id"],
        "unit": each.indicator["unit"],
        "mean_a": each.a,
        "mean_b": each.b,
        "difference": change.mean,
        "low": change.low,
        "high": change.high,
        "chance": change.chance,
        "word": each.word,
    }


def _finite(value: object) -> object:
    """The same with None in the place of numbers that JSON does not have."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def diff(a: str | Path | Comparison, b: str | Path | Comparison) -> ResultsDifference:
    """What changed between two results folders: in inputs, in results, beyond chance.

    Runs are paired where states of the world are the same; differences are B minus A.

    Args:
        a: a results folder, or what is stored in one.
        b: another.

    Raises:
        ResultsError: if a file is missing or damaged, or a folder is none of results.
    """
    from sim.report.analysis.folder_differences import folder_difference  # deferred: loads polars

    return ResultsDifference(folder_difference(*(each.results for each in _opened(a, b))))


def _opened(*given: str | Path | Comparison) -> Iterator[Comparison]:
    from sim.api.functions import open_results  # deferred: as the library itself

    for each in given:
        yield each if isinstance(each, Comparison) else open_results(each)
