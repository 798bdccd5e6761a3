"""Mutation testing of ``sim/engine`` and ``sim/outcomes``: ``make mutants``.

A mutant is killed when a small world (``tests/golden/small_worlds.py``) gives another result, or
fails, or does not end; or when a test fails among the quick ones that check formulas by
hand (``TESTS``). It is tried on those of them that run the changed statement. Every mutant gets a
process of its own, forked from one that has everything loaded; what killed most before for its
time comes first. What survives is in the report, and
``survivors.md`` says of each why it is equivalent or why it does not matter.

Run as ``python -m tests.mutation``; ``--help`` lists the options.
"""

from __future__ import annotations

import argparse
import math
import os
import pickle
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
import pytest
from numba import config

from tests.golden.small_worlds import MODELS, fingerprint_of
from tests.mutation import mutants as mutants_module
from tests.mutation.mutants import Mutant, all_mutants, lines_added_since
from tests.mutation.reach import Reach, Recorder

SLOWER = 20.0  # than without mutation: taken for endless
TESTS_SLOWER = 4.0  # the same of the tests by hand
PATIENCE_S = 5.0
ROOM_BYTES = 4 << 30
HERE = Path(__file__).parent
EXPLAINED = HERE / "survivors.md"
ROOMS = HERE.parent
REPORT = ROOMS.parent / "results" / "mutants.md"
TESTS = tuple(
    str(ROOMS / room)
    for room in (
        "engine/test_access.py",
        "engine/test_access_worked_out.py",
        "engine/test_audit.py",
        "engine/test_caps_and_limits.py",
        "engine/test_chain_rules.py",
        "engine/test_circles.py",
        "engine/test_engine_rules.py",
        "engine/test_events.py",
        "engine/test_exposure.py",
        "engine/test_hazards_of_waits.py",
        "engine/test_held_at_the_gate.py",
        "engine/test_modes.py",
        "engine/test_orders_together.py",
        "engine/test_overseers_view.py",
        "engine/test_queues_and_news.py",
        "engine/test_shared_lanes.py",
        "engine/test_single_rules.py",
        "engine/test_steering.py",
        "engine/test_terrain_and_waits.py",
        "engine/test_terrain_attempts.py",
        "engine/test_terrain_outlook.py",
        "engine/test_what_people_expect.py",
        "engine/test_what_was_seen.py",
        "engine/test_who_follows_whom.py",
        "outcomes/test_breakdown.py",
        "outcomes/test_causes.py",
        "outcomes/test_costs_and_closures.py",
        "outcomes/test_formulas.py",
        "outcomes/test_indicator_table.py",
        "outcomes/test_indicators.py",
        "outcomes/test_journeys.py",
        "outcomes/test_nobody.py",
        "outcomes/test_row_blocks.py",
        "outcomes/test_staff_cost.py",
        "outcomes/test_thresholds.py",
        "outcomes/test_two_borders.py",
    )
)
# Of these, what takes longer than all others together while nothing is compiled.
TOO_SLOW = (
    "test_cold_wears_out_patience",
    "test_the_hours_of_people_are_the_hours_of_places",
    "test_groups_that_part_are_followed_once",
)
T = TypeVar("T")
BY_TESTS, ON_IMPORT = "tests by hand", "import"


