"""Where long words may be broken, for narrow columns: browsers have few rules for other languages.

In Finnish a syllable begins with the consonant before a vowel, and with one alone: the consonant
rule (konsonanttisääntö) of its spelling. Swedish has the same rule (enkonsonantsregeln of Svenska
skrivregler), by which ``ng`` and ``x`` stay with the vowel before them; nothing is parted within
``lst``, for the sake of "tillstånd". Not every compound is parted where its words meet.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from sim.text.catalogue import current_language
from sim.text.languages import Language

LONG: Final = 12  # letters of a word that may be broken
SOFT_HYPHEN: Final = "\N{SOFT HYPHEN}"
_WORD: Final = re.compile(rf"\w{{{LONG},}}")
_BEFORE: Final = r"(?<=\w{4})"
_SYLLABLES: Final = MappingProxyType(
    {
        Language.FINNISH: re.compile(
            rf"{_BEFORE}(?=[bcdfghjklmnpqrstvwxz][aeiouyäö]\w{{2}})", re.IGNORECASE
        ),
        Language.SWEDISH: re.compile(
            rf"{_BEFORE}(?!(?<=n)g|(?<=ls)t)(?=[bcdfghjklmnpqrstvwz][aeiouyåäö]\w)", re.IGNORECASE
        ),
    }
)


def hyphenated(text: str) -> str:
    """The text with soft hyphens in long words, in Finnish and Swedish; else as it is.

    Between syllables, with four letters or more before the first; after the last there are four in
    Finnish and three in Swedish.
    """
    syllable = _SYLLABLES.get(current_language())
    if syllable is None:
        return text
    return _WORD.sub(lambda word: syllable.sub(SOFT_HYPHEN, word[0]), text)
