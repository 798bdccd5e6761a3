"""Shares of a study's work for several machines: ``--part 2/8`` is the second of eight.

The units of work are runs, each known by what decides it: the run id (a hash of scenario, code,
seed and options) and its number. A part takes those that follow each other in its eighth of them
all; what parts leave, in any order, is no more than a set of finished runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sim.errors import InputError, quoted

MOST_PARTS: Final = 100_000
_FORM: Final = re.compile(r"(\d{1,6})/(\d{1,6})")
Unit = TypeVar("Unit")


@dataclass(frozen=True)
class Part:
    """A share of work.

    Attributes:
        number: which one it is, from 1.
        of: how many there are.
    """

    number: int
    of: int

    def share(self, units: Sequence[Unit]) -> Sequence[Unit]:
        """The units that are this part's, of all units in their fixed order; each is in one part.

        Args:
            units: everything that is to be done, the same in every part.
        """
        first, end = (len(units) * k // self.of for k in (self.number - 1, self.number))
        return units[first:end]

    def __str__(self) -> str:
        return f"part {self.number} of {self.of}"


def parse_part(text: str) -> Part:
    """A part as the command line has it.

    Raises:
        InputError: if it is none.
    """
    form = _FORM.fullmatch(text.strip())
    part = Part(int(form[1]), int(form[2])) if form else Part(0, 0)
    if not 1 <= part.number <= part.of <= MOST_PARTS:
        raise InputError(
            f"--part {quoted(text)} is no part; give its number, from 1, and how many there are, "
            "as 2/8"
        )
    return part
