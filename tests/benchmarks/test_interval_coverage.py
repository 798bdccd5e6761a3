"""The study of how often intervals hold: how its folders are read, and what its page says."""

from __future__ import annotations

import polars as pl

from benchmarks.coverage import COLUMNS, PAGE, WANTED, together
from sim import load_scenario


def test_a_policy_of_two_folders_counts_once() -> None:
    def frame(*rows: tuple[str, int, float]) -> pl.DataFrame:
        return pl.DataFrame(rows, ["policy", "state_of_world", "value"], orient="row")

    one = frame(("open", 0, 1.0), ("open", 1, 2.0), ("surge", 0, 3.0))
    other = frame(("open", 0, 9.0), ("closed", 0, 4.0))
    assert together([one, other]).rows() == [*one.rows(), ("closed", 0, 4.0)]


def found(case: str) -> list[float]:
    """How often our intervals hold in a case's table, row by row, %."""
    _, _, after = PAGE.read_text("utf-8").partition(f"## {load_scenario(case).title}")
    rows = [line.strip("| ").split(" | ") for line in after.partition("\n## ")[0].splitlines()]
    of_pairs = (row for row in rows if len(row) == len(COLUMNS) and "−" in row[0])
    return [float(row[COLUMNS.index("ours")]) for row in of_pairs if row[1] != "indicator"]


def test_intervals_of_the_calibrated_case_hold_as_often_as_they_say() -> None:
    figures = found("finland-2023")
    assert len(figures) > 40
    assert min(figures) >= WANTED[0]


def test_the_page_says_that_rare_states_of_a_wide_prior_are_not_held() -> None:
    figures = found("arctic-2015-16")
    assert len(figures) > 20
    assert min(figures) < WANTED[0] < sorted(figures)[len(figures) // 3]
    assert "no interval from those alone can know" in PAGE.read_text("utf-8").replace("\n", " ")
