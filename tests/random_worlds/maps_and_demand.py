"""Random places, roads and demand of a scenario file."""

from __future__ import annotations

from hypothesis import strategies as st

from sim.engine.codes import QueueDiscipline
from tests.random_worlds.choices import (
    SOURCE,
    Document,
    Draw,
    Setting,
    chance,
    hour_of,
    modes,
    opening,
    service,
    share,
    some_of,
)

# ---- places and roads


@st.composite
def crossing(draw: Draw, name: str, setting: Setting) -> Document:
    often_open = st.one_of(st.just([{"hours": "24 h", "source": SOURCE}]), opening(setting))
    registration = {
        "servers": draw(st.sampled_from([1, 0, 3, 1_000_000])),
        "servers_after_hours": draw(st.sampled_from([0, 1, 2])),
        "discipline": draw(st.sampled_from([each.word for each in QueueDiscipline])),
        "service": draw(service()),
        "source": SOURCE,
    }
    if (interpreters := draw(st.sampled_from([None, 1, 0, 2]))) is not None:
        registration["interpreters"] = interpreters
    record: Document = {
        "id": name,
        "name": f"Crossing {name}",
        "lat": 62.0,
        "lon": 30.0,
        "modes": draw(modes()),
        "opening": draw(often_open),
        "admission": {
            "lanes": draw(st.sampled_from([1, 2, 1_000_000])),
            "service": draw(service()),
            "work_after_closing": draw(st.booleans()),
            "source": SOURCE,
        },
        "registration": registration,
        "accepts_asylum": draw(st.sampled_from([True, True, False])),
        "known": draw(chance()),
        "warm_places": draw(st.sampled_from([0, 3, 1_000_000])),
        "tent_places": draw(st.sampled_from([0, 3])),
        "source": SOURCE,
    }
    kind = draw(st.sampled_from(["none", "number", "apart", "shared", "by hour"]))
    if kind == "number":
        record["travellers_per_d"] = 1000.5
    elif kind != "none":
        record["travellers"] = {"persons_per_d": 300, "inbound": draw(share()), "source": SOURCE}
        if kind != "apart":
            record["travellers"] |= {"share_lanes": True, "service": draw(service())}
        if kind == "by hour":
            del record["travellers"]["persons_per_d"]
            record["travellers"]["by_hour"] = [draw(st.sampled_from([0, 40]))] * 24
    if draw(st.booleans()):
        below = draw(st.sampled_from([0, 1, 5]))
        above = below + draw(st.sampled_from([1, 4]))
        record["suspension"] = {"above": above, "below": below, "source": SOURCE}
    if draw(st.booleans()):
        record["exit_check"] = draw(service())
    if draw(st.booleans()):
        record["shelter_places"] = draw(st.sampled_from([1, 4, 1_000_000]))
    if draw(st.booleans()):
        seats, headway_h = draw(st.sampled_from([1, 8, 50])), draw(st.sampled_from([1, 0.7, 36]))
        record["transport"] = {"seats": seats, "headway_h": headway_h, "source": SOURCE}
    if draw(st.booleans()):
        record["daily_capacity"] = draw(st.sampled_from([0, 10]))
    return record


@st.composite
def neighbour(draw: Draw, name: str, setting: Setting) -> Document:
    return {
        "id": name,
        "name": f"Neighbour {name}",
        "country": "NO",
        "lat": 69.0,
        "lon": 30.0,
        "opening": draw(opening(setting)),
        "refusal": draw(share()),
        "coordinates": draw(st.booleans()),
        "lag_h": draw(st.sampled_from([0, 1, 48])),
        "source": SOURCE,
    }


@st.composite
def segment(draw: Draw, name: str, setting: Setting) -> Document:
    """With one hub or several, and with or without a crossing at which people found apply."""
    record: Document = {
        "id": name,
        "name": f"Segment {name}",
        "lat": 63.0,
        "lon": 30.0,
        "crossing": draw(st.sampled_from([*setting.crossings, None])),
        "length_km": 50,
        "fence_km": draw(st.sampled_from([0, 10, 50])),
        "detection": draw(share()),
        "fence_effect": draw(share()),
        "pushback": draw(st.sampled_from([0.0, 0.0, 0.5, 1.0])),
        "source": SOURCE,
    }
    if draw(st.booleans()):
        record["hubs"] = {
            hub: draw(st.sampled_from([0, 2.5])) for hub in draw(some_of(setting.hubs))
        }
    else:
        record["hub"] = draw(st.sampled_from(setting.hubs))
    return record


