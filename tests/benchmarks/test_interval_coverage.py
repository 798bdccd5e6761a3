"""The study of how often intervals hold: how its folders are read, and what its page says."""

from __future__ import annotations

import polars as pl

from benchmarks.coverage import PAGE, WANTED, together

ENORMOUS_SKEWNESS = 10.0  # a mean of which one state of the world in hundreds decides


def test_a_policy_of_two_folders_counts_once() -> None:
    def frame(*rows: tuple[str, int, float]) -> pl.DataFrame:
        return pl.DataFrame(rows, ["policy", "state_of_world", "value"], orient="row")

    one = frame(("open", 0, 1.0), ("open", 1, 2.0), ("surge", 0, 3.0))
    other = frame(("open", 0, 9.0), ("closed", 0, 4.0))
    assert together([one, other]).rows() == [*one.rows(), ("closed", 0, 4.0)]


def test_intervals_of_the_page_hold_as_often_as_they_say() -> None:
    """Of means that no single state decides, none falls short by a point; most reach 93 %."""
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines()]
    figures = [
        (float(row[3]), float(row[8]))
        for row in rows
        if len(row) == 12 and "−" in row[0] and row[1] != "indicator"
    ]
    assert len(figures) > 40
    assert sum(ours >= WANTED[0] for _, ours in figures) >= 0.95 * len(figures)
    for skewness, ours in figures:
        assert ours > WANTED[0] - 1.0 or abs(skewness) > ENORMOUS_SKEWNESS
