"""Results tables as other programs want them: with the zeros that are left out, long or wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

import polars as pl

from sim.errors import InputError, did_you_mean, quoted
from sim.results.store import StoredResults
from sim.results.tables.record import RUN_KEYS, Manifest, ids, scenario_clock

Shape: TypeAlias = Literal["long", "wide"]


class Pivot(NamedTuple):
    """How a long table becomes a wide one.

    Attributes:
        names: the column whose values become columns.
        values: the columns that are spread over them.
        dropped: columns that say something of a name, and go.
        zeros: whether a cell without a row is zero; it is missing else.
    """

    names: str
    values: tuple[str, ...]
    dropped: tuple[str, ...] = ()
    zeros: bool = False


SUMMARIES: Final = ("mean", "q025", "q10", "q25", "q50", "q75", "q90", "q975")
PIVOTS: Final[Mapping[str, Pivot]] = {
    "indicators": Pivot("indicator", ("value",), ("unit",)),
    "by_class": Pivot("indicator", ("value", "people")),
    "ledger": Pivot("state", ("persons",), zeros=True),
    "daily": Pivot("series", ("value",), zeros=True),
    "daily_by_origin": Pivot("series", ("value",), zeros=True),
    "daily_summary": Pivot("series", SUMMARIES, zeros=True),
    "exposure": Pivot("band", ("person_h",), zeros=True),
}
# Tables by day that leave zeros out: whose days they are, and what there is a value of each day.
DAYS_OF: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "daily": (RUN_KEYS, ("crossing", "series")),
    "daily_by_origin": (RUN_KEYS, ("crossing", "series", "origin")),
    "daily_summary": (("policy",), ("crossing", "series")),
    "flows": (RUN_KEYS, ("origin", "destination")),
}


def exported_frame(
    results: StoredResults, name: str, *, complete_days: bool = False, shape: Shape = "long"
) -> pl.DataFrame:
    """A table as it is exported.

    Args:
        results: what it is of.
        name: its name.
        complete_days: put in the zeros that tables by day leave out: a row for every run, every day
            and everything that has a value on any day of any run.
        shape: ``wide`` for a column for each indicator, series, state or band, in tables that
            have such.

    Raises:
        InputError: if there is no such table.
    """
    if name not in results.frames:
        hint = did_you_mean(name, list(results.frames)) or ""
        raise InputError(f"there is no table {quoted(name)} {hint}; {', '.join(results.frames)}")
    frame = results.frames[name]
    if complete_days and name in DAYS_OF:
        frame = _complete(results, name)
    return _wide(frame, PIVOTS[name], results.manifest) if is_wide(name, shape) else frame


def is_wide(name: str, shape: Shape) -> bool:
    """Whether a table has another form in this shape."""
    return shape == "wide" and name in PIVOTS


def wide_column(pivot: Pivot, name: str, value: str) -> str:
    """The column of a wide table that holds one value of a name."""
    if pivot.names == "band":
        name = f"band_{name}"
    return name if value in ("value", "persons", "person_h") else f"{name}_{value}"


def wide_names(pivot: Pivot, frame: pl.DataFrame, manifest: Manifest) -> list[str]:
    """The names that become columns: in the manifest's order, then as they sort."""
    present = [str(each) for each in frame[pivot.names].unique().sort().to_list()]
    known = ids(manifest, "indicators") if pivot.names == "indicator" else []
    return [*(name for name in known if name in present), *(n for n in present if n not in known)]


def _complete(results: StoredResults, name: str) -> pl.DataFrame:
    of, pairs = DAYS_OF[name]
    frame = results.frames[name]
    keys = results.indicators.select(of).unique(maintain_order=True)
    days = pl.DataFrame({"date": list(scenario_clock(results.manifest).days)})
    what = frame.select(pairs).unique(maintain_order=True).sort(pairs)
    every = keys.join(days, how="cross").join(what, how="cross")
    whole = every.join(frame, on=[*of, "date", *pairs], how="left", maintain_order="left")
    values = [column for column in frame.columns if column not in (*of, "date", *pairs)]
    return whole.with_columns(pl.col(values).fill_null(0)).select(frame.columns)


def _wide(frame: pl.DataFrame, pivot: Pivot, manifest: Manifest) -> pl.DataFrame:
    gone = (pivot.names, *pivot.values, *pivot.dropped)
    index = [column for column in frame.columns if column not in gone]
    rows = frame.select(index).unique(maintain_order=True)
    for name in wide_names(pivot, frame, manifest):
        mine = frame.filter(pl.col(pivot.names).cast(pl.String) == name)
        renamed = {value: wide_column(pivot, name, value) for value in pivot.values}
        part = mine.select([*index, *pivot.values]).rename(renamed)
        rows = rows.join(part, on=index, how="left", maintain_order="left")
    return rows.with_columns(pl.exclude(index).fill_null(0)) if pivot.zeros else rows


def table_names(results: StoredResults, chosen: Sequence[str] | None) -> list[str]:
    """The tables that are asked for; all if None.

    Raises:
        InputError: if there is no such table.
    """
    for name in chosen or ():
        exported_frame(results, name)
    return list(chosen or results.frames)
