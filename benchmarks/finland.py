"""The Finland case: replications a second, whole and with one submodel after another switched off.

A replication is what a study does for one: build the model, run 184 days, make every table. States
of the world keep central parameters. Variants take turns, each round runs the same states of the
world, and the least CPU time of the rounds counts.
"""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from benchmarks.plain_ours import agent_days
from benchmarks.processes import PROJECT
from sim import load_scenario
from sim.scenario.scenario import Scenario
from sim.study.options import StudyOptions
from sim.study.replication import Study

FINLAND: Final = PROJECT / "scenarios" / "finland-2023" / "base.yaml"
POLICY: Final = "historical"
STATES: Final = 12
ROUNDS: Final = 5
WHOLE: Final = "nothing"
ALL: Final = "all of these"
ANSWERS: Final = "answers of the transit side"
# What is switched off, by the parameters that do it.
SWITCHES: Final[Mapping[str, Mapping[str, float]]] = {
    "days that differ (frailty)": {"frailty_shape": 0.0},
    "those who follow others": {"branching": 0.0},
    "news of failure": {"failure_weight": 0.0},
    "talk": {"peer_rate_per_h": 0.0, "facilitated_share": 0.0},
    "learning, with talk": {
        "peer_rate_per_h": 0.0,
        "facilitated_share": 0.0,
        "experience_weight": 0.0,
    },
    "cold in choice and patience": {
        "cold_cost_eur": 0.0,
        "cold_impatience": 0.0,
        "give_up_cold": 0.0,
    },
    "deadline rush": {"rush_horizon_h": 0.0},
    "balking and reneging": {"balking_per_h": 0.0, "patience_h": 0.0},
    "giving up and removal": {"give_up_rate_per_d": 0.0, "removal_rate_per_d": 0.0},
    "choice of roads": {"route_scale_eur": 0.0},
    "checkpoints": {"checkpoint_cost_eur": 0.0},
    "groups that part": {"splitting": 0.0},
    ANSWERS: {},
}


def rows() -> Iterator[dict[str, Any]]:
    """A row for each variant: what is off, replications a second, and against the whole."""
    studies = {name: _study(scenario) for name, scenario in _variants(load_scenario(FINLAND))}
    for study in studies.values():
        study.run_states([0])
    times: dict[str, list[list[float]]] = {name: [] for name in studies}
    for _ in range(ROUNDS):
        for name, study in studies.items():
            times[name].append(seconds_by_state(study))
    seconds = {name: _sum_of_least(found) for name, found in times.items()}
    for name, least in seconds.items():
        yield {
            "off": name,
            "replications_per_s": STATES / least,
            "against_whole": seconds[WHOLE] / least,
        }


def seconds_by_state(study: Study) -> list[float]:
    """CPU time of a whole replication in each state of the world, s."""
    return [_cpu_s(study, number) for number in range(STATES)]


def whole_study() -> Study:
    """With every submodel, machine code loaded."""
    study = _study(load_scenario(FINLAND))
    study.run_states([0])
    return study


def _sum_of_least(rounds: Sequence[Sequence[float]]) -> float:
    return sum(map(min, zip(*rounds, strict=True)))


def _cpu_s(study: Study, number: int) -> float:
    began = time.process_time()
    study.run_states([number])
    return time.process_time() - began


def _study(scenario: Scenario) -> Study:
    return Study(StudyOptions(scenario, (POLICY,), seed=1, central=True))


def _variants(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    yield WHOLE, scenario
    together: dict[str, float] = {}
    for name, values in SWITCHES.items():
        together |= values
        responses = {} if name == ANSWERS else scenario.responses
        yield name, replace(_with(scenario, values), responses=responses)
    yield ALL, replace(_with(scenario, together), responses={})


def _with(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with these values of parameters, none of which is drawn any more."""
    parameters = replace(scenario.world.parameters, **values)
    drawn = tuple(each for each in scenario.uncertainties if each.parameter not in values)
    world = replace(scenario.world, parameters=parameters)
    return replace(scenario, world=world, uncertainties=drawn)


def compiled_rows() -> Iterator[dict[str, Any]]:
    """The share of a run's time that is inside compiled code, by the number of people."""
    for factor in (1.0, 12.5):
        scenario = _with(load_scenario(FINLAND), {"demand_factor": factor, "stock_factor": factor})
        study = _study(scenario)
        people = _people(study)
        profile = cProfile.Profile()
        profile.enable()
        study.run_states(range(3))
        profile.disable()
        stats = pstats.Stats(profile).get_stats_profile()
        compiled = sum(
            each.tottime
            for each in stats.func_profiles.values()
            if each.file_name.endswith("sim/engine/advance.py")
        )
        yield {"people": people, "compiled_share": compiled / stats.total_tt}


def people_days_and_seconds() -> tuple[int, float, float]:
    """People of some states of the world, the days that they are under way, and CPU time, s."""
    study = whole_study()
    seconds = _sum_of_least([seconds_by_state(study) for _ in range(ROUNDS)])
    people, days = 0, 0.0
    for number in range(STATES):
        model = study.model(0, study.state(number))
        model.advance_to(model.clock.duration_h)
        people += int(model.engine.status["persons"][0])
        days += agent_days(model)
        model.release()
    return people, days, seconds


def _people(study: Study) -> int:
    """How many people there are in the first state of the world."""
    model = study.model(0, study.state(0))
    model.advance_to(model.clock.duration_h)
    people = int(model.engine.status["persons"][0])
    model.release()
    return people
