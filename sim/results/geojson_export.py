"""GeoJSON (RFC 7946): places with what happened there, for maps and geographic information systems.

A count or a number of hours is the total of a run over all days; a stock (people who wait or are in
the transit state, at midnight) is its mean over all days, and its highest. Each is the mean over
runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import polars as pl

from sim.outcomes.total import TOTAL
from sim.results.exported_frames import Shape
from sim.results.store import StoredResults
from sim.results.tables.record import RUN_KEYS, ids, scenario_clock
from sim.storage.json_object import JsonMapping, JsonObject

STOCKS: Final = ("waiting", "waiting_before", "in_transit_state")
Properties: TypeAlias = JsonObject


def feature_collection(results: StoredResults, *, shape: Shape) -> Properties:
    """Every place as a point with its numbers.

    Args:
        results: what is shown.
        shape: ``long`` for a feature a place and policy, with the policy among its properties;
            ``wide`` for one a place, with properties named ``<policy>.<series>``.
    """
    numbers = _numbers(results)
    scenario = results.manifest["scenario"]
    return {
        "type": "FeatureCollection",
        "name": scenario["title"],
        "description": "Model results under stated assumptions, not a forecast. Counts and hours "
        "are totals of a run, stocks means and highest values over its days; all are means over "
        "runs.",
        "run_id": results.manifest["run_id"],
        "features": [
            feature
            for place in results.manifest["places"]
            for feature in _features(place, numbers, ids(results.manifest, "policies"), shape)
        ],
    }


def _numbers(results: StoredResults) -> dict[tuple[str, str], Properties]:
    """Numbers by policy and place."""
    days = len(scenario_clock(results.manifest).days)
    runs = results.indicators.select(RUN_KEYS).unique().group_by("policy").len("runs")
    of_runs = (
        results.daily.filter(pl.col("crossing") != TOTAL)
        .group_by(*RUN_KEYS, "crossing", "series")
        .agg(total=pl.col("value").sort().sum(), highest=pl.col("value").max())
        .sort(*RUN_KEYS, "crossing", "series")
        .group_by("policy", "crossing", "series", maintain_order=True)
        .agg(pl.col("total").sum(), pl.col("highest").sum())
        .join(runs, on="policy", maintain_order="left")
    )
    found: dict[tuple[str, str], Properties] = {}
    for row in of_runs.iter_rows(named=True):
        numbers = found.setdefault((row["policy"], row["crossing"]), {})
        series, mean = row["series"], row["total"] / row["runs"]
        if series in STOCKS:
            numbers[f"{series}_mean"] = mean / days
            numbers[f"{series}_highest"] = row["highest"] / row["runs"]
        else:
            numbers[series] = mean
    return found


def _features(
    place: JsonMapping,
    numbers: Mapping[tuple[str, str], Properties],
    policies: list[str],
    shape: Shape,
) -> Iterator[Properties]:
    about = {"place": place["id"], "name": place["name"], "kind": place["kind"]}
    where = [place["lon"], place["lat"]] if "lon" in place else None
    point = None if where is None else {"type": "Point", "coordinates": where}
    of_policies = {policy: numbers.get((policy, place["id"]), {}) for policy in policies}
    if shape == "wide":
        properties = {
            f"{p}.{name}": x for p, each in of_policies.items() for name, x in each.items()
        }
        yield _feature(place["id"], point, {**about, **properties})
        return
    for policy, each in of_policies.items():
        yield _feature(f"{place['id']} {policy}", point, {**about, "policy": policy, **each})


def _feature(name: str, point: Properties | None, properties: Properties) -> Properties:
    return {"type": "Feature", "id": name, "geometry": point, "properties": properties}
