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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.clock import Clock, require_zone
from sim.errors import ResultsError, disk_refusals, quoted
from sim.manifest import ACCESS, manifest_fault
from sim.placing import place, replacing

FORMAT_VERSION = 1
TOTAL = "total"
QUANTILES = {
    "q025": 0.025,
    "q10": 0.1,
    "q25": 0.25,
    "q50": 0.5,
    "q75": 0.75,
    "q90": 0.9,
    "q975": 0.975,
}

_RUN: dict[str, Any] = {"policy": pl.String, "world": pl.Int64, "replicate": pl.Int64}
_SUMMARY: dict[str, Any] = {
    "policy": pl.String,
    "date": pl.Date,
    "crossing": pl.String,
    "series": pl.String,
    "mean": pl.Float64,
    **dict.fromkeys(QUANTILES, pl.Float64),
}


@dataclass(frozen=True)
class _Table:
    """One file of a results folder: its columns, which of them order the rows, what it holds."""

    file: str
    columns: Mapping[str, Any]
    keys: tuple[str, ...]
    holds: str


_TABLES = {
    "indicators": _Table(
        "indicators.csv",
        {**_RUN, "indicator": pl.String, "unit": pl.String, "value": pl.Float64},
        ("policy", "world", "replicate", "indicator"),
        "One value for every policy, run and indicator.",
    ),
    "by_class": _Table(
        "by_class.parquet",
        {
            **_RUN,
            "indicator": pl.String,
            "class": pl.String,
            "people": pl.Int64,
            "value": pl.Float64,
        },
        ("policy", "world", "replicate", "indicator", "class"),
        "Indicators of people by class of person; classes overlap.",
    ),
    "ledger": _Table(
        "ledger.csv",
        {**_RUN, "state": pl.String, "persons": pl.Int64},
        ("policy", "world", "replicate", "state"),
        "Where every person of a run stood at its end; sums to the persons created.",
    ),
    "daily": _Table(
        "daily.parquet",
        {
            **_RUN,
            "date": pl.Date,
            "crossing": pl.String,
            "series": pl.String,
            "value": pl.Float64,
        },
        ("policy", "world", "replicate", "date", "crossing", "series"),
        "Every daily series of every run; rows with value zero are left out.",
    ),
    "flows": _Table(
        "flows.parquet",
        {
            **_RUN,
            "date": pl.Date,
            "origin": pl.String,
            "destination": pl.String,
            "people": pl.Int64,
        },
        ("policy", "world", "replicate", "date", "origin", "destination"),
        "People who set out on each leg of road, by day; zero rows left out.",
    ),
    "journeys": _Table(
        "journeys.parquet",
        {
            **_RUN,
            "first_choice": pl.String,
            "reached": pl.String,
            "state": pl.String,
            "persons": pl.Int64,
        },
        ("policy", "world", "replicate", "first_choice", "reached", "state"),
        "Where people first set out for, where they came through, and how it ended.",
    ),
    "exposure": _Table(
        "exposure.parquet",
        {**_RUN, "of": pl.String, "which": pl.String, "band": pl.Int64, "person_h": pl.Float64},
        ("policy", "world", "replicate", "of", "which", "band"),
        "Outdoor person-hours by wind-chill band, of places and of classes of person.",
    ),
    "daily_summary": _Table(
        "daily_summary.csv",
        _SUMMARY,
        ("policy", "date", "crossing", "series"),
        "Mean and quantiles of the daily series over the runs of a policy; all-zero rows left out.",
    ),
    "worlds": _Table(
        "worlds.csv",
        {"world": pl.Int64, "hypothesis": pl.String, "response": pl.String},
        ("world",),
        "What each world drew: its hypothesis, its response if any, and every uncertain parameter.",
    ),
    "access": _Table(
        "access.csv",
        {
            "policy": pl.String,
            "world": pl.Int64,
            "crossing": pl.String,
            "begins": pl.String,
            "ends": pl.String,
            "access": pl.String,
        },
        ("policy", "world", "crossing", "begins"),
        "What each crossing was open to, by the measures in force.",
    ),
    "observed": _Table(
        "observed.csv",
        {
            "date": pl.Date,
            "crossing": pl.String,
            "best": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
        },
        ("date", "crossing"),
        "Observed arrivals, with the range the sources allow; may have no rows.",
    ),
    "learning": _Table(
        "learning.csv",
        {
            "indicator": pl.String,
            "about": pl.String,
            "value": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
            "unit": pl.String,
        },
        ("indicator", "about"),
        "What the study teaches: what counts identify, the worth of knowing more, skill in sample.",
    ),
}
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
        indicators: policy, world, replicate, indicator, unit, value.
        by_class: policy, world, replicate, indicator, class, people, value.
        ledger: policy, world, replicate, state, persons.
        daily: policy, world, replicate, date, crossing, series, value; zero rows left out.
        daily_summary: policy, date, crossing, series, mean and quantiles; zeros counted.
        flows: policy, world, replicate, date, origin, destination, people; zero rows left out.
        journeys: policy, world, replicate, first_choice, reached, state, persons.
        exposure: policy, world, replicate, of, which, band, person_h; zero rows left out.
        worlds: world, hypothesis, response and one column per uncertain parameter.
        access: policy, world, crossing, begins, ends, access.
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
    worlds: pl.DataFrame
    access: pl.DataFrame
    observed: pl.DataFrame
    learning: pl.DataFrame

    def __repr__(self) -> str:
        return f"<StoredResults {self.folder}>"


