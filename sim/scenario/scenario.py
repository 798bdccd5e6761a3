"""A checked scenario: the world and everything that is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from sim.hypotheses import Hypothesis
from sim.policies import Policy
from sim.world.world import World


@dataclass(frozen=True)
class NamedPolicy:
    """A policy of the scenario, under its name."""

    id: str
    label: str
    summary: str
    source: str
    rule: Policy


@dataclass(frozen=True)
class NamedHypothesis:
    """A hypothesis about the transit side, its prior weight and its source."""

    id: str
    label: str
    summary: str
    source: str
    weight: float
    rule: Hypothesis


@dataclass(frozen=True)
class Uncertainty:
    """A parameter that each world draws anew: two-piece uniform, the central value its median."""

    parameter: str
    low: float
    central: float
    high: float
    scale: Literal["linear", "log"]
    source: str


@dataclass(frozen=True)
class Assumption:
    """A number of the model, with where it comes from."""

    key: str
    value: float | str
    unit: str
    low: float | None
    high: float | None
    source: str


@dataclass(frozen=True)
class Observation:
    """One observed daily count; None where a bound or the count is unknown."""

    date: date
    crossing: str
    best: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario file, read and checked.

    Attributes:
        digest: content hash of everything that the results depend on.
        policies: by name, in the file's order.
        reference: name of the policy that others are compared with.
    """

    name: str
    title: str
    summary: str
    path: Path
    digest: str
    world: World
    policies: Mapping[str, NamedPolicy]
    reference: str
    hypotheses: Mapping[str, NamedHypothesis]
    uncertainties: tuple[Uncertainty, ...]
    assumptions: tuple[Assumption, ...]
    observed: tuple[Observation, ...]
    replicates: int
    seed: int
    limits: tuple[str, ...]
