"""The text of one scenario file: what is read, what is refused, and the place that is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario import reading
from sim.scenario.document import read_document
from sim.scenario.reading import MAX_DEPTH, MAX_PROBLEMS
from sim.scenario.source_text import MAX_BYTES
from tests.scenario.located import Write, places, problem_of, problems_of

# ---- values


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("22:30", "22:30"),
        ("07:00-21:00", "07:00-21:00"),
        ("2023-11-18", "2023-11-18"),
        ("2023-11-18T00:00+02:00", "2023-11-18T00:00+02:00"),
        ("90 min", "90 min"),
        ("1_000", "1_000"),
        ("nan", "nan"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!".join(["a", "b"]), "a!b"),
        ("Älä", "Älä"),
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("0x1F", 31),
        ("0o17", 15),
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        (str(2**63 - 1), 2**63 - 1),
        (str(-(2**63)), -(2**63)),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("[1, [a, ~]]", [1, ["a", None]]),
        ("{b: 1}", {"b": 1}),
        ("[]", []),
        ('"two\\nlines\\tand a tab"', "two\nlines\tand a tab"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_values_are_those_of_yaml_1_2(write: Write, written: str, value: Any) -> None:
    read = read_document(write(f"a: {written}\n")).data["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", ["NO: 1", "2023-11-18: 1", "yes: 1", "'1': 1", "demand.rate: 1"])
def test_keys_are_texts(write: Write, text: str) -> None:
    (key,) = read_document(write(text)).data
    assert f"{key}: 1" == text.replace("'", "")


def test_comments_a_byte_order_mark_and_windows_line_ends_change_nothing(write: Write) -> None:
    plain = read_document(write("a: 1\nb:\n  c: 2\n", "plain.yaml"))
    other = read_document(write(b"\xef\xbb\xbf# hello\r\na: 1 # one\r\nb:\r\n  c: 2\r\n"))
    assert other.data == plain.data
    assert (other.locate(["b", "c"]).line, other.locate(["b", "c"]).column) == (4, 6)


def test_data_cannot_be_changed_through_a_copy(write: Write) -> None:
    document = read_document(write("a: {b: [1]}"))
    document.data["a"]["b"].append(2)
    assert document.data == {"a": {"b": [1]}}


# ---- what is refused inside a file


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        # keys
        ("a: 1\nb: 2\na: 3\n", (3, 1), "key 'a' is written twice, first at {path}:1:1"),
        ("x:\n  a: 1\n  'a': 2\n", (3, 3), "key 'a' is written twice, first at {path}:2:3"),
        ("x: {a: 1, a: 2}\n", (1, 11), "key 'a' is written twice, first at {path}:1:5"),
        ("a: 1\n2: x\n", (2, 1), "key '2' is not text"),
        ("true: x\n", (1, 1), "key 'true' is not text"),
        ("a:\n  ~: x\n", (2, 3), "key '~' is not text"),
        ("a: 1\n: x\n", (2, 1), "a key is missing before the colon"),
        ("? [a]\n: 1\n", (1, 3), "a key must be text"),
        ("? {a: 1}\n: 1\n", (1, 3), "a key must be text"),
        ("a:\n  <<: {b: 1}\n", (2, 3), "merge keys are not read"),
        # ids
        (
            "c:\n  - id: salla\n  - id: salla\n",
            (3, 5),
            "id 'salla' is written twice, first at {path}:2:5",
        ),
        # anchors, aliases, tags, directives, documents
        ("a: &x 1\n", (1, 4), "anchor '&x' is not read"),
        ("a: *x\n", (1, 4), "alias '*x' is not read"),
        ("a: !!python/name:os.system 1\n", (1, 4), "is not read"),
        ("a: !thing {b: 1}\n", (1, 4), "tag '!thing' is not read"),
        ("a: ! 1\n", (1, 4), "tag '!' is not read"),
        ("!t a: 1\n", (1, 1), "tag '!t' is not read"),
        ("%YAML 1.1\n---\na: NO\n", (1, 1), "has a directive"),
        ("# note\r\n\r\n%FOO\r\n---\r\na: NO\r\n", (3, 1), "has a directive"),
        ("a: 1\n---\nb: 2\n", (2, 1), "starts a second document"),
        # numbers
        ("a: .nan\n", (1, 4), ".nan is not a finite number"),
        ("a: [1, -.inf]\n", (1, 8), "-.inf is not a finite number"),
        ("a: 1e999\n", (1, 4), "'1e999' is too large"),
        (f"a: {2**63}\n", (1, 4), "too large for a whole number"),
        (f"a: {-(2**63) - 1}\n", (1, 4), "too large for a whole number"),
        (f"a: {'9' * 5000}\n", (1, 4), "too large for a whole number"),
        # characters
        ("a: 1\nb: x\x1b[31m\n", (2, 5), "control character U+001B"),
        ("a: 1\r\nb: \x00\r\n", (2, 4), "control character U+0000"),
        ("a: 'x\u202ey'\n", (1, 6), "control character U+202E"),
        ("a: x\u2028y\n", (1, 5), "control character U+2028"),
        ('a: "\\e[31m"\n', (1, 4), "control character U+001B"),
        ('a: "\\ud800"\n', (1, 4), "control character U+D800"),
        ('"\\a": 1\n', (1, 1), "control character U+0007"),
        # syntax
        ("a: [1,\n  2\nb: 1\n", (3, 2), "is not valid YAML"),
        ("a: b: c\n", (1, 5), "is not valid YAML: mapping values are not allowed here"),
        ("a:\n\t- b\n", (2, 1), "is not valid YAML: found character '\\t'"),
        ("a: 'x\n", (2, 1), "is not valid YAML: found unexpected end of stream"),
        ("a: @x\n", (1, 4), "is not valid YAML"),
        # the top
        ("", (1, 1), "is empty"),
        ("# only a comment\n", (1, 1), "is empty"),
        ("- a\n- b\n", (1, 1), "must be keys with values at the top, got a list"),
        ("\nhello\n", (2, 1), "must be keys with values at the top, got a text"),
        ("---\n...\n", None, "must be keys with values at the top, got nothing"),
    ],
)
def test_what_is_refused_is_reported_with_its_place(
    write: Write, text: str, place: tuple[int, int] | None, message: str
) -> None:
    path = write(text.encode())
    problem = problem_of(path)
    assert problem.path == str(path)
    assert message.format(path=path) in problem.message
    if place is not None:
        assert (problem.line, problem.column) == place


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:\n\t- b\n", "indent with spaces, not with tabs"),
        ("a: @x\n", "put the text in quotes"),
        ("a: b: c\n", "put a text that holds ': ' in quotes, or check the indent"),
        ("a: 1\nb\n", "a key needs a colon and a space after it"),
        ("7: a\n", "write it as '7' in quotes"),
    ],
)
def test_common_mistakes_get_a_hint(write: Write, text: str, hint: str) -> None:
    assert problem_of(write(text)).hint == hint


def test_an_escape_beyond_unicode_is_a_problem_and_no_crash(write: Write) -> None:
    assert "is not valid YAML" in problem_of(write('a: "\\U99999999"\n')).message


def test_every_problem_is_reported_at_once_in_order(write: Write) -> None:
    text = """\
        a: 1
        a: 2
        3: x
        b: {c: *x, d: .nan}
        e:
          - !t f
        h: *y
        g: 'never closed
        """
    found = problems_of(write(text))
    assert places(found) == [(2, 1), (3, 1), (4, 8), (4, 15), (6, 5), (7, 4), (9, 1)]
    assert [problem.key for problem in found] == ["a", None, "b.c", "b.d", "e.0", "h", None]


def test_reading_stops_after_a_hundred_problems(write: Write) -> None:
    found = problems_of(write("a: 1\n" * 1000))
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].message == "has more than 100 problems"


@pytest.mark.parametrize(
    "nested",
    [
        lambda depth: "{a: " * depth + "1" + "}" * depth,
        lambda depth: "{a: " + "[" * (depth - 1) + "]" * (depth - 1) + "}",
        lambda depth: "\n".join("  " * k + "a:" for k in range(depth)) + " 1",
    ],
    ids=["flow mappings", "flow lists", "block mappings"],
)
def test_nesting_has_a_limit(write: Write, nested: Callable[[int], str]) -> None:
    read_document(write(nested(MAX_DEPTH)))
    assert "nested deeper than 40" in problem_of(write(nested(MAX_DEPTH + 1))).message
    assert "nested deeper than 40" in problem_of(write(nested(400))).message


# ---- what is refused of a file as a whole


def test_a_missing_file_is_reported_with_the_nearest_name(write: Write) -> None:
    there = write("a: 1", "finland.yaml")
    problem = problem_of(there.with_name("findland.yaml"))
    assert (problem.message, problem.line) == ("does not exist", None)
    assert problem.hint == "did you mean 'finland.yaml'?"


@pytest.mark.parametrize("name", ["no/such/folder/a.yaml", "nul\0byte.yaml", "n" * 5000])
def test_a_name_that_cannot_be_opened_is_a_problem(tmp_path: Path, name: str) -> None:
    assert problem_of(tmp_path / name).line is None


def test_a_folder_is_not_a_scenario_file(tmp_path: Path) -> None:
    assert problem_of(tmp_path).message.startswith("is a folder")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert problem_of(tmp_path / "pipe.yaml").message.startswith("is not a regular file")


def test_a_file_may_have_one_mebibyte(write: Write) -> None:
    start = b"a: 1\n"
    comment = b"#" + b"x" * (MAX_BYTES - len(start) - 1)
    assert read_document(write(start + comment)).data == {"a": 1}
    assert "at most 1 MiB" in problem_of(write(start + comment + b"x")).message


def test_a_large_file_is_refused_before_it_is_parsed(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("it is parsed")

    monkeypatch.setattr("sim.scenario.extending.compose", fail)
    path = write(b"a: [1,\n" * (10 * 2**20 // 7))
    assert problem_of(path).message == "is 10.0 MiB; a scenario file has at most 1 MiB"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"a: 1\nb: \xff\xfe\n", (2, 4)),
        ("ä: ".encode() + b"\xe4\n", (1, 4)),
        ("a: 1\n".encode("utf-16"), (1, 1)),
    ],
    ids=["binary", "latin-1", "utf-16"],
)
def test_text_must_be_utf_8(write: Write, raw: bytes, place: tuple[int, int]) -> None:
    problem = problem_of(write(raw))
    assert problem.message == "is not text in UTF-8"
    assert (problem.line, problem.column) == place


def test_a_file_that_is_read_again_is_read_as_it_now_is(write: Write) -> None:
    """Nodes of a text are kept; other text, another name and what is refused are read anew."""
    first = read_document(write("a: 1\n"))
    assert read_document(write("a: 1\n")).data == first.data == {"a": 1}
    assert read_document(write("\na: 1\n")).locate(["a"]).line == 2
    elsewhere = read_document(write("a: 1\n", "other.yaml"))
    assert elsewhere.locate(["a"]).path.name == "other.yaml"
    for _ in range(2):
        with pytest.raises(ScenarioError, match="is written twice"):
            read_document(write("a: 1\na: 2\n"))
    first.data["a"] = 5
    assert read_document(write("a: 1\n")).data == {"a": 1}


def test_nodes_of_few_texts_are_kept(write: Write) -> None:
    for number in range(2 * reading.KEPT):
        assert read_document(write(f"a: {number}\n")).data == {"a": number}
    assert len(reading._kept) <= reading.KEPT
