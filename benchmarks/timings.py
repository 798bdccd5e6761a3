"""The figures: replicates a second, time in compiled code, start times, compilation, memory."""

from __future__ import annotations

import cProfile
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from sim import load_scenario
from sim.engine.columns import Engine
from sim.model import BorderModel
from sim.model.initialisation import Blueprint
from sim.scenario.scenario import Scenario
from sim.study.options import StudyOptions
from sim.study.replication import Study

PROJECT = Path(__file__).parents[1]
FINLAND = PROJECT / "scenarios" / "finland-2023" / "base.yaml"
TEACHING = PROJECT / "scenarios" / "teaching" / "two-crossings.yaml"
ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    what: str
    value: str
    wanted: str = ""


def all_figures() -> Iterator[Figure]:
    """Every figure, one after another."""
    scenario = load_scenario(FINLAND)
    yield from replicates_a_second(scenario)
    yield share_compiled(scenario)
    yield against_interpreted()
    yield from memory(scenario)
    yield from start_times()
    yield compilation()


def replicates_a_second(scenario: Scenario, number: int = 40) -> Iterator[Figure]:
    """One core, historical policy: the whole of a replicate, model, indicators and series."""
    study = Study(StudyOptions(scenario, ("historical",), seed=1, central=True))
    sizes = _persons(scenario)
    study.run_states(range(2))
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        study.run_states(range(number))
        rates.append(number / (time.perf_counter() - began))
    yield Figure(
        f"replicates a second, `historical`, one core ({sizes} people, 184 days); best and median "
        f"of {ROUNDS}",
        f"{max(rates):.0f}, {statistics.median(rates):.0f}",
        "at least 25 with every submodel on",
    )
    drawn = Study(StudyOptions(scenario, ("historical",), seed=1))
    began = time.perf_counter()
    drawn.run_states(range(number))
    rate = number / (time.perf_counter() - began)
    yield Figure("the same with parameters drawn by state of the world", f"{rate:.0f}")


def _persons(scenario: Scenario) -> str:
    blueprint = Blueprint(scenario.world)
    rule = scenario.policies["historical"].rule
    counts = []
    for hypothesis in scenario.hypotheses.values():
        model = BorderModel(blueprint, rule, hypothesis.rule).run()
        counts.append(int(model.engine.status["persons"][0]))
        model.release()
    return f"{min(counts):,} to {max(counts):,}"


def share_compiled(scenario: Scenario) -> Figure:
    """Profile of ``run`` at about 10,000 groups: time inside compiled calls over all time."""
    study = Study(
        StudyOptions(_enlarged(scenario, factor=12.5), ("historical",), seed=1, central=True)
    )
    draw = study.state(0)
    study.run_one(0, draw)
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(3):
        study.run_one(0, draw)
    profile.disable()
    stats = pstats.Stats(profile)
    total = stats.total_tt  # type: ignore[attr-defined]
    compiled = sum(
        row[2]
        for (file, _, name), row in stats.stats.items()  # type: ignore[attr-defined]
        if name in ("advance", "begin", "schedule_measures_from", "revise_measure_end")
        and "engine" in file
    )
    groups = _groups(study)
    return Figure(
        f"share of `run` inside compiled code at {groups:,} groups",
        f"{100.0 * compiled / total:.0f} %",
        "over 80 %",
    )


def _enlarged(scenario: Scenario, *, factor: float) -> Scenario:
    parameters = replace(scenario.world.parameters, demand_factor=factor, stock_factor=factor)
    certain = tuple(
        each
        for each in scenario.uncertainties
        if each.parameter not in ("demand_factor", "stock_factor")
    )
    world = replace(scenario.world, parameters=parameters)
    return replace(scenario, world=world, uncertainties=certain)


