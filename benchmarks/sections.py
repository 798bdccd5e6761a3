"""The benchmarks there are: a section for each, with what its rows hold and how to measure them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from benchmarks import (
    agreement,
    chain,
    commands,
    finland,
    flee_case,
    large_study,
    long_study,
    quick,
    ways,
    workers,
)

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a section's table.

    Attributes:
        key: where a row has it.
        head: what stands above it.
        form: how a number is written, as for :func:`format`; empty for text.
    """

    key: str
    head: str
    form: str = ""

    def cell(self, row: Row) -> str:
        """What stands in it."""
        value = row.get(self.key)
        if value is None:
            return "–"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return format(value, self.form) if self.form else str(value)


@dataclass(frozen=True)
class Section:
    """One benchmark; ``docs/performance/performance.template.md`` says what it measures.

    Attributes:
        title: what it is about.
        columns: its columns.
        rows: measures.
    """

    title: str
    columns: Sequence[Column]
    rows: Callable[[], Iterable[Row]]


SIZES: Final = (1_000, 1_000_000)


def memory_rows() -> Iterable[Row]:
    """Memory that grows with the groups of the plain model, between a thousand and a million."""
    with ways.c_program() as c:
        tools = {ways.OURS: ways.module("plain_ours")} | ({ways.C: c} if c else {})
        for name, way in tools.items():
            small, large = (way(groups, ways.SEED, 1)[0] for groups in SIZES)
            groups = large["groups"] - small["groups"]
            run_key = "run_peak_mb" if "run_peak_mb" in large else "peak_mb"
            run, peak = (1e6 * (large[key] - small[key]) for key in (run_key, "peak_mb"))
            yield {
                "way": name,
                "run_bytes": run / groups,
                "recorded_bytes": peak / groups,
                "peak_mb": large["peak_mb"],
            }


def agent_day_rows() -> Iterable[Row]:
    """Flee on a case of its own, and this engine on the plain model and on the Finland case."""
    yield from flee_case.rows()
    runs = ways.module("plain_ours")(100_000, ways.SEED, flee_case.ROUNDS)
    best = min(runs, key=lambda row: float(row["cpu_s"]))
    yield _agent_day_row("plain model", best["groups"], best["agent_days"], best["cpu_s"])
    yield _agent_day_row("Finland, every submodel", *finland.people_days_and_seconds())


def _agent_day_row(case: str, agents: int, agent_days: float, cpu_s: float) -> Row:
    return {
        "tool": f"{ways.OURS}, {case}",
        "agents": agents,
        "agent_days": agent_days,
        "cpu_s": cpu_s,
        "agent_day_us": 1e6 * cpu_s / agent_days,
    }


SECTIONS: Final[Mapping[str, Section]] = {
    "plain": Section(
        title="The plain model, five ways",
        columns=(
            Column("way", "tool"),
            Column("groups", "groups", ",d"),
            Column("events", "events", ",d"),
            Column("decisions", "decisions", ",d"),
            Column("cpu_s", "CPU s", ".4g"),
            Column("event_ns", "ns an event", ",.0f"),
            Column("against_c", "times C", ".1f"),
            Column("against_ours", "times rajasim", ".2f"),
            Column("record_s", "recording, CPU s", ".3g"),
        ),
        rows=ways.rows,
    ),
    "agreement": Section(
        title="That it is the same model",
        columns=(
            Column("way", "tool"),
            Column("seeds", "seeds", ",d"),
            Column("mean_wait_h", "mean wait, h", ".2f"),
            Column("our_mean_wait_h", "in rajasim, h", ".2f"),
            Column("wait_z", "z", ".1f"),
            Column("worst", "farthest apart"),
            Column("worst_z", "its z", ".1f"),
            Column("agrees", "all within 4"),
        ),
        rows=agreement.rows,
    ),
    "memory": Section(
        title="Memory",
        columns=(
            Column("way", "tool"),
            Column("run_bytes", "bytes a person, run", ",.0f"),
            Column("recorded_bytes", "bytes a person, recorded", ",.0f"),
            Column("peak_mb", "peak at a million, MB", ",.0f"),
        ),
        rows=memory_rows,
    ),
    "finland": Section(
        title="The Finland case by submodel",
        columns=(
            Column("off", "switched off"),
            Column("replications_per_s", "replications a second", ".1f"),
            Column("against_whole", "times as fast", ".2f"),
        ),
        rows=finland.rows,
    ),
    "compiled": Section(
        title="Time inside compiled code",
        columns=(
            Column("people", "people", ",d"),
            Column("compiled_share", "share", ".0%"),
        ),
        rows=finland.compiled_rows,
    ),
    "commands": Section(
        title="Commands",
        columns=(
            Column("command", "command"),
            Column("cpu_s", "CPU s", ".2f"),
            Column("numpys", "times `import numpy`", ".1f"),
            Column("peak_mb", "peak, MB", ",.0f"),
        ),
        rows=commands.rows,
    ),
    "compilation": Section(
        title="First use",
        columns=(
            Column("command", "command"),
            Column("cpu_s", "CPU s", ".0f"),
            Column("numpys", "times `import numpy`", ".0f"),
            Column("peak_mb", "peak of a process, MB", ",.0f"),
            Column("cache_mb", "cache, MB", ".1f"),
        ),
        rows=commands.compilation_rows,
    ),
    "workers": Section(
        title="Two workers",
        columns=(
            Column("study", "study"),
            Column("runs", "runs", ",d"),
            Column("one_s", "one, s", ".1f"),
            Column("two_s", "two, s", ".1f"),
            Column("efficiency", "efficiency", ".2f"),
            Column("load", "load of the machine before", ".1f"),
        ),
        rows=workers.rows,
    ),
    "study": Section(
        title="Memory of a study",
        columns=(
            Column("states", "states of the world", ",d"),
            Column("cpu_s", "CPU s", ",.0f"),
            Column("peak_mb", "peak, MB", ",.0f"),
            Column("folder_mb", "results folder, MB", ",.0f"),
        ),
        rows=long_study.rows,
    ),
    "assembly": Section(
        title="Putting a large study together",
        columns=(
            Column("states", "states of the world", ",d"),
            Column("runs", "runs", ",d"),
            Column("cpu_s", "CPU s", ",.0f"),
            Column("peak_mb", "peak, MB", ",.0f"),
            Column("kept_mb", "runs kept, MB", ",.0f"),
            Column("folder_mb", "results folder, MB", ",.0f"),
        ),
        rows=large_study.rows,
    ),
    "chain": Section(
        title="A long chain",
        columns=(
            Column("people", "people", ",d"),
            Column("events", "events", ",d"),
            Column("cpu_s", "run, CPU s", ".1f"),
            Column("with_indicators_s", "with indicators, CPU s", ".1f"),
            Column("peak_mb", "peak, MB", ",.0f"),
        ),
        rows=chain.rows,
    ),
    "flee": Section(
        title="Flee, by agent and day",
        columns=(
            Column("tool", "tool"),
            Column("agents", "agents, groups or people", ",d"),
            Column("agent_days", "agents times days", ",.0f"),
            Column("cpu_s", "CPU s", ".3g"),
            Column("agent_day_us", "µs an agent and day", ".2f"),
        ),
        rows=agent_day_rows,
    ),
    "ratios": Section(
        title="What a quick run compares",
        columns=(
            Column("figure", "ratio of CPU times"),
            Column("ratio", "recorded", ".2f"),
            Column("noise", "noise", ".0%"),
        ),
        rows=quick.rows,
    ),
}
