"""The command line: arguments in, words and tables out, and the exit status.

0 done; 1 failed, with nothing half-written; 2 bad input; 3 interrupted. What is done stands in
:mod:`sim.api.functions`; a command loads what it needs when it runs, so that help comes at once.
"""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim._version import __version__
from sim.cli.console import ProgressNote, ReaderLeftError, Terminal
from sim.cli.listings import LISTS, Subject
from sim.errors import (
    InputError,
    Problem,
    RajasimError,
    ScenarioError,
    StorageError,
    VerificationError,
    WorkInterrupted,
    printable,
)
from sim.text.languages import Language

if TYPE_CHECKING:
    from sim.api.objects import Comparison
    from sim.scenario.scenario import Scenario

DONE, FAILED, BAD_INPUT, INTERRUPTED = range(4)
TYPER_INTERRUPTED = 130
ANYWHERE = ("--quiet", "--debug")
SMALL_STUDY = 200  # runs of a policy that one process does before others would have started

# The parent of every complaint of typer's about a command line; of its line only this class is
# public.
USAGE_ERROR: type[Any] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Simulate what closure policies of a land border do to people, order and cost.",
    epilog="Start with: rajasim init my-border",
)


class StoppedError(RajasimError):
    """An interrupt that has something to tell; typer would tell nothing but that there was one."""

    exit_status = INTERRUPTED


# ---- what a command line may hold

File = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)]
Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A results folder.", show_default=False)
]
Replicates = Annotated[
    int | None,
    typer.Option(min=1, help="Number of states of the world; the scenario's if left out."),
]
Seed = Annotated[
    int | None, typer.Option(min=0, help="Seed of all luck; the scenario's if left out.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Put another value in the file's place; repeat at will."
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Processes; one for small work if left out, else all.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Results folder; results/<scenario>/<run id> if left out."),
]
Central = Annotated[
    bool, typer.Option("--central", help="Hold every parameter at its central value.")
]
Held = Annotated[
    str | None, typer.Option(metavar="ID", help="Hold this hypothesis in every state of the world.")
]
Answering = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Hold this response of the transit side where it may go."),
]


Spoken = Annotated[Language, typer.Option(help="Of the table, the charts and the report.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Draw no charts and write no report.")]


class Pace(StrEnum):
    """How much time a frame of a moving picture stands for."""

    DAY = "day"
    HOUR = "hour"


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"rajasim {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error arose.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Options of every command; they may stand anywhere in the line (:func:`_dispatch`)."""


# ---- commands


@app.command(epilog="Example: rajasim check scenarios/finland-2023/base.yaml")
def check(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Scenario files.", show_default=False)
    ],
) -> None:
    """Check scenario files and tell every problem at once, with file, line and column."""
    problems: list[Problem] = []
    for file in files:
        try:
            context.obj.say(_in_a_line(_checked(file)))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(dict.fromkeys(problems))


@app.command(epilog="Example: rajasim describe scenarios/teaching/two-crossings.yaml")
def describe(context: typer.Context, file: File) -> None:
    """Say what a scenario holds: places, policies, hypotheses, every assumption and its source."""
    from sim.scenario.description import describe_scenario

    for section in describe_scenario(_load(file)):
        context.obj.show(section)


@app.command("list", epilog="Example: rajasim list policies")
def list_what(
    context: typer.Context,
    subject: Annotated[Subject, typer.Argument(help="What to list.", show_default=False)],
) -> None:
    """List what there is: scenarios here, types of policies and hypotheses, indicators, charts."""
    for section in LISTS[subject]():
        context.obj.show(section)


@app.command(epilog="Example: rajasim schema > scenario.schema.json")
def schema(context: typer.Context) -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    from sim.api.functions import scenario_schema

    context.obj.out.out(scenario_schema(), end="", highlight=False)


