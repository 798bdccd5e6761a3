"""What ``rajasim explain`` says of what results hold; apart, since indicators load the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.outcomes.indicators import INDICATORS
from sim.outcomes.series import SERIES
from sim.report.charts.registry import CHARTS
from sim.scenario.description import Section
from sim.scenario.record_keys import sentence
from sim.study.learning import LEARNING

FACT: Final = ("", "")


def explain_results(typed: str) -> Iterator[Section]:
    """What an indicator, a daily series or a chart of this name is; nothing where none is."""
    for each in (INDICATORS[typed],) if typed in INDICATORS else ():
        rows = (
            ("unit", each.unit),
            ("better", each.direction.value),
            ("about", each.family.value),
            ("in results", f"indicators.csv, rows with indicator {each.id}"),
        )
        yield Section(f"{each.id}: the indicator {each.name}", (each.definition,), FACT, rows)
    for learned in LEARNING:
        if learned.id == typed:
            title = f"{learned.id}: {learned.name}, of a study"
            yield Section(title, (learned.definition,), FACT, (("unit", learned.unit),))
    for series in SERIES:
        if series.name == typed:
            where = (("unit", series.unit), ("in results", f"daily.parquet, series {typed}"))
            yield Section(f"{typed}: a daily series", (sentence(series.meaning),), FACT, where)
    if typed in CHARTS:
        how = (("draw it", f"rajasim plot DIR --chart {typed}"),)
        yield Section(f"{typed}: a chart", (sentence(CHARTS[typed].meaning),), FACT, how)


def result_names() -> set[str]:
    """All names that :func:`explain_results` knows."""
    learned = {each.id for each in LEARNING}
    return {*INDICATORS, *CHARTS, *learned, *(each.name for each in SERIES)}
