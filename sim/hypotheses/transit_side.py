"""S10: rival hypotheses of what the transit state does at its posts.

A hypothesis says what the transit side does by itself; how it answers to what it sees is a response
(:mod:`sim.hypotheses.responses`). None is assumed: a scenario gives each a weight and a source, and
every state of the world draws one. They are contested descriptions of the past, not plans; nothing
here may be searched or optimised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from typing import Annotated, Any, ClassVar, Protocol

from annotated_types import Ge, Interval, MaxLen

from sim.clock import Clock, require_years
from sim.hypotheses.gate_steps import GateAction, GateLimit, GateStep
from sim.units import Unit
from sim.world.fields import GateId, HubId, Record, Share

Factor = Annotated[float, Interval(ge=0.0, le=1e6)]
Shift = Annotated[float, Interval(ge=-1000.0, le=1000.0)]


@dataclass(frozen=True)
class GateSetting:
    """From ``since_h`` on, people with valid papers are let out with this chance.

    Attributes:
        crossing: id, or None for all crossings.
    """

    crossing: str | None
    chance: float
    since_h: float


@dataclass(frozen=True)
class OrganisedTravel:
    """Groups that somebody brings together and sends (lambda_S of S1).

    Attributes:
        hub: where they set out.
        persons_per_d: mean, persons a day.
        batch: people in one group.
        begins_h: from when, h.
        ends_h: until when, h.
        steering: share of groups that are brought to the nearest crossing that is open to them.
    """

    hub: str
    persons_per_d: float
    batch: int
    begins_h: float
    ends_h: float
    steering: float = 0.0


@dataclass(frozen=True)
class Conduct:
    """What the transit side does in a run.

    Attributes:
        gates: settings of the exit gates, in order of time.
        limits: how fast people go on there.
        price_factor: multiplies what people pay on the way.
        organised: organised travel, or none.
        leakage: chance of being let out where documents are checked.
        removal_factor: multiplies the hazard of being removed by the transit state.
        settle_shift: added to the utility of staying in the transit state.
        demand_factor: multiplies how many come to want to cross, and how many are there already.
    """

    gates: tuple[GateSetting, ...]
    limits: tuple[GateLimit, ...] = ()
    price_factor: float = 1.0
    organised: tuple[OrganisedTravel, ...] = ()
    leakage: float = 0.0
    removal_factor: float = 1.0
    settle_shift: float = 0.0
    demand_factor: float = 1.0

    @property
    def begins_h(self) -> float:
        """When it first does more than check documents, h; infinite if never."""
        more = [gate.since_h for gate in self.gates if gate.chance > self.leakage]
        return min([*more, *(travel.begins_h for travel in self.organised)], default=inf)


class Hypothesis(Protocol):
    """A description of the transit side: a frozen dataclass; its fields are scenario keys."""

    type: ClassVar[str]

    def conduct(self, clock: Clock) -> Conduct:
        """What it does, in hours."""
        ...


def with_steps(conduct: Conduct, steps: Iterable[GateStep], clock: Clock) -> Conduct:
    """What the transit side does when it takes these steps at its gates besides.

    They are a hypothesis's own, or controls that a state of the world draws: whether people were
    held, metered or checked is as unknown as why they are let out.
    """
    steps = tuple(steps)
    gates = (each for step in steps for each in _settings(step, clock, conduct.leakage))
    limits = (step.limit(clock) for step in steps)
    return replace(
        conduct,
        gates=tuple(sorted((*conduct.gates, *gates), key=lambda setting: setting.since_h)),
        limits=(*conduct.limits, *(limit for limit in limits if limit is not None)),
    )


def _settings(step: GateStep, clock: Clock, leakage: float) -> Iterator[GateSetting]:
    """Settings of the gates that a step opens or closes."""
    if step.action in (GateAction.OPEN, GateAction.CLOSE):
        chance = step.chance if step.action is GateAction.OPEN else leakage
        for crossing in step.crossings or (None,):
            yield GateSetting(crossing, chance, step.since_h(clock))


@dataclass(frozen=True, kw_only=True)
class Checkpoints(Record):
    """What every hypothesis says: how documents are checked, and how people fare who stay.

    Attributes:
        leakage: chance of being let out where and while documents are checked.
        removal_factor: multiplies the hazard of being removed by the transit state.
        settle_shift: added to the utility of staying in the transit state.
        demand_factor: multiplies how many come to want to cross, and how many are there already:
            the same counts need more people where more of them are stopped.
        steps: what it does at its gates from some time on, each with its source.
    """

    leakage: Share = 0.05
    removal_factor: Factor = 1.0
    settle_shift: Shift = 0.0
    demand_factor: Factor = 1.0
    steps: Annotated[tuple[GateStep, ...], MaxLen(100)] = ()

    def conduct_with(self, clock: Clock, gates: tuple[GateSetting, ...], **more: Any) -> Conduct:
        """What it does: these gates, what all hypotheses say, and more that this one does."""
        conduct = Conduct(
            gates=gates,
            leakage=self.leakage,
            removal_factor=self.removal_factor,
            settle_shift=self.settle_shift,
            demand_factor=self.demand_factor,
            **more,
        )
        return with_steps(conduct, self.steps, clock)


@dataclass(frozen=True, kw_only=True)
class OpenedGates(Checkpoints):
    """What hypotheses say under which people are no longer stopped.

    Attributes:
        opens: from when on people are let out, for each crossing by id; ``default`` for the others.
            Times without an offset are by the transit side's clock (``transit_timezone``).
        closes: when checks come back, or None.
    """

    opens: Mapping[GateId, datetime] = field(default_factory=dict)
    closes: datetime | None = None

    def __post_init__(self) -> None:
        for name, moment in {**self.opens, "closes": self.closes}.items():
            require_years(moment, name)

    def gates(self, clock: Clock, chance: float) -> tuple[GateSetting, ...]:
        """Settings in order of time; a crossing's own day comes after the default."""
        checked = self.leakage
        settings = [GateSetting(None, checked, 0.0)]
        opens_h = {place: clock.transit_hours(day) for place, day in self.opens.items()}
        default_h = opens_h.pop("default", None)
        if default_h is not None:
            settings.append(GateSetting(None, chance, max(0.0, default_h)))
        for crossing, since_h in opens_h.items():
            if default_h is not None and default_h < since_h:
                settings.append(GateSetting(crossing, checked, max(0.0, default_h)))
            settings.append(GateSetting(crossing, chance, max(0.0, since_h)))
        if self.closes is not None:
            settings.append(GateSetting(None, checked, clock.transit_hours(self.closes)))
        return tuple(sorted(settings, key=lambda setting: setting.since_h))


