"""Runs of a calibration, round by round: kept on disk, and shared out where several machines work.

The prior and every sweep of the sampler is a round, whose points are known once the round before
is whole. So a part of a calibration makes its share of the first round that is not, and waits for
nobody: where the others' shares are not there yet, it says so and ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import ResultsError
from sim.study.partial_results import PARTIAL, PartialResults
from sim.study.parts import Part


@dataclass(frozen=True)
class Division:
    """How the runs of a calibration are shared out.

    Attributes:
        part: which share is made; all of it if None.
        folders: where other parts may have left some, if not in the same folder.
    """

    part: Part | None = None
    folders: tuple[Path, ...] = ()


WHOLE = Division()


@dataclass(frozen=True)
class PartOfRound:
    """What a part of a calibration leaves.

    Attributes:
        part: which part.
        number: number of the round that it made its share of; the prior is 0, a sweep 1 and more.
        runs: how many runs of it are its share.
        of: how many runs the round has.
        missing: how many of these are not there yet.
        place: where they are kept.
    """

    part: Part
    number: int
    runs: int
    of: int
    missing: int
    place: Path

    @property
    def name(self) -> str:
        """Which round it is, in words."""
        return f"sweep {self.number}" if self.number else "the prior"


class RoundIncompleteError(Exception):
    """Others have not made their shares of a round yet; a part ends with it.

    Attributes:
        left: what the part leaves.
    """

    def __init__(self, left: PartOfRound) -> None:
        """Say what is left."""
        super().__init__(f"{left.missing} runs of {left.name} are missing")
        self.left = left


@dataclass(frozen=True)
class Places:
    """Where finished runs of a calibration are.

    Attributes:
        folder: of the posterior, beside which they are kept.
        calibration: id of the calibration.
        division: where else some may be.
    """

    folder: Path
    calibration: str
    division: Division

    def of_round(self, first: int) -> PartialResults:
        """Finished runs of a round, by the number of its first run; those of others taken in."""
        name = f"{self.calibration}-{first}"
        partial = PartialResults(self.folder, name)
        for folder in self.division.folders:
            for place in places_of_partial_results(folder):
                if place.name.endswith(f"{name}{PARTIAL}") and any(place.glob("runs-*")):
                    partial.take_from(place)
        return partial

    def notices(self) -> Sequence[str]:
        """What there is to say of the other folders.

        Raises:
            ResultsError: if one holds nothing that a part leaves.
        """
        return [_notice(folder, self.calibration) for folder in self.division.folders]


def places_of_partial_results(folder: Path) -> list[Path]:
    """Places of finished runs: a folder itself, those in it, and those beside it of its name."""
    whole = folder.absolute()
    found = [whole, *whole.glob(f"*{PARTIAL}")]
    found += whole.parent.glob(f".{whole.name}.*{PARTIAL}")
    return sorted({each for each in found if each.name.endswith(PARTIAL) and each.is_dir()})


def _notice(folder: Path, calibration: str) -> str:
    places = places_of_partial_results(folder)
    if not places:
        raise ResultsError(
            f"{folder}: no part of a calibration is there; name the folder that --part was given "
            "with --out, or one that holds what it left"
        )
    ours = sum(f".{calibration}-" in each.name for each in places)
    if not ours:
        return (
            f"{folder}: what is there is of another calibration (scenario, counts, code, seed or "
            "options differ) and left alone"
        )
    return f"{folder}: runs of {ours} rounds"
