"""The report: one HTML file that needs nothing else, from the answer down to how to run it again.

Pictures are embedded, styles are inline, and no address is loaded; escaping is left to jinja2.
"""

from __future__ import annotations

import base64
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from sim.placing import place
from sim.report import facts
from sim.report.chart import Chart, figures
from sim.report.language import ENGLISH, say, spoken
from sim.report.table import TableRow, table_html, table_rows
from sim.report.templates import environment
from sim.report.wording import NO_VALUE, estimate, listing, lower, number, percent, plural

if TYPE_CHECKING:
    from sim.store import StoredResults

SHARPNESS = (130, 100, 80, 60)  # dots an inch, tried in turn
BUDGET = 3_500_000  # bytes of pictures; a third more in base64, and the report stays under 5 MB


def write_report(results: StoredResults, charts: Sequence[Chart]) -> Path:
    """Write ``report.html`` (``report.fi.html`` in Finnish) and return its path."""
    ending = "" if spoken() == ENGLISH else f".{spoken()}"
    path = results.folder / f"report{ending}.html"
    place(path, render_report(results, charts).encode())
    return path


def render_report(results: StoredResults, charts: Sequence[Chart]) -> str:
    """The report as text."""
    manifest = results.manifest
    return environment().get_template("report.html.j2").render(
        language=spoken(),
        manifest=manifest,
        scenario=manifest["scenario"],
        answer=answer(results),
        table=Markup(table_html(results)),  # noqa: S704 - escaped when it was rendered
        figures=[
            _figure(results, chart, picture)
            for chart, picture in zip(charts, _pictures(charts), strict=True)
        ],
        indicators=facts.headline(results),
        families=facts.FAMILIES,
        assumptions=[_assumption(entry) for entry in manifest["assumptions"]],
        hypotheses=_drawn(results, "hypotheses", "hypothesis"),
        responses=_drawn(results, "responses", "response"),
        classes=_classes(results),
        learning=_learning(results),
        reference=facts.labels(results)[str(manifest["reference"])],
        period=facts.period(results),
        runs=plural(len(facts.runs(results)), "{count} run", "{count} runs"),
        command=_command(manifest["command"]),
        not_a_forecast=say("model result, not a forecast"),
    )  # fmt: skip


def answer(results: StoredResults) -> list[str]:
    """What the results say, in about three sentences; waiting never without access."""
    rows = {(row.indicator, row.policy): row for row in table_rows(results)}
    leads = [name for name in (facts.WAITING, facts.WITHOUT_ACCESS) if _has(rows, name)]
    if not leads:
        leads = list(dict.fromkeys(key for key, _ in rows))[:2]
    sentences = [_state(results, rows, leads)]
    if len(facts.policies(results)) > 1:
        sentences += [_comparison(results, rows, name) for name in leads]
        sentences += _pulling_apart(results, rows)
    return sentences


def _has(rows: dict[tuple[str, str], TableRow], name: str) -> bool:
    return any(key == name for key, _ in rows)


def _state(
    results: StoredResults, rows: dict[tuple[str, str], TableRow], leads: Sequence[str]
) -> str:
    reference = str(results.manifest["reference"])
    parts = []
    for name in leads:
        row = rows[name, reference]
        value = estimate(row.median, row.q05, row.q95)
        parts.append(f"{lower(row.name)} {value} {row.unit}")
    label = facts.labels(results)[reference]
    return f"Under {label}, the median run [5–95 % of runs] gives: {'; '.join(parts)}."


def _comparison(results: StoredResults, rows: dict[tuple[str, str], TableRow], name: str) -> str:
    """Who is clearly better, worse or not clearly different in one indicator."""
    policies = facts.policies(results)
    words: dict[str, list[str]] = {}
    for policy in policies[1:]:
        row = rows[name, policy]
        words.setdefault(row.word, []).append(row.label)
    order = ["better", "lower", "worse", "higher", "no clear difference"]
    known = sorted(words, key=lambda w: order.index(w) if w in order else len(order))
    parts = [f"{word} under {_which(words[word])}" for word in known]
    label = facts.labels(results)[policies[0]]
    return f"{rows[name, policies[0]].name} against {label}: {'; '.join(parts)}."


def _which(names: Sequence[str]) -> str:
    """Two policies by name; more by number, since the table names them."""
    return (
        listing(names)
        if len(names) <= 2
        else plural(len(names), "{count} policy", "{count} policies")
    )