class Fate(IntEnum):
    """What became of a mutant."""

    SURVIVED = 0
    OTHER_RESULT = 1
    FAULT = 2
    ENDLESS = 3


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant, and what killed it (its number among the killers)."""

    fate: Fate
    killer: int = 0

    @property
    def code(self) -> int:
        """Both in one number, as a process can say it when it ends."""
        return self.fate + len(Fate) * self.killer

    @classmethod
    def of(cls, code: int) -> Verdict:
        """From the status of a process; it ends by a signal where the mutant did not end."""
        return cls(Fate(code % len(Fate)), code // len(Fate)) if code >= 0 else cls(Fate.ENDLESS)


class Trial:
    """Small worlds and tests, what they give without mutation, and what each has killed.

    Args:
        most_s: a mutant is tried on as many worlds, and on as many tests, as take so long without
            mutation: first worlds that say most for their time, and short tests. One that survives
            has then to be tried on all of them.
    """

    def __init__(self, most_s: float = math.inf) -> None:
        self.most_s = most_s
        recorder = Recorder()
        self.worlds = list(MODELS)
        self.expected: list[dict[str, str]] = []
        for name in self.worlds:
            with recorder.running(name):
                self.expected.append(fingerprint_of(name))
        self.reach = recorder.reach()
        self.tests = _reach_of_tests()
        self.reach.add(self.tests)
        self.kills: Counter[int] = Counter()

    @property
    def names(self) -> list[str]:
        """Names of what can kill."""
        return [*self.worlds, BY_TESTS, ON_IMPORT]

    def order(self, reached_by: Set[str]) -> list[int]:
        """Worlds that run a statement, those first that killed most for the time that they take."""
        numbers = [k for k, name in enumerate(self.worlds) if name in reached_by]
        return sorted(numbers, key=lambda k: -(1 + self.kills[k]) / (0.1 + self._seconds_of(k)))

    def of(self, mutant: Mutant) -> Verdict:
        """Put a mutant in place, in a process of its own, and see what the worlds give."""
        reached_by = self.reach.of(mutant)
        resource.setrlimit(resource.RLIMIT_AS, (ROOM_BYTES, ROOM_BYTES))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # an endless mutant ends by it
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
        try:
            mutant.put_in_place()
        except BaseException:
            return Verdict(Fate.FAULT, len(self.worlds) + 1)
        for number in _within(self.most_s, self.order(reached_by), self._seconds_of):
            signal.setitimer(signal.ITIMER_REAL, PATIENCE_S + SLOWER * self._seconds_of(number))
            try:
                with np.errstate(all="ignore"):
                    found = fingerprint_of(self.worlds[number])
                if found != self.expected[number]:
                    return Verdict(Fate.OTHER_RESULT, number)
            except BaseException:
                return Verdict(Fate.FAULT, number)
        return self._by_tests(reached_by & self.tests.seconds.keys())

    def _by_tests(self, names: Set[str]) -> Verdict:
        """What tests by hand say, short ones first."""
        seconds = self.tests.seconds
        short_first = sorted(names, key=lambda name: (seconds[name], name))
        tried = _within(self.most_s, short_first, seconds.__getitem__)
        if not tried:
            return Verdict(Fate.SURVIVED, len(self.worlds))
        limit = PATIENCE_S + TESTS_SLOWER * sum(map(seconds.__getitem__, tried))
        signal.setitimer(signal.ITIMER_REAL, limit)
        passed = tests_pass(tried)
        return Verdict(Fate.SURVIVED if passed else Fate.OTHER_RESULT, len(self.worlds))

    def _seconds_of(self, number: int) -> float:
        return self.reach.seconds[self.worlds[number]]


def _within(most_s: float, ordered: Sequence[T], seconds_of: Callable[[T], float]) -> list[T]:
    """The first of them, as many as take so long together."""
    ends_s = accumulate(map(seconds_of, ordered))
    return [each for each, end_s in zip(ordered, ends_s, strict=True) if end_s <= most_s]


def tests_pass(names: Sequence[str], *plugins: object) -> bool:
    """Whether tests by hand pass now."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
    quick = " and ".join(f"not {name}" for name in TOO_SLOW)
    return pytest.main([*options, "-k", quick, *names], plugins=plugins) == 0


