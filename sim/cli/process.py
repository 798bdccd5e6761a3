"""What a command's process needs before anything large is loaded: streams, memory, surroundings.

Nothing is imported here but the standard library: memory limits must be known before numpy and
polars start threads, which die in words of their own, or not at all, where memory is short.
"""

from __future__ import annotations

import codecs
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Final, NamedTuple, TextIO

from sim.errors import InputError, RajasimError, quoted
from sim.storage.cycles import collect_seldom

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MIB: Final = 2**20


class Need(NamedTuple):
    """What a process takes of something that can be limited, with one thread, MiB.

    Measured on 64-bit Linux and rounded up: a run with its report takes 1,796 MiB of address space
    and 679 MiB of data; a check, which loads no tables and no charts, 316 and 98 MiB.
    """

    words: str
    option: str
    run_mib: int
    check_mib: int


ADDRESS_SPACE: Final = Need("address space", "ulimit -v", 2048, 512)
DATA: Final = Need("data", "ulimit -d", 1024, 192)
SIMULATING: Final = (
    "run",
    "compare",
    "patterns",
    "verify",
    "plot",
    "animate",
    "report",
    "warm",
    "export",
)
# Each thread of these takes address space, whether it works or not.
THREADS: Final = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
)
# What stands in for signs that an encoding lacks; anything else becomes a question mark.
PLAIN_SIGNS: Final = {
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{ALMOST EQUAL TO}": "~",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{MIDDLE DOT}": ".",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{UPWARDS ARROW}": "+",
    "\N{DOWNWARDS ARROW}": "-",
    "\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{NO-BREAK SPACE}": " ",
}
ERRORS: Final = "rajasim-plain"


def prepare(arguments: Sequence[str]) -> None:
    """Make this process fit for a command.

    Raises:
        RajasimError: there is not enough memory for it.
        InputError: a word of the command line is no text.
    """
    open_streams()
    collect_seldom()
    # A notebook's or a desktop's window cannot show a file's charts, and may not be there.
    os.environ["MPLBACKEND"] = "Agg"
    # Plugins of pydantic watch programs at work; to look for some takes longer than most checks.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Matrices are small here, and threads of numpy's that wait for work turn at full speed for
    # nearly as long as its import takes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for word in arguments:
        if not word.isascii() and any("\ud800" <= sign <= "\udfff" for sign in word):
            raise InputError(
                f"{quoted(word)} is not text in UTF-8, and could not be written down; rename it"
            )
    require_memory(arguments)


def open_streams() -> None:
    """Open what is closed of stdin, stdout and stderr, and let no sign of the output fail."""
    number = os.open(os.devnull, os.O_RDWR)
    while number <= 2:  # else the next file that is opened would be taken for the output
        number = os.open(os.devnull, os.O_RDWR)
    os.close(number)
    codecs.register_error(ERRORS, _in_plain_signs)
    sys.stdout = _writable(sys.stdout, 1)
    sys.stderr = _writable(sys.stderr, 2)


def _writable(stream: TextIO | None, number: int) -> TextIO:
    """The stream, or a new one where there was none; what its encoding lacks is replaced."""
    open_stream = stream or os.fdopen(number, "w", encoding="utf-8", closefd=False)
    if hasattr(open_stream, "reconfigure"):
        open_stream.reconfigure(errors=ERRORS)
    return open_stream


def _in_plain_signs(error: UnicodeError) -> tuple[str, int]:
    """Signs of ASCII in the place of those that an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(PLAIN_SIGNS.get(sign, "?") for sign in lacking), error.end


def require_memory(arguments: Sequence[str]) -> None:
    """Refuse to begin where a limit on memory is lower than what the command needs.

    Raises:
        RajasimError: it is, with how much is needed.
    """
    limits = [(need, mib) for need, mib in limits_mib() if mib is not None]
    for name in THREADS if limits else ():
        os.environ.setdefault(name, "1")
    simulating = any(word in SIMULATING for word in arguments)
    for need, mib in limits:
        needed = need.run_mib if simulating else need.check_mib
        if mib < needed:
            raise RajasimError(
                f"out of memory before the start: this command needs about {needed:,} MiB of "
                f"{need.words} in each process, and the limit is {mib:,.0f} MiB; raise it "
                f"({need.option})"
            )


def limits_mib() -> list[tuple[Need, float | None]]:
    """The limits on the memory of this process, MiB; None where there is none."""
    if resource is None:
        return []
    limited = ((ADDRESS_SPACE, resource.RLIMIT_AS), (DATA, resource.RLIMIT_DATA))
    soft = [(need, resource.getrlimit(which)[0]) for need, which in limited]
    return [(need, None if at == resource.RLIM_INFINITY else at / MIB) for need, at in soft]


def show_warnings_in_a_line(*, quiet: bool) -> None:
    """Show warnings of this program and what it uses as one line each, without their code."""
    shown: set[str] = set()

    def show(message: Warning | str, *_: object, **__: object) -> None:
        line = " ".join(str(message).split())
        if not quiet and line not in shown:
            shown.add(line)
            sys.stderr.write(f"note: {line}\n")

    warnings.showwarning = show
