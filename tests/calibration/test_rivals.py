"""Rival explanations: found where counts tell them apart, and left alone where they cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim import calibrate, weigh_hypotheses
from sim.calibration.rival_words import CANNOT_TELL, NO_PROOF, in_words, sections_of
from sim.calibration.rivals import Contest, Variant, contests, weigh, weight_range
from sim.cli.exit_status import run_command
from sim.errors import InputError
from tests.calibration.small_case import UNTIL, small_case, write_counts

RUNS = 4000
MANIFEST: dict[str, Any] = {
    "until": "2024-03-06",
    "free": ["known"],
    "summaries": [
        {"name": "arrivals gate", "low": 100.0, "high": 100.0},
        {"name": "arrivals far", "low": 40.0, "high": 40.0},
    ],
    "verdict": {"reproduces": True, "not_reproduced": []},
}


def bank(effect: float, *, truth: str = "H1") -> pl.DataFrame:
    """Runs of a toy: under ``truth`` counts are as observed, under the other off by a factor."""
    rng = np.random.default_rng(7)
    hypotheses = np.where(np.arange(RUNS) % 2 == 0, "H0", "H1")
    factor = np.where(hypotheses == truth, 1.0, effect)
    return pl.DataFrame(
        {
            "hypothesis": hypotheses,
            "response": np.where(np.arange(RUNS) % 3 == 0, "R1", "R2"),
            "known": rng.random(RUNS),
            "controls.metering": np.where(rng.random(RUNS) < 0.5, 1.0, 0.0),
            "arrivals gate": rng.poisson(100.0 * factor).astype(float),
            "arrivals far": rng.poisson(40.0 * factor).astype(float),
        }
    )


@pytest.mark.parametrize("truth", ["H0", "H1"])
def test_the_truth_is_favoured_where_counts_tell(truth: str) -> None:
    evidence = weigh(bank(3.0, truth=truth), MANIFEST)
    found = {each.question: each for each in contests(evidence)}
    assert found["hypothesis"].favoured == truth
    assert found["controls.metering"].favoured == "", "it changes nothing"
    words = in_words(contests(evidence), MANIFEST)
    other = "H1" if truth == "H0" else "H0"
    assert f"the counts are for {truth} against {other}" in words


def test_nothing_is_said_where_both_explain_the_counts() -> None:
    evidence = weigh(bank(1.0), MANIFEST)
    assert all(each.favoured == "" for each in contests(evidence))
    words = in_words(contests(evidence), MANIFEST)
    assert CANNOT_TELL in words
    assert words.endswith(NO_PROOF)


def test_a_weak_difference_is_no_verdict() -> None:
    """Ahead in every variant, and not by ten."""
    (mine,) = (e for e in contests(weigh(bank(1.2), MANIFEST)) if e.question == "hypothesis")
    assert mine.favoured == ""
    assert mine.high < 1.0, "of H0 against H1"


def test_of_responses_no_factor_is_given() -> None:
    evidence = weigh(bank(3.0), MANIFEST)
    assert all(each.question != "response" for each in contests(evidence))
    responses = sections_of(evidence, MANIFEST)[-1]
    assert responses.title == "Responses"
    assert [row[0] for row in responses.rows] == ["R1", "R2"]
    assert not any("against" in line for line in responses.lines)


def test_every_variant_is_looked_at() -> None:
    variants = {each.variant for each in weigh(bank(3.0), MANIFEST)}
    assert {each.tolerance for each in variants} == {0.01, 0.02, 0.05, 0.1}
    assert {each.without for each in variants} == {"", "arrivals gate", "arrivals far"}
    assert {each.half for each in variants} == {"", "known low", "known high"}
    assert all(each.runs >= 40 for each in weigh(bank(3.0), MANIFEST))


def test_a_summary_counts_by_its_weight() -> None:
    """One count is for H1, the other for H0."""
    opposed = bank(2.0).with_columns(bank(2.0, truth="H0")["arrivals far"])
    shares = []
    for weight in (1e-6, 1.0, 1e6):
        gate, far = MANIFEST["summaries"]
        weighed = {**MANIFEST, "summaries": [gate, {**far, "weight": weight}]}
        (held,) = (
            each.kept
            for each in weigh(opposed, weighed)
            if each.answer == "H0" and each.variant == Variant(0.1)
        )
        shares.append(held)
    assert shares[0] < 0.1 < shares[1] < 0.9 < shares[2]


def test_weights_have_ranges_over_prior_odds() -> None:
    """With equal shares near the counts odds of one half and two give a third and two thirds."""
    low, high = weight_range(weigh(bank(1.0), MANIFEST), "hypothesis", "H0")
    assert low < 1.0 / 3.0
    assert high > 2.0 / 3.0


@pytest.mark.parametrize(
    ("low", "high", "favoured"),
    [(11.0, 90.0, "a"), (9.0, 90.0, ""), (0.01, 0.09, "b"), (0.01, 0.2, ""), (0.5, 20.0, "")],
)
def test_a_factor_must_stay_above_ten_throughout(low: float, high: float, favoured: str) -> None:
    assert Contest("question", "a", "b", low, high).favoured == favoured


def test_a_model_that_does_not_fit_is_said_to_be_one() -> None:
    poor = {**MANIFEST, "verdict": {"reproduces": False, "not_reproduced": []}}
    assert "does not reproduce these counts" in in_words(contests(weigh(bank(3.0), poor)), poor)


def test_few_runs_are_refused() -> None:
    with pytest.raises(InputError, match="calibrate with more --runs"):
        weigh(bank(3.0).head(200), MANIFEST)


def test_where_all_is_alike_there_is_nothing_to_weigh() -> None:
    alike = bank(1.0).with_columns(pl.lit("H1").alias("hypothesis"), pl.lit("R1").alias("response"))
    with pytest.raises(InputError, match="nothing to weigh"):
        weigh(alike.drop("controls.metering"), MANIFEST)


def test_the_command_weighs_what_a_calibration_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = small_case()
    twin = replace(case.hypotheses["H1"], id="H2")
    case = replace(case, hypotheses={**case.hypotheses, "H2": twin})
    counts = write_counts(case, tmp_path / "observed.csv")
    made = calibrate(
        case, UNTIL, observed=counts, out=tmp_path / "out", runs=2000, particles=90, seed=5
    )
    found = weigh_hypotheses(made.folder)
    table = tmp_path / "rivals.csv"
    assert run_command(["hypotheses", str(made.folder), "--out", str(table)]) == 0
    assert pl.read_csv(table).height == found.frame.height
    assert CANNOT_TELL in found.sections[0].lines[0], "of two that are alike"
    assert NO_PROOF in " ".join(capsys.readouterr().out.split())
