"""``rajasim export``: results in forms that other programs read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.arguments import Folder


class To(StrEnum):
    """What results can be exported to, as :class:`sim.results.exports.Format` is."""

    CSV = "csv"
    PARQUET = "parquet"
    NETCDF = "netcdf"
    GEOJSON = "geojson"
    XLSX = "xlsx"


class Form(StrEnum):
    """The shape of exported tables."""

    LONG = "long"
    WIDE = "wide"


def export(
    context: typer.Context,
    folder: Folder,
    to: Annotated[To, typer.Option(help="The format.")] = To.CSV,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PLACE",
            help="A folder for csv and parquet, else a file; beside the results if left out.",
        ),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A table; all if left out. May be repeated."),
    ] = None,
    complete_days: Annotated[
        bool,
        typer.Option("--complete-days", help="Add the zeros that tables by day leave out."),
    ] = False,
    shape: Annotated[
        Form, typer.Option(help="wide: a column for each indicator or series.")
    ] = Form.LONG,
) -> None:
    """Write stored results as CSV with a codebook, Parquet, NetCDF, GeoJSON or Excel."""
    from sim.api.functions import open_results  # deferred: help comes at once

    written = open_results(folder).export(
        to.value, out=out, tables=table, complete_days=complete_days, shape=shape.value
    )
    context.obj.say(str(written))
