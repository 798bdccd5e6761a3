"""Scenario files that build on others: ``extends``, ``overrides`` and ``--set``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.scenario.document import read_document
from sim.scenario.extending import MAX_EXTENDS
from sim.scenario.reading import MAX_DEPTH
from tests.scenario.located import Write, places, problem_of, problems_of

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


def test_roads_merge_by_their_pair_of_ends(write: Write) -> None:
    """From whichever end, unless one way: both directions may then be roads of their own."""
    write(
        "r: [{a: x, b: y, km: 1, checkpoint: 0.1}, {a: y, b: z, km: 2}, "
        "{a: z, b: w, km: 3, one_way: true}]",
        "base.yaml",
    )
    child = "[{a: w, b: z, km: 4}, {a: z, b: y, km: 5}, {a: x, b: y, km: 6}, {a: x, b: z, km: 7}]"
    assert read_document(write(f"extends: base.yaml\nr: {child}\n")).data["r"] == [
        {"a": "x", "b": "y", "km": 6, "checkpoint": 0.1},
        {"a": "y", "b": "z", "km": 5},
        {"a": "z", "b": "w", "km": 3, "one_way": True},
        {"a": "w", "b": "z", "km": 4},
        {"a": "x", "b": "z", "km": 7},
    ]


def test_roads_that_are_there_twice_are_not_told_apart(write: Write) -> None:
    write("r: [{a: x, b: y, km: 1}, {a: x, b: y, km: 2}]", "base.yaml")
    path = write("extends: base.yaml\nr: [{a: x, b: y, km: 3}]\n")
    assert read_document(path).data["r"] == [{"a": "x", "b": "y", "km": 3}]


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
def test_a_circle_of_extends_is_reported_as_the_chain(
    write: Write, tmp_path: Path, files: dict[str, str], circle: str
) -> None:
    for name, base in files.items():
        write(f"x: 1\nextends: {base}.yaml\n", f"{name}.yaml")
    problem = problem_of(tmp_path / "case.yaml")
    chain = " -> ".join(str(tmp_path / f"{name}.yaml") for name in circle.split(" -> "))
    assert problem.message == f"extends in a circle: {chain}"
    assert (problem.path, problem.line) == (str(tmp_path / f"{list(files)[-1]}.yaml"), 2)


def test_a_circle_through_a_link_is_found(write: Write, tmp_path: Path) -> None:
    path = write("extends: link.yaml\n")
    (tmp_path / "link.yaml").symlink_to(path)
    assert "in a circle" in problem_of(path).message


def test_a_base_that_is_a_link_to_itself_is_reported_where_it_is_named(
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


def test_a_base_may_be_named_by_its_full_path(write: Write, tmp_path: Path) -> None:
    base = write("a: 1\nb: 1\n", "elsewhere/base.yaml")
    document = read_document(write(f"extends: {base}\nb: 2\n"))
    assert document.data == {"a": 1, "b": 2}
    assert document.files[1] == tmp_path / "elsewhere" / "base.yaml"


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
        ("/nowhere/base.yaml", "does not exist"),
        ("5", "must be the name of a file"),
        ("''", "must be the name of a file"),
        ("", "must be the name of a file"),
        ("[a.yaml, b.yaml]", "must be the name of a file"),
    ],
)
def test_a_base_that_cannot_be_read_is_reported_where_it_is_named(
    write: Write, name: str, message: str
) -> None:
    path = write(f"a: 1\nextends: {name}\n")
    problem = problem_of(path)
    assert message in problem.message
    assert (problem.path, problem.line, problem.key) == (str(path), 2, "extends")


def test_problems_of_several_files_come_together(write: Write) -> None:
    base = write("a: 1\na: 2\n", "base.yaml")
    path = write("extends: base.yaml\nb: .nan\n")
    messages = [(problem.path, problem.line) for problem in problems_of(path, "nonsense")]
    assert messages == [("--set", 1), (str(base), 2), (str(path), 2)]


# ---- overrides


WORLD = """\
demand: {rate: 10, empty: ~}
crossings:
  - {id: salla, lanes: 2, opening: [{hours: 24 h}]}
  - {id: vartius, lanes: 1}
