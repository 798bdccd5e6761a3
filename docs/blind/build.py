"""Freeze the blind forecast of Finland: ``python -m docs.blind.build`` (``make blind``).

It forecasts the days after the last count, which takes some minutes, keeps the samples in
``docs/model/blind-forecast/`` and writes ``docs/model/blind-forecast.md``: what is fixed, what was
forecast, and how it will be scored, all before any later count is known. With ``--page`` only the
page is written again, from what is kept. No count after 23 November 2023 is in this project.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from sim import hindcast, load_scenario, score_forecast
from sim.errors import RajasimError
from sim.fingerprint import source_fingerprint
from sim.forecasting.baselines import BASELINES
from sim.forecasting.evaluation import LEAST_FOR_PIT
from sim.forecasting.hindcast import ALL, Hindcast
from sim.forecasting.hindcast_files import BY_PHASE, MANIFEST, files_of
from sim.forecasting.hindcast_words import PHASE_COLUMNS, phase_row
from sim.forecasting.phase_summary import (
    Floats,
    PhaseSum,
    phase_sums_of,
    phases_of,
    without_repeats,
)
from sim.forecasting.skill import BEST, MODEL
from sim.forecasting.stored_forecast import CSV, STORED
from sim.outcomes.total import TOTAL
from sim.report.charts.forecast_fan import draw_fans
from sim.results.posterior_folder import read_manifest
from sim.scenario.scenario import Scenario
from sim.text import markdown
from sim.text.calibration_words import calibration_words

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "model" / "blind-forecast.md"
FOLDER: Final = PAGE.with_suffix("")
CASE: Final = ROOT / "scenarios" / "finland-2023" / "base.yaml"
FIT_UNTIL: Final = date(2023, 11, 23)
SAMPLES: Final = 1000
WORKERS: Final = 2
FAN: Final = "forecast_fan"
FROZEN: Final = "frozen.json"  # what it was made from
MADE_OF: Final = ("sim", "scenarios", "seeds")
COMMAND: Final = (
    f"rajasim hindcast finland-2023 --fit-until {FIT_UNTIL} --samples {SAMPLES} --out frozen"
)
SCORE: Final = (
    "rajasim hindcast finland-2023 --score docs/model/blind-forecast/forecast.parquet "
    "--observed counts.csv --out scored"
)


class Aim(NamedTuple):
    """What was aimed at before the forecast was made, and what would be very good.

    Attributes:
        what: of what.
        row: where in ``scores.csv``.
        aim: the aim.
        moonshot: what would be very good.
    """

    what: str
    row: str
    aim: str
    moonshot: str


def aims(phases: Sequence[str]) -> tuple[Aim, ...]:
    """The aims, fixed with the task; phases are those in which a crossing is open."""
    week, reopening = phases
    return (
        Aim("the remote crossing's week, CRPS", f"`{week}`, `crps`", "≤ 10.5", "≤ 8.8"),
        Aim("the same, of log(1 + x)", f"`{week}`, `crps_log`", "≤ 1.0", ""),
        Aim("the reopening's two days, CRPS", f"`{reopening}`, `crps`", "≤ 34", "≤ 25"),
        Aim("all open counts pooled, CRPS", "`open`, `crps`", "≤ 18.6", "≤ 13"),
        Aim(
            "both phase sums inside the interval",
            f"`sum of {week}` and `sum of {reopening}`, `coverage_90` (`coverage_50`)",
            "in the 90 %",
            "in the 50 %",
        ),
        Aim(
            "without triviality",
            "the same, `width_90` over the median above",
            "< 6",
            "",
        ),
    )


SCORES: Final = (
    ("crps, crps_log", "fair CRPS of people and of log(1 + people)"),
    ("wis", "weighted interval score, 23 quantiles"),
    ("energy", "energy score of all counts of a group as one vector"),
    ("coverage_50, coverage_80, coverage_90", "share of counts in the central interval"),
    ("width_90", "width of the central 90 %"),
    ("median_error, mase", "error of the median; over the mean step between known counts"),
    ("bias", "mean of the samples less the count"),
    ("brier_any, brier_above_50", "Brier score of anybody coming, and of more than 50"),
    ("brier_first_24h, first_arrival_error", "of the first arrival of a phase"),
    (
        "pit",
        f"shares by fifth of the forecast, where there are {LEAST_FOR_PIT} open counts or more",
    ),
    ("people_forecast, people_counted", "at closed crossings: that nobody is forecast there"),
)
RULES: Final = (
    "Scored are counts of arrivals of open crossing-days after the last known day; counts of a "
    "closed crossing stand apart. A count of nobody is a count.",
    "A count of an area or of several days is scored as one, as a sum of samples; one that began "
    "by the last known day is left out.",
    "Groups: all open counts; those of each phase; those with people and those without; sums of "
    "phases, together and each. A phase is what lies between two changes of what crossings are "
    "open to.",
    f"Skill is 1 less the ratio of mean CRPS, against every baseline, and against the “{BEST}”, "
    "chosen after the fact; 95 % by resampling days.",
    "Openings of later days are as they were decided, for the model and the baselines alike: "
    "what is forecast is how many come if that is decided.",
    "The samples that are kept here are scored, once. A later model may be scored beside them, "
    "and never in their place.",
)


def main(arguments: Sequence[str]) -> None:
    """Freeze the forecast, or only write its page again."""
    if "--page" not in arguments:
        freeze()
    PAGE.write_text(Page().text, encoding="utf-8")


def freeze() -> None:
    """Forecast, and keep what is needed to score it.

    Raises:
        RajasimError: if what it is made of is not committed, or later counts are known.
    """
    commit = committed()
    source_fingerprint()  # of what runs, whatever is edited meanwhile: it is worked out once
    result = hindcast(load_scenario(CASE), FIT_UNTIL, samples=SAMPLES, workers=WORKERS)
    if result.hindcast is None or not result.is_blind:
        raise RajasimError("a later count is known: this is no blind forecast")
    drawn = (result.settled, result.posterior)
    files = files_of(result.forecaster, result.hindcast, (), drawn)
    FOLDER.mkdir(exist_ok=True)
    for name in (STORED, BY_PHASE):
        (FOLDER / name).write_bytes(files[name])
    (FOLDER / f"{FAN}.png").write_bytes(draw_fans(result.hindcast).png())
    frozen = {**json.loads(files[MANIFEST]), "commit": commit, "command": COMMAND}
    frozen["sha256"] = {name: frozen["sha256"][name] for name in (CSV, STORED, BY_PHASE)}
    (FOLDER / FROZEN).write_text(json.dumps(frozen, indent=2) + "\n", encoding="utf-8")


def committed() -> str:
    """The commit whose code and data are used, when nothing of them was changed since.

    Raises:
        RajasimError: if something was.
    """
    if changed := _git("status", "--porcelain", "--", *MADE_OF):
        raise RajasimError(f"commit first, so that the forecast has a commit:\n{changed}")
    return _git("rev-parse", "HEAD")


def _git(*words: str) -> str:
    run = subprocess.run(  # noqa: S603 - words of our own
        ["git", *words],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return run.stdout.strip()


class Page:
    """The page, from what is kept; nothing is run but the path of the policy."""

    @cached_property
    def scenario(self) -> Scenario:
        """The case without counts after the last known day; there are none."""
        return load_scenario(CASE)

    @cached_property
    def frozen(self) -> Mapping[str, Any]:
        """What the forecast was made from."""
        known: Mapping[str, Any] = json.loads((FOLDER / FROZEN).read_text(encoding="utf-8"))
        return known

    @cached_property
    def hindcast(self) -> Hindcast:
        """The forecast, read again."""
        made = score_forecast(self.scenario, FOLDER / STORED).hindcast
        if made is None or made.digest != self.frozen["sha256"][CSV]:
            raise RajasimError(f"{FOLDER / STORED}: is not the forecast that was frozen")
        return made

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(self._blocks()) + "\n"

    def _blocks(self) -> Iterator[str]:
        yield "# A blind forecast: Finland after 23 November 2023"
        yield (
            "**Nothing here is scored, and nothing can be: this project has no count of arrivals "
            f"after {FIT_UNTIL}.** Everything that decides the forecast and its scores was fixed "
            "before; anyone who has later counts can score it with one command."
        )
        yield "Made by `make blind` (`python -m docs.blind.build`)."
        yield "## What is fixed"
        yield markdown.table(("what", "value"), list(self._fixed()))
        yield "## How to make it again"
        yield f"At that commit, with the same versions:\n\n```console\n$ {COMMAND}\n```"
        yield (
            f"ends with `SHA-256 of forecast.csv: {self.frozen['sha256'][CSV]}`. Sample *k* is the "
            "same however many there are. At a later commit the hash of the source may be another "
            "one: as long as the hash of the forecast is not, nothing that matters has changed. A "
            "test makes the first samples again."
        )
        yield from self._forecast()
        yield from self._hypotheses()
        yield from self._baselines()
        yield from self._scoring()
        yield from self._weak()

    def _fixed(self) -> Iterator[tuple[str, str]]:
        made, fitted = self.frozen, self._posterior
        yield "code", f"rajasim {made['version']}, commit `{made['commit']}`"
        yield "hash of the source", f"`{made['code']}`"
        yield "scenario", f"{made['scenario']['name']}, `{made['scenario']['digest']}`"
        yield "counts", f"to {FIT_UNTIL}, none later; `{made['counts']}`"
        words = calibration_words(fitted["verdict"])
        yield "posterior", f"{fitted['id']}, `{made['posterior']}`. {words}"
        yield "policy path", f"“{made['policy']}”, as decided, to {made['until']}"
        yield "seed, samples", f"{made['seed']}, {made['samples']} states of the world"
        yield "`forecast.csv`", f"SHA-256 `{made['sha256'][CSV]}`"
        stored = f"[forecast.parquet]({FOLDER.name}/{STORED})"
        yield stored, f"the same samples, kept here; SHA-256 `{made['sha256'][STORED]}`"

    @property
    def _posterior(self) -> Mapping[str, Any]:
        return read_manifest(CASE.parent / "posterior")

    def _forecast(self) -> Iterator[str]:
        made = self.hindcast
        yield "## The forecast"
        yield (
            f"{len(made.people)} states of the world from the posterior, one run each. It is "
            "conditional on what was decided to open and close, and on hypotheses about the "
            "transit side, none of which is known to hold. Nobody is forecast where no crossing is "
            "open."
        )
        words = "Arrivals a day at crossings that open: median and bands of 50, 80 and 90 %"
        yield markdown.picture(f"{FOLDER.name}/{FAN}.png", words)
        yield "Sums of phases; width is that of the central 90 %, in medians."
        rows = [each for each in without_repeats(self._sums) if each.hypothesis == ALL]
        yield markdown.table(PHASE_COLUMNS, list(map(phase_row, rows)))
        yield "People a day where a crossing is open:"
        columns = ("date", "place", "mean", "median", "50 %", "90 %")
        yield markdown.table(columns, list(self._days()))

    @cached_property
    def _sums(self) -> list[PhaseSum]:
        """Of phases in which a crossing is open."""
        return self._open_sums(self.hindcast.people)

    def _open_sums(self, people: Floats) -> list[PhaseSum]:
        return [
            each for each in phase_sums_of(self.hindcast, people) if each.phase in self.open_phases
        ]

    @cached_property
    def open_phases(self) -> tuple[str, ...]:
        """Names of the phases in which a crossing is open."""
        path = self.hindcast.past.path
        is_open = (
            (each.name, path.is_open[each.first : each.last + 1].any())
            for each in phases_of(self.hindcast)
        )
        return tuple(name for name, some in is_open if some)

    def _days(self) -> Iterator[tuple[str, ...]]:
        made, path = self.hindcast, self.hindcast.past.path
        frame = made.by_hypothesis.filter(pl.col("hypothesis") == ALL)
        is_open = path.is_open[made.past.origin + 1 : made.past.until + 1].ravel()
        for row, some in zip(frame.iter_rows(named=True), is_open.tolist(), strict=True):
            if some:
                middle, *ends = (f"{row[key]:.0f}" for key in ("q50", "q25", "q75", "q05", "q95"))
                half, most = "-".join(ends[:2]), "-".join(ends[2:])
                yield str(row["date"]), row["place"], f"{row['mean']:.1f}", middle, half, most

    def _hypotheses(self) -> Iterator[str]:
        yield "## By hypothesis"
        rows = [
            (each.hypothesis, str(each.samples), *phase_row(each))
            for each in without_repeats(self._sums)
            if each.hypothesis != ALL
        ]
        yield (
            "Shares of the samples are the posterior's. What the counts say of them is on "
            "[the page on validation](validation.md): nothing clear."
        )
        yield markdown.table(("hypothesis", "samples", *PHASE_COLUMNS), rows)
        yield "## What one sign in the first two days would tell"
        yield "Shares of samples that hold a hypothesis: now, if the sign is seen, if it is not."
        columns = ("sign", "place", "chance", "hypothesis", "now", "if seen", "if not")
        signs = [
            (x.sign, x.place, _share(x.chance), x.hypothesis, *map(_share, x[4:]))
            for x in self.hindcast.signs
        ]
        yield markdown.table(columns, signs)

    def _baselines(self) -> Iterator[str]:
        yield "## What the baselines forecast"
        yield (
            "Fixed beforehand too: they see the counts to the last known day and the same openings "
            f"(seed {self.frozen['seed']}, as many samples). Sums of phases, all crossings."
        )
        named = {each.id: each.name for each in BASELINES}
        rows = [
            (f"{each.name} {named.get(each.name, '')}".strip(), row[0], *row[2:])
            for each in self.hindcast.forecasts
            for row in map(phase_row, self._totals(each.people))
        ]
        yield markdown.table(("forecast", "phase", *PHASE_COLUMNS[2:]), rows)

    def _totals(self, people: Floats) -> list[PhaseSum]:
        found = self._open_sums(people)
        return [each for each in found if each.place == TOTAL and each.hypothesis == ALL]

    def _scoring(self) -> Iterator[str]:
        yield "## How it will be scored"
        yield (
            "Put later counts, and the earlier ones, into a table as in [how to import counts]"
            "(../how-to/import-counts.md), and give"
        )
        yield f"```console\n$ {SCORE}\n```"
        yield "No run is made. It must say the hash above; `scored/scores.csv` has"
        yield markdown.table(("score", "what it is"), [(f"`{a}`", b) for a, b in SCORES])
        yield (
            f"of the model (`{MODEL}`) and of every baseline: "
            + ", ".join(f"{each.id} {each.name}" for each in BASELINES)
            + ". They are on [the page on forecasts](../how-to/forecast.md)."
        )
        yield "Rules, fixed beforehand:"
        yield markdown.bullets(RULES)
        yield "What was aimed at:"
        rows = list(aims(self.open_phases))
        yield markdown.table(("aim", "row of `scores.csv`", "aim", "moonshot"), rows)
        yield f"Already known: widths of phase sums over their medians are {self._widths}."

    @property
    def _widths(self) -> str:
        totals = self._totals(self.hindcast.people)
        return " and ".join(f"{each.width:.1f} ({each.phase})" for each in totals)

    def _weak(self) -> Iterator[str]:
        fitted = self._posterior
        unknown, widths = fitted["checks"]["unidentified"], fitted["checks"]["widths"]
        yield "## What is known to be weak"
        lines = [
            f"The counts do not identify {len(unknown)} of {len(widths)} uncertain parameters, so "
            "that most of the width of the forecast is what was assumed.",
            "How many people set out after the last known day is drawn from a guess "
            "(see `demand` in the scenario), not fitted.",
            "Raja-Jooseppi had no arrival before, and no crossing had been opened again: neither "
            "phase is like anything that the model was fitted to.",
            "What the transit side does after the last known day is not modelled beyond its "
            "hypotheses, controls and responses.",
        ]
        yield markdown.bullets(lines)
        yield "More is in [how far the model can be trusted](validation.md)."


def _share(value: float) -> str:
    return f"{value:.0%}"


if __name__ == "__main__":
    main(sys.argv[1:])
