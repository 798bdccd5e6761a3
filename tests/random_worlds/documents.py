"""Any valid scenario as a document: hypothesis strategies for all that a scenario file may say.

A document is plain data, as YAML would give it. It is always valid: the loader must take it. Worlds
are small (two to six days, up to a few hundred people) but of every kind: summer time that begins
or ends, times on the hour and off it, places without a road, crossings that never open, capacities
of nothing and without limit, every policy, hypothesis and response, parameters at their limits.
Simple things come first in every choice, so that a failing document shrinks to a small one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from hypothesis import strategies as st

from sim.engine.codes import Action, Distribution, Mode, QueueDiscipline, QueueRule, Trait
from sim.policies.oversight import Power
from sim.world.parameters import PARAMETER_NAMES, Parameters, parameter_facts

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]
Document: TypeAlias = dict[str, Any]

SOURCE = "made up"
ORDERS_NOTHING = "p-nothing"
OPEN = "p-open"
TOGETHER = "p-together"

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


@dataclass(frozen=True)
class Setting:
    """What the parts of a document refer to."""

    start: datetime
    span_h: float
    hubs: tuple[str, ...]
    crossings: tuple[str, ...]
    neighbours: tuple[str, ...]
    segments: tuple[str, ...]
    origins: tuple[str, ...]

    def text(self, hour: float) -> str:
        """The time that lies so many hours after the start."""
        return (self.start + timedelta(hours=hour)).isoformat()

    def day(self, number: int) -> date:
        return (self.start + timedelta(days=number)).date()


# ---- small choices


def share() -> st.SearchStrategy[float]:
    return st.sampled_from([0.0, 1.0, 0.5, 0.05])


def chance() -> st.SearchStrategy[float]:
    return st.sampled_from([1.0, 0.5, 0.0])


def hour_of(setting: Setting) -> st.SearchStrategy[float]:
    """An hour of the scenario or a little outside; mostly on the hour."""
    whole = st.integers(-12, int(setting.span_h) + 12).map(float)
    quarters = st.integers(-10, 4 * int(setting.span_h) + 10).map(lambda n: n / 4.0)
    return st.one_of(whole, quarters)


@st.composite
def stretch(draw: Draw, setting: Setting) -> tuple[str, str | None]:
    """A beginning, and an end or none."""
    begins = draw(hour_of(setting))
    lasts = draw(st.none() | st.sampled_from([1.0, 0.25, 6.0, 24.0, 60.0]))
    return setting.text(begins), None if lasts is None else setting.text(begins + lasts)


def lead_h() -> st.SearchStrategy[float]:
    return st.sampled_from([0.0, 1.0, 24.0, 100.0])


def some_of(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True)


def queue() -> st.SearchStrategy[str]:
    return st.sampled_from([each.word for each in QueueRule])


def exempt(least: int = 0) -> st.SearchStrategy[list[str]]:
    classes = [each.word for each in Trait]
    return st.lists(st.sampled_from(classes), min_size=least, max_size=3, unique=True)


def modes() -> st.SearchStrategy[list[str]]:
    """Mostly something that people can have; also what they cannot."""
    every = [each.word for each in Mode]
    any_of_them = st.lists(st.sampled_from(every), min_size=1, unique=True)
    return st.sampled_from([["foot"], ["bicycle", "car"], every]) | any_of_them


@st.composite
def service(draw: Draw) -> Document:
    return {
        "mean_min": draw(st.sampled_from([0, 5, 60, 20, 600, 100_000])),
        "distribution": draw(st.sampled_from([each.word for each in Distribution])),
        "cv": draw(st.sampled_from([0.6, 0.0, 2.0])),
        "source": SOURCE,
    }


HOURS = (
    "24 h",
    "08:00-20:00",
    "10:00-14:00",
    "00:00-24:00",
    "03:00-04:00",
    "03:30-23:59",
    "00:00-00:01",
)
WEEKDAYS = ("Mon-Sun", "Mon-Fri", "Sat,Sun", "Fri-Mon", "Sun")


@st.composite
def opening(draw: Draw, setting: Setting) -> list[Document]:
    """Hours that may change with weekday and date; also none at all within the scenario."""
    entries: list[Document] = []
    for _ in range(draw(st.integers(1, 3))):
        entry = {"hours": draw(st.sampled_from(HOURS)), "source": SOURCE}
        if draw(st.booleans()):
            entry["days"] = draw(st.sampled_from(WEEKDAYS))
        since, lasts = draw(st.integers(-2, 5)), draw(st.integers(0, 4))
        bounds = draw(st.sampled_from(["", "since", "until", "both", "long ago"]))
        if bounds in ("since", "both"):
            entry["since"] = setting.day(since).isoformat()
        if bounds in ("until", "both"):
            entry["until"] = setting.day(since + lasts).isoformat()
        if bounds == "long ago":
            entry["until"] = "2020-01-01"
        entries.append(entry)
    return entries


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
        "travellers_per_d": draw(st.sampled_from([0, 1000.5])),
        "source": SOURCE,
    }
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
    return {
        "id": name,
        "name": f"Segment {name}",
        "lat": 63.0,
        "lon": 30.0,
        "hub": draw(st.sampled_from(setting.hubs)),
        "crossing": draw(st.sampled_from(setting.crossings)),
        "length_km": 50,
        "fence_km": draw(st.sampled_from([0, 10, 50])),
        "detection": draw(share()),
        "fence_effect": draw(share()),
        "source": SOURCE,
    }


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
    """A road to every crossing and neighbour, mostly from a hub; hubs may stand alone."""
    lines = [
        draw(road(draw(st.sampled_from(setting.hubs)), end))
        for end in (*setting.crossings, *setting.neighbours)
    ]
    everywhere = (*setting.hubs, *setting.crossings, *setting.neighbours, *setting.segments)
    for _ in range(draw(st.integers(0, 3))):
        a, b = draw(st.sampled_from(everywhere)), draw(st.sampled_from(everywhere))
        lines.append(draw(road(a, b)))
    for a, b in zip(setting.hubs, setting.hubs[1:], strict=False):
        if draw(st.sampled_from([True, True, False])):
            lines.append(draw(road(a, b)))
    return lines


# ---- demand


@st.composite
def gateways(draw: Draw, setting: Setting) -> Document:
    return {hub: draw(st.sampled_from([1, 0.5, 3])) for hub in draw(some_of(setting.hubs))}


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
                "persons": draw(st.sampled_from([20, 0, 3])),
                "gateways": draw(gateways(setting)),
                "source": SOURCE,
            }
            for _ in range(draw(st.integers(0, 2)))
        ],
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


# ---- the receiving state

Builder: TypeAlias = Callable[[Draw, Setting], Document]


def _closure(draw: Draw, setting: Setting) -> Document:
    at, until = draw(stretch(setting))
    closed = draw(some_of(setting.crossings))
    kept = [name for name in setting.crossings if name not in closed]
    return {
        "crossings": closed,
        "at": at,
        "until": until,
        "announced_before_h": draw(lead_h()),
        "queue": draw(queue()),
        "exempt": draw(exempt()),
        "asylum_at": kept if draw(st.booleans()) else [],
    }


def _staged(draw: Draw, setting: Setting) -> Document:
    return {
        "stages": draw(st.lists(some_of(setting.crossings), min_size=1, max_size=3)),
        "first": setting.text(draw(hour_of(setting))),
        "every_h": draw(st.sampled_from([24, 0, 5])),
        "announced_before_h": draw(lead_h()),
        "queue": draw(queue()),
    }


def _mode_ban(draw: Draw, setting: Setting) -> Document:
    return {
        "crossings": draw(some_of(setting.crossings)),
        "mode": draw(st.sampled_from([each.word for each in Mode])),
        "since": setting.text(draw(hour_of(setting))),
        "strictness": draw(share()),
        "announced_before_h": draw(lead_h()),
    }


def _surge(draw: Draw, setting: Setting) -> Document:
    shortest = draw(st.sampled_from([0, 1]))
    reinforced = draw(some_of(setting.crossings))
    return {
        "decided": setting.text(draw(hour_of(setting))),
        "officers": {name: draw(st.sampled_from([1, 9])) for name in reinforced},
        "interpreters": {setting.crossings[0]: 2} if draw(st.booleans()) else {},
        "delay_min_d": shortest,
        "delay_max_d": shortest + draw(st.sampled_from([0, 2])),
    }


def _staffing(draw: Draw, setting: Setting) -> Document:
    decided = draw(hour_of(setting))
    changes = {
        kind: {
            name: draw(st.sampled_from([1, -1, 5, -100]))
            for name in draw(st.just([]) | some_of(setting.crossings))
        }
        for kind in ("officers", "interpreters", "lanes")
    }
    if not any(changes.values()):
        changes["lanes"] = {setting.crossings[0]: 1}
    longest = draw(st.sampled_from([0, 1]))
    lasts = draw(st.none() | st.sampled_from([1.0, 30.0]))
    until = None if lasts is None else setting.text(decided + 24.0 * longest + lasts)
    return {
        **changes,
        "decided": setting.text(decided),
        "until": until,
        "delay_min_d": 0,
        "delay_max_d": longest,
    }


def _cap(draw: Draw, setting: Setting) -> Document:
    return {
        "crossings": draw(some_of(setting.crossings)),
        "since": setting.text(draw(hour_of(setting))),
        "persons_per_d": draw(st.sampled_from([5, 1, 1_000_000])),
        "warm_places": draw(st.sampled_from([0, 5])),
    }


def _opening_hours(draw: Draw, setting: Setting) -> Document:
    since, until = draw(stretch(setting))
    return {
        "crossings": draw(some_of(setting.crossings)),
        "hours": draw(st.sampled_from(HOURS)),
        "since": since,
        "until": until,
        "announced_before_h": draw(lead_h()),
    }


def _fence(draw: Draw, setting: Setting) -> Document:
    return {
        "parts": [
            {
                "segment": name,
                "km": draw(st.sampled_from([10, 0, 50])),
                "ready": setting.text(draw(hour_of(setting))),
            }
            for name in draw(some_of(setting.segments))
        ]
    }


def _threshold(draw: Draw, setting: Setting) -> Document:
    below = draw(st.sampled_from([0, 2]))
    return {
        "crossings": draw(some_of(setting.crossings)),
        "above": below + draw(st.sampled_from([0, 3])),
        "below": below,
        "days": draw(st.sampled_from([1, 2])),
        "at_least_d": draw(st.sampled_from([0, 1])),
        "announced_before_h": draw(st.sampled_from([0, 6])),
        "queue": draw(queue()),
    }


def _reopening_trial(draw: Draw, setting: Setting) -> Document:
    closes = draw(hour_of(setting))
    return {
        "crossings": draw(some_of(setting.crossings)),
        "closes": setting.text(closes),
        "trial": setting.text(closes + draw(st.sampled_from([1.0, 24.0, 60.0]))),
        "tripwire": draw(st.sampled_from([0, 5])),
        "announced_before_h": draw(st.sampled_from([0, 6])),
        "queue": draw(queue()),
    }


def _neighbour_coordinated(draw: Draw, setting: Setting) -> Document:
    at, until = draw(stretch(setting))
    return {
        "crossings": draw(some_of(setting.crossings)),
        "at": at,
        "until": until,
        "neighbours": draw(some_of(setting.neighbours)) if setting.neighbours else [],
        "announced_before_h": draw(lead_h()),
        "queue": draw(queue()),
    }


def _carriers(draw: Draw, setting: Setting) -> Document:
    since, until = draw(stretch(setting))
    named: st.SearchStrategy[list[str]] = st.just([]) | some_of(setting.origins)
    return {
        "origins": draw(named),
        "share_that_still_sets_out": draw(share()),
        "since": since,
        "until": until,
    }


def _agreement(draw: Draw, setting: Setting) -> Document:
    since, until = draw(stretch(setting))
    return {
        "crossings": draw(some_of(setting.crossings)),
        "since": since,
        "until": until,
        "succeeds": draw(share()),
        "gate": draw(share()),
    }


def _schedule(draw: Draw, setting: Setting) -> Document:
    return {"steps": [_step(draw, setting) for _ in range(draw(st.integers(1, 6)))]}


def _step(draw: Draw, setting: Setting) -> Document:
    """A dated decision; several often close the same crossing at the same time."""
    actions = list(Action)
    if not setting.segments:
        actions.remove(Action.BUILD_FENCE)
    if not setting.neighbours:
        actions.remove(Action.COORDINATE)
    action = draw(st.just(Action.CLOSE) | st.sampled_from(actions))
    begins = draw(hour_of(setting))
    lasts = draw(st.none() | st.sampled_from([1.0, 0.25, 6.0, 24.0, 60.0]))
    step = {
        "action": action.word,
        "announced": setting.text(begins - draw(lead_h())),
        "effective": setting.text(begins),
        "until": None if lasts is None else setting.text(begins + lasts),
        "queue": draw(queue()),
        "exempt": draw(exempt()),
        "source": SOURCE,
    }
    about = {Action.BUILD_FENCE: "segments", Action.COORDINATE: "neighbours"}
    if action is not Action.CARRIER_MEASURES:
        kind = about.get(action, "crossings")
        step[kind] = draw(some_of(getattr(setting, kind)))
    if action is Action.SET_HOURS:
        step["hours"] = draw(st.sampled_from(HOURS))
    if action in (Action.BAN_MODE, Action.CARRIER_MEASURES, Action.RESUME_CHECKS):
        step["value"] = draw(share())
    elif action is Action.METER:
        step["value"] = draw(st.sampled_from([5, 0, 2.5]))
        step["warm_places"] = draw(st.sampled_from([0, 3]))
    elif action in (Action.ADD_OFFICERS, Action.ADD_INTERPRETERS, Action.ADD_LANES):
        step["value"] = draw(st.sampled_from([1, -1, -100, 4]))
    elif action is Action.BUILD_FENCE:
        step["value"] = draw(st.sampled_from([10, 0, 500]))
    if action is Action.BAN_MODE:
        step["mode"] = draw(st.sampled_from([each.word for each in Mode]))
    return step


BUILDERS: Mapping[str, Builder] = {
    "open": lambda draw, setting: {},
    "closure": _closure,
    "schedule": _schedule,
    "staged": _staged,
    "mode-ban": _mode_ban,
    "surge": _surge,
    "staffing": _staffing,
    "cap-with-warm-waiting": _cap,
    "opening-hours": _opening_hours,
    "fence": _fence,
    "threshold": _threshold,
    "reopening-trial": _reopening_trial,
    "neighbour-coordinated": _neighbour_coordinated,
    "carrier-measures": _carriers,
    "agreement": _agreement,
}
COMPOSED = "together"


def _orders_nothing(draw: Draw, setting: Setting) -> Document:
    """A policy that never orders anything, of several kinds."""
    first = list(setting.crossings[:1])
    return draw(
        st.sampled_from(
            [
                {"type": "threshold", "crossings": first, "above": 1e12, "below": 0},
                {
                    "type": "agreement",
                    "crossings": first,
                    "since": setting.text(0.0),
                    "succeeds": 0.0,
                    "gate": 0.0,
                },
                {"type": COMPOSED, "parts": [OPEN, OPEN]},
            ]
        )
    )


@st.composite
def policies(draw: Draw, setting: Setting) -> Document:
    """``p-open``, one that orders nothing, some of any type, and all of those together."""
    types = [name for name in BUILDERS if name != "fence" or setting.segments]
    named: Document = {OPEN: {"type": "open"}, ORDERS_NOTHING: _orders_nothing(draw, setting)}
    parts = []
    for k in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(types))
        named[f"p-{k}"] = {"type": kind, **BUILDERS[kind](draw, setting)}
        parts.append(f"p-{k}")
    named[TOGETHER] = {"type": COMPOSED, "parts": parts}
    return {
        name: {**rule, "label": f"Policy {name}", "source": SOURCE} for name, rule in named.items()
    }


@st.composite
def oversight(draw: Draw, setting: Setting) -> Document:
    power = draw(st.sampled_from(list(Power)))
    record = {
        "intercept": draw(st.sampled_from([50, 0, -50])),
        "slope": draw(st.sampled_from([0, 5])),
        "delay_h": draw(st.sampled_from([0, 12, 7.25])),
        "power": power.value,
        "court_hazard_per_d": draw(st.sampled_from([0, 1])),
        "source": SOURCE,
    }
    if power is Power.KEEP_ONE:
        record["keep"] = draw(st.sampled_from(setting.crossings))
    elif power is Power.REQUIRE_EXCEPTION:
        record["exempt"] = draw(exempt(least=1))
    elif power is Power.DELAY:
        record["postponed_h"] = draw(st.sampled_from([24, 1]))
    return record


# ---- the transit side


@st.composite
def hypothesis_of(draw: Draw, setting: Setting) -> Document:
    kind = draw(st.sampled_from(["lets-through", "checks", "facilitates"]))
    record: Document = {
        "type": kind,
        "leakage": draw(chance()),
        "removal_factor": draw(st.sampled_from([1, 0, 5])),
        "settle_shift": draw(st.sampled_from([0, 2.5])),
    }
    if kind != "checks":
        places = draw(st.lists(st.sampled_from(["default", *setting.crossings]), unique=True))
        record["opens"] = {name: setting.text(draw(hour_of(setting))) for name in places}
        if draw(st.booleans()):
            record["closes"] = setting.text(draw(hour_of(setting)))
    if kind == "facilitates":
        record |= {
            "hub": draw(st.sampled_from(setting.hubs)),
            "begins": setting.text(draw(hour_of(setting))),
            "persons_per_d": draw(st.sampled_from([20, 0])),
            "batch": draw(st.sampled_from([20, 1, 70])),
            "steering": draw(share()),
            "price_factor": draw(st.sampled_from([1, 0, 0.7])),
        }
    elif kind == "lets-through":
        record["chance"] = draw(chance())
    return record


@st.composite
def hypotheses(draw: Draw, setting: Setting) -> Document:
    return {
        f"h-{k}": {
            **draw(hypothesis_of(setting)),
            "label": f"Hypothesis {k}",
            "weight": draw(st.sampled_from([1, 2.5])),
            "source": SOURCE,
        }
        for k in range(draw(st.integers(1, 2)))
    }


@st.composite
def responses(draw: Draw, named: Document) -> Document:
    active = [name for name, each in named.items() if each["type"] != "checks"]
    chosen: Document = {}
    for k in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(["deterred", "reactance", "scripted", "cost-sensitive"]))
        record: Document = {"type": kind, "label": f"Response {k}", "source": SOURCE}
        if kind == "scripted":
            record["duration_mean_d"] = draw(st.sampled_from([None, 1, 0.1]))
            record["duration_shape"] = draw(st.sampled_from([2, 0.1]))
        if active and draw(st.booleans()):
            record["with"] = active
        chosen[f"r-{k}"] = record
    return chosen


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
