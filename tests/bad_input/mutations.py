"""Mutations of bytes, of lines and of the tree of a document."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.bad_input.edges import LAUGHS, edge, nesting, spoilt

# ---- bytes


def _flip(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data) or 1)
    return (
        data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :] if data else b"?"
    )


def _cut(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _leave_out(data: bytes, rng: Random) -> bytes:
    at, many = rng.randrange(len(data) + 1), rng.choice([1, 5, 100])
    return data[:at] + data[at + many :]


def _insert(data: bytes, rng: Random) -> bytes:
    odd = (
        b"\0",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\r",
        b"\x85",
        b"\x1b[31m",
        b"\xe2\x80\xa8",
        b"\xe2\x80\xae",
        b"\t",
        b"'",
        b'"',
        b"{",
        b"]",
        b": ",
        b"- ",
        b"#",
        b"%",
        b"\n---\n",
        b"\n...\n",
        b"&a ",
        b"*a ",
        b"!!x ",
        b"<<: ",
        b"| ",
        b"> ",
        b"@",
        b"`",
        b",",
        bytes(rng.randrange(256) for _ in range(8)),
        b"x" * 100_000,
        b"9" * 5000,
    )
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(odd) + data[at:]


def _byte_order_mark(data: bytes, rng: Random) -> bytes:
    return rng.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"]) + data


def _line_ends(data: bytes, rng: Random) -> bytes:
    ends = [rng.choice([b"\r\n", b"\r", b"\n"]) for _ in range(3)]
    lines = data.split(b"\n")
    return b"".join(line + rng.choice(ends) for line in lines)


def _in_utf_16(data: bytes, rng: Random) -> bytes:
    return data.decode("utf-8", "replace").encode(
        rng.choice(["utf-16", "utf-32", "cp037"]), "replace"
    )


def _replace_all(data: bytes, rng: Random) -> bytes:
    return rng.choice(
        [b"", b"\n", b"null", b"[]", b"{}", b"5", b"--- a\n--- b\n", bytes(500), b"# x"]
    )


def _lines(change: Callable[[list[bytes], Random], None]) -> Callable[[bytes, Random], bytes]:
    def mutate(data: bytes, rng: Random) -> bytes:
        lines = data.split(b"\n")
        change(lines, rng)
        return b"\n".join(lines)

    return mutate


def _delete_line(lines: list[bytes], rng: Random) -> None:
    del lines[rng.randrange(len(lines))]


def _repeat_line(lines: list[bytes], rng: Random) -> None:
    at = rng.randrange(len(lines))
    lines[at:at] = [lines[at]] * rng.choice([1, 2, 500])


def _swap_lines(lines: list[bytes], rng: Random) -> None:
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def _indent_line(lines: list[bytes], rng: Random) -> None:
    at = rng.randrange(len(lines))
    lines[at] = rng.choice([b" ", b"  ", b"\t", b"- "]) + lines[at]


def _strange_line(lines: list[bytes], rng: Random) -> None:
    text = rng.choice(
        [nesting(rng), f"x: {nesting(rng)}", f"x: {LAUGHS}", "x: &a [*a]", "%YAML 1.1"]
    )
    lines.insert(rng.randrange(len(lines) + 1), text.encode())


def _strange_value(lines: list[bytes], rng: Random) -> None:
    at = rng.randrange(len(lines))
    key, colon, _ = lines[at].partition(b": ")
    text = rng.choice([nesting(rng), LAUGHS, "&a [*a]", str(edge(rng))])
    lines[at] = key + colon + text.encode("utf-8", "replace") if colon else lines[at]


BYTES = (
    _flip,
    _cut,
    _leave_out,
    _insert,
    _insert,
    _byte_order_mark,
    _line_ends,
    _in_utf_16,
    _replace_all,
    *map(
        _lines,
        (_delete_line, _repeat_line, _swap_lines, _indent_line, _strange_line, _strange_value),
    ),
)


def spoil_bytes(data: bytes, rng: Random) -> bytes:
    """One to three mutations of bytes or lines."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        data = rng.choice(BYTES)(data, rng)
    return data


# ---- trees


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every place in a tree: a container and a key or number within it."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in inner:
            found.append((node, key))
            if isinstance(value, dict | list):
                waiting.append(value)
    return found


def _delete(tree: Any, holder: Any, key: Any, rng: Random) -> None:
    del holder[key]


def _put_edge(tree: Any, holder: Any, key: Any, rng: Random) -> None:
    holder[key] = edge(rng)


def _put_spoilt(tree: Any, holder: Any, key: Any, rng: Random) -> None:
    holder[key] = spoilt(holder[key], rng)


def _rename(tree: Any, holder: Any, key: Any, rng: Random) -> None:
    if isinstance(holder, dict):
        holder[str(spoilt(key, rng))] = holder.pop(key)


def _unknown_key(tree: Any, holder: Any, key: Any, rng: Random) -> None:
    if isinstance(holder, dict):
        holder[rng.choice(["x", "id", "type", "source", "extends", "overrides", "0"])] = edge(rng)


def _repeat(tree: Any, holder: Any, key: Any, rng: Random) -> None:
    if isinstance(holder, list):
        holder[key:key] = [holder[key]] * rng.choice([1, 2, 300])


def _swap(tree: Any, holder: Any, key: Any, rng: Random) -> None:
    other, name = rng.choice(_places(tree))
    if not isinstance(holder[key], dict | list) and not isinstance(other[name], dict | list):
        holder[key], other[name] = other[name], holder[key]


def _wrap(tree: Any, holder: Any, key: Any, rng: Random) -> None:
    holder[key] = rng.choice([lambda v: [v], lambda v: {"a": v}, lambda v: [[v]]])(holder[key])


TREES = (_delete, _put_edge, *[_put_spoilt] * 8, _rename, _unknown_key, _repeat, _swap, _wrap)


def spoil_tree(tree: Any, rng: Random) -> None:
    """One to three mutations of a tree, in place; half of the time only numbers change."""
    only_numbers = rng.random() < 0.5
    for _ in range(rng.choice([1, 1, 2, 3])):
        places = _places(tree)
        if only_numbers:
            places = [each for each in places if isinstance(each[0][each[1]], int | float)]
        if places:
            change = _put_spoilt if only_numbers else rng.choice(TREES)
            change(tree, *rng.choice(places), rng)
