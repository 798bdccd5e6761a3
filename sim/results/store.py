"""Results on disk: written whole or not at all, the same bytes for the same results.

A results folder is written into a temporary sibling and moved into place, so a reader never meets
half a run. ``manifest.json`` holds what ran, with the size and SHA-256 of every other file; it is
the only file with wall time. ``results/README.md`` documents every file and column.

The manifest is JSON-LD in the form of RO-Crate 1.1: ``@graph`` describes the folder and its files,
and our own record stands beside it under ``rajasim``, a term that the context sets to null so that
linked-data readers pass over it. Copied to ``ro-crate-metadata.json``, it makes the folder a crate.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from sim.clock import Clock, require_zone
from sim.errors import ResultsError, disk_refusals, quoted
from sim.outcomes.total import TOTAL
from sim.results.daily_summary import summarise_daily
from sim.results.manifest import ACCESS, manifest_fault
from sim.results.tables import TABLES, Table, ids, shaped
from sim.storage.atomic import staging_folder, write_atomically

FORMAT_VERSION = 1
_MANIFEST = "manifest.json"
_DRAWN = re.compile(r"figures|report(\.[a-z]{2})?\.html")  # in one language or more
_CHECKSUM = b'"checksum": "%s"'  # of the manifest itself, taken while this is empty
MOST_MANIFEST_BYTES = 64 * 2**20
LONGEST_NAME = 200  # bytes; file systems take 255, and names beside the folder add to it
_REWRITE = "run the command again, or choose another folder with --out"


@dataclass(frozen=True)
class StoredResults:
    """A results folder, read and checked.

    Attributes:
        folder: Where it stands.
        manifest: What ran, as plain keys (the ``rajasim`` object of ``manifest.json``).
        indicators: policy, state_of_world, replicate, indicator, unit, value.
        by_class: policy, state_of_world, replicate, indicator, class, people, value.
        ledger: policy, state_of_world, replicate, state, persons.
        daily: policy, state_of_world, replicate, date, crossing, series, value; zero rows left
            out.
        daily_summary: policy, date, crossing, series, mean and quantiles; zeros counted.
        flows: policy, state_of_world, replicate, date, origin, destination, people; zero rows
            left out.
        journeys: policy, state_of_world, replicate, first_choice, reached, state, persons.
        exposure: policy, state_of_world, replicate, of, which, band, person_h; zero rows left
            out.
        states_of_world: state_of_world, hypothesis, response and one column per uncertain
            parameter.
        access: policy, state_of_world, crossing, begins, ends, access.
        observed: date, crossing, best, low, high; may have no rows.
        learning: indicator, about, value, low, high, unit; may have no rows.
    """

    folder: Path
    manifest: dict[str, Any]
    indicators: pl.DataFrame
    by_class: pl.DataFrame
    ledger: pl.DataFrame
    daily: pl.DataFrame
    daily_summary: pl.DataFrame
    flows: pl.DataFrame
    journeys: pl.DataFrame
    exposure: pl.DataFrame
    states_of_world: pl.DataFrame
    access: pl.DataFrame
    observed: pl.DataFrame
    learning: pl.DataFrame

    def __repr__(self) -> str:
        return f"<StoredResults {self.folder}>"


def write_results(
    folder: Path,
    *,
    manifest: Mapping[str, Any],
    **frames: pl.DataFrame,
) -> StoredResults:
    """Write a results folder whole, or leave what stood there untouched.

    Rows are sorted by their keys, policies, indicators and crossings in the manifest's order, so
    that the order in which runs finished leaves no trace.

    Args:
        folder: Where; results that stand there are replaced.
        manifest: What ran.
        frames: The tables of :class:`StoredResults` by name, but for ``daily_summary``.

    Raises:
        ResultsError: The folder holds something else, or a frame lacks a column.
        StorageError: The disk refused.
    """
    if frames.keys() ^ TABLES.keys() != {"daily_summary"}:
        raise TypeError(f"expected every table but the summary, got {', '.join(frames)}")
    refuse_foreign(folder)
    tables = {name: shaped(name, frame, manifest) for name, frame in frames.items()}
    runs = tables["indicators"].select("state_of_world", "replicate").unique(maintain_order=True)
    summary = summarise_daily(
        tables["daily"],
        policies=ids(manifest, "policies"),
        dates=scenario_clock(manifest).days,
        states_of_world=runs,
    )
    tables["daily_summary"] = shaped("daily_summary", summary, manifest)
    with disk_refusals(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with staging_folder(folder) as fresh:
            for name, frame in tables.items():
                _write_table(fresh / TABLES[name].file, frame)
            _write_manifest(fresh, manifest)
    return read_results(folder)


def read_results(folder: Path) -> StoredResults:
    """Read a results folder and check every file against its manifest.

    Raises:
        ResultsError: The folder or one of its files is missing, changed or damaged.
    """
    manifest = _read_manifest(folder)
    listed = {entry["name"]: entry for entry in manifest["files"]}
    frames = {
        name: _read_table(
            folder / table.file, table, _checked_file(folder / table.file, listed.get(table.file))
        )
        for name, table in TABLES.items()
    }
    for name, frame in frames.items():
        _check_names(folder / TABLES[name].file, frame, manifest)
    return StoredResults(folder=folder, manifest=manifest, **frames)


def scenario_clock(manifest: Mapping[str, Any]) -> Clock:
    """The span and zone of the scenario; a start or end without time means local midnight."""
    scenario = manifest["scenario"]
    zone = str(scenario["timezone"])
    start, end = (_instant(str(scenario[key]), zone) for key in ("start", "end"))
    return Clock(start, end, zone)


def _instant(text: str, zone: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds something other than our results.

    Raises:
        ResultsError: It is no folder, or holds files that are not ours.
    """
    if len(os.fsencode(folder.name)) > LONGEST_NAME:
        raise ResultsError(
            f"{folder}: a name of more than {LONGEST_NAME} bytes leaves no room for names of what "
            "is written beside it; choose another with --out"
        )
    try:
        is_folder = stat.S_ISDIR(folder.lstat().st_mode)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ResultsError(
            f"{folder}: cannot hold results ({reason}); choose another with --out"
        ) from error
    if not is_folder:
        raise ResultsError(f"{folder}: is not a folder; choose another with --out")
    if folder.is_mount():
        raise ResultsError(f"{folder}: is where a disk is mounted; choose a folder inside it")
    if any(folder.iterdir()) and not _is_ours(folder):
        raise ResultsError(
            f"{folder}: holds files that are not rajasim results, so it is left alone; "
            "choose another folder with --out"
        )


