"""What a command line may hold: each argument and option once, for every command that takes it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Concatenate, ParamSpec, get_type_hints

import typer

from sim.scenario.bounds import MOST_RUNS_PER_STATE, MOST_SEED, MOST_STATES, MOST_WORKERS
from sim.scenario.shipped import shipped_scenarios
from sim.text.languages import Language

if TYPE_CHECKING:
    pass

_A_SCENARIO = "a scenario file, its folder, or the name of a shipped one"
File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help=f"{_A_SCENARIO.capitalize()}, as finland-2023.", show_default=False
    ),
]
Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help=f"Each {_A_SCENARIO}.", show_default=False),
]
Strict = Annotated[bool, typer.Option("--strict", help="Treat warnings as errors.")]
OneName = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="Only this one; all if left out.", show_default=False),
]
Explained = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="A key path of a scenario file, a parameter, a type, an action, an indicator or a "
        "chart.",
        show_default=False,
    ),
]
Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A results folder.", show_default=False)
]
NewFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)
]
Example = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="NAME",
        help=f"A shipped scenario: {', '.join(shipped_scenarios())}. A small one that explains "
        "itself if left out.",
    ),
]
FolderOrFile = Annotated[
    Path,
    typer.Argument(
        metavar="DIR|FILE", help="A results folder, or a scenario file.", show_default=False
    ),
]
Plugins = Annotated[
    list[Path] | None,
    typer.Option(
        "--plugin",
        metavar="FILE.py",
        help="Load policies, indicators and charts of your own; may be repeated.",
    ),
]
Cases = Annotated[
    list[str] | None,
    typer.Argument(metavar="CASE…", help="Cases as V3; all if left out.", show_default=False),
]
Policy = Annotated[
    str | None, typer.Option(metavar="ID", help="The policy; the reference if left out.")
]
Policies = Annotated[
    str, typer.Option(metavar="all|A,B", help="Policies to compare, with commas between.")
]
Baseline = Annotated[
    str | None, typer.Option(metavar="ID", help="What to compare with; else the reference.")
]
Replicates = Annotated[
    int | None,
    typer.Option(
        min=1, max=MOST_STATES, help="Number of states of the world; the scenario's if left out."
    ),
]
RunsPerState = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=MOST_RUNS_PER_STATE,
        help="Runs of each policy in each state of the world; the scenario's if left out, else 2 "
        "where policies are compared and states of the world differ.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        min=0, max=MOST_SEED, help="Seed of all random numbers; the scenario's if left out."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Use another value than the file's, such as runs.seed=7 or parameters.memory_d=7; "
        "may be repeated.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1, max=MOST_WORKERS, help="Processes; one for small work if left out, else all."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Results folder; results/<scenario>/<run id> if left out."),
]
PartOf = Annotated[
    str | None,
    typer.Option(
        "--part",
        metavar="I/N",
        help="Make only this share of the runs, as 2/8; the same command without it puts all "
        "parts together.",
    ),
]
PartFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--parts",
        metavar="DIR",
        help="A folder where a part was made, if not the results folder; may be repeated.",
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS|FILE",
        help="Have the workers of this Dask scheduler make the runs; needs rajasim\\[cluster].",
    ),
]
Central = Annotated[
    bool, typer.Option("--central", help="Hold every parameter at its central value.")
]
Hypothesis = Annotated[
    str | None, typer.Option(metavar="ID", help="Hold this hypothesis in every state of the world.")
]
Response = Annotated[
    str | None,
    typer.Option(
        metavar="ID", help="Hold this response of the transit side wherever a hypothesis allows it."
    ),
]
Spoken = Annotated[Language, typer.Option(help="Language of the table, the charts and the report.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Draw no charts and write no report.")]
Title = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Title of the report; the scenario's if left out."),
]
Charts = Annotated[list[str] | None, typer.Option(metavar="NAME", help="A chart; all if left out.")]
ReportCharts = Annotated[
    str | None,
    typer.Option(
        "--charts",
        metavar="all|A,B",
        help="Charts of the report, with commas between; the two or three that lead if left out.",
    ),
]
DrawnPolicies = Annotated[
    str | None,
    typer.Option(
        "--policies",
        metavar="A,B",
        help="Policies that the report draws; at most six if left out, and the others in a table.",
    ),
]
Full = Annotated[
    bool,
    typer.Option("--full", help="Write the full report too: every chart, policy and assumption."),
]
States = Annotated[
    int, typer.Option(min=2, max=MOST_STATES, help="States of the world for the patterns.")
]
ReachStates = Annotated[
    int,
    typer.Option(
        min=2, max=MOST_STATES, help="States of the world with each explanation switched off."
    ),
]
Page = Annotated[
    Path | None, typer.Option(metavar="PAGE", help="Write the tables as a page, in Markdown.")
]
CaseSeed = Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of all random numbers.")]
CaseWorkers = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_WORKERS, help="Cases at a time; as many as cores if left out."),
]
Findings = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Save the chart and the table of findings there."),
]
Picture = Annotated[
    Path, typer.Option(metavar="FILE", help="Where to write: .gif or .mp4.", show_default=False)
]
State = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=MOST_STATES - 1,
        help="One state of the world; of a folder the mean of runs if left out, else 0.",
    ),
]


PosteriorFolder = Annotated[
    Path | None,
    typer.Option(
        "--posterior",
        metavar="DIR",
        help="Draw states of the world from this posterior, which 'rajasim calibrate' wrote; the "
        "scenario's own if left out.",
    ),
]
FromPrior = Annotated[
    bool,
    typer.Option(
        "--prior", help="Draw states of the world from the prior, even where there is a posterior."
    ),
]


class Pace(StrEnum):
    """How much time a frame of a moving picture covers."""

    DAY = "day"
    HOUR = "hour"


Frames = Annotated[
    Pace, typer.Option(help="A frame for each day, or of a scenario file for each hour.")
]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="First day; the first busy one if left out."),
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Last day; the last busy one if left out."),
]


@dataclass(frozen=True)
class StudyArguments:
    """What every command that runs a study takes, besides a file and policies."""

    replicates: Replicates = None
    runs_per_state: RunsPerState = None
    seed: Seed = None
    settings: Settings = None
    workers: Workers = None
    out: Out = None
    central: Central = False
    hypothesis: Hypothesis = None
    response: Response = None
    language: Spoken = Language.ENGLISH
    no_report: NoReport = False
    charts: ReportCharts = None
    full: Full = False
    title: Title = None
    part: PartOf = None
    parts: PartFolders = None
    scheduler: Scheduler = None
    posterior: PosteriorFolder = None
    prior: FromPrior = False


Own = ParamSpec("Own")


def takes_study_arguments(
    command: Callable[Concatenate[StudyArguments, Own], None],
) -> Callable[..., None]:
    """A command as typer sees it: with an option for each of :class:`StudyArguments`.

    Args:
        command: takes the record first, then its own arguments.
    """
    hints = get_type_hints(StudyArguments, include_extras=True)
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    shared = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if each.default is MISSING else each.default,
            annotation=hints[each.name],
        )
        for each in fields(StudyArguments)
    ]

    @wraps(command)
    def with_options(**given: object) -> None:
        options = {each.name: given.pop(each.name) for each in shared}
        command(StudyArguments(**options), **given)  # type: ignore[arg-type, call-arg]

    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    parameters = [*keywords, *shared]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {each.name: each.annotation for each in parameters}
    return with_options
