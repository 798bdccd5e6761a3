"""``python -m benchmarks [SECTION ...]``: measure, and write the figures down; or ``quick``.

Without words every section is measured, which takes the better part of an hour. Results go to
``benchmarks/results/``; ``python -m docs.performance.build`` makes a page and a chart of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.quick import compare_with_recorded
from benchmarks.results_file import write_section
from benchmarks.sections import SECTIONS
from docs.markdown_tables import table

QUICK = "quick"


def main(words: Sequence[str]) -> None:
    """Do what the words say."""
    if list(words) == [QUICK]:
        compare_with_recorded()
        return
    if unknown := [word for word in words if word not in SECTIONS]:
        raise SystemExit(f"no benchmark {unknown[0]}; there are {QUICK}, {', '.join(SECTIONS)}")
    for name in words or SECTIONS:
        measure(name)


def measure(name: str) -> None:
    """Measure a section, print it, write it down."""
    section = SECTIONS[name]
    print(f"\n{section.title}", flush=True)
    rows = list(section.rows())
    heads = [column.head for column in section.columns]
    print(table(heads, [[column.cell(row) for column in section.columns] for row in rows]))
    print(f"-> {write_section(name, rows).name}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