def write_results(
    folder: Path,
    *,
    manifest: Mapping[str, Any],
    indicators: pl.DataFrame,
    by_class: pl.DataFrame,
    ledger: pl.DataFrame,
    daily: pl.DataFrame,
    flows: pl.DataFrame,
    journeys: pl.DataFrame,
    exposure: pl.DataFrame,
    worlds: pl.DataFrame,
    access: pl.DataFrame,
    observed: pl.DataFrame,
    learning: pl.DataFrame,
) -> StoredResults:
    """Write a results folder whole, or leave what stood there untouched.

    Rows are sorted by their keys, policies, indicators and crossings in the manifest's order, so
    that the order in which runs finished leaves no trace.

    Raises:
        ResultsError: The folder holds something else, or a frame lacks a column.
        StorageError: The disk refused.
    """
    refuse_foreign(folder)
    frames = {
        "indicators": indicators,
        "by_class": by_class,
        "ledger": ledger,
        "daily": daily,
        "flows": flows,
        "journeys": journeys,
        "exposure": exposure,
        "worlds": worlds,
        "access": access,
        "observed": observed,
        "learning": learning,
    }
    shaped = {name: _shape(name, frame, manifest) for name, frame in frames.items()}
    runs = shaped["indicators"].select("world", "replicate").unique(maintain_order=True)
    summary = summarise_daily(
        shaped["daily"],
        policies=_ids(manifest, "policies"),
        dates=scenario_clock(manifest).days,
        worlds=runs,
    )
    shaped["daily_summary"] = _shape("daily_summary", summary, manifest)
    with disk_refusals(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder) as fresh:
            for name, frame in shaped.items():
                _write_table(fresh / _TABLES[name].file, frame)
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
        for name, table in _TABLES.items()
    }
    for name, frame in frames.items():
        _check_names(folder / _TABLES[name].file, frame, manifest)
    return StoredResults(folder=folder, manifest=manifest, **frames)


def summarise_daily(
    daily: pl.DataFrame,
    *,
    policies: Sequence[str],
    dates: Sequence[date],
    worlds: pl.DataFrame | Sequence[Any],
) -> pl.DataFrame:
    """Mean and quantiles over the runs for every policy, day, crossing and series.

    Zeros that were left out count as zeros; rows in which every run has zero are left out again.
    Each series also gets the crossing ``total``: the sum over the crossings of a run, summarised as
    a sum, since quantiles do not add. A series that is already given for ``total`` keeps the given
    one.

    Args:
        daily: The rows of ``daily.parquet``.
        policies: Every policy that ran, in order.
        dates: Every day of the period, in order.
        worlds: The runs of each policy, one entry a run; only their number counts.
    """
    complete = with_totals(daily)
    pairs = complete.select("crossing", "series").unique().sort("series", "crossing").rows()
    parts = [
        _summarise_one(part, policy=policy, series=series, crossings=crossings, dates=dates,
                       runs=len(worlds))
        for policy in policies
        for series, crossings in _by_series(pairs)
        for part in [complete.filter(policy=policy, series=series)]
    ]  # fmt: skip
    empty = pl.DataFrame(schema=_SUMMARY)
    summary = pl.concat([empty, *parts]).filter(pl.col("mean") != 0.0)
    return summary.sort("policy", "date", "series", "crossing", maintain_order=True)


def with_totals(daily: pl.DataFrame) -> pl.DataFrame:
    """The daily rows with, for every series and run, the sum over crossings as ``total``."""
    keys = ["policy", "world", "replicate", "date", "series"]
    given = daily.filter(crossing=TOTAL)["series"].unique().to_list()
    sums = (
        daily.filter(~pl.col("series").is_in(given))
        .group_by(keys)
        .agg(pl.col("value").sort().sum())  # sorted, so that the sum does not hang on row order
        .with_columns(crossing=pl.lit(TOTAL))
        .select(daily.columns)
    )
    return pl.concat([daily, sums])


