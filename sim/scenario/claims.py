"""The register of contested claims: who says what, who disputes it, and what it would move.

A claims file is read as a scenario file is (``sim.scenario.document``), so that every problem is
reported with its line, and one register may extend another. Its claims are a list with ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import MinLen

from sim.scenario.checking import Checks, keys_within
from sim.scenario.document import read_document
from sim.scenario.records import Claim
from sim.world.fields import Record


@dataclass(frozen=True, kw_only=True)
class _ClaimsFile(Record):
    format_version: Literal[1]
    claims: Annotated[tuple[Claim, ...], MinLen(1)]


@dataclass(frozen=True)
class Register:
    """Claims as they were read.

    Attributes:
        claims: in the file's order.
        files: every file that was read; results are stored under what these say.
    """

    claims: tuple[Claim, ...]
    files: tuple[Path, ...]


def read_claims(path: Path) -> Register:
    """Read and check a register of claims.

    Raises:
        ScenarioError: with every problem found, each with file, line and column.
    """
    document = read_document(path)
    checks = Checks(document, lambda: keys_within([_ClaimsFile]))
    return Register(checks.parse(_ClaimsFile, document.data).claims, document.files)
