"""``rajasim import-counts``: published counts into the table of observed counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Published = Annotated[
    Path, typer.Argument(metavar="FILE", help="A published table.", show_default=False)
]
Mapped = Annotated[
    list[str],
    typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is what; or a .yaml file."),
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="COLUMN=VALUE", help="Take only these rows."),
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="The table to write.")]
Dates = Annotated[
    Literal["day-first", "month-first"] | None,
    typer.Option("--dates", help="How to read 01/02/2015."),
]
Decimal = Annotated[
    Literal["comma", "point"] | None, typer.Option("--decimal", help="The decimal sign.")
]
PeriodIs = Annotated[
    Literal["day", "week-from", "week-to", "month"] | None,
    typer.Option("--period-is", help="What a day stands for."),
]
FiscalStart = Annotated[
    int | None,
    typer.Option("--fiscal-start", min=1, max=12, help="The month with which years begin."),
]
HeaderLines = Annotated[
    int, typer.Option("--header-lines", min=1, max=5, help="Lines of the header.")
]
Sum = Annotated[bool, typer.Option("--sum", help="Add up rows of the same count.")]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Encoding of the file, such as windows-1252."),
]
Delimiter = Annotated[
    str | None, typer.Option("--delimiter", metavar="SIGN", help="The separator between cells.")
]
SheetName = Annotated[str, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.")]


EXAMPLE = (
    "Example: rajasim import-counts weekly.csv --map period=Week "
    "--map place=Post:Storskog=storskog --map series=:arrivals --map count=Persons"
)


def import_counts(
    context: typer.Context,
    file: Published,
    mapped: Mapped,
    where: Where = None,
    out: Out = Path("observed.csv"),
    dates: Dates = None,
    decimal: Decimal = None,
    period_is: PeriodIs = None,
    fiscal_start: FiscalStart = None,
    header_lines: HeaderLines = 1,
    sum_rows: Sum = False,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: SheetName = "",
) -> None:
    """Turn published counts into a scenario's table of observed counts.

    What may be read in two ways is refused with both. See docs/how-to/import-counts.md.
    """
    from sim.importing.column_map import MapFile, column_map  # deferred: help comes at once
    from sim.importing.import_counts import import_counts as read
    from sim.importing.import_counts import write_counts

    options = MapFile(
        dates=dates,
        decimal=decimal,
        period_is=period_is,
        fiscal_start=fiscal_start,
        header_lines=header_lines,
        sum=sum_rows,
        encoding=encoding,
        delimiter=delimiter,
    )
    imported = read(file, column_map(mapped, where or (), options), sheet=sheet)
    write_counts(imported.observed, out)
    for line in imported.account:
        context.obj.say(line)
    first = min(each.period_start for each in imported.observed)
    last = max(each.period_end for each in imported.observed)
    context.obj.say(f"{out}: {len(imported.observed)} counts, from {first} to {last}")
