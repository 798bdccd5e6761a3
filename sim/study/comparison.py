"""A finished study: what its tables are made of.

Every policy meets the same states of the world, and in each the same runs: the same hypothesis, the
same parameters, and in runs of the same number the same people with the same random numbers. So a
difference between two policies in such a run is due to the policies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from sim.results.tables import TABLES
from sim.scenario.scenario import Scenario
from sim.study.learning import learn
from sim.study.replication import Replication, Study
from sim.study.states import StateOfWorld


@dataclass(frozen=True)
class FinishedComparison:
    """Every run of every policy in every state of the world.

    Attributes:
        study: what was run.
        runs: in order of state of the world, replicate and policy.
    """

    study: Study
    runs: Sequence[Replication]

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.study.options.scenario

    @property
    def policies(self) -> tuple[str, ...]:
        """Ids of the policies, in order."""
        return self.study.options.policies

    @cached_property
    def states(self) -> tuple[StateOfWorld, ...]:
        """Every state of the world."""
        return tuple(map(self.study.state, range(self.study.options.replicates)))

    @property
    def learned(self) -> pl.DataFrame:
        """What the study teaches."""
        return learn(self.study, self.runs)

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        """Every table that is not made of others, by name."""
        return {name: table.frame(self) for name, table in TABLES.items() if not table.of_tables}
