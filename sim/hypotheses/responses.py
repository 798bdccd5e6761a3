"""S10: rival rules of how the transit side answers, day by day, to what it sees.

A fixed, descriptive library, sampled as uncertainty like the hypotheses themselves. A rule turns
the signals of a morning into two chances: that the transit side withdraws, and that it escalates.
Nothing here weighs ends against means, and nothing may be searched or optimised.

The signals: w, the share of the receiving state's registration capacity that takes claims from
everybody (a weak response is a high w; its strength is 1 - w); phi, the publicised share of people
who came in vain; and S, the people stranded in the transit state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Annotated, Any, ClassVar, Protocol

from annotated_types import Gt, Interval

from sim import arithmetic
from sim.units import Unit
from sim.world.fields import Record
from sim.world.parameters import Parameters


@dataclass(frozen=True)
class Signals:
    """What the transit side sees at 08:00 of a day.

    Attributes:
        open_share: w, 0 to 1.
        failure: phi, 0 to 1.
        stranded: S, persons.
        active_d: days since it began to do more than check documents.
        withdrawing: whether it is withdrawing already.
        duration_factor: a gamma draw with mean 1, one in a state of the world (R3).
    """

    open_share: float
    failure: float
    stranded: int
    active_d: float
    withdrawing: bool
    duration_factor: float = 1.0

    @property
    def strength(self) -> float:
        """How strongly the receiving state responds, 1 - w."""
        return 1.0 - self.open_share


@dataclass(frozen=True)
class Moves:
    """Chances of a day.

    Attributes:
        withdraw: that the transit side withdraws, or goes on doing so.
        escalate: that it escalates, if it does not withdraw.
    """

    withdraw: float
    escalate: float


class Response(Protocol):
    """A response rule: a frozen dataclass; its fields are scenario keys."""

    type: ClassVar[str]
    needs_actor: ClassVar[bool]

    @property
    def duration_shape(self) -> float:
        """Shape of the gamma distribution of a scripted duration; 0 where there is none."""
        ...

    def highest_level(self, parameters: Parameters) -> float:
        """The highest level that facilitation can reach; the level at the start is 1."""
        ...

    def moves(self, signals: Signals, parameters: Parameters) -> Moves:
        """Chances of withdrawing and of escalating on this day."""
        ...


def logistic(x: float) -> float:
    """``1 / (1 + exp(-x))``, safe for large x."""
    shrunk = float(arithmetic.elementary.exp(-abs(x)))
    return (1.0 if x >= 0.0 else shrunk) / (1.0 + shrunk)


@dataclass(frozen=True, kw_only=True)
class Rule(Record):
    """What all response rules have in common.

    Attributes:
        needs_actor: whether it may only go with a hypothesis under which somebody acts.
    """

    needs_actor: ClassVar[bool] = False

    def highest_level(self, parameters: Parameters) -> float:
        """For rules of an actor ``transit_level_max``; for others what the hypothesis sets."""
        return parameters.transit_level_max if self.needs_actor else 1.0


class RuleOfActor(Rule):
    """A rule of somebody who acts, by chances a day and for no time that is given before."""

    needs_actor: ClassVar[bool] = True
    duration_shape: ClassVar[float] = 0.0


@dataclass(frozen=True, kw_only=True)
class Deterred(RuleOfActor):
    """R1: it withdraws where many fail, and escalates where little is done about it.

    ``P(withdraw) = logistic(a + b phi)`` and ``P(escalate) = logistic(c + d w)``, with a to d the
    parameters ``deterred_*``.
    """

    type: ClassVar[str] = "deterred"

    def moves(self, signals: Signals, parameters: Parameters) -> Moves:
        """Two logits."""
        p = parameters
        return Moves(
            withdraw=logistic(
                p.deterred_withdraw_base + p.deterred_withdraw_failure * signals.failure
            ),
            escalate=logistic(
                p.deterred_escalate_base + p.deterred_escalate_openness * signals.open_share
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Reactance(RuleOfActor):
    """R2: it escalates the more, the stronger the response; it withdraws at a constant chance.

    ``P(escalate) = logistic(e + f (1 - w))`` with e and f the parameters ``reactance_escalate_*``.
    """

    type: ClassVar[str] = "reactance"

    def moves(self, signals: Signals, parameters: Parameters) -> Moves:
        """Two logits, one of them of the strength of the response."""
        p = parameters
        return Moves(
            withdraw=logistic(p.reactance_withdraw_base),
            escalate=logistic(p.reactance_escalate_base + p.reactance_strength * signals.strength),
        )


@dataclass(frozen=True, kw_only=True)
class Scripted(Rule):
    """R3: it goes on for a time that has nothing to do with the response, and then withdraws.

    Attributes:
        duration_mean_d: mean of the gamma distribution of that time, days; None for no end.
        duration_shape: its shape.
    """

    duration_mean_d: Annotated[float, Gt(0.0), Unit("d")] | None = None
    duration_shape: Annotated[float, Interval(ge=0.01, le=1000.0)] = 2.0

    type: ClassVar[str] = "scripted"

    def moves(self, signals: Signals, parameters: Parameters) -> Moves:
        """Certain: not before the time is over, and always after."""
        mean_d = inf if self.duration_mean_d is None else self.duration_mean_d
        over = signals.active_d >= mean_d * signals.duration_factor
        return Moves(withdraw=float(over), escalate=0.0)


@dataclass(frozen=True, kw_only=True)
class CostSensitive(Rule):
    """R4: it withdraws while many people are stranded on its side, and goes on when few are left.

    It withdraws above ``stranded_limit_persons``; once it does, until fewer than
    ``stranded_resume_share`` of that are left (hysteresis). Then the level rises again, to 1.
    """

    type: ClassVar[str] = "cost-sensitive"
    duration_shape: ClassVar[float] = 0.0

    def moves(self, signals: Signals, parameters: Parameters) -> Moves:
        """Certain, by the people stranded."""
        limit = parameters.stranded_limit_persons
        if signals.withdrawing:
            withdraws = signals.stranded >= parameters.stranded_resume_share * limit
        else:
            withdraws = signals.stranded > limit
        return Moves(withdraw=float(withdraws), escalate=float(not withdraws))


def next_level(
    level: float, *, withdrawing: bool, escalating: bool, highest: float, parameters: Parameters
) -> float:
    """The level of facilitation after one more day, given what the transit side does."""
    if withdrawing:
        return float(
            level * arithmetic.elementary.power(0.5, 1.0 / parameters.withdrawal_half_life_d)
        )
    if escalating:
        return min(highest, level * parameters.escalation_factor)
    return level


RESPONSES: dict[str, type[Any]] = {
    each.type: each for each in (Deterred, Reactance, Scripted, CostSensitive)
}


def registered_responses() -> Mapping[str, type[Any]]:
    """Every response rule by its ``type``."""
    return dict(RESPONSES)
