"""Who sets out, from where and when (S1): records of origins, demand, stocks and given groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Literal

from annotated_types import Ge, Interval, MinLen

from sim.clock import require_zone
from sim.units import Unit
from sim.world.fields import ByForm, OriginId, Record

Source = Annotated[str, MinLen(1)]
Weight = Annotated[float, Interval(gt=0.0, le=1e9)]
Gateways = Annotated[Mapping[str, Weight], MinLen(1)]
Persons = Annotated[int, Interval(ge=0, le=1_000_000_000)]


@dataclass(frozen=True, kw_only=True)
class Origin(Record):
    """Where people come from, coarsely.

    Attributes:
        id: short name, for tables and references.
        name: name in charts and tables.
        share: its share of demand that is given for all origins together (steps, or rows of a table
            without an origin), relative to the other origins; not needed where there is none.
            Example: ``1``.
        gateways: hubs where its people first appear, with relative weights. Example:
            ``{town: 1}``.
        source: where this is from.
    """

    id: Annotated[str, MinLen(1)]
    name: Annotated[str, MinLen(1)]
    share: Weight | None = None
    gateways: Gateways
    source: Source


@dataclass(frozen=True, kw_only=True)
class DemandStep(Record):
    """From ``since`` on, this many people a day come to want to cross, all origins together.

    Attributes:
        since: from when on, up to the next step.
        persons_per_d: people a day; a number, or a text with its unit as ``131/week``. Example:
            ``131/week``.
        source: where this is from.
    """

    since: datetime
    persons_per_d: Annotated[float, Ge(0.0), Unit("persons/d")]
    source: Source

    def __post_init__(self) -> None:
        require_zone(self.since)


@dataclass(frozen=True, kw_only=True)
class ShareStep(Record):
    """From ``since`` on, demand that is given for all origins together has these shares.

    Before the first step the origins' own ``share`` holds; where one has none, the first step does.

    Attributes:
        since: from when on, up to the next step.
        shares: share of each origin, relative to the others; those not named have none. Example:
            ``{anywhere: 1}``.
        source: where this is from.
    """

    since: datetime
    shares: Annotated[Mapping[OriginId, Annotated[float, Interval(ge=0.0, le=1e9)]], MinLen(1)]
    source: Source

    def __post_init__(self) -> None:
        require_zone(self.since)
        if not any(self.shares.values()):
            raise ValueError("the shares are all zero")


@dataclass(frozen=True, kw_only=True)
class DemandTable(Record):
    """People who come to want to cross, counted by period: a CSV beside the scenario file.

    Columns: ``period_start`` and ``period_end`` (days, both inclusive) or ``period`` (a day
    2015-10-03, an ISO week 2015-W40, a month 2015-10); ``count`` (people in the period) or ``rate``
    (people a day, or with a unit as ``131/week``); and, where known, ``origin`` and ``gateway`` (a
    hub). Without an origin a row is about all of them together, by their shares; without a gateway
    people appear at those of their origin. Periods are local days and may have any length; those of
    the same people must not overlap.

    People come at a constant rate through a period. With ``exact: false`` the counts are means:
    how many come varies by chance, and by day with ``frailty_shape``. With ``exact: true`` just as
    many people come in each period as were counted, in every state of the world, at random times
    within it: neither frailty nor the parameter ``demand_factor`` acts. Whether those who come set
    out under closures and news of failure is up to the model either way.

    Attributes:
        file: the CSV, relative to the file that names it. Example: ``demand.csv``.
        factor: multiplies every count and rate, for instance 1000 where a table counts thousands.
        frailty_shape: shape of the gamma factor that this demand has on a day, 0 for none (Poisson
            about the counts); as the parameter ``frailty_shape`` where left out.
        exact: whether just as many people come in a period as were counted.
        gaps: what a time is, within the scenario, of which an origin has no row: ``refuse`` for a
            mistake, ``nobody`` for a time at which nobody came.
        source: where the counts are from.
    """

    file: Annotated[str, MinLen(1)]
    factor: Annotated[float, Interval(gt=0.0, le=1e9)] = 1.0
    frailty_shape: Annotated[float, Interval(ge=0.0, le=1000.0)] | None = None
    exact: bool = False
    gaps: Literal["refuse", "nobody"] = "refuse"
    source: Source

    def __post_init__(self) -> None:
        if self.exact and self.frailty_shape is not None:
            raise ValueError("exact counts have no frailty: take out 'frailty_shape' or 'exact'")


@dataclass(frozen=True, kw_only=True)
class PersonsRange(Record):
    """How many people there are, as a range: each state of the world draws a number of it.

    Attributes:
        low: the fewest.
        central: half of the states of the world have fewer, half more.
        high: the most.
        scale: whether draws are even on a ``linear`` or a ``log`` scale.
        source: where the range is from.
    """

    low: Persons
    central: Persons
    high: Persons
    scale: Literal["linear", "log"] = "linear"
    source: Source

    def __post_init__(self) -> None:
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"expected low <= central <= high, got {self.low}, {self.central}, {self.high}"
            )
        if self.scale == "log" and self.low == 0:
            raise ValueError("a logarithmic range must begin above 0")


@dataclass(frozen=True, kw_only=True)
class Stock(Record):
    """People who are already in the area and want to cross from ``at`` on.

    Attributes:
        id: short name; needed where ``persons`` is a range, for the column of what was drawn.
        at: when they begin to want to cross.
        persons: how many; a number, or a range ``{low, central, high, source}`` from which each
            state of the world draws (with ``scale: log`` where it spans orders of magnitude).
        gateways: hubs where they are, with relative weights. Example: ``{town: 1}``.
        source: where this is from.
    """

    id: Annotated[str, MinLen(1)] | None = None
    at: datetime
    persons: Annotated[Persons | PersonsRange, ByForm()]
    gateways: Gateways
    source: Source

    def __post_init__(self) -> None:
        require_zone(self.at)
        if isinstance(self.persons, PersonsRange) and self.id is None:
            raise ValueError("a range of persons needs an 'id', which names what is drawn")

    @property
    def most_persons(self) -> int:
        """The most people that there may be."""
        return self.persons.high if isinstance(self.persons, PersonsRange) else self.persons

    @property
    def draw_name(self) -> str:
        """What the number drawn is called in results."""
        return f"stocks.{self.id}"

    def persons_of(self, drawn: Mapping[str, float]) -> float:
        """How many there are in a state of the world.

        Args:
            drawn: what it drew by name; where it drew nothing of this, the central number holds.
        """
        if isinstance(self.persons, PersonsRange):
            return drawn.get(self.draw_name, float(self.persons.central))
        return float(self.persons)


@dataclass(frozen=True, kw_only=True)
class GivenGroup(Record):
    """One group, given by hand (for teaching and tests).

    Attributes:
        id: short name.
        at: when it appears.
        persons: how many people it has.
        hub: where it appears. Example: ``town``.
    """

    id: Annotated[str, MinLen(1)]
    at: datetime
    persons: Annotated[int, Interval(gt=0, le=10_000)]
    hub: str

    def __post_init__(self) -> None:
        require_zone(self.at)


@dataclass(frozen=True, kw_only=True)
class Demand(Record):
    """All sources of groups.

    Attributes:
        steps: piecewise constant demand, in order of time, one at a time.
        table: demand counted by period and origin, in the place of steps.
        origins: where people come from; one is needed where there are steps or a table.
        shares: how the shares of the origins change over time, in order of time.
        stocks: people who are already there.
        groups: groups given by hand.
        group_size: one size for all groups, or None for the mixture of S2.
        known_until: last local day of which anything is known of demand over time; from the next on
            it changes by the parameter ``demand_drift_per_d``.
    """

    steps: tuple[DemandStep, ...] = ()
    table: DemandTable | None = None
    origins: tuple[Origin, ...] = ()
    shares: tuple[ShareStep, ...] = ()
    stocks: tuple[Stock, ...] = ()
    groups: tuple[GivenGroup, ...] = ()
    group_size: Annotated[int, Interval(gt=0, le=1000)] | None = None
    known_until: date | None = None

    def __post_init__(self) -> None:
        if self.steps and self.table:
            raise ValueError(
                "demand over time is given by 'steps' or by a 'table', not by both: what is in "
                "both would come twice; 'steps: []' takes away those of a file that is extended"
            )
        if (self.steps or self.table) and not self.origins:
            raise ValueError("demand over time needs at least one origin")
        if self.steps:
            self.require_shares()
        _require_order("the steps of demand", [step.since for step in self.steps])
        _require_order("the steps of shares", [step.since for step in self.shares])
        for step, following in pairwise(self.steps):
            if step.since == following.since:
                raise ValueError(
                    f"two steps of demand at {step.since}, with {step.persons_per_d:g} and "
                    f"{following.persons_per_d:g} people a day: the second would replace the "
                    "first; keep one, with their sum if both are meant"
                )
        for one, other in pairwise(self.shares):
            if one.since == other.since:
                raise ValueError(f"two steps of shares at {one.since}: keep one")

    def require_shares(self) -> None:
        """Refuse demand for all origins together without anything that divides it.

        Raises:
            ValueError: naming an origin without share.
        """
        if self.shares or len(self.origins) == 1:
            return
        for origin in self.origins:
            if origin.share is None:
                raise ValueError(
                    f"the origin {origin.id!r} needs a 'share': demand that is given for all "
                    "origins together is divided by shares"
                )

    def gateway_hubs(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """Every hub that is named, with its key path."""
        named: list[tuple[tuple[str | int, ...], str]] = []
        for k, origin in enumerate(self.origins):
            named += [(("origins", k, "gateways", hub), hub) for hub in origin.gateways]
        for k, stock in enumerate(self.stocks):
            named += [(("stocks", k, "gateways", hub), hub) for hub in stock.gateways]
        named += [(("groups", k, "hub"), group.hub) for k, group in enumerate(self.groups)]
        return tuple(named)


def _require_order(what: str, times: Sequence[datetime]) -> None:
    if list(times) != sorted(times):
        raise ValueError(f"{what} must be in order of time")
