"""Thousands of bad inputs: a word, a place and exit status 2; never a traceback, a hang or a flood.

What is promised of ``check``, ``describe``, ``run``, ``plot`` and ``report`` is in
:func:`tests.bad_input.verdicts._faults`. Each case has a number; ``python -m tests.bad_input 17``
does one again, and ``--keep`` leaves its files. ``make test`` does the first, ``make fuzz`` many
more.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.bad_input.monitored_worker import MonitoredWorker
from tests.effort import effort

CASES = int(os.environ.get("RAJASIM_CASES", effort(80, 10_000)))


@pytest.mark.slow
def test_bad_input_is_reported_and_harms_nothing() -> None:
    counts: Counter[str] = Counter()
    failures: list[str] = []
    with MonitoredWorker() as worker:
        for number in range(CASES):
            verdict = worker.do(number)
            counts[{0: "valid", 2: "refused"}.get(verdict["status"], "other")] += 1
            failures += [f"{number} {verdict['kind']}: {fault}" for fault in verdict["faults"]]
    assert not failures, "\n".join(
        ["replay with python -m tests.bad_input NUMBER --keep", *failures]
    )
    assert counts["refused"] > CASES // 4, counts
    assert counts["valid"] > CASES // 20, counts
