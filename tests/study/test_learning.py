"""L1 to L3: what a study teaches, against values worked by hand and against what is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim import load_scenario
from sim.study.execution import run_replications
from sim.study.learning import (
    excess_worth,
    fair_crps,
    learn,
    persistence_crps,
    root_distance,
    spread_ratio,
    worth_of_knowing,
)
from sim.study.options import StudyOptions
from sim.study.replication import Study
from tests.effort import effort

PROJECT = Path(__file__).parents[2]


def learned(*options: Any, **more: Any) -> pl.DataFrame:
    study = Study(StudyOptions(*options, **more))
    return learn(study, run_replications(study))


def test_distance_of_roots() -> None:
    simulated = np.array([[0.625, 3.625], [0.0, 8.625]])
    counts = np.array([0.625, 3.625])
    apart = 2.0 * np.array([np.sqrt(0.375) - 1.0, 3.0 - 2.0])
    assert root_distance(simulated, counts) == pytest.approx([0.0, np.sqrt(np.mean(apart**2))])


def test_what_says_nothing_keeps_its_spread_and_what_decides_loses_it() -> None:
    values = np.linspace(0.0, 1.0, 1000) ** 3  # ranks: the scale does not matter
    scattered = np.arange(5, 1000, 10)
    assert spread_ratio(values, scattered) == pytest.approx(1.0, abs=0.01)
    assert spread_ratio(values, np.arange(100, 200)) == pytest.approx(0.1, abs=0.01)
    assert spread_ratio(np.ones(50), np.arange(5)) > 0.0


def test_worth_of_knowing_by_hand() -> None:
    """Policy A is best under H0 by 2, B under H1 by 4; half of the states of the world each."""
    groups = np.array(["H0", "H0", "H1", "H1"])
    values = np.array([[5.0, 3.0], [5.0, 3.0], [1.0, 5.0], [1.0, 5.0]])
    assert worth_of_knowing(values, groups) == pytest.approx(0.5 * 5.0 + 0.5 * 5.0 - 4.0)
    same = np.array([[5.0, 3.0], [9.0, 3.0], [6.0, 5.0], [7.0, 5.0]])
    assert worth_of_knowing(same, groups) == 0.0, "one policy is best anyway"


def test_worth_is_of_the_states_in_which_every_policy_has_a_value() -> None:
    groups = np.array(["H0", "H1", "H1"])
    values = np.array([[5.0, 3.0], [1.0, 5.0], [np.nan, 90.0]])
    assert worth_of_knowing(values, groups) == worth_of_knowing(values[:2], groups[:2]) == 1.0
    assert np.isnan(worth_of_knowing(values[2:], groups[2:]))


def test_worth_of_what_tells_nothing_is_what_shuffles_give() -> None:
    """Noise has a worth above zero; its excess over shuffles is small, and chance not."""
    rng = np.random.default_rng(2)
    groups = np.array(["H0", "H1", "H2"] * 20)
    noise = rng.normal(0.0, 1.0, (60, 6))
    assert worth_of_knowing(noise, groups) > 0.05
    chances = []
    for seed in range(20):
        values = np.random.default_rng(100 + seed).normal(0.0, 1.0, (60, 6))
        excess, chance = excess_worth(values, groups, seed=seed)
        assert 0.0 <= excess < 0.3
        chances.append(chance)
    assert sum(chance <= 0.05 for chance in chances) <= 3


def test_worth_of_what_tells_much_is_beyond_chance() -> None:
    groups = np.array(["H0", "H1"] * 20)
    values = np.stack([(groups == "H0") * 10.0, (groups == "H1") * 10.0], axis=1)
    values += np.random.default_rng(1).normal(0.0, 1.0, values.shape)
    excess, chance = excess_worth(values, groups, seed=1)
    assert excess == pytest.approx(4.5, abs=1.0)
    assert chance == 1 / 200
    assert excess_worth(values, groups, seed=1) == (excess, chance)


def test_states_of_the_world_without_a_value_say_nothing_of_worth() -> None:
    groups = np.array(["H0", "H0", "H1", "H1", "H1"])
    values = np.array([[5.0, 3.0], [5.0, 3.0], [1.0, 5.0], [1.0, 5.0], [np.nan, 9.0]])
    assert excess_worth(values, groups, seed=1) == excess_worth(values[:4], groups[:4], seed=1)


def test_crps_by_hand() -> None:
    assert fair_crps(np.array([1.0, 3.0]), 2.0) == pytest.approx(1.0 - 0.5 * 2.0)
    assert fair_crps(np.array([4.0, 4.0, 4.0]), 7.0) == pytest.approx(3.0)


def test_an_ensemble_of_one_has_no_fair_crps() -> None:
    with pytest.raises(ValueError, match="needs 2 members or more, not 1"):
        fair_crps(np.array([1.0]), 2.0)


def test_the_fair_crps_does_not_reward_few_members() -> None:
    """Its mean over ensembles of any size from one distribution is its CRPS."""
    draw = np.random.default_rng(3)
    few = [fair_crps(draw.normal(size=3), 0.4) for _ in range(20_000)]
    many = fair_crps(draw.normal(size=200_000), 0.4)
    assert np.mean(few) == pytest.approx(many, abs=0.02)


def test_persistence_is_the_crps_of_its_distribution() -> None:
    draw = np.random.default_rng(4)
    for before, observed in ((20.0, 35.0), (0.0, 0.0), (4.0, 0.0)):
        mean = max(before, 0.5)
        sample = draw.negative_binomial(3.0, 3.0 / (3.0 + mean), 400_000).astype(float)
        exact = persistence_crps(before, observed)
        assert exact == pytest.approx(fair_crps(sample, observed), rel=0.02, abs=0.005)


@pytest.mark.slow
def test_counts_identify_some_parameters_and_not_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the tenth that is kept, half as many will do in a quick test."""
    monkeypatch.setattr("sim.study.learning.LEAST_KEPT", effort(10, 20))
    scenario = load_scenario(PROJECT / "scenarios" / "finland-2023" / "base.yaml")
    rows = learned(scenario, ("historical",), scenario.seed, replicates=effort(100, 200))
    identified = rows.filter(indicator="L1")
    assert set(identified["about"]) == {each.parameter for each in scenario.uncertainties}
    ratios = dict(zip(identified["about"], identified["value"], strict=True))
    assert all(0.0 < ratio < 1.7 for ratio in ratios.values())
    assert min(ratios.values()) < 0.8 < max(ratios.values()), "some are identified, some are not"
    skill = rows.filter(indicator="L3")["value"].to_list()
    assert len(skill) == 1
    assert skill[0] < 1.0


