"""Run every benchmark and write the figures to ``benchmarks/report.md``."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from benchmarks.timings import Figure, all_figures

REPORT = Path(__file__).parent / "report.md"
HEAD = """# Benchmarks

Written by `make bench` on {cores} cores of {machine}, Python {python}. Times are of a shared
machine: read the ratios, which come from one run.

| what | figure | wanted |
|---|---|---|
"""


def main() -> None:
    """Measure, print, write."""
    rows = []
    for figure in all_figures():
        rows.append(_row(figure))
        print(rows[-1])
    head = HEAD.format(
        cores=os.cpu_count(), machine=platform.machine(), python=platform.python_version()
    )
    REPORT.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


def _row(figure: Figure) -> str:
    return f"| {figure.what} | {figure.value} | {figure.wanted} |"


if __name__ == "__main__":
    main()
