"""The schema of a scenario file: frozen, and a key that it does not know is an error.

Places, roads, demand, policies and hypotheses are the records of the rooms below; only what belongs
to the file itself is declared here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal

from annotated_types import Interval, Len, MaxLen, MinLen
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from sim.clock import Opening, require_zone
from sim.hypotheses import GateStep, registered_hypotheses, registered_responses
from sim.policies import registered_policies
from sim.policies.oversight import Oversight, Power
from sim.scenario.annotations import teach
from sim.scenario.bounds import MOST_PERSONS, MOST_RUNS_PER_STATE, MOST_SEED, MOST_STATES
from sim.scenario.record_keys import sentence
from sim.scenario.records import LegalPosition
from sim.scenario.schema_descriptions import (
    INSTRUCTION_MEANINGS,
    describe_keys,
    describe_records,
    parameter_schemas,
)
from sim.text.docstrings import restore
from sim.world.fields import Share
from sim.world.network import Crossing, Hub, Neighbour, ReceivingState, Road, Segment
from sim.world.origins import Demand

teach()
for _kind in (Opening, Power):
    restore(_kind)


def _in_our_times(moment: datetime) -> datetime:
    require_zone(moment)
    return moment


Text = Annotated[str, MinLen(1)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_our_times)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Let the schema describe the class where Python runs without docstrings too."""
        restore(cls)


class ParameterValue(_Record):
    """A central value of a scalar parameter, with its source.

    Attributes:
        value: in the unit of the parameter, within its range (``rajasim list parameters``).
            Example: ``7``.
        source: where the value comes from: evidence, a paper, or ``expert guess``.
    """

    value: float
    source: Text


class UncertainRange(_Record):
    """The range of an uncertain parameter: half of the draws are on each side of the centre.

    Attributes:
        low: lowest value that may be drawn, not above the central value. Example: ``0.5``.
        high: highest value that may be drawn, not below the central value. Example: ``2``.
        scale: what is uniform on each side of the centre: the value, or its logarithm, for
            factors. Example: ``log``.
        source: where the range comes from: evidence, a paper, or ``expert guess``.
    """

    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    source: Text


class WeatherFile(_Record):
    """An hourly series: a CSV with ``utc`` and, by zone, ``<zone>_c`` and ``<zone>_wind_kmh``.

    Attributes:
        file: the CSV, relative to the file that names it. Example: ``weather.csv``.
        zones: names of the zones; a crossing names its own with its key ``weather``.
            Example: ``[north, south]``.
        source: where the series comes from.
    """

    file: Text
    zones: Annotated[tuple[Text, ...], MinLen(1)]
    source: Text


class ObservedArea(_Record):
    """What several crossings are called that were counted together.

    Attributes:
        name: how charts and tables name them.
        crossings: ids of the crossings. Example: ``[near, far]``.
    """

    name: Text
    crossings: Annotated[tuple[Text, ...], Len(1, 100)]


class CountedPeople(_Record):
    """People of a series at some places over some days, taken as a mean a day.

    Attributes:
        series: what is counted, as in the table of counts. Example: ``waiting_before``.
        places: ids of crossings or areas, added up; left out, the whole border. Example:
            ``[far]``.
        from: first day. Example: ``2023-11-20``.
        to: last day; left out, the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    series: Text = "arrivals"
    places: Annotated[tuple[Text, ...], MaxLen(100)] = ()
    first: Annotated[date, Field(alias="from")]
    last: Annotated[date | None, Field(alias="to")] = None


class ExpectedPattern(_Record):
    """What was seen and the model must be able to show before anybody learns from it.

    The states of the world must hold what was counted among their middle 90 %, or, with
    ``at_least``, reach a number often enough.

    Attributes:
        name: what it is, for tables. Example: ``Rush on the last open day``.
        people: people a day.
        over: people a day that these are divided by; left out, they are not. Example: ``{from:
            2023-11-16}``.
        at_least: number that some states of the world must reach, where what was counted is not
            exact enough to be among the others.
        in_share: share of the states of the world that must reach it.
        source: where it is documented.
    """

    name: Text
    people: CountedPeople
    over: CountedPeople | None = None
    at_least: Annotated[float, Interval(ge=0.0, le=1e9)] | None = None
    in_share: Share = 0.05
    source: Text


class ObservedFile(_Record):
    """Observed counts: a CSV with period_start, period_end, place, series, origin, count and so on.

    Attributes:
        file: the table, relative to the file that names it; docs/how-to/import-counts.md has its
            columns, and ``rajasim import-counts`` writes it out of published files. Example:
            ``observed.csv``.
        source: where counts are from whose row does not say so.
        areas: crossings that were counted together, by the id under which the table has them.
        patterns: what the model must be able to show, by an id of your own (``rajasim patterns``).
    """

    file: Text
    source: Text
    areas: Annotated[dict[str, ObservedArea], MaxLen(100)] = {}
    patterns: Annotated[dict[str, ExpectedPattern], MaxLen(100)] = {}


class Runs(_Record):
    """How many states of the world are drawn, runs in each, and the seed of all random numbers.

    Attributes:
        replicates: states of the world that are drawn; the same for every policy.
        runs_per_state: runs of each policy in each of them. Where it is left out, policies are
            compared in two runs of each state of the world if anything about it is drawn, and a
            policy alone is run once in each. Example: ``2``.
        seed: of all random numbers: the same seed gives the same results.
    """

    replicates: Annotated[int, Interval(gt=0, le=MOST_STATES)] = 100
    runs_per_state: Annotated[int, Interval(gt=0, le=MOST_RUNS_PER_STATE)] | None = None
    seed: Annotated[int, Interval(ge=0, le=MOST_SEED)] = 1


class Described(_Record):
    """What every named policy and hypothesis says of itself, beside its own keys.

    Attributes:
        type: which rule it is; the other keys are those of the type. Example: ``open``.
        label: its name in charts and tables. Example: ``All crossings open``.
        summary: what it does, in a sentence, for the report. Example: ``Nothing is closed.``.
        source: where it comes from: a decision, a document, or ``expert guess``.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    type: Text
    label: Text
    summary: str = ""
    source: Text


