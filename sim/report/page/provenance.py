"""How a report was made, and how to cite it."""

from __future__ import annotations

import shlex
from datetime import date
from typing import TYPE_CHECKING

from sim.report.analysis import queries
from sim.text.catalogue import translate
from sim.text.wording import day, plural

if TYPE_CHECKING:
    from sim.results.store import StoredResults


def citation(results: StoredResults) -> str:
    """How to cite a report."""
    manifest = results.manifest
    return translate(
        "Cite as: rajasim {version}, {title}, run {run}, {day}. Model result, not a forecast.",
        version=manifest["versions"]["rajasim"],
        title=queries.scenario_text(results, manifest["scenario"]["title"]),
        run=manifest["run_id"],
        day=day(date.fromisoformat(manifest["created"][:10]), year=True),
    )


def made_by(results: StoredResults) -> str:
    """Which program made it, from what, and by which command."""
    manifest = results.manifest
    return translate(
        "Scenario file {file}, digest {digest}; seed {seed}, {states}, {runs}; versions: "
        "{versions}.",
        file=manifest["scenario"]["file"],
        digest=manifest["scenario"]["digest"],
        seed=manifest["seed"],
        states=plural(
            manifest["replicates"], "{count} state of the world", "{count} states of the world"
        ),
        runs=plural(manifest["runs_per_state"], "{count} run in each", "{count} runs in each"),
        versions=", ".join(f"{name} {text}" for name, text in manifest["versions"].items()),
    )


def command_shown(command: object) -> str:
    """The command line as it is shown."""
    """The command line as it would be typed."""
    return command if isinstance(command, str) else shlex.join(str(word) for word in command)  # type: ignore[attr-defined]
