"""What a manifest must say before results are shown: checked once, so that readers may rely on it.

A manifest is ours, but it lies on disk: it may be damaged, edited by hand, or made by others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sim.clock import YEARS

Shape: TypeAlias = (
    Any  # a type or several, words to choose from, a list of a shape, keys with shapes
)

NUMBER = (int, float)
DIRECTIONS = frozenset({"less", "more", "none"})
FAMILIES = frozenset({"security", "rights", "cost", "coercion"})
OPTIONAL_NUMBER = (int, float, type(None))
DESCRIBED = {"id": str, "label": str, "summary": str}
WEIGHED = {**DESCRIBED, "weight": NUMBER}
STATEMENT = {"who": str, "when": str, "source": str}
SHAPE: Mapping[str, Shape] = {
    "run_id": str,
    "seed": int,
    "replicates": int,
    "reference": str,
    "created": str,
    "command": (str, list),
    "versions": {"rajasim": str},
    "scenario": {
        "title": str,
        "summary": str,
        "file": str,
        "digest": str,
        "start": str,
        "end": str,
        "timezone": str,
    },
    "policies": [DESCRIBED],
    "places": [{"id": str, "name": str, "kind": str, "lat": NUMBER}],
    "indicators": [
        {
            "id": str,
            "name": str,
            "definition": str,
            "unit": str,
            "direction": DIRECTIONS,
            "family": FAMILIES,
        }
    ],
    "headline": [str],
    "assumptions": [
        {
            "key": str,
            "value": NUMBER,
            "unit": str,
            "low": OPTIONAL_NUMBER,
            "high": OPTIONAL_NUMBER,
            "source": str,
        }
    ],
    "limits": [str],
    "files": [{"name": str, "bytes": int, "sha256": str}],
}
MAY_BE_MISSING: Mapping[str, Shape] = {
    "classes": [str],
    "hypotheses": [WEIGHED],
    "responses": [{**WEIGHED, "with": [str]}],
    "learning": [{"id": str, "name": str, "definition": str, "unit": str}],
    "areas": [{"id": str, "name": str, "crossings": [str]}],
    "bands": [str],
    "weather": str,
    "claims": [
        {
            "id": str,
            "claim": str,
            "status": str,
            "note": str,
            "said_by": [STATEMENT],
            "disputed_by": [STATEMENT],
        }
    ],
    "legal_positions": [{"who": str, "position": str, "source": str}],
}


def manifest_fault(record: Mapping[str, Any]) -> str | None:
    """What is wrong with a manifest first, or None."""
    wanted = {**SHAPE, **{key: shape for key, shape in MAY_BE_MISSING.items() if key in record}}
    return next((fault for check in _CHECKS for fault in check(record, wanted)), None)


def _misshapen(value: Any, shape: Shape, key: str = "") -> Iterator[str]:
    where = key or "the manifest"
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            yield f"{where} is no object"
            return
        for name, inner in shape.items():
            path = f"{key}.{name}" if key else name
            if name not in value:
                yield f"{path} is missing"
            else:
                yield from _misshapen(value[name], inner, path)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for number, item in enumerate(value):
            yield from _misshapen(item, shape[0], f"{key}.{number}")
    elif isinstance(shape, frozenset):
        if not isinstance(value, str) or value not in shape:
            yield f"{where} is none of {', '.join(sorted(shape))}"
    elif not isinstance(value, shape) or isinstance(value, bool):
        yield f"{where} has a value of another kind"


def _faulty_names(record: Mapping[str, Any], _: Shape) -> Iterator[str]:
    for kind in ("policies", "places", "indicators", "areas"):
        ids = [entry["id"] for entry in record.get(kind, ())]
        if len(set(ids)) < len(ids):
            yield f"{kind} has an id twice"
    places = {entry["id"] for entry in record["places"]}
    if any(not places.issuperset(area["crossings"]) for area in record.get("areas", ())):
        yield "areas has a crossing that is none of the places"
    if record["reference"] not in {entry["id"] for entry in record["policies"]}:
        yield "reference is none of the policies"


def _faulty_span(record: Mapping[str, Any], _: Shape) -> Iterator[str]:
    scenario = record["scenario"]
    try:
        zone = ZoneInfo(scenario["timezone"])
        start, end = (datetime.fromisoformat(scenario[key]) for key in ("start", "end"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "scenario has no start, end and timezone that can be read"
        return
    start, end = (each if each.tzinfo else each.replace(tzinfo=zone) for each in (start, end))
    if not YEARS[0] <= start.year <= end.year <= YEARS[1] or end <= start:
        yield "scenario ends before it starts, or lies in another century"


def _faulty_translations(record: Mapping[str, Any], _: Shape) -> Iterator[str]:
    languages = record.get("translations", {})
    if not isinstance(languages, Mapping) or not all(
        isinstance(texts, Mapping) and all(isinstance(said, str) for said in texts.values())
        for texts in languages.values()
    ):
        yield "translations are not texts by language and text"


_CHECKS = (_misshapen, _faulty_names, _faulty_span, _faulty_translations)
