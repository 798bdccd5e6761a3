"""A share of a study's runs, as clusters make them: each job a part, then all put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