@app.command(epilog="Example: rajasim run scenarios/teaching/two-crossings.yaml --policy open")
def run(
    context: typer.Context,
    file: File,
    policy: Annotated[
        str | None, typer.Option(metavar="ID", help="The policy; the reference if left out.")
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    central: Central = False,
    hypothesis: Held = None,
    response: Answering = None,
    language: Spoken = Language.ENGLISH,
    no_report: NoReport = False,
) -> None:
    """Run one policy in many states of the world: a table, charts and a report."""
    scenario = _load(file, settings)
    _simulate(
        context,
        scenario,
        [policy or scenario.reference],
        replicates=replicates,
        seed=seed,
        workers=workers,
        out=out,
        central=central,
        hypothesis=hypothesis,
        response=response,
        language=language,
        no_report=no_report,
    )


@app.command(epilog="Example: rajasim compare scenarios/finland-2023/base.yaml --replicates 20")
def compare(
    context: typer.Context,
    file: File,
    policies: Annotated[
        str, typer.Option(metavar="all|A,B", help="Policies to compare, with commas between.")
    ] = "all",
    baseline: Annotated[
        str | None, typer.Option(metavar="ID", help="What to compare with; else the reference.")
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    central: Central = False,
    hypothesis: Held = None,
    response: Answering = None,
    language: Spoken = Language.ENGLISH,
    no_report: NoReport = False,
) -> None:
    """Compare policies in the same states of the world: a table, charts and a report."""
    scenario = _load(file, settings)
    first = baseline or scenario.reference
    chosen = list(scenario.policies) if policies == "all" else policies.split(",")
    _simulate(
        context,
        scenario,
        list(dict.fromkeys((first, *(name.strip() for name in chosen)))),
        reference=first,
        replicates=replicates,
        seed=seed,
        workers=workers,
        out=out,
        central=central,
        hypothesis=hypothesis,
        response=response,
        language=language,
        no_report=no_report,
    )


@app.command(epilog="Example: rajasim patterns scenarios/finland-2023/base.yaml --states 100")
def patterns(
    context: typer.Context,
    file: File,
    states: Annotated[int, typer.Option(min=2, help="States of the world for the patterns.")] = 200,
    reach_states: Annotated[
        int, typer.Option(min=2, help="States of the world with each explanation switched off.")
    ] = 200,
    seed: Seed = None,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Write the tables as a page, in Markdown.")
    ] = None,
) -> None:
    """Look for the patterns that a model of closures must show, and what they do not prove."""
    from sim.api.functions import study_patterns
    from sim.storage.atomic import write_atomically
    from sim.storage.locks import exclusive_lock
    from sim.study.pattern_page import as_page, as_sections

    scenario = _load(file, settings)
    with nullcontext() if out is None else exclusive_lock(out):
        with ProgressNote(context.obj) as progress:
            study = study_patterns(
                scenario,
                states,
                reach_states,
                seed=seed,
                progress=progress,
                notice=context.obj.note,
            )
        if out is not None:
            write_atomically(out, as_page(study).encode())
    for section in as_sections(study):
        context.obj.show(section)


@app.command(epilog="Example: rajasim verify V3 V16")
def verify(
    context: typer.Context,
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="CASE…", help="Cases as V3; all if left out.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all luck.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Cases at a time; as many as cores if left out.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Save the chart and the table of findings there."),
    ] = None,
) -> None:
    """Run the engine on cases with exact answers from theory, and tell where it agrees."""
    from sim.api.functions import verify_model
    from sim.verification.reporting import as_sections, summary

    with ProgressNote(context.obj, "cases") as progress:
        done = verify_model(
            cases or (),
            seed=seed,
            workers=workers or os.cpu_count() or 1,
            progress=progress,
            notice=context.obj.note,
        )
    for section in as_sections(done.verified):
        context.obj.show(section)
    for path in done.save(out) if out is not None else ():
        context.obj.say(str(path))
    if not done.agrees:
        raise VerificationError(summary(done.verified))
    context.obj.say(summary(done.verified))


