"""Shipped scenarios give the recorded numbers; a change is marked and recorded again."""

from __future__ import annotations

import json
from math import nan
from pathlib import Path
from typing import Any

import pytest

from tests.golden import record
from tests.golden.record import PROJECT, SCENARIOS, golden_results, recording_of

ADVICE = "if this is meant: a CHANGELOG line marked 'results change', then make golden"


def recorded(scenario: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(recording_of(scenario).read_text(encoding="utf-8"))
    return content


def defined(values: list[float | None]) -> list[float]:
    """What an indicator that is not modelled lacks, as not a number."""
    return [nan if value is None else value for value in values]


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_statistics_and_bytes_are_as_recorded(scenario: str, tmp_path: Path) -> None:
    """On every Python that is supported: the recording was made once, on one of them.

    Of other bytes, statistics say first which numbers have changed. One test, since a process that
    works on the other would run the scenario again.
    """
    now, before = golden_results(scenario, tmp_path / "results"), recorded(scenario)
    statistics = now["statistics"]
    assert statistics.keys() == before["statistics"].keys(), ADVICE
    for name, values in before["statistics"].items():
        assert defined(statistics[name]) == pytest.approx(
            defined(values), rel=1e-6, abs=1e-6, nan_ok=True
        ), (name, ADVICE)
    assert now["sha256"] == before["sha256"], ADVICE


def test_every_shipped_scenario_is_recorded() -> None:
    shipped = {
        str(path.relative_to(PROJECT))
        for folder in ("scenarios", "sim/scenario/template")
        for path in (PROJECT / folder).rglob("*.yaml")
    }
    assert shipped == set(SCENARIOS)


def test_other_numbers_are_recorded_only_once_the_changelog_marks_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    monkeypatch.setattr(record, "RECORDINGS", tmp_path / "recordings")
    monkeypatch.setattr(record, "CHANGELOG", changelog)
    head = '"Results change" marks what moves numbers.\n\n## Unreleased\n\n'
    changelog.write_text(f"{head}- New doors.\n", encoding="utf-8")
    first, other = ({"sha256": {"a": text}, "statistics": {}} for text in ("one", "other"))
    record.record("x.yaml", first)
    record.record("x.yaml", first)
    with pytest.raises(ValueError, match="no new line in CHANGELOG"):
        record.record("x.yaml", other)
    changelog.write_text(f"{head}- New doors. Results change.\n", encoding="utf-8")
    record.record("x.yaml", other)
    assert json.loads((tmp_path / "recordings" / "x.json").read_text())["sha256"] == {"a": "other"}


def test_a_new_small_world_is_no_change_and_a_missing_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    monkeypatch.setattr(record, "RECORDINGS", tmp_path)
    monkeypatch.setattr(record, "CHANGELOG", changelog)
    changelog.write_text("## Unreleased\n\n- New doors.\n", encoding="utf-8")
    first, second = {"rows": "a", "series": "b"}, {"rows": "c"}
    record.record("worlds", {"fingerprints": {"calm": first}})
    record.record("worlds", {"fingerprints": {"calm": first, "lively": second}})
    record.record("worlds", {"fingerprints": {"calm": {**first, "engine": "d"}, "lively": second}})
    for changed in ({"lively": second}, {"calm": {**first, "rows": "e"}, "lively": second}):
        with pytest.raises(ValueError, match="no new line in CHANGELOG"):
            record.record("worlds", {"fingerprints": changed})
