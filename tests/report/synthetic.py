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
from sim.world.weather import BAND_NAMES

START = date(2023, 9, 1)
NAMES = (
    "Rajajooseppi",
    "Salla",
    "Kuusamo",
    "Vartius",
    "Niirala",
    "Parikkala",
    "Imatra",
    "Nuijamaa",
    "Vainikkala",
    "Vaalimaa",
)
POLICIES = (
    ("historical", "Historical steps of autumn 2023"),
    ("open", "All crossings stay open"),
    ("closed", "Immediate full closure of the land border"),
    ("exception", "Full closure with a humanitarian exception on land"),
    ("north", "Asylum claims centralised in the north"),
    ("south", "Asylum claims centralised in the south"),
    ("surge", "Open with more staff and interpreters"),
    ("warm", "Daily cap with warm waiting rooms"),
    ("bikes", "Ban on bicycles and walking"),
    ("threshold", "Close above a threshold, reopen below it"),
    ("announced", "Staged closure, announced 48 h ahead"),
    ("trial", "Reopening trial with a tripwire"),
    ("fence", "Fence segments and remote crossings closed"),
    ("neighbours", "Coordinated with the neighbours"),
    ("carriers", "Measures towards carriers, with an agreement"),
)
INDICATORS: tuple[tuple[str, str, str, str, str], ...] = (
    ("R1_person_days", "Waiting for registration", "person-days", "less", "rights"),
    ("R4_without_access", "People without access to asylum", "persons", "less", "rights"),
    ("R2_cold_hours", "Outdoor hours below −15 °C", "person-h", "less", "rights"),
    ("R4_share_72h", "Claims registered within 72 h", "%", "more", "rights"),
    ("R6_turned_back", "Turned back, claim not examined", "persons", "less", "rights"),
    ("O1_arrivals", "Arrivals without right of entry", "persons", "none", "security"),
    ("O3_suspension", "Station suspension", "h", "less", "security"),
    ("O5_undetected", "Undetected entries", "persons", "less", "security"),
    ("O9_diverted", "Diverted to neighbours", "persons", "less", "security"),
    ("K1_cost", "Cost to the receiving state", "EUR", "less", "cost"),
)

STATES = (("upland", "Upland <test>"), ("lowland", "Lowland"))
STATE_HEADLINE = ("K1_cost", "O1_arrivals", "R1_person_days", "R6_turned_back")
CLASSES = ("unaccompanied minors", "women and girls", "travelling alone")
HUBS = (("murmansk", "Murmansk", 68.97, 33.08), ("petersburg", "St Petersburg", 59.93, 30.34))
NEIGHBOUR = ("storskog", "Storskog (Norway)", 69.66, 30.19)
SEGMENT = ("karelia", "Terrain border, Karelia", 62.9, 31.2)


