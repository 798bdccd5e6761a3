"""How far a report says that its model can be trusted: failures first, and whose weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.report.page.comparison_table import weights_words
from sim.report.page.html_report import render_report
from sim.report.page.trust import trust
from sim.results.store import StoredResults, write_results
from sim.text.calibration_words import basis_words
from tests.report import synthetic, synthetic_posterior


def results(folder: Path, *, fitted: bool = False) -> StoredResults:
    made: dict[str, Any] = synthetic.frames(policies=2, crossings=2, days=10, runs=5)
    if fitted:
        found = synthetic_posterior.posterior(folder / "fitted")
        made["manifest"]["posterior"] = found.described
    return write_results(folder / "run", **made)


def test_a_study_of_the_prior_is_not_calibrated(tmp_path: Path) -> None:
    first, *_ = trust(results(tmp_path)).sentences
    assert first == basis_words(None)
    assert first.startswith("Not calibrated: states of the world are drawn from the ranges")


def test_a_posterior_says_what_it_does_not_reproduce_and_identify(tmp_path: Path) -> None:
    sentences = trust(results(tmp_path, fitted=True)).sentences
    assert sentences[0] == (
        "Fitted to the counts until 6 Sep 2023, but does not reproduce: Salla 4 Sep 2023 "
        "(52 counted, 1 to 9 modelled)."
    )
    assert sentences[-1] == (
        "The counts do not identify 3 of 4 uncertain parameters: Factor of demand, salience and "
        "reporting_cv."
    ), "those that were fitted come first"


def test_of_a_prior_the_least_identified_are_named(tmp_path: Path) -> None:
    made = synthetic.frames(policies=1, crossings=1, days=10, runs=2)
    names = [f"p{k}" for k in range(9)]
    made["learning"] = pl.DataFrame(
        [("L1", name, 0.75 + 0.1 * k, None, None, None, "1") for k, name in enumerate(names)],
        schema=made["learning"].schema,
        orient="row",
    )
    said = trust(write_results(tmp_path / "run", **made)).sentences[-1]
    assert "do not identify 8 of 9 uncertain parameters: p8, p7, p6, p5, p4 and 3 more." in said


def test_values_of_another_case_are_named(tmp_path: Path) -> None:
    made = synthetic.frames(policies=1, crossings=1, days=10, runs=2)
    assumption: dict[str, Any] = {**made["manifest"]["assumptions"][0], "borrowed_from": ""}
    made["manifest"]["assumptions"] = [
        assumption | {"key": "own"},
        *(assumption | {"key": f"k{k}", "borrowed_from": "finland-2023"} for k in range(8)),
    ]
    said = trust(write_results(tmp_path / "run", **made)).sentences[-1]
    assert said == (
        "The scenario gives no value of its own for k0, k1, k2, k3, k4 and 3 more; those of "
        "finland-2023 are used."
    )


def test_without_counts_it_says_so(tmp_path: Path) -> None:
    made = synthetic.frames(policies=1, crossings=1, days=10, runs=2)
    made["observed"] = made["observed"].clear()
    found = trust(write_results(tmp_path / "run", **made))
    assert "There are no counts to compare the model with." in found.sentences
    assert found.rows == ()


@pytest.mark.parametrize("fitted", [False, True])
def test_the_report_has_the_section_without_any_chart(tmp_path: Path, fitted: bool) -> None:
    page = render_report(results(tmp_path, fitted=fitted), [])
    assert '<h2 id="sure">How far can the model be trusted?</h2>' in page
    assert page.index('href="#sure"') < page.index('id="table"'), "the answer leads to it"
    assert ("Weight in the posterior, as used" in page) is fitted
    assert ("does not reproduce: Salla" in page) is fitted


def test_weights_are_never_used_in_silence(tmp_path: Path) -> None:
    (prior,) = weights_words(results(tmp_path / "a"))
    assert prior == (
        "Weights used: those of the prior (H0 40 %, H1 60 %). Those of a calibration: --posterior."
    )
    _, both = weights_words(results(tmp_path / "b", fitted=True))
    assert both == (
        "Weights used: those fitted to the counts (H0 25 %, H1 75 %; folder “fitted”). "
        "Those of the prior (H0 40 %, H1 60 %): --prior."
    )
