"""Where long words may be broken, for narrow columns: browsers have no rules for Finnish.

In Finnish a syllable begins with the consonant before a vowel, and with one alone: the consonant
rule (konsonanttisääntö) of its spelling.
"""

from __future__ import annotations

import re
from typing import Final

from sim.text.catalogue import current_language
from sim.text.languages import Language

LONG: Final = 13  # letters of a word that may be broken
SOFT_HYPHEN: Final = "\N{SOFT HYPHEN}"
_WORD: Final = re.compile(rf"\w{{{LONG},}}")
_SYLLABLE: Final = re.compile(r"(?<=\w{4})(?=[bcdfghjklmnpqrstvwxz][aeiouyäö]\w{2})", re.IGNORECASE)


def hyphenated(text: str) -> str:
    """The text with soft hyphens in long words, in Finnish; else as it is.

    Between syllables, with four letters or more before the first and after the last.
    """
    if current_language() is not Language.FINNISH:
        return text
    return _WORD.sub(lambda word: _SYLLABLE.sub(SOFT_HYPHEN, word[0]), text)
