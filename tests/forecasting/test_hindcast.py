"""Hindcasts: later counts reach the scores alone, whoever makes the runs, whatever is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim import hindcast, load_scenario
from sim.api.hindcasting import days_between, parse_horizons
from sim.cli.exit_status import run_command
from sim.errors import InputError, ResultsError
from sim.forecasting.ensemble import reference_path, run_ensemble
from sim.forecasting.evaluation import Evaluated, Score, evaluate
from sim.forecasting.hindcast import Forecaster, Hindcast, make_hindcast
from sim.forecasting.hypothesis_signs import early_signs
from sim.forecasting.policy_path import Phase
from sim.forecasting.rolling import rolling_skill
from sim.forecasting.skill import BEST, MODEL, Scored, skills
from sim.forecasting.targets import Target, counted_arrivals, targets_of
from sim.scenario.records import Observation
from sim.scenario.scenario import Scenario
from sim.study.states import StateOfWorld, draw_state

ROOT = Path(__file__).parents[2]
TWO = ROOT / "scenarios" / "teaching" / "two-crossings.yaml"
FINLAND = ROOT / "scenarios" / "finland-2023" / "base.yaml"
FIRST, CLOSING, FIT = date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 2)


def observed(day: date, place: str, people: float, days: int = 1) -> Observation:
    last = day + timedelta(days=days - 1)
    return Observation(day, last, place, "arrivals", "", people, None, None, "made up")


def two_crossings(later: Sequence[Observation] = ()) -> Scenario:
    """The near crossing closes on 4 March; counts of two days, and whatever is said of later."""
    scenario = replace(load_scenario(TWO), reference="near-closed")
    known = [observed(FIRST + timedelta(days=k), "gate", 20.0 + k) for k in range(2)]
    known += [observed(FIRST + timedelta(days=k), "far-gate", 2.0) for k in range(2)]
    return replace(scenario, observed=tuple(known) + tuple(later))


def some_later(people: float) -> list[Observation]:
    """Counts of the four days that follow, at both crossings; and one that began before."""
    days = [FIT + timedelta(days=k) for k in range(1, 5)]
    counts = [observed(day, place, people) for day in days for place in ("gate", "far-gate")]
    return [*counts, observed(FIRST, "total", 500.0 + people, days=7)]


def made(scenario: Scenario, *, samples: int = 8, workers: int = 1) -> Hindcast:
    forecaster = Forecaster(scenario, scenario.reference, 1, samples, workers)
    return make_hindcast(forecaster, FIT, FIT + timedelta(days=4))


def test_later_counts_reach_the_scores_and_nothing_else() -> None:
    blind = made(two_crossings())
    one, other = (made(two_crossings(some_later(people))) for people in (3.0, 90.0))
    assert blind.is_blind
    assert not blind.scores
    assert not blind.skills
    for each in (one, other):
        assert each.forecast_csv == blind.forecast_csv
        assert each.by_hypothesis.equals(blind.by_hypothesis)
        assert each.signs == blind.signs
        same = zip(each.forecasts, blind.forecasts, strict=True)
        assert all((a.people == b.people).all() and a.scale == b.scale for a, b in same)
    assert one.score("crps") != other.score("crps")


def test_the_scores_are_of_open_days_and_closed_ones_are_apart() -> None:
    hindcast = made(two_crossings(some_later(3.0)))
    is_open = {
        (each.place, str(hindcast.days[each.first - 2])): each.is_open for each in hindcast.targets
    }
    assert is_open["gate", "2024-03-03"]
    assert not is_open["gate", "2024-03-04"]
    assert is_open["far-gate", "2024-03-04"]
    ours = [each for each in hindcast.scores if each.forecast == MODEL]
    counts = {each.group: each.counts for each in ours if "first" not in each.score}
    assert (counts["open"], counts["closed"]) == (5, 3)
    assert hindcast.score("people_forecast", "closed") == 0.0
    assert hindcast.score("people_counted", "closed") == 9.0
    assert counts["open, somebody came"] == 5
    assert counts["phase sums"] == 2, "before and after the closure"


def test_the_forecast_has_a_row_for_every_sample_zeros_in() -> None:
    frame = made(two_crossings()).forecast
    assert frame.columns == ["date", "place", "sample", "value"]
    assert len(frame) == 4 * 2 * 8
    assert frame["value"].min() == 0
    closed = frame.filter((pl.col("place") == "gate") & (pl.col("date") >= CLOSING))
    assert closed["value"].sum() == 0


def test_the_same_bytes_from_two_workers() -> None:
    one, two = (made(two_crossings(), samples=6, workers=n) for n in (1, 2))
    assert one.forecast_csv == two.forecast_csv
    assert one.digest == hashlib.sha256(one.forecast_csv).hexdigest()


def test_a_run_that_is_cut_has_the_days_of_a_whole_one() -> None:
    scenario = two_crossings()
    last = len(scenario.world.clock.days) - 1
    cut, whole = (
        run_ensemble(scenario, "near-closed", samples=3, until=day, seed=5).people
        for day in (6, last)
    )
    assert cut.shape[1] == 7
    assert (whole[:, :7] == cut).all()
    assert whole[:, 7:].any()


def test_hypotheses_share_the_samples_out() -> None:
    hindcast = made(two_crossings(), samples=12)
    frame = hindcast.by_hypothesis
    day = frame.filter((pl.col("place") == "gate") & (pl.col("date") == hindcast.days[0]))
    alone = day.filter(pl.col("hypothesis") != "all")
    assert alone["samples"].sum() == day.filter(pl.col("hypothesis") == "all")["samples"][0] == 12


def test_a_sign_tells_what_samples_say() -> None:
    """Under A somebody comes in three of four, under B in one of four; one crossing."""
    came = np.array([1, 1, 1, 0, 1, 0, 0, 0], dtype=float)
    people = np.stack([came, np.zeros(8)], axis=1)[:, :, None]
    signs = early_signs(people, np.ones((2, 1), dtype=bool), ["A"] * 4 + ["B"] * 4, ["gate"])
    first = [each for each in signs if each.place == "gate"]
    assert [(x.hypothesis, x.chance, x.before, x.if_seen, x.if_not) for x in first] == [
        ("A", 0.5, 0.5, 0.75, 0.25),
        ("B", 0.5, 0.5, 0.25, 0.75),
    ]


def test_signs_that_tell_nothing_are_left_out() -> None:
    nobody = np.zeros((4, 2, 1))
    assert early_signs(nobody, np.ones((2, 1), dtype=bool), ["A", "A", "B", "B"], ["gate"]) == []


@dataclass(frozen=True)
class Fitted:
    """States of the world that know one number; a stand-in for a posterior."""

    scenario: Scenario
    factor: float

    def state(self, number: int) -> StateOfWorld:
        state = draw_state(self.scenario, number, seed=1, central=True)
        more = replace(state.parameters, demand_factor=self.factor)
        return replace(state, parameters=more)


def test_states_of_the_world_may_come_from_elsewhere_and_each_origin_has_its_own() -> None:
    scenario = two_crossings(some_later(3.0))
    asked: list[date] = []

    def states_for(day: date) -> Fitted:
        asked.append(day)
        return Fitted(scenario, 0.01 if day == FIT else 20.0)

    forecaster = Forecaster(scenario, "near-closed", 1, 4, 2, states_for)
    few = make_hindcast(forecaster, FIT, FIT + timedelta(days=3))
    many = make_hindcast(forecaster, FIT + timedelta(days=1), FIT + timedelta(days=3))
    assert few.people[:, 1:].sum() < many.people.sum() / 10.0
    asked.clear()
    rolling_skill(forecaster, [FIT, FIT + timedelta(days=1)], [1])
    assert asked == [FIT, FIT + timedelta(days=1)]


def test_rolling_origins_score_the_days_asked_for() -> None:
    scenario = two_crossings(some_later(3.0))
    forecaster = Forecaster(scenario, "near-closed", 1, 6)
    rows = rolling_skill(forecaster, [FIT, FIT + timedelta(days=1)], [1, 3])
    counts = {each.days_ahead: each.counts for each in rows if each.baseline == "B1"}
    # 3 March: both open; the 4th, 5th and 6th: the far one alone.
    assert counts == {None: 5, 1: 3, 3: 2}
    best = next(each for each in rows if each.baseline.startswith(BEST))
    simple = [
        each
        for each in rows
        if each.days_ahead is None and each.baseline not in ("B6", best.baseline)
    ]
    assert best.crps_baseline == min(each.crps_baseline for each in simple)
    assert best.skill == pytest.approx(1.0 - best.crps / best.crps_baseline)


def test_skill_is_resampled_by_days() -> None:
    """Two counts of one day go together: with one day there is no interval."""
    names = ("model", "B0", "B1", "B2a", "B2b", "B3", "B4", "B5", "B6", "B7")
    scores = dict.fromkeys(names, 2.0) | {"model": 1.0}
    one_day = skills([Scored(3, 1, scores), Scored(3, 1, scores)], seed=1)[0]
    assert one_day.skill == 0.5
    assert np.isnan(one_day.low)
    better = dict.fromkeys(names, 2.0) | {"model": 0.0}
    two_days = skills([Scored(3, 1, scores), Scored(4, 1, better)], seed=1)[0]
    assert (two_days.low, two_days.skill, two_days.high) == (0.5, 0.75, 1.0)


def test_finland_is_scored_on_32_crossing_days_of_which_8_were_open() -> None:
    scenario = load_scenario(FINLAND)
    days = scenario.world.clock.days
    origin, until = (days.index(date(2023, 11, day)) for day in (19, 23))
    path = reference_path(scenario, until=until, seed=1)
    cells = counted_arrivals(scenario, days[until])
    targets = targets_of(scenario, path, cells, origin=origin, until=until)
    assert len(targets) == 32
    is_open = [each for each in targets if each.is_open]
    assert {each.place for each in is_open} == {"vartius", "salla"}
    assert sum(each.people for each in is_open) == 279.0
    assert path.open_h[until].tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 8.0, 0.0, 4.0, 0.0]
    wide = path.phases(days.index(date(2023, 11, 13)), until)
    assert [each.name for each in wide] == ["2023-11-13..2023-11-17", "2023-11-18..2023-11-23"]


def test_an_area_is_scored_where_its_crossings_were_not_counted() -> None:
    scenario = load_scenario(FINLAND)
    days = scenario.world.clock.days
    origin, until = (days.index(date(2023, 11, day)) for day in (16, 17))
    path = reference_path(scenario, until=until, seed=1)
    cells = counted_arrivals(scenario, days[until])
    targets = targets_of(scenario, path, cells, origin=origin, until=until)
    area = next(each for each in targets if each.place == "southeast")
    assert (area.people, area.crossings) == (163.0, (0, 1, 2))
    people = np.arange(9.0).reshape(1, 1, 9)
    assert area.samples(people, origin).tolist() == [0.0 + 1.0 + 2.0]


def test_pit_is_given_where_there_are_20_counts() -> None:
    phase = Phase(0, 19, "20 days")
    targets = [Target("gate", day, day, (0,), float(day % 3), True, phase) for day in range(20)]
    people = np.tile([0.0, 1.0, 2.0], (20, 1)).T[:, :, None]
    forecast = Evaluated("model", people, -1, 1, 1.0)
    pits = [each for each in evaluate(forecast, targets) if each.score.startswith("pit")]
    assert [each.score for each in pits][:2] == ["pit_0.0_0.2", "pit_0.2_0.4"]
    assert sum(each.value for each in pits) == pytest.approx(1.0)
    assert not [each for each in evaluate(forecast, targets[:19]) if "pit" in each.score]


def test_timing_is_of_the_first_day_with_people() -> None:
    """Nobody on the first two days of three; samples have somebody on the first, or never."""
    phase = Phase(0, 2, "3 days")
    came = [0.0, 0.0, 4.0]
    targets = [Target("gate", k, k, (0,), n, True, phase) for k, n in enumerate(came)]
    people = np.array([[1.0, 0, 0], [5, 0, 0], [2, 2, 0], [0, 0, 0]])[:, :, None]
    rows = evaluate(Evaluated("model", people, -1, 1, 1.0), targets)
    value = {each.score: each.value for each in rows if each.group == "open"}
    assert value["brier_first_24h"] == 0.75**2
    assert value["first_arrival_error"] == 2.0
    part = evaluate(Evaluated("model", people, -1, 1, 1.0), targets[:2])
    assert "first_arrival_error" not in {each.score for each in part}, "a day is not counted"


def test_another_policy_leaves_the_receiving_state_free() -> None:
    scenario = two_crossings(some_later(3.0))
    free = make_hindcast(Forecaster(scenario, "open", 1, 8), FIT, FIT + timedelta(days=4))
    told = made(scenario)
    assert free.people[:, 1:, 0].any(), "the near crossing stays open"
    assert (free.forecasts[2].people == told.forecasts[2].people).all(), "baselines: the reference"


def test_days_that_cannot_be() -> None:
    forecaster = Forecaster(two_crossings(), "near-closed", 1, 4)
    with pytest.raises(InputError, match="fit-until must be a day from"):
        make_hindcast(forecaster, date(2031, 1, 1))
    with pytest.raises(InputError, match="nothing is left to forecast"):
        make_hindcast(forecaster, FIT, FIT)
    with pytest.raises(InputError, match="there is no policy 'nope'"):
        Forecaster(two_crossings(), "nope", 1)
    with pytest.raises(InputError, match="say from when"):
        hindcast(two_crossings())
    with pytest.raises(InputError, match="no count of a crossing that was open"):
        rolling_skill(forecaster, [FIT], [1])


def test_words_for_days() -> None:
    assert days_between("2023-11-16..2023-11-18") == [date(2023, 11, each) for each in (16, 17, 18)]
    assert days_between("2023-11-16") == [date(2023, 11, 16)]
    assert parse_horizons("1, 3") == [1, 3]
    for wrong in ("16.11..18.11", "2023-11-18..2023-11-16"):
        with pytest.raises(InputError):
            days_between(wrong)
    with pytest.raises(InputError, match="numbers of days"):
        parse_horizons("one")


def table_of(counts: Sequence[Observation]) -> str:
    rows = [f"{x.period_start},{x.period_end},{x.place},{x.series},{x.count}" for x in counts]
    return "\n".join(["period_start,period_end,place,series,count", *rows]) + "\n"


def test_the_command_writes_all_and_says_the_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario = two_crossings(some_later(3.0)[:-1])
    Path("counts.csv").write_text(table_of(scenario.observed), encoding="utf-8")
    line = ["hindcast", str(TWO), "--set", "reference=near-closed", "--fit-until", str(FIT)]
    line += ["--samples", "6", "--observed", "counts.csv"]
    assert run_command([*line, "--until", "2024-03-06", "--out", "h"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    digest = hashlib.sha256(Path("h/forecast.csv").read_bytes()).hexdigest()
    assert f"SHA-256 of forecast.csv: {digest}" in printed
    assert "none of which is known to hold" in printed
    tables = "forecast.csv forecast.parquet forecast_by_hypothesis.csv forecast_by_phase.csv"
    tables += " hindcast.json scores.csv signs.csv skill.csv"
    charts = (f"forecast_{name}" for name in ("fan", "skill", "ranks"))
    drawn = [f"{name}.{suffix}" for name in charts for suffix in ("png", "svg")]
    assert sorted(each.name for each in Path("h").iterdir()) == sorted([*tables.split(), *drawn])
    told = json.loads(Path("h/hindcast.json").read_text(encoding="utf-8"))
    assert told["sha256"]["forecast.csv"] == digest
    assert (told["fit_until"], told["until"], told["blind"]) == ("2024-03-02", "2024-03-06", False)
    scores = pl.read_csv("h/scores.csv")
    assert scores.columns == list(Score._fields)
    assert set(scores["forecast"]) == {
        "model",
        "B0",
        "B1",
        "B2a",
        "B2b",
        "B3",
        "B4",
        "B5",
        "B6",
        "B7",
    }
    assert run_command([*line, "--rolling", "2024-03-02..2024-03-03", "--out", "h"]) == 0, "again"


def test_a_blind_forecast_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    line = ["hindcast", str(TWO), "--fit-until", str(FIT), "--until", "2024-03-05"]
    assert run_command([*line, "--samples", "4"]) == 0
    assert "This forecast is blind" in " ".join(capsys.readouterr().out.split())
    folder = Path("results/two-crossings/hindcast-2024-03-02")
    assert not (folder / "scores.csv").exists()


def test_demand_that_cannot_change_after_the_last_count_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = "demand: {known_until: 2024-03-02}\nuncertainties:\n"
    drawn += "  demand_drift_per_d: {low: -0.1, high: 0.1, source: made up}\n"
    Path("drawn.yaml").write_text(f"extends: {TWO}\nname: drawn\n{drawn}", encoding="utf-8")
    for file, is_told in ((str(TWO), True), ("drawn.yaml", False)):
        line = ["hindcast", file, "--fit-until", str(FIT), "--until", "2024-03-04"]
        assert run_command([*line, "--samples", "4", "--no-charts"]) == 0
        printed = " ".join(capsys.readouterr().out.split())
        assert ("Demand after 2024-03-02 is taken to be as well known" in printed) is is_told


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = hindcast(two_crossings(), FIT, until=FIT + timedelta(days=2), samples=2)
    with pytest.raises(ResultsError, match="holds no hindcast"):
        result.save(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_the_result_shows_itself() -> None:
    result = hindcast(two_crossings(some_later(3.0)), FIT, samples=4, rolling=[FIT], horizons=[1])
    assert result.scores.height > 100
    assert "reservoir" in result._repr_html_()
    assert result.skill["counts"][0] == 2
    assert repr(result).startswith("<Hindcast of two-crossings from 2024-03-02")
