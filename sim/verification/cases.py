"""All cases of verification, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sim.errors import InputError, did_you_mean, quoted
from sim.verification.case import Case

# Every file of this room whose name ends so holds cases: adding one is adding a file.
_FILES = tuple(
    import_module(f"{__package__}.{file.name}")
    for file in iter_modules([str(Path(__file__).parent)])
    if file.name.endswith("_cases")
)
CASES: dict[str, Case] = {
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
