"""The report: one HTML file that needs nothing else, from the answer down to how to run it again.

Pictures are embedded, styles are inline, and its Content-Security-Policy forbids every request, so
that it may be opened anywhere; escaping is left to jinja2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from sim.report.analysis import queries
from sim.report.charts.drawn_chart import Shown, figures
from sim.report.charts.registry import CHARTS, Section
from sim.report.drawing.pictures import Picture, embedded
from sim.report.page.answer import answer
from sim.report.page.provenance import citation, command_shown, made_by
from sim.report.page.shortcomings import shortcomings
from sim.report.page.state_tables import indicators_shown, tables_html
from sim.report.page.trust import trust, weight_heads
from sim.report.page.wholes import wholes
from sim.report.templates import environment
from sim.storage.atomic import write_atomically
from sim.text.catalogue import current_language, phrases, translate
from sim.text.html import digests_of_scripts
from sim.text.languages import Language
from sim.text.wording import NO_VALUE, estimate, number, percent, plural

if TYPE_CHECKING:
    from sim.results.store import StoredResults

LIMIT = 5_000_000  # bytes of a report
SHOWN_IF = {"wholes": "wholes", "bears": "classes", "legal": "legal", "learning": "learning"}
CODE = Markup("<code>{}</code>")
Row = tuple[object, ...]


def write_report(
    results: StoredResults,
    charts: Sequence[Shown],
    *,
    player: Markup | None = None,
    title: str | None = None,
) -> Path:
    """Write ``report.html`` (``report.fi.html`` in Finnish) and return its path."""
    ending = "" if current_language() is Language.ENGLISH else f".{current_language()}"
    path = results.folder / f"report{ending}.html"
    write_atomically(path, render_report(results, charts, player=player, title=title).encode())
    return path


def render_report(
    results: StoredResults,
    charts: Sequence[Shown],
    *,
    player: Markup | None = None,
    title: str | None = None,
) -> str:
    """The report as text, less than 5 MB of it.

    Args:
        results: what the report shows.
        charts: the pictures; each is in the section of its kind.
        player: a part of the page that moves, with its script; none if None.
        title: the title of the page; the scenario's if None.

    Raises:
        ResultsError: there is no room for so many charts.
    """
    parts = _parts(results, charts, player)
    parts["title"] = title or parts["title"]
    template = environment().get_template("report.html.j2")
    sections = _sections(charts, player)
    bare = template.render(parts, story=_story(results, sections, charts, [[]] * len(charts)))
    pictures = embedded([chart.png() for chart in charts], room=LIMIT - len(bare.encode()))
    return template.render(parts, story=_story(results, sections, charts, pictures))


def _parts(
    results: StoredResults, charts: Sequence[Shown], player: Markup | None
) -> dict[str, Any]:
    """What the template says, but for the pictures."""
    manifest = results.manifest
    parts: dict[str, Any] = {
        "language": current_language(),
        "manifest": manifest,
        "title": queries.scenario_text(results, manifest["scenario"]["title"]),
        "summary": queries.scenario_text(results, manifest["scenario"]["summary"]),
        "about": _about(results),
        "answer": [*answer(results), *shortcomings(results)],
        "table": Markup(tables_html(results)),  # noqa: S704 - escaped when it was rendered
        "wholes": wholes(results),
        "trust": trust(results),
        "player": player,
        "scripts": digests_of_scripts(player),
        "classes": _classes(results),
        "policies": _policies(results),
        "indicators": [_indicator(entry) for entry in indicators_shown(results)],
        "assumptions": [_assumption(results, entry) for entry in manifest["assumptions"]],
        "hypotheses": _drawn(results, "hypotheses", "hypothesis"),
        "responses": _drawn(results, "responses", "response"),
        "weight_heads": weight_heads(results),
        "controls": _controls(results),
        "oversight": _oversight(results),
        "claims": [_claim(results, entry) for entry in manifest.get("claims", [])],
        "limits": [queries.scenario_text(results, limit) for limit in manifest["limits"]],
        "legal": _legal(results),
        "learning": _learning(results),
        "command": command_shown(manifest["command"]),
        "citation": citation(results),
        "made": made_by(results),
    }
    return {**parts, "headings": _headings(charts, parts)}


def _headings(charts: Sequence[Shown], parts: Mapping[str, Any]) -> dict[str, str]:
    """The headings of the sections that there are, by id, in order."""
    headings = {
        "answer": translate("What the runs say"),
        "table": translate("Policies compared"),
        "wholes": translate("Access and cost, part by part"),
        **{id_of(each): section_words(each) for each in _sections(charts, parts["player"])},
        "bears": translate("Who bears it"),
        "policies": translate("The policies"),
        "indicators": translate("What the indicators mean"),
        "assumptions": translate("Assumptions and their sources"),
        "contested": translate("Contested claims"),
        "limits": translate("Limits"),
        "legal": translate("Legal positions"),
        "learning": translate("What this study can show, and what it cannot"),
        "again": translate("How to cite it, and how to run it again"),
    }
    empty = {id for id, part in SHOWN_IF.items() if not parts[part]}
    return {id: heading for id, heading in headings.items() if id not in empty}


section_words = phrases(
    {
        Section.HAPPENED: "What happened",
        Section.CHANGES: "What each policy changes",
        Section.COSTS: "What it costs, and whom",
        Section.SURE: "How far the model can be trusted",
        Section.RANKING: "What would change the ranking",
    }
)
"""The heading of a part of the story."""


def id_of(section: Section) -> str:
    """The id of a part of the story in the page."""
    return section.name.lower()


def _sections(charts: Sequence[Shown], player: Markup | None) -> list[Section]:
    """The parts of the story that there is something to show for; trust always."""
    shown = {CHARTS[chart.name].section for chart in charts} | {Section.SURE}
    return [each for each in Section if each in shown or (player and each is Section.HAPPENED)]


def _story(
    results: StoredResults,
    sections: Sequence[Section],
    charts: Sequence[Shown],
    pictures: Sequence[Sequence[Picture]],
) -> dict[str, list[dict[str, object]]]:
    """The figures of each section, by its id, in order."""
    return {
        id_of(section): [
            _figure(results, chart, picture)
            for chart, picture in zip(charts, pictures, strict=True)
            if CHARTS[chart.name].section is section
        ]
        for section in sections
    }


def _figure(results: StoredResults, chart: Shown, picture: Sequence[Picture]) -> dict[str, object]:
    saved = [f"{figures()}/{chart.name}.{suffix}" for suffix in ("png", "csv")]
    there = [path for path in saved if (results.folder / path).is_file()]
    return {
        "name": chart.name,
        "title": chart.title,
        "subtitle": chart.subtitle,
        "alt": chart.alt,
        "strips": picture,
        "saved": there,
    }


def _about(results: StoredResults) -> str:
    return translate(
        "{period}, times of {zone}; {runs} a policy; reference: {reference}; run {run}",
        period=queries.period(results),
        zone=results.manifest["scenario"]["timezone"],
        runs=plural(len(queries.runs(results)), "{count} run", "{count} runs"),
        reference=queries.labels(results)[str(results.manifest["reference"])],
        run=results.manifest["run_id"],
    )


def _policies(results: StoredResults) -> list[tuple[str, str]]:
    labels = queries.labels(results)
    reference = results.manifest["reference"]
    return [
        (
            translate("{policy} (reference)", policy=labels[entry["id"]])
            if entry["id"] == reference
            else labels[entry["id"]],
            queries.scenario_text(results, str(entry["summary"])),
        )
        for entry in results.manifest["policies"]
    ]


def _indicator(entry: queries.Entry) -> dict[str, str]:
    return {
        "id": str(entry["id"]),
        "name": queries.indicator_name(entry),
        "unit": queries.indicator_unit(entry),
        "definition": _definition(entry),
        "family": queries.family_words(str(entry["family"])),
    }


def _definition(entry: queries.Entry) -> str:
    """What an indicator is, and why it has no value where it is not modelled."""
    text = queries.indicator_definition(entry)
    if queries.is_modelled(entry):
        return text
    missing = translate("Not modelled here: {reason}.", reason=queries.why_not_modelled(entry))
    return f"{text} {missing}"


def _assumption(results: StoredResults, entry: queries.Entry) -> Row:
    low, high = _value(entry.get("low")), _value(entry.get("high"))
    missing = NO_VALUE in (low, high)
    return (
        CODE.format(entry["key"]),
        _value(entry["value"]),
        translate(str(entry["unit"])) if entry.get("unit") else "",
        NO_VALUE if missing else translate("{low} to {high}", low=low, high=high),
        _borrowed(entry, _source(results, entry)),
    )


def _borrowed(entry: queries.Entry, source: str) -> str:
    """The source of an assumption; of which case it is borrowed, where it is."""
    case = entry.get("borrowed_from")
    return translate("borrowed from {case}: {source}", case=case, source=source) if case else source


def _value(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(float(value))
    return NO_VALUE if value is None else str(value)


def _source(results: StoredResults, entry: queries.Entry) -> str:
    source = str(entry.get("source") or "")
    if source == "expert guess":
        return translate("expert guess")
    return queries.scenario_text(results, source) or translate("not given")


def _classes(results: StoredResults) -> list[dict[str, object]]:
    """Policy by policy: classes of people (rows) in the indicators that are broken down (columns).

    Medians over the runs in which anybody of the class counts.
    """
    medians = results.by_class.group_by("policy", "class", "indicator").agg(
        pl.col("value").median()
    )
    cells = {(policy, which, name): value for policy, which, name, value in medians.iter_rows()}
    known = [str(name) for name in results.manifest.get("classes", [])]
    broken_down = set(results.by_class["indicator"].unique())
    columns = [
        entry
        for entry in results.manifest["indicators"]
        if entry["id"] in broken_down and queries.is_modelled(entry)
    ]
    heads = [
        translate(
            "{indicator}, {unit}",
            indicator=queries.indicator_name(e),
            unit=queries.indicator_unit(e),
        )
        for e in columns
    ]
    return [
        {
            "label": queries.labels(results)[policy],
            "columns": [translate("People"), *heads],
            "rows": [
                (
                    queries.class_words(results, which),
                    *(number(cells.get((policy, which, entry["id"]))) for entry in columns),
                )
                for which in known
            ],
        }
        for policy in queries.policies(results)
        if columns
    ]


def _learning(results: StoredResults) -> list[dict[str, object]]:
    """Indicators of the study, each with what it is about; none without rows."""
    entries: list[dict[str, object]] = []
    for entry in results.manifest.get("learning", []):
        rows = results.learning.filter(indicator=entry["id"]).sort("value", descending=False)
        entries.append(
            {
                "id": str(entry["id"]),
                "name": queries.indicator_name(entry),
                "definition": queries.indicator_definition(entry),
                "rows": [
                    (
                        _subject(results, about),
                        number(value) if low is None else estimate(value, low, high),
                        number(chance),
                        translate(unit),
                    )
                    for about, value, low, high, chance, unit in rows.select(
                        "about", "value", "low", "high", "chance", "unit"
                    ).iter_rows()
                ],
            }
        )
    return [entry for entry in entries if entry["rows"]]


def _subject(results: StoredResults, about: str) -> str:
    """An indicator by its name, anything else as it is called."""
    entry = queries.indicator(results, about)
    return queries.indicator_name(entry) if entry else about


def _drawn(results: StoredResults, key: str, column: str) -> list[Row]:
    """Each hypothesis or response with its weights and how many states of the world drew it."""
    entries = results.manifest.get(key, [])
    total = sum(float(entry["weight"]) for entry in entries) or 1.0
    drawn = results.states_of_world[column].to_list()
    posterior = results.manifest.get("posterior")
    return [
        (
            queries.scenario_text(results, str(entry["label"])),
            percent(float(entry["weight"]) / total),
            *([percent(posterior[key].get(entry["id"], 0.0))] if posterior else []),
            number(drawn.count(entry["id"])),
            queries.scenario_text(results, str(entry["summary"])),
            _source(results, entry),
        )
        for entry in entries
    ]


def _controls(results: StoredResults) -> list[Row]:
    """Each control with its chance and in how many states of the world there was one."""
    states = results.states_of_world
    return [
        (
            queries.scenario_text(results, str(entry["label"])),
            percent(float(entry["chance"])),
            number(_states_with(states, entry)),
            queries.scenario_text(results, str(entry["summary"])),
            _source(results, entry),
        )
        for entry in results.manifest.get("controls", [])
    ]


def _states_with(states: pl.DataFrame, control: Mapping[str, Any]) -> int:
    """In how many states of the world there was a control: drawn, where it may be."""
    there = (pl.col(control["draw_name"]) > 0.0) & pl.col("hypothesis").is_in(control["with"])
    return states.filter(there).height


def _oversight(results: StoredResults) -> str:
    """What review of decisions there is; empty where there is none."""
    rules = results.manifest.get("oversight")
    if not rules:
        return ""
    power = {
        "keep-one": translate("one crossing is kept open"),
        "require-exception": translate("exceptions are required"),
        "strike-down": translate("decisions are struck down"),
        "delay": translate("decisions are put off"),
    }.get(rules["power"], rules["power"])
    source = _source(results, rules)
    if not rules["applies_to"]:
        return translate(
            "Courts and overseers of the receiving state may hold up, amend or strike down "
            "decisions that bar people ({power}; {source}).",
            power=power,
            source=source,
        )
    return translate(
        "Under some policies courts and overseers of the receiving state may hold up, amend or "
        "strike down decisions that bar people ({power}; {source}): {policies}.",
        power=power,
        source=source,
        policies="; ".join(queries.scenario_text(results, label) for label in rules["applies_to"]),
    )


def _claim(results: StoredResults, entry: queries.Entry) -> dict[str, object]:
    status = {
        "contested": translate("contested"),
        "unverified": translate("unverified"),
        "partly documented": translate("partly documented"),
    }
    return {
        "id": str(entry["id"]),
        "claim": queries.scenario_text(results, str(entry["claim"])),
        "status": status.get(entry["status"], entry["status"]),
        "note": queries.scenario_text(results, str(entry["note"])),
        "said_by": [_statement(results, each) for each in entry["said_by"]],
        "disputed_by": [_statement(results, each) for each in entry["disputed_by"]],
    }


def _statement(results: StoredResults, entry: queries.Entry) -> str:
    return translate(
        "{who} ({when}): {source}",
        who=queries.scenario_text(results, str(entry["who"])),
        when=translate("not recorded") if entry["when"] == "not recorded" else entry["when"],
        source=_source(results, entry),
    )


def _legal(results: StoredResults) -> list[Row]:
    return [
        (
            queries.scenario_text(results, str(entry["who"])),
            queries.scenario_text(results, str(entry["position"])),
            _source(results, entry),
        )
        for entry in results.manifest.get("legal_positions", [])
    ]
