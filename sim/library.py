"""The library's front door: load a scenario, compare its policies, look at the result."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim._version import __version__
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.report.chart import Chart
    from sim.store import StoredResults
    from sim.study.execution import Progress

RESULTS = Path("results")
PARTS = ("mesa", "numpy", "numba", "polars", "matplotlib", "pydantic")


@dataclass(frozen=True)
class Comparison:
    """Stored results of a run or comparison; notebooks show it as a table.

    Attributes:
        results: what is stored.
    """

    results: StoredResults

    @property
    def folder(self) -> Path:
        """Where the results are."""
        return self.results.folder

    @property
    def table(self) -> Any:
        """The comparison table; notebooks and rich show it."""
        from sim.report.table import ComparisonTable

        return ComparisonTable(self.results)

    def charts(self, names: Sequence[str] | None = None) -> list[Chart]:
        """Charts by name, or all."""
        from sim.report.registry import draw_charts

        return draw_charts(self.results, names)

    def chart(self, name: str) -> Any:
        """One chart as a matplotlib figure; notebooks show it."""
        return self.charts([name])[0].figure

    def write_report(self) -> Path:
        """Draw every chart, save the figures, and write ``report.html``; returns its path."""
        from sim.report.chart import save_charts
        from sim.report.html import write_report

        charts = self.charts(None if self.compares else SINGLE_RUN_CHARTS)
        save_charts(charts, self.folder / "figures")
        return write_report(self.results, charts)

    @property
    def compares(self) -> bool:
        """Whether there is more than one policy."""
        return len(self.results.manifest["policies"]) > 1

    def _repr_html_(self) -> str:
        return str(self.table._repr_html_())

    def __rich__(self) -> Any:
        return self.table.__rich__()


SINGLE_RUN_CHARTS = ("fan", "heat_map", "closure_calendar")


def load_scenario(path: str | Path, *, assignments: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario file.

    Args:
        path: the file.
        assignments: ``key=value`` texts that override the file's values.

    Raises:
        ScenarioError: with every problem found, each with file, line and column.
    """
    from sim.scenario.loading import load_scenario as load

    return load(path, assignments=assignments)


def open_results(folder: str | Path) -> Comparison:
    """Results that were written before.

    Raises:
        ResultsError: if a file is missing or damaged.
    """
    from sim.store import read_results

    return Comparison(read_results(Path(folder)))


def compare(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    reference: str | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    central: bool = False,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str = "",
) -> Comparison:
    """Run policies in the same worlds and store the outcome.

    Args:
        scenario: the scenario.
        policies: ids of policies; all if None. The reference is always among them if more than one.
        reference: id of the policy to compare with; the scenario's if None.
        replicates: number of worlds; the scenario's if None.
        seed: seed of all luck; the scenario's if None.
        workers: processes.
        central: keep parameters at central values, so that only luck (and the hypothesis) varies.
        out: results folder; ``results/<scenario>/<run id>`` if None.
        progress: called with (worlds done, worlds in all).
        command: the command line, for the manifest.

    Raises:
        InputError: if a policy does not exist.
        ResultsError: if the folder holds something else.
    """
    from sim.store import write_results
    from sim.study.comparison import chosen_policies, run_comparison, run_id
    from sim.study.replicates import Task

    began = time.perf_counter()
    baseline = chosen_policies(scenario, [reference or scenario.reference])[0]
    chosen = chosen_policies(scenario, policies)
    if len(chosen) > 1:
        chosen = tuple(dict.fromkeys((baseline, *chosen)))
    worlds = scenario.replicates if replicates is None else replicates
    task = Task(scenario, chosen, scenario.seed if seed is None else seed, central)
    frames = run_comparison(
        task,
        worlds,
        reference=baseline if baseline in chosen else chosen[0],
        workers=workers,
        progress=progress,
    )
    folder = Path(out) if out else RESULTS / scenario.name / run_id(task, worlds)
    manifest = {
        **frames.manifest,
        "kind": "compare" if len(chosen) > 1 else "run",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_s": round(time.perf_counter() - began, 3),
        "command": command or _call(scenario, chosen, worlds, task.seed),
        "versions": _versions(),
    }
    stored = write_results(
        folder,
        manifest=manifest,
        indicators=frames.indicators,
        ledger=frames.ledger,
        daily=frames.daily,
        worlds=frames.worlds,
        access=frames.access,
        observed=frames.observed,
    )
    return Comparison(stored)


def _call(scenario: Scenario, policies: Sequence[str], replicates: int, seed: int) -> str:
    """The command line that does the same as a call from Python."""
    return (
        f"rajasim compare {scenario.path.name} --policies {','.join(policies)} "
        f"--replicates {replicates} --seed {seed}"
    )


def _versions() -> dict[str, str]:
    return {
        "rajasim": __version__,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        **{name: version(name) for name in PARTS},
    }
