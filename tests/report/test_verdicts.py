"""What is said of a difference: stricter than its interval, and never praise for keeping away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from sim.outcomes.indicator import NOT_EASED
from sim.outcomes.indicators import INDICATORS
from sim.report.analysis.verdicts import judged, keeps_away, praised
from sim.report.charts.trade_off import trade_off
from sim.report.page.answer import answer
from sim.report.page.comparison_table import table_html, table_rows
from sim.report.page.html_report import NO_BREAK_SPACE
from sim.results.store import StoredResults, write_results
from sim.results.stored_tables import StoredTables
from sim.text.wording import AMONG_MANY, FEWER_COULD_COME, MIXED, NO_CLEAR
from tests.report import synthetic, synthetic_border

WAITING, WITHOUT = "R1_person_days", "R4_without_access"
Series = Sequence[float] | npt.NDArray[np.float64]
Values = Mapping[tuple[str, str], Series]


def results_with(folder: Path, values: Values, *, policies: int = 2) -> StoredResults:
    """Results with these values of indicators by policy, a state of the world each."""
    runs = len(next(iter(values.values())))
    made = synthetic.frames(policies=policies, crossings=1, days=10, runs=runs)
    units = {key: unit for key, _, unit, _, _ in synthetic_border.INDICATORS}
    made["indicators"] = pl.DataFrame(
        [
            (policy, state, 0, name, units[name], value)
            for (policy, name), each in values.items()
            for state, value in enumerate(each)
        ],
        schema=made["indicators"].schema,
        orient="row",
    )
    shown = list(dict.fromkeys(name for _, name in values))
    made["manifest"]["headline"] = shown
    return write_results(folder, **made)


def against(waiting: Series, without: Series) -> Values:
    """Waiting and people without access of ``open``, against a reference without either's noise."""
    n = len(waiting)
    return {
        ("historical", WAITING): [100.0] * n,
        ("historical", WITHOUT): [50.0] * n,
        ("open", WAITING): [100.0 + each for each in waiting],
        ("open", WITHOUT): [50.0 + each for each in without],
    }


NOISE = np.random.default_rng(1).normal(0.0, 1.0, 40)


def word(results: StoredResults, name: str, policy: str = "open") -> str:
    return judged(results)[name, policy].word


def test_less_waiting_with_no_worse_access_is_better(tmp_path: Path) -> None:
    results = results_with(tmp_path / "run", against(NOISE - 20.0, NOISE - 5.0))
    assert word(results, WAITING) == "better"
    assert word(results, WITHOUT) == "better"


def test_less_waiting_because_fewer_could_come_is_not(tmp_path: Path) -> None:
    results = results_with(tmp_path / "run", against(NOISE - 20.0, NOISE + 5.0))
    assert word(results, WAITING) == FEWER_COULD_COME
    assert word(results, WITHOUT) == "worse"
    assert "fewer, because fewer could come" in table_html(results)
    assert "less or fewer here because fewer people could come" in answer(results)[0]


def test_access_that_is_worse_in_the_median_alone_is_worse_enough(tmp_path: Path) -> None:
    without = np.full(40, 1.0)
    without[:5] = -60.0
    results = results_with(tmp_path / "run", against(NOISE - 20.0, without))
    assert keeps_away(results, "open")
    assert word(results, WAITING) == FEWER_COULD_COME


@pytest.mark.parametrize("seed", range(12))
def test_a_policy_that_keeps_more_people_away_is_never_praised(seed: int, tmp_path: Path) -> None:
    """Take any results, and keep people away: they are without access, and do not wait."""
    rng = np.random.default_rng(seed)
    names = [key for key, _, _, direction, _ in synthetic_border.INDICATORS if direction == "less"]
    base = {name: rng.lognormal(4.0, 0.5, 40) for name in names}
    kept = rng.uniform(0.05, 0.6, 40)  # share of people who cannot come
    values: dict[tuple[str, str], Series] = {}
    for name in names:
        values["historical", name] = base[name].tolist()
        more = name == WITHOUT
        values["open", name] = (base[name] * (1.0 + kept if more else 1.0 - kept)).tolist()
    results = results_with(tmp_path / "run", values)
    assert praised(judged(results)) == set()
    assert all(row.word != "better" for row in table_rows(results))
    assert [cloud.policy for cloud in trade_off(results) if cloud.best] == ["historical"]


