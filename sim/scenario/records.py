"""What a checked scenario holds beside its world: named rules, ranges, counts and claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import MinLen

from sim.errors import Problem
from sim.hypotheses import GateStep, Hypothesis, Response
from sim.policies import Policy
from sim.policies.composition import Joined
from sim.policies.oversight import Oversight
from sim.scenario.nodes import Plain
from sim.world.fields import Record
from sim.world.world import World

Text = Annotated[str, MinLen(1)]


@dataclass(frozen=True)
class Named:
    """A rule of the scenario, under its name, with its words and where it is from."""

    id: str
    label: str
    summary: str
    source: str


@dataclass(frozen=True)
class NamedPolicy(Named):
    """A policy of the scenario, under its name.

    Attributes:
        concession: whether it gives the transit side something it asks for, by the file (Q6).
    """

    rule: Policy | Joined
    concession: bool = False


@dataclass(frozen=True)
class NamedHypothesis(Named):
    """A hypothesis about the transit side, its prior weight and its source."""

    weight: float
    rule: Hypothesis


@dataclass(frozen=True)
class NamedResponse(Named):
    """A response rule of the transit side, its prior weight, its source and its hypotheses.

    Attributes:
        hypotheses: ids of the hypotheses with which it may be drawn.
    """

    weight: float
    hypotheses: tuple[str, ...]
    rule: Response


@dataclass(frozen=True)
class NamedControl(Named):
    """A control that the transit side may have had at its gates, and the chance that it had.

    Attributes:
        hypotheses: ids of the hypotheses with which it may be drawn.
    """

    chance: float
    hypotheses: tuple[str, ...]
    steps: tuple[GateStep, ...]

    @property
    def draw_name(self) -> str:
        """What is drawn of it in results: 1 where there is one, else 0."""
        return f"controls.{self.id}"


@dataclass(frozen=True)
class Uncertainty:
    """A parameter or a key that is drawn.

    Two-piece uniform on its scale, with the central value as its median; on the scale ``switch``
    the central value is the chance of 1, and 0 is drawn otherwise.
    """

    parameter: str
    low: float
    central: float
    high: float
    scale: Literal["linear", "log", "switch"]
    source: str


@dataclass(frozen=True)
class Assumption:
    """A number of the model, with where it comes from.

    ``acts_on`` is how the ids of the only indicators begin that it can move; empty for any.
    ``borrowed_from`` is the case whose default it is, where the scenario gives no value of its own.
    """

    key: str
    value: float | str
    unit: str
    low: float | None
    high: float | None
    source: str
    acts_on: tuple[str, ...] = ()
    borrowed_from: str = ""


@dataclass(frozen=True)
class Observation:
    """What was counted at a place over a period; None where a bound or the count is unknown.

    Attributes:
        period_start: first day of the period, by the place's own clock; of a stock its last one.
        period_end: last day of it; the same for a day.
        place: id of a crossing, an area, a segment, a neighbour or a hub, or ``total``, of the
            whole border.
        series: what was counted (:data:`sim.scenario.observed_series.OBSERVED`).
        origin: id of an origin, or empty for everybody.
        count: people; at the end of the last day for a stock.
        low: least that the source allows.
        high: most that it allows.
        source: where that is recorded.
        line: line of the table.
    """

    period_start: date
    period_end: date
    place: str
    series: str
    origin: str
    count: float | None
    low: float | None
    high: float | None
    source: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Area:
    """Crossings of which people were counted together.

    Attributes:
        id: its id, as counts name it.
        name: what it is called.
        crossings: ids of its crossings.
    """

    id: str
    name: str
    crossings: tuple[str, ...]


@dataclass(frozen=True)
class CountedPeople:
    """People of a series at some places over some days, as a mean a day.

    Attributes:
        places: ids; none for the whole border.
    """

    series: str
    places: tuple[str, ...]
    first: date
    last: date


@dataclass(frozen=True)
class Expected:
    """What was seen and the model must be able to show.

    Attributes:
        people: people a day.
        over: what they are divided by, or None.
        observed: what was counted.
        at_least: number that must be reached in ``in_share`` of the states of the world; None where
            what was counted must be among the middle 90 % of them.
    """

    id: str
    name: str
    people: CountedPeople
    over: CountedPeople | None
    observed: float
    at_least: float | None
    in_share: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Statement(Record):
    """Who says or disputes something, when, and where that is recorded.

    Attributes:
        who: a person, a side or a body; or what speaks for it, such as counts.
        when: a day or a period, ``not recorded`` where nobody wrote it down.
        source: ids of evidence or addresses, joined by `` ; ``.
    """

    who: Text
    when: Text
    source: Text


@dataclass(frozen=True, kw_only=True)
class Claim(Record):
    """A contested claim about the case: no side of it is taken.

    Attributes:
        claim: what is claimed, in one sentence.
        status: ``partly documented`` where evidence shows a part of it; ``contested`` where sides
            contradict each other; ``unverified`` where nothing was found but the claim.
        moves: settings of a scenario that it would move if it were true; none where the model has
            nothing for it yet.
        note: how to read it.
    """

    id: Text
    claim: Text
    said_by: Annotated[tuple[Statement, ...], MinLen(1)]
    disputed_by: tuple[Statement, ...] = ()
    status: Literal["contested", "unverified", "partly documented"]
    moves: tuple[Text, ...]
    note: Text


@dataclass(frozen=True, kw_only=True)
class LegalPosition(Statement):
    """What a body holds the law to be; reported, not judged.

    Attributes:
        position: what it holds, in one sentence.
    """

    position: Text


@dataclass(frozen=True, kw_only=True)
class ScenarioRecord:
    """Everything that a scenario file says, read and checked.

    Attributes:
        digest: content hash of everything that the results depend on.
        keys: every value of the file as it was read, by its dotted path; with what it extends,
            overrides and ``--set``.
        files: SHA-256 of every table and register that it reads, by the path of the key that names
            it.
        policies: by name, in the file's order.
        reference: name of the policy that others are compared with.
        responses: response rules of the transit side by name; none where it does not respond.
        controls: what the transit side may have done at its gates besides, by name.
        oversight: how restrictive decisions are reviewed, or None.
        areas: crossings that were counted together in what was observed.
        expected: what was seen and the model must be able to show.
        claims: the register of contested claims that the scenario names, or none.
        translations: by language, what the catalogues beside the file say for texts of it.
        legal_positions: what courts, overseers and others hold the law to be.
        warnings: what is probably not meant as it is written, each with its place; no problems.
        posterior: the folder of the posterior from which states of the world are drawn unless the
            prior is asked for, or None.
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
    responses: Mapping[str, NamedResponse] = field(default_factory=dict)
    controls: Mapping[str, NamedControl] = field(default_factory=dict)
    oversight: Oversight | None = None
    areas: tuple[Area, ...] = ()
    expected: tuple[Expected, ...] = ()
    claims: tuple[Claim, ...] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    legal_positions: tuple[LegalPosition, ...] = ()
    warnings: tuple[Problem, ...] = ()
    posterior: Path | None = None
    replicates: int
    runs_per_state: int | None = None
    seed: int
    limits: tuple[str, ...]
    keys: Mapping[str, Plain] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def borrowed(self) -> Mapping[str, tuple[str, ...]]:
        """By case, the parameters whose defaults are that case's, and not given here."""
        cases = dict.fromkeys(e.borrowed_from for e in self.assumptions if e.borrowed_from)
        return {
            case: tuple(each.key for each in self.assumptions if each.borrowed_from == case)
            for case in cases
        }