def _is_ours(folder: Path) -> bool:
    """By its manifest; where that is damaged, by files that are all ours."""
    try:
        document = json.loads(_read_bytes(folder / _MANIFEST, MOST_MANIFEST_BYTES))
    except (OSError, ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and isinstance(document.get("rajasim"), dict):
        return True
    tables = {table.file for table in TABLES.values()}
    names = {path.name for path in folder.iterdir()}
    drawn = {name for name in names if _DRAWN.fullmatch(name)}
    return tables <= names <= tables | drawn | {_MANIFEST}


def _write_table(path: Path, frame: pl.DataFrame) -> None:
    """Through a buffer: what polars says of a full disk has no number to go by."""
    buffer = io.BytesIO()
    if path.suffix == ".parquet":
        frame.write_parquet(
            buffer, compression="zstd", compression_level=3, statistics=True, row_group_size=262_144
        )
    else:
        frame.write_csv(buffer, line_terminator="\n")
    write_atomically(path, buffer.getvalue())


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    files = [_describe(folder / table.file, table.holds) for table in TABLES.values()]
    record = {"format_version": FORMAT_VERSION, **manifest, "files": files, "checksum": ""}
    document = {
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"rajasim": None}],
        "@graph": list(_graph(record)),
        "rajasim": record,
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
    write_atomically(folder / _MANIFEST, sealed_manifest(f"{text}\n".encode()))


def sealed_manifest(content: bytes) -> bytes:
    """A manifest whose checksum is empty, with its own checksum in it."""
    checksum = hashlib.sha256(content).hexdigest().encode()
    return content.replace(_CHECKSUM % b"", _CHECKSUM % checksum, 1)


