"""Runs of a study, or some of them: what its tables are made of.

Every policy meets the same states of the world, and in each the same runs: the same hypothesis, the
same parameters, and in runs of the same number the same people with the same random numbers. So a
difference between two policies in such a run is due to the policies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from sim.results.assembly import GatheredRows
from sim.results.tables import TABLES
from sim.scenario.scenario import Scenario
from sim.study.learning import Learner
from sim.study.partial_results import PartialResults
from sim.study.replication import Replication, Study
from sim.study.states import StateOfWorld

AT_ONCE_BYTES: Final = 8 * 2**20  # of runs whose rows are made at a time: rows are ten times more


@dataclass(frozen=True)
class ComparedRuns:
    """Runs of policies in states of the world.

    Attributes:
        study: what was run.
        runs: in order of state of the world, replicate and policy.
        learner: has taken in all runs of the study, if what they teach is asked for.
    """

    study: Study
    runs: Sequence[Replication]
    learner: Learner | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.study.options.scenario

    @property
    def policies(self) -> tuple[str, ...]:
        """Ids of the policies, in order."""
        return self.study.options.policies

    @property
    def states(self) -> Iterator[StateOfWorld]:
        """Every state of the world of the study, one after another: ten thousand take 100 MB."""
        return map(self.study.state, range(self.study.options.replicates))

    @property
    def learned(self) -> pl.DataFrame:
        """What the study teaches."""
        learner = self.learner or Learner(self.study)
        return learner.frame


def gather(study: Study, partial: PartialResults, rows: GatheredRows) -> None:
    """Put the rows of all tables together that are not made of other tables.

    Args:
        study: what was run.
        partial: has all of its runs.
        rows: where rows are gathered.
    """
    learner = Learner(study)
    for chunk in partial.in_order(AT_ONCE_BYTES):
        learner.add(chunk)
        compared = ComparedRuns(study, chunk)
        for table in TABLES.values():
            if table.of_run:
                rows.add(table, table.frame(compared))
    whole = ComparedRuns(study, (), learner)
    for table in TABLES.values():
        if table.of_study:
            rows.add(table, table.frame(whole))
