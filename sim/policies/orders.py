"""Between a policy and the model: observations, which it may see, and orders, which it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from math import inf
from typing import Annotated, Any, ClassVar, Protocol, TypeAlias

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from sim.clock import Clock, require_hours
from sim.engine.codes import Action, Code, Documents, Mode, QueueRule, Trait
from sim.plugins.entries import note_entry, redefines
from sim.policies.whom import Whom
from sim.storage.json_object import JsonMapping, JsonObject
from sim.world.fields import MOST, Count, CrossingId, NeighbourId, Record, SegmentId

CODES: dict[str, type[Code]] = {"action": Action, "queue": QueueRule, "mode": Mode}
CLASSES = ("exempt", "classes")
ADDING = (
    Action.ADD_OFFICERS,
    Action.ADD_OFFICERS_AFTER_HOURS,
    Action.ADD_INTERPRETERS,
    Action.ADD_LANES,
)
SHARES = (
    Action.BAN_MODE,
    Action.CARRIER_MEASURES,
    Action.RESUME_CHECKS,
    Action.GUARD,
    Action.PUSHBACK,
    Action.WAVE_THROUGH,
)
# What an order must name, where that is not crossings.
NAMES = {
    Action.BUILD_FENCE: "segments",
    Action.GUARD: "segments",
    Action.PUSHBACK: "segments",
    Action.COORDINATE: "neighbours",
    Action.CARRIER_MEASURES: None,
}
# What may be about segments, crossings, or both.
EITHER = (Action.CLOSE, Action.REOPEN)
# The terms that each action uses, besides when it holds; any other would have no effect.
_WHOM = frozenset({"exempt", "origins", "documents", "classes", "every_class"})
USES: Mapping[Action, frozenset[str]] = {
    Action.CLOSE: frozenset({"crossings", "segments", "queue"}) | _WHOM,
    Action.NO_ASYLUM: frozenset({"crossings", "queue"}) | _WHOM,
    Action.ACCEPT_ASYLUM: frozenset({"crossings"}),
    Action.BAN_MODE: frozenset({"crossings", "mode", "value"}),
    Action.METER: frozenset({"crossings", "value", "warm_places", "joint"}) | _WHOM,
    Action.CAP_ARRIVALS: frozenset({"crossings", "value", "joint", "queue"}) | _WHOM,
    Action.ADD_OFFICERS: frozenset({"crossings", "value"}),
    Action.ADD_OFFICERS_AFTER_HOURS: frozenset({"crossings", "value"}),
    Action.ADD_INTERPRETERS: frozenset({"crossings", "value"}),
    Action.ADD_LANES: frozenset({"crossings", "value"}),
    Action.REOPEN: frozenset({"crossings", "segments"}),
    Action.SET_HOURS: frozenset({"crossings", "hours"}),
    Action.BUILD_FENCE: frozenset({"segments", "value"}),
    Action.GUARD: frozenset({"segments", "value"}),
    Action.PUSHBACK: frozenset({"segments", "value"}),
    Action.CARRIER_MEASURES: frozenset({"origins", "value"}),
    Action.RESUME_CHECKS: frozenset({"crossings", "value"}),
    Action.COORDINATE: frozenset({"neighbours"}),
    Action.WAVE_THROUGH: frozenset({"crossings", "value"}),
}
# Orders that may be about some people alone, and those that say how many are let in a day.
FILTERABLE = tuple(action for action, terms in USES.items() if terms >= _WHOM)
CAPS = (Action.METER, Action.CAP_ARRIVALS)
# What is not undone at a stated end.
ENDLESS = (Action.REOPEN, Action.BUILD_FENCE, Action.COORDINATE)
# What to write for what a term was meant to do where it has no effect.
INSTEAD = {
    "origins": "only closures, caps and carrier measures are about origins",
    "documents": "only closures and caps are about papers",
    "classes": "only closures and caps are about classes of people",
    "every_class": "only closures and caps are about classes of people",
    "exempt": "only closures and caps can make exceptions",
    "joint": "only 'meter' and 'cap-arrivals' can be one cap over several crossings",
    "queue": "only 'close', 'no-asylum' and 'cap-arrivals' say what becomes of those they stop",
    "mode": "only 'ban-mode' is about a mode",
    "warm_places": "only 'meter' brings warm places along",
    "hours": "only 'set-hours' sets hours",
    "until": "it is not undone at an end; give another step that undoes it",
}


def require_effect(action: Action, term: str) -> None:
    """Refuse a term of a dated decision (``until`` too) that does nothing under an action.

    Raises:
        ValueError: saying what to write instead.
    """
    if action in ENDLESS if term == "until" else term not in USES[action]:
        instead = INSTEAD.get(term) or f"it uses {', '.join(sorted(USES[action]))}"
        raise ValueError(f"{term!r} has no effect on {str(action)!r}: {instead}")


@dataclass(frozen=True, kw_only=True)
class Terms(Whom):
    """What a decision does and to what: the same in an order and in a dated step.

    Attributes:
        crossings: ids of the crossings; none where it is about something else.
        action: what is done.
        queue: what a closure does with people who queue, and a cap on arrivals with a group that
            it has no room for: hold (they wait on the transit side), reroute (they go back to the
            nearest town and choose again) or turn-back.
        mode: the mode that a ban is about.
        value: strictness of a ban (0-1); persons a day of a meter (people admitted) or of a cap on
            arrivals (people let come to the post, in whole groups: one larger than the cap is
            never let in); officers on duty at all hours,
            officers outside opening hours, interpreters or lanes added (below 0: taken away); km of
            fence from then on; chance of being found on a guarded stretch where it has no fence
            (0-1); share of people found there who are pushed back (0-1); share of people that still
            sets out under carrier measures (0-1); chance of being let out where checks resume
            (0-1); share of groups that pass without being registered and go on to the next border
            (0-1).
        warm_places: heated places that a meter brings along.
        hours: new opening hours of the local day, as ``08:00-20:00``, ``08:00-12:00, 13:00-17:00``
            or ``24 h``.
        segments: ids of the segments that get a fence, are guarded, are where people are pushed
            back, or close or reopen with the crossings.
        joint: whether a cap is one for all its crossings together, shared in order of time, and
            not one for each.
        neighbours: ids of the neighbours that are to close in step.
    """

    crossings: tuple[CrossingId, ...] = ()
    action: Action
    queue: QueueRule = QueueRule.HOLD
    mode: Mode = Mode.BICYCLE
    value: Annotated[float, Interval(ge=-MOST, le=MOST)] = 1.0
    warm_places: Count = 0
    hours: str = ""
    segments: tuple[SegmentId, ...] = ()
    neighbours: tuple[NeighbourId, ...] = ()
    joint: bool = False

    def check(self) -> None:
        """Refuse terms that do not name what they are about, or whose value makes no sense.

        Raises:
            ValueError: saying what is wrong.
        """
        needed = NAMES.get(self.action, "crossings")
        about_either = self.action in EITHER and self.segments
        if needed is not None and not getattr(self, needed) and not about_either:
            raise ValueError(f"{self.action} must name at least one of its {needed}")
        if self.value < 0.0 and self.action not in ADDING:
            raise ValueError(f"the value of {self.action} must not be less than 0")
        if self.value > 1.0 and self.action in SHARES:
            raise ValueError(f"the value of {self.action} is a share: at most 1")
        if self.value % 1.0 and self.action in ADDING:
            raise ValueError(f"the value of {self.action} is a whole number, got {self.value}")
        if not self.crossings and self.queue is not QueueRule.HOLD:
            raise ValueError("'queue' has no effect on segments: nobody queues there")
        if self.action is Action.SET_HOURS:
            require_hours(self.hours)
        elif self.hours:
            raise ValueError(f"hours are for set-hours, not for {self.action}")
        self.check_whom()

    def terms(self) -> JsonObject:
        """These terms by name."""
        return {each.name: getattr(self, each.name) for each in fields(Terms)}

    def dated(
        self,
        clock: Clock,
        at: datetime,
        until: datetime | None = None,
        *,
        announced_before_h: float = 0.0,
    ) -> Order:
        """An order of these terms.

        Args:
            clock: turns dates into hours.
            at: when it takes effect.
            until: when it ends, or None.
            announced_before_h: lead time of the announcement, h.
        """
        effective_h = clock.hours(at)
        return Order(
            **self.terms(),
            announced_h=effective_h - announced_before_h,
            effective_h=effective_h,
            until_h=hours_until(clock, until),
        )


@dataclass(frozen=True, kw_only=True)
class Order(Terms):
    """One decision, with its hours.

    Attributes:
        announced_h: when it is made public, h.
        effective_h: when it takes effect, h; only a ban of a mode may come before it is announced.
        until_h: when it ends, as stated when it is announced, h.
    """

    announced_h: float
    effective_h: float
    until_h: float = inf

    def __post_init__(self) -> None:
        if self.effective_h < self.announced_h and self.action is not Action.BAN_MODE:
            raise ValueError(
                f"an order takes effect ({self.effective_h} h) before it is announced "
                f"({self.announced_h} h)"
            )
        if self.until_h < self.effective_h:
            raise ValueError(
                f"an order ends ({self.until_h} h) before it takes effect ({self.effective_h} h)"
            )
        self.check()

    def no_earlier_than(self, hour: float) -> Order:
        """The order as it works when it is given at an hour: nothing is done before."""
        times = (self.announced_h, self.effective_h, self.until_h)
        if min(times) >= hour:
            return self
        announced_h, effective_h, until_h = (max(each, hour) for each in times)
        return replace(self, announced_h=announced_h, effective_h=effective_h, until_h=until_h)

    def as_plain(self) -> JsonObject:
        """The order as JSON can hold it: codes as their words."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        plain |= {name: str(plain[name]) for name in CODES}
        plain |= {name: sorted(map(str, plain[name])) for name in CLASSES}
        plain["documents"] = None if self.documents is None else str(self.documents)
        return {**plain, "value": float(self.value)}

    @classmethod
    def from_plain(cls, plain: JsonMapping) -> Order:
        """The order that :meth:`as_plain` wrote."""
        named = {key: tuple(held) for key, held in plain.items() if isinstance(held, list)}
        codes = {name: kind.of(plain[name]) for name, kind in CODES.items()}
        classes = {name: frozenset(map(Trait.of, plain[name])) for name in CLASSES}
        papers = plain["documents"]
        documents = None if papers is None else Documents.of(papers)
        return cls(**{**plain, **named, **codes, **classes, "documents": documents})


