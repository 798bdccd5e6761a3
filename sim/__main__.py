"""The command ``rajasim``, also as ``python -m sim``."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Do what the command line says, and end with its exit status."""
    from sim.cli import run_command

    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
