"""``rajasim calibrate``: states of the world that come near to what was counted."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.arguments import (
    File,
    PartFolders,
    PartOf,
    Policy,
    Scheduler,
    Seed,
    Settings,
    Workers,
)
from sim.cli.console import Terminal
from sim.cli.studies import StoppedError, crew_of
from sim.errors import WorkInterrupted

if TYPE_CHECKING:
    from sim.calibration.rounds import PartOfRound
    from sim.calibration.sampler import Sweep
    from sim.calibration.transfer import Transfer
    from sim.results.posterior_folder import Posterior

SECONDS_BETWEEN_LINES = 15.0
LONG_LIST = 6


LastDay = Annotated[
    datetime,
    typer.Option(
        formats=["%Y-%m-%d"], help="Last day whose counts are looked at.", show_default=False
    ),
]
CountsTable = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A table of counts; the scenario's own if left out."),
]
Runs = Annotated[int | None, typer.Option(help="Runs of the model, at most; 100000 if left out.")]
Particles = Annotated[
    int | None, typer.Option(help="Points of the posterior; by the runs if left out.")
]
Free = Annotated[
    str,
    typer.Option(
        metavar="A,B",
        help="Uncertainties that are fitted; those that counts depend on most if left out.",
    ),
]
Adjusted = Annotated[
    bool, typer.Option("--adjust", help="Adjust particles by regression at the end.")
]
Carried = Annotated[
    Path | None,
    typer.Option(
        "--transfer",
        metavar="DIR",
        help="Let half of the prior of shared parameters follow this posterior of another case.",
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder; results/<scenario>/posterior-<id> if left out."),
]

NoCharts = Annotated[bool, typer.Option("--no-charts", help="Draw no charts.")]


class CalibrationNote:
    """Says how far a calibration is: a line after each round, and some while one lasts.

    Lines and no bar: a bar has a thread of its own, beside which no worker can be forked.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.before: int | None = None
        self.began = self.reported = time.monotonic()
        self.left = ""

    def progress(self, done: int, total: int) -> None:
        """So many runs are done of at most so many; of the first call, before."""
        now = time.monotonic()
        if self.before is None:
            self.before, self.began, self.reported = done, now, now
        elif done > self.before and now > self.began:
            rate = (done - self.before) / (now - self.began)
            self.left = f"{rate:.1f} runs/s, at most {(total - done) / rate / 60.0:.0f} min left"
        if self.left and now - self.reported >= SECONDS_BETWEEN_LINES:
            self.reported = now
            self.terminal.note(f"{done} of at most {total} runs, {self.left}")

    def sweep(self, sweep: Sweep) -> None:
        """A round is done."""
        self.reported = time.monotonic()
        what = f"generation {sweep.generation}" if sweep.generation else "prior"
        self.terminal.note(
            f"{what}: distance {sweep.tolerance:.3f}, acceptance {sweep.acceptance:.0%}, "
            f"ESS {sweep.ess:.0f}, {sweep.runs} runs{'; ' if self.left else ''}{self.left}"
        )


