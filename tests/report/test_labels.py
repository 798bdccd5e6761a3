"""What tables call policies: labels, which are told apart where two are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.report.analysis import queries
from tests.report import synthetic


def test_policies_of_one_label_have_their_ids_beside_it(tmp_path: Path) -> None:
    """A table once had two rows "Open"."""
    results = synthetic.results(tmp_path / "run", policies=3, crossings=1, days=10)
    entries = [dict(each) for each in results.manifest["policies"]]
    plain = queries.labels(results)
    assert list(plain.values()) == [each["label"] for each in entries]
    entries[1]["label"] = entries[0]["label"]
    same = replace(results, manifest={**results.manifest, "policies": entries})
    label = entries[0]["label"]
    assert list(queries.labels(same).values()) == [
        f"{label} ({entries[0]['id']})",
        f"{label} ({entries[1]['id']})",
        entries[2]["label"],
    ]
