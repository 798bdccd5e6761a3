"""How many runs a worker is given at a time: about so much work as is worth a message.

Too little, and messages and files cost more than the runs; too much, and at the end some workers
are idle while others still have much to do. Nothing of it shows in results: every run is the same
whatever it is given out with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_RUNS: Final = 512  # at a time, however short they are
AHEAD: Final = 2  # parcels into which a worker's even share of what is left is divided at least


@dataclass
class Pacing:
    """Sizes of parcels, from how long runs have taken so far.

    Attributes:
        places: how many parcels are worked on at a time.
        target_s: how long a parcel should take, s.
        run_s: how long a run takes, by the latest parcels, s; None before the first.
    """

    places: int
    target_s: float
    run_s: float | None = None

    def note(self, runs: int, seconds: float) -> None:
        """Learn from a parcel; the latest counts half, since a worker's first run loads much."""
        latest = seconds / runs
        self.run_s = latest if self.run_s is None else (self.run_s + latest) / 2.0

    def size(self, left: int) -> int:
        """How many of the runs that are left make the next parcel; one until a pace is known."""
        if self.run_s is None:
            return 1
        wanted = int(self.target_s / self.run_s) if self.run_s > 0.0 else MOST_RUNS
        fair = -(-left // (AHEAD * self.places))
        return max(1, min(wanted, fair, MOST_RUNS))
