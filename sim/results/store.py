"""Results on disk: written whole or not at all, the same bytes for the same results.

A results folder is written into a temporary sibling and moved into place, so a reader never meets
half a run. ``manifest.json`` holds what ran, with the size and SHA-256 of every other file; it is
the only file with wall time. ``results/README.md`` documents every file and column.

The manifest is JSON-LD in the form of RO-Crate 1.1: ``@graph`` describes the folder and its files,
and our own record is beside it under ``rajasim``, a term that the context sets to null so that
linked-data readers pass over it. Copied to ``ro-crate-metadata.json``, it makes the folder a crate.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sim.errors import ResultsError, disk_refusals
from sim.results.assembly import GatheredRows
from sim.results.manifest import manifest_fault
from sim.results.stored_tables import StoredTables, Tables
from sim.results.table_files import (
    REWRITE,
    TableFile,
    check_columns,
    is_large,
    read_table,
)
from sim.results.tables import TABLES
from sim.results.tables.record import Manifest
from sim.storage.atomic import staging_folder, write_atomically
from sim.storage.heap import give_back
from sim.storage.json_object import JsonObject

FORMAT_VERSION = 1
_MANIFEST = "manifest.json"
_DRAWN = re.compile(r"figures|report(-full)?(\.[a-z]{2})?\.html")  # in one language or more
_CHECKSUM = b'"checksum": "%s"'  # of the manifest itself, taken while this is empty
MOST_MANIFEST_BYTES = 64 * 2**20
LONGEST_NAME = 200  # bytes; file systems take 255, and names beside the folder add to it


@dataclass(frozen=True, repr=False)
class StoredResults:
    """A results folder, read and checked; each table is an attribute, as ``results.indicators``.

    In a chain of borders ``results.by_state`` has the indicators of each receiving state, by policy
    and run; it is empty where there is one border. Names and crossings of the states are in the
    manifest under ``states``.

    Tables whose rows may take more than 4 MiB are read when they are first asked for.

    Attributes:
        folder: Where it is.
        manifest: What ran, as plain keys (the ``rajasim`` object of ``manifest.json``).
        frames: Every table of :data:`sim.results.tables.TABLES` by name.
    """

    folder: Path
    manifest: JsonObject
    frames: Tables

    def __getattr__(self, name: str) -> pl.DataFrame:
        """A table by name."""
        frames: Mapping[str, pl.DataFrame] = self.__dict__.get("frames", {})
        if name not in frames:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return frames[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.frames]

    def of_indicators(self, names: Collection[str]) -> pl.DataFrame:
        """Rows of ``indicators`` of some indicators."""
        return self.rows("indicators", pl.col("indicator").is_in(list(names)))

    def rows(self, table: str, wanted: pl.Expr) -> pl.DataFrame:
        """Rows of a table that are wanted; a large table is not held for them."""
        return self.frames.rows(table, wanted)

    def distinct(self, table: str, *columns: str) -> pl.DataFrame:
        """What some columns of a table have, in order; a large table is not held for it."""
        return self.frames.distinct(table, *columns)

    def __repr__(self) -> str:
        return f"<StoredResults {self.folder}>"


def write_results(folder: Path, *, manifest: Manifest, **frames: pl.DataFrame) -> StoredResults:
    """Write a results folder whole from its tables, as :func:`results_in_parts`.

    Args:
        folder: Where; results that are there are replaced.
        manifest: What ran.
        frames: Every table by name, but for those that are made of other tables.

    Raises:
        ResultsError: The folder holds something else, or a frame lacks a column.
        StorageError: The disk refused.
    """
    wanted = {name for name, table in TABLES.items() if table.of_tables is None}
    if frames.keys() != wanted:
        raise TypeError(f"expected the tables {', '.join(wanted)}, got {', '.join(frames)}")
    refuse_foreign(folder)
    with results_in_parts(folder, manifest) as rows:
        for name, frame in frames.items():
            rows.add(TABLES[name], frame)
    return read_results(folder)


@contextmanager
def results_in_parts(folder: Path, manifest: JsonObject | Manifest) -> Iterator[GatheredRows]:
    """Write a results folder whole at the end of the block, or leave what was there untouched.

    In the block rows of every table are added that is not made of other tables. Rows are sorted by
    their keys, policies, indicators and crossings in the manifest's order, so that the order in
    which runs finished leaves no trace.

    Args:
        folder: Where; results that are there are replaced.
        manifest: What ran; it is written at the end.

    Raises:
        StorageError: The disk refused.
    """
    with disk_refusals(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with staging_folder(folder) as fresh:
            rows = GatheredRows(fresh.with_name("rows"), manifest)
            yield rows
            rows.end()
            for table in TABLES.values():
                for frame in table.of_tables(rows, manifest) if table.of_tables else ():
                    rows.add(table, frame)
                    give_back()  # what was needed to make it
                rows.write(table, fresh / table.file)
            _write_manifest(fresh, manifest)


def read_results(folder: Path) -> StoredResults:
    """Read a results folder and check every file against its manifest.

    Raises:
        ResultsError: The folder or one of its files is missing, changed or damaged, or it is a
            file.
    """
    if folder.is_file():
        raise ResultsError(
            f"{folder}: is a file; name the results folder that it is in, as {folder.parent}"
        )
    manifest = _read_manifest(folder)
    listed = {entry["name"]: entry for entry in manifest["files"]}
    held, large = {}, {}
    for name, table in TABLES.items():
        path, entry = folder / table.file, listed.get(table.file)
        if entry is not None and is_large(path, entry["bytes"]) and not table.more_columns:
            _check_large_file(path, entry)
            large[name] = TableFile(path.absolute(), table, manifest)
        else:
            held[name] = read_table(path, table, _checked_file(path, entry))
    for name, frame in held.items():
        check_columns(folder / TABLES[name].file, TABLES[name], frame, manifest)
    return StoredResults(folder, manifest, StoredTables(held, large))


def behind_link(folder: Path) -> Path:
    """The folder that a link leads to, as to a larger disk; itself where it is none."""
    with suppress(OSError, ValueError):  # a name that the system refuses is reported later
        if folder.is_symlink() and folder.is_dir():
            return folder.resolve()
    return folder


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds something other than our results.

    Raises:
        ResultsError: It is no folder, or holds files that are not ours.
    """
    if folder.name in ("", ".."):
        raise ResultsError(
            f"{folder}: names no folder to be made; name one, as --out results/first"
        )
    if any("\ud800" <= sign <= "\udfff" for sign in str(folder)):
        raise ResultsError(
            f"{folder}: is not text in UTF-8, and could not be written down; choose another with "
            "--out"
        )
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
        kind = "is a link that leads to no folder" if folder.is_symlink() else "is not a folder"
        raise ResultsError(f"{folder}: {kind}; choose another with --out")
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


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    files = [_describe(folder / table.file, table.holds) for table in TABLES.values()]
    record = {"format_version": FORMAT_VERSION, **manifest, "files": files, "checksum": ""}
    document = {
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"rajasim": None}],
        "@graph": list(_graph(record)),
        "rajasim": record,
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
    write_atomically(folder / _MANIFEST, checksummed_manifest(f"{text}\n".encode()))


