"""A small case whose truth is known: counts are those of one run of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from sim import load_scenario
from sim.outcomes.series import daily_series
from sim.scenario.records import Uncertainty
from sim.scenario.scenario import Scenario
from sim.study.options import study_options
from sim.study.replication import Study
from sim.study.states import StateOfWorld, state_of

ROOT = Path(__file__).parents[2]
CLOSED = "closed-for-five-days"
FIRST, UNTIL = date(2024, 3, 1), date(2024, 3, 6)
OPAQUE = "made.up.key"  # nothing that a calibration or the model would know
TRUTH = {"demand_factor": 1.5, "rush_scale": 1.0, OPAQUE: 0.5}


def small_case() -> Scenario:
    """One crossing that closes on the fourth day; two uncertainties and one that does nothing."""
    scenario = load_scenario(ROOT / "scenarios" / "teaching" / "one-crossing.yaml")
    ranges = (
        Uncertainty("demand_factor", 0.4, 1.0, 2.5, "log", "made up"),
        Uncertainty("rush_scale", 0.5, 1.0, 2.0, "log", "made up"),
        Uncertainty(OPAQUE, 0.0, 0.5, 1.0, "linear", "made up"),
    )
    return replace(scenario, uncertainties=ranges, reference=CLOSED)


def truth(scenario: Scenario) -> StateOfWorld:
    """The state of the world that was counted."""
    return state_of(scenario, 0, TRUTH, hypothesis="H1", response="")


def write_counts(scenario: Scenario, path: Path, *, last: int = 10, times: int = 1) -> Path:
    """A table of daily arrivals in one run of the truth, up to a day of March.

    Args:
        scenario: the small case.
        path: where it is written.
        last: last day of the table.
        times: what counts after the last day of calibrations are multiplied with.
    """
    study = Study(study_options(scenario, [CLOSED], seed=77, replicates=1))
    model = study.model(0, truth(scenario)).run()
    arrivals = daily_series(study.record(0, model))[0].sum(axis=1)
    lines = ["period_start,period_end,place,series,count", *_rows(arrivals, last, times)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _rows(
    arrivals: np.ndarray[tuple[int, ...], np.dtype[np.float64]], last: int, times: int
) -> Iterator[str]:
    for number, people in enumerate(arrivals[:last].tolist()):
        day = FIRST + timedelta(days=number)
        factor = times if day > UNTIL else 1
        yield f"{day},{day},gate,arrivals,{int(people) * factor + (factor - 1)}"
