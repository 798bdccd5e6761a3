"""From a command line to an exit status.

0 done; 1 failed, with nothing half-written; 2 bad input; 3 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import typer

from sim.cli import (
    diff_command,
    hindcast_command,
    hypotheses_command,
    import_command,
    validate_command,
    weightings_command,
)
from sim.cli.commands import app
from sim.cli.console import ReaderLeftError, Terminal
from sim.cli.studies import INTERRUPTED
from sim.errors import RajasimError, is_interrupt, printable
from sim.text.docstrings import paragraphs

DONE, FAILED, BAD_INPUT = range(3)
TYPER_INTERRUPTED = 130
ANYWHERE = ("--quiet", "--debug")
PLUGIN = "--plugin"  # its file follows
NO_TRACE = "interrupted: nothing is half-written; run the same command again"


# The parent of every complaint of typer's about a command line; of its line only this class is
# public.
USAGE_ERROR: type[Any] = typer.BadParameter.__mro__[1]

# In the order of the help, which is there under ``python -OO`` too.
for name, command, example in (
    ("import-counts", import_command.import_counts, import_command.EXAMPLE),
    ("diff", diff_command.diff_command, diff_command.EXAMPLE),
    ("hindcast", hindcast_command.hindcast_command, hindcast_command.EXAMPLE),
    ("hypotheses", hypotheses_command.hypotheses_command, hypotheses_command.EXAMPLE),
    ("validate", validate_command.validate_command, validate_command.EXAMPLE),
    ("weightings", weightings_command.weightings_command, weightings_command.EXAMPLE),
):
    app.command(name, epilog=example, help=paragraphs(command))(command)


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
        return _stop(NO_TRACE, INTERRUPTED)
    except Exception as fault:
        if is_interrupt(fault):
            return _stop(NO_TRACE, INTERRUPTED)
        if "--debug" in arguments:
            traceback.print_exc()
        return _stop(*_explained(fault))


def _dispatch(arguments: Sequence[str]) -> int:
    """Let typer call the command; options of every command may be anywhere."""
    common, rest = _common_first(arguments)
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


def _common_first(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Options of every command, and the other words."""
    common: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word in ANYWHERE or word.startswith(f"{PLUGIN}="):
            common.append(word)
        elif word == PLUGIN:
            common += [word, *islice(words, 1)]
        else:
            rest.append(word)
    return common, rest


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
    if isinstance(fault, RuntimeError) and "no locator available" in str(fault):
        return (
            "the compiled engine can be kept nowhere; set NUMBA_CACHE_DIR to a folder that can be "
            "written to",
            FAILED,
        )
    kind = type(fault).__name__
    return f"a fault of the program ({kind}: {fault}); run again with --debug and report it", FAILED


def _stop(message: str, status: int) -> int:
    """Write an error to stderr; its lines are printable, each but for its own end."""
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
