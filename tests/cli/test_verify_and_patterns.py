"""``rajasim verify`` and ``patterns``: what holds by theory, and what holds in an episode."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import polars as pl
import pytest

from sim.verification.case import Trial
from sim.verification.fault_injection import one_server_too_many
from tests.cli.command_line import FINLAND, ROOT, Say


def test_verification_is_shown_and_saved(say: Say, tmp_path: Path) -> None:
    status, out, err = say("verify", "v9", "V24", "--out", tmp_path / "proof")
    assert (status, err) == (0, "")
    assert "Little's law" in out
    assert "-17.861" in out
    assert "2 cases, 14 findings: all agree with theory" in out
    assert {path.name for path in (tmp_path / "proof").iterdir()} == {
        f"verification.{suffix}" for suffix in ("png", "svg", "csv")
    }
    table = pl.read_csv(tmp_path / "proof" / "verification.csv")
    assert table["verdict"].unique().to_list() == ["agrees"]
    assert table.height == 14


def test_an_engine_that_differs_from_theory_ends_with_one(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real engine, one officer too many."""
    faulty = partial(Trial, run=one_server_too_many, replicates=10)
    monkeypatch.setattr("sim.verification.case.Trial", faulty)
    monkeypatch.setattr("sim.verification.case.RETEST", 1)
    status, out, err = say("verify", "V2")
    assert status == 1
    assert "differs" in out
    assert "differ from theory: V2 Wq (exact 0.5625, simulated 0.1" in err
    assert "Traceback" not in err


def test_a_case_that_does_not_exist_is_bad_input(say: Say) -> None:
    status, out, err = say("verify", "V99")
    assert (status, out) == (2, "")
    assert "there is no case 'V99' did you mean 'V9'?; cases are V1, V2" in err


def test_patterns_are_printed_and_written(say: Say, tmp_path: Path) -> None:
    page = tmp_path / "patterns.md"
    few = ("--states", "6", "--reach-states", "2", "--out", str(page))
    status, out, _ = say("patterns", FINLAND, *few)
    assert status == 0
    assert "terrain-border attempts" in " ".join(out.split())
    assert "Nine in ten single states" in " ".join(out.split())
    assert "fear of failure" in out
    written = page.read_text(encoding="utf-8")
    assert "6 states of the world for the patterns, 2 with each explanation" in written
    assert say("patterns", FINLAND, *few, "--quiet") == (0, "", "")
    assert page.read_text(encoding="utf-8") == written, "the same states give the same page"


def test_patterns_need_an_episode(say: Say) -> None:
    calm = str(ROOT / "scenarios" / "teaching" / "one-crossing.yaml")
    status, out, err = say("patterns", calm, "--states", "2", "--reach-states", "2")
    assert (status, out) == (2, "")
    assert "patterns need a policy that closes crossings twice" in err
    assert err.count("\n") == 1
