"""Golden results of the teaching scenarios: recorded by ``make golden``, compared by the tests.

A recording holds, for each scenario, the SHA-256 of every results file but the manifest, and the
mean of every indicator under every policy, so that a difference can be read and not only seen.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from sim import compare, load_scenario

PROJECT = Path(__file__).parents[2]
RECORDING = Path(__file__).parent / "teaching.json"
SCENARIOS = ("one-crossing", "two-crossings")
REPLICATES = 8
FILES = ("indicators.csv", "by_class.parquet", "ledger.csv", "daily.parquet", "daily_summary.csv",
         "worlds.csv", "access.csv", "observed.csv", "learning.csv")  # fmt: skip


def golden_results(name: str, folder: Path, *, workers: int = 1) -> dict[str, Any]:
    """Hashes and means of a teaching scenario at its own seed."""
    scenario = load_scenario(PROJECT / "scenarios" / "teaching" / f"{name}.yaml")
    result = compare(scenario, replicates=REPLICATES, workers=workers, out=folder).results
    by = ("policy", "indicator")
    means = result.indicators.group_by(by, maintain_order=True).agg(pl.col("value").mean())
    return {
        "sha256": {file: digest(folder / file) for file in FILES},
        "means": {
            f"{policy}: {indicator}": round(value, 6)
            for policy, indicator, value in means.select("policy", "indicator", "value").rows()
        },
    }


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Record every teaching scenario."""
    with tempfile.TemporaryDirectory() as scratch:
        recorded = {name: golden_results(name, Path(scratch) / name) for name in SCENARIOS}
    RECORDING.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
