"""Scenario files as located data: what is read, what is refused, and where the finger points."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import Problem, ScenarioError
from sim.scenario.document import read_document
from sim.scenario.extending import MAX_EXTENDS
from sim.scenario.reading import MAX_DEPTH, MAX_PROBLEMS
from sim.scenario.source_text import MAX_BYTES

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a scenario file and gives its path."""

    def file(text: str | bytes, name: str = "case.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    return file


def problems_of(path: Path, *assignments: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        read_document(path, assignments=assignments)
    return caught.value.problems


def problem_of(path: Path, *assignments: str) -> Problem:
    found = problems_of(path, *assignments)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def places(problems: tuple[Problem, ...]) -> list[tuple[int | None, int | None]]:
    return [(problem.line, problem.column) for problem in problems]


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
def test_what_is_refused_is_told_with_its_place(
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


def test_every_problem_is_told_at_once_in_order(write: Write) -> None:
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


def test_a_missing_file_is_told_with_the_nearest_name(write: Write) -> None:
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


def test_a_large_file_is_refused_before_it_is_parsed(write: Write) -> None:
    path = write(b"a: [1,\n" * (10 * 2**20 // 7))
    begin = time.perf_counter()
    assert problem_of(path).message == "is 10.0 MiB; a scenario file has at most 1 MiB"
    assert time.perf_counter() - begin < 0.5


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


# ---- extends


def test_mappings_merge_deeply_and_the_rest_replaces(write: Write) -> None:
    write("a: {x: 1, y: {z: 2}}\nlist: [1, 2, 3]\nkept: 7\nkind: {m: 1}\n", "base.yaml")
    path = write("extends: base.yaml\na: {y: {w: 3}}\nlist: [4]\nkind: none\nnew: 8\n")
    assert read_document(path).data == {
        "a": {"x": 1, "y": {"z": 2, "w": 3}},
        "list": [4],
        "kept": 7,
        "kind": "none",
        "new": 8,
    }


def test_lists_of_items_with_ids_merge_item_by_item(write: Write) -> None:
    write("c: [{id: salla, lanes: 2, km: 5}, {id: vartius, lanes: 1}]", "base.yaml")
    path = write("extends: base.yaml\nc: [{id: nuijamaa, lanes: 9}, {id: salla, lanes: 3}]\n")
    assert read_document(path).data["c"] == [
        {"id": "salla", "lanes": 3, "km": 5},
        {"id": "vartius", "lanes": 1},
        {"id": "nuijamaa", "lanes": 9},
    ]


@pytest.mark.parametrize(
    "child", ["[]", "[{id: salla}, {lanes: 3}]", "[{id: salla}, 3]", "[{id: 5}]", "~"]
)
def test_a_list_without_an_id_for_every_item_replaces(write: Write, child: str) -> None:
    write("c: [{id: salla, lanes: 2}]", "base.yaml")
    alone = read_document(write(f"c: {child}", "alone.yaml")).data
    assert read_document(write(f"extends: base.yaml\nc: {child}\n")).data == alone


def test_a_chain_of_files_is_relative_to_each_file(write: Write, tmp_path: Path) -> None:
    write("a: 1\nb: 1\nc: 1\n", "shared/base.yaml")
    write("extends: ../shared/base.yaml\nb: 2\nc: 2\n", "finland/world.yaml")
    path = write("extends: finland/world.yaml\nc: 3\n")
    document = read_document(path)
    assert document.data == {"a": 1, "b": 2, "c": 3}
    assert document.files == (
        path,
        tmp_path / "finland" / "world.yaml",
        tmp_path / "shared" / "base.yaml",
    )


@pytest.mark.parametrize(
    ("files", "circle"),
    [
        ({"case": "case"}, "case -> case"),
        ({"case": "b", "b": "case"}, "case -> b -> case"),
        ({"case": "a", "a": "b", "b": "c", "c": "a"}, "a -> b -> c -> a"),
    ],
)
def test_a_circle_of_extends_is_told_as_the_chain(
    write: Write, tmp_path: Path, files: dict[str, str], circle: str
) -> None:
    for name, base in files.items():
        write(f"x: 1\nextends: {base}.yaml\n", f"{name}.yaml")
    problem = problem_of(tmp_path / "case.yaml")
    chain = " -> ".join(str(tmp_path / f"{name}.yaml") for name in circle.split(" -> "))
    assert problem.message == f"extends in a circle: {chain}"
    assert (problem.path, problem.line) == (str(tmp_path / f"{list(files)[-1]}.yaml"), 2)


def test_a_circle_through_a_link_is_seen(write: Write, tmp_path: Path) -> None:
    path = write("extends: link.yaml\n")
    (tmp_path / "link.yaml").symlink_to(path)
    assert "in a circle" in problem_of(path).message


def test_a_base_that_is_a_link_to_itself_is_told_where_it_is_named(
    write: Write, tmp_path: Path
) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    path = write("extends: loop.yaml\n")
    problem = problem_of(path)
    assert "loop.yaml cannot be read" in problem.message
    assert (problem.path, problem.line) == (str(path), 1)


def test_a_base_with_a_control_character_in_its_name_is_refused(write: Write) -> None:
    found = problems_of(write('extends: "base\\0.yaml"\n'))
    assert found[0].message == "holds the control character U+0000"


def test_extends_has_at_most_ten_levels(write: Write, tmp_path: Path) -> None:
    write("depth: 0\n", "f0.yaml")
    for level in range(1, MAX_EXTENDS + 2):
        write(f"extends: f{level - 1}.yaml\n", f"f{level}.yaml")
    assert read_document(tmp_path / f"f{MAX_EXTENDS}.yaml").data == {"depth": 0}
    problem = problem_of(tmp_path / f"f{MAX_EXTENDS + 1}.yaml")
    assert problem.message == "extends more than 10 files"
    assert problem.path == str(tmp_path / "f1.yaml")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.yaml", "does not exist"),
        (".", "is a folder"),
        ("/etc/hostname", "must be the name of a file, relative to this one"),
        ("5", "must be the name of a file"),
        ("''", "must be the name of a file"),
        ("", "must be the name of a file"),
        ("[a.yaml, b.yaml]", "must be the name of a file"),
    ],
)
def test_a_base_that_cannot_be_read_is_told_where_it_is_named(
    write: Write, name: str, message: str
) -> None:
    path = write(f"a: 1\nextends: {name}\n")
    problem = problem_of(path)
    assert message in problem.message
    assert (problem.path, problem.line, problem.key) == (str(path), 2, "extends")


def test_problems_of_several_files_come_together(write: Write) -> None:
    base = write("a: 1\na: 2\n", "base.yaml")
    path = write("extends: base.yaml\nb: .nan\n")
    told = [(problem.path, problem.line) for problem in problems_of(path, "nonsense")]
    assert told == [("--set", 1), (str(base), 2), (str(path), 2)]


# ---- overrides


WORLD = """\
demand: {rate: 10, empty: ~}
crossings:
  - {id: salla, lanes: 2, opening: [{hours: 24 h}]}
  - {id: vartius, lanes: 1}
"""


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("demand.rate", 80, ("demand", "rate")),
        ("demand.new", 1, ("demand", "new")),
        ("top", 1, ("top",)),
        ("demand", {"other": 1}, ("demand",)),
        ("crossings.salla.lanes", 5, ("crossings", 0, "lanes")),
        ("crossings.1.lanes", 5, ("crossings", 1, "lanes")),
        ("crossings.salla.opening.0.hours", "08:00-16:00", ("crossings", 0, "opening", 0, "hours")),
        ("crossings.vartius", {"id": "vartius", "lanes": 4}, ("crossings", 1)),
        ("crossings", [], ("crossings",)),
    ],
)
def test_an_override_puts_a_value_at_a_path(
    write: Write, key: str, value: Any, where: tuple[str | int, ...]
) -> None:
    expected = read_document(write(WORLD)).data
    owner: Any = expected
    for part in where[:-1]:
        owner = owner[part]
    owner[where[-1]] = value
    overridden = read_document(write(f"{WORLD}overrides:\n  {key}: {value}\n".replace("None", "~")))
    assert overridden.data == expected
    assert overridden.locate(where).line == 6
    assigned = read_document(write(WORLD), assignments=[f"{key}={value}"])
    assert assigned.data == expected
    assert assigned.locate(where).path == Path("--set")
    assert assigned.digest == overridden.digest


@pytest.mark.parametrize(
    ("key", "message", "hint"),
    [
        ("demnd.rate", "'demnd.rate': there is no 'demnd'", "did you mean 'demand'?"),
        ("crossings.sala.lanes", "the list has no item 'sala'", "did you mean 'salla'?"),
        ("crossings.sala", "the list has no item 'sala'", "did you mean 'salla'?"),
        ("crossings.2.lanes", "the list has no item '2'", None),
        ("crossings.-1.lanes", "the list has no item '-1'", None),
        ("demand.rate.x", "there is no 'x' inside a number", None),
        ("demand.empty.x", "there is no 'x' inside nothing", None),
        ("demand..rate", "is not a dotted path", None),
        (".demand", "is not a dotted path", None),
        ("a" + ".a" * MAX_DEPTH, "is not a dotted path of 1 to 40 keys", None),
        ("extends", "cannot be set, since it is an instruction", None),
        ("overrides.x", "cannot be set, since it is an instruction", None),
    ],
)
def test_a_path_into_nothing_is_told_at_the_key(
    write: Write, key: str, message: str, hint: str | None
) -> None:
    problem = problem_of(write(f"{WORLD}overrides:\n  {key}: 1\n"))
    assert message in problem.message
    assert (problem.line, problem.column, problem.key) == (6, 3, key)
    assert problem.hint == hint
    assigned = problem_of(write(WORLD), f"{key}=1")
    assert (assigned.message, assigned.hint) == (problem.message, problem.hint)
    assert (assigned.path, assigned.line, assigned.column) == ("--set", 1, 1)


def test_a_path_may_be_as_deep_as_a_file(write: Write) -> None:
    nested = "{a: " * MAX_DEPTH + "1" + "}" * MAX_DEPTH
    path = ".".join(["a"] * MAX_DEPTH)
    changed = read_document(write(nested), assignments=[f"{path}=2"])
    assert changed.digest == read_document(write(nested.replace("1", "2"))).digest


def test_all_paths_into_nothing_are_told(write: Write) -> None:
    path = write("a: 1\noverrides:\n  b.c: 1\n  a: 2\n  d.e: 1\n")
    assert places(problems_of(path, "f.g=1")) == [(1, 1), (3, 3), (5, 3)]


def test_a_base_is_complete_before_another_file_builds_on_it(write: Write) -> None:
    write("a: {x: 1, y: 1}\noverrides: {a.x: 2, a.y: 2}\n", "base.yaml")
    path = write("extends: base.yaml\na: {x: 3}\noverrides: {a.z: 4}\n")
    assert read_document(path).data == {"a": {"x": 3, "y": 2, "z": 4}}


def test_overrides_are_applied_in_the_order_written(write: Write) -> None:
    path = write("a: {x: 1}\noverrides: {a: {x: 2}, a.x: 3}\n")
    assert read_document(path, assignments=["a.y=1", "a.y=2"]).data == {"a": {"x": 3, "y": 2}}


def test_overrides_may_be_empty_but_not_something_else(write: Write) -> None:
    assert read_document(write("a: 1\noverrides:\n")).data == {"a": 1}
    problem = problem_of(write("a: 1\noverrides: [a.b]\n"))
    assert problem.message == "'overrides' must be dotted paths with values, got a list"
    assert problem.line == 2


# ---- assignments


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=5", 5),
        ("a = 5", 5),
        ("a=90 min", "90 min"),
        ("a=NO", "NO"),
        ("a=x=y", "x=y"),
        ("a=null", None),
        ("a=''", ""),
        ("a=[1, 2]", [1, 2]),
        ("a={b: 1}", {"b": 1}),
    ],
)
def test_an_assignment_is_a_path_and_yaml(write: Write, text: str, value: Any) -> None:
    assert read_document(write("a: 0"), assignments=[text]).data == {"a": value}


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("a", 1, "must read 'key=value', got 'a'"),
        ("a=", 1, "must read 'key=value'"),
        ("=5", 1, "must read 'key=value'"),
        ("", 1, "must read 'key=value', got ''"),
        ("abc=[1", 7, "is not valid YAML"),
        ("abc=.nan", 5, "not a finite number"),
        ("abc={b: 1, b: 2}", 12, "written twice"),
        ("abc=# note", 1, "is empty"),
        ("abc=\x1b", 5, "control character U+001B"),
        ("abc=1\nb: 2", 6, "control character U+000A"),
    ],
)
def test_an_assignment_that_cannot_be_read_is_located_in_its_text(
    write: Write, text: str, column: int, message: str
) -> None:
    problem = problem_of(write("a: 0\nabc: 0\n"), text)
    assert message in problem.message
    assert (problem.path, problem.line, problem.column) == ("--set", 1, column)