@st.composite
def road(draw: Draw, a: str, b: str) -> Document:
    if draw(st.sampled_from([False, False, False, True])):
        a, b = b, a
    hours = draw(st.sampled_from([0, 1, 0.75, 5]))
    return {
        "a": a,
        "b": b,
        "km": 60.0 * hours,
        "hours": hours,
        "one_way": draw(st.sampled_from([False, False, True])),
        "checkpoint": draw(st.sampled_from([0.0, 0.0, 0.3, 1.0])),
        "source": SOURCE,
    }


@st.composite
def roads(draw: Draw, setting: Setting) -> list[Document]:
    """A road to every crossing and neighbour, mostly from a hub; hubs may be alone."""
    lines = [
        draw(road(draw(st.sampled_from(setting.hubs)), end))
        for end in (*setting.crossings, *setting.neighbours)
    ]
    everywhere = (*setting.hubs, *setting.crossings, *setting.neighbours)
    for _ in range(draw(st.integers(0, 3))):
        a, b = draw(st.sampled_from(everywhere)), draw(st.sampled_from(everywhere))
        lines.append(draw(road(a, b)))
    for a, b in zip(setting.hubs, setting.hubs[1:], strict=False):
        if draw(st.sampled_from([True, True, False])):
            lines.append(draw(road(a, b)))
    return _without_ways_through(lines, setting)


def _without_ways_through(lines: list[Document], setting: Setting) -> list[Document]:
    """Roads but for those that lead through a crossing to a town that no other road reaches."""
    part = {hub: hub for hub in setting.hubs}
    for line in lines:
        if line["a"] in part and line["b"] in part:
            old, new = part[line["a"]], part[line["b"]]
            part = {hub: new if each == old else each for hub, each in part.items()}
    kept, first = [], dict[str, str]()
    for line in lines:
        ends = [(line["a"], line["b"]), (line["b"], line["a"])]
        through = [
            first.setdefault(end, part[hub]) != part[hub]
            for end, hub in ends
            if end not in part and hub in part
        ]
        if not any(through):
            kept.append(line)
    return kept


# ---- demand

RANGE: Document = {"low": 0, "central": 5, "high": 25, "source": SOURCE}


@st.composite
def gateways(draw: Draw, setting: Setting) -> Document:
    return {hub: draw(st.sampled_from([1, 0.5, 3])) for hub in draw(some_of(setting.hubs))}


@st.composite
def shares(draw: Draw, setting: Setting) -> list[Document]:
    """Shares of the origins from some hours on; an origin may have none."""
    hours = sorted({draw(hour_of(setting)) for _ in range(draw(st.integers(0, 2)))})
    weights = st.dictionaries(
        st.sampled_from(setting.origins), st.sampled_from([1, 0.5]), min_size=1
    )
    return [
        {"since": setting.text(hour), "shares": draw(weights), "source": SOURCE} for hour in hours
    ]


@st.composite
def demand(draw: Draw, setting: Setting) -> Document:
    """Steps, stocks and given groups; whole hours make many events of one instant."""
    record: Document = {
        "groups": [
            {
                "id": f"g{k}",
                "at": setting.text(draw(hour_of(setting))),
                "persons": draw(st.sampled_from([1, 5, 40, 130])),
                "hub": draw(st.sampled_from(setting.hubs)),
            }
            for k in range(draw(st.integers(0, 8)))
        ],
        "stocks": [
            {
                "at": setting.text(draw(hour_of(setting))),
                "id": f"stock-{k}",
                "persons": draw(st.sampled_from([20, 0, 3, RANGE])),
                "gateways": draw(gateways(setting)),
                "source": SOURCE,
            }
            for k in range(draw(st.integers(0, 2)))
        ],
        "shares": draw(shares(setting)),
        "origins": [
            {
                "id": name,
                "name": f"Origin {name}",
                "share": draw(st.sampled_from([1, 3])),
                "gateways": draw(gateways(setting)),
                "source": SOURCE,
            }
            for name in setting.origins
        ],
    }
    since = sorted(draw(st.lists(hour_of(setting), min_size=draw(st.integers(0, 1)), max_size=3)))
    since = [hour for k, hour in enumerate(since) if hour not in since[:k]]
    record["steps"] = [
        {
            "since": setting.text(hour),
            "persons_per_d": draw(st.sampled_from([15, 0, 60])),
            "source": SOURCE,
        }
        for hour in since
    ]
    if (size := draw(st.sampled_from([None, 1, 3, 30]))) is not None:
        record["group_size"] = size
    return record