@app.command(epilog="Example: rajasim plot results/two-crossings/0123456789ab --chart fan")
def plot(
    context: typer.Context,
    folder: Folder,
    chart: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A chart; all if left out.")
    ] = None,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Draw charts again, from stored results, into their figures folder."""
    from sim.api.functions import open_results, speaking

    results = open_results(folder)
    with speaking(language):
        saved = results.save_charts(chart)
    for path in saved:
        context.obj.say(str(path))


@app.command(epilog="Example: rajasim animate results/demo --policy open --out open.gif")
def animate(
    context: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|FILE", help="A results folder, or a scenario file.", show_default=False
        ),
    ],
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write: .gif or .mp4.", show_default=False)
    ],
    policy: Annotated[
        str | None, typer.Option(metavar="ID", help="The policy; the reference if left out.")
    ] = None,
    state: Annotated[
        int | None,
        typer.Option(
            min=0, help="One state of the world; of a folder the mean of runs if left out, else 0."
        ),
    ] = None,
    step: Annotated[
        Pace, typer.Option(help="A frame for each day, or of a scenario file for each hour.")
    ] = Pace.DAY,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day; the first busy one if left out."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day; the last busy one if left out."),
    ] = None,
    seed: Seed = None,
    settings: Settings = None,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Write a moving picture of stored results by day, or of one new run by day or hour."""
    from sim.api.functions import animate_run, open_results, speaking

    first, last = (each.date() if each else None for each in (since, until))
    with speaking(language), ProgressNote(context.obj, "frames") as progress:
        if source.is_dir():
            if step is Pace.HOUR or seed is not None or settings:
                raise InputError(
                    f"{source} holds days that were simulated before: give the scenario file for "
                    "--step hour, --seed or --set"
                )
            path = open_results(source).animate(
                out, policy=policy, state=state, since=first, until=last, progress=progress
            )
        else:
            path = animate_run(
                _load(source, settings),
                out,
                policy=policy,
                state=state or 0,
                seed=seed,
                step=step.value,
                since=first,
                until=last,
                progress=progress,
                notice=context.obj.note,
            )
    context.obj.say(str(path))


@app.command(epilog="Example: rajasim report results/two-crossings/0123456789ab")
def report(context: typer.Context, folder: Folder, language: Spoken = Language.ENGLISH) -> None:
    """Write the report again, from stored results."""
    from sim.api.functions import open_results, speaking

    with speaking(language):
        written = open_results(folder).write_report()
    context.obj.say(f"report: {written}")


@app.command(epilog="Example: rajasim init my-border")
def init(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)
    ],
) -> None:
    """Make a folder with a small scenario to start from."""
    from sim.api.functions import start_scenario

    for path in start_scenario(folder):
        context.obj.say(str(path))
    scenario = shlex.quote(str(folder / "scenario.yaml"))
    context.obj.say(f"next: rajasim compare {scenario}")


@app.command(epilog="Example: rajasim warm")
def warm(context: typer.Context) -> None:
    """Compile the engine now, which else happens at the first run."""
    from sim.study.warm_up import compile_engine

    compile_engine(notice=context.obj.note)
    context.obj.say("the engine is compiled")


# ---- what several commands do


def _load(file: Path, settings: Sequence[str] | None = None) -> Scenario:
    from sim.api.functions import load_scenario

    return load_scenario(file, assignments=settings or ())


def _checked(file: Path) -> Scenario:
    """The scenario of a file whose catalogues translate nothing that it does not say."""
    from sim.scenario.translations import stale_texts

    scenario = _load(file)
    if stale := stale_texts(scenario):
        raise ScenarioError(stale)
    return scenario


def _in_a_line(scenario: Scenario) -> str:
    clock, network = scenario.world.clock, scenario.world.network
    return (
        f"{scenario.path}: ok; {scenario.name}, days: {len(clock.days)}, crossings: "
        f"{len(network.crossings)}, policies: {len(scenario.policies)}, hypotheses: "
        f"{len(scenario.hypotheses)}, uncertainties: {len(scenario.uncertainties)}"
    )


