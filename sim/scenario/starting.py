"""A shipped scenario as a folder of one's own: its files, with the paths between them mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.scenario.document import Document, read_document
from sim.scenario.nodes import Plain
from sim.scenario.shipped import SCENARIOS, SEEDS, STARTED, shipped_root

SCHEMA_FILE = "scenario.schema.json"
_MENDED = (f"../../{SEEDS}/", f"{SEEDS}/"), (f"../{SCHEMA_FILE}", SCHEMA_FILE)
_COMMANDS = f"""\
    rajasim check {STARTED}        # every mistake at once, with line and column
    rajasim describe {STARTED}     # what the file says, in words and tables
    rajasim compare {STARTED}      # all policies in the same states of the world, with a report
"""


def copied_files(main: Path) -> dict[str, bytes]:
    """What a folder needs to have a scenario of its own, by path within it.

    The scenario's file becomes ``scenario.yaml``; files that it extends, tables, claims and
    translations come along.

    Args:
        main: the scenario's file.
    """
    document = read_document(main)
    files = dict.fromkeys([*document.files, *_named_files(document, main)])
    copied = {_place_of(file, main): _mended(file) for file in files}
    for base in document.files:
        for catalogue in sorted(base.parent.glob(f"{base.stem}.*.po")):
            language = catalogue.name.removeprefix(base.stem)
            place = Path(_place_of(base, main)).stem + language
            copied[place] = catalogue.read_bytes()
    return {**copied, "README.md": _readme(document).encode()}


def _named_files(document: Document, main: Path) -> Iterator[Path]:
    """Tables, claims, a posterior and whatever else the scenario names that is there."""
    for key, text in _texts(document.data, ()):
        beside = document.locate(key).path.parent
        if key == ("posterior",):
            yield from sorted((beside / text).resolve().iterdir())
            continue
        found = Path(beside / text) if len(text) < 200 and "\n" not in text else main
        if found.suffix and found.is_file() and found.resolve().is_relative_to(shipped_root()):
            yield found.resolve()


def _texts(data: Plain, key: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(data, str):
        yield key, data
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data if isinstance(data, list) else ())
    )
    for name, each in items:
        yield from _texts(each, (*key, name))


def _place_of(file: Path, main: Path) -> str:
    """Where a file goes: the scenario and what is beside it to the top, evidence below it."""
    if file == main:
        return STARTED
    seeds = shipped_root() / SEEDS
    if file.is_relative_to(seeds):
        return (Path(SEEDS) / file.relative_to(seeds)).as_posix()
    return file.relative_to(main.parent).as_posix()


def _mended(file: Path) -> bytes:
    content = file.read_bytes()
    if file.is_relative_to(shipped_root() / SCENARIOS) and file.suffix == ".yaml":
        for old, new in _MENDED:
            content = content.replace(old.encode(), new.encode())
    return content


def _readme(document: Document) -> str:
    title, summary = document.data["title"], " ".join(str(document.data["summary"]).split())
    return f"# {title}\n\n{summary}\n\n{_COMMANDS}"
