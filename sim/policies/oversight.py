"""S9: what courts and overseers of the receiving state may do about a restrictive decision.

A restrictive decision is reviewed with probability ``logistic(intercept - slope A)``, where A
is the index of effective access (R5) that there would be under it. A review that demands something
takes effect after a delay. Apart from that a court may strike a decision down while it is in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Interval, MinLen

from sim import arithmetic
from sim.engine.codes import Trait
from sim.units import Unit
from sim.world.fields import CrossingId, PolicyId, Record


class Power(StrEnum):
    """What a review can bring about."""

    KEEP_ONE = "keep-one"
    REQUIRE_EXCEPTION = "require-exception"
    STRIKE_DOWN = "strike-down"
    DELAY = "delay"


@dataclass(frozen=True, kw_only=True)
class Oversight(Record):
    """How restrictive decisions are reviewed.

    Attributes:
        intercept: log-odds of a review where nobody would have access. Example: ``2``.
        slope: by how much they fall until everybody has access. Example: ``5``.
        delay_h: hours from the announcement of a decision until the ruling takes effect.
        power: what the ruling does. Example: ``strike-down``.
        keep: the crossing that stays open, for ``keep-one``.
        exempt: classes that must be let in, for ``require-exception``.
        postponed_h: by how many hours a decision is put off, for ``delay``.
        court_hazard_per_d: chance per day that a court strikes down a decision in force.
        applies_to: policies under which there is oversight; none means all.
        source: where the numbers come from.
    """

    intercept: Annotated[float, Interval(ge=-1000.0, le=1000.0)]
    slope: Annotated[float, Interval(ge=0.0, le=1000.0)]
    delay_h: Annotated[float, Ge(0.0), Unit("h")]
    power: Power
    keep: CrossingId | None = None
    exempt: frozenset[Trait] = frozenset()
    postponed_h: Annotated[float, Ge(0.0), Unit("h")] = 0.0
    court_hazard_per_d: Annotated[float, Interval(ge=0.0, le=1000.0)] = 0.0
    applies_to: tuple[PolicyId, ...] = ()
    source: Annotated[str, MinLen(1)]

    def __post_init__(self) -> None:
        needs = {
            Power.KEEP_ONE: ("keep", self.keep is not None),
            Power.REQUIRE_EXCEPTION: ("exempt", bool(self.exempt)),
            Power.DELAY: ("postponed_h", self.postponed_h > 0.0),
        }
        key, given = needs.get(self.power, ("", True))
        if not given:
            raise ValueError(f"the power {self.power.value} needs the key {key!r}")

    def covers(self, policy: str) -> bool:
        """Whether there is oversight under a policy."""
        return not self.applies_to or policy in self.applies_to

    def review_chance(self, access: float) -> float:
        """Probability of a review, by the index of access under the decision (0-1)."""
        return float(
            1.0
            / (1.0 + arithmetic.elementary.exp(min(700.0, self.slope * access - self.intercept)))
        )
