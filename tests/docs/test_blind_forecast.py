"""The blind forecast of Finland: what is kept is what the page says, and what the code makes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from docs.blind import build
from sim import load_scenario
from sim.forecasting.ensemble import run_ensemble
from sim.forecasting.evaluation import Evaluated, evaluate
from sim.forecasting.hindcast import Forecaster
from sim.forecasting.posterior_source import drawn_as_usual
from sim.forecasting.stored_forecast import CSV, STORED, hindcast_of, read_forecast
from sim.results.posterior_folder import read_posterior
from tests.forecasting.test_hindcast import observed

AGAIN = 2  # samples that are made again
FREEZE = "results changed: make blind freezes the forecast anew, and the changelog must say so"


@pytest.fixture(scope="module")
def page() -> build.Page:
    return build.Page()


def test_the_page_is_made_from_what_is_kept(page: build.Page) -> None:
    assert build.PAGE.read_text(encoding="utf-8") == page.text, "make blind-page writes it again"
    stored = (build.FOLDER / STORED).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == page.frozen["sha256"][STORED]
    assert page.hindcast.digest == page.frozen["sha256"][CSV]
    assert page.hindcast.is_blind
    assert len(page.hindcast.people) == build.SAMPLES
    assert sum(each.stat().st_size for each in build.FOLDER.iterdir()) < 2_000_000


def test_every_row_that_an_aim_names_comes_of_counts(page: build.Page) -> None:
    """Made-up counts of ten a day: the names of the page are those of scores.csv."""
    days = [build.FIT_UNTIL + timedelta(days=k) for k in range(1, 24)]
    places = ("raja-jooseppi", "vaalimaa", "niirala")
    made_up = tuple(observed(day, place, 10.0) for day in days for place in places)
    known = replace(page.scenario, observed=(*page.scenario.observed, *made_up))
    forecaster = Forecaster(known, known.reference, known.seed, build.SAMPLES)
    made = hindcast_of(forecaster, read_forecast(build.FOLDER / STORED, known))
    ours = Evaluated("model", made.people, made.past.origin, known.seed, 1.0)
    rows = {(each.group, each.score) for each in evaluate(ours, made.targets)}
    week, reopening = page.open_phases
    named = {(group, "crps") for group in (week, reopening, "open")}
    named |= {(f"sum of {each}", "coverage_90") for each in (week, reopening)}
    assert named <= rows
    text = " ".join(each.row for each in build.aims(page.open_phases))
    assert all(f"`{group}`" in text for group, _ in named)
    assert sum(each.is_open for each in made.targets) == 6 + 2 * 2


def test_the_shipped_posterior_is_the_one_of_the_forecast(page: build.Page) -> None:
    posterior = read_posterior(build.CASE.parent / "posterior")
    assert posterior.digest == page.frozen["posterior"], FREEZE
    assert posterior.manifest["until"] <= str(build.FIT_UNTIL)


def test_the_code_still_makes_the_first_samples() -> None:
    """State of the world k is the same however many there are."""
    scenario = load_scenario(build.CASE)
    stored = read_forecast(build.FOLDER / STORED, scenario)
    drawing = drawn_as_usual(scenario, scenario.seed, [build.FIT_UNTIL])
    assert drawing.states_for is not None
    days = scenario.world.clock.days
    made = run_ensemble(
        scenario,
        scenario.reference,
        samples=AGAIN,
        until=days.index(stored.last),
        seed=scenario.seed,
        source=drawing.states_for(build.FIT_UNTIL),
    )
    ahead = made.people[:, days.index(stored.first) :]
    assert (ahead == stored.people[:AGAIN]).all(), FREEZE
    assert made.hypotheses == stored.hypotheses[:AGAIN]


def test_no_count_is_later_than_the_forecast_knows() -> None:
    scenario = load_scenario(build.CASE)
    assert max(each.period_end for each in scenario.observed) == build.FIT_UNTIL
