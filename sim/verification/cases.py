"""All cases of verification, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors import InputError, did_you_mean, quoted
from sim.verification import (
    choice,
    cold,
    conservation,
    degenerate,
    demand,
    invariance,
    paths,
    queues,
    refinement,
    rumours,
)
from sim.verification.case import Case

_ROOMS = (
    queues, paths, choice, demand, rumours, conservation, invariance, refinement, cold, degenerate
)  # fmt: skip
CASES = {
    case.id: case
    for case in sorted(
        (case for room in _ROOMS for case in room.CASES), key=lambda case: int(case.id[1:])
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
