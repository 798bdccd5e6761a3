"""What a results table is: one record, from which its writing, packing, reading and page follow.

A record names the columns of a table and the function that makes its rows: from a finished run,
from a finished study, or from other tables. Nothing here loads the engine: readers of results do
not need it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.clock import Clock
from sim.errors import ResultsError
from sim.outcomes.total import TOTAL
from sim.storage.json_object import JsonMapping

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario

Manifest: TypeAlias = JsonMapping
Values: TypeAlias = NDArray[Any]  # a column of one run, shape (rows,)
Rows: TypeAlias = Mapping[str, Values]
Show: TypeAlias = "Callable[[Scenario, Values], pl.Series]"


@dataclass(frozen=True)
class Column:
    """A column of a results table.

    Attributes:
        name: its name.
        type: what polars holds it as.
        meaning: what it holds, for ``results/README.md``.
        unit: its unit, or empty.
        shown: from the scenario and the values of runs to what is stored; as they are if None.
        order: what the manifest says of the order of its values; as they sort if None.
        known: values that it may have by the manifest; any if None.
        required: whether a row without it is damaged.
        is_moment: whether it is a time with its zone, as text.
    """

    name: str
    type: type[pl.DataType]
    meaning: str
    unit: str = ""
    shown: Show | None = None
    order: Callable[[Manifest], Sequence[str]] | None = None
    known: Callable[[Manifest], Collection[str]] | None = None
    required: bool = False
    is_moment: bool = False


class DrawnState(Protocol):
    """A state of the world as tables read it."""

    @property
    def number(self) -> int:
        """Its number, from 0."""

    @property
    def hypothesis(self) -> str:
        """Id of its hypothesis about the transit side."""

    @property
    def response(self) -> str:
        """Id of its response rule, or empty."""

    @property
    def drawn(self) -> Mapping[str, float]:
        """Its uncertain parameters by name."""


class FinishedRun(Protocol):
    """A finished replication as tables read it."""

    @property
    def policy(self) -> int:
        """Number of its policy."""

    @property
    def state(self) -> int:
        """Number of its state of the world."""

    @property
    def replicate(self) -> int:
        """Number of the run within the state of the world."""

    @property
    def rows(self) -> Mapping[str, Rows]:
        """By the name of the table, what :attr:`Table.of_run` gave."""


class FinishedStudy(Protocol):
    """A finished study as tables read it."""

    @property
    def scenario(self) -> Scenario:
        """What was run."""

    @property
    def policies(self) -> tuple[str, ...]:
        """Ids of the policies, in order."""

    @property
    def runs(self) -> Sequence[FinishedRun]:
        """Every run of every policy in every state of the world."""

    @property
    def states(self) -> Iterable[DrawnState]:
        """Every state of the world, to be gone through once."""

    @property
    def learned(self) -> pl.DataFrame:
        """What the study teaches."""


class RowSource(Protocol):
    """Rows of tables as other tables are made of them: some at a time, for they may be many."""

    def parts(self, table: str, policy: str | None = None) -> Iterable[pl.LazyFrame]:
        """Rows of a table, in order; of one policy, or of all."""


@dataclass(frozen=True)
class Table:
    """One file of a results folder; just one of the three functions makes its rows.

    Attributes:
        name: its name, as an attribute of stored results.
        file: its file; ``.csv`` or ``.parquet``.
        row: what one row is.
        holds: what the table holds, in a sentence.
        columns: its columns, in order.
        keys: columns that order the rows.
        of_run: from a finished run to its rows; columns of the run itself are added.
        of_study: from a finished study to all rows.
        of_tables: from the other tables and the manifest to all rows, some at a time.
        more_columns: what further columns there may be; there are none if empty.
        nonzero: a column whose zeros are left out, or empty.
        notes: what else a reader should know.
    """

    name: str
    file: str
    row: str
    holds: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    of_run: Callable[[RunRecord], Rows] | None = None
    of_study: Callable[[FinishedStudy], pl.DataFrame] | None = None
    of_tables: Callable[[RowSource, Manifest], Iterable[pl.DataFrame]] | None = None
    more_columns: str = ""
    nonzero: str = ""
    notes: str = ""

    @property
    def schema(self) -> pl.Schema:
        """Names and types of the columns."""
        return pl.Schema({column.name: column.type for column in self.columns})

    def frame(self, study: FinishedStudy) -> pl.DataFrame:
        """All rows of a finished study, in no particular order."""
        return self.of_study(study) if self.of_study else self._frame_of_runs(study)

    def shaped(self, frame: pl.DataFrame, manifest: Manifest) -> pl.DataFrame:
        """The frame with its columns in order, typed, and its rows sorted.

        Raises:
            ResultsError: the frame lacks a column.
        """
        schema = self.schema
        if missing := [name for name in schema if name not in frame.columns]:
            raise ResultsError(f"{self.file}: the frame lacks the columns {', '.join(missing)}")
        more = [name for name in frame.columns if name not in schema] if self.more_columns else []
        typed = frame.select([*schema, *more]).cast(schema)
        typed = typed.with_columns(pl.col(pl.Float64).fill_nan(None))
        if self.nonzero:
            typed = typed.filter(pl.col(self.nonzero) != 0)
        by = [key for name in self.keys for key in self._sort_keys(name, manifest)]
        return typed.sort(by, maintain_order=True)

    def _sort_keys(self, name: str, manifest: Manifest) -> list[pl.Expr]:
        (order,) = (column.order for column in self.columns if column.name == name)
        if order is None:
            return [pl.col(name)]
        ranks = {value: rank for rank, value in enumerate(order(manifest))}
        rank = pl.col(name).replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64)
        return [rank, pl.col(name)]

    def _frame_of_runs(self, study: FinishedStudy) -> pl.DataFrame:
        rows = [run.rows[self.name] for run in study.runs]
        counts = [len(next(iter(each.values()))) for each in rows]
        of_runs = _run_columns(study, counts)
        columns = {}
        for column in self.columns:
            if column.name in of_runs:
                columns[column.name] = of_runs[column.name]
                continue
            values = np.concatenate([each[column.name] for each in rows])
            shown = column.shown
            columns[column.name] = shown(study.scenario, values) if shown else pl.Series(values)
        return pl.DataFrame(columns)


def _run_columns(study: FinishedStudy, counts: Sequence[int]) -> dict[str, pl.Series]:
    """What a run is, repeated for each of its rows."""
    policies = np.repeat(np.array([run.policy for run in study.runs], dtype=np.uint32), counts)
    states = np.repeat(np.array([run.state for run in study.runs], dtype=np.int64), counts)
    replicates = np.repeat(np.array([run.replicate for run in study.runs], dtype=np.int64), counts)
    return {
        POLICY.name: gathered(study.policies, policies),
        STATE_OF_WORLD.name: pl.Series(states),
        REPLICATE.name: pl.Series(replicates),
    }


def gathered(names: Sequence[object], numbers: Values) -> pl.Series:
    """A column of names from their numbers."""
    return pl.Series(list(names)).gather(pl.Series(numbers, dtype=pl.UInt32))


def named(
    names: Callable[[Scenario], Sequence[object]],
) -> Show:
    """How a column is shown whose values in a run are numbers of things that have names."""
    return lambda scenario, numbers: gathered(names(scenario), numbers)


def ids(manifest: Manifest, key: str) -> list[str]:
    """Ids of a manifest's entries of a kind, in its order."""
    return [str(entry["id"]) for entry in manifest.get(key, [])]


