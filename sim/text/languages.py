"""The languages that reports are written in."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language, by its code."""

    ENGLISH = "en"
    FINNISH = "fi"
    SWEDISH = "sv"

    @property
    def native(self) -> str:
        """Its own name for itself."""
        return _NATIVE[self]

    @property
    def locale(self) -> str:
        """Its locale in the Common Locale Data Repository, which formats numbers and dates."""
        return _LOCALES.get(self, self.value)


_NATIVE: Final = {
    Language.ENGLISH: "English",
    Language.FINNISH: "suomi",
    Language.SWEDISH: "svenska",
}
_LOCALES: Final = {Language.SWEDISH: "sv_FI"}
TRANSLATED: Final = tuple(each for each in Language if each is not Language.ENGLISH)
