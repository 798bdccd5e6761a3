"""What an indicator is: one number of a run, or one of each person that a run sums or averages.

Indicators of people can be broken down by class of person (:mod:`sim.outcomes.person_classes`);
those of a whole run cannot. A mean, a share or a quantile of nobody has no value (nan, and an empty
cell in results); a sum or a count of nobody is 0. "Direction" says which way is better where that
can be said: fewer arrivals is never better by itself.
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


# Indicators of access itself, and of travellers with papers: keeping people away improves none of
# them. It can improve all others.
NOT_EASED: Final = frozenset(
    [
        *("R4_24h", "R4_72h", "R4_72h_presented", "R4_without_access"),
        *("R4_deterred", "R4_carriers", "R4_followers", "R5", "R13", "R14", "K5"),
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

    @property
    def function(self) -> Callable[..., object]:
        """The function that was entered."""
        return self.of_people or self.compute

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

    def __post_init__(self) -> None:
        _TABLES[self.family] = self

    def of_run(
        self, id: str, name: str, unit: str, direction: Direction, *, headline: bool = False
    ) -> Callable[[OfRun], OfRun]:
        """Enter a function from a run to a number."""

        def enter(compute: OfRun) -> OfRun:
            self._enter(
                Indicator(
                    id, name, _definition(compute), unit, direction, self.family, compute, headline
                )
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
                    lambda run: statistic.of(values(run)),
                    headline,
                    values,
                    statistic,
                )
            )
            return values

        return enter

    def _enter(self, new: Indicator) -> None:
        tables = {**_TABLES, self.family: self}
        for old in filter(None, (table.rows.get(new.id) for table in tables.values())):
            if not redefines(new.function, old.function):
                raise ValueError(f"there is already an indicator {new.id!r}")
        self.rows[new.id] = new
        note_entry("indicator", new.id, new.function)


_TABLES: Final[dict[Family, FamilyTable]] = {}


def _definition(function: Callable[..., object]) -> str:
    """The docstring as plain text, which tables and reports show."""
    return " ".join(docstring(function).replace("``", "").split())
