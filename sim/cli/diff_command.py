"""``rajasim diff``: what changed between two results folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.errors import RajasimError

if TYPE_CHECKING:
    from sim.cli.console import Terminal

One = Annotated[Path, typer.Argument(metavar="A", help="A results folder.")]
Other = Annotated[
    Path, typer.Argument(metavar="B", help="A second results folder; differences are B minus A.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Table = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write every comparison to this CSV file too."),
]
Same = Annotated[
    bool, typer.Option("--expect-same", help="End with status 1 where anything differs.")
]
EXAMPLE = "Example: rajasim diff results/before results/after"


class DifferenceError(RajasimError):
    """Results differ that were expected to be the same."""


def diff_command(
    context: typer.Context,
    one: One,
    other: Other,
    as_json: AsJson = False,
    out: Table = None,
    expect_same: Same = False,
) -> None:
    """Say what changed between two results folders: in inputs, in results, beyond chance.

    Runs are compared one by one where both have the same states of the world.
    """
    from sim.api.differencing import diff  # deferred: help comes at once
    from sim.storage.atomic import write_atomically

    terminal: Terminal = context.obj
    found = diff(one, other)
    if out is not None:
        write_atomically(out, found.frame.write_csv(line_terminator="\n").encode())
    if as_json:
        terminal.out.out(found.to_json(), end="", highlight=False)
    else:
        for section in found.sections:
            terminal.show(section)
        if out is not None:
            terminal.say(str(out))
    if expect_same and not found.same:
        raise DifferenceError(f"{one} and {other} differ; without --expect-same that is no error")
