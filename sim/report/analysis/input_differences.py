"""What two results folders were made from, and where that differs, by their manifests.

What does not decide numbers does not count: when, by which command line, in how many goes and by
how many workers they were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sim.storage.json_object import JsonMapping

if TYPE_CHECKING:
    from sim.results.store import StoredResults

# Of a study, as the manifest names them, and as people do.
ASKED: Final = {
    "seed": "seed",
    "replicates": "states of the world",
    "runs_per_state": "runs per state of the world",
    "central": "central values",
    "hypothesis": "hypothesis",
    "response": "response",
    "reference": "reference policy",
}
PRIOR: Final = "the prior"
FEW: Final = 3  # keys of a section that only one side has, which are told one by one


class Part(StrEnum):
    """Where an input belongs."""

    SCENARIO = "scenario"
    FILE = "file"
    STUDY = "study"
    PROGRAM = "program"


class Kind(StrEnum):
    """How an input differs."""

    ADDED = "added"
    REMOVED = "removed"
    OTHER = "other value"


@dataclass(frozen=True)
class InputDifference:
    """One input that differs.

    Attributes:
        part: where it belongs.
        key: the dotted path of a key of the scenario, or what else it is called.
        kind: whether it is only in B (added), only in A (removed), or has another value.
        a: its value in A; None where it has none.
        b: its value in B.
        keys: how many keys of the scenario are at or below this one: more than one where a whole
            section was added or removed, whose values are then left out.
        default: value of a parameter on the side that does not give it.
    """

    part: Part
    key: str
    kind: Kind
    a: object = None
    b: object = None
    keys: int = 1
    default: object = None


def input_differences(a: StoredResults, b: StoredResults) -> list[InputDifference]:
    """Every input that differs: keys of the scenario, its files, the study, the program."""
    one, other = a.manifest, b.manifest
    return [
        *_with_defaults(a, b, _keys(_inputs(one, "keys"), _inputs(other, "keys"))),
        *_mapped(Part.FILE, _inputs(one, "files"), _inputs(other, "files")),
        *_mapped(Part.STUDY, _study(one), _study(other)),
        *_mapped(Part.PROGRAM, _program(one), _program(other)),
    ]


def keys_are_known(results: StoredResults) -> bool:
    """Whether the manifest has the keys of the scenario, as those of today do."""
    return bool(_inputs(results.manifest, "keys"))


def _inputs(manifest: JsonMapping, what: str) -> dict[str, object]:
    return dict(manifest.get("inputs", {}).get(what, {}))


def _study(manifest: JsonMapping) -> dict[str, object]:
    """What was asked for, by the words for it; each policy by itself."""
    posterior = manifest.get("posterior")
    drawn_from = f"posterior {posterior['digest']}" if posterior else PRIOR
    policies = {f"policy {each['id']}": "run" for each in manifest["policies"]}
    asked = {words: manifest.get(name) for name, words in ASKED.items()}
    return {**policies, **asked, "states of the world drawn from": drawn_from}


def _program(manifest: JsonMapping) -> dict[str, object]:
    """Versions, the hash of our own source, and the code of others."""
    plugins = {f"plugin {each['name']}": each["sha256"] for each in manifest.get("plugins", ())}
    versions = {f"version of {name}": each for name, each in manifest["versions"].items()}
    return {**versions, "source of rajasim": manifest.get("code", ""), **plugins}


def _mapped(
    part: Part, one: Mapping[str, object], other: Mapping[str, object]
) -> Iterator[InputDifference]:
    """Differences of two mappings, in the order of the first and then of the second."""
    for key in dict.fromkeys((*one, *other)):
        if key not in other:
            yield InputDifference(part, key, Kind.REMOVED, a=one[key])
        elif key not in one:
            yield InputDifference(part, key, Kind.ADDED, b=other[key])
        elif not _same(one[key], other[key]):
            yield InputDifference(part, key, Kind.OTHER, one[key], other[key])


def _same(one: object, other: object) -> bool:
    """Whether values are equal; true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _keys(one: Mapping[str, object], other: Mapping[str, object]) -> Iterator[InputDifference]:
    """Differences of keys; a section of many keys that only one side has is one of them."""
    sections = _sections(one), _sections(other)
    found: dict[tuple[Kind, str], list[InputDifference]] = {}
    for each in _mapped(Part.SCENARIO, one, other):
        there = sections[1] if each.kind is Kind.REMOVED else sections[0]
        top = each.key if each.kind is Kind.OTHER else _top(each.key, there)
        found.setdefault((each.kind, top), []).append(each)
    for (kind, top), several in found.items():
        if len(several) > FEW:
            yield InputDifference(Part.SCENARIO, top, kind, keys=len(several))
        else:
            yield from several


def _with_defaults(
    a: StoredResults, b: StoredResults, found: Iterable[InputDifference]
) -> Iterator[InputDifference]:
    """The same, with what holds of a parameter where it is not given."""
    used = {Kind.ADDED: _used(a.manifest), Kind.REMOVED: _used(b.manifest)}
    for each in found:
        yield replace(each, default=used.get(each.kind, {}).get(each.key))


def _used(manifest: JsonMapping) -> dict[str, object]:
    """Values of parameters that are used, given or not, by the key that gives them."""
    rows = manifest.get("assumptions", ())
    return {f"parameters.{each['key']}.value": _plain(each["value"]) for each in rows}


def _plain(value: object) -> object:
    """A whole number without its point, as a file gives it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sections(keys: Mapping[str, object]) -> set[str]:
    """Every dotted path that something is at or below."""
    return {start for key in keys for start in _starts(key)}


def _top(key: str, there: set[str]) -> str:
    """The shortest beginning of a key that the other side has nothing at or below."""
    return next((start for start in _starts(key) if start not in there), key)


def _starts(key: str) -> Iterator[str]:
    """``a``, ``a.b`` and ``a.b.c`` of ``a.b.c``."""
    parts = key.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))
