"""A share of a study's runs, as clusters make them: each job a part, then all put together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.calibration.rounds import PartOfRound
    from sim.scenario.scenario import Scenario


def make_part(
    scenario: Scenario, part: str, policies: Sequence[str] | None = None, **options: Any
) -> Path:
    """Make a share of the runs of a comparison and keep them; returns where they are.

    Parts may be made in any order, at the same time, on any machine with the same versions, into
    one results folder or several. :func:`compare` with the same arguments then puts them together,
    and makes what is missing: the same bytes as if it had made all of them.

    Args:
        scenario: the scenario.
        part: which share, as ``2/8`` for the second of eight.
        policies: ids of policies; all if None.
        options: those of :func:`compare`, but for ``command``, ``parts`` and ``executor``.

    Raises:
        InputError: if a policy does not exist, or there is no such part.
        ResultsError: if the folder holds something else, or cannot be one.
        BusyError: if the study is just being put together there.
        WorkInterrupted: on an interrupt from the keyboard; it says what is kept.
    """
    from sim.study.options import study_options  # deferred: they load the engine
    from sim.study.parts import parse_part
    from sim.study.run import run_part

    progress, notice = options.pop("progress", None), options.pop("notice", None)
    asked = study_options(scenario, policies, **options)
    return run_part(asked, parse_part(part), progress=progress, notice=notice).place


def make_calibration_part(
    scenario: Scenario,
    until: date,
    part: str,
    *,
    parts: Sequence[str | Path] = (),
    runs: int | None = None,
    particles: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    **options: Any,
) -> PartOfRound | None:
    """Make a share of the runs of a calibration that can be made now, and keep them.

    The prior, and then each sweep, is a round that can begin when the one before is whole. A part
    makes its share of the first round that is not. :func:`sim.calibrate` with the same arguments
    puts everything together and makes what is missing: the same bytes as if it had made it all.

    Args:
        scenario: the scenario.
        until: last day whose counts are looked at.
        part: which share, as ``2/8`` for the second of eight.
        parts: folders where others were at work, if not in the same one.
        runs: of the model, at most; 100,000 if None.
        particles: points of the posterior; by the runs if None.
        seed: seed of all random numbers; the scenario's if None.
        workers: processes.
        options: ``observed``, ``policy``, ``free``, ``adjust``, ``transfer`` and ``out`` of
            :func:`sim.calibrate`.

    Returns:
        What is left of the round; None where nothing is left to make.

    Raises:
        InputError: if there is no such part, or there are no counts.
        ResultsError: if a folder holds something else.
        BusyError: if the calibration is just being put together there.
        WorkInterrupted: on an interrupt from the keyboard.
    """
    from sim.calibration.calibrate import run_calibration_part  # deferred: they load the engine
    from sim.calibration.calibration_options import Effort, calibration_options
    from sim.calibration.rounds import Division
    from sim.study.parts import parse_part

    effort = Effort(runs=runs, particles=particles, seed=seed, workers=workers)
    asked = calibration_options(scenario, until, effort, **options)
    return run_calibration_part(asked, Division(parse_part(part), tuple(map(Path, parts))))
