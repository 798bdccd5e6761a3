"""Figures of a results folder: each is drawn once, and used again as long as it would be the same.

``figures/drawn.json`` has, for every figure, its words, hashes of its files, the tables that it was
drawn from, and a hash of everything that it follows from: those tables, the manifest, code,
translations, plugins and versions of libraries. A change of a table has those figures drawn again
that show it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.errors import disk_refusals
from sim.fingerprint import PACKAGE, source_fingerprint
from sim.plugins.plugin_files import loaded_plugins
from sim.report.charts.drawing_processes import draw_in_processes
from sim.report.charts.drawn_chart import DrawnChart, figures
from sim.report.charts.registry import require_charts
from sim.results.tables import TABLES
from sim.storage.atomic import write_atomically
from sim.storage.json_object import JsonObject
from sim.text.catalogue import current_language

if TYPE_CHECKING:
    from sim.results.store import StoredResults

RECORD: Final = "drawn.json"
# Of a manifest what no figure shows: how, when and in how many goes the results were made. Of its
# files those count that a figure was drawn from.
UNSEEN: Final = ("command", "created", "wall_s", "states_before", "files", "checksum")
LIBRARIES: Final = ("matplotlib", "pillow", "polars")
SUFFIXES: Final = ("png", "csv", "svg")


@dataclass(frozen=True)
class _Entry:
    """What the record says of a figure.

    Attributes:
        key: hash of what it follows from.
        title: as :class:`DrawnChart` has it, as the next two.
        subtitle: see above.
        alt: see above.
        files: hashes of its files, by ending.
        tables: names of the tables that it was drawn from.
    """

    key: str
    title: str
    subtitle: str
    alt: str
    files: Mapping[str, str]
    tables: Sequence[str]


def figures_of(
    results: StoredResults,
    names: Sequence[str],
    *,
    vector: bool = False,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[DrawnChart]:
    """Charts by name, with their files in the figures folder; those that are there are used.

    To be called under the lock of the results folder.

    Args:
        results: what they show.
        names: names of charts, in the order of the answer.
        vector: whether SVG files are wanted too; they take as long as the pictures themselves.
        workers: processes that may draw; few charts are drawn in this one.
        progress: called with (charts drawn, charts to draw), first with none; not at all where
            everything is there.

    Raises:
        ResultsError: a name is not a chart.
        StorageError: the disk refused.
    """
    require_charts(names)
    folder = results.folder / figures()
    record = _read_record(folder)
    common = _common(results)
    kept = {name: each for name, each in record.items() if each.key == _key(results, common, each)}
    found = {name: _kept(folder, name, kept.get(name), vector=vector) for name in names}
    charts = {name: chart for name, chart in found.items() if chart is not None}
    missing = [name for name in dict.fromkeys(names) if name not in charts]
    if missing and progress is not None:
        progress(0, len(missing))
    drawn = draw_in_processes(results, missing, vector=vector, workers=workers)
    for done, chart in enumerate(drawn, start=1):
        charts[chart.name] = chart
        record = _keep(folder, chart, _key(results, common, chart), record)
        if progress is not None:
            progress(done, len(missing))
    return [charts[name] for name in names]


def _keep(
    folder: Path, chart: DrawnChart, key: str, record: dict[str, _Entry]
) -> dict[str, _Entry]:
    """Write a figure's files and note it; one that lacks signs for want of a font is not noted."""
    with disk_refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for suffix, content in chart.files.items():
        write_atomically(folder / f"{chart.name}.{suffix}", content)
    hashes = {suffix: _hash(content) for suffix, content in chart.files.items()}
    entry = _Entry(key, chart.title, chart.subtitle, chart.alt, hashes, chart.tables)
    record = {name: each for name, each in record.items() if name != chart.name}
    if chart.is_whole:
        record[chart.name] = entry
    lines = {name: asdict(record[name]) for name in sorted(record)}
    text = json.dumps(lines, indent=1, ensure_ascii=False)
    write_atomically(folder / RECORD, f"{text}\n".encode())
    return record


def _read_record(folder: Path) -> dict[str, _Entry]:
    """What is noted; nothing where it cannot be read, so that everything is drawn again."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        noted: JsonObject = json.loads((folder / RECORD).read_bytes())
        return {name: _Entry(**each) for name, each in noted.items()}
    return {}


def _kept(folder: Path, name: str, entry: _Entry | None, *, vector: bool) -> DrawnChart | None:
    """A figure that is there and whole; else None."""
    wanted = SUFFIXES if vector else SUFFIXES[:2]
    if entry is None or not set(wanted) <= entry.files.keys():
        return None
    contents: dict[str, bytes] = {}
    with suppress(OSError):
        contents = {each: (folder / f"{name}.{each}").read_bytes() for each in wanted}
    if not contents or any(_hash(contents[each]) != entry.files[each] for each in wanted):
        return None
    words = (entry.title, entry.subtitle, entry.alt)
    return DrawnChart(name, *words, contents, tables=tuple(entry.tables))


def _key(results: StoredResults, common: str, figure: _Entry | DrawnChart) -> str:
    """Hash of everything that a figure follows from."""
    hashes = {each["name"]: each["sha256"] for each in results.manifest["files"]}
    files = [TABLES[name].file for name in figure.tables]
    return _hash(json.dumps((common, [(file, hashes.get(file)) for file in files])).encode())


def _common(results: StoredResults) -> str:
    """Hash of everything that the figures of a folder follow from, but for tables."""
    shown = {name: value for name, value in results.manifest.items() if name not in UNSEEN}
    plugins = [(each.name, each.sha256) for each in loaded_plugins()]
    parts = (shown, plugins, current_language(), _program())
    return _hash(json.dumps(parts, sort_keys=True, default=str).encode())


@cache
def _program() -> str:
    """Hash of what draws: code, translations, maps and libraries."""
    digest = hashlib.sha256(source_fingerprint().encode())
    digest.update(repr([(name, version(name)) for name in LIBRARIES]).encode())
    for path in sorted(_data_files(("report", "text"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _data_files(rooms: Collection[str]) -> Iterator[Path]:
    """Files of some rooms that are no code."""
    for room in rooms:
        for path in (PACKAGE / room).rglob("*"):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                yield path


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
