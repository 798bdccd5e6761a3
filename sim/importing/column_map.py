"""Which column of a published file is what: written on the command line, or in a file.

``place=Location:Storskog=storskog,Total=`` takes places from the column ``Location``, the value
``Storskog`` as the id ``storskog``, and passes over rows of ``Total``. ``period=Year+Month`` joins
columns, ``series=:arrivals`` is the same in every row, ``place=*`` takes the headers of the columns
of counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Final, Literal

from annotated_types import Interval, Len, MinLen

from sim.errors import InputError, did_you_mean, quoted
from sim.importing.published_cells import tidy
from sim.scenario.checking import Checks, keys_within
from sim.scenario.document import read_document
from sim.scenario.observed_counts import COLUMNS
from sim.world.fields import Record

FIELDS: Final = ("period", *COLUMNS)
ACROSS: Final = "*"
OTHERS: Final = "*"  # among values: all that have no id of their own
Text = Annotated[str, MinLen(1)]
Dates = Literal["day-first", "month-first"]
Decimal = Literal["comma", "point"]
StandsFor = Literal["day", "week-from", "week-to", "month"]


@dataclass(frozen=True)
class FieldMap:
    """Where a field of the table comes from.

    Attributes:
        columns: headers of the columns whose cells are joined; none for a constant.
        across: whether it is in the headers of the columns of counts.
        constant: the same for every row, or None.
        values: ids of values; an empty id passes over its rows. Values are ids where it is empty.
    """

    columns: tuple[str, ...] = ()
    across: bool = False
    constant: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MapFile(Record):
    """A map in a file; what it says may also be said on the command line, which goes before it.

    Attributes:
        period: where periods come from, as ``Week``, ``Year+Month``, or ``*`` for headers.
        period_start: where first days come from, if not from ``period``.
        period_end: where last days come from.
        place: where places come from, as ``Location:Storskog=storskog,Total=``.
        series: what was counted, as ``:arrivals``.
        origin: where origins come from; everybody if left out.
        count: where counts come from, if not from all columns of a ``*``.
        low: where the least comes from that the source allows.
        high: where the most comes from.
        source: where it is recorded, as ``:https://example.org/table``.
        values: by field, ids of values that hold a comma or an equals sign, or are many.
        where: by column, values of the only rows that are taken.
        header_lines: how many lines the header has; 1 to 5.
        dates: whether ``01/02/2015`` is ``day-first`` or ``month-first``.
        decimal: whether the decimal sign is a ``comma`` or a ``point``.
        period_is: what a day stands for: ``day``, ``week-from``, ``week-to`` or ``month``.
        fiscal_start: the month with which the years of the file begin; 1 to 12.
        sum: whether rows of one period, place, series and origin are added up.
        zero: texts that stand for nobody, as ``-`` in some tables.
        missing: texts that stand for an unknown count.
        censored: texts that stand for a range, with its ends, as ``"*": [1, 4]``.
        encoding: the file's encoding, as ``windows-1252``.
        delimiter: what is between its cells: a sign, or ``tab``.
    """

    period: Text | None = None
    period_start: Text | None = None
    period_end: Text | None = None
    place: Text | None = None
    series: Text | None = None
    origin: Text | None = None
    count: Text | None = None
    low: Text | None = None
    high: Text | None = None
    source: Text | None = None
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    header_lines: Annotated[int, Interval(ge=1, le=5)] = 1
    dates: Dates | None = None
    decimal: Decimal | None = None
    period_is: StandsFor | None = None
    fiscal_start: Annotated[int, Interval(ge=1, le=12)] | None = None
    sum: bool = False
    zero: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    censored: dict[str, Annotated[tuple[float, ...], Len(2, 2)]] = field(default_factory=dict)
    encoding: Text | None = None
    delimiter: Text | None = None

    @property
    def fields(self) -> dict[str, FieldMap]:
        """Where each field comes from that is mapped."""
        given = {name: getattr(self, name) for name in FIELDS}
        mapped = {name: parse_field(text) for name, text in given.items() if text is not None}
        for name, values in self.values.items():
            if name not in mapped:
                raise InputError(f"values of {quoted(name)} are mapped, but not where it is")
            own = {tidy(value): id for value, id in values.items()}
            mapped[name] = replace(mapped[name], values={**mapped[name].values, **own})
        return mapped


def parse_field(text: str) -> FieldMap:
    """A field's map out of ``Column``, ``A+B``, ``Column:value=id,other=id``, ``:constant``, ``*``.

    Raises:
        InputError: it is none of these.
    """
    if text.startswith(":"):
        return FieldMap(constant=tidy(text[1:]))
    name, _, listed = text.partition(":")
    values = dict(_value(each) for each in listed.split(",")) if listed else {}
    if name.strip() == ACROSS:
        return FieldMap(across=True, values=values)
    columns = tuple(tidy(each) for each in name.split("+"))
    if not all(columns):
        raise InputError(f"--map: expected a column, got {quoted(text)}")
    return FieldMap(columns=columns, values=values)


def _value(text: str) -> tuple[str, str]:
    """A value and its id.

    Raises:
        InputError: no id is given.
    """
    value, sign, id = text.partition("=")
    if not sign:
        raise InputError(
            f"--map: expected VALUE=ID after the colon, got {quoted(text)}; VALUE= passes over it"
        )
    return tidy(value), tidy(id)


def column_map(
    texts: Iterable[str], where: Iterable[str] = (), options: MapFile | None = None
) -> MapFile:
    """A map out of what a command line says of it.

    Args:
        texts: ``FIELD=...`` each, or the path of a file that holds a map.
        where: ``COLUMN=VALUE`` each; of one column, any of its values.
        options: options that go before those of a file; what is as by default says nothing.

    Raises:
        InputError: a text is no map of a field.
        ScenarioError: a file is no map, with every problem in it.
    """
    base, given = MapFile(), dict[str, str]()
    for text in texts:
        name, sign, rest = text.partition("=")
        if name.strip() in FIELDS and sign:
            given[name.strip()] = rest
        elif Path(text).suffix in (".yaml", ".yml"):
            base = _read_map(Path(text))
        else:
            known = did_you_mean(name.strip(), FIELDS) or f"fields are {', '.join(FIELDS)}"
            raise InputError(
                f"--map: expected FIELD=COLUMN or a .yaml file, got {quoted(text)} ({known})"
            )
    return _with_options(
        _with_fields(base, given), {**base.where, **_chosen(where)}, options or MapFile()
    )


def _with_fields(base: MapFile, given: Mapping[str, str]) -> MapFile:
    """A map with other fields."""
    return replace(
        base,
        period=given.get("period", base.period),
        period_start=given.get("period_start", base.period_start),
        period_end=given.get("period_end", base.period_end),
        place=given.get("place", base.place),
        series=given.get("series", base.series),
        origin=given.get("origin", base.origin),
        count=given.get("count", base.count),
        low=given.get("low", base.low),
        high=given.get("high", base.high),
        source=given.get("source", base.source),
    )


def _with_options(base: MapFile, where: dict[str, tuple[str, ...]], options: MapFile) -> MapFile:
    """A map with the options that are said."""
    return replace(
        base,
        where=where,
        header_lines=base.header_lines if options.header_lines == 1 else options.header_lines,
        dates=options.dates or base.dates,
        decimal=options.decimal or base.decimal,
        period_is=options.period_is or base.period_is,
        fiscal_start=options.fiscal_start or base.fiscal_start,
        sum=options.sum or base.sum,
        encoding=options.encoding or base.encoding,
        delimiter=options.delimiter or base.delimiter,
    )


def _read_map(path: Path) -> MapFile:
    document = read_document(path)
    checks = Checks(document, lambda: keys_within([MapFile]))
    return checks.parse(MapFile, document.data)


def _chosen(where: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Values that are taken, by column.

    Raises:
        InputError: a text is not ``COLUMN=VALUE``.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    for text in where:
        column, sign, value = text.partition("=")
        if not sign:
            raise InputError(f"--where: expected COLUMN=VALUE, got {quoted(text)}")
        chosen[tidy(column)] = (*chosen.get(tidy(column), ()), tidy(value))
    return chosen


def needed_columns(mapped: Mapping[str, FieldMap], where: Iterable[str]) -> list[str]:
    """Headers that the file must have, each once."""
    named = [column for each in mapped.values() for column in each.columns]
    return list(dict.fromkeys([*named, *map(tidy, where)]))


def check_fields(mapped: Mapping[str, FieldMap]) -> None:
    """Every field that the table needs is mapped.

    Raises:
        InputError: one is not, with what to write for it.
    """
    across = [name for name, each in mapped.items() if each.across]
    if len(across) > 1 or any(
        name not in ("period", "place", "origin", "series") for name in across
    ):
        raise InputError(f"--map: headers can be of one field, not of {', '.join(across)}")
    if "period" not in mapped and not {"period_start", "period_end"} <= mapped.keys():
        raise InputError("--map: say where periods come from, as --map period=Week")
    for name, example in (("place", "place=Location"), ("series", "series=:arrivals")):
        if name not in mapped:
            raise InputError(f"--map: say where {name} comes from, as --map {example}")
    if "count" not in mapped and not across and not {"low", "high"} & mapped.keys():
        raise InputError("--map: say where counts come from, as --map count=Number")


def value_of(each: FieldMap, text: str) -> str | None:
    """The id of a value; empty to pass over its row; None where none is given."""
    if not each.values:
        return text
    folded = {value.casefold(): id for value, id in each.values.items()}
    return folded.get(text.casefold(), each.values.get(OTHERS))


def joined(each: FieldMap, cells: Mapping[str, str]) -> str:
    """What a row has in the place of a field: its cells joined, weeks marked as such."""
    if each.constant is not None:
        return each.constant
    parts: Sequence[str] = [
        f"W{cells[column]}" if len(each.columns) > 1 and _is_week(column) else cells[column]
        for column in each.columns
    ]
    return " ".join(filter(None, parts))


def _is_week(column: str) -> bool:
    return column.casefold().replace("_", " ") in ("week", "iso week", "isoweek", "week number")
