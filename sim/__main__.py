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
        # Deferred: an interrupt while it loads is caught.
        from sim.cli.exit_status import run_command
    except KeyboardInterrupt:
        sys.exit(3)
    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
