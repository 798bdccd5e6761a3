"""Random policies, oversight, hypotheses and responses of a scenario file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from hypothesis import strategies as st

from sim.engine.codes import Action, Mode
from sim.hypotheses import GateAction
from sim.policies.orders import ADDING, CAPS, EITHER, ENDLESS, FILTERABLE, SHARES
from sim.policies.oversight import Power
from tests.random_worlds.choices import (
    HOURS,
    SOURCE,
    Document,
    Draw,
    Setting,
    chance,
    exempt,
    hour_of,
    lead_h,
    queue,
    share,
    some_of,
    stretch,
    whom,
)

ORDERS_NOTHING = "p-nothing"
OPEN = "p-open"
TOGETHER = "p-together"

ON_TERRAIN = (Action.BUILD_FENCE, Action.GUARD, Action.PUSHBACK)

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
        **draw(whom(setting)),
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
        "officers_after_hours": draw(st.sampled_from([{}, {reinforced[0]: 0}, {reinforced[0]: 5}])),
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
        for kind in ("officers", "officers_after_hours", "interpreters", "lanes")
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


def _reassign(draw: Draw, setting: Setting) -> Document:
    """One officer leaves each of some crossings, by day; there is one (see ``documents``)."""
    to, *others = draw(st.permutations(setting.crossings))
    leave = draw(some_of(others))
    longest = draw(st.sampled_from([0, 1]))
    decided = draw(hour_of(setting))
    lasts = draw(st.none() | st.sampled_from([1.0, 30.0]))
    return {
        "decided": setting.text(decided),
        "until": None if lasts is None else setting.text(decided + 24.0 * longest + lasts),
        "to": to,
        "officers": dict.fromkeys(leave, 1),
        "officers_after_hours": dict.fromkeys(leave, 0),
        "announced": draw(st.booleans()),
        "delay_max_d": longest,
    }


def _cap(draw: Draw, setting: Setting) -> Document:
    return {
        "crossings": draw(some_of(setting.crossings)),
        "since": setting.text(draw(hour_of(setting))),
        "persons_per_d": draw(st.sampled_from([5, 1, 1_000_000])),
        "warm_places": draw(st.sampled_from([0, 5])),
        "joint": draw(st.booleans()),
        **draw(whom(setting)),
    }


def _span(draw: Draw, setting: Setting) -> Document:
    since, until = draw(stretch(setting))
    return {"since": since, "until": until}


def _opening_hours(draw: Draw, setting: Setting) -> Document:
    span = _span(draw, setting)
    return {
        "crossings": draw(some_of(setting.crossings)),
        "hours": draw(st.sampled_from(HOURS)),
        **span,
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
    span = _span(draw, setting)
    named: st.SearchStrategy[list[str]] = st.just([]) | some_of(setting.origins)
    return {
        "origins": draw(named),
        "share_that_still_sets_out": draw(share()),
        **span,
    }


def _agreement(draw: Draw, setting: Setting) -> Document:
    span = _span(draw, setting)
    return {
        "crossings": draw(some_of(setting.crossings)),
        **span,
        "succeeds": draw(share()),
        "gate": draw(share()),
    }


def _schedule(draw: Draw, setting: Setting) -> Document:
    return {"steps": [_step(draw, setting) for _ in range(draw(st.integers(1, 6)))]}


def _step(draw: Draw, setting: Setting) -> Document:
    """A dated decision; several often close the same crossing at the same time."""
    actions = list(Action)
    if not setting.segments:
        for action in ON_TERRAIN:
            actions.remove(action)
    if not setting.neighbours:
        actions.remove(Action.COORDINATE)
    action = draw(st.just(Action.CLOSE) | st.sampled_from(actions))
    begins = draw(hour_of(setting))
    lasts = draw(st.none() | st.sampled_from([1.0, 0.25, 6.0, 24.0, 60.0]))
    step = {
        "action": action.word,
        "announced": setting.text(begins - draw(lead_h())),
        "effective": setting.text(begins),
        "source": SOURCE,
    }
    if action not in ENDLESS:
        step["until"] = None if lasts is None else setting.text(begins + lasts)
    if action in FILTERABLE:
        step |= draw(whom(setting))
    if action in (Action.CLOSE, Action.NO_ASYLUM, Action.CAP_ARRIVALS):
        step["queue"] = draw(queue())
    if action in CAPS:
        step["joint"] = draw(st.booleans())
    about = {**dict.fromkeys(ON_TERRAIN, "segments"), Action.COORDINATE: "neighbours"}
    if action is not Action.CARRIER_MEASURES:
        kind = about.get(action, "crossings")
        step[kind] = draw(some_of(getattr(setting, kind)))
    if action in EITHER and setting.segments and draw(st.booleans()):
        step["segments"] = draw(some_of(setting.segments))
    if action is Action.SET_HOURS:
        step["hours"] = draw(st.sampled_from(HOURS))
    if action in SHARES:
        step["value"] = draw(share())
    elif action is Action.CAP_ARRIVALS:
        step["value"] = draw(st.sampled_from([7, 0, 2.5, 1_000_000]))
    elif action is Action.METER:
        step["value"] = draw(st.sampled_from([5, 0, 2.5]))
        step["warm_places"] = draw(st.sampled_from([0, 3]))
    elif action in ADDING:
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
    "reassign": _reassign,
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
                {"type": COMPOSED, "parts": [OPEN]},
            ]
        )
    )


@st.composite
def policies(draw: Draw, setting: Setting) -> Document:
    """``p-open``, one that orders nothing, some of any type, and all of those together."""
    possible = {"fence": bool(setting.segments), "reassign": len(setting.crossings) > 1}
    types = [name for name in BUILDERS if possible.get(name, True)]
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
    record["steps"] = [_gate_step(draw, setting) for _ in range(draw(st.integers(0, 4)))]
    return record


def _gate_step(draw: Draw, setting: Setting) -> Document:
    """What the transit side does at some gates; by the hour, so that much falls together."""
    action = draw(st.sampled_from(list(GateAction)))
    step: Document = {
        "action": action.word,
        "since": setting.text(draw(hour_of(setting))),
        "crossings": draw(st.just([]) | some_of(setting.crossings)),
        "source": SOURCE,
    }
    if action is GateAction.OPEN:
        step["chance"] = draw(share())
    elif action is not GateAction.CLOSE:
        step["origins"] = draw(st.just([]) | some_of(setting.origins))
    if action is GateAction.METER:
        pace = draw(st.sampled_from(["persons_per_d", "every_h"]))
        rates = {"persons_per_d": [24, 0, 58.5, 300], "every_h": [1, 7.25, 24]}
        step[pace] = draw(st.sampled_from(rates[pace]))
        step["batch"] = draw(st.sampled_from([1, 3, 20]))
        step["hours"] = draw(st.sampled_from(["24 h", "08:00-20:00", "08:00-12:00, 13:00-17:00"]))
    return step


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
