"""``rajasim hypotheses``: what counts say of rival explanations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.cli.console import Terminal

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A posterior that 'rajasim calibrate' wrote.")
]
Table = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write every variant to this CSV file, and a picture of responses beside it.",
    ),
]
EXAMPLE = "Example: rajasim hypotheses results/finland-2023/posterior-1a2b3c --out rivals.csv"


def hypotheses_command(context: typer.Context, posterior: Folder, out: Table = None) -> None:
    """Say what the counts tell of rival explanations, and whether they tell anything.

    Makes no runs: it looks again at those of the prior that a calibration kept.
    """
    from sim.api.calibration import weigh_hypotheses  # deferred: help comes at once
    from sim.report.drawing.chart import save_charts
    from sim.storage.atomic import write_atomically

    terminal: Terminal = context.obj
    found = weigh_hypotheses(posterior)
    chart = found.chart() if out is not None else None
    if out is not None:
        write_atomically(out, found.frame.write_csv().encode())
    saved = save_charts([chart], out.parent) if out is not None and chart is not None else []
    for section in found.sections:
        terminal.show(section)
    for path in [out, *saved] if out is not None else ():
        terminal.say(str(path))
