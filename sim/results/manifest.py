"""What a manifest must say before results are shown: checked once, so that readers may rely on it.

A manifest is ours, but it is on disk: it may be damaged, edited by hand, or made by others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from sim.clock import YEARS
from sim.results.tables.record import Manifest

# As sim.outcomes.indicator names them; reading results must not load the engine.
DirectionName: TypeAlias = Literal["less", "more", "none"]
FamilyName: TypeAlias = Literal["security", "rights", "cost", "coercion"]
DIRECTIONS: Final = frozenset(get_args(DirectionName))
FAMILIES: Final = frozenset(get_args(FamilyName))


class _Checked(BaseModel):
    """Part of a manifest; it may say more than is declared."""

    model_config = ConfigDict(strict=True, frozen=True)


class _Described(_Checked):
    id: str
    label: str
    summary: str


class _Weighed(_Described):
    weight: float


class _Response(_Weighed):
    goes_with: list[str] = Field(alias="with")


class _Control(_Described):
    chance: float
    draw_name: str


class _Versions(_Checked):
    rajasim: str


class _Scenario(_Checked):
    title: str
    summary: str
    file: str
    digest: str
    start: str
    end: str
    timezone: str


class _Place(_Checked):
    id: str
    name: str
    kind: str
    lat: float


class _Area(_Checked):
    id: str
    name: str
    crossings: list[str]


class _Origin(_Checked):
    id: str
    name: str


class _State(_Checked):
    id: str
    name: str
    crossings: list[str]


class _Learned(_Checked):
    id: str
    name: str
    definition: str
    unit: str


class _Indicator(_Learned):
    direction: DirectionName
    family: FamilyName
    eased_by_exclusion: bool
    not_modelled: str = ""


class _Series(_Checked):
    name: str
    unit: str
    meaning: str
    not_modelled: str


class _Assumption(_Checked):
    acts_on: list[str]
    key: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: str
    borrowed_from: str = ""


class _Statement(_Checked):
    who: str
    when: str
    source: str


class _Claim(_Checked):
    id: str
    claim: str
    status: str
    note: str
    said_by: list[_Statement]
    disputed_by: list[_Statement]


class _LegalPosition(_Checked):
    who: str
    position: str
    source: str


class _File(_Checked):
    name: str
    bytes: int
    sha256: str


class _Plugin(_Checked):
    name: str
    file: str
    version: str
    sha256: str
    registers: list[str]


class _Inputs(_Checked):
    keys: dict[str, object] = {}
    files: dict[str, str] = {}


class _Manifest(_Checked):
    run_id: str
    seed: int
    replicates: int
    runs_per_state: int
    reference: str
    created: str
    command: str | list[object]
    versions: _Versions
    scenario: _Scenario
    policies: list[_Described]
    places: list[_Place]
    indicators: list[_Indicator]
    headline: list[str]
    assumptions: list[_Assumption]
    limits: list[str]
    files: list[_File]
    classes: list[str] = []
    plugins: list[_Plugin] = []
    hypotheses: list[_Weighed] = []
    responses: list[_Response] = []
    controls: list[_Control] = []
    learning: list[_Learned] = []
    areas: list[_Area] = []
    origins: list[_Origin] = []
    states: list[_State] = []
    state_headline: list[str] = []
    bands: list[str] = []
    not_modelled: list[str] = []
    series: list[_Series] = []
    weather: str = ""
    claims: list[_Claim] = []
    legal_positions: list[_LegalPosition] = []
    code: str = ""
    inputs: _Inputs = _Inputs()


_FAULTS: Final = {
    "missing": "is missing",
    "list_type": "is no list",
    "model_type": "is no object",
    "model_attributes_type": "is no object",
    "dict_type": "is no object",
}


def manifest_fault(record: Manifest) -> str | None:
    """What is wrong with a manifest first, or None."""
    return next((fault for check in _CHECKS for fault in check(record)), None)


def _misshapen(record: Manifest) -> Iterator[str]:
    try:
        _Manifest.model_validate(dict(record))
    except ValidationError as error:
        yield from map(_located, error.errors(include_url=False, include_context=False))


def _located(error: ErrorDetails) -> str:
    """Where a fault is, and what it is."""
    if error["loc"][0] == "command":  # of a union, the rest of the place is its members
        return "command has a value of another kind"
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "literal_error":
        known = DIRECTIONS if error["loc"][-1] == "direction" else FAMILIES
        return f"{where} is none of {', '.join(sorted(known))}"
    return f"{where} {_FAULTS.get(error['type'], 'has a value of another kind')}"


def _faulty_names(record: Manifest) -> Iterator[str]:
    for kind in ("policies", "places", "indicators", "areas", "states"):
        ids = [entry["id"] for entry in record.get(kind, ())]
        if len(set(ids)) < len(ids):
            yield f"{kind} has an id twice"
    places = {entry["id"] for entry in record["places"]}
    for kind in ("areas", "states"):
        if any(not places.issuperset(each["crossings"]) for each in record.get(kind, ())):
            yield f"{kind} has a crossing that is none of the places"
    if record["reference"] not in {entry["id"] for entry in record["policies"]}:
        yield "reference is none of the policies"


def _faulty_span(record: Manifest) -> Iterator[str]:
    scenario = record["scenario"]
    try:
        zone = ZoneInfo(scenario["timezone"])
        start, end = (datetime.fromisoformat(scenario[key]) for key in ("start", "end"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "scenario has no start, end and timezone that can be read"
        return
    start, end = (each if each.tzinfo else each.replace(tzinfo=zone) for each in (start, end))
    if not YEARS[0] <= start.year <= end.year <= YEARS[1] or end <= start:
        yield "scenario ends before it starts, or is in another century"


def _faulty_translations(record: Manifest) -> Iterator[str]:
    languages = record.get("translations", {})
    if not isinstance(languages, Mapping) or not all(
        isinstance(texts, Mapping) and all(isinstance(said, str) for said in texts.values())
        for texts in languages.values()
    ):
        yield "translations are not texts by language and text"


_CHECKS = (_misshapen, _faulty_names, _faulty_span, _faulty_translations)
