"""Step one model by hand, as any Mesa model, and look at its stations and groups.

Run it from anywhere: ``python examples/step_a_model.py``.
"""

from pathlib import Path

from sim import load_scenario, start_model

SCENARIOS = Path(__file__).parents[1] / "scenarios" / "teaching"
DAYS = 3


def main() -> None:
    """Print, at each midnight, who waits where and where groups are."""
    model = start_model(load_scenario(SCENARIOS / "two-crossings.yaml"), "near-closed")
    for day in range(1, DAYS + 1):
        for _ in range(24):
            model.step()  # an hour
        print(f"after day {day}:")
        for station in model.stations:
            print(f"  {station.name}: {station.waiting} waiting, {station.registered} registered")
        waiting = model.groups.select(lambda group: group.stage_name == "STAGING")
        print(f"  {len(model.groups)} groups so far, {len(waiting)} of them wait in a town")


if __name__ == "__main__":
    main()
