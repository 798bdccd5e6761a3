"""What ``run`` and ``compare`` do: a study, its table, its report."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.arguments import StudyArguments
from sim.cli.console import ProgressNote, Terminal
from sim.errors import InputError, RajasimError, StorageError, WorkInterrupted, is_interrupt

if TYPE_CHECKING:
    from sim.api.objects import Comparison
    from sim.scenario.scenario import Scenario
    from sim.study.execution import Crew
    from sim.study.options import StudyOptions
    from sim.study.parts import Part

INTERRUPTED = 3  # an exit status
# Runs that one process has done before others, forked or spawned, would have begun.
SMALL_STUDY = 40 if sys.platform == "linux" else 200


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
    """Run a study, show its table and write its report; or only make a part of its runs."""
    from sim.api.functions import speaking  # deferred: see above
    from sim.api.objects import Comparison
    from sim.study.options import study_options
    from sim.study.parts import parse_part
    from sim.study.run import Gathering, run_study

    part = parse_part(arguments.part) if arguments.part else None
    if part and arguments.parts:
        raise InputError("--part makes runs and --parts gathers them; give one of the two")
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
    few = options.runs // (part.of if part else 1) < SMALL_STUDY
    workers = arguments.workers or (1 if few else os.cpu_count() or 1)
    options = replace(options, workers=workers)
    try:
        with _crew(arguments.scheduler, terminal) as crew:
            if part:
                _make_part(terminal, options, part, crew)
                return
            gathering = Gathering(crew, tuple(arguments.parts or ()))
            with ProgressNote(terminal) as progress:
                results = run_study(
                    options, progress=progress, notice=terminal.note, gathering=gathering
                )
    except WorkInterrupted as stop:
        raise StoppedError(str(stop)) from stop
    with speaking(arguments.language):
        _show(terminal, Comparison(results), arguments)


def _crew(scheduler: str | None, terminal: Terminal) -> AbstractContextManager[Crew | None]:
    """Workers of a scheduler, if there is one."""
    if scheduler is None:
        return nullcontext()
    from sim.study.clusters import cluster_crew  # deferred: it loads the engine

    return cluster_crew(scheduler, terminal.note)


def _make_part(terminal: Terminal, options: StudyOptions, part: Part, crew: Crew | None) -> None:
    from sim.study.run import run_part  # deferred: see above

    with ProgressNote(terminal, "runs") as progress:
        made = run_part(options, part, progress=progress, notice=terminal.note, crew=crew)
    terminal.say(f"{part}: {made.runs} of {options.runs} runs are kept in {made.place}")
    terminal.say("next: the same command without --part, when the other parts are made")


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