def checksummed_manifest(content: bytes) -> bytes:
    """A manifest whose checksum is empty, with its own checksum in it."""
    checksum = hashlib.sha256(content).hexdigest().encode()
    return content.replace(_CHECKSUM % b"", _CHECKSUM % checksum, 1)


def _describe(path: Path, holds: str) -> JsonObject:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    return {"name": path.name, "holds": holds, "bytes": size, "sha256": digest}


def _graph(record: Manifest) -> Iterator[JsonObject]:
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
        "license": "Set by those who publish these results.",
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


def _read_manifest(folder: Path) -> JsonObject:
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
        raise ResultsError(f"{path}: damaged or cut short; {REWRITE}") from error
    record = _checked_record(path, document)
    checksum = str(record.pop("checksum", "")).encode()
    blank = content.replace(_CHECKSUM % checksum, _CHECKSUM % b"", 1)
    if hashlib.sha256(blank).hexdigest().encode() != checksum:
        raise ResultsError(f"{path}: changed since it was written; {REWRITE}")
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


def _checked_record(path: Path, document: object) -> JsonObject:
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
        raise ResultsError(f"{path}: {fault}; {REWRITE}")
    return record


def _checked_file(path: Path, entry: Manifest | None) -> bytes:
    """The content of a file that is as the manifest says."""
    if entry is None:
        raise ResultsError(f"{path}: is not listed in {_MANIFEST}; {REWRITE}")
    try:
        content = _read_bytes(path, max(0, entry["bytes"]))
    except (OSError, OverflowError) as error:
        raise ResultsError(f"{path}: missing or not readable; {REWRITE}") from error
    if len(content) < entry["bytes"]:
        raise ResultsError(
            f"{path}: cut short ({len(content)} of {entry['bytes']} bytes); {REWRITE}"
        )
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ResultsError(f"{path}: changed since it was written; {REWRITE}")
    return content


def _check_large_file(path: Path, entry: Manifest) -> None:
    """Whether a file is as the manifest says, without holding it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ResultsError(f"{path}: missing or not readable; {REWRITE}") from error
    if size < entry["bytes"]:
        raise ResultsError(f"{path}: cut short ({size} of {entry['bytes']} bytes); {REWRITE}")
    if digest != entry["sha256"]:
        raise ResultsError(f"{path}: changed since it was written; {REWRITE}")
