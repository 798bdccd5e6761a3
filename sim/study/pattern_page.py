"""The tables of patterns, for the terminal and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isnan

from sim.scenario.description import Section
from sim.scenario.scenario import Scenario
from sim.study.episode import LEAST_ARRIVALS
from sim.study.expected import Shown
from sim.study.explanations import COLLAPSED, SUBSTITUTED, Reach
from sim.study.patterns import Finding

PATTERN_COLUMNS = (
    "",
    "pattern",
    "unit",
    "mean [95 %]",
    "single states",
    "band",
    "observed",
    "passes",
)
SHOWN_COLUMNS = ("", "what was seen", "seen", "5 %", "median", "95 %", "at least that", "shown")
REACH_COLUMNS = ("switched off", "states", "substitution", "collapse", "both")


@dataclass(frozen=True)
class PatternStudy:
    """What was found, and how.

    Attributes:
        scenario: of which scenario.
        seed: seed of all random numbers.
        states: states of the world of the patterns.
        reach_states: states of the world with each explanation switched off.
        findings: the patterns of an episode of closures.
        shown: what the scenario says that was seen.
        reach: what is reached with each explanation switched off.
    """

    scenario: Scenario
    seed: int
    states: int
    reach_states: int
    findings: tuple[Finding, ...]
    shown: tuple[Shown, ...]
    reach: tuple[Reach, ...]

    @property
    def command(self) -> str:
        """The command line that finds the same."""
        return (
            f"rajasim patterns {self.scenario.path} --states {self.states} --reach-states "
            f"{self.reach_states} --seed {self.seed}"
        )

    @property
    def pattern_rows(self) -> tuple[tuple[str, ...], ...]:
        """Cells of the table of patterns."""
        return tuple(_pattern_row(each) for each in self.findings)

    @property
    def reach_rows(self) -> tuple[tuple[str, ...], ...]:
        """Cells of the table of explanations."""
        return tuple(
            (
                each.explanation,
                str(each.states),
                *(f"{share:.1%}" for share in (each.substitution, each.collapse, each.both)),
            )
            for each in self.reach
        )

    @property
    def shown_rows(self) -> tuple[tuple[str, ...], ...]:
        """Cells of the table of what was seen."""
        return tuple(_shown_row(each) for each in self.shown)

    @property
    def about_shown(self) -> str:
        """How to read the table of what was seen."""
        if not self.shown:
            return "The scenario does not say what was seen and must be shown."
        failed = ", ".join(each.expected.id for each in self.shown if not each.passes)
        return (
            "What was seen, and how much of it the states of the world have before anything is "
            "learned from the counts: it must be among the middle 90 % of them, or reached often "
            "enough. What is outside, no calibration can reach; what is inside may still fit "
            f"badly. Not shown: {failed or 'none'}."
        )

    @property
    def about_patterns(self) -> str:
        """How to read the first table."""
        return (
            "Values are numerators over denominators, summed over states of the world in which "
            f"at least {LEAST_ARRIVALS} people came up to the first closure; in others there is "
            "no episode to see. The interval is the jackknife's; a pattern passes where all of "
            "it is in the band. Nine in ten single states of the world are in the column after "
            "it. Observed values use the counts that the scenario holds; a dash means that these "
            "do not suffice."
        )

    @property
    def about_observed(self) -> str:
        """How far what was counted is from the mean, pattern by pattern."""
        known = [each for each in self.findings if not isnan(each.observed)]
        if not known:
            return "The scenario holds no counts to compare with."
        apart = ", ".join(each.pattern.id for each in known if not _is_like_a_state(each))
        below = ", ".join(each.pattern.id for each in known if each.interval[1] < each.observed)
        above = ", ".join(each.pattern.id for each in known if each.interval[0] > each.observed)
        return (
            f"Of {len(known)} patterns with counts, the mean is lower than "
            f"what was counted in: {below or 'none'}; higher in: {above or 'none'}. Nine in ten "
            f"states of the world miss what was counted in: {apart or 'none'}. One episode is one "
            "draw: a band says that the model shows the pattern, not that it fits the counts. "
            "Parameters may have been set with this table in view: it says what the model can "
            "show, not that they are right."
        )

    @property
    def about_reach(self) -> str:
        """How to read the second table."""
        return (
            f"Near-complete substitution: at least {SUBSTITUTED:g} of earlier arrivals a day "
            f"after the first closure. Collapse: at most {COLLAPSED:g} of those after the second. "
            "Shares of states of the world that show each, and both in one state of the world. "
            "What is more than 0 % can be had without that explanation: the patterns alone do "
            "not say which explanation is right."
        )


def as_page(study: PatternStudy) -> str:
    """The tables as a page in Markdown, ending with a newline."""
    scenario = study.scenario
    episode = f"{study.reach_states} with each explanation switched off. "
    lines = [
        "# Patterns",
        "",
        "<!-- Made by `make patterns`; do not edit by hand. -->",
        "",
        f"Scenario: {scenario.title} (`{scenario.name}`, digest `{scenario.digest}`), policy "
        f"`{scenario.reference}`. Seed {study.seed}; {study.states} states of the world for the "
        f"patterns{f', {episode}' if study.findings else '. '}Model results, not a forecast.",
        "",
        f"Made by `{study.command}`.",
        "",
        *(_episode_lines(study) if study.findings else ()),
        "## What was seen",
        "",
        study.about_shown,
        "",
        *_table(SHOWN_COLUMNS, study.shown_rows),
        *(_reach_lines(study) if study.findings else ()),
    ]
    return "\n".join(lines) + "\n"


def _episode_lines(study: PatternStudy) -> list[str]:
    table = _table(PATTERN_COLUMNS, study.pattern_rows)
    return [study.about_patterns, "", *table, "", study.about_observed, ""]


def _reach_lines(study: PatternStudy) -> list[str]:
    table = _table(REACH_COLUMNS, study.reach_rows)
    return ["", "## One explanation switched off at a time", "", study.about_reach, "", *table]


def as_sections(study: PatternStudy) -> tuple[Section, ...]:
    """The tables as parts of a description, for the terminal."""
    about = (study.about_patterns, study.about_observed)
    seen = Section("What was seen", (study.about_shown,), SHOWN_COLUMNS, study.shown_rows)
    if not study.findings:
        return (seen,)
    return (
        Section("Patterns", about, PATTERN_COLUMNS, study.pattern_rows),
        seen,
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
    low, high = each.interval
    return (
        pattern.id,
        pattern.name,
        pattern.unit,
        f"{each.mean:.2f} [{low:.2f}, {high:.2f}]",
        f"{each.state_low:.2f} to {each.state_high:.2f}",
        f"{pattern.low:g} and more"
        if pattern.high == inf
        else f"{pattern.low:g} to {pattern.high:g}",
        "-" if isnan(each.observed) else f"{each.observed:.2f}",
        _verdict(each),
    )


def _shown_row(each: Shown) -> tuple[str, ...]:
    expected = each.expected
    seen = expected.observed if expected.at_least is None else expected.at_least
    more = "" if expected.at_least is None else " and more"
    return (
        expected.id,
        expected.name,
        f"{seen:.4g}{more}",
        *(f"{value:.3g}" for value in (each.low, each.median, each.high)),
        f"{each.reach:.1%}",
        "yes" if each.passes else "no",
    )


def _verdict(each: Finding) -> str:
    if each.passes:
        return "yes"
    return "at the edge" if each.is_at_the_edge else "no"


def _is_like_a_state(each: Finding) -> bool:
    """Whether what was counted is among nine in ten states of the world."""
    return each.state_low <= each.observed <= each.state_high