def _by_series(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    crossings: dict[str, list[str]] = {}
    for crossing, series in pairs:
        crossings.setdefault(series, []).append(crossing)
    return list(crossings.items())


def _summarise_one(
    part: pl.DataFrame,
    *,
    policy: str,
    series: str,
    crossings: list[str],
    dates: Sequence[date],
    runs: int,
) -> pl.DataFrame:
    """Quantiles of one policy and series over a dense block (day, crossing, run)."""
    block = _dense(part, crossings=crossings, dates=dates, runs=runs)
    levels = np.quantile(block, list(QUANTILES.values()), axis=2)
    columns = {name: levels[i].ravel() for i, name in enumerate(QUANTILES)}
    days = np.repeat(np.array(dates, dtype="datetime64[D]"), len(crossings))
    return pl.DataFrame(
        {
            "policy": [policy] * len(days),
            "date": days,
            "crossing": list(crossings) * len(dates),
            "series": [series] * len(days),
            "mean": block.mean(axis=2).ravel(),
            **columns,
        },
        schema=_SUMMARY,
    )


def _dense(
    part: pl.DataFrame, *, crossings: Sequence[str], dates: Sequence[date], runs: int
) -> npt.NDArray[np.float64]:
    keyed = part.with_columns(
        day=pl.col("date").replace_strict(list(dates), range(len(dates)), default=None),
        place=pl.col("crossing").replace_strict(list(crossings), range(len(crossings))),
        run=pl.struct("world", "replicate").rank("dense").cast(pl.Int64) - 1,
    ).drop_nulls("day")
    block = np.zeros((len(dates), len(crossings), runs))
    cells = tuple(keyed[name].to_numpy() for name in ("day", "place", "run"))
    block[cells] = keyed["value"].to_numpy()
    return block


def _shape(name: str, frame: pl.DataFrame, manifest: Mapping[str, Any]) -> pl.DataFrame:
    """The frame with its columns in order, typed, and its rows sorted."""
    table = _TABLES[name]
    missing = [column for column in table.columns if column not in frame.columns]
    if missing:
        raise ResultsError(f"{table.file}: the frame lacks the columns {', '.join(missing)}")
    extra = [column for column in frame.columns if column not in table.columns]
    columns = [*table.columns, *(extra if name == "worlds" else [])]
    schema: Any = dict(table.columns)
    typed = frame.select(columns).cast(schema)
    typed = typed.with_columns(pl.col(pl.Float64).fill_nan(None))
    if name == "daily":
        typed = typed.filter(pl.col("value") != 0)
    return _sorted(typed, table.keys, manifest)


def _sorted(frame: pl.DataFrame, keys: Sequence[str], manifest: Mapping[str, Any]) -> pl.DataFrame:
    orders = {
        "policy": _ids(manifest, "policies"),
        "indicator": _ids(manifest, "indicators"),
        "class": [str(name) for name in manifest.get("classes", [])],
        "crossing": _ids(manifest, "places"),
    }
    by: list[pl.Expr] = []
    for key in keys:
        if key in orders:
            order = {name: rank for rank, name in enumerate(orders[key])}
            by.append(pl.col(key).replace_strict(order, default=len(order), return_dtype=pl.Int64))
        by.append(pl.col(key))
    return frame.sort(by, maintain_order=True)


def _ids(manifest: Mapping[str, Any], key: str) -> list[str]:
    return [str(entry["id"]) for entry in manifest.get(key, [])]


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
    tables = {table.file for table in _TABLES.values()}
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
    place(path, buffer.getvalue())


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    files = [_describe(folder / table.file, table.holds) for table in _TABLES.values()]
    record = {"format_version": FORMAT_VERSION, **manifest, "files": files, "checksum": ""}
    document = {
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"rajasim": None}],
        "@graph": list(_graph(record)),
        "rajasim": record,
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
    place(folder / _MANIFEST, sealed_manifest(f"{text}\n".encode()))


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


def _read_table(path: Path, table: _Table, content: bytes) -> pl.DataFrame:
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
        "policy": set(_ids(manifest, "policies")),
        "indicator": {*_ids(manifest, "indicators"), *_ids(manifest, "learning")},
        "access": ACCESS,
    }
    for column in known.keys() & set(frame.columns):
        if strangers := set(frame[column].unique().to_list()) - known[column]:
            name = quoted(min(map(str, strangers)))
            raise ResultsError(f"{path}: there is no {column} {name}; {_REWRITE}")
    for column in ("world", "replicate", "date", "crossing", "series"):
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
