"""Places of every kind that counts may be of, origins, and the runs of a series there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.outcomes.total import TOTAL
from sim.report.analysis import queries
from sim.report.analysis.queries import Floats

if TYPE_CHECKING:
    from sim.results.store import StoredResults


def kinds(results: StoredResults) -> dict[str, str]:
    """What kind of place an id is that counts may be of; rail crossings are crossings too."""
    places = {str(each["id"]): str(each["kind"]) for each in results.manifest["places"]}
    found = {name: "crossing" if kind == "rail" else kind for name, kind in places.items()}
    return found | {area.id: "area" for area in queries.areas(results)} | {TOTAL: TOTAL}


def place_names(results: StoredResults) -> dict[str, str]:
    """Names of all places but crossings, by their ids, north to south."""
    return {
        str(place["id"]): queries.scenario_text(results, str(place["name"]))
        for place in results.manifest["places"]
        if place["kind"] not in ("crossing", "rail")
    }


def origin_names(results: StoredResults) -> dict[str, str]:
    """Names of origins by their ids."""
    return {
        str(each["id"]): queries.scenario_text(results, str(each["name"]))
        for each in results.manifest.get("origins", [])
    }


def daily_at(
    results: StoredResults,
    policy: str,
    series: str,
    places: Sequence[str] | None,
    origin: str = "",
) -> Floats:
    """A policy's runs of a series, shape (run, day), added up over places; over all for None.

    Args:
        results: what they are of.
        policy: its id.
        series: name of the series.
        places: ids of places.
        origin: id of the origin whose people count; everybody does if empty.
    """
    if places is None and not origin:
        return queries.daily_total(results, policy, series)
    wanted = (pl.col("policy") == policy) & (pl.col("series") == series)
    if origin:
        wanted &= pl.col("origin") == origin
    if places is not None:
        wanted &= pl.col("crossing").is_in(list(places))
    rows = results.rows("daily_by_origin" if origin else "daily", wanted)
    return _by_run_and_day(results, rows)


def _by_run_and_day(results: StoredResults, rows: pl.DataFrame) -> Floats:
    order = {run: k for k, run in enumerate(queries.runs(results))}
    block = np.zeros((len(order), len(queries.days(results))))
    first = queries.days(results)[0]
    for state, replicate, at, value in rows.select(
        "state_of_world", "replicate", "date", "value"
    ).iter_rows():
        if 0 <= (k := (at - first).days) < block.shape[1]:
            block[order[state, replicate], k] += value
    return block