def manifest(
    *, policies: int, crossings: int, days: int, runs: int, states: int = 0
) -> dict[str, Any]:
    """A manifest with every key that the report reads; crossings are of the states in turn."""
    return {
        "format_version": 1,
        "kind": "compare",
        "run_id": "0f3a9c2b7d1e",
        "created": "2026-11-23T12:00:00+02:00",
        "wall_s": 12.5,
        "command": ["rajasim", "compare", "scenario.yaml", "--seed", "7"],
        "versions": {"rajasim": "0.1.0", "python": "3.11.7"},
        "seed": 7,
        "replicates": runs,
        "runs_per_state": 1,
        "central": False,
        "reference": "historical",
        "scenario": {
            "name": "made-up",
            "title": "Made-up border <test>",
            "summary": "Numbers for tests & looks, from no model.",
            "file": "scenario.yaml",
            "digest": "sha256:1234",
            "start": f"{START}T00:00:00+03:00",
            "end": f"{START + timedelta(days=days)}",
            "timezone": "Europe/Helsinki",
        },
        "policies": [
            {"id": key, "label": label, "summary": f"{label}, as described."}
            for key, label in POLICIES[:policies]
        ],
        "origins": [{"id": "syria", "name": "Syria"}],
        "places": [
            {"id": key, "name": name, "kind": kind, "lat": lat, "lon": lon}
            for key, name, kind, lat, lon in places(crossings)
        ],
        "states": [
            {
                "id": key,
                "name": name,
                "timezone": None,
                "source": "made up",
                "crossings": [f"c{c:02}" for c in range(k, crossings, states)],
            }
            for k, (key, name) in enumerate(STATES[:states])
        ],
        "state_headline": list(STATE_HEADLINE),
        "hypotheses": [
            {
                "id": "H0",
                "label": "No steering",
                "weight": 0.4,
                "summary": "People decide.",
                "source": "contested: register 1",
            },
            {
                "id": "H1",
                "label": "Passive permission",
                "weight": 0.6,
                "summary": "Let through.",
                "source": "contested: register 2",
            },
        ],
        "responses": [
            {
                "id": "R3",
                "label": "By a script",
                "weight": 1.0,
                "summary": "Whatever happens.",
                "source": "contested: register 3",
                "with": ["H1"],
            },
        ],
        "oversight": {"power": "keep-one", "source": "contested: register 4", "applies_to": []},
        "indicators": [
            {
                "id": key,
                "name": name,
                "definition": f"{name}, summed.",
                "unit": unit,
                "direction": direction,
                "family": family,
                "eased_by_exclusion": key != "R4_without_access",
            }
            for key, name, unit, direction, family in INDICATORS
        ],
        "headline": [key for key, *_ in INDICATORS],
        "classes": list(CLASSES),
        "bands": list(BAND_NAMES),
        "weather": "constructed from monthly means",
        "claims": [
            {
                "id": "C1",
                "claim": "People were steered.",
                "status": "contested",
                "note": "Read so.",
                "said_by": [{"who": "A government", "when": "2023-11", "source": "register 1"}],
                "disputed_by": [{"who": "Another", "when": "2023-11", "source": "register 2"}],
            },
        ],
        "legal_positions": [
            {"who": "An ombudsman", "position": "Closing all endangers asylum.", "source": "law 1"},
        ],
        "translations": {
            "fi": {
                "All crossings stay open": "Kaikki ylityspaikat pysyvät auki",
                "St Petersburg": "Pietari",
                "Lowland": "Alanko",
            },
            "sv": {"St Petersburg": "Sankt Petersburg"},
        },
        "learning": [
            {"id": "L1", "name": "What counts identify", "definition": "Spreads.", "unit": "1"},
            {"id": "L2", "name": "Value of knowing", "definition": "Gains.", "unit": "its own"},
            {"id": "L3", "name": "Skill", "definition": "Scores.", "unit": "1"},
        ],
        "assumptions": [
            {
                "key": "service_h",
                "acts_on": [],
                "value": 1.5,
                "unit": "h",
                "low": 0.5,
                "high": 3.0,
                "source": "expert guess",
            },
        ],
        "limits": ["The transit side's intent is not identified."],
    }


def places(crossings: int) -> list[tuple[str, str, str, float, float]]:
    """id, name, kind, latitude and longitude of every place, north to south."""
    stations = [
        (
            f"c{k:02}",
            place(k),
            "crossing",
            68.4 - 7.8 * k / max(1, crossings - 1),
            28.5 + 1.5 * np.sin(k),
        )
        for k in range(crossings)
    ]
    hubs = [(key, name, "hub", lat, lon) for key, name, lat, lon in HUBS]
    others = [
        (*NEIGHBOUR[:2], "neighbour", *NEIGHBOUR[2:]),
        (*SEGMENT[:2], "segment", *SEGMENT[2:]),
    ]
    return sorted([*stations, *hubs, *others], key=lambda each: -each[3])


def place(k: int) -> str:
    """The name of the k-th crossing from the north."""
    return NAMES[k] if k < len(NAMES) else f"{NAMES[k % len(NAMES)]} {k // len(NAMES) + 1}"


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
