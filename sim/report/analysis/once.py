"""What several parts of a page ask of the same results is computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final, TypeVar, cast

from sim.text.catalogue import current_language

if TYPE_CHECKING:
    from sim.results.store import StoredResults

T = TypeVar("T")
KEPT: Final = "_computed"  # beside the fields of the results: it lives and dies with them


def once(function: Callable[[StoredResults], T]) -> Callable[[StoredResults], T]:
    """A function that keeps its answer for each results and language; nobody may change it."""

    @wraps(function)
    def kept(results: StoredResults) -> T:
        answers = results.__dict__.setdefault(KEPT, {})
        key = function, current_language()
        if key not in answers:
            answers[key] = function(results)
        return cast("T", answers[key])

    return kept
