"""One lively run whose results are the same everywhere; prints its digests.

Run as ``python -m tests.promises.reference_run [HOURS]``: HOURS is the length of the chunks in
which the run is advanced, 0 for the whole at once.
"""

from __future__ import annotations

import json
import sys

from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.full_world import reference_model

# Libraries of mathematics may differ in the last digits; a millionth of an hour is far above that.
DECIMALS = 6


def digests(run: BorderModel) -> dict[str, str | int]:
    """The results, to the last bit and to six decimals, and some counts for orientation."""
    return {
        "exact": small_worlds.digest(run),
        "rounded": small_worlds.digest(run, decimals=DECIMALS),
        "persons": int(run.engine.status["persons"][0]),
        "events": int(run.engine.status["events"][0]),
        "orders": len(run.actor.orders),
    }


def main() -> None:
    """Print the digests as JSON."""
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    found = digests(small_worlds.advance_in_chunks(reference_model(), hours))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
