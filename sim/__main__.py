"""The command ``rajasim``, also as ``python -m sim``."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Do what the command line says, and end with its exit status."""
    # What ends a job is an interrupt too: what is finished is kept, and reported.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _prepare()
        # Deferred: an interrupt while it loads is caught.
        from sim.cli.exit_status import run_command
    except KeyboardInterrupt:
        sys.exit(3)
    sys.exit(run_command(sys.argv[1:]))


def _prepare() -> None:
    """Make this process fit for the command, or say why it cannot be and end."""
    # Deferred: an interrupt while they load is caught.
    from sim.cli.process import prepare, show_warnings_in_a_line
    from sim.errors import RajasimError

    try:
        prepare(sys.argv[1:])
    except RajasimError as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(refusal.exit_status)
    show_warnings_in_a_line(quiet="--quiet" in sys.argv)


if __name__ == "__main__":
    main()
