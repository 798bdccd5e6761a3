"""The page on validation, from small made-up folders: failures first; what is missing is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.api.validating import write_validation
from sim.cli.exit_status import DONE, run_command
from sim.errors import InputError, ResultsError
from sim.report.analysis.weighting import reordered
from sim.results.store import StoredResults, write_results
from tests.report import synthetic, synthetic_posterior


def study(folder: Path, *, posterior: Any = None, turned: bool = False) -> StoredResults:
    """Three policies; two change places in waiting where they are turned."""
    made = synthetic.frames(policies=3, crossings=2, days=10, runs=5)
    made["manifest"]["posterior"] = posterior.described if posterior else None
    if turned:
        swapped = {"open": "closed", "closed": "open"}
        policy = pl.col("policy").replace(swapped)
        made["indicators"] = made["indicators"].with_columns(
            pl.when(pl.col("indicator") == "R1_person_days")
            .then(policy)
            .otherwise(pl.col("policy"))
            .alias("policy")
        )
    return write_results(folder, **made)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of everything."""
    place = tmp_path_factory.mktemp("validated")
    fitted = synthetic_posterior.posterior(place / "fitted")
    written = write_validation(
        place / "page" / "validation.md",
        fitted.folder,
        hindcast=synthetic_posterior.hindcast(place / "h"),
        prior_study=study(place / "prior").folder,
        posterior_study=study(place / "post", posterior=fitted, turned=True).folder,
        episodes=[synthetic_posterior.hindcast(place / "other", name="elsewhere")],
    )
    assert all(path.is_file() for path in written)
    return written[0].read_text(encoding="utf-8")


def headings(page: str) -> list[str]:
    return [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]


def failures(page: str) -> str:
    return page.split("## ")[1]


def test_failures_and_unknowns_come_first(page: str) -> None:
    assert page.startswith(
        "# How far the model can be trusted: made-up\n\n**Fitted to the counts until 6 Sep 2023, "
        "but does not reproduce: Salla"
    )
    assert headings(page)[:3] == [
        "What fails, and what is not known",
        "Parameters that the counts do not identify",
        "Misfit",
    ]
    said = failures(page)
    assert "The misfit test fails: the counts are 2.60 from their nearest runs" in said
    assert "Too few different particles: ESS 120, and 200 are needed." in said
    assert "`demand_factor` 60 %" in said
    assert "do not identify 3 of 4 uncertain parameters" in said
    assert "no better than these baselines (skill): B1 (−0.50)" in said
    assert "not clearly better than B2a" in said
    leaning = (
        ", with counts to 2023-09-04, are too low by 2 people a count on average; 40 % of 25 later "
        "counts lie in the band of 80 % of samples."
    )
    assert f"Forecasts{leaning}" in said
    elsewhere = "Forecasts of elsewhere drawn from the scenario's priors"
    assert f"{elsewhere}{leaning}" in said
    assert f"{elsewhere} are no better than these baselines (skill): B1 (−0.50)." in said
    assert f"{elsewhere} are not clearly better than B2a" in said
    assert "Of all places the fit leans most at `c00`, by people a day: −3.50 against" in said
    assert "The order of policies in “Waiting for registration” depends on the weighting" in said


def test_counts_with_people_come_before_those_without(page: str) -> None:
    rows = [line for line in page.splitlines() if line.startswith("| open")]
    assert [row.split(" | ")[0] for row in rows[:3]] == [
        "| open, somebody came",
        "| open, nobody came",
        "| open",
    ]
    assert "Bias and coverage by place: states of the world from the prior" in headings(page)
    assert "Bias and coverage by place: states of the world from the posterior" in headings(page)


def test_every_picture_stands_under_its_heading(page: str) -> None:
    parts = {part.split("\n")[0]: part for part in page.split("## ")}
    for heading, name in (
        ("Misfit", "posterior_misfit"),
        ("Posterior against prior", "posterior_ridge"),
        ("Responses", "response_shares"),
        ("Bias and coverage by place: states of the world from the prior", "validation_prior"),
    ):
        assert f"](validation/{name}.png)" in parts[heading]


def test_rivals_weights_and_another_episode_have_their_places(page: str) -> None:
    assert "This is no proof of anybody's intent." in page
    assert "The policy table under both" in headings(page)
    elsewhere = "elsewhere drawn from the scenario's priors"
    assert f"Another episode, {elsewhere}: Forecasts scored" in headings(page)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    fitted = synthetic_posterior.posterior(tmp_path / "fitted", fails=False)
    path, *_ = write_validation(tmp_path / "v.md", fitted.folder)
    text = path.read_text(encoding="utf-8")
    said = failures(text)
    assert text.split("\n\n")[1] == "**Calibrated to the counts until 6 Sep 2023.**"
    assert "No forecast was scored for this page." in said
    assert "Policies were not compared under both prior and posterior." in said
    assert "The model has not been tried on another episode here." in said
    again, *_ = write_validation(tmp_path / "v.md", fitted.folder)
    assert again.read_text(encoding="utf-8") == text


def test_policies_that_change_places_are_found(tmp_path: Path) -> None:
    one, other = study(tmp_path / "a"), study(tmp_path / "b", turned=True)
    found = {str(each.indicator["id"]): each for each in reordered(one, other)}
    assert found["R1_person_days"].reversed > 0
    assert found["R1_person_days"].one != found["R1_person_days"].other
    assert found["K1_cost"].reversed == 0
    assert found["K1_cost"].pairs == 3
    assert "O1_arrivals" not in found, "fewer arrivals are not better"


def test_a_study_in_other_states_of_the_world_is_refused(tmp_path: Path) -> None:
    fitted = synthetic_posterior.posterior(tmp_path / "fitted")
    prior = study(tmp_path / "prior").folder
    with pytest.raises(InputError, match="are not drawn from the posterior"):
        write_validation(tmp_path / "v.md", fitted.folder, posterior_study=prior)
    drawn = study(tmp_path / "drawn", posterior=fitted).folder
    with pytest.raises(InputError, match="are not drawn from the prior"):
        write_validation(tmp_path / "v.md", fitted.folder, prior_study=drawn)
    assert not (tmp_path / "v.md").exists()


def test_a_damaged_hindcast_is_refused(tmp_path: Path) -> None:
    fitted = synthetic_posterior.posterior(tmp_path / "fitted")
    made = synthetic_posterior.hindcast(tmp_path / "h")
    (made / "skill.csv").write_text("days_ahead\n", encoding="utf-8")
    with pytest.raises(ResultsError, match="damaged"):
        write_validation(tmp_path / "v.md", fitted.folder, hindcast=made)
    with pytest.raises(ResultsError, match="no hindcast is there"):
        write_validation(tmp_path / "v.md", fitted.folder, hindcast=tmp_path)


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fitted = synthetic_posterior.posterior(tmp_path / "fitted")
    out = tmp_path / "v.md"
    assert run_command(["validate", str(fitted.folder), "--out", str(out)]) == DONE
    assert str(out) in capsys.readouterr().out.replace("\n", "")
    assert run_command(["validate", str(tmp_path / "nowhere"), "--out", str(out)]) != DONE
