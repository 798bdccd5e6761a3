"""Values at the edges: what people mistype and what machines choke on."""

from __future__ import annotations

import json
from random import Random
from typing import Any, NamedTuple


class Raw(NamedTuple):
    """Text that goes into a document as it is: anchors, tags, numbers of thousands of digits."""

    text: str


NUMBERS: tuple[Any, ...] = (
    0,
    -0.0,
    -1,
    1,
    2,
    0.5,
    1e-320,
    1e-9,
    1e6,
    1e9,
    1e12,
    1e308,
    -1e308,
    2**31,
    2**62,
    2**63 - 1,
    -(2**63),
    Raw("1" + "0" * 400),
    Raw(".nan"),
    Raw(".inf"),
    Raw("-.Inf"),
    Raw("NaN"),
    Raw("1e999"),
    Raw("0x7fffffffffffffff"),
    Raw("0o17"),
    Raw("1_000"),
    Raw("+5"),
    Raw("٣"),
    Raw("1e-999"),
)
TEXTS: tuple[Any, ...] = (
    "",
    " ",
    "text",
    "NaN",
    "inf",
    "0",
    "-0",
    "1,5",
    "24 h",
    "90 min",
    "-3 h",
    "1e308 h",
    "9 moons",
    "5 km",
    "1e400 km",
    "08:00-20:00",
    "25:00-26:00",
    "20:00-08:00",
    "Mon-Sun",
    "Funday",
    "a" * 1000,
    "a" * 100_000,
    "\u202eabc",
    "ä\n\nö",
    "x\ty",
    "../../../etc/passwd",
    "/etc/passwd",
    "/dev/zero",
    ".",
    "..",
    "open",
    "town",
    "near",
    "gate",
    "default",
    "total",
    "all",
    "%s%n{}",
    "&a",
    "*a",
    "!!python/object",
    "<<",
    Raw('"\\x1b[31m"'),
    Raw('"\\0"'),
    Raw('"\\uD800"'),
    Raw('"\\UFFFFFFFF"'),
    "\N{PILE OF POO}" * 50,
)
TIMES: tuple[Any, ...] = (
    "2024-03-31T03:30+02:00",
    "2023-10-29T03:30:00.123456789+03:00",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59-14:00",
    "2024-02-30T00:00+02:00",
    "2024-03-01",
    "2024-03-01T00:00",
    "2024-03-01T00:00Z",
    "2024-03-01T24:00+02:00",
    "2024-03-05T12:00+23:59",
    "1970-01-01T00:00Z",
    "2199-12-31T23:59Z",
    "1900-01-01T00:00+02:00",
    Raw("2024-03-05T00:00+02:00"),
    "2024-W10-1",
    "2024-03-05T00:00+02:00[Europe/Helsinki]",
    20240305,
    "2024-03-06T00:00+02:00",
    "next week",
)
ZONES: tuple[Any, ...] = (
    "Europe/Atlantis",
    "UTC",
    "../UTC",
    "/etc/localtime",
    "Europe",
    "localtime",
    "",
    "Europe/Hel\0",
    "Asia/Kathmandu",
    "a/" * 200,
    ".",
    "America/Argentina/Buenos_Aires",
    "posixrules",
)
SHAPES: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    {"": 1},
    [None],
    {"a": {"b": {"c": []}}},
    [1, "a", {}],
    Raw("&a [*a]"),
    Raw("&a {b: *a}"),
    Raw("*nowhere"),
    Raw("!!binary aGVq"),
    Raw("!!str 5"),
    Raw("!!python/object/apply:os.system [ls]"),
    Raw("!<tag:x> y"),
    Raw("{<<: {a: 1}}"),
    Raw("{? [a] : b}"),
    Raw("~"),
    Raw("NO"),
    Raw("22:30"),
    Raw("'open"),
    Raw("{a: 1, a: 2}"),
)
_LEVELS = [f"&{b} [{','.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
LAUGHS = f"[&a [{','.join('x' * 9)}], {', '.join(_LEVELS)}]"
POOLS = (NUMBERS, NUMBERS, TEXTS, TIMES, SHAPES, ZONES)


def edge(rng: Random) -> Any:
    """Some value at an edge."""
    return rng.choice(rng.choice(POOLS))


def nesting(rng: Random) -> str:
    """Lists or maps inside each other, to some hundred thousand levels."""
    depth = rng.choice([30, 39, 41, 100, 1000, 100_000])
    opening, closing = rng.choice(
        [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[{a: ", "}]")]
    )
    return opening * depth + "1" + closing * depth


def spoilt(value: Any, rng: Random) -> Any:
    """A value near another: a number scaled, a text cut, or an edge."""
    if isinstance(value, bool) or rng.random() < 0.2:
        return edge(rng)
    if isinstance(value, int | float):
        return value * rng.choice([-1, 0, 1, 2, 3, 10, 1000, 0.5, 0.9, 1.1, 1e6, 1e9, 1e300])
    if isinstance(value, str) and value:
        at = rng.randrange(len(value))
        piece = rng.choice([*"0123456789", "", "\u0000", "\x1b[2J", ":", " ", "x", "\n", "é"])
        return value[:at] + piece + value[at + rng.choice([0, 1, 1]) :]
    return edge(rng)


def as_yaml(value: Any) -> str:
    """A document in the flow style of YAML, which is JSON but for raw text."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        return "{" + ",\n ".join(f"{as_yaml(k)}: {as_yaml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",\n ".join(map(as_yaml, value)) + "]"
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _number(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    text = repr(value)
    return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)