def _simulate(
    context: typer.Context,
    scenario: Scenario,
    policies: Sequence[str],
    *,
    workers: int | None,
    language: Language,
    no_report: bool,
    **options: Any,
) -> None:
    from sim.api.functions import compare as compare_policies
    from sim.api.functions import speaking

    terminal: Terminal = context.obj
    runs = len(policies) * (options["replicates"] or scenario.replicates)
    try:
        with ProgressNote(terminal) as progress:
            result = compare_policies(
                scenario,
                policies,
                **options,
                workers=workers or (1 if runs < SMALL_STUDY else os.cpu_count() or 1),
                progress=progress,
                notice=terminal.note,
                command=terminal.command,
            )
    except WorkInterrupted as stop:
        raise StoppedError(str(stop)) from stop
    with speaking(language):
        _tell(terminal, result, no_report=no_report)


def _tell(terminal: Terminal, result: Comparison, *, no_report: bool) -> None:
    """Draw and write first: who reads the table may go before its end."""
    written = None if no_report else _draw(terminal, result)
    terminal.out.print(result)
    terminal.say(f"results: {result.folder}")
    if written is not None:
        terminal.say(f"report: {written}")


def _draw(terminal: Terminal, result: Comparison) -> Path:
    """Write the report; where that is cut short, say that the results need not be made again."""
    if terminal.notices.is_terminal:
        terminal.note("drawing charts…")
    whole = f"the results in {result.folder} are whole: rajasim report {result.folder} draws it"
    try:
        return result.write_report()
    except StorageError as error:
        raise StorageError(f"{error}, or only for the report: {whole}") from error
    except KeyboardInterrupt as stop:
        raise StoppedError(f"interrupted while drawing the report; {whole}") from stop


# ---- from a command line to an exit status


def run_command(arguments: Sequence[str]) -> int:
    """Do what a command line says.

    Args:
        arguments: the words after ``rajasim``.

    Returns:
        The exit status.
    """
    try:
        return _dispatch(arguments)
    except (ReaderLeftError, BrokenPipeError):
        _forget_output()
        return DONE
    except (KeyboardInterrupt, typer.Abort):
        return _stop(
            "interrupted: nothing is half-written; run the same command again", INTERRUPTED
        )
    except Exception as fault:
        if "--debug" in arguments:
            traceback.print_exc()
        return _stop(*_explained(fault))


def _dispatch(arguments: Sequence[str]) -> int:
    """Let typer call the command; ``--quiet`` and ``--debug`` may stand anywhere."""
    common = [word for word in arguments if word in ANYWHERE]
    rest = [word for word in arguments if word not in ANYWHERE]
    status = app(
        args=[*common, *(rest or ["--help"])],
        prog_name="rajasim",
        standalone_mode=False,
        obj=Terminal.open(arguments),
    )
    sys.stdout.flush()
    if status == TYPER_INTERRUPTED:
        raise KeyboardInterrupt
    return status if isinstance(status, int) else DONE


def _explained(fault: Exception) -> tuple[str, int]:
    """An error in words, with what to do next, and its exit status."""
    if isinstance(fault, RajasimError):
        return str(fault), fault.exit_status
    if isinstance(fault, USAGE_ERROR):
        command = getattr(fault.ctx, "command_path", None) or "rajasim"
        complaint = " ".join(fault.format_message().split()).rstrip(".")
        return f"{command}: {complaint}; see {command} --help", BAD_INPUT
    if isinstance(fault, OSError):
        where = f"{fault.filename}: " if fault.filename else ""
        return f"{where}{fault.strerror or fault}; make room or choose another place", FAILED
    if isinstance(fault, MemoryError):
        return (
            "out of memory; ask for fewer states of the world with --replicates, or fewer "
            "--workers",
            FAILED,
        )
    kind = type(fault).__name__
    return f"a fault of the program ({kind}: {fault}); run again with --debug and report it", FAILED


def _stop(message: str, status: int) -> int:
    """Tell an error on stderr; its lines are printable, each but for its own end."""
    with suppress(OSError):
        for line in message.split("\n"):
            sys.stderr.write(f"{printable(line)}\n")
        sys.stderr.flush()
    return status


def _forget_output() -> None:
    """Send what is still to be flushed nowhere, so that no word about the closed pipe appears."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
