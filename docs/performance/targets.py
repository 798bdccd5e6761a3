"""What was asked of speed and memory, against what was measured: the misses with their size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks import ways
from docs.markdown_tables import table


@dataclass(frozen=True)
class Target:
    """One bar.

    Attributes:
        what: what is measured, with its unit.
        section: the benchmark that measures it.
        key: the column of the section.
        bar: what is asked.
        row: what the section's row says of itself; the last of several rows is taken.
        least: whether more is better.
        form: how the figures are written, as for :func:`format`.
    """

    what: str
    section: str
    key: str
    bar: float
    row: Mapping[str, Any]
    least: bool = False
    form: str = ",.0f"

    def measured(self, sections: Mapping[str, Any]) -> float | None:
        """What was found; None if it was not measured."""
        rows = sections.get(self.section, {}).get("rows", [])
        found = [row[self.key] for row in rows if _is(row, self.row)]
        return found[-1] if found else None

    def verdict(self, found: float) -> str:
        """Whether it is met, to a hundredth, or by what factor it is missed."""
        factor = round(self.bar / found if self.least else found / self.bar, 2)
        return "met" if factor <= 1.0 else f"**missed**, {factor:.2f} times"


def _is(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether it is that row; groups of an order of magnitude."""
    same = (
        0.9 < row[name] / value < 1.1 if name == "groups" else row[name] == value
        for name, value in wanted.items()
    )
    return all(same)


RUN: Final = "rajasim run --replicates 2"
CHECK: Final = "rajasim check, Finland"
TARGETS: Final = (
    *(
        Target(
            f"plain model, {groups:,} groups, times C",
            "plain",
            "against_c",
            bar,
            {"way": ways.OURS, "groups": groups},
            form=".1f",
        )
        for groups, bar in ((10_000, 3.0), (100_000, 3.0), (1_000_000, 4.0))
    ),
    *(
        Target(
            f"{way} over rajasim, {groups:,} groups",
            "plain",
            "against_ours",
            40.0,
            {"way": way, "groups": groups},
            least=True,
        )
        for way, groups in ((ways.SIMPY, 100_000), (ways.MESA, 10_000), (ways.TUNED_MESA, 100_000))
    ),
    Target("bytes a person, run", "memory", "run_bytes", 150.0, {"way": ways.OURS}),
    Target("peak at a million people, MB", "memory", "peak_mb", 400.0, {"way": ways.OURS}),
    Target(
        "Finland, every submodel, replications a CPU second (three times 11)",
        "finland",
        "replications_per_s",
        33.0,
        {"off": "nothing"},
        least=True,
    ),
    Target(
        f"`{CHECK}`, times `import numpy`",
        "commands",
        "numpys",
        6.0,
        {"command": CHECK},
        form=".1f",
    ),
    Target(
        f"`{RUN}`, times `import numpy`", "commands", "numpys", 25.0, {"command": RUN}, form=".1f"
    ),
    Target(
        f"`{RUN} --no-report`, peak, MB",
        "commands",
        "peak_mb",
        250.0,
        {"command": f"{RUN} --no-report"},
    ),
    Target(f"`{RUN}`, peak, MB", "commands", "peak_mb", 250.0, {"command": RUN}),
    Target("compilation, times `import numpy`", "compilation", "numpys", 200.0, {}),
    Target("compilation, peak of a process, MB", "compilation", "peak_mb", 1100.0, {}),
    Target("compiled code kept, MB", "compilation", "cache_mb", 5.0, {}, form=".1f"),
    *(
        Target(
            f"{study}, {runs} runs, two workers, efficiency",
            "workers",
            "efficiency",
            bar,
            {"study": study, "runs": runs},
            least=True,
            form=".2f",
        )
        for study, runs, bar in (
            ("finland-2023", 100, 0.9),
            ("finland-2023", 300, 0.9),
            ("arctic-2015-16", 20, 0.5),
        )
    ),
    Target("study of 50 states of the world, peak, MB", "study", "peak_mb", 600.0, {"states": 50}),
    Target(
        "1,000 states of the world put together, peak, MB",
        "assembly",
        "peak_mb",
        600.0,
        {"states": 1000},
    ),
)


def targets_table(sections: Mapping[str, Any]) -> str:
    """Every target, those that are missed first."""
    rows = sorted(_rows(sections), key=lambda row: row[-1].startswith("met"))
    return table(["figure", "asked", "measured", "so"], rows)


def _rows(sections: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for target in TARGETS:
        found = target.measured(sections)
        asked = f"at {'least' if target.least else 'most'} {target.bar:{target.form}}"
        if found is None:
            yield target.what, asked, "–", "not measured"
        else:
            yield target.what, asked, f"{found:{target.form}}", target.verdict(found)