class DescribedPolicy(Described):
    """A policy of the receiving state, under an id of your own.

    Attributes:
        concession: whether it gives the transit side something that it asks for (indicator Q6).
    """

    concession: bool = False


class WeightedHypothesis(Described):
    """A rival description of what the transit side does, under an id of your own.

    Attributes:
        weight: prior weight against the other ones; it is drawn for that share of the states of
            the world.
    """

    weight: Annotated[float, Interval(ge=0.0, le=1e9)] = 1.0


class WeightedResponse(WeightedHypothesis):
    """A rule by which the transit side answers to what it sees, under an id of your own.

    Attributes:
        with: ids of the hypotheses with which it may be drawn; left out, all that it suits.
            Example: ``[checks]``.
    """

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=False)

    hypotheses: Annotated[tuple[Text, ...], Field(alias="with")] = ()


class DescribedControl(_Record):
    """A control that the transit side may have had at its gates, under an id of your own.

    Attributes:
        label: its name in charts and tables. Example: ``Metering at the far crossing``.
        summary: what it was, in a sentence, for the report.
        source: where it is documented, and what is a guess about it.
        chance: share of the states of the world in which there was one.
        with: ids of the hypotheses with which it may be drawn; left out, all. Example:
            ``[checks]``.
        steps: what is done at which gates from when on. Example: ``[{action: meter, since:
            2023-11-20T10:00+02:00, crossings: [far], persons_per_d: 60, batch: 20, source: expert
            guess}]``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    label: Text
    summary: str = ""
    source: Text
    chance: Share = 0.5
    hypotheses: Annotated[tuple[Text, ...], Field(alias="with")] = ()
    steps: Annotated[tuple[GateStep, ...], Len(1, 100)]


class ScenarioFile(_Record):
    """A scenario file after ``extends`` and ``overrides``.

    Bounds keep a slip of the pen from asking for more than a machine has. Two can be raised in the
    file: ``max_days`` and ``max_persons``.

    Attributes:
        format_version: version of this format.
        name: short name of the case: lower-case letters, digits and ``-``. Results are stored
            under it. Example: ``my-border``.
        title: what the case is called. Example: ``A border with two crossings``.
        summary: what is asked, in a sentence or two. Example: ``What does closing one change?``.
        timezone: the receiving side's local time, as an IANA name: opening hours and days are
            local. Example: ``Europe/Warsaw``.
        transit_timezone: the transit side's local time, for its gates and for its dates without an
            offset; left out, the same as ``timezone``. Example: ``Europe/Moscow``.
        start: when the simulation begins, with its zone. Example: ``2024-03-01T00:00+02:00``.
        end: when it ends. Example: ``2024-03-15T00:00+02:00``.
        hubs: towns and junctions where people stay or pass.
        crossings: border crossing stations of the receiving state.
        neighbours: crossings of other states: ways out of the area.
        segments: stretches of terrain border, between crossings.
        roads: how places are joined; every crossing and neighbour needs one.
        states: receiving states, in a chain of borders; left out, there is one.
        demand: who wants to cross, from where and when.
        weather: hourly temperature and wind; left out, cold and outdoor hours are not modelled.
        parameters: central values of the model's parameters that differ from its own, by name.
            Example: ``{news_delay_h: {value: 12, source: expert guess}}``.
        uncertainties: ranges that each state of the world draws parameters from, by name; and of
            crossings, hypotheses and controls by the path of their key, as ``crossings.far.known``.
            Example: ``{news_delay_h: {low: 4, high: 24, source: expert guess}}``.
        hypotheses: rival descriptions of the transit side, by id; each state of the world draws
            one, by weight. Example: ``{checks: {type: checks, label: Checks documents, source:
            expert guess}}``.
        responses: rules by which the transit side answers, by id; left out, it never does.
            Example: ``{steady: {type: scripted, label: Goes on, source: expert guess}}``.
        controls: what the transit side may have done at its gates besides, by id; each state of the
            world draws whether it did. Example: ``{metering: {label: Metering, chance: 0.5, steps:
            [{action: hold, since: 2023-11-20T10:00+02:00, source: made up}], source: made up}}``.
        policies: what the receiving state may do, by id. Example: ``{open: {type: open, label: All
            crossings open, source: expert guess}}``.
        oversight: how courts may amend restrictive decisions; left out, they do not.
        reference: id of the policy that others are compared with. Example: ``open``.
        observed: counts of real people, to compare the model with.
        posterior: folder of a posterior that ``rajasim calibrate`` wrote, relative to the file that
            names it: states of the world are drawn from it unless ``--prior`` is given. Example:
            ``posterior``.
        claims: a register of contested claims about the case, a YAML file. Example:
            ``claims.yaml``.
        runs: how much is simulated unless the command says otherwise.
        limits: what the case does not say, for the report. Example: ``[Every number is made up.]``.
        legal_positions: what bodies hold the law to be, for the report.
        max_days: longest period that the file may ask for, days.
        max_persons: most people of one run, on average, at the highest that its uncertain
            parameters allow.
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
    controls: Annotated[dict[str, DescribedControl], MaxLen(100)] = {}
    policies: Annotated[dict[str, DescribedPolicy], Len(1, 1000)]
    oversight: Oversight | None = None
    reference: Text
    observed: ObservedFile | None = None
    posterior: Text | None = None
    claims: Text | None = None
    runs: Runs = Runs()
    limits: tuple[Text, ...] = ()
    legal_positions: tuple[LegalPosition, ...] = ()
    max_days: Annotated[int, Interval(gt=0, le=36500)] = 3660
    max_persons: Annotated[int, Interval(gt=0, le=100 * MOST_PERSONS)] = MOST_PERSONS


