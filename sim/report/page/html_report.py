"""The report: HTML files that need nothing else, from the answer down to how to run it again.

The short report has the first screen, the table, the charts that lead, and what must be known of
limits; the full one has everything. Pictures are embedded, styles are inline, and a
Content-Security-Policy forbids every request, so that a report may be opened anywhere; escaping is
left to jinja2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from sim.report.analysis import queries
from sim.report.analysis.policy_choice import named
from sim.report.charts.drawn_chart import figures
from sim.report.charts.registry import CHARTS, Section
from sim.report.drawing.pictures import Picture, embedded
from sim.report.drawing.shown_chart import ShownChart
from sim.report.html_templates import environment
from sim.report.page.answer import answer
from sim.report.page.comparison_table import cards_html, table_html
from sim.report.page.findings import causes_finding, table_finding
from sim.report.page.glance import glance
from sim.report.page.grounds import grounds
from sim.report.page.policy_pages import policy_pages, policy_summaries
from sim.report.page.provenance import citation, command_shown, made_by
from sim.report.page.shortcomings import shortcomings
from sim.report.page.state_tables import indicators_shown, tables_html
from sim.report.page.trust import trust
from sim.report.page.trust_picture import trust_picture
from sim.report.page.wholes import wholes
from sim.storage.atomic import write_atomically
from sim.storage.json_object import JsonMapping, JsonObject
from sim.text.catalogue import current_language, phrases, translate
from sim.text.html import digests_of_scripts
from sim.text.languages import Language

if TYPE_CHECKING:
    from sim.results.store import StoredResults

LIMIT = 5_000_000  # bytes of a report
NO_BREAK_SPACE: Final = "\u00a0"
_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=%|°C|h\b)")  # a line never begins with the unit
SHOWN_IF = {"wholes": "wholes", "others": "others", "legal": "legal", "learning": "learning"}
ONLY_FULL: Final = ("wholes", "indicators", "assumptions", "legal", "learning")  # sections


@dataclass(frozen=True)
class Scope:
    """How much of the results a report shows.

    Attributes:
        full: everything; else what fits a few pages.
        policies: ids of the policies that are drawn, the reference aside; all if None.
        title: the title of the page; the scenario's if None.
    """

    full: bool = True
    policies: Sequence[str] | None = None
    title: str | None = None


EVERYTHING: Final = Scope()


def report_name(*, full: bool) -> str:
    """``report.html``, ``report-full.html``, or in Finnish ``report.fi.html``."""
    stem = "report-full" if full else "report"
    ending = "" if current_language() is Language.ENGLISH else f".{current_language()}"
    return f"{stem}{ending}.html"


def write_report(
    results: StoredResults,
    charts: Sequence[ShownChart],
    layer: Scope = EVERYTHING,
    *,
    player: Markup | None = None,
) -> Path:
    """Write a report into the results folder, under :func:`report_name`, and return its path."""
    path = results.folder / report_name(full=layer.full)
    page = render_report(results, charts, layer, player=player)
    write_atomically(path, page.encode())
    return path


def render_report(
    results: StoredResults,
    charts: Sequence[ShownChart],
    layer: Scope = EVERYTHING,
    *,
    player: Markup | None = None,
) -> str:
    """The report as text, less than 5 MB of it.

    Args:
        results: what the report shows.
        charts: the pictures; each is in the section of its kind.
        layer: how much is shown.
        player: a part of the page that moves, with its script; none if None.

    Raises:
        ResultsError: there is no room for so many charts, or there is no such policy.
    """
    parts = _parts(results, charts, layer, player)
    template = environment().get_template("report.html.j2")
    sections = _sections(charts, player)
    bare = template.render(parts, story=_story(results, sections, charts, [[]] * len(charts)))
    pictures = embedded([chart.png() for chart in charts], room=LIMIT - len(bare.encode()))
    page = template.render(parts, story=_story(results, sections, charts, pictures))
    return _BEFORE_UNIT.sub(NO_BREAK_SPACE, page)


def _parts(
    results: StoredResults, charts: Sequence[ShownChart], layer: Scope, player: Markup | None
) -> JsonObject:
    """What the template says, but for the pictures."""
    shown = results if layer.policies is None else queries.showing(results, layer.policies)
    manifest = results.manifest
    scenario_title = queries.scenario_text(results, manifest["scenario"]["title"])
    parts: JsonObject = {
        "full": layer.full,
        "language": current_language(),
        "manifest": manifest,
        "title": layer.title or scenario_title,
        "question": layer.title or question(results),
        "summary": queries.scenario_text(results, manifest["scenario"]["summary"]),
        "about": _about(results),
        "answer": answer(shown),
        "names_some": len(named(shown)) < len(queries.policies(shown)) - 1,
        "shortcomings": shortcomings(results),
        "glance": glance(shown),
        "trust": trust(results),
        "trust_picture": trust_picture(results),
        "table": Markup(tables_html(shown)),  # noqa: S704 - escaped when it was rendered
        "cards": Markup(cards_html(shown)),  # noqa: S704 - as above
        "table_finding": table_finding(shown),
        "others": _others(results, shown),
        "wholes": (parts_of_wholes := wholes(shown) if layer.full else []),
        "causes_finding": causes_finding(shown) if parts_of_wholes else "",
        "player": player,
        "scripts": digests_of_scripts(player),
        "policies": policy_pages(results) if layer.full else policy_summaries(shown),
        "indicators": [_indicator(entry) for entry in indicators_shown(results)],
        **(basis := grounds(results)),
        "short_hypotheses": [row[:-1] for row in basis["hypotheses"]],  # without their sources
        "command": command_shown(manifest["command"]),
        "citation": citation(results),
        "made": made_by(results),
        "elsewhere": report_name(full=not layer.full),
        "elsewhere_is_there": (results.folder / report_name(full=not layer.full)).is_file(),
        "folder": str(results.folder),
    }
    return {**parts, "headings": _headings(charts, parts)}


def question(results: StoredResults) -> str:
    """What the report answers: the title of the page."""
    title = queries.scenario_text(results, results.manifest["scenario"]["title"])
    reference, *others = queries.labels(results).values()
    if not others:
        return translate("{title}: what happens under “{policy}”?", title=title, policy=reference)
    if len(others) == 1:
        return translate(
            "{title}: what would “{policy}” have changed?", title=title, policy=others[0]
        )
    return translate("{title}: what would other policies have changed?", title=title)


def _others(results: StoredResults, shown: StoredResults) -> Markup | None:
    """The table of the policies that are not drawn; None where all are."""
    drawn = queries.policies(shown)
    left = [policy for policy in queries.policies(results) if policy not in drawn]
    if not left:
        return None
    return Markup(table_html(queries.showing(results, left)))  # noqa: S704 - escaped when rendered


def _headings(charts: Sequence[ShownChart], parts: JsonMapping) -> dict[str, str]:
    """The headings of the sections that there are, by id, in order: each is a question."""
    headings = {
        "answer": translate("What do the runs say?"),
        "table": translate("How do the policies compare?"),
        "wholes": translate("Who is left without access, and what does it cost?"),
        **{id_of(each): section_words(each) for each in _sections(charts, parts["player"])},
        "policies": translate("What is each policy, and what comes of it?"),
        "indicators": translate("What do the indicators mean?"),
        "assumptions": translate("What is assumed, and on what grounds?"),
        "contested": translate("What is contested?"),
        "limits": translate("What can this not say?"),
        "legal": translate("What does the law say? Positions differ"),
        "learning": translate("What can this study show, and what can it not?"),
        "others": translate("What of the other policies?"),
        "again": translate("How is it cited, and run again?"),
    }
    left_out = {id for id, part in SHOWN_IF.items() if not parts[part]}
    left_out |= set() if parts["full"] else set(ONLY_FULL)
    return {id: heading for id, heading in headings.items() if id not in left_out}


section_words = phrases(
    {
        Section.HAPPENED: "What happened, day by day?",
        Section.CHANGES: "What does each policy change?",
        Section.COSTS: "What does it cost, and whom?",
        Section.SURE: "How far can the model be trusted?",
        Section.RANKING: "What would change the answer?",
    }
)
"""The heading of a part of the story."""


def id_of(section: Section) -> str:
    """The id of a part of the story in the page."""
    return section.name.lower()


def _sections(charts: Sequence[ShownChart], player: Markup | None) -> list[Section]:
    """The parts of the story that there is something to show for; trust always."""
    shown = {CHARTS[chart.name].section for chart in charts} | {Section.SURE}
    return [each for each in Section if each in shown or (player and each is Section.HAPPENED)]


def _story(
    results: StoredResults,
    sections: Sequence[Section],
    charts: Sequence[ShownChart],
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


def _figure(
    results: StoredResults, chart: ShownChart, picture: Sequence[Picture]
) -> dict[str, object]:
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
        runs=queries.counted_runs(results),
        reference=queries.quoted_labels(results)[str(results.manifest["reference"])],
        run=results.manifest["run_id"],
    )


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
