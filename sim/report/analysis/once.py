"""What several parts of a page ask of the same results is computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    from sim.results.store import StoredResults

T = TypeVar("T")
KEPT: Final = "_computed"  # beside the fields of the results: it lives and dies with them


def once(function: Callable[[StoredResults], T]) -> Callable[[StoredResults], T]:
    """A function of results that keeps its answer for each of them; nobody may change it."""

    @wraps(function)
    def kept(results: StoredResults) -> T:
        answers = results.__dict__.setdefault(KEPT, {})
        if function not in answers:
            answers[function] = function(results)
        return cast("T", answers[function])

    return kept
