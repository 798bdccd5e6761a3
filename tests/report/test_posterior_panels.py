"""Pictures of a posterior and of responses: findings, labels, data, and the same bytes again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.api.calibration import draw_posterior
from sim.calibration.rivals import weigh
from sim.cli.exit_status import DONE, run_command
from sim.report.charts.posterior_panels import draw_all, narrowed, quantiles
from sim.report.charts.registry import OF_COMMANDS
from sim.report.charts.response_shares import draw_responses, shares_of
from sim.report.drawing.chart import Chart
from sim.report.drawing.layout import text_problems
from sim.results.posterior_folder import (
    PARTICLES,
    Posterior,
    read_bank,
    read_posterior,
    write_posterior,
)
from sim.text.catalogue import speaking
from tests.report import synthetic_posterior


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Posterior:
    return synthetic_posterior.posterior(tmp_path_factory.mktemp("fitted"))


def charts(posterior: Posterior) -> dict[str, Chart]:
    bank = read_bank(posterior.folder)
    evidence = weigh(bank, posterior.manifest)
    drawn = [*draw_all(posterior, bank), draw_responses(evidence, posterior.manifest)]
    return {each.name: each for each in drawn if each is not None}


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_no_label_leaves_the_canvas_or_touches_another(fitted: Posterior, language: str) -> None:
    with speaking(language):
        drawn = charts(fitted)
    assert {name: text_problems(each.figure) for name, each in drawn.items()} == {
        "posterior_ridge": [],
        "posterior_misfit": [],
        "response_shares": [],
    }
    assert set(drawn) <= set(OF_COMMANDS), "they are listed"


def test_the_ridge_names_what_is_not_identified_and_puts_it_last(fitted: Posterior) -> None:
    chart = charts(fitted)["posterior_ridge"]
    assert chart.title == (
        "The counts do not identify 2 of 3 fitted parameters: salience and factor of demand"
    )
    assert list(dict.fromkeys(chart.data["parameter"])) == ["known", "salience", "demand_factor"]
    assert "known: prior 0.033 to 0.95, posterior 0.31" in chart.alt
    known = chart.data.filter(parameter="known")
    assert known["density"].sum() == pytest.approx(20.0)
    assert known.filter(known["density"] > 0.0)["from_prior_quantile"].is_between(0.25, 0.45).all()


def test_what_is_fitted_and_no_part_of_states_is_drawn_too(tmp_path: Path) -> None:
    """The error of reporting is fitted where counts depend on it, and no state holds it."""
    fitted = synthetic_posterior.posterior(tmp_path, free=("known", "reporting_cv"))
    assert "reporting_cv" not in fitted.parameters
    ridge = charts(fitted)["posterior_ridge"]
    assert list(dict.fromkeys(ridge.data["parameter"])) == ["known", "reporting_cv"]


def test_a_yes_or_no_is_as_wide_as_it_is_probable(tmp_path: Path) -> None:
    """Each answer stood in one twentieth, so high that all other rows of the picture were flat."""
    fitted = synthetic_posterior.posterior(tmp_path)
    bank = read_bank(fitted.folder).with_columns(
        known=pl.Series([0.0] * 360 + [1.0] * 840), demand_factor=pl.Series(range(1200)) / 1200.0
    )
    particles = pl.read_parquet(fitted.folder / PARTICLES)
    again = tmp_path / "again"
    again.mkdir()
    write_posterior(
        again,
        particles.with_columns(known=pl.Series([0.0] * 30 + [1.0] * 170)),
        bank,
        {key: each for key, each in fitted.manifest.items() if key not in {"kind", "files"}},
    )
    rows = {each.name: each.density for each in narrowed(read_posterior(again), bank)}
    assert rows["known"][:6] == pytest.approx(0.15 / 0.3)
    assert rows["known"][6:] == pytest.approx(0.85 / 0.7)
    assert rows["demand_factor"].sum() == pytest.approx(20.0)


def test_crossings_and_controls_have_their_names(tmp_path: Path) -> None:
    """The pictures called them by their ids: "C00: believed to be passable at first"."""
    keys = {"known": "crossings.c00.known", "salience": "controls.hold.0.chance"}
    fitted = synthetic_posterior.posterior(tmp_path, keys=keys)
    ridge = charts(fitted)["posterior_ridge"]
    assert "Salla: believed to be passable at first: prior" in ridge.alt
    assert "People held in the south: chance to be stopped: prior" in ridge.alt


def test_quantiles_follow_weights() -> None:
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([1.0, 18.0, 1.0])
    assert quantiles(values, weights) == (1.0, 1.0, 2.0)


def test_what_is_found_is_between_the_ends_of_its_prior(fitted: Posterior) -> None:
    first, *_ = narrowed(fitted, read_bank(fitted.folder))
    assert first.prior[0] < first.posterior[0] < first.posterior[2] < first.prior[2]


@pytest.mark.parametrize(("fails", "begin"), [(True, "The model does not"), (False, "The misfit")])
def test_the_misfit_says_whether_the_model_could_have_made_the_counts(
    tmp_path: Path, fails: bool, begin: str
) -> None:
    chart = charts(synthetic_posterior.posterior(tmp_path, fails=fails))["posterior_misfit"]
    assert chart.title.startswith(begin)
    assert chart.data.filter(of="pseudo-truth").height == 200
    assert chart.data.filter(of="counts")["distance"].to_list() == [2.6 if fails else 1.2]
    assert text_problems(chart.figure) == []


def test_without_distances_of_pseudo_truths_there_is_no_histogram(tmp_path: Path) -> None:
    assert "posterior_misfit" not in charts(synthetic_posterior.posterior(tmp_path, pseudo=False))


def test_responses_are_shown_by_tolerance(fitted: Posterior) -> None:
    bank = read_bank(fitted.folder)
    shares = shares_of(weigh(bank, fitted.manifest))
    assert list(shares) == ["R1", "R2", "R3"]
    assert list(shares["R1"]) == [1.0, 0.1, 0.05], "0.02 of 1,200 runs are too few"
    for tolerance in (1.0, 0.1, 0.05):
        assert sum(each[tolerance] for each in shares.values()) == pytest.approx(1.0)


def test_pictures_lie_beside_the_tables_with_the_same_bytes_again(tmp_path: Path) -> None:
    synthetic_posterior.posterior(tmp_path)
    saved = draw_posterior(tmp_path)
    assert sorted(path.name for path in saved) == [
        f"posterior_{name}.{ending}"
        for name in ("misfit", "ridge")
        for ending in ("csv", "png", "svg")
    ]
    before = [path.read_bytes() for path in saved]
    assert [path.read_bytes() for path in draw_posterior(tmp_path)] == before


def test_the_command_draws_responses_beside_its_table(fitted: Posterior, tmp_path: Path) -> None:
    table = tmp_path / "rivals.csv"
    assert run_command(["hypotheses", str(fitted.folder), "--out", str(table)]) == DONE
    saved = sorted(path.name for path in tmp_path.iterdir())
    assert saved == [
        "response_shares.csv",
        "response_shares.png",
        "response_shares.svg",
        "rivals.csv",
    ]
