"""What a verification case is: exact values, and what the real engine finds for them.

A statistical finding agrees if the exact value is in its 99 % interval. Of a hundred findings one
would miss it by chance alone, so what misses is tested again with another seed and four times
as many replicates, and differs only if it misses again: a right engine fails a finding once in ten
thousand times. A finding without random numbers agrees to a stated tolerance, 1e-9 unless said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sim.model import BorderModel
from sim.model.blueprint import Blueprint
from sim.model.table_room import Capacity
from sim.verification import small_worlds
from sim.verification.reference_statistics import REPLICATES, interval_of_mean
from sim.world.world import World

TOLERANCE = 1e-9
RETEST = 4  # times as many replicates
RETEST_STREAMS = 1_000_003  # added to the seed for it
OTHER_CASE = 1_009  # times the number of a case: no two share random numbers
ROOMY = Capacity(groups=1 << 16, persons=1 << 16, events=1 << 17)

Runner = Callable[[BorderModel], BorderModel]


class Verdict(StrEnum):
    """What comes of a comparison."""

    AGREES = "agrees"
    RETEST = "agrees on retest"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Finding:
    """One quantity: what theory says and what the engine gives.

    Attributes:
        quantity: what is compared.
        unit: its unit.
        exact: the value by theory.
        simulated: the value by the engine.
        half_width: of its 99 % interval; the tolerance where no random numbers are involved.
        by_chance: whether random numbers are involved.
        retest: whether this comes from the retest.
    """

    quantity: str
    unit: str
    exact: float
    simulated: float
    half_width: float
    by_chance: bool
    retest: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the exact value is in the interval; nothing agrees with nan."""
        return abs(self.simulated - self.exact) <= self.half_width

    @property
    def verdict(self) -> Verdict:
        """The verdict in a word."""
        if not self.agrees:
            return Verdict.DIFFERS
        return Verdict.RETEST if self.retest else Verdict.AGREES


def by_chance(quantity: str, unit: str, exact: float, values: Sequence[float]) -> Finding:
    """A mean over independent replicates."""
    found = interval_of_mean(values)
    return Finding(quantity, unit, exact, found.mean, found.half_width, by_chance=True)


def for_certain(
    quantity: str, unit: str, exact: float, found: float, *, tolerance: float = TOLERANCE
) -> Finding:
    """A value without random numbers; ``tolerance`` is relative to values above 1."""
    allowed = tolerance * max(1.0, abs(exact))
    return Finding(quantity, unit, exact, float(found), allowed, by_chance=False)


@dataclass(frozen=True)
class Trial:
    """How a case is tried.

    Attributes:
        seed: of all random numbers.
        replicates: independent runs of each world.
        run: what carries a model to its end; tests of power inject faults here.
    """

    seed: int = 1
    replicates: int = REPLICATES
    run: Runner = BorderModel.run

    def models(
        self, where: World, policy: small_worlds.AnyPolicy = None, *, each: int = 1, **options: Any
    ) -> Iterator[BorderModel]:
        """Replications of a world before their first event, ``each`` for every replicate asked."""
        blueprint = Blueprint(where)
        for number in range(each * self.replicates):
            model = small_worlds.model(blueprint, policy, seed=self.seed, number=number, **options)
            yield model
            model.release()
            del model.engine, model.handle  # Mesa's cycles keep a model until the next collection

    def runs(
        self, where: World, policy: small_worlds.AnyPolicy = None, **options: Any
    ) -> Iterator[BorderModel]:
        """Replications of a world at their end."""
        return map(self.run, self.models(where, policy, **options))

    def one(
        self, where: World, policy: small_worlds.AnyPolicy = None, **options: Any
    ) -> BorderModel:
        """The first replicate at its end."""
        return self.run(small_worlds.model(where, policy, seed=self.seed, **options))


@dataclass(frozen=True)
class Case:
    """One case of verification.

    Attributes:
        id: its number in the model's list, as ``V3``.
        name: what it is about.
        theory: where the exact values come from.
        examine: runs the engine and compares.
    """

    id: str
    name: str
    theory: str
    examine: Callable[[Trial], Sequence[Finding]]


@dataclass(frozen=True)
class Verified:
    """A case and what was found.

    Attributes:
        case: the case.
        findings: one for each quantity.
    """

    case: Case
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything agrees."""
        return all(finding.agrees for finding in self.findings)


def verify(case: Case, trial: Trial) -> Verified:
    """Try a case, and retest what misses by chance."""
    own = replace(trial, seed=trial.seed + OTHER_CASE * int(case.id.removeprefix("V")))
    found = tuple(case.examine(own))
    if all(each.agrees or not each.by_chance for each in found):
        return Verified(case, found)
    closer = replace(own, seed=own.seed + RETEST_STREAMS, replicates=RETEST * trial.replicates)
    return Verified(
        case,
        tuple(
            one if one.agrees or not one.by_chance else replace(other, retest=True)
            for one, other in zip(found, case.examine(closer), strict=True)
        ),
    )