def test_few_states_identify_nothing() -> None:
    scenario = load_scenario(PROJECT / "scenarios" / "finland-2023" / "base.yaml")
    policies = ("historical", "full-closure-with-humanitarian-exception")
    rows = learned(scenario, policies, 1, replicates=4)
    assert set(rows["indicator"]) == {"L2", "L3"}
    worth = rows.filter(indicator="L2")
    assert min(worth["value"].to_list()) >= 0.0
    assert "O1" not in worth["about"].to_list(), "arrivals have no better or worse"


def test_one_policy_is_no_choice_and_a_held_hypothesis_no_question() -> None:
    scenario = load_scenario(PROJECT / "scenarios" / "finland-2023" / "base.yaml")
    one = learned(scenario, ("historical",), 1, replicates=3)
    assert set(one["indicator"]) == {"L3"}
    rows = learned(scenario, ("historical", "surge"), 1, hypothesis="H1", replicates=3)
    assert "L2" not in set(rows["indicator"])


@pytest.mark.parametrize("policies", [("historical",), ("historical", "surge")])
def test_one_state_of_the_world_teaches_nothing_and_is_no_fault(policies: tuple[str, ...]) -> None:
    scenario = load_scenario(PROJECT / "scenarios" / "finland-2023" / "base.yaml")
    rows = learned(scenario, policies, 1, replicates=1)
    assert "L3" not in set(rows["indicator"])
    assert all(np.isfinite(rows["value"].to_numpy()))
