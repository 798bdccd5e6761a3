"""The language of charts, tables and the report: English, Finnish or Swedish.

Texts are written in English where they are used and passed through :func:`translate`; translations
are in one gettext file a language (``catalogues/fi.po``, ``catalogues/sv.po``). The texts of a
scenario (labels, summaries, names of places) are translated by the catalogue beside the scenario,
which is copied into the manifest: :func:`translated_by`.

Numbers and dates follow the Unicode Common Locale Data Repository, through Babel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from babel import Locale
from babel.messages.pofile import read_po

from sim.errors import ResultsError, did_you_mean, quoted
from sim.text.languages import Language

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

K = TypeVar("K")
_current: ContextVar[Language] = ContextVar("language", default=Language.ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Translate everything into a language within the block.

    Raises:
        ResultsError: there is no such language.
    """
    if language not in tuple(Language):
        hint = did_you_mean(language, list(Language)) or ""
        known = ", ".join(f"{each} ({each.native})" for each in Language)
        raise ResultsError(f"there is no language {quoted(language)} {hint}; there are {known}")
    token = _current.set(Language(language))
    try:
        yield
    finally:
        _current.reset(token)


def current_language() -> Language:
    """The language that texts are translated into now."""
    return _current.get()


def locale() -> Locale:
    """The locale that numbers and dates are formatted by now."""
    return _locale(current_language())


def translate(text: str, /, **fields: object) -> str:
    """The text in the current language, its ``{fields}`` filled in.

    A text without a translation stays in English; a test checks that there is none.
    """
    found = _translated(current_language(), text)
    return found.format(**fields) if fields else found


def translate_plural(count: int, one: str, many: str, /, **fields: object) -> str:
    """One of two texts by number: ``translate_plural(3, "{count} run", "{count} runs")``.

    The caller gives ``{count}`` in ``fields``, already formatted.
    """
    return _plural(current_language(), one, many, count == 1).format(**fields)


def phrases(texts: Mapping[K, str], /) -> Callable[[K], str]:
    """A function from a key to its text in the current language.

    ```python
    direction_words = phrases({"less": "less is better", "more": "more is better"})
    direction_words("less")
    ```

    Args:
        texts: the English text of each key.
    """
    return lambda key: translate(texts[key])


def translated_by(translations: Mapping[str, Mapping[str, str]], text: str) -> str:
    """A scenario's own text in the current language, if its catalogue has it there."""
    return translations.get(current_language(), {}).get(text) or text


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
