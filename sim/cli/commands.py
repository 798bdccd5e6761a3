"""The commands: arguments in, words and tables out.

What is done is in :mod:`sim.api.functions`. Commands import within functions what they need when
they run, so that help comes at once.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim._version import __version__
from sim.cli.arguments import (
    Baseline,
    Cases,
    CaseSeed,
    CaseWorkers,
    Charts,
    DrawnPolicies,
    Example,
    Explained,
    File,
    Files,
    Findings,
    Folder,
    FolderOrFile,
    Frames,
    Full,
    NewFolder,
    OneName,
    Pace,
    Page,
    Picture,
    Plugins,
    Policies,
    Policy,
    ReachStates,
    ReportCharts,
    Seed,
    Settings,
    Since,
    Spoken,
    State,
    States,
    Strict,
    StudyArguments,
    Title,
    Until,
    takes_study_arguments,
)
from sim.cli.calibrate_command import calibrate
from sim.cli.console import COMPILED, ProgressNote
from sim.cli.export_command import export
from sim.cli.listings import LISTS, Subject, only
from sim.cli.studies import ReportOptions, simulate, write_report
from sim.errors import (
    InputError,
    Problem,
    ScenarioError,
    VerificationError,
)
from sim.text.docstrings import paragraphs
from sim.text.languages import Language

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Simulate what closure policies of a land border do to people, order and cost.",
    epilog="Start with: rajasim init my-border",
)


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
    plugin: Plugins = None,
) -> None:
    """Options of every command; they may be anywhere in the line (:mod:`sim.cli.exit_status`)."""
    for file in plugin or ():
        from sim.plugins.plugin_files import load_plugin  # deferred: help comes at once

        load_plugin(file)


# ---- commands


@app.command(epilog="Example: rajasim check scenarios/finland-2023/base.yaml")
def check(
    context: typer.Context, files: Files, strict: Strict = False, settings: Settings = None
) -> None:
    """Check scenario files and report every problem at once, with file, line and column.

    Warnings are about what is allowed and probably not meant: what lies outside the period, is
    never open, cannot be reached, has no effect, is said twice, or is translated and no longer
    there. A note says which parameters have their value from another case, since the file gives
    none; --strict lets it pass.
    """
    from sim.scenario.description import borrowed_lines  # deferred: help comes at once
    from sim.scenario.translations import stale_texts  # deferred: as above

    problems: list[Problem] = []
    for file in files:
        try:
            scenario = _load(file, settings)
        except ScenarioError as error:
            problems += error.problems
            continue
        warnings = [*scenario.warnings, *stale_texts(scenario)]
        if strict and warnings:
            problems += warnings
            continue
        context.obj.say(_in_a_line(scenario))
        for warning in warnings:
            context.obj.say(f"warning: {warning}")
        for line in borrowed_lines(scenario):
            context.obj.say(f"note: {scenario.path}: {line}")
    if problems:
        raise ScenarioError(dict.fromkeys(problems))


@app.command(epilog="Example: rajasim describe scenarios/teaching/two-crossings.yaml")
def describe(context: typer.Context, file: File, settings: Settings = None) -> None:
    """Say what a scenario holds: places, policies, hypotheses, every assumption and its source."""
    from sim.scenario.description import describe_scenario  # deferred: help comes at once

    for section in describe_scenario(_load(file, settings)):
        context.obj.show(section)


@app.command("list", epilog="Example: rajasim list policies")
def list_what(
    context: typer.Context,
    subject: Annotated[Subject, typer.Argument(help="What to list.", show_default=False)],
    name: OneName = None,
) -> None:
    """List what there is: scenarios, types of rules, parameters, indicators, charts."""
    from sim.plugins.plugin_files import load_installed_plugins  # deferred: help comes at once

    load_installed_plugins()
    sections = LISTS[subject]()
    for section in sections if name is None else only(sections, name):
        context.obj.show(section)


@app.command(epilog="Example: rajasim explain crossings.registration.servers")
def explain(context: typer.Context, word: Explained) -> None:
    """Say what a key, parameter, type, action, indicator or chart is, with unit, range, example."""
    from sim.cli.key_explanations import explain as explained  # deferred: help comes at once

    for section in explained(word):
        context.obj.show(section)


@app.command(epilog="Example: rajasim schema > scenario.schema.json")
def schema(context: typer.Context) -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    from sim.api.functions import scenario_schema  # deferred: help comes at once

    context.obj.out.out(scenario_schema(), end="", highlight=False)


@app.command(epilog="Example: rajasim run scenarios/teaching/two-crossings.yaml --policy open")
@takes_study_arguments
def run(
    arguments: StudyArguments, context: typer.Context, file: File, policy: Policy = None
) -> None:
    """Run one policy in many states of the world: a table, charts and a report."""
    scenario = _load(file, arguments.settings)
    simulate(context.obj, scenario, [policy or scenario.reference], arguments)


@app.command(epilog="Example: rajasim compare scenarios/finland-2023/base.yaml --replicates 20")
@takes_study_arguments
def compare(
    arguments: StudyArguments,
    context: typer.Context,
    file: File,
    policies: Policies = "all",
    baseline: Baseline = None,
) -> None:
    """Compare policies in the same states of the world: a table, charts and a report."""
    scenario = _load(file, arguments.settings)
    first = baseline or scenario.reference
    chosen = list(scenario.policies) if policies == "all" else policies.split(",")
    names = list(dict.fromkeys((first, *(name.strip() for name in chosen))))
    drawn = None if policies == "all" else names
    simulate(context.obj, scenario, names, arguments, reference=first, drawn=drawn)


app.command(
    epilog="Example: rajasim calibrate scenarios/finland-2023/base.yaml --until 2023-11-23"
)(calibrate)


@app.command(epilog="Example: rajasim patterns scenarios/finland-2023/base.yaml --states 100")
def patterns(
    context: typer.Context,
    file: File,
    states: States = 200,
    reach_states: ReachStates = 200,
    seed: Seed = None,
    settings: Settings = None,
    out: Page = None,
) -> None:
    """Look for the patterns that a model of closures must show, and what they do not prove."""
    from sim.api.functions import study_patterns  # deferred: help comes at once
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
    cases: Cases = None,
    seed: CaseSeed = 1,
    workers: CaseWorkers = None,
    out: Findings = None,
) -> None:
    """Run the engine on cases with exact answers from theory, and report where it agrees."""
    from sim.api.functions import verify_model  # deferred: help comes at once
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
    chart: Charts = None,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Draw charts from stored results into their figures folder, as PNG, SVG and CSV."""
    from sim.api.functions import open_results, speaking  # deferred: help comes at once

    results = open_results(folder)
    with speaking(language), ProgressNote(context.obj, "charts") as progress:
        saved = results.save_charts(chart, workers=os.cpu_count() or 1, progress=progress)
    for path in saved:
        context.obj.say(str(path))


