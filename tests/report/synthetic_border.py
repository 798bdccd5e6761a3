"""A made-up border of any number of crossings, with policies and indicators, and its manifest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

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
