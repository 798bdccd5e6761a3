"""The list of promises: numbered without gaps, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (\d+)\. (.+?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# How messages of broken promises open in the checks of random worlds.
OPENING = re.compile(r'f?"(\d+) ([a-z ]+):')


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_promises_are_numbered_without_gaps() -> None:
    assert [int(number) for number, _, _ in SECTIONS] == list(range(1, len(SECTIONS) + 1))
    assert len(SECTIONS) == PAGE.count("\n## ")


@pytest.mark.parametrize(("number", "name", "text"), SECTIONS, ids=[each[1] for each in SECTIONS])
def test_every_promise_is_held_by_tests_that_exist(number: str, name: str, text: str) -> None:
    named = NAMED.findall(text)
    assert named, f"{number}. {name}: no test"
    assert text.count("\n- ") == len(named), f"{number}. {name}: a line without a test"
    for file, test in named:
        assert test in functions_of(file), f"{number}. {name}: there is no {test} in {file}"


def test_messages_of_random_worlds_open_with_number_and_name_of_the_promise() -> None:
    names = {int(number): name.lower() for number, name, _ in SECTIONS}
    folder = ROOT / "tests" / "random_worlds"
    opened = {
        (int(number), name)
        for path in folder.glob("*.py")
        for number, name in OPENING.findall(path.read_text(encoding="utf-8"))
    }
    assert {number for number, _ in opened} == set(range(1, 12))
    for number, name in opened:
        first = name.split()[0].removesuffix("s")
        assert first in names[number], f"{number} is {names[number]!r}, not {name!r}"
