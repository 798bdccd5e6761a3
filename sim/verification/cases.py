"""All cases of verification, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors import InputError, did_you_mean, quoted
from sim.verification import (
    choice_cases,
    cold_cases,
    conservation_cases,
    degenerate_cases,
    demand_cases,
    invariance_cases,
    path_cases,
    queue_cases,
    refinement_cases,
    rumour_cases,
)
from sim.verification.case import Case

_FILES = (
    choice_cases,
    cold_cases,
    conservation_cases,
    degenerate_cases,
    demand_cases,
    invariance_cases,
    path_cases,
    queue_cases,
    refinement_cases,
    rumour_cases,
)
CASES = {
    case.id: case
    for case in sorted(
        (case for file in _FILES for case in file.CASES), key=lambda case: int(case.id[1:])
    )
}


def chosen_cases(names: Sequence[str]) -> list[Case]:
    """Cases by their numbers, in any spelling of the V; all if none is named.

    Raises:
        InputError: if there is no such case.
    """
    wanted = [name.upper() for name in names]
    for given, name in zip(names, wanted, strict=True):
        if name not in CASES:
            hint = did_you_mean(name, list(CASES)) or ""
            raise InputError(
                f"there is no case {quoted(given)} {hint}; cases are {', '.join(CASES)}"
            )
    return [CASES[name] for name in dict.fromkeys(wanted)] if wanted else list(CASES.values())
