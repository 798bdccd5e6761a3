"""A plugin: a policy and an indicator of one's own, in a file that is no part of rajasim.

Use it from anywhere: ``rajasim compare my.yaml --plugin examples/plugin_policy.py``, where a policy
of ``my.yaml`` has ``type: reinforcement``; or ``load_plugin("examples/plugin_policy.py")``.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Gt, MinLen

from sim.outcomes import rights
from sim.outcomes.indicator import Direction
from sim.outcomes.run_record import RunRecord
from sim.policies import Action, Daily, Observation, Once, Order, policy
from sim.units import Unit
from sim.world.network import CrossingId


@policy
@dataclass(frozen=True, kw_only=True)
class Reinforcement:
    """Bring more officers to a crossing after a busy day.

    Attributes:
        crossings: where.
        above: a day is busy with more reported arrivals than this.
        officers: how many come.
        stay_d: for how many days.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    above: Annotated[float, Gt(0)]
    officers: Annotated[int, Gt(0)]
    stay_d: Annotated[float, Gt(0), Unit("d")] = 3.0

    type: ClassVar[str] = "reinforcement"
    clock: ClassVar[Once | Daily] = Daily()

    def decide(self, observation: Observation) -> list[Order]:
        """Officers for every crossing that was busy on the last day that is known."""
        if not len(observation.reported_arrivals):
            return []
        newest = observation.reported_arrivals[-1]
        known = dict(zip(observation.crossings, newest, strict=True))
        busy = tuple(name for name in self.crossings if known[name] > self.above)
        if not busy:
            return []
        return [
            Order(
                action=Action.ADD_OFFICERS,
                crossings=busy,
                announced_h=observation.now_h,
                effective_h=observation.now_h,
                until_h=observation.now_h + 24.0 * self.stay_d,
                value=float(self.officers),
            )
        ]


@rights.TABLE.of_run("over_a_day", "Waits of more than a day", "persons", Direction.LESS)
def over_a_day(run: RunRecord) -> float:
    """People who waited more than 24 hours from presenting themselves to being registered."""
    return float((run.registration_wait_h > 24.0).sum())
