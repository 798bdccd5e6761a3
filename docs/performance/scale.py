"""What large work would take, on paper: straight lines through what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from benchmarks import ways
from docs.markdown_tables import table

PEOPLE: Final = 10_000_000
RUNS: Final = 1_000_000
STATES: Final = 10_000
HOUR_S: Final = 3600.0
HEADS: Final = ("work", "CPU hours", "hours on 64 cores", "memory of a process, GB", "disk, GB")
CORES: Final = 64
Rows = Sequence[Mapping[str, Any]]


def scale_table(sections: Mapping[str, Any]) -> str:
    """A row for each kind of work that was measured in the small."""
    rows = {name: found["rows"] for name, found in sections.items()}
    return table(list(HEADS), list(_rows(rows)))


def _rows(rows: Mapping[str, Rows]) -> Iterator[list[str]]:
    if "plain" in rows and "memory" in rows:
        yield _people(rows["plain"], rows["memory"])
    if "finland" in rows:
        yield _runs(rows["finland"][0]["replications_per_s"])
    if "study" in rows and "assembly" in rows:
        yield _study(rows["study"], rows["assembly"])


def _people(plain: Rows, memory: Rows) -> list[str]:
    """One run with so many people, from the largest that was made; it is on one core."""
    largest = [row for row in plain if row["way"] == ways.OURS][-1]
    seconds = (largest["cpu_s"] + largest["record_s"]) * PEOPLE / largest["groups"]
    held = next(row["recorded_bytes"] for row in memory if row["way"] == ways.OURS)
    gigabytes = f"{PEOPLE * held / 1e9:.1f}"
    what = f"one run of the plain model with {PEOPLE:,} people, recorded"
    return [what, f"{seconds / HOUR_S:.2f}", "–", gigabytes, "–"]


def _runs(per_second: float) -> list[str]:
    """Runs of the Finland case whole; a calibration cuts them at the last observed day."""
    hours = RUNS / per_second / HOUR_S
    return [f"{RUNS:,} runs of the Finland case", *_hours(hours), "–", "–"]


def _study(run: Rows, put_together: Rows) -> list[str]:
    """Every policy in so many states; what is held at the end is that of putting it together."""
    cpu_s, folder_mb = (_at(STATES, run, key) for key in ("cpu_s", "folder_mb"))
    peak_mb = _at(STATES, put_together, "peak_mb")
    what = f"{STATES:,} states of the world with every policy of the Finland case"
    return [what, *_hours(cpu_s / HOUR_S), f"{peak_mb / 1e3:.1f}", f"{folder_mb / 1e3:.1f}"]


def _at(states: int, rows: Rows, key: str) -> float:
    """What so many states take, by what a state adds between the fewest and the most; no less."""
    few, many = rows[0], rows[-1]
    a_state = max(0.0, many[key] - few[key]) / (many["states"] - few["states"])
    return float(many[key] + a_state * (states - many["states"]))


def _hours(of_one_core: float) -> tuple[str, str]:
    return f"{of_one_core:.1f}", f"{of_one_core / CORES:.1f}"
