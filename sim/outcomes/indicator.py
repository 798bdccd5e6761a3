"""What an indicator is: one number of a run, or one of each person that a run sums or averages.

Indicators of people can be broken down by class of person (:mod:`sim.outcomes.person_classes`);
those of a whole run cannot. A mean, a share or a quantile of nobody has no value (nan, and an empty
cell in results); a sum or a count of nobody is 0. An indicator of what the scenario leaves out of
the model (``needs``) has no value in any run: it is never 0. "Direction" says which way is better
where that can be said: fewer arrivals is never better by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.run_record import RunRecord
from sim.plugins.entries import note_entry, redefines
from sim.text.docstrings import docstring
from sim.world.modelled import Need


class Family(StrEnum):
    """What an indicator is about."""

    SECURITY = "security"
    RIGHTS = "rights"
    COST = "cost"
    COERCION = "coercion"


class Direction(StrEnum):
    """Which way is better."""

    LESS = "less"
    MORE = "more"
    NONE = "none"


class Statistic(StrEnum):
    """How values of people become one of many."""

    SUM = "sum"
    MEAN = "mean"

    def of(self, values: NDArray[np.float64]) -> float:
        """The sum or mean over people who count (not nan); where nobody does, 0 or nan."""
        counted = values[~np.isnan(values)]
        total = float(counted.sum())
        return total if self is Statistic.SUM else share_of(total, len(counted))


def share_of(total: float, many: float) -> float:
    """A total over so many, which may be nobody: then nan."""
    return total / many if many else math.nan


# Indicators of access among all who would claim, and of travellers with papers: keeping people away
# improves none of them. It can improve all others, shares of those who present themselves
# (R4_72h_presented) and of those whom crossings could serve (R5) too: queues are shorter.
NOT_EASED: Final = frozenset(
    [
        *("R4_24h", "R4_72h", "R4_without_access"),
        *("R4_deterred", "R4_carriers", "R4_followers", "R13", "R14", "K5"),
    ]
)

OfRun: TypeAlias = Callable[[RunRecord], float]
OfPeople: TypeAlias = Callable[[RunRecord], NDArray[np.float64]]


@dataclass(frozen=True)
class Indicator:
    """One row of the table of indicators.

    Attributes:
        id: short name in results files.
        name: name in tables.
        definition: what is counted.
        unit: its unit.
        direction: which way is better.
        family: what it is about.
        compute: from a finished run to the number.
        headline: whether it is in the first table.
        of_people: from a finished run to a value for each person, nan for those who do not count,
            shape (persons,); None for what only a whole run has.
        statistic: how those become one.
        needs: what a scenario must have for it to be modelled; nothing if None.
    """

    id: str
    name: str
    definition: str
    unit: str
    direction: Direction
    family: Family
    compute: OfRun
    headline: bool = False
    of_people: OfPeople | None = None
    statistic: Statistic = Statistic.SUM
    needs: Need | None = None

    @property
    def eased_by_exclusion(self) -> bool:
        """Whether it can improve because people are kept away."""
        return self.id not in NOT_EASED


@dataclass(frozen=True)
class FamilyTable:
    """The indicators of one family, in order; functions enter themselves by its decorators.

    The docstring of such a function is the indicator's definition. An id that is taken, in this
    family or another, raises ``ValueError``; a function of a notebook or a plugin takes the place
    of an earlier version of itself.
    """

    family: Family
    rows: dict[str, Indicator] = field(default_factory=dict)

    def of_run(
        self,
        id: str,
        name: str,
        unit: str,
        direction: Direction,
        *,
        headline: bool = False,
        needs: Need | None = None,
    ) -> Callable[[OfRun], OfRun]:
        """Enter a function from a run to a number."""

        def enter(compute: OfRun) -> OfRun:
            self._enter(
                Indicator(
                    id,
                    name,
                    _definition(compute),
                    unit,
                    direction,
                    self.family,
                    _where_modelled(compute, needs),
                    headline,
                    needs=needs,
                ),
                compute,
            )
            return compute

        return enter

    def of_people(
        self,
        id: str,
        name: str,
        unit: str,
        direction: Direction,
        statistic: Statistic,
        *,
        headline: bool = False,
        needs: Need | None = None,
    ) -> Callable[[OfPeople], OfPeople]:
        """Enter a function from a run to a value for each person."""

        def enter(values: OfPeople) -> OfPeople:
            self._enter(
                Indicator(
                    id,
                    name,
                    _definition(values),
                    unit,
                    direction,
                    self.family,
                    _where_modelled(lambda run: statistic.of(values(run)), needs),
                    headline,
                    _for_whom_modelled(values, needs),
                    statistic,
                    needs,
                ),
                values,
            )
            return values

        return enter

    def _enter(self, new: Indicator, function: Callable[..., object]) -> None:
        if new.id in ENTERED and not redefines(function, ENTERED[new.id]):
            raise ValueError(f"there is already an indicator {new.id!r}")
        self.rows[new.id], ENTERED[new.id] = new, function
        note_entry("indicator", new.id, function)


# The function that was entered under each id, before it heeds what is modelled.
ENTERED: Final[dict[str, Callable[..., object]]] = {}


def _where_modelled(compute: OfRun, needs: Need | None) -> OfRun:
    """The same function, without a value where a scenario leaves out what it needs."""
    if needs is None:
        return compute
    return lambda run: math.nan if needs in run.not_modelled else compute(run)


def _for_whom_modelled(values: OfPeople, needs: Need | None) -> OfPeople:
    """The same function, in which nobody counts where a scenario leaves out what it needs."""
    if needs is None:
        return values
    return lambda run: (
        np.full(len(run.persons), np.nan) if needs in run.not_modelled else values(run)
    )


def _definition(function: Callable[..., object]) -> str:
    """The docstring as plain text, which tables and reports show."""
    return " ".join(docstring(function).replace("``", "").split())
