"""Parts of the page on validation that are of hindcasts, of this case and of others."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan, nan
from typing import Final

import polars as pl

from sim.forecasting.evaluation import OPEN, SUMS, WITH_PEOPLE, WITHOUT
from sim.forecasting.hindcast_files import StoredHindcast
from sim.forecasting.hindcast_words import (
    ACCURACY,
    BIAS_AND_COVERAGE,
    named,
    skill_section,
    with_hash,
)
from sim.forecasting.skill import BEST, MODEL, Skill
from sim.scenario.description import Section
from sim.storage.json_object import JsonObject
from sim.text.wording import number, percent, signed

PIT: Final = "pit_"
SHOWN: Final = (*ACCURACY, *BIAS_AND_COVERAGE)
ROUGH: Final = "an interval that holds zero says nothing of the sign"
GROUPS: Final = (WITH_PEOPLE, WITHOUT, OPEN, SUMS)  # counts of people first


def forecast_sections(hindcast: StoredHindcast) -> Iterator[Section]:
    """Scores with people and without, skill by baseline, and where counts fall."""
    yield _scores(hindcast)
    if not hindcast.skill.is_empty():
        yield skill_section([_skill(row) for row in hindcast.skill.iter_rows(named=True)])
    if not hindcast.scores.is_empty():
        yield _ranks(hindcast)


def unbeaten(hindcast: StoredHindcast, forecasts: str) -> Iterator[str]:
    """Sentences on the baselines that are as good, pooled over days ahead; none without skill.

    Args:
        hindcast: what was scored.
        forecasts: how its forecasts are called.
    """
    if hindcast.skill.is_empty():
        return
    pooled = hindcast.skill.filter(
        pl.col("days_ahead").is_null(), ~pl.col("baseline").str.starts_with(BEST)
    )
    known = [_skill(row) for row in pooled.drop_nulls("skill").iter_rows(named=True)]
    worse = [f"{each.baseline} ({signed(each.skill)})" for each in known if each.skill <= 0.0]
    unclear = [each.baseline for each in known if each.skill > 0.0 and not each.low > 0.0]
    if worse:
        yield f"{forecasts} are no better than these baselines (skill): {', '.join(worse)}."
    if unclear:
        yield f"{forecasts} are not clearly better than {', '.join(unclear)}: {ROUGH}."


def leaning(hindcast: StoredHindcast, forecasts: str) -> Iterator[str]:
    """Which way forecasts from one day lie of later counts, and how many these hold.

    Args:
        hindcast: what was scored; nothing is said where it was not.
        forecasts: how its forecasts are called.
    """
    if hindcast.scores.is_empty():
        return
    counts, values = _of_model(hindcast.scores, OPEN)
    bias, covered = values.get("bias"), values.get("coverage_80")
    if bias is None or covered is None:
        return
    way = "low" if bias < 0.0 else "high"
    yield (
        f"{forecasts}, with counts to {hindcast.manifest['fit_until']}, are too {way} by "
        f"{number(abs(bias))} people a count on average; "
        f"{percent(covered)} of {counts} later counts lie in the band of 80 % of samples."
    )


def about(hindcast: StoredHindcast) -> str:
    """What was forecast, from when, out of what."""
    made = hindcast.manifest
    days = (
        f"from counts to {made['fit_until']}, for the days to {made['until']}"
        if "fit_until" in made
        else "from several days"
    )
    drawn_from = with_hash(made["states_of_the_world"], made["posterior"])
    return (
        f"Forecast of {made['scenario']['name']} {days}: {made['samples']} states of the world "
        f"from {drawn_from}, policy “{made['policy']}”, seed {made['seed']}, code {made['code']}."
    )


def _scores(hindcast: StoredHindcast) -> Section:
    """Of the model, with people first: a forecast of nobody has all counts of nobody."""
    if hindcast.scores.is_empty():
        line = "Nothing is scored: no later count is known, or only skill was asked for."
        return Section("Forecasts scored", (about(hindcast), line))
    rows = tuple(filter(None, (_score_row(hindcast.scores, group) for group in GROUPS)))
    columns = ("counts", "how many", *(head for head, _, _ in SHOWN))
    return Section("Forecasts scored", (about(hindcast),), columns, rows)


def _score_row(scores: pl.DataFrame, group: str) -> tuple[str, ...]:
    counts, values = _of_model(scores, group)
    if not values:
        return ()
    cells = (_cell(values.get(name), form) for _, name, form in SHOWN)
    return group, str(counts), *cells


def _of_model(scores: pl.DataFrame, group: str) -> tuple[int, dict[str, float | None]]:
    """How many counts a group has, and the model's scores on them by name."""
    mine = scores.filter(forecast=MODEL, group=group)
    counts = int(mine["counts"][0]) if len(mine) else 0
    return counts, dict(zip(mine["score"], mine["value"], strict=True))


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None or isnan(value) else form.format(value)


def _skill(row: JsonObject) -> Skill:
    """A row of the file; what is empty there is no number."""
    known = {name: nan if value is None else value for name, value in row.items()}
    return Skill(**{**known, "days_ahead": row["days_ahead"]})


def _ranks(hindcast: StoredHindcast) -> Section:
    """Shares of counts by fifth of the forecast, each near a fifth if that is right."""
    rows = hindcast.scores.filter(pl.col("score").str.starts_with(PIT), group=OPEN)
    if rows.is_empty():
        line = "Fewer than 20 open counts: shares by fifth of the forecast would be chance."
        return Section("Where counts fall in the forecast (PIT)", (line,))
    fifths = rows["score"].unique(maintain_order=True).to_list()
    found = {(row["forecast"], row["score"]): row["value"] for row in rows.iter_rows(named=True)}
    forecasters = rows["forecast"].unique(maintain_order=True).to_list()
    cells = tuple(
        (named(who), *(percent(found[who, each]) for each in fifths)) for who in forecasters
    )
    line = "Near 20 % each if the forecast is right. High counts fall into the last fifths."
    heads = (each.removeprefix(PIT).replace("_", " to ") for each in fifths)
    return Section("Where counts fall in the forecast (PIT)", (line,), ("", *heads), cells)


def episode_sections(episodes: tuple[StoredHindcast, ...]) -> Iterator[Section]:
    """Other cases, each scored like this one; or that there is none yet."""
    if not episodes:
        line = "No forecast of another case was given, so that nothing is known of it here."
        yield Section("Another episode", (line,))
    for each in episodes:
        for section in forecast_sections(each):
            yield Section(
                f"Another episode, {episode_name(each)}: {section.title}",
                section.lines,
                section.columns,
                section.rows,
            )


def episode_name(hindcast: StoredHindcast) -> str:
    """Which case, and what its states of the world were drawn from."""
    made = hindcast.manifest
    return f"{made['scenario']['name']} drawn from {made['states_of_the_world']}"
