"""The schema of a scenario file: frozen, and a key that it does not know is an error.

Places, roads, demand, policies and hypotheses are the records of the rooms below; only what belongs
to the file itself is declared here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from annotated_types import Interval, Len, MaxLen, MinLen
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from sim.clock import Opening, require_zone
from sim.hypotheses import registered_hypotheses, registered_responses
from sim.policies import registered_policies
from sim.policies.oversight import Oversight, Power
from sim.scenario.annotations import teach
from sim.scenario.bounds import MOST_PERSONS, MOST_RUNS_PER_STATE, MOST_SEED, MOST_STATES
from sim.scenario.records import LegalPosition
from sim.text.docstrings import restore
from sim.world.network import Crossing, Hub, Neighbour, ReceivingState, Road, Segment
from sim.world.origins import Demand
from sim.world.parameters import PARAMETER_NAMES

teach()
for _kind in (Opening, Power):
    restore(_kind)


def _in_our_times(moment: datetime) -> datetime:
    require_zone(moment)
    return moment


Text = Annotated[str, MinLen(1)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_our_times)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Let the schema describe the class where Python runs without docstrings too."""
        restore(cls)


class ParameterValue(_Record):
    """A central value of a scalar parameter, with its source."""

    value: float
    source: Text


class UncertainRange(_Record):
    """The range of an uncertain parameter: half of the draws are on each side of the centre."""

    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    source: Text


class WeatherFile(_Record):
    """An hourly series: a CSV with ``utc`` and, by zone, ``<zone>_c`` and ``<zone>_wind_kmh``."""

    file: Text
    zones: Annotated[tuple[Text, ...], MinLen(1)]
    source: Text


class ObservedArea(_Record):
    """What several crossings are called that were counted together."""

    name: Text
    crossings: Annotated[tuple[Text, ...], Len(1, 100)]


class ObservedFile(_Record):
    """Observed counts: a CSV with period_start, period_end, place, series, origin, count and so on.

    Attributes:
        file: the table, beside the scenario file; docs/how-to/import-counts.md has its columns, and
            ``rajasim import-counts`` writes it out of published files.
        source: where counts are from whose row does not say so.
        areas: crossings that were counted together, by the id under which the table has them.
    """

    file: Text
    source: Text
    areas: Annotated[dict[str, ObservedArea], MaxLen(100)] = {}


class Runs(_Record):
    """How many states of the world are drawn, runs in each, and the seed of all random numbers.

    Where ``runs_per_state`` is left out, policies are compared in two runs of each state of the
    world if anything about it is drawn, and a policy alone is run once in each.
    """

    replicates: Annotated[int, Interval(gt=0, le=MOST_STATES)] = 100
    runs_per_state: Annotated[int, Interval(gt=0, le=MOST_RUNS_PER_STATE)] | None = None
    seed: Annotated[int, Interval(ge=0, le=MOST_SEED)] = 1


class Described(_Record):
    """What every named policy and hypothesis says of itself, beside its own keys."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: Text
    label: Text
    summary: str = ""
    source: Text


class DescribedPolicy(Described):
    """A policy; ``concession`` says that it gives the transit side something it asks for (Q6)."""

    concession: bool = False


class WeightedHypothesis(Described):
    """A hypothesis and its prior weight."""

    weight: Annotated[float, Interval(ge=0.0, le=1e9)] = 1.0


class WeightedResponse(WeightedHypothesis):
    """A response rule of the transit side, its prior weight, and the hypotheses it may go with."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=False)

    hypotheses: Annotated[tuple[Text, ...], Field(alias="with")] = ()


class ScenarioFile(_Record):
    """A scenario file after ``extends`` and ``overrides``.

    Bounds keep a slip of the pen from asking for more than a machine has. Two can be raised in the
    file: ``max_days``, and ``max_persons`` for the people of one run, on average, at the highest
    that its uncertain parameters allow.
    """

    format_version: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    summary: Text
    timezone: Text = "Europe/Helsinki"
    transit_timezone: Text | None = None
    start: Moment
    end: Moment
    hubs: Annotated[tuple[Hub, ...], Len(1, 200)]
    crossings: Annotated[tuple[Crossing, ...], MaxLen(100)] = ()
    neighbours: Annotated[tuple[Neighbour, ...], MaxLen(100)] = ()
    segments: Annotated[tuple[Segment, ...], MaxLen(100)] = ()
    roads: Annotated[tuple[Road, ...], MaxLen(5000)] = ()
    states: Annotated[tuple[ReceivingState, ...], MaxLen(100)] = ()
    demand: Demand
    weather: WeatherFile | None = None
    parameters: dict[str, ParameterValue] = {}
    uncertainties: dict[str, UncertainRange] = {}
    hypotheses: Annotated[dict[str, WeightedHypothesis], Len(1, 1000)]
    responses: Annotated[dict[str, WeightedResponse], MaxLen(1000)] = {}
    policies: Annotated[dict[str, DescribedPolicy], Len(1, 1000)]
    oversight: Oversight | None = None
    reference: Text
    observed: ObservedFile | None = None
    claims: Text | None = None
    runs: Runs = Runs()
    limits: tuple[Text, ...] = ()
    legal_positions: tuple[LegalPosition, ...] = ()
    max_days: Annotated[int, Interval(gt=0, le=36500)] = 3660
    max_persons: Annotated[int, Interval(gt=0, le=100 * MOST_PERSONS)] = MOST_PERSONS


def json_schema() -> JsonSchemaValue:
    """The JSON Schema of a scenario file, for editors.

    ``extends`` and ``overrides`` are understood before the rest and added here by hand.
    """
    schema = ScenarioFile.model_json_schema()
    properties = schema["properties"]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    properties["extends"] = {"type": "string", "description": "the file to start from"}
    properties["overrides"] = {
        "type": "object",
        "description": "key paths and the values that replace what is there",
    }
    for section in ("parameters", "uncertainties"):
        properties[section]["propertyNames"] = {"enum": list(PARAMETER_NAMES)}
    schema["anyOf"] = [{"required": ["extends"]}, {"required": schema.pop("required")}]
    for section, described, kinds in (
        ("policies", DescribedPolicy, registered_policies()),
        ("hypotheses", WeightedHypothesis, registered_hypotheses()),
        ("responses", WeightedResponse, registered_responses()),
    ):
        choices = [_merged(name, described, _own(kind, schema)) for name, kind in kinds.items()]
        properties[section]["additionalProperties"] = {"anyOf": choices}
    value = schema["$defs"]["Step"]["properties"]["value"]
    value["anyOf"] = [{"type": value.pop("type")}, {"type": "string"}]  # the rate of a meter
    return schema


def _own(kind: type, schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema of a type's own keys; what it refers to goes to the definitions of the whole."""
    restore(kind)
    own = TypeAdapter(kind).json_schema(ref_template="#/$defs/{model}")
    schema["$defs"].update(own.pop("$defs", {}))
    return own


def _merged(type_name: str, described: type[Described], own: JsonSchemaValue) -> JsonSchemaValue:
    """One object schema out of the common keys and a policy's or hypothesis's own."""
    common = described.model_json_schema()
    return {
        "type": "object",
        "title": own.get("title", type_name),
        "description": own.get("description", ""),
        "properties": {
            **common["properties"],
            **own.get("properties", {}),
            "type": {"const": type_name},
        },
        "required": [*common["required"], *own.get("required", [])],
        "additionalProperties": False,
    }