def _describe(path: Path, holds: str) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "name": path.name,
        "holds": holds,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _graph(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The RO-Crate entities: the descriptor, the folder, and a File for each file."""
    scenario = record.get("scenario", {})
    yield {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    yield {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{scenario.get('title', 'rajasim results')}, run {record.get('run_id', '')}",
        "description": f"Model results, not a forecast. {scenario.get('summary', '')}".strip(),
        "identifier": str(record.get("run_id", "")),
        "datePublished": str(record.get("created", "")),
        "license": "Set by whoever publishes these results.",
        "hasPart": [{"@id": entry["name"]} for entry in record["files"]],
    }
    for entry in record["files"]:
        parquet = entry["name"].endswith(".parquet")
        yield {
            "@id": entry["name"],
            "@type": "File",
            "name": entry["name"],
            "description": entry["holds"],
            "encodingFormat": "application/vnd.apache.parquet" if parquet else "text/csv",
            "contentSize": str(entry["bytes"]),
            "sha256": entry["sha256"],
        }


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / _MANIFEST
    try:
        content = _read_bytes(path, MOST_MANIFEST_BYTES)
        document = json.loads(content)
    except FileNotFoundError as error:
        raise ResultsError(
            f"{path}: not found, so {folder} is not a results folder; name the folder that "
            "'rajasim run' or 'rajasim compare' wrote"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{path}: damaged or cut short; {_REWRITE}") from error
    record = _checked_record(path, document)
    checksum = str(record.pop("checksum", "")).encode()
    blank = content.replace(_CHECKSUM % checksum, _CHECKSUM % b"", 1)
    if hashlib.sha256(blank).hexdigest().encode() != checksum:
        raise ResultsError(f"{path}: changed since it was written; {_REWRITE}")
    return record


def _read_bytes(path: Path, most: int) -> bytes:
    """A regular file whole; of a longer one, a byte more than ``most``.

    Raises:
        OSError: it is missing, not readable, or no regular file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with path.open("rb") as file:
        return file.read(most + 1)


def _checked_record(path: Path, document: object) -> dict[str, Any]:
    record = document.get("rajasim") if isinstance(document, dict) else None
    if not isinstance(record, dict) or not isinstance(record.get("files"), list):
        raise ResultsError(f"{path}: is not a rajasim manifest; name another results folder")
    version = record.get("format_version")
    if version != FORMAT_VERSION:
        raise ResultsError(
            f"{path}: has format version {version}, this rajasim reads {FORMAT_VERSION}; "
            "use the rajasim that wrote it, or run the command again"
        )
    if fault := manifest_fault(record):
        raise ResultsError(f"{path}: {fault}; {_REWRITE}")
    return record


def _checked_file(path: Path, entry: Mapping[str, Any] | None) -> bytes:
    """The content of a file that is as the manifest says."""
    if entry is None:
        raise ResultsError(f"{path}: is not listed in {_MANIFEST}; {_REWRITE}")
    try:
        content = _read_bytes(path, max(0, entry["bytes"]))
    except (OSError, OverflowError) as error:
        raise ResultsError(f"{path}: missing or not readable; {_REWRITE}") from error
    if len(content) < entry["bytes"]:
        raise ResultsError(
            f"{path}: cut short ({len(content)} of {entry['bytes']} bytes); {_REWRITE}"
        )
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ResultsError(f"{path}: changed since it was written; {_REWRITE}")
    return content


def _read_table(path: Path, table: Table, content: bytes) -> pl.DataFrame:
    """A table from its bytes: polars would take a path with ``[`` or ``~`` for a pattern."""
    schema: Any = dict(table.columns)
    try:
        if path.suffix == ".parquet":
            frame = pl.read_parquet(BytesIO(content), use_pyarrow=False)
        else:
            frame = pl.read_csv(BytesIO(content), schema_overrides=schema, infer_schema_length=None)
        missing = [name for name in schema if name not in frame.columns]
        if not missing:
            return frame.cast(schema)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ResultsError(f"{path}: cannot be read ({reason}); {_REWRITE}") from error
    raise ResultsError(f"{path}: lacks the columns {', '.join(missing)}; {_REWRITE}")


def _check_names(path: Path, frame: pl.DataFrame, manifest: Mapping[str, Any]) -> None:
    """Whether what a table names stands in the manifest, and its keys are there."""
    known = {
        "policy": set(ids(manifest, "policies")),
        "indicator": {*ids(manifest, "indicators"), *ids(manifest, "learning")},
        "access": ACCESS,
        "crossing": {*ids(manifest, "places"), *ids(manifest, "areas"), TOTAL},
    }
    for column in known.keys() & set(frame.columns):
        if strangers := set(frame[column].unique().to_list()) - known[column]:
            name = quoted(min(map(str, strangers)))
            raise ResultsError(f"{path}: there is no {column} {name}; {_REWRITE}")
    for column in ("state_of_world", "replicate", "date", "crossing", "series"):
        if column in frame.columns and frame[column].null_count():
            raise ResultsError(f"{path}: {column} is missing in some rows; {_REWRITE}")
    for column in ("begins", "ends"):
        if column in frame.columns and not all(map(_is_moment, frame[column].unique().to_list())):
            raise ResultsError(f"{path}: {column} has something that is no time; {_REWRITE}")


def _is_moment(text: str | None) -> bool:
    """Whether a cell is a time with its zone that can be reckoned with."""
    try:
        require_zone(datetime.fromisoformat(text or ""))
    except ValueError:
        return False
    return True
