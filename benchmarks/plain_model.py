"""The plain model: the border model with everything switched off that can be, for comparison.

Six cities where people appear, twelve border towns, and a crossing by each town. Groups of one
person appear as a Poisson process. At a hub they choose by a logit among waiting (utility 0) and
the crossings, by travel time and by the mean wait for opening; each keeps its taste for each
crossing. They travel leg by leg the fastest way. At the sight of a queue they turn away with a
chance that grows with the expected wait (balking), go back to the town and choose again: that is
how a wait enters, nobody knows a queue from afar. Those who stay are admitted first come first
served while the crossing is open, and registered around the clock.

The same numbers make a scenario for this engine and the input of the same model in SimPy, in Mesa
and in C. All are invented; capacity grows with the groups, so that queues are alike at every size.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Final, TypeAlias

CITIES: Final = 6
CROSSINGS: Final = 12
HUBS: Final = CITIES + CROSSINGS  # cities, then a town by each crossing
PLACES: Final = HUBS + CROSSINGS
DAYS: Final = 60
START: Final = "2024-01-01T00:00+00:00"
POLICY: Final = "open"
SOURCE: Final = "invented, for benchmarks"

GROUPS_A_LANE: Final = 5000
LOAD: Final = 0.9  # of the lanes in their open hours, if people spread evenly over crossings
DESKS_A_LANE: Final = 2
REVIEW_PER_H: Final = 1.0 / 6.0
BALKING_PER_H: Final = 0.06
VALUE_OF_TIME_EUR_PER_H: Final = 8.0
SCALE_EUR: Final = 40.0
CROSSING_CONSTANT: Final = 0.5

Matrix: TypeAlias = list[list[float]]


@dataclass(frozen=True)
class PlainModel:
    """The plain model for a number of groups.

    Attributes:
        groups: how many appear on average in the 60 days.
    """

    groups: int

    @property
    def lanes(self) -> int:
        """Admission lanes of a crossing."""
        return math.ceil(self.groups / GROUPS_A_LANE)

    @property
    def desks(self) -> int:
        """Registration desks of a crossing."""
        return DESKS_A_LANE * self.lanes

    @cached_property
    def service_h(self) -> float:
        """Mean of the exponential time of an admission, and of a registration, h."""
        open_h = sum(closes - opens for opens, closes in self.hours) / CROSSINGS * DAYS
        minutes = 60.0 * LOAD * open_h * self.lanes * CROSSINGS / self.groups
        return round(minutes, 6) / 60.0

    @cached_property
    def hours(self) -> list[tuple[int, int]]:
        """Opening and closing hour of each crossing, every day."""
        return [(6 + j % 3, 18 + j % 4) for j in range(CROSSINGS)]

    @cached_property
    def opening_wait_h(self) -> list[float]:
        """Mean wait for opening of somebody who comes at an even time, h."""
        return [(24 - closes + opens) ** 2 / 48.0 for opens, closes in self.hours]

    @cached_property
    def roads(self) -> list[tuple[int, int, float]]:
        """Two places and the hours between them; none under an hour, no two ways alike."""
        town = range(CITIES, HUBS)
        to_crossing = [(town[j], HUBS + j, 1.0 + 0.05 * (7 * j % 12)) for j in range(CROSSINGS)]
        between_towns = [
            (a, b, 1.5 + 0.03 * (5 * j % 11)) for j, (a, b) in enumerate(pairwise(town))
        ]
        to_town = [(j // 2, town[j], 3.0 + 0.1 * (3 * j % 12)) for j in range(CROSSINGS)]
        between_cities = [(c, c + 1, 2.5 + 0.07 * c) for c in range(CITIES - 1)]
        return [*to_crossing, *between_towns, *to_town, *between_cities]

    @cached_property
    def leg_h(self) -> Matrix:
        """Hours of each leg, shape (places, places); infinite where there is no road."""
        legs = [[math.inf] * PLACES for _ in range(PLACES)]
        for a, b, hours in self.roads:
            legs[a][b] = legs[b][a] = round(60.0 * hours, 6) / 60.0
        return legs

    @cached_property
    def routes(self) -> tuple[Matrix, list[list[int]]]:
        """Hours from each hub to each crossing by the fastest way, and the next place on it."""
        hours = [[self.leg_h[hub][HUBS + j] for j in range(CROSSINGS)] for hub in range(HUBS)]
        following = [[HUBS + j for j in range(CROSSINGS)] for _ in range(HUBS)]
        for _ in range(HUBS):  # Bellman and Ford: as many rounds as a way can have legs
            for hub, there, j in _legs_between_hubs():
                through = self.leg_h[hub][there] + hours[there][j]
                if through < hours[hub][j]:
                    hours[hub][j], following[hub][j] = through, there
        return hours, following

    @cached_property
    def utility(self) -> Matrix:
        """Utility of each crossing from each hub, shape (hubs, crossings)."""
        per_h = VALUE_OF_TIME_EUR_PER_H / SCALE_EUR
        return [
            [
                CROSSING_CONSTANT - per_h * (hours + wait_h)
                for hours, wait_h in zip(row, self.opening_wait_h, strict=True)
            ]
            for row in self.routes[0]
        ]

    def numbers(self) -> str:
        """What the C program reads: numbers with blanks between, tables row by row."""
        route_h, following = self.routes
        legs = [self.leg_h[hub] for hub in range(HUBS)]
        finite = [[hours if hours < math.inf else -1.0 for hours in row] for row in legs]
        rates = [REVIEW_PER_H, BALKING_PER_H, VALUE_OF_TIME_EUR_PER_H / SCALE_EUR]
        sizes = [CITIES, HUBS, CROSSINGS, DAYS, self.groups, self.lanes, self.desks]
        numbers: list[float] = [*sizes, self.service_h, *rates, CROSSING_CONSTANT]
        for table in (self.hours, finite, route_h, following):
            numbers += chain.from_iterable(table)
        return " ".join(map(repr, [*numbers, *self.opening_wait_h]))

    def scenario(self) -> dict[str, Any]:
        """The same as a scenario file of this engine."""
        return {
            "format_version": 1,
            "name": "plain-model",
            "title": "The plain model",
            "summary": "For benchmarks: what other tools can do as well.",
            "timezone": "UTC",
            "start": START,
            "end": "2024-03-01T00:00+00:00",
            "hubs": [_place(_name(hub), hub) for hub in range(HUBS)],
            "crossings": [self._crossing(j) for j in range(CROSSINGS)],
            "roads": [
                {
                    "a": _name(a),
                    "b": _name(b),
                    "km": 60,
                    "hours": f"{60.0 * hours:.6f} min",
                    "source": SOURCE,
                }
                for a, b, hours in self.roads
            ],
            "demand": self._demand(),
            "parameters": {
                key: {"value": value, "source": SOURCE} for key, value in PARAMETERS.items()
            },
            "hypotheses": {
                "H1": {
                    "type": "lets-through",
                    "label": "Lets people through",
                    "opens": {"default": START},
                    "source": SOURCE,
                }
            },
            "reference": POLICY,
            "policies": {POLICY: {"type": "open", "label": "Open", "source": SOURCE}},
            "runs": {"replicates": 1, "seed": 1},
            "limits": ["A benchmark: every number is made up."],
        }

    def write(self, folder: Path) -> Path:
        """The scenario as a file; JSON is YAML too."""
        path = folder / f"plain-{self.groups}.yaml"
        path.write_text(json.dumps(self.scenario()), encoding="utf-8")
        return path

    def _demand(self) -> dict[str, Any]:
        origin = {"id": "anywhere", "name": "Anywhere", "share": 1, "source": SOURCE}
        gateways = {_name(city): 1 for city in range(CITIES)}
        step = {"since": START, "persons_per_d": self.groups / DAYS, "source": SOURCE}
        return {"steps": [step], "origins": [{**origin, "gateways": gateways}]}

    def _crossing(self, j: int) -> dict[str, Any]:
        opens, closes = self.hours[j]
        service = {
            "mean_min": round(60.0 * self.service_h, 6),
            "distribution": "exponential",
            "source": SOURCE,
        }
        return {
            **_place(_name(HUBS + j), HUBS + j),
            "modes": ["foot"],
            "opening": [{"hours": f"{opens:02}:00-{closes:02}:00", "source": SOURCE}],
            "admission": {
                "lanes": self.lanes,
                "service": service,
                "work_after_closing": False,
                "source": SOURCE,
            },
            "registration": {
                "servers": self.desks,
                "servers_after_hours": self.desks,
                "service": service,
                "source": SOURCE,
            },
            "known": 1.0,
        }


# Of the model's parameters those whose usual values switch something on.
PARAMETERS: Final[dict[str, float]] = {
    "demand_when_closed": 1.0,
    "own_travel_mean": 1.0,
    "vehicle_share": 0.0,
    "convoy_share": 0.0,
    "unaccompanied_share": 0.0,
    "vulnerable_share": 0.0,
    "valid_document_share": 1.0,
    "news_delay_h": 0.0,
    "value_of_time_eur_per_h": VALUE_OF_TIME_EUR_PER_H,
    "transport_eur_per_km": 0.0,
    "income_elasticity": 0.0,
    "success_value_eur": 0.0,
    "utility_scale_eur": SCALE_EUR,
    "staging_h": 0.0,
    "arrive_ahead_h": 1e9,
    "review_rate_per_h": REVIEW_PER_H,
    "station_constant": CROSSING_CONSTANT,
    "settle_constant": -1000.0,
    "rush_horizon_h": 0.0,
    "daily_burn_eur": 0.0,
    "interpreter_share": 0.0,
    "balking_per_h": BALKING_PER_H,
    "care_per_weighted_h": 0.0,
}


def _legs_between_hubs() -> list[tuple[int, int, int]]:
    """Every pair of hubs, for every crossing."""
    hubs = range(HUBS)
    return [(a, b, j) for a in hubs for b in hubs if a != b for j in range(CROSSINGS)]


def _name(place: int) -> str:
    if place < CITIES:
        return f"city-{place}"
    return f"town-{place - CITIES}" if place < HUBS else f"crossing-{place - HUBS}"


def _place(name: str, number: int) -> dict[str, Any]:
    """A place somewhere: only roads count."""
    return {"id": name, "name": name, "lat": 60.0, "lon": 20.0 + number, "source": SOURCE}