policies: {open: {label: Open}}
roads: [{a: town, b: salla, km: 3}]
"""
LAST = WORLD.count("\n") + 2  # the line of an override


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
        ("roads.town-salla.km", 5, ("roads", 0, "km")),
        ("policies.shut", {"label": "Shut"}, ("policies", "shut")),
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
    assert overridden.locate(where).line == LAST
    assigned = read_document(write(WORLD), assignments=[f"{key}={value}"])
    assert assigned.data == expected
    assert assigned.locate(where).path == Path("--set")
    assert assigned.digest == overridden.digest


@pytest.mark.parametrize(
    ("key", "message", "hint"),
    [
        ("crossings.sala.lanes", "the list has no item 'sala'", "did you mean 'salla'?"),
        ("crossings.sala", "the list has no item 'sala'", "did you mean 'salla'?"),
        ("crossings.2.lanes", "the list has no item '2'", "there is salla, vartius"),
        ("crossings.-1.lanes", "the list has no item '-1'", "there is salla, vartius"),
        ("crossings.new", "the list has no item 'new'", "there is salla, vartius"),
        ("demand.steps.0.since", "there is no list 'steps'", "give the list as a whole"),
        ("policies.opne.label", "there is no 'opne'", "did you mean 'open'?"),
        ("policies.later.label", "there is no 'later'", "there is open"),
        ("demand.rate.x", "there is no 'x' inside a number", None),
        ("demand..rate", "is not a dotted path", None),
        (".demand", "is not a dotted path", None),
        ("a" + ".a" * MAX_DEPTH, "is not a dotted path of 1 to 40 keys", None),
        ("extends", "cannot be set, since it is an instruction", None),
        ("overrides.x", "cannot be set, since it is an instruction", None),
    ],
)
def test_a_path_into_nothing_is_reported_at_the_key(
    write: Write, key: str, message: str, hint: str | None
) -> None:
    problem = problem_of(write(f"{WORLD}overrides:\n  {key}: 1\n"))
    assert message in problem.message
    assert (problem.line, problem.column, problem.key) == (LAST, 3, key)
    assert problem.hint == hint
    assigned = problem_of(write(WORLD), f"{key}=1")
    assert (assigned.message, assigned.hint) == (problem.message, problem.hint)
    assert (assigned.path, assigned.line, assigned.column) == ("--set", 1, 1)


def test_a_path_may_be_as_deep_as_a_file(write: Write) -> None:
    nested = "{a: " * MAX_DEPTH + "1" + "}" * MAX_DEPTH
    path = ".".join(["a"] * MAX_DEPTH)
    changed = read_document(write(nested), assignments=[f"{path}=2"])
    assert changed.digest == read_document(write(nested.replace("1", "2"))).digest


def test_all_paths_into_nothing_are_reported(write: Write) -> None:
    path = write("a: 1\noverrides:\n  a.c: 1\n  b: 2\n  a.e: 1\n")
    assert places(problems_of(path, "f=1", "a.g=1")) == [(2, 1), (3, 3), (5, 3)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("weather.file", {"weather": {"file": 1}}),
        ("oversight.power.of.courts", {"oversight": {"power": {"of": {"courts": 1}}}}),
        ("demand.empty.x", {"demand": {"rate": 10, "empty": {"x": 1}}}),
    ],
)
def test_keys_on_the_way_that_are_not_there_are_made(
    write: Write, key: str, expected: dict[str, Any]
) -> None:
    """A misspelt one is refused by the schema, at the place of the path."""
    data = {**read_document(write(WORLD)).data, **expected}
    assert read_document(write(f"{WORLD}overrides: {{{key}: 1}}")).data == data
    document = read_document(write(WORLD), assignments=["demand.rate=10", f"{key}=1"])
    assert document.data == data
    place = document.locate(key.split("."))
    assert (place.path, place.line, place.column) == (Path("--set"), 2, len(key) + 2)


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("parameters.memory_d=7", {"value": 7, "source": "given by --set"}),
        ("parameters.memory_d.value=7", {"value": 7, "source": "given by --set"}),
        ("parameters.memory_d={value: 7}", {"value": 7, "source": "given by --set"}),
        ("parameters.memory_d={value: 7, source: me}", {"value": 7, "source": "me"}),
    ],
)
@pytest.mark.parametrize("file", ["a: 0", "parameters: {memory_d: {value: 3, source: file}}"])
def test_a_parameter_can_be_given_by_its_value_alone(
    write: Write, file: str, text: str, value: Any
) -> None:
    """The source that the file has for another value is not that of this one."""
    document = read_document(write(file), assignments=[text])
    assert document.data["parameters"] == {"memory_d": value}


def test_a_range_can_be_given_without_its_source(write: Write) -> None:
    text = "uncertainties.memory_d={low: 1, high: 9}"
    spread = {"low": 1, "high": 9, "source": "given by --set"}
    document = read_document(write("a: 0"), assignments=[text])
    assert document.data["uncertainties"] == {"memory_d": spread}


def test_the_line_of_an_assignment_is_its_number(write: Write) -> None:
    found = problems_of(write("a: 0"), "a=1", "b=[1", "c=.nan")
    assert [(each.path, each.line, each.column) for each in found] == [
        ("--set", 2, 5),
        ("--set", 3, 3),
    ]


def test_assignments_come_last(write: Write) -> None:
    write("a: 1\n", "base.yaml")
    path = write("extends: base.yaml\na: 2\noverrides: {a: 3}\n")
    assert read_document(path, assignments=["a=4"]).data == {"a": 4}
