"""What is in exported tables: every column with its unit and meaning, every id with its label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import polars as pl

from sim.results.exported_frames import PIVOTS, Shape, is_wide, wide_column, wide_names
from sim.results.store import StoredResults
from sim.results.tables import TABLES

TYPES: Final = {
    pl.String: "text",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Date: "date",
}
Described: TypeAlias = tuple[str, str]  # unit and meaning
LABELS: Final = ("variable", "value", "label", "unit", "direction", "meaning")


def codebook(
    results: StoredResults, frames: Mapping[str, pl.DataFrame], *, shape: Shape
) -> pl.DataFrame:
    """A row for every column of exported tables: table, column, type, unit, meaning.

    Args:
        results: what they are of.
        frames: the tables as they are exported, by name.
        shape: the shape that they have.
    """
    rows: list[tuple[str, ...]] = []
    for name, frame in frames.items():
        described = dict(_columns(results, name, shape))
        for column, kind in frame.schema.items():
            rows.append((name, column, TYPES[type(kind)], *described.get(column, ("", ""))))
    schema = dict.fromkeys(("table", "column", "type", "unit", "meaning"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _columns(results: StoredResults, name: str, shape: Shape) -> Iterator[tuple[str, Described]]:
    """Unit and meaning of every column that a table may have."""
    plain = {column.name: (column.unit, column.meaning) for column in TABLES[name].columns}
    yield from plain.items()
    for each in results.manifest["assumptions"]:
        described = (str(each["unit"]), f"the uncertain parameter {each['key']}")
        yield str(each["key"]).rpartition(".")[2], described
    if not is_wide(name, shape):
        return
    pivot = PIVOTS[name]
    known = dict(_named(results, pivot.names))
    for key in wide_names(pivot, results.frames[name], results.manifest):
        unit, meaning = known.get(key, ("", key))
        for value in pivot.values:
            own_unit, own = plain[value]
            says_more = wide_column(pivot, key, value).endswith(f"_{value}")
            shown = f"{meaning}; {own}" if says_more else meaning
            yield wide_column(pivot, key, value), (own_unit or unit, shown)


def _named(results: StoredResults, names: str) -> Iterator[tuple[str, Described]]:
    """Unit and meaning of each indicator, series, state or band."""
    for variable, value, label, unit, _, meaning in _labels(results):
        if variable == names:
            yield value, (unit, f"{label}: {meaning}" if meaning else label)


def labels(results: StoredResults) -> pl.DataFrame:
    """A row for every id that is a value of a column: variable, value, label, unit, meaning.

    ``direction`` is which way is better for whom an indicator is about, where it has one.
    """
    return pl.DataFrame(list(_labels(results)), dict.fromkeys(LABELS, pl.String), orient="row")


def _labels(results: StoredResults) -> Iterator[tuple[str, str, str, str, str, str]]:
    from sim.outcomes.series import SERIES  # deferred: it loads the engine

    manifest = results.manifest
    for variable, kind, label, meaning in (
        ("policy", "policies", "label", "summary"),
        ("crossing", "places", "name", "kind"),
        ("crossing", "areas", "name", ""),
        ("hypothesis", "hypotheses", "label", "summary"),
        ("response", "responses", "label", "summary"),
        ("indicator", "indicators", "name", "definition"),
        ("indicator", "learning", "name", "definition"),
    ):
        for each in manifest.get(kind, []):
            facts = (each.get(key, "") for key in ("unit", "direction", meaning))
            texts = (each["id"], each[label], *facts)
            yield variable, *map(str, texts)  # type: ignore[misc]
    for one in SERIES:
        yield "series", one.name, one.name.replace("_", " "), one.unit, "", one.meaning
    for number, band in enumerate(manifest.get("bands", [])):
        yield (
            "band",
            str(number),
            str(band),
            "person-hours",
            "",
            "outdoors in this band of wind chill",
        )
