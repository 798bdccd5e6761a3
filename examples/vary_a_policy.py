"""Vary one key of a policy: how does the length of a closure change waiting and access?

Run it from anywhere: ``python examples/vary_a_policy.py``.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from sim import load_scenario, vary_policy

SCENARIOS = Path(__file__).parents[1] / "scenarios" / "teaching"
POLICY = "closed-for-five-days"
ENDS = ["2024-03-06T00:00+02:00", "2024-03-08T00:00+02:00"]


def main() -> None:
    """Print waiting and people without access for each end of the closure."""
    scenario = load_scenario(SCENARIOS / "two-crossings.yaml")
    with TemporaryDirectory() as folder:
        result = vary_policy(
            scenario, POLICY, "policy.until", ENDS, replicates=6, out=f"{folder}/results"
        )
        values = result.results.indicators
    for policy in values["policy"].unique(maintain_order=True):
        of_policy = values.filter(policy=policy)
        waiting = of_policy.filter(indicator="R1_person_days")["value"].mean()
        without = of_policy.filter(indicator="R4")["value"].mean()
        print(f"{policy}: {waiting:.1f} person-days waiting, {without:.1f} people without access")


if __name__ == "__main__":
    main()