def _groups(study: Study) -> int:
    draw = study.state(0)
    scenario = study.options.scenario
    model = BorderModel(
        study.blueprint,
        scenario.policies["historical"].rule,
        scenario.hypotheses[draw.hypothesis].rule,
        parameters=draw.parameters,
        seed=study.options.seed,
        number=draw.number,
    ).run()
    count = int(model.engine.status["groups"][0])
    model.release()
    return count


INTERPRETED = """
import sys, time
from sim import load_scenario
from sim.model import BorderModel
scenario = load_scenario(sys.argv[1])
rule, hypothesis = scenario.policies["near-closed"].rule, scenario.hypotheses["H1"].rule
BorderModel(scenario.world, rule, hypothesis).run()
times = []
for _ in range(5):
    model = BorderModel(scenario.world, rule, hypothesis)
    began = time.perf_counter()
    model.run()
    times.append(time.perf_counter() - began)
print(min(times))
"""


def against_interpreted() -> Figure:
    """The same events of a small world, compiled and interpreted."""
    compiled, interpreted = (
        float(_python("-c", INTERPRETED, str(TEACHING), NUMBA_DISABLE_JIT=flag))
        for flag in ("0", "1")
    )
    return Figure(
        "the events of `two-crossings` interpreted, over compiled",
        f"{interpreted / compiled:.0f} times",
    )


def memory(scenario: Scenario) -> Iterator[Figure]:
    """Bytes a person of the tables that grow with people, at about 10,000 groups."""
    study = Study(
        StudyOptions(_enlarged(scenario, factor=12.5), ("historical",), seed=1, central=True)
    )
    draw = study.state(0)
    model = BorderModel(
        study.blueprint,
        scenario.policies["historical"].rule,
        scenario.hypotheses[draw.hypothesis].rule,
        parameters=draw.parameters,
    ).run()
    engine = model.engine
    persons = int(engine.status["persons"][0])
    growing = sum(table.nbytes for table in (*_people(engine), engine.heap))
    used = sum(
        table.nbytes * share for table, share in zip(_people(engine), _in_use(engine), strict=True)
    )
    model.release()
    yield Figure("bytes a person, rows in use", f"{used / persons:.0f}", "under 400")
    yield Figure("bytes a person, tables as allocated", f"{growing / persons:.0f}")


def _people(engine: Engine) -> tuple[NDArray[Any], ...]:
    """The tables with rows of people, of their groups, and of what these believe."""
    return engine.persons, engine.groups, engine.beliefs


def _in_use(engine: Engine) -> tuple[float, ...]:
    """The share of rows in use of each of them."""
    persons = int(engine.status["persons"][0]) / len(engine.persons)
    groups = int(engine.status["groups"][0]) / len(engine.groups)
    return persons, groups, groups


def start_times() -> Iterator[Figure]:
    """Commands from a cold process, engine compiled."""
    _command("warm")
    with tempfile.TemporaryDirectory() as folder:
        run = ("run", str(TEACHING), "--replicates", "1", "--no-report", "--quiet")
        cases: list[tuple[str, tuple[str, ...], str]] = [
            ("`rajasim --help`", ("--help",), "under 0.6 s"),
            ("`rajasim check` of the Finland case", ("check", str(FINLAND)), "under 1.5 s"),
            ("`rajasim run`, one small world", (*run, "--out", f"{folder}/run"), "under 4 s"),
        ]
        for what, words, wanted in cases:
            seconds = min(_seconds(partial(_command, *words)) for _ in range(3))
            yield Figure(what, f"{seconds:.2f} s", wanted)


def compilation() -> Figure:
    """The one-off compilation, with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = _seconds(partial(_command, "warm", NUMBA_CACHE_DIR=folder))
    return Figure(
        "one-off compilation (`rajasim warm`, empty cache)", f"{seconds:.0f} s", "under 90 s"
    )


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _command(*words: str, **environment: str) -> str:
    return _python("-m", "sim", *words, **environment)


def _python(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, **environment},
    )
    return done.stdout
