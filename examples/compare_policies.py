"""Compare two policies on common random numbers, and print what differs.

Run it from anywhere: ``python examples/compare_policies.py``.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from sim import compare, load_scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios" / "teaching"
INDICATORS = ("R1_mean", "R1_person_days", "R4")


def main() -> None:
    """Print means over replications, and the mean of the paired differences."""
    scenario = load_scenario(SCENARIOS / "two-crossings.yaml")
    with TemporaryDirectory() as folder:
        result = compare(scenario, ["open", "near-closed"], replicates=8, out=f"{folder}/results")
        values = result.results.indicators
    for name in INDICATORS:
        free, closed = (
            values.filter(indicator=name, policy=policy)["value"]
            for policy in ("open", "near-closed")
        )
        difference = closed - free  # row by row: the same people, the same random numbers
        print(
            f"{name}: open {free.mean():.1f}, near crossing closed {closed.mean():.1f}, "
            f"difference {difference.mean():+.1f} (standard deviation {difference.std():.1f})"
        )


if __name__ == "__main__":
    main()