def test_of_those_who_keep_nobody_away_the_best_is_marked(tmp_path: Path) -> None:
    results = results_with(tmp_path / "run", against(NOISE - 20.0, NOISE - 5.0))
    assert [cloud.policy for cloud in trade_off(results) if cloud.best] == ["open"]


def test_mean_and_majority_that_disagree_are_mixed(tmp_path: Path) -> None:
    """Better by one in 36 of 40 states of the world, and worse by fifty in four."""
    change = np.full(40, -1.0)
    change[::10] = 50.0
    results = results_with(tmp_path / "run", against(change, NOISE - 5.0))
    found = judged(results)[WAITING, "open"]
    assert found.word == MIXED
    assert found.change.mean == pytest.approx(4.1)
    assert found.change.median == -1.0
    assert found.change.share_better == 0.9
    assert f"≈{NO_BREAK_SPACE}mixed" in table_html(results)


def test_a_median_of_zero_is_not_on_the_other_side(tmp_path: Path) -> None:
    change = np.where(np.arange(40) < 15, -20.0 - NOISE, 0.0)
    results = results_with(tmp_path / "run", against(change, NOISE - 5.0))
    assert word(results, WAITING) == "better"


def test_an_interval_that_holds_zero_is_no_clear_difference(tmp_path: Path) -> None:
    change = NOISE - NOISE.mean() + 0.05 * np.sign(np.median(NOISE - NOISE.mean()))
    results = results_with(tmp_path / "run", against(change, NOISE - 5.0))
    assert word(results, WAITING) == NO_CLEAR


def test_one_of_many_looks_is_not_clear(tmp_path: Path) -> None:
    """P is about 0.03, which is clear of one comparison, and not of the least of forty."""
    rng = np.random.default_rng(8)
    policies = [policy for policy, _ in synthetic_border.POLICIES]
    names = [name for name, *_ in synthetic_border.INDICATORS]
    noise = NOISE - NOISE.mean()
    values: dict[tuple[str, str], Series] = {}
    for policy in policies:
        for name in names:
            values[policy, name] = (100.0 + rng.normal(0.0, 1.0, 40)).tolist()
    values["historical", WAITING] = [100.0] * 40
    values["open", WAITING] = (100.0 - 0.32 + noise).tolist()
    many = results_with(tmp_path / "many", values, policies=len(policies))
    assert word(many, WAITING) == AMONG_MANY
    alone = {("historical", WAITING): [100.0] * 40, ("open", WAITING): values["open", WAITING]}
    few = results_with(tmp_path / "few", alone)
    assert few.manifest["headline"] == [WAITING]
    assert word(few, WAITING) == "better"


def test_what_cannot_be_eased_is_named_by_what_there_is() -> None:
    assert {*INDICATORS} >= NOT_EASED
    assert not INDICATORS[WITHOUT].eased_by_exclusion
    for name in ("R1_person_days", "R1_mean", "R2_cold", "R8_minors", "R9", "K1", "K2", "R6"):
        assert INDICATORS[name].eased_by_exclusion


def test_shares_and_medians_are_of_states_of_the_world(tmp_path: Path) -> None:
    """Two runs each: +3 and −1 are a state of the world in which it is worse by one."""
    values = against([0.0] * 12, [0.0] * 12)
    made = results_with(tmp_path / "one", values)
    rows = made.indicators.filter(policy="open", indicator=WAITING)
    up = rows.with_columns(value=pl.lit(103.0))
    down = rows.with_columns(value=pl.lit(99.0), replicate=pl.lit(1, pl.Int64))
    other = made.indicators.filter(policy="historical", indicator=WAITING)
    both = [up, down, other, other.with_columns(replicate=pl.lit(1, pl.Int64))]
    frames = StoredTables({**made.frames, "indicators": pl.concat(both)})
    found = judged(StoredResults(made.folder, made.manifest, frames))[WAITING, "open"].change
    assert (found.share_better, found.share_worse, found.median) == (0.0, 1.0, 1.0)