def _pulling_apart(results: StoredResults, rows: dict[tuple[str, str], TableRow]) -> list[str]:
    """Policies that shorten waiting and leave more people without access."""
    if not (_has(rows, facts.WAITING) and _has(rows, facts.WITHOUT_ACCESS)):
        return []
    apart = [
        rows[facts.WAITING, policy].label
        for policy in facts.policies(results)[1:]
        if rows[facts.WAITING, policy].word == "better"
        and rows[facts.WITHOUT_ACCESS, policy].word == "worse"
    ]
    if not apart:
        return []
    return [
        f"Waiting is shorter and more people are left without access under {_which(apart)}: "
        "fewer people at the border is not by itself a better outcome."
    ]


def _pictures(charts: Sequence[Chart]) -> list[bytes]:
    """The charts as PNG, as sharp as the size of the report allows."""
    pictures: list[bytes] = []
    for dpi in SHARPNESS:
        pictures = [chart.png(dpi=dpi) for chart in charts]
        if sum(len(picture) for picture in pictures) < BUDGET:
            break
    return pictures


def _figure(results: StoredResults, chart: Chart, picture: bytes) -> dict[str, Any]:
    content = base64.b64encode(picture).decode("ascii")
    saved = [
        f"{figures()}/{chart.name}.{suffix}"
        for suffix in ("svg", "png", "csv")
        if (results.folder / figures() / f"{chart.name}.{suffix}").is_file()
    ]
    width, height = chart.figure.get_size_inches()
    return {
        "name": chart.name,
        "title": chart.title,
        "subtitle": chart.subtitle,
        "alt": chart.alt,
        "source": f"data:image/png;base64,{content}",
        "width": round(width * 100),
        "height": round(height * 100),
        "saved": saved,
    }


def _assumption(entry: dict[str, Any]) -> dict[str, str]:
    def shown(value: object) -> str:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return number(float(value))
        return NO_VALUE if value is None else str(value)

    low, high = shown(entry.get("low")), shown(entry.get("high"))
    return {
        "key": str(entry["key"]),
        "value": shown(entry["value"]),
        "unit": str(entry.get("unit") or ""),
        "range": NO_VALUE if NO_VALUE in (low, high) else f"{low} to {high}",
        "source": str(entry.get("source") or "not given"),
    }


def _classes(results: StoredResults) -> list[dict[str, Any]]:
    """Policy by policy: classes of people (rows) in the indicators that are broken down (columns).

    Medians over the runs in which anybody of the class counts.
    """
    medians = results.by_class.group_by("policy", "class", "indicator").agg(
        pl.col("value").median()
    )
    cells = {(policy, which, name): value for policy, which, name, value in medians.iter_rows()}
    known = [str(name) for name in results.manifest.get("classes", [])]
    broken_down = set(results.by_class["indicator"].unique())
    columns = [entry for entry in results.manifest["indicators"] if entry["id"] in broken_down]
    return [
        {
            "label": facts.labels(results)[policy],
            "columns": [f"{entry['name']}, {entry['unit']}" for entry in columns],
            "rows": [
                (which, [number(cells.get((policy, which, entry["id"]))) for entry in columns])
                for which in known
            ],
        }
        for policy in facts.policies(results)
        if columns
    ]


def _learning(results: StoredResults) -> list[dict[str, Any]]:
    """Indicators of the study, each with what it is about; none without rows."""
    entries = []
    for entry in results.manifest.get("learning", []):
        rows = results.learning.filter(indicator=entry["id"]).sort("value", descending=False)
        entries.append(
            {
                **entry,
                "rows": [
                    (_subject(results, about), estimate(value, low, high), unit)
                    if low is not None
                    else (_subject(results, about), number(value), unit)
                    for about, value, low, high, unit in rows.select(
                        "about", "value", "low", "high", "unit"
                    ).iter_rows()
                ],
            }
        )
    return [entry for entry in entries if entry["rows"]]


def _subject(results: StoredResults, about: str) -> str:
    """An indicator by its name, anything else as it is called."""
    entry = facts.indicator(results, about)
    return str(entry["name"]) if entry else about


def _drawn(results: StoredResults, key: str, column: str) -> list[dict[str, str]]:
    """Each hypothesis or response with its weight and how many worlds drew it."""
    entries = results.manifest.get(key, [])
    total = sum(float(entry["weight"]) for entry in entries) or 1.0
    drawn = results.worlds[column].to_list()
    return [
        {
            "label": str(entry["label"]),
            "weight": percent(float(entry["weight"]) / total),
            "worlds": str(drawn.count(entry["id"])),
            "summary": str(entry["summary"]),
            "source": str(entry.get("source") or "not given"),
        }
        for entry in entries
    ]


def _command(command: object) -> str:
    """The command line as it would be typed."""
    return command if isinstance(command, str) else shlex.join(str(word) for word in command)  # type: ignore[attr-defined]
