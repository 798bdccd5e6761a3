"""The tables of patterns, for the terminal and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isnan

from sim.scenario.description import Section
from sim.scenario.scenario import Scenario
from sim.study.episode import LEAST_ARRIVALS
from sim.study.explanations import COLLAPSED, SUBSTITUTED, Reach
from sim.study.patterns import Finding

PATTERN_COLUMNS = ("", "pattern", "unit", "worlds [95 %]", "band", "observed", "seen")
REACH_COLUMNS = ("switched off", "substitution", "collapse", "both")


@dataclass(frozen=True)
class PatternStudy:
    """What was found, and how.

    Attributes:
        scenario: of which scenario.
        seed: seed of all luck.
        worlds: worlds of the patterns.
        reach_worlds: worlds with each explanation switched off.
        findings: the patterns.
        reach: what is reached with each explanation switched off.
    """

    scenario: Scenario
    seed: int
    worlds: int
    reach_worlds: int
    findings: tuple[Finding, ...]
    reach: tuple[Reach, ...]

    @property
    def pattern_rows(self) -> tuple[tuple[str, ...], ...]:
        """Cells of the table of patterns."""
        return tuple(_pattern_row(each) for each in self.findings)

    @property
    def reach_rows(self) -> tuple[tuple[str, ...], ...]:
        """Cells of the table of explanations."""
        return tuple(
            (each.explanation, *(f"{x:.1%}" for x in (each.substitution, each.collapse, each.both)))
            for each in self.reach
        )

    @property
    def about_patterns(self) -> str:
        """How to read the first table."""
        return (
            "A pattern is seen where its value lies in its band. Values are numerators over "
            f"denominators, summed over worlds in which at least {LEAST_ARRIVALS} people came up "
            "to the first closure; in others there is no episode to see. The interval is the "
            "jackknife's. Observed values use the counts that the scenario holds; a dash means "
            "that these do not suffice."
        )

    @property
    def about_reach(self) -> str:
        """How to read the second table."""
        return (
            f"Near-complete substitution: at least {SUBSTITUTED:g} of earlier arrivals a day after "
            f"the first closure. Collapse: at most {COLLAPSED:g} of those after the second. Shares "
            "of worlds that show each, and both in one world. What is more than 0 % can be had "
            "without that explanation: the patterns alone do not tell which explanation is right."
        )


def as_page(study: PatternStudy) -> str:
    """The two tables as a page in Markdown, ending with a newline."""
    scenario = study.scenario
    lines = [
        "# Patterns",
        "",
        "<!-- Made by `make patterns`; do not edit by hand. -->",
        "",
        f"Scenario: {scenario.title} (`{scenario.name}`, digest `{scenario.digest}`), policy "
        f"`{scenario.reference}`. Seed {study.seed}; {study.worlds} worlds for the patterns, "
        f"{study.reach_worlds} with each explanation switched off. Model results, not a forecast.",
        "",
        study.about_patterns,
        "",
        *_table(PATTERN_COLUMNS, study.pattern_rows),
        "",
        "## One explanation switched off at a time",
        "",
        study.about_reach,
        "",
        *_table(REACH_COLUMNS, study.reach_rows),
    ]
    return "\n".join(lines) + "\n"


def as_sections(study: PatternStudy) -> tuple[Section, Section]:
    """The two tables as parts of a description, for the terminal."""
    return (
        Section("Patterns", (study.about_patterns,), PATTERN_COLUMNS, study.pattern_rows),
        Section(
            "One explanation switched off at a time",
            (study.about_reach,),
            REACH_COLUMNS,
            study.reach_rows,
        ),
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = (columns, ["---"] * len(columns), *rows)
    return ["| " + " | ".join(each) + " |" for each in cells]


def _pattern_row(each: Finding) -> tuple[str, ...]:
    pattern = each.pattern
    low, high = each.mean - each.half_width, each.mean + each.half_width
    return (
        pattern.id,
        pattern.name,
        pattern.unit,
        f"{each.mean:.2f} [{low:.2f}, {high:.2f}]",
        f"{pattern.low:g} and more"
        if pattern.high == inf
        else f"{pattern.low:g} to {pattern.high:g}",
        "-" if isnan(each.observed) else f"{each.observed:.2f}",
        "yes" if each.is_seen else "no",
    )
