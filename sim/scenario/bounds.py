"""Bounds that a scenario file, a command line and a program share; the command line loads no more.

They keep a slip of the pen from asking for more than a machine has.
"""

from typing import Final

MOST_STATES: Final = 1_000_000
MOST_RUNS_PER_STATE: Final = 1_000
MOST_PERSONS: Final = 1_000_000
# Beyond 64 bits seeds would give the same random numbers as smaller ones; files hold signed ones.
MOST_SEED: Final = 2**63 - 1
MOST_WORKERS: Final = 4096
