"""Small made-up results, the same every time, in any number of policies, states and crossings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.outcomes.total import TOTAL
from sim.results.store import StoredResults, write_results
from tests.report.synthetic_border import (
    CLASSES,
    HUBS,
    INDICATORS,
    NEIGHBOUR,
    POLICIES,
    SEGMENT,
    START,
    STATE_HEADLINE,
    STATES,
    manifest,
)


def access(*, policies: int, crossings: int, days: int, runs: int) -> pl.DataFrame:
    """Open to begin with; then, by policy, steps that close the south before the north."""
    rows = []
    for p, (policy, _) in enumerate(POLICIES[:policies]):
        for state_of_world in range(runs):
            for c in range(crossings):
                rows += _path(policy, p, state_of_world, c, crossings=crossings, days=days)
    return pl.DataFrame(
        rows,
        schema=["policy", "state_of_world", "replicate", "crossing", "begins", "ends", "access"],
        orient="row",
    )


def _path(
    policy: str, p: int, state_of_world: int, c: int, *, crossings: int, days: int
) -> list[tuple[str, int, int, str, str, str, str]]:
    name, noon = f"c{c:02}", "T00:00:00+02:00"
    first, second = int(days * 0.42) + 2 * ((crossings - c) // 3), int(days * 0.5)
    if policy == "threshold":
        first, second = first + state_of_world % 5, second + state_of_world % 5
    states = {"open": ("open", "open"), "exception": ("exception_only", "exception_only")}
    before, after = states.get(policy, ("no_asylum" if p % 3 == 0 else "closed", "closed"))
    steps = [(0, "open"), (min(first, second), before), (max(first, second), after), (days, "")]
    return [
        (
            policy,
            state_of_world,
            0,
            name,
            f"{START + timedelta(days=a)}{noon}",
            f"{START + timedelta(days=b)}{noon}",
            state,
        )
        for (a, state), (b, _) in pairwise(steps)
        if a < b
    ]


def daily(*, policies: int, crossings: int, days: int, runs: int) -> pl.DataFrame:
    """Arrivals that swell and stop, people waiting, and a stock in the transit state."""
    day = np.arange(days)
    frames = []
    for p, (policy, _) in enumerate(POLICIES[:policies]):
        for state_of_world in range(runs):
            generator = np.random.default_rng([state_of_world, 1])
            scale = generator.lognormal(0, 0.5) * (0.6 + 0.15 * (p % 5))
            bump = np.exp(-(((day - days * 0.45) / (days * 0.08)) ** 2))
            for c in range(crossings):
                mean = 40 * scale * bump * (1 + c % 3) / crossings * 4
                arrivals = generator.poisson(mean).astype(float)
                waiting = np.convolve(arrivals, [1, 0.7, 0.4, 0.2])[:days].round()
                officer_h = np.full(days, 48.0 + 24.0 * (c % 2))
                interview_h = np.minimum(officer_h, 0.3 * arrivals + 0.5 * waiting)
                frames.append(
                    _block(policy, state_of_world, f"c{c:02}", "interview_h", interview_h)
                )
                frames.append(_block(policy, state_of_world, f"c{c:02}", "officer_h", officer_h))
                frames.append(_block(policy, state_of_world, f"c{c:02}", "arrivals", arrivals))
                frames.append(_block(policy, state_of_world, f"c{c:02}", "waiting", waiting))
            stock = (300 * scale * (1 + p % 4) * (1 - np.exp(-day / (days * 0.3)))).round()
            frames.append(_block(policy, state_of_world, "total", "in_transit_state", stock))
    return pl.concat(frames).filter(pl.col("value") != 0)


def by_origin(by_day: pl.DataFrame) -> pl.DataFrame:
    """The arrivals of a daily table, all of one origin."""
    columns = [name for name in by_day.columns if name != "value"]
    arrivals = by_day.filter(pl.col("series") == "arrivals")
    return arrivals.select(*columns, pl.lit("syria").alias("origin"), "value")


def _block(
    policy: str, state_of_world: int, crossing: str, series: str, values: Any
) -> pl.DataFrame:
    count = len(values)
    return pl.DataFrame(
        {
            "policy": [policy] * count,
            "state_of_world": [state_of_world] * count,
            "replicate": [0] * count,
            "date": [START + timedelta(days=k) for k in range(count)],
            "crossing": [crossing] * count,
            "series": [series] * count,
            "value": values,
        }
    )


def indicators(*, policies: int, runs: int) -> pl.DataFrame:
    """Indicators whose differences are partly clear and partly not."""
    rows = []
    for p, (policy, _) in enumerate(POLICIES[:policies]):
        for state_of_world in range(runs):
            generator = np.random.default_rng([state_of_world, 2])
            for k, (name, _, unit, _, family) in enumerate(INDICATORS):
                size = 2.5e6 if family == "cost" else 90.0 if unit == "%" else 900.0 / (k + 1)
                shift = ((p * (7 + k)) % 5 - 2) * 0.12 if p else 0.0
                if name == "R4_without_access":
                    shift = -shift
                noise = np.random.default_rng([state_of_world, p, k]).normal(0, 0.15)
                value = (
                    size
                    * generator.lognormal(0, 0.05 if unit == "%" else 0.4)
                    * (1 + shift + noise)
                )
                capped = min(100.0, value) if unit == "%" else value
                rows.append((policy, state_of_world, 0, name, unit, max(0.0, capped)))
    columns = ["policy", "state_of_world", "replicate", "indicator", "unit", "value"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def by_class(*, policies: int, runs: int) -> pl.DataFrame:
    """Waiting and cold by class; nobody of one class ever waits."""
    rows = [
        (policy, state_of_world, 0, name, which, k * 10, float(state_of_world + k) if k else None)
        for policy, _ in POLICIES[:policies]
        for state_of_world in range(runs)
        for name in ("R1_person_days", "R2_cold_hours")
        for k, which in enumerate(CLASSES)
    ]
    columns = ["policy", "state_of_world", "replicate", "indicator", "class", "people", "value"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def by_state(*, policies: int, runs: int, states: int) -> pl.DataFrame:
    """Indicators of each state: a share of those of the route, more of it the further on."""
    of_route = indicators(policies=policies, runs=runs).filter(
        pl.col("indicator").is_in(STATE_HEADLINE)
    )
    parts = [
        of_route.with_columns(state=pl.lit(key), value=pl.col("value") * (k + 1.0) / 10.0)
        for k, (key, _) in enumerate(STATES[:states])
    ]
    columns = ["policy", "state_of_world", "replicate", "state", "indicator", "value"]
    return pl.concat(parts or [of_route.clear().with_columns(state=pl.lit(""))]).select(columns)


def flows(arrived: pl.DataFrame) -> pl.DataFrame:
    """Who arrives at a crossing set out the day before from the nearer hub; some go to Norway."""
    arrivals = arrived.filter(series="arrivals").with_columns(
        date=pl.col("date").dt.offset_by("-1d"),
        origin=pl.when(pl.col("crossing").str.tail(2).cast(pl.Int64) % 2 == 0)
        .then(pl.lit(HUBS[0][0]))
        .otherwise(pl.lit(HUBS[1][0])),
        people=pl.col("value").cast(pl.Int64),
    )
    legs = arrivals.select(
        "policy", "state_of_world", "replicate", "date", "origin", "people", destination="crossing"
    )
    north = (
        legs.filter(origin=HUBS[0][0])
        .group_by("policy", "state_of_world", "replicate", "date", "origin")
        .agg(pl.col("people").sum() // 10)
        .with_columns(destination=pl.lit(NEIGHBOUR[0]))
    )
    return pl.concat([legs, north.select(legs.columns)]).filter(pl.col("people") > 0)


def journeys(*, policies: int, crossings: int, runs: int) -> pl.DataFrame:
    """First choices, crossings reached and ends of twelve people a crossing and a few more."""
    rows = []
    for p, (policy, _) in enumerate(POLICIES[:policies]):
        for state_of_world in range(runs):
            for c in range(crossings):
                here, next_one = f"c{c:02}", f"c{(c + 1) % crossings:02}"
                rows += [
                    (policy, state_of_world, 0, here, here, "REGISTERED", 6 + state_of_world % 3),
                    (policy, state_of_world, 0, here, next_one, "TRANSFERRED", 1 + p % 3),
                    (policy, state_of_world, 0, here, "", "SETTLED_TRANSIT", 2 + p % 4),
                ]
            rows += [
                (policy, state_of_world, 0, "c00", NEIGHBOUR[0], "DIVERTED", 2),
                (policy, state_of_world, 0, SEGMENT[0], SEGMENT[0], "GREEN_UNKNOWN", 1),
                (policy, state_of_world, 0, "", "", "RETURNED", 3),
            ]
    columns = [
        "policy",
        "state_of_world",
        "replicate",
        "first_choice",
        "reached",
        "state",
        "persons",
    ]
    table = pl.DataFrame(rows, schema=columns, orient="row")
    return table.group_by(columns[:-1], maintain_order=True).agg(pl.col("persons").sum())


def exposure(*, policies: int, crossings: int, runs: int) -> pl.DataFrame:
    """Hours outdoors, fewer the colder it is; nobody of one class is ever outdoors."""
    rows = [
        (
            policy,
            state_of_world,
            0,
            of,
            which,
            band,
            (40.0 + 10 * k + 5 * p + state_of_world) / (1 + band) ** 2,
        )
        for p, (policy, _) in enumerate(POLICIES[:policies])
        for state_of_world in range(runs)
        for of, names in (
            ("place", [f"c{c:02}" for c in range(crossings)]),
            ("class", CLASSES[1:]),
        )
        for k, which in enumerate(names)
        for band in range(4)
    ]
    columns = ["policy", "state_of_world", "replicate", "of", "which", "band", "person_h"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def frames(
    *, policies: int = 3, crossings: int = 4, days: int = 60, runs: int = 8, states: int = 0
) -> dict[str, Any]:
    """Everything that :func:`sim.results.store.write_results` takes."""
    ids = [key for key, _ in POLICIES[:policies]]
    some = {"policies": policies, "crossings": crossings, "runs": runs}
    size = {"policies": policies, "crossings": crossings, "days": days, "runs": runs}
    by_day = daily(**size)
    return {
        "manifest": manifest(**size, states=states),
        "indicators": indicators(policies=policies, runs=runs),
        "by_class": by_class(policies=policies, runs=runs),
        "by_state": by_state(policies=policies, runs=runs, states=states),
        "learning": pl.DataFrame(
            [
                ("L1", "demand_factor", 0.5, 0.3, 0.7, None, "1"),
                ("L2", "R1_person_days", 12.0, None, None, 0.005, "person-days"),
            ],
            schema=["indicator", "about", "value", "low", "high", "chance", "unit"],
            orient="row",
        ),
        "ledger": pl.DataFrame(
            [(p, w, 0, s, n) for p in ids for w in range(runs) for s, n in (("L2", 5), ("T3", 7))],
            schema=["policy", "state_of_world", "replicate", "state", "persons"],
            orient="row",
        ),
        "daily": by_day,
        "daily_by_origin": by_origin(by_day),
        "flows": flows(by_day),
        "journeys": journeys(**some),
        "exposure": exposure(**some),
        "states_of_world": pl.DataFrame(
            {
                "state_of_world": range(runs),
                "hypothesis": [f"H{w % 2}" for w in range(runs)],
                "response": ["R3" if w % 2 else "" for w in range(runs)],
                "demand_factor": [0.5 + w / 7 for w in range(runs)],
            }
        ),
        "access": access(**size),
        "observed": counts(
            [START + timedelta(days=int(days * 0.3) + k) for k in range(int(days * 0.2))],
            [20.0 + 5 * k for k in range(int(days * 0.2))],
            low=[15.0 + 5 * k for k in range(int(days * 0.2))],
            high=[25.0 + 5 * k for k in range(int(days * 0.2))],
        ),
    }


def counts(
    first: Sequence[date],
    people: Sequence[float],
    *,
    days: int = 1,
    place: str = TOTAL,
    series: str = "arrivals",
    low: Sequence[float] | None = None,
    high: Sequence[float] | None = None,
) -> pl.DataFrame:
    """Observed counts of periods of as many days each."""
    frame = pl.DataFrame(
        {
            "period_start": first,
            "period_end": [each + timedelta(days=days - 1) for each in first],
            "place": place,
            "series": series,
            "origin": None,
            "count": people,
            "low": low,
            "high": high,
            "source": "made up",
        }
    )
    return frame.cast({"origin": pl.String, "low": pl.Float64, "high": pl.Float64})


def results(folder: Path, **size: int) -> StoredResults:
    """Write made-up results into a folder and read them back."""
    return write_results(folder, **frames(**size))


def tiny(folder: Path) -> StoredResults:
    """Two policies, three states of the world, one crossing, ten days; every number chosen by hand.

    Waiting peaks at 10, 20, 30 under historical and at 1, 2, 3 under open. Person-days waiting are
    10, 20, 30 against 4, 16, 26: differences −6, −4, −4. People without access are 5, 5, 5 against
    4, 6, 5: differences −1, 1, 0.
    """
    content = frames(policies=2, crossings=1, days=10, runs=3)
    waiting = {"historical": (10.0, 20.0, 30.0), "open": (1.0, 2.0, 3.0)}
    content["daily"] = pl.DataFrame(
        [
            (policy, state_of_world, 0, START + timedelta(days=4), "c00", "waiting", value)
            for policy, values in waiting.items()
            for state_of_world, value in enumerate(values)
        ],
        schema=["policy", "state_of_world", "replicate", "date", "crossing", "series", "value"],
        orient="row",
    )
    chosen = {
        ("historical", "R1_person_days"): (10.0, 20.0, 30.0),
        ("open", "R1_person_days"): (4.0, 16.0, 26.0),
        ("historical", "R4_without_access"): (5.0, 5.0, 5.0),
        ("open", "R4_without_access"): (4.0, 6.0, 5.0),
    }
    content["indicators"] = pl.DataFrame(
        [
            (policy, state_of_world, 0, name, "persons", value)
            for (policy, name), values in chosen.items()
            for state_of_world, value in enumerate(values)
        ],
        schema=["policy", "state_of_world", "replicate", "indicator", "unit", "value"],
        orient="row",
    )
    content["manifest"]["headline"] = ["R1_person_days", "R4_without_access"]
    return write_results(folder, **content)
