"""Any valid scenario as a document: hypothesis strategies for all that a scenario file may say.

A document is plain data, as YAML would give it. It is always valid: the loader must take it. Worlds
are small (two to six days, up to a few hundred people) but of every kind: summer time that begins
or ends, times on the hour and off it, places without a road, crossings that never open, capacities
of nothing and without limit, every policy, hypothesis and response, parameters at their limits.
Simple things come first in every choice, so that a failing document shrinks to a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from sim.world.parameters import PARAMETER_NAMES, Parameters, parameter_facts
from tests.random_worlds.chains import put_last_crossing_beyond
from tests.random_worlds.choices import SOURCE, Document, Draw, Setting
from tests.random_worlds.decisions import OPEN, hypotheses, oversight, policies, responses
from tests.random_worlds.maps_and_demand import crossing, demand, neighbour, roads, segment

# Local midnights in Helsinki from which worlds start: an ordinary week, one in which summer time
# begins (31 March, 03:00), one in which it ends (29 October, 04:00). Each has its weather file.
WEEKS = {
    "plain": datetime(2023, 11, 19, 22, tzinfo=UTC),
    "spring": datetime(2024, 3, 28, 22, tzinfo=UTC),
    "autumn": datetime(2023, 10, 26, 21, tzinfo=UTC),
}
WEATHER_ZONES = ("south", "north")
WEATHER_DAYS = 12

# What the world is like when people do move; drawn parameters come on top of it.
LIVELY = {"station_constant": 1.0, "green_constant": -1.0, "other_country_constant": -1.5}

# Limits at which a small world would no longer be small.
TAMED: Mapping[str, tuple[float, float]] = {
    "demand_factor": (0.0, 3.0),
    "route_scale_eur": (0.0, 20.0),
    "stock_factor": (0.0, 3.0),
    "peer_rate_per_h": (0.0, 1.0),
    "facilitator_rate_per_h": (0.0, 2.0),
}


# What is off by default and makes worlds of another kind, at values at which it matters.
SWITCHES: Mapping[str, tuple[float, ...]] = {
    "balking_per_h": (0.5,),
    "branching": (0.5,),
    "claim_share": (0.5, 0.0),
    "demand_when_closed": (0.0,),
    "elderly_share": (0.3,),
    "experience_weight": (1.0,),
    "facilitated_share": (0.5,),
    "failure_weight": (2.0,),
    "family_share": (0.7, 1.0),
    "forced_separation": (0.8,),
    "frailty_shape": (2.0,),
    "give_up_rate_per_d": (0.5,),
    "green_constant": (900.0,),
    "interpreter_share": (0.5, 0.0),
    "lost_hope": (3.0,),
    "memory_d": (2.0,),
    "minor_interview_min": (30.0,),
    "news_delay_h": (0.0, 1.0),
    "patience_h": (3.0, 30.0),
    "peer_rate_per_h": (0.1,),
    "removal_rate_per_d": (0.3,),
    "review_rate_per_h": (1000.0, 0.0),
    "route_scale_eur": (20.0, 0.01),
    "splitting": (0.8,),
    "staging_h": (0.0,),
    "station_constant": (900.0, -5.6),
    "station_nest": (0.3,),
    "valid_document_share": (0.5,),
    "women_share": (0.5,),
}


# ---- parameters


def limits_of(name: str) -> tuple[float, float]:
    facts = parameter_facts(name)
    return TAMED.get(name, (facts["low"], facts["high"]))


@st.composite
def parameters(draw: Draw) -> Document:
    """Some switches on, and some parameters at their limits."""
    on = draw(st.lists(st.sampled_from(list(SWITCHES)), max_size=8, unique=True))
    extreme = draw(st.lists(st.sampled_from(PARAMETER_NAMES), max_size=4, unique=True))
    values = dict(LIVELY)
    values |= {name: draw(st.sampled_from(SWITCHES[name])) for name in sorted(on)}
    values |= {name: draw(st.sampled_from(limits_of(name))) for name in sorted(extreme)}
    if {"vehicle_share", "convoy_share"} & values.keys():  # together at most 1
        values["vehicle_share"] = min(values.get("vehicle_share", 0.0), 0.75)
        values["convoy_share"] = min(values.get("convoy_share", 0.0), 0.25)
    return {name: {"value": value, "source": SOURCE} for name, value in values.items()}


@st.composite
def uncertainties(draw: Draw, given: Document) -> Document:
    """Ranges as wide as they may be."""
    free = [name for name in PARAMETER_NAMES if name not in ("vehicle_share", "convoy_share")]
    ranges: Document = {}
    for name in sorted(draw(st.lists(st.sampled_from(free), max_size=3, unique=True))):
        low, high = limits_of(name)
        central = given[name]["value"] if name in given else central_of(name)
        low, high = min(low, central), max(high, central)
        scale = "log" if low > 0.0 and draw(st.booleans()) else "linear"
        ranges[name] = {"low": low, "high": high, "scale": scale, "source": SOURCE}
    return ranges


def central_of(name: str) -> float:
    return float(getattr(Parameters(), name))


# ---- the whole document


def numbered(prefix: str, least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.integers(least, most).map(lambda n: tuple(f"{prefix}{k}" for k in range(n)))


@st.composite
def settings_of_worlds(draw: Draw, start: datetime) -> Setting:
    odd_start = draw(st.sampled_from([0, 450, 797, 1439]))
    return Setting(
        start=start + timedelta(minutes=odd_start),
        span_h=draw(st.sampled_from([48.0, 71.5, 96.0, 143.75])),
        hubs=draw(numbered("hub-", 1, 3)),
        crossings=draw(numbered("gate-", 1, 3)),
        neighbours=draw(numbered("abroad-", 0, 2)),
        segments=draw(numbered("forest-", 0, 2)),
        origins=draw(numbered("from-", 1, 2)),
    )


@st.composite
def documents(draw: Draw) -> Document:
    """A valid scenario."""
    week = draw(st.sampled_from(list(WEEKS)))
    setting = draw(settings_of_worlds(WEEKS[week]))
    given = draw(parameters())
    named = draw(hypotheses(setting))
    document: Document = {
        "format_version": 1,
        "name": "random-world",
        "title": draw(st.sampled_from(["A world", "Ääni – 世界: #1"])),
        "summary": "A random world.",
        "timezone": draw(st.sampled_from(["Europe/Helsinki", "UTC", "Asia/Kathmandu"])),
        "transit_timezone": draw(st.sampled_from([None, "Europe/Moscow", "America/St_Johns"])),
        "start": setting.text(0.0),
        "end": setting.text(setting.span_h),
        "hubs": [
            {"id": name, "name": f"Hub {name}", "lat": 62.0, "lon": 31.0, "source": SOURCE}
            for name in setting.hubs
        ],
        "crossings": [draw(crossing(name, setting)) for name in setting.crossings],
        "neighbours": [draw(neighbour(name, setting)) for name in setting.neighbours],
        "segments": [draw(segment(name, setting)) for name in setting.segments],
        "roads": draw(roads(setting)),
        "demand": draw(demand(setting)),
        "parameters": given,
        "uncertainties": draw(uncertainties(given)),
        "hypotheses": named,
        "responses": draw(responses(named)),
        "policies": draw(policies(setting)),
        "reference": OPEN,
        "runs": {"replicates": 1, "seed": draw(st.integers(0, 2**32))},
    }
    if "route_scale_eur" in {**given, **document["uncertainties"]}:
        _lengthen_roads(document)
    _staff_what_is_left(document)
    if len(setting.crossings) > 1 and draw(st.sampled_from([False, False, True])):
        put_last_crossing_beyond(draw, document)
    if draw(st.booleans()):
        document["oversight"] = draw(oversight(setting))
    if draw(st.booleans()):
        _add_weather(draw, document, week)
    return document


def _lengthen_roads(document: Document) -> None:
    """Where people choose among routes, no circle of roads may cost nothing."""
    priced = ("value_of_time_eur_per_h", "transport_eur_per_km", "travel_time_factor")
    for section in ("parameters", "uncertainties"):
        document[section] = {k: v for k, v in document[section].items() if k not in priced}
    for line in document["roads"]:
        line["hours"], line["km"] = max(5, line["hours"]), 300.0
    for rule in document["hypotheses"].values():
        if "price_factor" in rule:
            rule["price_factor"] = 1


def _staff_what_is_left(document: Document) -> None:
    """Where officers are moved away, there was one at least."""
    rules = [each for each in document["policies"].values() if each["type"] == "reassign"]
    left = {name for rule in rules for name in rule["officers"]}
    for place in document["crossings"]:
        if place["id"] in left:
            staff = place["registration"]
            staff["servers"] = max(1, staff["servers"])


def _add_weather(draw: Draw, document: Document, week: str) -> None:
    file = f"weather-{week}.csv"
    document["weather"] = {"file": file, "zones": list(WEATHER_ZONES), "source": SOURCE}
    zones = st.sampled_from([*WEATHER_ZONES, None])
    for place in (*document["crossings"], *document["segments"]):
        if (zone := draw(zones)) is not None:
            place["weather"] = zone


def weather_table(start: datetime) -> str:
    """A made-up hourly series that swings between mild and deadly cold."""
    lines = ["utc," + ",".join(f"{zone}_c,{zone}_wind_kmh" for zone in WEATHER_ZONES)]
    for hour in range(24 * WEATHER_DAYS):
        values = [(5.0 - (7 * hour + 13 * k) % 45, (3 * hour + k) % 40) for k in range(2)]
        cells = ",".join(f"{temperature},{wind}" for temperature, wind in values)
        lines.append(f"{(start + timedelta(hours=hour)).isoformat()},{cells}")
    return "\n".join(lines) + "\n"
