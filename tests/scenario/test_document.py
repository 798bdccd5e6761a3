"""Scenario files as located data: where every value was written, and the digest of all."""

from __future__ import annotations

from cProfile import Profile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.document import read_document
from tests.scenario.located import Write

# ---- places and digest


def test_every_value_knows_where_it_was_written(write: Write) -> None:
    base = write("a:\n  x: 1\n  y: 2\nc:\n  - id: salla\n    lanes: 2\n", "base.yaml")
    path = write("# hint\nextends: base.yaml\na:\n  y:  3\nf: [4,\n  5]\n")
    document = read_document(path, assignments=["c.salla.lanes=7"])
    expected: list[tuple[list[str | int], Path, int, int]] = [
        (["a", "x"], base, 2, 6),
        (["a", "y"], path, 4, 7),
        (["a"], path, 3, 1),  # a mapping is found at its key, in the last file that adds to it
        (["c"], base, 4, 1),
        (["c", 0], base, 5, 5),
        (["c", "salla"], base, 5, 5),
        (["c", 0, "id"], base, 5, 9),
        (["c", 0, "lanes"], Path("--set"), 1, 15),
        (["f"], path, 5, 1),
        (["f", 1], path, 6, 3),
        ([], path, 1, 1),
    ]
    for key, file, line, column in expected:
        place = document.locate(key)
        assert (place.path, place.line, place.column) == (file, line, column), key


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (["missing"], (1, 1)),
        (["a", "missing", "deeper"], (2, 1)),
        (["a", "x", "missing"], (3, 6)),
        (["c", 7, "lanes"], (4, 1)),
        (["c", -1], (4, 1)),
        (["c", "0"], (4, 5)),
    ],
)
def test_what_is_absent_is_located_at_its_nearest_ancestor(
    write: Write, key: list[str | int], place: tuple[int, int]
) -> None:
    document = read_document(write("# hint\na:\n  x: 1\nc: [2]\n"))
    found = document.locate(key)
    assert (found.line, found.column) == place


def test_a_value_that_was_left_out_is_located_at_its_key(write: Write) -> None:
    document = read_document(write("a:\n\n\nb:\n  c:\nd: [~]\ne:\n  -\n\n  - 1\n"))
    keys: list[list[str | int]] = [["a"], ["b", "c"], ["d", 0], ["e", 0]]
    assert [document.locate(key).line for key in keys] == [1, 5, 6, 8]


def test_a_key_can_be_located_apart_from_its_value(write: Write) -> None:
    place = read_document(write("a:\n  lanes:   2\n")).locate_key(["a", "lanes"])
    assert (place.line, place.column) == (2, 3)


def test_a_part_of_the_data_is_that_of_the_whole(write: Write) -> None:
    document = read_document(write("a: {x: [{id: p, y: 1}, {id: q, y: [2]}]}\n"))
    whole = document.data
    assert document.data_at([]) == whole
    assert document.data_at(["a", "x", 1, "y"]) == whole["a"]["x"][1]["y"] == [2]
    assert document.data_at(["a", "x", "q"]) == {"id": "q", "y": [2]}
    document.data_at(["a", "x"]).clear()
    assert document.data == whole
    with pytest.raises(KeyError, match="z"):
        document.data_at(["a", "z", "y"])


def test_the_digest_is_that_of_the_merged_data(write: Write) -> None:
    one = read_document(write("a: {x: 1, y: [1, 2]}\nb: ä\n"))
    write("b: ä\n", "base.yaml")
    same = read_document(write("extends: base.yaml\na: {y: [1, 2]}\noverrides: {a.x: 1}\n"))
    assert same.digest == one.digest
    assert len(one.digest) == 64
    for text in ("a: {x: 1, y: [2, 1]}\nb: ä\n", "a: {x: 1, y: [1, 2]}\nb: a\n", "b: ä\n"):
        assert read_document(write(text, "other.yaml")).digest != one.digest


# ---- as a whole


def test_reading_takes_work_in_proportion_to_the_lines(write: Write) -> None:
    """Counted in calls and not in seconds: other work on the machine is no part of it."""
    item = "  - id: c{0}\n    lanes: 3\n    wait: 90 min\n    at: [67.1, 28.9]\n    source: f-{0}\n"

    def calls(items: int) -> int:
        path = write("crossings:\n" + "".join(item.format(k) for k in range(items)))
        with Profile() as profile:
            assert len(read_document(path).data["crossings"]) == items
        return sum(entry.callcount for entry in profile.getstats())

    few, many = calls(20), calls(180)
    assert many < 9.5 * few
    assert many < 1500 * 900, "a line takes some hundreds of calls"


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(alphabet="ab0.:-[]{}#&*!%|>'\"\\ \t\n,?=~<", max_size=60))
def test_any_text_is_read_or_refused_with_problems(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        messages = [repr(read_document(path).data)]
    except ScenarioError as error:
        messages = [str(problem) for problem in error.problems]
    assert all(line.isprintable() for line in messages)
