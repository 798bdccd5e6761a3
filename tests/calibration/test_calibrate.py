"""A calibration as a whole, on a small case whose truth is known."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim import calibrate, compare, hindcast
from sim.calibration.calibration_options import Effort, calibration_options
from sim.calibration.counts import counts_of
from sim.calibration.cut_runs import CELLS, PEOPLE, CutStudy
from sim.calibration.prior import REPORTING_CV, prior_of
from sim.cli.exit_status import run_command
from sim.errors import InputError, ResultsError
from sim.results.posterior_folder import (
    FORMAT_VERSION,
    MANIFEST,
    PARTICLES,
    Posterior,
    read_bank,
    read_posterior,
)
from sim.results.store import read_results
from sim.scenario.records import Uncertainty
from sim.scenario.scenario import Scenario
from sim.study.observed_cells import simulated_cells
from sim.study.options import study_options
from sim.study.replication import Study
from sim.text.calibration_words import calibration_words
from tests.calibration.small_case import CLOSED, OPAQUE, ROOT, TRUTH, UNTIL

ASKED: dict[str, Any] = {"runs": 900, "particles": 90, "seed": 5}


@pytest.fixture(scope="module")
def posterior(case: Scenario, counts: Path, tmp_path_factory: pytest.TempPathFactory) -> Posterior:
    out = tmp_path_factory.mktemp("posterior") / "out"
    return calibrate(case, UNTIL, observed=counts, out=out, **ASKED)


def test_the_truth_is_found_again(posterior: Posterior) -> None:
    """What counts depend on lies in a narrow interval (98 %); what they do not is not found."""
    below = pl.read_parquet(posterior.folder / PARTICLES)["demand_factor"] < TRUTH["demand_factor"]
    assert 0.01 <= below.sum() / len(below) <= 0.99
    checks = posterior.manifest["checks"]
    assert checks["widths"]["demand_factor"] < 0.6
    assert OPAQUE in checks["unidentified"]
    assert "demand_factor" not in checks["unidentified"]
    assert checks["in_sample"]["crps_posterior"] < checks["in_sample"]["crps_prior"]


def test_counts_that_the_model_made_are_reproduced(posterior: Posterior) -> None:
    misfit = posterior.manifest["checks"]["misfit"]
    assert not misfit["fails"]
    nearer = sum(each < misfit["observed"] for each in misfit["pseudo"])
    assert nearer / len(misfit["pseudo"]) == pytest.approx(misfit["percentile"], abs=1e-4)
    assert calibration_words(posterior.described) == "Calibrated to the counts until 6 Mar 2024."


def test_every_drawn_value_is_there_under_its_name(case: Scenario, posterior: Posterior) -> None:
    assert posterior.parameters == tuple(each.parameter for each in case.uncertainties)
    assert posterior.values.shape == (ASKED["particles"], 3)
    bank = read_bank(posterior.folder)
    assert len(bank) == 225
    assert {*posterior.parameters, REPORTING_CV.parameter, "distance"} <= set(bank.columns)
    for each in case.uncertainties:
        assert bank[each.parameter].is_between(each.low, each.high).all()
        assert bank[each.parameter].median() == pytest.approx(each.central, rel=0.3)


def test_what_is_finished_is_not_run_again(case: Scenario, counts: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    out = tmp_path / "out"
    few = {**ASKED, "runs": 200, "particles": 50}
    first = calibrate(case, UNTIL, observed=counts, out=out, **few)
    again = calibrate(case, UNTIL, observed=counts, out=out, notice=notes.append, **few)
    assert again.digest == first.digest
    assert notes == [f"resuming: this posterior is finished, in {out}"]


def test_a_cut_run_counts_what_a_whole_one_counts(case: Scenario, counts: Path) -> None:
    options = calibration_options(case, UNTIL, Effort(seed=5), observed=counts)
    compared = counts_of(options.study)
    assert 24.0 * UNTIL.day == compared.until_h < case.world.clock.duration_h
    prior = prior_of(options.study.scenario, 5)
    study = replace(options.study, replicates=3)
    shared = Study(study).blueprint
    cut = CutStudy(study, prior, prior.draw(range(40, 43)), compared.cells, 144.0, shared)
    for run in cut.run_numbers(range(3)):
        whole = Study(study).run_one(0, cut.state(run.state))
        people = simulated_cells(case, whole, compared.cells)
        assert run.rows[CELLS][PEOPLE].tolist() == people.tolist()
        assert people.sum() > 0


# ---- states of the world


def drawn(case: Scenario, folder: Path, count: int, **options: Any) -> list[tuple[float, ...]]:
    study = Study(study_options(case, [CLOSED], replicates=count, posterior=folder, **options))
    return [tuple(study.state(k).drawn.values()) for k in range(count)]


def test_states_are_particles_and_the_same_however_many_there_are(
    case: Scenario, posterior: Posterior
) -> None:
    states = drawn(case, posterior.folder, 90)
    assert drawn(case, posterior.folder, 7) == states[:7]
    assert set(states) <= set(map(tuple, posterior.values.tolist()))
    assert len(set(states)) > 0.5 * len(set(map(tuple, posterior.values.tolist())))
    assert drawn(case, posterior.folder, 7, seed=8) != states[:7]


def test_states_are_drawn_as_often_as_particles_weigh(case: Scenario, posterior: Posterior) -> None:
    weights = np.zeros(len(posterior.weights))
    weights[[3, 8]] = 0.75, 0.25
    heavy = replace(posterior, weights=weights)
    options = replace(study_options(case, [CLOSED]), posterior=heavy)
    values = [Study(options).state(k).drawn["demand_factor"] for k in range(400)]
    assert values.count(posterior.values[3, 0]) == pytest.approx(300, abs=3)
    assert set(values) == {posterior.values[3, 0], posterior.values[8, 0]}


def test_few_states_hold_hypotheses_in_their_shares(case: Scenario, posterior: Posterior) -> None:
    """A reader of 40 states may not meet other weights than those that are said to be used."""
    options = replace(study_options(case, [CLOSED]), posterior=posterior)
    count = 40
    held = [Study(options).state(k).hypothesis for k in range(count)]
    for hypothesis in set(posterior.hypotheses):
        own = [h == hypothesis for h in posterior.hypotheses]
        weight = float(posterior.weights[own].sum() / posterior.weights.sum())
        assert held.count(hypothesis) == pytest.approx(count * weight, abs=2)


def test_runs_take_a_posterior_and_say_so(
    case: Scenario, posterior: Posterior, tmp_path: Path
) -> None:
    asked: dict[str, Any] = {"replicates": 6, "policies": [CLOSED, "open"]}
    ours = compare(case, out=tmp_path / "a", posterior=posterior.folder, **asked)
    prior = compare(case, out=tmp_path / "b", prior=True, **asked)
    fitted, drawn = (read_results(each.folder).manifest for each in (ours, prior))
    assert fitted["posterior"]["digest"] == posterior.digest
    assert drawn["posterior"] is None
    assert fitted["run_id"] != drawn["run_id"]
    assert "--posterior out" in fitted["command"]
    assert "Calibrated to the counts until 6 Mar 2024." in ours._repr_html_()
    assert "alibrated" not in prior._repr_html_()


def test_the_posterior_of_a_scenario_is_its_default(case: Scenario, posterior: Posterior) -> None:
    own = replace(case, posterior=posterior.folder)
    assert study_options(own).posterior is not None
    assert study_options(own, prior=True).posterior is None
    assert study_options(own, central=True).posterior is None
    assert "--prior" in study_options(own, prior=True).command_line
    assert "--posterior" not in study_options(own).command_line


def test_a_scenario_file_names_its_posterior(posterior: Posterior, tmp_path: Path) -> None:
    from sim import load_scenario

    shutil.copytree(posterior.folder, tmp_path / "fitted")
    teaching = ROOT / "scenarios" / "teaching" / "one-crossing.yaml"
    file = tmp_path / "case.yaml"
    file.write_text(f"extends: {teaching}\nposterior: fitted\n", encoding="utf-8")
    assert load_scenario(file).posterior == tmp_path / "fitted"
    with pytest.raises(Exception, match="there is no posterior in"):
        load_scenario(file, assignments=["posterior=elsewhere"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prior": True}, "excludes both"),
        ({"central": True}, "excludes both"),
        ({"response": "R9"}, "there is no response"),
    ],
)
def test_what_contradicts_a_posterior_is_refused(
    case: Scenario, posterior: Posterior, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        study_options(case, posterior=posterior.folder, **options)


def test_a_posterior_of_another_case_is_refused(case: Scenario, posterior: Posterior) -> None:
    other = replace(case, uncertainties=case.uncertainties[:2])
    with pytest.raises(InputError, match=OPAQUE):
        study_options(other, posterior=posterior.folder)
    narrow = Uncertainty("demand_factor", 0.9, 1.0, 1.1, "log", "made up")
    with pytest.raises(InputError, match="beyond the range"):
        study_options(
            replace(case, uncertainties=(narrow, *case.uncertainties[1:])),
            posterior=posterior.folder,
        )


def test_what_a_posterior_does_not_know_is_drawn_from_the_prior(
    case: Scenario, posterior: Posterior
) -> None:
    new = Uncertainty("patience_h", 6.0, 24.0, 96.0, "log", "made up")
    more = replace(case, uncertainties=(*case.uncertainties, new))
    study = Study(study_options(more, [CLOSED], replicates=50, posterior=posterior.folder))
    found = [study.state(k).parameters.patience_h for k in range(50)]
    assert 6.0 <= min(found) < 20.0
    assert 30.0 < max(found) <= 96.0


def test_damaged_posteriors_are_refused(posterior: Posterior, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no posterior is there"):
        read_posterior(tmp_path)
    copy = tmp_path / "copy"
    shutil.copytree(posterior.folder, copy)
    content = (copy / PARTICLES).read_bytes()
    (copy / PARTICLES).write_bytes(content[:-1] + b"x")
    with pytest.raises(ResultsError, match="damaged"):
        read_posterior(copy)
    record = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps({**record, "format_version": FORMAT_VERSION + 1}))
    with pytest.raises(ResultsError, match=f"of format {FORMAT_VERSION + 1}"):
        read_posterior(copy)


# ---- what is refused, and the command


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"free": ["demand_facto"]}, "demand_factor"),
        ({"runs": 5}, "runs must be from"),
        ({"particles": 5}, "particles must be from"),
        ({"policy": "shut"}, "there is no policy"),
    ],
)
def test_wrong_options_are_refused(
    case: Scenario, counts: Path, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        calibrate(case, UNTIL, observed=counts, **options)


def test_without_counts_there_is_nothing_to_fit(case: Scenario, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are 0 counts"):
        calibrate(case, UNTIL, out=tmp_path / "out")


def test_other_folders_are_left_alone(case: Scenario, counts: Path, tmp_path: Path) -> None:
    compare(case, ["open"], replicates=2, out=tmp_path / "runs")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    for name in ("runs", "other"):
        with pytest.raises(ResultsError, match="--out"):
            calibrate(case, UNTIL, observed=counts, out=tmp_path / name, **ASKED)


def test_where_nothing_is_drawn_hypotheses_are_weighed(
    case: Scenario, counts: Path, tmp_path: Path
) -> None:
    two = {"H1": case.hypotheses["H1"], "other": case.hypotheses["H1"]}
    bare = replace(case, uncertainties=(), hypotheses=two)
    asked = {**ASKED, "runs": 150, "particles": 50}
    found = calibrate(bare, UNTIL, observed=counts, out=tmp_path / "out", **asked)
    assert (found.parameters, found.values.shape) == ((), (50, 0))
    assert set(found.manifest["hypotheses"]) == {"H1", "other"}
    study = Study(study_options(bare, [CLOSED], posterior=tmp_path / "out"))
    assert study.state(0).drawn == {}


def test_weekly_counts_and_bounds_alone_are_enough(case: Scenario, tmp_path: Path) -> None:
    """No crossing-day is known, so that there is no score of such."""
    table = tmp_path / "weekly.csv"
    table.write_text(
        "period_start,period_end,place,series,count,low,high\n"
        "2024-03-01,2024-03-03,gate,arrivals,120,,\n"
        "2024-03-04,2024-03-06,gate,arrivals,,0,5\n",
        encoding="utf-8",
    )
    asked = {**ASKED, "runs": 150, "particles": 50}
    found = calibrate(case, UNTIL, observed=table, out=tmp_path / "out", **asked)
    summaries = found.manifest["summaries"]
    assert [(each["low"], each["high"]) for each in summaries] == [(120.0, 120.0), (0.0, 5.0)]
    assert found.manifest["checks"]["in_sample"]["crossing_days"] <= 1


def test_the_free_ones_can_be_named(case: Scenario, counts: Path, tmp_path: Path) -> None:
    asked = {**ASKED, "runs": 200, "particles": 50, "free": ["rush_scale"], "adjust": True}
    found = calibrate(case, UNTIL, observed=counts, out=tmp_path / "out", **asked)
    assert found.manifest["free"] == ["rush_scale"]
    assert found.manifest["adjusted"]
    assert sum(found.weights.tolist()) == pytest.approx(1.0)


def test_the_command_says_how_far_it_is_and_what_it_found(
    counts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teaching = ROOT / "scenarios" / "teaching" / "one-crossing.yaml"
    words: Sequence[object] = (
        *("calibrate", teaching, "--observed", counts, "--until", UNTIL),
        *("--policy", CLOSED, "--runs", 300, "--particles", 50, "--workers", 1),
        *("--out", tmp_path / "fitted"),
    )
    assert run_command([str(word) for word in words]) == 0
    said = capsys.readouterr()
    assert "prior: distance" in said.err
    assert "generation 1: distance" in said.err
    assert "not identified:" in said.out
    assert f"posterior: {tmp_path / 'fitted'}" in said.out
    for name in ("posterior_ridge.png", "posterior_misfit.svg", "posterior_misfit.csv"):
        assert (tmp_path / "fitted" / name).is_file()
    words = ("run", teaching, "--posterior", tmp_path / "fitted", "--replicates", 3)
    more = ("--policy", CLOSED, "--no-report", "--out", tmp_path / "runs")
    assert run_command([str(word) for word in (*words, *more)]) == 0
    assert "counts until 6 Mar 2024" in " ".join(capsys.readouterr().out.split())


def test_a_forecast_takes_a_posterior_that_knows_no_later_counts(
    case: Scenario, counts: Path, posterior: Posterior
) -> None:
    """States of the world are its particles; one that knows more than the forecast is refused."""
    last = UNTIL + timedelta(days=2)
    asked: dict[str, Any] = {"until": last, "samples": 12, "observed": counts, "policy": "open"}
    fitted = hindcast(case, UNTIL, posterior=posterior.folder, **asked)
    assert fitted.posterior == posterior.digest
    assert fitted.digest != hindcast(case, UNTIL, **asked).digest
    with pytest.raises(InputError, match=f"knows counts until {UNTIL}"):
        hindcast(case, UNTIL - timedelta(days=1), posterior=posterior.folder, **asked)


def test_a_forecast_fits_anew_to_the_counts_until_its_first_day(
    case: Scenario, counts: Path, tmp_path: Path
) -> None:
    early = UNTIL - timedelta(days=1)
    fitted = hindcast(
        case,
        early,
        until=UNTIL,
        samples=12,
        observed=counts,
        refit=300,
        refitted_in=tmp_path,
    )
    made = read_posterior(tmp_path / f"posterior-{early}")
    assert made.manifest["until"] == early.isoformat()
    assert "300 runs each" in fitted.settled
