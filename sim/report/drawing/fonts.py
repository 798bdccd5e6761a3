"""The fonts of charts: one that comes along, and others of the machine for signs that it lacks.

Names of places and policies may be in any script. Where no font of the machine has their signs, one
line says so; charts then show boxes in their place, and the report has the names as text.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font

FAMILY = "DejaVu Sans"  # comes with matplotlib, so that pictures are the same everywhere
# Has a box for every sign, which is what it is for.
NO_FONT = "Last Resort"
NORMAL_WEIGHTS = (400, "normal", "regular", "book")
MOST_SIGNS = 10  # that are named
_missing: ContextVar[set[int] | None] = ContextVar("signs that no font had", default=None)
_others: ContextVar[tuple[str, ...]] = ContextVar("other families", default=())


class MissingSignsWarning(UserWarning):
    """No font on this machine has the signs of some names."""


def families() -> tuple[str, ...]:
    """The families in use now: a sign is taken from the first that has it."""
    return (FAMILY, *_others.get())


@contextmanager
def missing_signs() -> Iterator[set[int]]:
    """The signs that no font had, of what is drawn meanwhile: charts show boxes in their place."""
    missing: set[int] = set()
    before = _missing.set(missing)
    try:
        yield missing
    finally:
        _missing.reset(before)


@contextmanager
def fonts_for(text: str) -> Iterator[None]:
    """Use other fonts too where the usual one lacks signs of a text."""
    names, lacking = _families_with(frozenset(map(ord, text)) - _signs_of(_usual()))
    if (missing := _missing.get()) is not None:
        missing.update(lacking)
    before = _others.set(names)
    try:
        with warnings.catch_warnings():
            # Said once and in plain words, instead of once a sign and text.
            warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from", UserWarning)
            yield
    finally:
        _others.reset(before)


@lru_cache(maxsize=64)
def font(weight: str, names: tuple[str, ...]) -> FT2Font:
    """The font of some families, for measuring: the later ones stand in for the first."""
    first, *others = (findfont(FontProperties(family=name, weight=weight)) for name in names)
    return FT2Font(first, _fallback_list=[FT2Font(path) for path in others])


def _usual() -> str:
    return findfont(FontProperties(family=FAMILY))


@lru_cache(maxsize=64)
def _families_with(signs: frozenset[int]) -> tuple[tuple[str, ...], frozenset[int]]:
    """As few families of the machine as have these signs, each the one that has most of the rest.

    With them the signs that no font has, which is said once.
    """
    found: list[str] = []
    lacking = frozenset(sign for sign in signs if chr(sign).isprintable())
    known = _installed() if lacking else {}
    while lacking and known:
        best = max(known, key=lambda name: (len(lacking & known[name]), name))
        if not lacking & known[best]:
            break
        found.append(best)
        lacking -= known[best]
    if lacking:
        some = "".join(map(chr, sorted(lacking)[:MOST_SIGNS]))
        more = "…" if len(lacking) > MOST_SIGNS else ""
        warnings.warn(
            f"no font here has the signs {some}{more}: charts show "
            "boxes in their place; install a font that has them, as one of the Noto fonts",
            MissingSignsWarning,
            stacklevel=2,
        )
    return tuple(found), lacking


@lru_cache(maxsize=1)
def _installed() -> dict[str, frozenset[int]]:
    """Families of upright fonts of the machine, in order of name, with the signs they have."""
    upright = {
        each.name: each.fname
        for each in sorted(fontManager.ttflist, key=lambda each: (each.name, each.fname))
        if each.style == "normal" and each.weight in NORMAL_WEIGHTS and NO_FONT not in each.name
    }
    return {name: _signs_of(path) for name, path in upright.items()}


@lru_cache(maxsize=1024)
def _signs_of(path: str) -> frozenset[int]:
    """The signs of a font; none where it cannot be read."""
    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
