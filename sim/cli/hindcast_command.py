"""``rajasim hindcast``: a forecast from a day on, scored where later counts are known."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim._version import __version__
from sim.cli.arguments import File, FromPrior, Policy, Seed, Settings, Workers
from sim.cli.console import ProgressNote
from sim.errors import InputError
from sim.text.languages import Language

if TYPE_CHECKING:
    from sim.api.hindcasting import HindcastResult
    from sim.scenario.scenario import Scenario

DAY = ["%Y-%m-%d"]
SMALL = 40  # samples that one process has run before others have begun
FitUntil = Annotated[
    datetime | None,
    typer.Option("--fit-until", formats=DAY, help="Last day whose counts may be used."),
]
UntilDay = Annotated[
    datetime | None,
    typer.Option(
        "--until",
        formats=DAY,
        help="Last day to forecast; the last with a count if left out, else the scenario's.",
    ),
]
Samples = Annotated[
    int, typer.Option(min=2, max=100_000, help="States of the world, each run once.")
]
Observed = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A table of counts instead of the scenario's."),
]
Rolling = Annotated[
    str | None,
    typer.Option(
        metavar="DAY..DAY", help="Forecast from each of these days too, and pool the skill."
    ),
]
Horizons = Annotated[
    str, typer.Option(metavar="1,3", help="Days ahead at which --rolling is scored.")
]
Fitted = Annotated[
    Path | None,
    typer.Option(
        "--posterior",
        metavar="DIR",
        help="Draw states of the world from this posterior, which may know no later counts; the "
        "scenario's own if left out, and the priors where that knows too much.",
    ),
]
Refit = Annotated[
    int | None,
    typer.Option(
        metavar="RUNS", min=100, help="Calibrate again for each first day, with this many runs."
    ),
]
Score = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR|FILE",
        help="Score this forecast, which was stored before; nothing is run. Counts of --observed.",
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Folder; results/<scenario>/hindcast-<day> if left out."
    ),
]
NoCharts = Annotated[bool, typer.Option("--no-charts", help="Draw no charts.")]
Spoken = Annotated[Language, typer.Option(help="Language of the charts.")]
EXAMPLE = "Example: rajasim hindcast finland-2023 --fit-until 2023-11-19"


def hindcast_command(
    context: typer.Context,
    file: File,
    fit_until: FitUntil = None,
    until: UntilDay = None,
    policy: Policy = None,
    samples: Samples = 1000,
    observed: Observed = None,
    rolling: Rolling = None,
    horizons: Horizons = "1,3",
    posterior: Fitted = None,
    prior: FromPrior = False,
    refit: Refit = None,
    score: Score = None,
    seed: Seed = None,
    settings: Settings = None,
    workers: Workers = None,
    out: OutFolder = None,
    no_charts: NoCharts = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Forecast arrivals from what was counted up to a day; score them on what came.

    Writes every sample and prints their hash. Without later counts the forecast is blind: keep its
    files, and score them with --score once there are counts.
    """
    from sim.api.functions import load_scenario, speaking  # deferred: help comes at once
    from sim.api.hindcasting import days_between, hindcast, parse_horizons, score_forecast
    from sim.forecasting.hindcast_files import refuse_other

    scenario = load_scenario(file, assignments=settings or ())
    if score is not None:
        _refuse_with_score(fit_until, until, rolling, posterior, prior, refit)
        folder = out or Path("results") / scenario.name / f"scored-{_stem(score)}"
        result = score_forecast(scenario, score, observed=observed, policy=policy, seed=seed)
    else:
        folder = out or _folder(scenario, fit_until or days_between(str(rolling))[-1])
        refuse_other(folder)  # before it takes a while
        with ProgressNote(context.obj) as progress:
            result = hindcast(
                scenario,
                _day(fit_until),
                until=_day(until),
                policy=policy,
                samples=samples,
                observed=observed,
                rolling=days_between(rolling) if rolling else (),
                horizons=parse_horizons(horizons),
                seed=seed,
                workers=workers or (1 if samples < SMALL else os.cpu_count() or 1),
                posterior=posterior,
                prior=prior,
                refit=refit,
                refitted_in=folder.with_name(f"{folder.name}-posteriors"),
                progress=progress,
                notice=context.obj.note,
            )
    with speaking(language):
        saved = result.save(folder, charts=not no_charts)
    _show(context, result, saved)


def _refuse_with_score(*given: object) -> None:
    """Refuse what would make a new forecast.

    Raises:
        InputError: if anything of it is given.
    """
    if any(each not in (None, False) for each in given):
        raise InputError(
            "--score takes a forecast as it was stored: leave out --fit-until, --until, --rolling, "
            "--posterior, --prior and --refit"
        )


def _stem(path: Path) -> str:
    """Name of a stored forecast, or of the folder that it is in."""
    name = path.resolve().name.partition(".")[0]
    return path.resolve().parent.name if name == "forecast" else name


def _show(context: typer.Context, result: HindcastResult, saved: list[Path]) -> None:
    from sim.fingerprint import source_fingerprint  # deferred: loads numpy

    for section in result.sections:
        context.obj.show(section)
    for path in saved:
        context.obj.say(str(path))
    if result.digest:
        scenario = result.forecaster.scenario
        context.obj.say(f"SHA-256 of forecast.csv: {result.digest}")
        context.obj.say(f"scenario: {scenario.name}, {scenario.digest}")
        if result.posterior:
            context.obj.say(f"posterior: {result.posterior}")
        context.obj.say(f"code: rajasim {__version__}, source {source_fingerprint()}")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _folder(scenario: Scenario, day: date) -> Path:
    return Path("results") / scenario.name / f"hindcast-{day:%Y-%m-%d}"