def _reach_of_tests() -> Reach:
    """What the tests by hand run, recorded in a process of its own; they have to pass."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        recorder = Recorder()
        passed = tests_pass(TESTS, recorder)
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(recorder.reach() if passed else None, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        reach = pickle.load(pipe)  # noqa: S301 - from our own process
    os.waitpid(child, 0)
    if not isinstance(reach, Reach):
        raise SystemExit("the tests by hand fail without any mutation: mend them first")
    return reach


def main() -> int:
    """Try mutants and write the report."""
    arguments = _arguments()
    if not config.DISABLE_JIT:
        sys.stderr.write("set NUMBA_DISABLE_JIT=1: compiled code cannot be mutated\n")
        return 2
    mutants = [each for each in all_mutants() if arguments.only in each.file]
    if arguments.named:
        named = Path(arguments.named).read_text(encoding="utf-8")
        mutants = [each for each in mutants if each.file in named and str(each) in named]
    if arguments.unexplained:
        explained = EXPLAINED.read_text(encoding="utf-8")
        mutants = [each for each in mutants if str(each) not in explained]
    if arguments.since:
        added = lines_added_since(arguments.since)
        mutants = [each for each in mutants if each.line in added.get(each.file, ())]
    chosen = mutants
    if arguments.sample and arguments.sample < len(mutants):
        chosen = Random(arguments.seed).sample(mutants, arguments.sample)  # noqa: S311
    trial, verdicts = Trial(arguments.seconds), dict[Mutant, Verdict]()
    for mutant, verdict in _in_processes(chosen, trial, arguments.workers):
        verdicts[mutant] = verdict
        if verdict.fate is Fate.SURVIVED or len(verdicts) % 50 == 0:
            sys.stdout.write(f"{len(verdicts)}/{len(chosen)} {verdict.fate.name} {mutant}\n")
            sys.stdout.flush()
    text = _report(mutants, verdicts, trial.names, seed=arguments.seed)
    Path(arguments.out).write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="how many; all if 0")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--only", default="", help="files whose path holds this")
    parser.add_argument("--since", default="", help="of lines that came after this revision")
    parser.add_argument("--from", default="", dest="named", help="mutants that this file names")
    parser.add_argument("--unexplained", action="store_true", help="none that survivors.md names")
    parser.add_argument(
        "--seconds", type=float, default=math.inf, help="of worlds, and of tests, for each mutant"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", default=str(REPORT))
    return parser.parse_args()


def _in_processes(
    chosen: Sequence[Mutant], trial: Trial, workers: int
) -> Iterator[tuple[Mutant, Verdict]]:
    """Fork for each mutant, so many at a time; yields (mutant, verdict) as they end."""
    waiting = list(reversed(chosen))
    running: dict[int, Mutant] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            child = os.fork()
            if child == 0:
                os._exit(trial.of(mutant).code)
            running[child] = mutant
        child, status = os.wait()
        verdict = Verdict.of(os.waitstatus_to_exitcode(status))
        if verdict.fate in (Fate.OTHER_RESULT, Fate.FAULT):
            trial.kills[verdict.killer] += 1
        yield running.pop(child), verdict


def _report(
    mutants: Sequence[Mutant],
    verdicts: Mapping[Mutant, Verdict],
    killers: Sequence[str],
    *,
    seed: int,
) -> str:
    explanations = EXPLAINED.read_text(encoding="utf-8")
    fates = Counter(verdict.fate for verdict in verdicts.values())
    survived = sorted(str(m) for m, verdict in verdicts.items() if verdict.fate is Fate.SURVIVED)
    unexplained = [each for each in survived if each not in explanations]
    whole = len(verdicts) == len(mutants)
    what = "all" if whole else f"a random sample (seed {seed}) of {len(verdicts)}"
    killed = Counter(
        killers[verdict.killer]
        for verdict in verdicts.values()
        if verdict.fate in (Fate.OTHER_RESULT, Fate.FAULT)
    )
    lines = [
        "# Mutation testing",
        "",
        f"Of {len(mutants)} mutants of `sim/engine` and `sim/outcomes`, {what} was tried on the "
        "small worlds of `tests/golden` and on the tests by hand. "
        + (mutants_module.__doc__ or "").partition("\n\n")[2].partition("\n\n")[2].strip(),
        "",
        f"- Survived: {_rate(len(survived), len(verdicts), whole=whole)}.",
        "- Of which `survivors.md` says why it is equivalent or why it does not matter: "
        f"{len(survived) - len(unexplained)}.",
        f"- Neither killed nor explained: {_rate(len(unexplained), len(verdicts), whole=whole)}.",
        f"- Killed by another result: {fates[Fate.OTHER_RESULT]}, by a fault: "
        f"{fates[Fate.FAULT]}, endless: {fates[Fate.ENDLESS]}.",
        "",
        "Killers: " + ", ".join(f"{name} {many}" for name, many in killed.most_common()) + ".",
        "",
        "Survivors without an explanation:",
        "",
        *(f"- {mutant}" for mutant in unexplained),
        "",
        "Survivors with one:",
        "",
        *(f"- {mutant}" for mutant in survived if mutant not in unexplained),
    ]
    return "\n".join(lines) + "\n"


def _rate(count: int, of: int, *, whole: bool) -> str:
    """A count and its share, with the 95 % interval of Wilson where it is of a sample."""
    if not of:
        return "0 of 0"
    share, z2 = count / of, 1.96**2
    text = f"{count} of {of}, {100 * share:.1f} %"
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = 1.96 * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    interval = f" (95 % interval {100 * (middle - half):.1f} to {100 * (middle + half):.1f})"
    return text if whole else text + interval


if __name__ == "__main__":
    sys.exit(main())
