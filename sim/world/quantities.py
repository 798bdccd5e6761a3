"""What a scalar parameter is made of: a central value, its unit and range, meaning and source."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final, NamedTuple, TypedDict

GUESS: Final = "expert guess"


# A word of four letters or more, and no part of an id of evidence, a file or an address.
_WORD: Final = re.compile(r"(?<![\w/.:-])[a-z]{4,}(?![\w/:-])")


def has_words(source: str) -> bool:
    """Whether a source says something in words, beside ids of evidence, files and addresses."""
    return _WORD.search(source) is not None


FINLAND: Final = "finland-2023"  # the case that owns defaults which its evidence gave
TRANSIT: Final = "transit"  # marks what describes the transit side: drawn or given, never searched


class ParameterFacts(TypedDict):
    """What a reader needs to know of a parameter; ``actor`` is empty, or :data:`TRANSIT`.

    ``acts_on`` is how the ids of the only indicators begin that it can move; empty for any.
    ``case`` is the name of the scenario whose evidence gave the default; empty where it is no
    case's. Other scenarios borrow that value until they give their own.
    """

    unit: str
    meaning: str
    low: float
    high: float
    source: str
    actor: str
    case: str
    acts_on: tuple[str, ...]


class Quantity(NamedTuple):
    """A central value, its unit (``1`` for a pure number), and the range that may be given."""

    central: float
    unit: str
    low: float
    high: float

    def means(self, meaning: str, source: str = GUESS, *, actor: str = "", case: str = "") -> float:
        """A field of :class:`~sim.world.parameters.Parameters` with this quantity."""
        _, unit, low, high = self
        facts = {"unit": unit, "meaning": meaning, "low": low, "high": high, "source": source}
        return field(default=self.central, metadata={**facts, "actor": actor, "case": case})


def number(central: float, low: float, high: float) -> Quantity:
    """A pure number."""
    return Quantity(central, "1", low, high)


def euros(central: float, low: float, high: float) -> Quantity:
    """An amount of money."""
    return Quantity(central, "EUR", low, high)


def share(central: float) -> Quantity:
    """A share, chance or weight between 0 and 1."""
    return number(central, 0.0, 1.0)


def log_odds(central: float) -> Quantity:
    """A term of the log-odds with which something is done on a day."""
    return number(central, -20.0, 20.0)
