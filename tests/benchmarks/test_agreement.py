"""The plain model of the benchmarks is the same model in every tool: the law agrees over seeds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from benchmarks import agreement, plain_model, plain_ours
from benchmarks.agreement import MOST, Sample, Simulate
from benchmarks.ways import Way, c_program
from tests.effort import effort

# Few for tools that take long; the fewer, the less of a difference would be seen.
SEEDS = {
    "ours": effort(50, 400),
    "C": effort(100, 400),
    "SimPy": effort(20, 200),
    "Mesa, tuned": effort(20, 200),
    "Mesa, idiomatic": effort(8, 100),
}


@pytest.fixture(scope="module")
def ours() -> Sample:
    """This engine's runs."""
    return agreement.sample(plain_ours.simulate, SEEDS["ours"])


@pytest.fixture(scope="module")
def c() -> Iterator[Way]:
    """The C program."""
    with c_program() as way:
        if way is None:
            pytest.skip("needs gcc")
        yield way


def farthest(name: str, simulate: Simulate, ours: Sample) -> float:
    """The largest z-score of a tool."""
    theirs = agreement.sample(simulate, SEEDS[name])
    return max(abs(each.z) for each in agreement.compared(name, theirs, ours))


@pytest.mark.parametrize("name", ["SimPy", "Mesa, tuned", "Mesa, idiomatic"])
def test_python_tool_agrees(name: str, ours: Sample) -> None:
    if name == "SimPy":
        pytest.importorskip("simpy")
    assert farthest(name, agreement.python_ways()[name], ours) < MOST


def test_c_agrees(c: Way, ours: Sample) -> None:
    assert farthest("C", agreement.from_program(c), ours) < MOST


@pytest.mark.usefixtures("c")
def test_another_model_is_told_apart(ours: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sixth less balking is another model."""
    monkeypatch.setattr(plain_model, "BALKING_PER_H", plain_model.BALKING_PER_H * 5.0 / 6.0)
    with c_program() as way:
        assert way
        assert farthest("C", agreement.from_program(way), ours) > MOST


def test_no_compiler_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with c_program() as way:
        assert way is None
