"""The study of how often intervals hold: how its folders are read, and what its page says."""

from __future__ import annotations

import polars as pl

from benchmarks.coverage import PAGE, WANTED, together


def test_a_policy_of_two_folders_counts_once() -> None:
    def frame(*rows: tuple[str, int, float]) -> pl.DataFrame:
        return pl.DataFrame(rows, ["policy", "state_of_world", "value"], orient="row")

    one = frame(("open", 0, 1.0), ("open", 1, 2.0), ("surge", 0, 3.0))
    other = frame(("open", 0, 9.0), ("closed", 0, 4.0))
    assert together([one, other]).rows() == [*one.rows(), ("closed", 0, 4.0)]


def test_intervals_of_the_page_hold_as_often_as_they_say() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines()]
    figures = [
        float(row[8]) for row in rows if len(row) == 12 and "−" in row[0] and row[1] != "indicator"
    ]
    assert len(figures) > 40
    assert min(figures) >= WANTED[0]
