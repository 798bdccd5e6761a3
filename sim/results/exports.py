"""Results in forms that other programs read: CSV, Parquet, NetCDF, GeoJSON, Excel."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

import polars as pl

from sim.errors import InputError, RajasimError, ResultsError, disk_refusals
from sim.results.codebook import codebook, labels
from sim.results.exported_frames import Shape, exported_frame, table_names
from sim.results.geojson_export import feature_collection
from sim.results.netcdf_export import netcdf
from sim.results.store import StoredResults
from sim.storage.atomic import clear_staging, staging_folder, write_atomically
from sim.storage.locks import exclusive_lock

CODEBOOK: Final = "codebook.csv"
MOST_ROWS: Final = 2**20 - 1  # of a sheet of Excel, besides its header
Frames: TypeAlias = Mapping[str, pl.DataFrame]


class Format(StrEnum):
    """What results can be exported to."""

    CSV = "csv"
    PARQUET = "parquet"
    NETCDF = "netcdf"
    GEOJSON = "geojson"
    XLSX = "xlsx"


ENDINGS: Final = {Format.NETCDF: ".nc", Format.GEOJSON: ".geojson", Format.XLSX: ".xlsx"}


def export_results(
    results: StoredResults,
    to: Format,
    *,
    out: Path | None = None,
    tables: Sequence[str] | None = None,
    complete_days: bool = False,
    shape: Shape = "long",
) -> Path:
    """Write results in another form; returns the folder (CSV, Parquet) or the file.

    Args:
        results: what is exported; it stays as it is.
        to: the form.
        out: where; beside the results folder if None, with the form in its name.
        tables: names of the tables of CSV, Parquet and Excel; all if None.
        complete_days: put in the zeros that tables by day leave out.
        shape: ``wide`` for a column for each indicator, series, state or band; for GeoJSON one
            feature a place instead of one a place and policy.

    Raises:
        InputError: if there is no such table, or NetCDF or GeoJSON is asked for tables.
        ResultsError: if the place holds something else, or the form cannot hold so much.
        RajasimError: if Excel is asked for and openpyxl is not installed.
        StorageError: if the disk refused.
    """
    place = _place(results, to, out)
    if to in (Format.NETCDF, Format.GEOJSON):
        if tables:
            raise InputError(f"{to} holds what it can of all tables; --table is for csv, parquet")
        whole = _as_netcdf(results) if to is Format.NETCDF else _as_geojson(results, shape)
        return _write_file(place, whole)
    frames = {
        name: exported_frame(results, name, complete_days=complete_days, shape=shape)
        for name in table_names(results, tables)
    }
    books = {"codebook": codebook(results, frames, shape=shape), "labels": labels(results)}
    if to is Format.XLSX:
        return _write_file(place, _as_xlsx(results, {**frames, **books}))
    return _write_folder(place, dict(_files(to, frames, books)))


def _place(results: StoredResults, to: Format, out: Path | None) -> Path:
    """Where the export goes: never into the results folder itself."""
    folder = results.folder.absolute()
    place = out or folder.with_name(f"{folder.name}{ENDINGS.get(to, f'-{to}')}")
    if place.absolute() == folder:
        raise InputError(f"{place}: holds the results themselves; choose another with --out")
    if to in ENDINGS and place.is_dir():
        raise InputError(f"{place}: is a folder; name a file, as --out {place}/out{ENDINGS[to]}")
    return place


def _files(to: Format, frames: Frames, books: Frames) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file; what says what is in them is CSV always."""
    for name, frame in books.items():
        yield f"{name}.csv", _as_csv(frame)
    for name, frame in frames.items():
        yield f"{name}.{to}", _as_csv(frame) if to is Format.CSV else _as_parquet(frame)


def _as_csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv(line_terminator="\n").encode()


def _as_parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _as_netcdf(results: StoredResults) -> bytes:
    return netcdf(results)


def _as_geojson(results: StoredResults, shape: Shape) -> bytes:
    text = json.dumps(feature_collection(results, shape=shape), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _as_xlsx(results: StoredResults, frames: Frames) -> bytes:
    """A sheet for each table; texts stay texts, whatever they begin with."""
    try:
        from openpyxl import Workbook  # deferred: an extra that need not be installed
        from openpyxl.cell import WriteOnlyCell
    except ImportError as error:
        raise RajasimError(
            "Excel needs openpyxl: pip install rajasim[xlsx]; or export to csv"
        ) from error
    _require_room(frames)
    book = Workbook(write_only=True)
    book.properties.title = str(results.manifest["scenario"]["title"])
    book.properties.created = datetime.fromisoformat(results.manifest["created"])
    for name, frame in frames.items():
        sheet = book.create_sheet(name)
        sheet.append(list(frame.columns))
        for row in frame.iter_rows():
            cells = list(row)
            for k in (k for k, value in enumerate(row) if _looks_computed(value)):
                cells[k] = WriteOnlyCell(sheet, row[k])
                cells[k].data_type = "s"
            sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _require_room(frames: Frames) -> None:
    for name, frame in frames.items():
        if frame.height > MOST_ROWS:
            raise ResultsError(
                f"a sheet of Excel holds {MOST_ROWS:,} rows, and {name} has {frame.height:,}; "
                "choose smaller tables with --table, or export to csv or parquet"
            )


def _looks_computed(value: object) -> bool:
    """Whether Excel would take a text for a formula, unless it is marked as a text."""
    return isinstance(value, str) and value.startswith("=")


def _write_file(place: Path, content: bytes) -> Path:
    with disk_refusals(place):
        place.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(place, content)
    return place


def _write_folder(place: Path, files: Mapping[str, bytes]) -> Path:
    """The files in a folder of their own; one that an earlier export made is replaced."""
    if place.exists() and not (place.is_dir() and _is_free(place)):
        raise ResultsError(
            f"{place}: holds something that is no export of results; choose another with --out"
        )
    with disk_refusals(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(place):
            clear_staging(place)
            with staging_folder(place) as fresh:
                for name, content in files.items():
                    write_atomically(fresh / name, content)
    return place


def _is_free(place: Path) -> bool:
    names = {path.name for path in place.iterdir()}
    ours = all(name.endswith((".csv", ".parquet")) for name in names) and CODEBOOK in names
    return ours or not names
