"""Studies of one scenario with keys at several values, run one after the other into one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sim.errors import InputError, did_you_mean, quoted
from sim.outcomes.indicators import INDICATORS
from sim.results.tables import TABLES
from sim.study.comparison import ComparedRuns
from sim.study.execution import Count, Progress, run_replications
from sim.study.options import StudyOptions
from sim.study.replication import Study

PLAIN = (bool, int, float, str)


def run_points(
    options: Sequence[StudyOptions],
    points: Sequence[Mapping[str, object]],
    *,
    indicators: Sequence[str] | None,
    progress: Progress | None,
) -> pl.DataFrame:
    """Every indicator of every run at every point, with the values of its keys as columns.

    Args:
        options: what is run at each point.
        points: the values of the keys there.
        indicators: ids of those that are wanted; all if None.
        progress: called with (states of the world done, states of the world in all).

    Raises:
        InputError: if there is no such indicator.
    """
    wanted = _existing(indicators)
    count = Count(sum(each.replicates for each in options), progress)
    count.add(0)
    columns = {key: _column([point[key] for point in points]) for key in points[0]}
    parts = [
        _one(each, wanted, count).select(
            *(pl.lit(values[k]).alias(key) for key, values in columns.items()), pl.all()
        )
        for k, each in enumerate(options)
    ]
    return pl.concat(parts)


def _existing(indicators: Sequence[str] | None) -> Sequence[str] | None:
    for name in indicators or ():
        if name not in INDICATORS:
            hint = did_you_mean(name, list(INDICATORS)) or "see rajasim list indicators"
            raise InputError(f"there is no indicator {quoted(name)}; {hint}")
    return indicators


def _column(values: Sequence[object]) -> pl.Series:
    """Values of a key as they were given; as texts where they are of several kinds, or no scalars.

    Whole numbers beside others are numbers.
    """
    kinds = {type(value) for value in values}
    if kinds == {int, float}:
        return pl.Series(values, dtype=pl.Float64, strict=False)
    if len(kinds) > 1 or not kinds <= set(PLAIN):
        return pl.Series(list(map(str, values)))
    return pl.Series(values)


def _one(options: StudyOptions, indicators: Sequence[str] | None, count: Count) -> pl.DataFrame:
    """Indicators of every run of one study."""
    study, before = Study(options), count.done

    def progress(done: int, _: int) -> None:
        count.add(before + done - count.done)

    runs = run_replications(study, progress=progress)
    frame = TABLES["indicators"].frame(ComparedRuns(study, runs))
    frame = frame.with_columns(pl.col("value").fill_nan(None))
    return frame if indicators is None else frame.filter(pl.col("indicator").is_in(indicators))
