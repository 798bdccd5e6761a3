"""The language of charts, tables and the report: English, Finnish or Swedish.

Texts are written in English where they are used and said through :func:`say`; translations stand in
one catalogue, a gettext file a language (``languages/fi.po``, ``languages/sv.po``). What a scenario
says of itself (labels, summaries, names of places) is translated by the catalogue that lies beside
the scenario and travels in the manifest: :func:`told`.

Numbers and dates follow the Unicode Common Locale Data Repository, through Babel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.messages.pofile import read_po

from sim.errors import ResultsError, did_you_mean, quoted
from sim.text.languages import Language

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in a language within the block.

    Raises:
        ResultsError: there is no such language.
    """
    if language not in tuple(Language):
        hint = did_you_mean(language, list(Language)) or ""
        known = ", ".join(f"{each} ({each.native})" for each in Language)
        raise ResultsError(f"there is no language {quoted(language)} {hint}; there are {known}")
    token = _spoken.set(Language(language))
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> Language:
    """The language in which things are said now."""
    return _spoken.get()


def locale() -> Locale:
    """How numbers and dates are written now."""
    return _locale(spoken())


def say(text: str, /, **fields: object) -> str:
    """The text in the spoken language, its ``{fields}`` filled in.

    A text without a translation is said in English; a test sees to it that there is none.
    """
    return _translated(spoken(), text).format(**fields) if fields else _translated(spoken(), text)


def say_count(count: int, one: str, many: str, /, **fields: object) -> str:
    """One of two texts by number: ``say_count(3, "{count} run", "{count} runs")``.

    ``{count}`` is given by the caller in ``fields`` as it shall be written.
    """
    return _plural(spoken(), one, many, count == 1).format(**fields)


def told(translations: Mapping[str, Mapping[str, str]], text: str) -> str:
    """What a scenario says of itself, in the spoken language if the scenario has it there."""
    return translations.get(spoken(), {}).get(text) or text


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(language.locale)


@cache
def _catalogue(language: Language) -> Catalog:
    with files("sim.text").joinpath("catalogues", f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def _translated(language: Language, text: str) -> str:
    if language is Language.ENGLISH:
        return text
    message: Any = _catalogue(language).get(text)
    return str(message.string) if message and message.string else text


@cache
def _plural(language: Language, one: str, many: str, is_one: bool) -> str:
    if language is Language.ENGLISH:
        return one if is_one else many
    message: Any = _catalogue(language).get((one, many))
    chosen = message.string[0 if is_one else 1] if message and message.string else ""
    return str(chosen) or (one if is_one else many)
