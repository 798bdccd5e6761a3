"""A hindcast draws from the case's own posterior, but never from one that knows later counts."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import calibrate, hindcast
from sim.api.hindcasting import HindcastResult
from sim.errors import InputError
from sim.forecasting.ensemble import Ensemble
from sim.forecasting.hindcast import Forecaster
from sim.forecasting.posterior_source import drawn_from_one
from sim.results.posterior_folder import Posterior, read_posterior
from sim.scenario.records import Uncertainty
from sim.scenario.scenario import Scenario
from tests.calibration.small_case import UNTIL, small_case, write_counts

EARLY = UNTIL - timedelta(days=1)


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_counts(small_case(), tmp_path_factory.mktemp("counts") / "observed.csv")


@pytest.fixture(scope="module")
def posterior(counts: Path, tmp_path_factory: pytest.TempPathFactory) -> Posterior:
    out = tmp_path_factory.mktemp("fitted") / "out"
    return calibrate(small_case(), UNTIL, observed=counts, out=out, runs=300, particles=50, seed=5)


@pytest.fixture(scope="module")
def case(posterior: Posterior) -> Scenario:
    """The small case as one that ships its posterior."""
    return replace(small_case(), posterior=posterior.folder)


def made(scenario: Scenario, counts: Path, **options: Any) -> HindcastResult:
    asked = {"fit_until": UNTIL, "until": UNTIL + timedelta(days=2), "samples": 12}
    return hindcast(scenario, **{**asked, "observed": counts, "policy": "open", **options})


def test_the_posterior_of_the_case_is_the_default(
    case: Scenario, counts: Path, posterior: Posterior, tmp_path: Path
) -> None:
    usual = made(case, counts)
    assert usual.settled == f"the scenario's posterior of counts until {UNTIL}"
    assert usual.posterior == posterior.digest
    named = made(small_case(), counts, posterior=posterior.folder)
    of_priors = made(case, counts, prior=True)
    assert usual.digest == named.digest != of_priors.digest
    assert of_priors.digest == made(small_case(), counts).digest
    assert of_priors.settled == "the scenario's priors"
    drawn = f"Drawn from {usual.settled} (SHA-256 {posterior.digest})."
    assert drawn in usual._repr_html_().replace("&#39;", "'")
    usual.save(tmp_path / "h", charts=False)
    told = json.loads((tmp_path / "h" / "hindcast.json").read_text(encoding="utf-8"))
    assert told["posterior"] == posterior.digest
    assert told["states_of_the_world"] == usual.settled


def test_what_was_carried_over_from_another_case_is_said() -> None:
    words = [
        drawn_from_one(small_case(), replace(each, manifest={**each.manifest, **more}), 5).words
        for each in [posterior_of_nothing()]
        for more in ({}, {"transfer": {"folder": "other"}})
    ]
    assert words == [
        f"a posterior of 300 runs and counts until {UNTIL}",
        f"a posterior of 300 runs and counts until {UNTIL} with half of its prior carried over "
        "from another case",
    ]


def posterior_of_nothing() -> Posterior:
    """One particle of the small case."""
    names = tuple(each.parameter for each in small_case().uncertainties)
    manifest = {"until": UNTIL.isoformat(), "runs": 300, "scenario": {"name": small_case().name}}
    values, weights = np.ones((1, len(names))), np.ones(1)
    return Posterior(Path("some"), "0", names, ("H1",), ("",), weights, values, manifest)


def test_a_posterior_that_knows_later_counts_is_not_taken_and_that_is_said(
    case: Scenario, counts: Path
) -> None:
    said: list[str] = []
    early = made(case, counts, fit_until=EARLY, notice=said.append)
    assert early.digest == made(case, counts, fit_until=EARLY, prior=True).digest
    assert early.settled == f"the scenario's priors, since its posterior knows counts until {UNTIL}"
    assert early.posterior == ""
    (told,) = [each for each in said if "posterior knows" in each]
    assert f"a forecast from {EARLY} may not: the priors are taken" in told
    assert "--refit RUNS" in told


def test_each_rolling_day_has_what_may_be_known_then(case: Scenario, counts: Path) -> None:
    said: list[str] = []
    both = made(case, counts, fit_until=None, rolling=[EARLY, UNTIL], notice=said.append)
    assert both.settled.endswith(f"the scenario's priors for forecasts from before {UNTIL}")
    assert both.posterior == read_posterior(case.posterior or "").digest
    states_for = both.forecaster.states_for
    assert states_for is not None
    assert states_for(EARLY) is None
    assert states_for(UNTIL) is not None
    assert sum("priors are taken" in each for each in said) == 1


def test_origins_with_the_same_states_share_their_runs(
    case: Scenario, counts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    ensemble = Forecaster.ensemble

    def counting(self: Forecaster, until: int, source: Any, progress: Any = None) -> Ensemble:
        asked.append(source)
        return ensemble(self, until, source, progress)

    monkeypatch.setattr(Forecaster, "ensemble", counting)
    days = [EARLY - timedelta(days=1), EARLY, UNTIL, UNTIL + timedelta(days=1)]
    made(case, counts, fit_until=None, rolling=days)
    assert len(asked) == 2, "the priors and the posterior, once each"


def test_a_posterior_of_another_case_is_refused(
    counts: Path, posterior: Posterior, tmp_path: Path
) -> None:
    other = replace(
        small_case(),
        uncertainties=(Uncertainty("demand_factor", 0.4, 1.0, 2.5, "log", "made up"),),
    )
    shutil.copytree(posterior.folder, tmp_path / "fitted")
    for options in ({"posterior": tmp_path / "fitted"}, {}):
        scenario = replace(other, posterior=tmp_path / "fitted")
        with pytest.raises(InputError, match="is of another case"):
            made(scenario, counts, **options)


def test_only_one_source_of_states_may_be_asked_for(
    case: Scenario, counts: Path, posterior: Posterior
) -> None:
    with pytest.raises(InputError, match="exclude each other"):
        made(case, counts, prior=True, posterior=posterior.folder)
    with pytest.raises(InputError, match="exclude each other"):
        made(case, counts, prior=True, refit=300)
