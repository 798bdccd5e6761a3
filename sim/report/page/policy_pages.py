"""A page for each policy: its calendar, people, places, costs, and who bears it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.verdicts import judged
from sim.report.page.answer import sentence_on
from sim.report.page.wholes import COST, WITHOUT_ACCESS
from sim.storage.json_object import JsonObject
from sim.text.catalogue import translate
from sim.text.wording import day, number, percent, range_words, written

if TYPE_CHECKING:
    from sim.results.store import StoredResults

Cells = tuple[str, ...]
PEOPLE: Final = ("R4_intended", "O1", *WITHOUT_ACCESS, "R6", "R7", "R8")
COSTS: Final = (COST[0], "K_state", *COST[1:])
ENDS: Final = (0.1, 0.5, 0.9)
ARRIVALS, WAITING = "arrivals", "waiting"  # series by day


@dataclass(frozen=True)
class PageTable:
    """A table of a policy's page.

    Attributes:
        caption: what is above it.
        columns: heads of the columns.
        rows: cells, row by row; the first of a row is its head.
    """

    caption: str
    columns: Cells
    rows: tuple[Cells, ...]


@dataclass(frozen=True)
class PolicyPage:
    """One policy.

    Attributes:
        id: id of the policy.
        label: its label; the reference says that it is.
        summary: what it does, as the scenario has it.
        finding: access, waiting, order and cost against the reference, in a sentence.
        calendar: what changed when, on the commonest path of its runs.
        tables: people, places, costs, classes of people; those with rows.
    """

    id: str
    label: str
    summary: str
    finding: str
    calendar: Cells
    tables: tuple[PageTable, ...]


def policy_pages(results: StoredResults) -> list[PolicyPage]:
    """A page for each policy that is shown, the reference first."""
    verdicts, places = judged(results), _places(results)
    medians = _class_medians(results)
    return [
        PolicyPage(
            policy,
            policy_label(results, policy),
            _summary(results, policy),
            sentence_on(results, verdicts, policy),
            _calendar(results, policy),
            tuple(
                table
                for table in (
                    _amounts(results, policy, translate("People"), PEOPLE),
                    places[policy],
                    _amounts(results, policy, translate("Costs, and who bears them"), COSTS),
                    _classes(results, policy, medians),
                )
                if table.rows
            ),
        )
        for policy in queries.policies(results)
    ]


def policy_summaries(results: StoredResults) -> list[JsonObject]:
    """What each policy that is shown does, as its page says it: ``label`` and ``summary``."""
    return [
        {"label": policy_label(results, policy), "summary": _summary(results, policy)}
        for policy in queries.policies(results)
    ]


def policy_label(results: StoredResults, policy: str) -> str:
    """The label of a policy; the reference says that it is."""
    label = queries.labels(results)[policy]
    if policy != results.manifest["reference"]:
        return label
    return translate("{policy} (reference)", policy=label)


def _summary(results: StoredResults, policy: str) -> str:
    entry = next(each for each in results.manifest["policies"] if each["id"] == policy)
    return queries.scenario_text(results, str(entry["summary"]))


def _calendar(results: StoredResults, policy: str) -> Cells:
    """What changed on which day, and in how many runs so."""
    path = queries.commonest_path(results, policy)
    days = queries.days(results)
    lines = [
        translate("{day}: {change}", day=day(days[each.day], year=True), change=each.in_full)
        for each in queries.changes(results, policy)
        if 0 <= each.day < len(days)
    ]
    if not lines:
        lines = [translate("What each crossing is open to stays the same.")]
    if path.runs and not path.is_only_one:
        share = percent(path.taken_by / path.runs)
        lines.append(
            translate(
                "This happened in {share} of the runs, more often than anything else.", share=share
            )
        )
    return tuple(lines)


def _amounts(results: StoredResults, policy: str, caption: str, names: Sequence[str]) -> PageTable:
    """Indicators as rows: the median run, and 10 to 90 % of them."""
    entries = [queries.indicator(results, name) for name in dict.fromkeys(names)]
    rows = [
        (
            queries.indicator_name(entry),
            *_spread(results, policy, entry),
            queries.indicator_unit(entry),
        )
        for entry in entries
        if entry is not None and queries.is_modelled(entry)
    ]
    columns = (caption, translate("Median run"), translate("10 to 90 % of runs"), translate("Unit"))
    return PageTable(caption, columns, tuple(rows))


def _spread(results: StoredResults, policy: str, entry: queries.Entry) -> tuple[str, str]:
    values = queries.values(results, policy, str(entry["id"]))
    if not len(values):
        return number(None), ""
    low, middle, high = np.quantile(values, ENDS).tolist()
    value, *ends = written(middle, low, high)
    return value, range_words(*ends)


def _places(results: StoredResults) -> dict[str, PageTable]:
    """By policy: people at each crossing, in the median run."""
    arrivals = queries.daily_by_crossing(results, ARRIVALS)
    waiting = queries.daily_by_crossing(results, WAITING)
    names = [place.name for place in queries.crossings(results)]
    columns = (
        translate("Crossing"),
        translate("Arrivals in all"),
        translate("Arrivals on its busiest day"),
        translate("Most waiting on a day"),
    )
    tables = {}
    for policy in queries.policies(results):
        measured = (
            arrivals[policy].sum(axis=2),
            arrivals[policy].max(axis=2, initial=0.0),
            waiting[policy].max(axis=2, initial=0.0),
        )
        medians = [np.median(each, axis=0).tolist() for each in measured]
        rows = zip(
            names, *([number(round(each)) for each in some] for some in medians), strict=True
        )
        tables[policy] = PageTable(
            translate("Places, in the median run"), columns, tuple(row for row in rows)
        )
    return tables


# ---- classes of people


def _class_medians(results: StoredResults) -> dict[tuple[str, str, str], float]:
    """Medians over the runs in which anybody of a class counts, by policy, class, indicator."""
    medians = results.by_class.group_by("policy", "class", "indicator").agg(
        pl.col("value").median()
    )
    return {(policy, which, name): value for policy, which, name, value in medians.iter_rows()}


def _classes(
    results: StoredResults, policy: str, medians: dict[tuple[str, str, str], float]
) -> PageTable:
    """Classes of people (rows) in the indicators that are broken down (columns)."""
    broken_down = set(results.by_class["indicator"].unique())
    entries = [
        entry
        for entry in results.manifest["indicators"]
        if entry["id"] in broken_down and queries.is_modelled(entry)
    ]
    heads = [
        translate(
            "{indicator}, {unit}",
            indicator=queries.indicator_name(entry),
            unit=queries.indicator_unit(entry),
        )
        for entry in entries
    ]
    known = [str(name) for name in results.manifest.get("classes", [])] if entries else []
    return PageTable(
        translate("By class of person"),
        (translate("People"), *heads),
        tuple(
            (
                queries.class_words(results, which),
                *(number(medians.get((policy, which, str(entry["id"])))) for entry in entries),
            )
            for which in known
        ),
    )