def scenario_clock(manifest: Manifest) -> Clock:
    """The span and zone of the scenario; a start or end without time means local midnight."""
    scenario = manifest["scenario"]
    zone = str(scenario["timezone"])
    start, end = (_instant(str(scenario[key]), zone) for key in ("start", "end"))
    return Clock(start, end, zone)


def _instant(text: str, zone: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def place_ids(scenario: Scenario) -> list[str]:
    """Ids of all places, by number."""
    return [place.id for place in scenario.world.network.places]


def _known_indicators(manifest: Manifest) -> Collection[str]:
    return {*ids(manifest, "indicators"), *ids(manifest, "learning")}


def _known_crossings(manifest: Manifest) -> Collection[str]:
    return {*ids(manifest, "places"), *ids(manifest, "areas"), TOTAL}


def listed(
    name: str,
    meaning: str,
    key: str,
    *,
    names: Callable[[Scenario], Sequence[str]] | None = None,
    required: bool = False,
) -> Column:
    """A column of ids that are those of the manifest's entries of a kind, in its order.

    Args:
        name: its name.
        meaning: what it holds.
        key: where the manifest has these entries.
        names: their ids by the scenario, where a run has their numbers.
        required: whether a row without it is damaged.
    """

    def known(manifest: Manifest) -> list[str]:
        return ids(manifest, key)

    shown = named(names) if names else None
    return Column(
        name, pl.String, meaning, shown=shown, order=known, known=known, required=required
    )


POLICY = listed("policy", "id of the policy", "policies")
STATE_OF_WORLD = Column(
    "state_of_world", pl.Int64, "number of the state of the world", required=True
)
REPLICATE = Column(
    "replicate", pl.Int64, "number of the replicate within the state of the world", required=True
)
RUN = (POLICY, STATE_OF_WORLD, REPLICATE)
RUN_KEYS = tuple(column.name for column in RUN)
INDICATOR = Column(
    "indicator",
    pl.String,
    "id of the indicator; name, definition and direction are in the manifest, and in an "
    "export's labels.csv",
    order=lambda manifest: ids(manifest, "indicators"),
    known=_known_indicators,
)
DATE = Column(
    "date",
    pl.Date,
    "local day of the receiving side",
    shown=named(lambda scenario: scenario.world.clock.days),
    required=True,
)
CROSSING = Column(
    "crossing",
    pl.String,
    "id of the crossing",
    shown=named(place_ids),
    order=lambda manifest: ids(manifest, "places"),
    known=_known_crossings,
    required=True,
)
PLACE = Column(
    "place",
    pl.String,
    "id of a place or of one of the manifest's `areas`, or `total`",
    order=lambda manifest: ids(manifest, "places"),
    known=_known_crossings,
    required=True,
)
SERIES_NAME = Column("series", pl.String, "name of the series", required=True)
