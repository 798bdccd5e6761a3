"""``rajasim weightings``: policies under the prior and under the posterior, side by side."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.arguments import (
    File,
    Policies,
    PosteriorFolder,
    Replicates,
    RunsPerState,
    Seed,
    Settings,
    Workers,
)
from sim.cli.console import ProgressNote

if TYPE_CHECKING:
    from sim.cli.console import Terminal

OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Folder of both; results/<scenario>/weightings if left out."
    ),
]
WIDE = 5  # columns that a terminal has room for
EXAMPLE = "Example: rajasim weightings finland-2023 --policies historical,open --replicates 20"


def weightings_command(
    context: typer.Context,
    file: File,
    policies: Policies = "all",
    replicates: Replicates = None,
    runs_per_state: RunsPerState = None,
    seed: Seed = None,
    settings: Settings = None,
    posterior: PosteriorFolder = None,
    workers: Workers = None,
    out: OutFolder = None,
) -> None:
    """Compare policies under the prior and under the posterior, and say where their order differs.

    Two comparisons, in folders of their own, and a page with both policy tables in one. What was
    finished before is not run again.
    """
    from sim.api.functions import load_scenario  # deferred: help comes at once
    from sim.api.weightings import PAGE, compare_weightings
    from sim.cli.studies import StoppedError
    from sim.errors import WorkInterrupted

    terminal: Terminal = context.obj
    scenario = load_scenario(file, assignments=settings or ())
    folder = out or Path("results") / scenario.name / "weightings"
    chosen = None if policies == "all" else [name.strip() for name in policies.split(",")]
    try:
        with ProgressNote(terminal) as progress:
            found = compare_weightings(
                scenario,
                chosen,
                posterior=posterior,
                replicates=replicates,
                runs_per_state=runs_per_state,
                seed=seed,
                workers=workers or os.cpu_count() or 1,
                out=folder,
                progress=progress,
                notice=terminal.note,
            )
    except WorkInterrupted as stop:
        raise StoppedError(str(stop)) from stop
    for section in found.sections:
        if len(section.columns) <= WIDE:
            terminal.show(section)
    for path in (found.prior.folder, found.posterior.folder, found.save(folder / PAGE)):
        terminal.say(str(path))
