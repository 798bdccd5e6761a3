"""Where keys may be in a scenario file: every path, and the search for one that somebody typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from sim.scenario.record_keys import Key, keys_of
from sim.scenario.schema import RULES, ScenarioFile

Path: TypeAlias = tuple[str, ...]


class Place(NamedTuple):
    """A key at one path; of named policies, hypotheses and responses the path has the type."""

    path: Path
    key: Key
    record: type

    def __str__(self) -> str:
        return ".".join(self.path)


@cache
def places() -> tuple[Place, ...]:
    """Every key of a scenario file with its path, in the order of the file."""
    return tuple(_places())


def _places() -> Iterator[Place]:
    for place in _within(ScenarioFile, ()):
        yield place
        described, kinds = RULES.get(place.path[0], (None, None))
        if kinds is not None and described is not None and len(place.path) == 1:
            for name, kind in kinds().items():
                yield from _within(kind, (*place.path, name))


def _within(kind: type, above: Path) -> Iterator[Place]:
    for key in keys_of(kind):
        path = (*above, key.name)
        yield Place(path, key, kind)
        for part in key.parts:
            yield from _within(part, path)


def find_places(typed: str) -> list[Place]:
    """The keys that a path means: in full, with ids of one's own on the way, or only its end."""
    wanted = tuple(part for part in typed.replace("[]", "").split(".") if part)
    if not wanted:
        return []
    for fits in (_is, _is_with_ids, _ends_with):
        if found := [place for place in places() if fits(place.path, wanted)]:
            return found
    return []


def _is(path: Path, wanted: Path) -> bool:
    return path == wanted


def _is_with_ids(path: Path, wanted: Path) -> bool:
    """Whether a path is the wanted one without ids and numbers of items in between.

    An id of one's own may stand in the place of a type, too.
    """
    if path[0] != wanted[0] or path[-1] != wanted[-1]:
        return False
    named = path[0] in RULES and path[1] not in wanted
    rest = iter(wanted)
    return all(part in rest for part in (path[:1] + path[2:] if named else path))


def _ends_with(path: Path, wanted: Path) -> bool:
    return path[-len(wanted) :] == wanted


def grouped(found: Sequence[Place]) -> list[list[Place]]:
    """Places by what is said of them: keys that mean the same in several places are one."""
    groups: dict[tuple[str, ...], list[Place]] = {}
    for place in found:
        key = place.key
        same = (key.name, key.meaning, key.holds, key.range, key.default)
        groups.setdefault(same, []).append(place)
    return list(groups.values())
