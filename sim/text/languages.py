"""The languages in which results are told."""

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
        """What it is called in itself."""
        return _NATIVE[self]

    @property
    def locale(self) -> str:
        """By which numbers and dates are written, in the Common Locale Data Repository."""
        return _LOCALES.get(self, self.value)


_NATIVE: Final = {
    Language.ENGLISH: "English",
    Language.FINNISH: "suomi",
    Language.SWEDISH: "svenska",
}
_LOCALES: Final = {Language.SWEDISH: "sv_FI"}
TRANSLATED: Final = tuple(each for each in Language if each is not Language.ENGLISH)
