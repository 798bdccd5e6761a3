"""What ``run`` and ``compare`` do: a study, its table, its report."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.cli.arguments import StudyArguments
from sim.cli.console import COMPILED, ProgressNote, ReaderLeftError, Terminal
from sim.errors import InputError, RajasimError, StorageError, WorkInterrupted, is_interrupt
from sim.storage.cycles import collect_seldom

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
    drawn: Sequence[str] | None = None,
) -> None:
    """Run a study, show its table and write its report; or only make a part of its runs.

    Args:
        terminal: where to say what happens.
        scenario: what is simulated.
        policies: ids of policies.
        arguments: of the command line.
        reference: what others are compared with; the scenario's if None.
        drawn: the policies that charts show; at most six if None.
    """
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
        posterior=arguments.posterior,
        prior=arguments.prior,
    )
    few = options.runs // (part.of if part else 1) < SMALL_STUDY
    workers = arguments.workers or (1 if few else os.cpu_count() or 1)
    options = replace(options, workers=workers)
    terminal.announce(
        f"running {options.runs_of_a_state} runs in each of {options.replicates} states of the "
        "world…"
    )
    try:
        with crew_of(arguments.scheduler, terminal) as crew:
            if part:
                _make_part(terminal, options, part, crew)
                return
            gathering = Gathering(crew, tuple(arguments.parts or ()))
            with ProgressNote(terminal) as progress, ProgressNote(terminal, COMPILED) as compiling:
                results = run_study(
                    options,
                    progress=progress,
                    notice=terminal.note,
                    compiling=compiling,
                    gathering=gathering,
                )
    except WorkInterrupted as stop:
        raise StoppedError(str(stop)) from stop
    with speaking(arguments.language):
        drawing = ReportOptions(
            arguments.charts, arguments.title, drawn, full=arguments.full, workers=workers
        )
        _show(terminal, Comparison(results), None if arguments.no_report else drawing)


@dataclass(frozen=True)
class ReportOptions:
    """What of a report is drawn, and how.

    Attributes:
        charts: names with commas between, ``all``, or None for the usual ones.
        title: title of the report; the scenario's if None.
        policies: ids of the policies that charts show; at most six if None.
        full: whether the full report is written too.
        workers: processes that may draw; as many as cores if None.
    """

    charts: str | None = None
    title: str | None = None
    policies: Sequence[str] | None = None
    full: bool = False
    workers: int | None = None


def _show(terminal: Terminal, result: Comparison, drawing: ReportOptions | None) -> None:
    """The table, then the report; that is written even if a reader of the table has gone."""
    gone: ReaderLeftError | None = None
    try:
        terminal.out.print(result)
        terminal.say(f"results: {result.folder}")
    except ReaderLeftError as left:
        gone = left
    if drawing is not None:
        try:
            _draw(terminal, result, drawing)
        except ReaderLeftError as left:
            gone = left
    if gone is not None:
        raise gone


def crew_of(scheduler: str | None, terminal: Terminal) -> AbstractContextManager[Crew | None]:
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


def _draw(terminal: Terminal, result: Comparison, drawing: ReportOptions) -> None:
    """Write the report; where that is cut short, say that the results need not be made again."""
    collect_seldom()
    whole = f"the results in {result.folder} are whole: rajasim report {result.folder} draws it"
    try:
        write_report(terminal, result, drawing)
    except StorageError as error:
        raise StorageError(f"{error}, or only for the report: {whole}") from error
    except (KeyboardInterrupt, SystemError) as stop:
        if not is_interrupt(stop):
            raise
        raise StoppedError(f"interrupted while drawing the report; {whole}") from stop


def write_report(terminal: Terminal, result: Comparison, drawing: ReportOptions) -> None:
    """Draw what is not drawn yet, write the report, and say where it is and what it leaves out."""
    from sim.report.page.html_report import report_name  # deferred: it loads polars

    names = _names_of_charts(result, drawing)
    terminal.announce(f"drawing charts ({', '.join(names)}) and writing the report…")
    with ProgressNote(terminal, "charts") as progress:
        written = result.write_report(
            title=drawing.title,
            charts=names if drawing.charts else None,
            policies=drawing.policies,
            full=drawing.full,
            workers=drawing.workers or os.cpu_count() or 1,
            progress=progress,
        )
    terminal.say(f"report: {written}")
    again = f"rajasim report {shlex.quote(str(result.folder))} --full"
    if drawing.full:
        terminal.say(f"in full: {written.with_name(report_name(full=True))}")
    elif more := [name for name in result.chart_names if name not in names]:
        terminal.announce(f"not drawn: {', '.join(more)}; {again} draws them too")


def _names_of_charts(result: Comparison, drawing: ReportOptions) -> Sequence[str]:
    if drawing.charts is None:
        return result.report_charts(full=drawing.full)
    if drawing.charts == "all":
        return result.chart_names
    return tuple(dict.fromkeys(name.strip() for name in drawing.charts.split(",")))
