"""The teaching scenarios give the recorded numbers; a change is marked and recorded anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden.record import RECORDING, SCENARIOS, golden_results

ADVICE = "if this is meant: a CHANGELOG line marked 'results change', then make golden"


@pytest.mark.parametrize("name", SCENARIOS)
def test_means_are_as_recorded(name: str, tmp_path: Path) -> None:
    recorded = json.loads(RECORDING.read_text(encoding="utf-8"))[name]
    found = golden_results(name, tmp_path / "results")
    assert found["means"] == pytest.approx(recorded["means"], abs=1e-6), ADVICE


@pytest.mark.parametrize("name", SCENARIOS)
def test_bytes_are_as_recorded(name: str, tmp_path: Path) -> None:
    """On every Python that is supported: the recording was made once, on one of them."""
    recorded = json.loads(RECORDING.read_text(encoding="utf-8"))[name]
    found = golden_results(name, tmp_path / "results")
    assert found["sha256"] == recorded["sha256"], ADVICE
