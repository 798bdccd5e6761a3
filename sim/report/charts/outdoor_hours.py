"""The numbers behind the exposure chart: hours outdoors by wind chill, policy, place and class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.drawing.style import COLD

if TYPE_CHECKING:
    from sim.results.store import StoredResults

TURNED_BACK: Final = ("R6",)  # those pushed back on the terrain among them


@dataclass(frozen=True)
class Part:
    """Hours of one place or one class under the reference, shape (run, band)."""

    id: str
    name: str
    hours: Floats

    @property
    def cold(self) -> Floats:
        """Hours at -10 and colder, by run."""
        return np.asarray(self.hours[:, 1:].sum(axis=1))


@dataclass(frozen=True)
class OutdoorHours:
    """What is drawn.

    Attributes:
        totals: For each policy, hours over all places, shape (run, band).
        without: For each policy, people without access to asylum by run; empty if not known.
        places: Places of the reference, north to south.
        classes: Classes of person of the reference; they overlap.
        turned_back: For each policy, people turned back unheard, mean of the runs.
        kept_from_coming: For each policy, people kept from setting out, mean of the runs.
    """

    totals: dict[str, Floats]
    without: dict[str, Floats]
    places: list[Part]
    classes: list[Part]
    turned_back: dict[str, float]
    kept_from_coming: dict[str, float]

    def cold(self, policy: str) -> float:
        """Mean hours outdoors at -10 and colder."""
        return float(self.totals[policy][:, 1:].sum(axis=1).mean())


def outdoor_hours(results: StoredResults) -> OutdoorHours:
    """What the exposure chart shows of stored results."""
    policies = queries.policies(results)
    by_place = results.exposure.filter(of="place")
    ours = results.exposure.filter(policy=policies[0])
    recorded = set(by_place["which"].to_list())
    places = [
        (str(place["id"]), queries.scenario_text(results, str(place["name"])))
        for place in results.manifest["places"]
        if place["id"] in recorded
    ]
    classes = [str(name) for name in results.manifest.get("classes", [])]
    return OutdoorHours(
        {policy: _by_run(results, by_place.filter(policy=policy)) for policy in policies},
        {policy: queries.values(results, policy, queries.WITHOUT_ACCESS) for policy in policies},
        [
            Part(key, name, _by_run(results, ours.filter(of="place", which=key)))
            for key, name in places
        ],
        [
            Part(
                name,
                queries.class_words(results, name),
                _by_run(results, ours.filter(of="class", which=name)),
            )
            for name in classes
        ],
        {policy: _mean_sum(results, policy, TURNED_BACK) for policy in policies},
        {policy: _mean_sum(results, policy, queries.DID_NOT_SET_OUT) for policy in policies},
    )


def _mean_sum(results: StoredResults, policy: str, names: Sequence[str]) -> float:
    """Sum of some indicators in the mean of the runs; those that are not recorded add nothing."""
    means = (queries.values(results, policy, name) for name in names)
    return sum(float(runs.mean()) for runs in means if len(runs))


def _by_run(results: StoredResults, rows: pl.DataFrame) -> Floats:
    """Hours summed by run and band, shape (run, band); runs without rows have none."""
    order = {run: k for k, run in enumerate(queries.runs(results))}
    hours = np.zeros((len(order), len(COLD)))
    keys = ["state_of_world", "replicate", "band"]
    for state_of_world, replicate, band, value in rows.select(*keys, "person_h").iter_rows():
        hours[order[state_of_world, replicate], band] += value
    return hours
