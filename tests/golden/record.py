"""Golden results of the shipped scenarios: recorded by ``make golden``, compared by the tests.

A recording holds, for each scenario, the SHA-256 of every results file but the manifest, and mean
and standard deviation of every indicator under every policy, so that a difference can be read and
not only noticed. It also holds how many changes of results the changelog reports: other numbers are
recorded only after a new line there is marked "results change". What is new and was in no
recording, as a new small world, is no change. A small world that becomes another one is given
another name.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from sim import compare, load_scenario
from tests.golden.small_worlds import fingerprints

PROJECT = Path(__file__).parents[2]
RECORDINGS = Path(__file__).parent / "recordings"
CHANGELOG = PROJECT / "CHANGELOG.md"
# States of the world of each; the Finland case takes two runs of nineteen policies for each.
SCENARIOS = {
    "scenarios/teaching/one-crossing.yaml": 8,
    "scenarios/teaching/two-crossings.yaml": 8,
    "scenarios/teaching/chain.yaml": 8,
    "scenarios/finland-2023/base.yaml": 2,
    "scenarios/arctic-2015-16/scenario.yaml": 2,
    "sim/scenario/template/scenario.yaml": 8,
}
FILES = (
    "indicators.csv",
    "by_class.parquet",
    "daily_by_origin.parquet",
    "by_state.csv",
    "ledger.csv",
    "daily.parquet",
    "daily_summary.csv",
    "flows.parquet",
    "journeys.parquet",
    "exposure.parquet",
    "states_of_world.csv",
    "access.csv",
    "observed.csv",
    "learning.csv",
)
SMALL_WORLDS = "small-worlds"
MARK = re.compile(r"results change", re.IGNORECASE)


def recording_of(scenario: str) -> Path:
    """Where the results of a scenario file are recorded."""
    return RECORDINGS / (scenario.removesuffix(".yaml").replace("/", "-") + ".json")


def golden_results(scenario: str, folder: Path, *, workers: int = 1) -> dict[str, Any]:
    """Hashes and statistics of a scenario at its own seed."""
    result = compare(
        load_scenario(PROJECT / scenario),
        replicates=SCENARIOS[scenario],
        workers=workers,
        out=folder,
    ).results
    value = pl.col("value")
    table = result.indicators.group_by("policy", "indicator", maintain_order=True).agg(
        value.mean().alias("mean"), value.std().alias("deviation")
    )
    return {
        "sha256": {file: digest(folder / file) for file in FILES},
        "statistics": {
            f"{row['policy']}: {row['indicator']}": [_rounded(row[name]) for name in KINDS]
            for row in table.iter_rows(named=True)
        },
    }


KINDS = ("mean", "deviation")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def changes_reported() -> int:
    """How often the changelog says that results change; the line that explains the mark aside."""
    return len(MARK.findall(CHANGELOG.read_text(encoding="utf-8").partition("\n## ")[2]))


def record(scenario: str, found: dict[str, Any]) -> None:
    """Write what was found, if it is what is there or the changelog reports a change.

    Raises:
        ValueError: if results changed and the changelog does not say so.
    """
    path, reported = recording_of(scenario), changes_reported()
    if path.exists():
        old = json.loads(path.read_text(encoding="utf-8"))
        reported_before = old.pop("changes reported")
        if _is_otherwise(old, found) and reported <= reported_before:
            raise ValueError(
                f"{scenario}: other results than recorded, and no new line in CHANGELOG.md that is "
                "marked 'results change'; say there what changed and why, then record again"
            )
    path.parent.mkdir(exist_ok=True)
    text = json.dumps({**found, "changes reported": reported}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _is_otherwise(old: Any, new: Any) -> bool:
    """Whether anything that is in the old is missing from the new or not the same there."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return bool(old != new)
    return any(_is_otherwise(value, new.get(key)) for key, value in old.items())


def main() -> int:
    """Record every shipped scenario, and the small worlds."""
    try:
        record(SMALL_WORLDS, {"fingerprints": dict(fingerprints())})
        with tempfile.TemporaryDirectory() as scratch:
            for number, scenario in enumerate(SCENARIOS):
                record(scenario, golden_results(scenario, Path(scratch) / str(number)))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
