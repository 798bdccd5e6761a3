"""Run the tutorial again and keep what it shows: ``python -m docs.tutorials.build``.

Only after something that it shows has changed, since its pictures are bytes in the notebook.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient

DOCS: Final = Path(__file__).parents[1]
TUTORIAL: Final = DOCS / "tutorial.ipynb"
FORMAT: Final[Any] = nbformat  # its functions have no types
QUIET: Final = "ignore:IProgress not found"  # tqdm, without ipywidgets


def main() -> int:
    """Run every cell in the folder of the notebook, and write what they show, without times."""
    os.environ |= {"PYTHONPATH": str(DOCS.parent), "PYTHONWARNINGS": QUIET}
    notebook = FORMAT.read(TUTORIAL, as_version=4)
    run_in = {"metadata": {"path": str(DOCS)}}
    NotebookClient(notebook, record_timing=False, resources=run_in).execute()
    FORMAT.write(notebook, TUTORIAL)
    sys.stdout.write(f"{TUTORIAL.relative_to(DOCS.parent)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