def calibrate(
    context: typer.Context,
    file: File,
    until: LastDay,
    observed: CountsTable = None,
    policy: Policy = None,
    runs: Runs = None,
    particles: Particles = None,
    free: Free = "",
    adjust: Adjusted = False,
    transfer: Carried = None,
    seed: Seed = None,
    settings: Settings = None,
    workers: Workers = None,
    out: OutFolder = None,
    part: PartOf = None,
    parts: PartFolders = None,
    scheduler: Scheduler = None,
    no_charts: NoCharts = False,
) -> None:
    """Find states of the world that come near to what was counted: a posterior.

    The model is run up to the last observed day. A command that was stopped goes on where it was.
    'run' and 'compare' take the folder with --posterior.
    """
    from sim.api.calibration import draw_posterior  # deferred: help comes at once
    from sim.api.functions import load_scenario
    from sim.calibration.calibrate import Reports, run_calibration, run_calibration_part
    from sim.calibration.calibration_options import Effort, calibration_options
    from sim.calibration.rounds import Division
    from sim.study.parts import parse_part

    terminal: Terminal = context.obj
    options = calibration_options(
        load_scenario(file, assignments=settings or ()),
        until.date(),
        Effort(runs, particles, seed, workers or os.cpu_count() or 1),
        observed=observed,
        policy=policy,
        free=[name.strip() for name in free.split(",") if name.strip()],
        adjust=adjust,
        transfer=transfer,
        out=out,
        command=terminal.command,
    )
    if options.transfer:
        _report_transfer(terminal, options.transfer)
    note = CalibrationNote(terminal)
    reports = Reports(note.sweep, note.progress, terminal.note)
    division = Division(parse_part(part) if part else None, tuple(parts or ()))
    try:
        with crew_of(scheduler, terminal) as crew:
            if division.part:
                left = run_calibration_part(options, division, reports=reports, crew=crew)
                _show_part(terminal, left)
                return
            posterior = run_calibration(options, reports=reports, crew=crew, division=division)
    except WorkInterrupted as stop:
        raise StoppedError(str(stop)) from stop
    _show(terminal, posterior)
    for path in () if no_charts else draw_posterior(posterior.folder):
        terminal.say(str(path))


def _report_transfer(terminal: Terminal, transfer: Transfer) -> None:
    """What of another case is in the prior, and what not."""
    terminal.note(f"carried over: {_listed([each.name for each in transfer.carried])}")
    if transfer.unknown:
        terminal.note(f"not drawn here, so left out: {_listed(list(transfer.unknown))}")
    if transfer.own:
        terminal.note(f"only drawn here, so as wide as before: {_listed(list(transfer.own))}")
    for name, share in transfer.beyond:
        terminal.note(f"{name}: {share:.0%} of the other case lie beyond the range here, left out")


def _show_part(terminal: Terminal, left: PartOfRound | None) -> None:
    """What a part has made, and what must come next."""
    if left is None:
        terminal.say("all rounds are whole; next: the same command without --part")
        return
    terminal.say(
        f"{left.part}: {left.runs} of {left.of} runs of {left.name} are kept in {left.place}; "
        f"{left.missing} of the other parts are missing"
    )
    terminal.say(
        "next: when these are made, the same command for its share of the next round, or without "
        "--part to make all that is missing and put it together"
    )


def _show(terminal: Terminal, posterior: Posterior) -> None:
    """What was found, failures first."""
    from sim.text.calibration_words import calibration_words  # deferred: loads Babel

    manifest, checks = posterior.manifest, posterior.manifest["checks"]
    misfit, sample = checks["misfit"], checks["in_sample"]
    terminal.say(calibration_words(manifest["verdict"]))
    terminal.say(
        f"misfit: {misfit['observed']:.2f}; of runs taken for the truth {misfit['pseudo_mean']:.2f}"
        f" on average, 95 % below {misfit['pseudo_95']:.2f}"
    )
    if not checks["ess_suffices"]:
        terminal.say(f"too few different particles: ESS {checks['ess']:.0f}, 200 are needed")
    uncovered = [name for name, each in checks["coverage"].items() if not each["passes"]]
    if uncovered:
        terminal.say(f"left-out runs are not covered as they should be: {', '.join(uncovered)}")
    terminal.say(f"not identified: {_listed(checks['unidentified'])}")
    if sample["crossing_days"]:
        what = "crossing-days" if sample["is_by_day"] else "counts"
        terminal.say(
            f"CRPS over {sample['crossing_days']} {what}, in sample: "
            f"{sample['crps_posterior']:.2f}, under the prior {sample['crps_prior']:.2f}"
        )
    terminal.say(f"posterior: {posterior.folder}")


def _listed(names: list[str]) -> str:
    if not names:
        return "nothing"
    more = f" and {len(names) - LONG_LIST} more" if len(names) > LONG_LIST else ""
    return ", ".join(names[:LONG_LIST]) + more