def hours_until(clock: Clock, end: datetime | None) -> float:
    """An end in hours; infinite where there is none."""
    return inf if end is None else clock.hours(end)


@dataclass(frozen=True)
class Observation:
    """What the receiving state knows when it decides: late and inexact counts, its own orders.

    Attributes:
        now_h: the present, h.
        clock: turns hours into dates and back.
        crossings: ids of the crossings that people can use, north to south as in the scenario.
        reported_arrivals: people reported by day and crossing, shape (days so far, crossings); the
            newest day is the last one whose count has come in.
        orders: what has been ordered so far, in order.
        uniform: a uniform draw in (0, 1) for a name, the same in every policy of a state of the
            world.
    """

    now_h: float
    clock: Clock
    crossings: tuple[str, ...]
    reported_arrivals: NDArray[np.float64]
    orders: tuple[Order, ...]
    uniform: Callable[[str], float]


@dataclass(frozen=True)
class Once:
    """A policy that decides everything at the start."""

    def decision_times(self, clock: Clock) -> tuple[float, ...]:
        """The start only."""
        return (0.0,)


@dataclass(frozen=True)
class Daily:
    """A policy that decides at noon, local time, each day.

    Attributes:
        hour: when, instead of noon.
        at_start: whether it decides at the start too, where what it has planned begins.
    """

    hour: int = 12
    at_start: bool = False

    def decision_times(self, clock: Clock) -> tuple[float, ...]:
        """Noon of every day of the scenario, and its start where that is asked for."""
        noons = clock.daily(time(self.hour))
        return tuple(dict.fromkeys((0.0, *noons))) if self.at_start else noons


class Policy(Protocol):
    """A rule of the receiving state: a frozen dataclass whose fields are the scenario's keys."""

    type: ClassVar[str]
    clock: ClassVar[Once | Daily]

    def decide(self, observation: Observation) -> list[Order]:
        """Orders to give now, in view of what is observed."""
        ...


PolicyType: TypeAlias = type[Any]  # a frozen dataclass with a ``type``, as a plugin may bring it

POLICIES: dict[str, PolicyType] = {}


def policy(kind: PolicyType) -> PolicyType:
    """Register a policy class under its ``type``; keys that are no fields of it are refused.

    A class of a notebook or a plugin takes the place of an earlier version of itself.

    Raises:
        ValueError: if that name is taken.
    """
    if kind.type in POLICIES and not redefines(kind, POLICIES[kind.type]):
        raise ValueError(f"there is already a policy of type {kind.type!r}")
    note_entry("policy", kind.type, kind)
    kind.__pydantic_config__ = Record.__pydantic_config__
    POLICIES[kind.type] = kind
    return kind


def registered_policies() -> Mapping[str, PolicyType]:
    """Every policy class by its ``type``."""
    return dict(POLICIES)