def test_assignments_come_last(write: Write) -> None:
    write("a: 1\n", "base.yaml")
    path = write("extends: base.yaml\na: 2\noverrides: {a: 3}\n")
    assert read_document(path, assignments=["a=4"]).data == {"a": 4}


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


def test_the_digest_is_that_of_the_merged_data(write: Write) -> None:
    one = read_document(write("a: {x: 1, y: [1, 2]}\nb: ä\n"))
    write("b: ä\n", "base.yaml")
    same = read_document(write("extends: base.yaml\na: {y: [1, 2]}\noverrides: {a.x: 1}\n"))
    assert same.digest == one.digest
    assert len(one.digest) == 64
    for text in ("a: {x: 1, y: [2, 1]}\nb: ä\n", "a: {x: 1, y: [1, 2]}\nb: a\n", "b: ä\n"):
        assert read_document(write(text, "other.yaml")).digest != one.digest


# ---- as a whole


def test_a_file_of_900_lines_is_read_quickly(write: Write) -> None:
    item = "  - id: c{0}\n    lanes: 3\n    wait: 90 min\n    at: [67.1, 28.9]\n    source: f-{0}\n"
    path = write("crossings:\n" + "".join(item.format(k) for k in range(180)))

    def seconds() -> float:
        """The least of some times: what else the process and the machine do is no part of it."""
        begin = time.thread_time()
        assert len(read_document(path).data["crossings"]) == 180
        return time.thread_time() - begin

    assert min(seconds() for _ in range(5)) < 0.4


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(alphabet="ab0.:-[]{}#&*!%|>'\"\\ \t\n,?=~<", max_size=60))
def test_any_text_is_read_or_refused_with_problems(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        told = [repr(read_document(path).data)]
    except ScenarioError as error:
        told = [str(problem) for problem in error.problems]
    assert all(line.isprintable() for line in told)
