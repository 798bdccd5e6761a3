"""Mutation testing of ``sim/engine`` and ``sim/outcomes``: ``make mutants``.

A mutant is killed when a small world (``tests/golden/small_worlds.py``) gives another result, or
fails, or does not end. Every mutant gets a process of its own, forked from one that has everything
loaded. What survives stands in the report; ``survivors.md`` explains each, or a new small world or
test kills it.

Run as ``python -m tests.mutation [--sample N] [--seed S] [--only PART] [--out FILE]``.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mutation.mutants import Mutant

SLOWER = 20.0  # than without mutation: taken for endless
PATIENCE_S = 5.0
ROOM_BYTES = 4 << 30
REPORT = Path(__file__).parent / "report.md"


class Fate(IntEnum):
    """What became of a mutant."""

    SURVIVED = 0
    OTHER_RESULT = 1
    FAULT = 2
    ENDLESS = 3


def main() -> int:
    """Try mutants and write the report."""
    arguments = _arguments()
    if os.environ.get("NUMBA_DISABLE_JIT") != "1":  # numba looks at it when it is imported
        sys.stderr.write("set NUMBA_DISABLE_JIT=1: compiled code cannot be mutated\n")
        return 2
    from tests.golden.small_worlds import fingerprints
    from tests.mutation.mutants import all_mutants

    began = time.perf_counter()
    expected = dict(fingerprints())
    whole_s = time.perf_counter() - began
    mutants = [each for each in all_mutants() if arguments.only in str(each)]
    chosen = mutants
    if arguments.sample and arguments.sample < len(mutants):
        chosen = Random(arguments.seed).sample(mutants, arguments.sample)  # noqa: S311

    def try_out(mutant: Mutant) -> Fate:
        """In a process of its own: put the mutant in place and see what the worlds give."""
        resource.setrlimit(resource.RLIMIT_AS, (ROOM_BYTES, ROOM_BYTES))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # an endless mutant ends by it
        try:
            mutant.put_in_place()
            signal.setitimer(signal.ITIMER_REAL, PATIENCE_S + SLOWER * whole_s / len(expected))
            for name, found in fingerprints():
                if found != expected[name]:
                    return Fate.OTHER_RESULT
                signal.setitimer(signal.ITIMER_REAL, PATIENCE_S + SLOWER * whole_s / len(expected))
        except BaseException:
            return Fate.FAULT
        return Fate.SURVIVED

    fates: dict[Mutant, Fate] = {}
    for mutant, fate in _in_processes(chosen, try_out, arguments.workers):
        fates[mutant] = fate
        if fate is Fate.SURVIVED or len(fates) % 50 == 0:
            sys.stdout.write(f"{len(fates)} of {len(chosen)}: {mutant} {fate.name.lower()}\n")
            sys.stdout.flush()
    text = _report(mutants, chosen, fates, seed=arguments.seed)
    Path(arguments.out).write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="how many; all if 0")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--only", default="", help="mutants whose description holds this")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", default=str(REPORT))
    return parser.parse_args()


def _in_processes(
    chosen: Sequence[Mutant], try_out: Callable[[Mutant], Fate], workers: int
) -> Iterator[tuple[Mutant, Fate]]:
    """Fork for each mutant, so many at a time; yields (mutant, fate) as they end."""
    waiting = list(reversed(chosen))
    running: dict[int, Mutant] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            child = os.fork()
            if child == 0:
                os._exit(try_out(mutant))
            running[child] = mutant
        child, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        yield running.pop(child), Fate(code) if code >= 0 else Fate.ENDLESS


def _report(
    mutants: Sequence[Mutant], chosen: Sequence[Mutant], fates: Mapping[Mutant, Fate], *, seed: int
) -> str:
    counts = Counter(fates.values())
    survived = sorted((m for m, fate in fates.items() if fate is Fate.SURVIVED), key=str)
    share, spread = _share(len(survived), len(fates))
    what = "all" if len(chosen) == len(mutants) else f"a random sample (seed {seed})"
    lines = [
        "# Mutation testing",
        "",
        f"Of {len(mutants)} mutants of `sim/engine` and `sim/outcomes`, {what} of {len(chosen)} "
        "was tried on the small worlds of `tests/golden`.",
        "",
        f"**Survived: {len(survived)} of {len(fates)}, {100 * share:.1f} %"
        + ("" if len(chosen) == len(mutants) else f" (95 % interval ± {100 * spread:.1f})")
        + f".** Killed by another result: {counts[Fate.OTHER_RESULT]}, by a fault: "
        f"{counts[Fate.FAULT]}, endless: {counts[Fate.ENDLESS]}.",
        "",
        "Survivors, by file; `survivors.md` explains them:",
        "",
        *(f"- {mutant}" for mutant in survived),
    ]
    return "\n".join(lines) + "\n"


def _share(count: int, of: int) -> tuple[float, float]:
    share = count / of if of else 0.0
    return share, 1.96 * math.sqrt(share * (1.0 - share) / of) if of else 0.0


if __name__ == "__main__":
    sys.exit(main())