@app.command(epilog="Example: rajasim animate results/demo --policy open --out open.gif")
def animate(
    context: typer.Context,
    source: FolderOrFile,
    out: Picture,
    policy: Policy = None,
    state: State = None,
    step: Frames = Pace.DAY,
    since: Since = None,
    until: Until = None,
    seed: Seed = None,
    settings: Settings = None,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Write a moving picture of stored results by day, or of one new run by day or hour."""
    from sim.api.functions import animate_run, open_results, speaking  # deferred: see above

    first, last = (each.date() if each else None for each in (since, until))
    with speaking(language), ProgressNote(context.obj, "frames") as progress:
        if not source.is_dir():
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
        elif step is Pace.HOUR or seed is not None or settings:
            raise InputError(
                f"{source} holds days that were simulated before: give the scenario file for "
                "--step hour, --seed or --set"
            )
        else:
            path = open_results(source).animate(
                out, policy=policy, state=state, since=first, until=last, progress=progress
            )
    context.obj.say(str(path))


@app.command(epilog="Example: rajasim report results/two-crossings/0123456789ab")
def report(
    context: typer.Context,
    folder: Folder,
    language: Spoken = Language.ENGLISH,
    title: Title = None,
    charts: ReportCharts = None,
    policies: DrawnPolicies = None,
    full: Full = False,
) -> None:
    """Write the report again, from stored results; figures that are there are used again."""
    from sim.api.functions import open_results, speaking  # deferred: help comes at once

    results = open_results(folder)
    shown = [name.strip() for name in policies.split(",")] if policies else None
    with speaking(language):
        write_report(context.obj, results, ReportOptions(charts, title, shown, full=full))


app.command(epilog="Example: rajasim export results/demo --to csv --complete-days")(export)


@app.command(epilog="Example: rajasim init my-border --from finland-2023")
def init(context: typer.Context, folder: NewFolder, example: Example = None) -> None:
    """Make a folder with a scenario to start from: a small one, or one that comes with rajasim."""
    from sim.api.functions import start_scenario  # deferred: help comes at once

    for path in start_scenario(folder, example):
        context.obj.say(str(path))
    scenario = shlex.quote(str(folder / "scenario.yaml"))
    context.obj.say(f"next: rajasim compare {scenario}")


@app.command(epilog="Example: rajasim warm")
def warm(context: typer.Context) -> None:
    """Compile the engine now, which else happens at the first run."""
    from sim.study.warm_up import compile_engine  # deferred: help comes at once

    with ProgressNote(context.obj, COMPILED) as progress:
        compile_engine(notice=context.obj.note, progress=progress)
    context.obj.say("the engine is compiled")


for _each in app.registered_commands:
    if _each.callback is not None:
        _each.help = paragraphs(_each.callback)  # under python -OO too


# ---- what several commands do


def _load(file: Path, settings: Sequence[str] | None = None) -> Scenario:
    from sim.api.functions import load_scenario  # deferred: help comes at once

    return load_scenario(file, assignments=settings or ())


def _in_a_line(scenario: Scenario) -> str:
    clock, network = scenario.world.clock, scenario.world.network
    return (
        f"{scenario.path}: ok; {scenario.name}, days: {len(clock.days)}, crossings: "
        f"{len(network.crossings)}, policies: {len(scenario.policies)}, hypotheses: "
        f"{len(scenario.hypotheses)}, uncertainties: {len(scenario.uncertainties)}"
    )
