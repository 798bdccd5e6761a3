"""``rajasim validate``: a page on how far a calibration can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.cli.console import Terminal

Posterior = Annotated[
    Path, typer.Argument(metavar="DIR", help="A posterior that 'rajasim calibrate' wrote.")
]
Page = Annotated[
    Path,
    typer.Option("--out", metavar="FILE", help="The page; pictures go into a folder of its name."),
]
Hindcast = Annotated[
    Path | None, typer.Option(metavar="DIR", help="What 'rajasim hindcast' wrote.")
]
PriorStudy = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Results of 'rajasim compare --prior'.")
]
PosteriorStudy = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Results of the same policies with '--posterior'."),
]
Episodes = Annotated[
    list[Path] | None,
    typer.Option("--episode", metavar="DIR", help="A hindcast of another case; may be repeated."),
]
EXAMPLE = (
    "Example: rajasim validate results/finland-2023/posterior-1a2b3c "
    "--hindcast results/finland-2023/hindcast-2023-11-19"
)


def validate_command(
    context: typer.Context,
    posterior: Posterior,
    hindcast: Hindcast = None,
    prior_study: PriorStudy = None,
    posterior_study: PosteriorStudy = None,
    episodes: Episodes = None,
    out: Page = Path("validation.md"),
) -> None:
    """Write a page on how far a calibration can be trusted, failures first.

    Makes no runs: it reads finished folders, and says what it was not given.
    """
    from sim.api.validating import write_validation  # deferred: help comes at once

    terminal: Terminal = context.obj
    written = write_validation(
        out,
        posterior,
        hindcast=hindcast,
        prior_study=prior_study,
        posterior_study=posterior_study,
        episodes=episodes or (),
    )
    for path in written:
        terminal.say(str(path))
