"""What ``run`` and ``compare`` do: a study, its table, its report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.arguments import StudyArguments
from sim.cli.console import ProgressNote, Terminal
from sim.errors import RajasimError, StorageError, WorkInterrupted, is_interrupt

if TYPE_CHECKING:
    from sim.api.objects import Comparison
    from sim.scenario.scenario import Scenario

INTERRUPTED = 3  # an exit status
SMALL_STUDY = 200  # runs of a policy that one process does before others would have started


class StoppedError(RajasimError):
    """An interrupt that has something to say; typer would say nothing but that there was one."""

    exit_status = INTERRUPTED


def simulate(
    terminal: Terminal,
    scenario: Scenario,
    policies: Sequence[str],
    arguments: StudyArguments,
    *,
    reference: str | None = None,
) -> None:
    """Run a study, show its table and write its report."""
    from sim.api.functions import speaking  # deferred: see above
    from sim.api.objects import Comparison
    from sim.study.options import study_options
    from sim.study.run import run_study

    for warning in scenario.warnings:
        terminal.note(f"warning: {warning}")
    options = study_options(
        scenario,
        policies,
        reference=reference,
        replicates=arguments.replicates,
        runs_per_state=arguments.runs_per_state,
        seed=arguments.seed,
        central=arguments.central,
        hypothesis=arguments.hypothesis,
        response=arguments.response,
        out=arguments.out,
        command=terminal.command,
    )
    runs = options.replicates * options.runs_of_a_state
    workers = arguments.workers or (1 if runs < SMALL_STUDY else os.cpu_count() or 1)
    try:
        with ProgressNote(terminal) as progress:
            results = run_study(
                replace(options, workers=workers), progress=progress, notice=terminal.note
            )
    except WorkInterrupted as stop:
        raise StoppedError(str(stop)) from stop
    with speaking(arguments.language):
        _show(terminal, Comparison(results), arguments)


def _show(terminal: Terminal, result: Comparison, arguments: StudyArguments) -> None:
    """Draw and write first: a reader of the table may go before its end."""
    written = None if arguments.no_report else _draw(terminal, result, arguments.title)
    terminal.out.print(result)
    terminal.say(f"results: {result.folder}")
    if written is not None:
        terminal.say(f"report: {written}")


def _draw(terminal: Terminal, result: Comparison, title: str | None) -> Path:
    """Write the report; where that is cut short, say that the results need not be made again."""
    if terminal.notices.is_terminal:
        terminal.note("drawing charts and the report; --no-report leaves them out…")
    whole = f"the results in {result.folder} are whole: rajasim report {result.folder} draws it"
    try:
        return result.write_report(title=title)
    except StorageError as error:
        raise StorageError(f"{error}, or only for the report: {whole}") from error
    except (KeyboardInterrupt, SystemError) as stop:
        if not is_interrupt(stop):
            raise
        raise StoppedError(f"interrupted while drawing the report; {whole}") from stop
