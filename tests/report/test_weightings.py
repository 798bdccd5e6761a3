"""Policies under the prior and under the posterior: where their order differs is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim import load_scenario
from sim.api.objects import Comparison
from sim.api.weightings import PAGE, Weightings, compare_weightings
from sim.cli.exit_status import run_command
from sim.errors import InputError
from tests.calibration.small_case import CLOSED, ROOT, UNTIL, small_case, write_counts
from tests.report import synthetic_posterior
from tests.report.test_validation_page import study

TEACHING = ROOT / "scenarios" / "teaching" / "one-crossing.yaml"


def made(place: Path, *, turned: bool) -> Weightings:
    fitted = synthetic_posterior.posterior(place / "fitted")
    return Weightings(
        Comparison(study(place / "prior")),
        Comparison(study(place / "post", posterior=fitted, turned=turned)),
        fitted.folder,
    )


def test_policies_that_change_places_are_named_in_both_orders(tmp_path: Path) -> None:
    """Two of three policies were turned in one indicator; the third keeps its place."""
    found = made(tmp_path, turned=True)
    first, orders, both = found.sections
    (told,) = [line for line in first.lines if "the other way round" in line]
    assert told.startswith("Waiting for registration: ")
    (each,) = [each for each in found.sources.orders if each.reversed]
    assert {"open", "closed"} < {*each.one} == {*each.other}
    before = told.partition("from the least, ")[2]
    one, other = before.split(" under the prior, and ")
    assert one.split(", ") == list(
        reversed(other.removesuffix(" under the posterior.").split(", "))
    )
    assert {"indicator", "pairs turned"} <= set(orders.columns)
    assert {"prior", "posterior", "reading"} <= set(both.columns)
    page = found.save(tmp_path / PAGE).read_text(encoding="utf-8")
    assert f"- {told}" in page
    assert "| indicator | policy | prior | posterior |" in page


def test_that_no_policies_change_places_is_said_too(tmp_path: Path) -> None:
    first = made(tmp_path, turned=False).sections[0]
    assert "No two policies change places in any headline indicator." in first.lines


def test_studies_of_other_states_of_the_world_are_refused(tmp_path: Path) -> None:
    fitted = synthetic_posterior.posterior(tmp_path / "fitted")
    both = [Comparison(study(tmp_path / name)) for name in ("prior", "post")]
    with pytest.raises(InputError, match="are not drawn from the posterior"):
        _ = Weightings(both[0], both[1], fitted.folder).sections


def test_the_command_runs_both_and_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = write_counts(small_case(), tmp_path / "observed.csv")
    words: list[Any] = ["calibrate", TEACHING, "--observed", counts, "--until", UNTIL]
    words += ["--policy", CLOSED, "--runs", 100, "--particles", 50, "--workers", 1, "--no-charts"]
    assert run_command([*map(str, words), "--out", str(tmp_path / "fitted")]) == 0
    words = ["weightings", TEACHING, "--policies", f"open,{CLOSED}", "--replicates", 3]
    words += ["--workers", 1, "--posterior", tmp_path / "fitted", "--out", tmp_path / "both"]
    assert run_command([str(word) for word in words]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Neither weighting is the right one" in said
    assert "under the prior" in said
    for name in ("prior/manifest.json", "posterior/manifest.json", PAGE):
        assert (tmp_path / "both" / name).is_file()


def test_without_a_posterior_there_is_nothing_to_weigh_with() -> None:
    with pytest.raises(InputError, match="has no posterior; name one"):
        compare_weightings(load_scenario(TEACHING))