# What a section of named rules says of each, beside its type's own keys; and the types.
RULES: Final[Mapping[str, tuple[type[Described], Callable[[], Mapping[str, type]]]]] = {
    "policies": (DescribedPolicy, registered_policies),
    "hypotheses": (WeightedHypothesis, registered_hypotheses),
    "responses": (WeightedResponse, registered_responses),
}


def json_schema() -> JsonSchemaValue:
    """The JSON Schema of a scenario file, for editors, with what every key means.

    ``extends`` and ``overrides`` are understood before the rest and added here by hand.
    """
    schema = ScenarioFile.model_json_schema()
    properties = schema["properties"]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    describe_keys(schema, ScenarioFile)
    for name, kind in (("extends", "string"), ("overrides", "object")):
        properties[name] = {"type": kind, "description": sentence(INSTRUCTION_MEANINGS[name])}
    for section, record in (("parameters", ParameterValue), ("uncertainties", UncertainRange)):
        properties[section]["properties"] = parameter_schemas(record.__name__)
        properties[section]["additionalProperties"] = False
    schema["anyOf"] = [{"required": ["extends"]}, {"required": schema.pop("required")}]
    for section, (described, kinds) in RULES.items():
        choices = [_merged(name, described, kind, schema) for name, kind in kinds().items()]
        properties[section]["additionalProperties"] = {"anyOf": choices}
    described_rules = (kind for _, kinds in RULES.values() for kind in kinds().values())
    describe_records(schema, [ScenarioFile, *described_rules])
    value = schema["$defs"]["Step"]["properties"]["value"]
    value["anyOf"] = [{"type": value.pop("type")}, {"type": "string"}]  # the rate of a meter
    return schema


def _merged(
    type_name: str, described: type[Described], kind: type, whole: JsonSchemaValue
) -> JsonSchemaValue:
    """One object schema out of the common keys and a policy's or hypothesis's own.

    What the type refers to goes to the definitions of the whole.
    """
    restore(kind)
    own = TypeAdapter(kind).json_schema(ref_template="#/$defs/{model}")
    whole["$defs"].update(own.pop("$defs", {}))
    common = described.model_json_schema()
    merged: JsonSchemaValue = {
        "type": "object",
        "title": own.get("title", type_name),
        "properties": {**common["properties"], **own.get("properties", {})},
        "required": [*common["required"], *own.get("required", [])],
        "additionalProperties": False,
    }
    describe_keys(merged, described, kind)
    merged["properties"]["type"] = {"const": type_name, "description": merged["description"]}
    return merged