@dataclass(frozen=True, kw_only=True)
class Checks(Checkpoints):
    """H0: documents are checked throughout, and few people without a visa are let out."""

    type: ClassVar[str] = "checks"

    def conduct(self, clock: Clock) -> Conduct:
        """The same gate everywhere, always."""
        return self.conduct_with(clock, (GateSetting(None, self.leakage, 0.0),))


@dataclass(frozen=True, kw_only=True)
class LetsThrough(OpenedGates):
    """H1: from some day on people are no longer stopped; nobody organises anything.

    Attributes:
        chance: chance of being let out while gates are open, with valid papers.
    """

    chance: Share = 1.0

    type: ClassVar[str] = "lets-through"

    def conduct(self, clock: Clock) -> Conduct:
        """Checks, then none, then perhaps checks again."""
        return self.conduct_with(clock, self.gates(clock, self.chance))


@dataclass(frozen=True, kw_only=True)
class Facilitates(OpenedGates):
    """H2: people are let out, helped on their way, and some are brought in groups.

    Attributes:
        price_factor: what people pay on the way, against the other hypotheses.
        hub: where organised groups set out.
        persons_per_d: people a day in such groups.
        batch: people in one such group.
        begins: when organised travel begins.
        steering: share of these groups that are brought to the crossing that is open to them and
            nearest to the hub (a fixed rule); the others choose as everybody does.
    """

    price_factor: Factor = 0.7
    hub: HubId
    persons_per_d: Annotated[float, Ge(0.0), Unit("persons/d")] = 20.0
    batch: Annotated[int, Interval(ge=1, le=10_000)] = 20
    begins: datetime
    steering: Share = 0.0

    type: ClassVar[str] = "facilitates"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_years(self.begins, "begins")

    def conduct(self, clock: Clock) -> Conduct:
        """Open gates, lower prices, and groups at a steady mean rate."""
        ends_h = clock.duration_h if self.closes is None else clock.transit_hours(self.closes)
        organised = OrganisedTravel(
            hub=self.hub,
            persons_per_d=self.persons_per_d,
            batch=self.batch,
            begins_h=max(0.0, clock.transit_hours(self.begins)),
            ends_h=min(ends_h, clock.duration_h),
            steering=self.steering,
        )
        return self.conduct_with(
            clock,
            self.gates(clock, 1.0),
            price_factor=self.price_factor,
            organised=(organised,) if self.persons_per_d > 0.0 else (),
        )


HYPOTHESES: dict[str, type[Any]] = {each.type: each for each in (Checks, LetsThrough, Facilitates)}


def registered_hypotheses() -> Mapping[str, type[Any]]:
    """Every hypothesis class by its ``type``."""
    return dict(HYPOTHESES)
