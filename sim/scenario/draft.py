"""A scenario file after the first stage: every part has the right form, and its names are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from sim.hypotheses import registered_hypotheses, registered_responses
from sim.policies import registered_policies
from sim.scenario.checking import Checks, keys_within
from sim.scenario.document import read_document
from sim.scenario.schema import ScenarioFile
from sim.world.network import (
    Crossing,
    Hub,
    Neighbour,
    NetworkParts,
    Place,
    ReceivingState,
    Road,
    Segment,
)
from sim.world.origins import Origin

KnownIds: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Draft:
    """The parsed file, and the checks that gather what is wrong with it.

    Attributes:
        checks: problems found so far.
        file: the parsed file.
    """

    checks: Checks
    file: ScenarioFile

    @cached_property
    def ids(self) -> KnownIds:
        """Ids of the file by what they name, for references to them."""
        return known_ids(self.file, self.file.demand.origins, self.file.policies)


def read_draft(path: Path, assignments: Sequence[str]) -> Draft:
    """Read a scenario file and check the form of every part.

    Raises:
        ScenarioError: with every problem found, each with file, line and column.
    """
    document = read_document(path, assignments=assignments)
    checks = Checks(document, _known_keys)
    return Draft(checks, checks.parse(ScenarioFile, document.data))


def _known_keys() -> frozenset[str]:
    """Every key that may be in a scenario file."""
    places = (Hub, Crossing, Neighbour, Segment, Road)
    kinds = (registered_policies(), registered_hypotheses(), registered_responses())
    rules = (rule for each in kinds for rule in each.values())
    return keys_within((*places, ScenarioFile, *rules)) | {"with"}


def known_ids(
    network: NetworkParts, origins: Iterable[Origin], policies: Iterable[str]
) -> KnownIds:
    """Ids by the kinds that :class:`~sim.world.network.Refers` marks."""
    named: Mapping[str, Iterable[Place | Origin | ReceivingState]] = {
        "crossing": network.crossings,
        "hub": network.hubs,
        "neighbour": network.neighbours,
        "segment": network.segments,
        "origin": origins,
        "state": network.states,
    }
    ids = {kind: [each.id for each in records] for kind, records in named.items()}
    return {**ids, "gate": [*ids["crossing"], "default"], "policy": list(policies)}
