"""What a scalar without quotes means: the core schema of YAML 1.2 (section 10.3.2).

``NO``, ``22:30`` and ``2023-11-18`` are texts. Numbers must be finite and fit into 64 bits.
"""

from __future__ import annotations

import math
import re

from sim.errors import quoted
from sim.scenario.nodes import Scalar

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def resolve(text: str) -> Scalar:
    """The value of a scalar without quotes.

    Raises:
        ValueError: it is a number, but not finite or too long.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is not a finite number")
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if not _FLOAT.fullmatch(text):
        return text
    if math.isinf(number := float(text)):
        raise ValueError(f"{quoted(text)} is too large for a number")
    return number


def _integer(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    # Checked before int(), which refuses thousands of digits in its own words.
    number = int(text, base) if len(text) <= 40 else 2**63
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{quoted(text)} is too large for a whole number")
    return number
