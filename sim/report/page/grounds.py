"""What results rest on: assumptions, contested claims, legal positions, what a study can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from markupsafe import Markup

from sim.report.analysis import queries
from sim.report.analysis.drawn_names import parameter_name
from sim.report.page.trust import weight_heads
from sim.storage.json_object import JsonMapping, JsonObject
from sim.text.catalogue import translate
from sim.text.wording import NO_VALUE, estimate, in_quotes, listing, number, percent
from sim.world.quantities import GUESS, has_words

if TYPE_CHECKING:
    from sim.results.store import StoredResults

CODE = Markup("<code>{}</code>")
SKILL_OF = "arrivals a day and open crossing"  # what the table of learning says of skill
PURE = "1"  # the unit of a number without one
SEPARATOR = " ; "  # between the sources of a statement
Row = tuple[object, ...]


def grounds(results: StoredResults) -> JsonObject:
    """What the template says of the grounds of results, by the name that it has there."""
    manifest = results.manifest
    return {
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
    }


def _assumption(results: StoredResults, entry: queries.Entry) -> Row:
    low, high = _value(entry.get("low")), _value(entry.get("high"))
    missing = NO_VALUE in (low, high)
    return (
        _named(results, str(entry["key"])),
        _value(entry["value"]),
        translate(str(entry["unit"])) if entry.get("unit") not in (None, PURE) else "",
        "" if missing else translate("{low} to {high}", low=low, high=high),
        _borrowed(entry, _source(results, entry)),
    )


def _named(results: StoredResults, key: str) -> Markup:
    """An assumption by its name, and by what the scenario calls it."""
    name, code = parameter_name(results, key), CODE.format(key)
    return code if name == key else Markup("{} {}").format(name, code)


def _borrowed(entry: queries.Entry, source: str) -> str:
    """The source of an assumption; of which case it is borrowed, where it is."""
    case = entry.get("borrowed_from")
    return translate("borrowed from {case}: {source}", case=case, source=source) if case else source


def _value(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(float(value))
    return NO_VALUE if value is None else str(value)


def _source(results: StoredResults, entry: queries.Entry) -> str:
    told = _said(results, str(entry.get("source") or "")).replace(SEPARATOR, "; ")
    if told.startswith(GUESS):  # which has no translation, or says no more
        return translate("expert guess") + told.removeprefix(GUESS)
    return told or translate("not given")


def _said(results: StoredResults, text: str) -> str:
    """What a source or a date says, by the scenario's translations or the model's."""
    told = queries.scenario_text(results, text)
    return translate(text) if told == text and has_words(text) else told


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
    """An indicator or a parameter by its name, anything else by its id."""
    if about == SKILL_OF:
        return translate("arrivals a day and open crossing")
    entry = queries.indicator(results, about)
    return queries.indicator_name(entry) if entry else parameter_name(results, about)


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


def _states_with(states: pl.DataFrame, control: JsonMapping) -> int:
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
        policies=listing(
            [in_quotes(queries.scenario_text(results, label)) for label in rules["applies_to"]]
        ),
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
        when=_said(results, str(entry["when"])),
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
