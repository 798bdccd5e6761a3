"""How problems are reported: place, message, hint, on one line that is safe to print."""

from __future__ import annotations

import pickle
from itertools import permutations

import pytest

from sim.errors import (
    InputError,
    Problem,
    RajasimError,
    ResultsError,
    ScenarioError,
    did_you_mean,
    nearest,
    quoted,
)


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (Problem("is empty"), "is empty"),
        (Problem("is empty", "a.yaml"), "a.yaml: is empty"),
        (Problem("is empty", "a.yaml", 3), "a.yaml:3: is empty"),
        (Problem("is empty", "a.yaml", 3, 7), "a.yaml:3:7: is empty"),
        (
            Problem(
                "unknown key", "a.yaml", 3, 7, key="x.crosings", hint="did you mean 'crossings'?"
            ),
            "a.yaml:3:7: unknown key (did you mean 'crossings'?)",
        ),
    ],
)
def test_a_problem_is_reported_as_place_message_and_hint(problem: Problem, message: str) -> None:
    assert str(problem) == message


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines\r", "two\\nlines\\r"),
        ("bell\x07, C1 \x9b", "bell\\x07, C1 \\x9b"),
        ("turned \u202e round", "turned \\u202e round"),
        ("half \ud800", "half \\ud800"),
        ("Älä ylitä rajaa – 边境", "Älä ylitä rajaa – 边境"),
    ],
)
def test_what_does_not_print_is_escaped_wherever_it_is(raw: str, shown: str) -> None:
    assert str(Problem(raw, raw, 1, 2, hint=raw)) == f"{shown}:1:2: {shown} ({shown})"
    assert str(InputError(raw)) == shown


def test_quoted_text_is_clipped() -> None:
    assert quoted("x" * 1000, limit=5) == "'xxxxx…'"
    assert quoted("abcde", limit=5) == "'abcde'"
    assert quoted("\x1b") == "'\\x1b'"


def test_problems_are_sorted_by_file_line_and_column() -> None:
    expected = [
        Problem("whole file", "a.yaml"),
        Problem("whole line", "a.yaml", 1),
        Problem("early", "a.yaml", 1, 1),
        Problem("later in the line", "a.yaml", 1, 10),
        Problem("later", "a.yaml", 10, 1),
        Problem("other file", "b.yaml", 1, 1),
    ]
    for order in permutations(expected):
        assert ScenarioError(order).problems == tuple(expected)
    message = str(ScenarioError(expected)).splitlines()
    assert message == [str(problem) for problem in expected]


def test_an_error_without_problems_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one problem"):
        ScenarioError([])


def test_an_error_survives_the_way_back_from_a_worker_process() -> None:
    error = ScenarioError([Problem("later", "a", 2), Problem("early", "a", 1)])
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is ScenarioError
    assert copy.problems == error.problems


@pytest.mark.parametrize(
    ("kind", "status"), [(RajasimError, 1), (InputError, 2), (ResultsError, 2), (ScenarioError, 2)]
)
def test_every_error_knows_its_exit_status(kind: type[RajasimError], status: int) -> None:
    assert issubclass(kind, RajasimError)
    assert kind.exit_status == status


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("crosings", "crossings"),
        ("CROSSINGS", "crossings"),
        ("crossings", None),  # it was wrong for another reason
        ("polices", "policies"),
        ("weather", None),
        ("", None),
        ("crossings" * 100_000, None),
    ],
)
def test_the_nearest_name(name: str, near: str | None) -> None:
    known = ["crossings", "policies", "demand"]
    assert nearest(name, known) == near
    assert nearest(name, reversed(known)) == near


def test_the_nearest_name_keeps_its_capitals() -> None:
    assert nearest("salla", ["Salla", "Vartius"]) == "Salla"


def test_the_nearest_name_as_a_hint() -> None:
    assert did_you_mean("crosings", ["crossings"]) == "did you mean 'crossings'?"
    assert did_you_mean("weather", ["crossings"]) is None
