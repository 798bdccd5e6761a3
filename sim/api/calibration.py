"""Calibration from Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.storage.cycles import not_while_loading
from sim.storage.json_object import JsonMapping

if TYPE_CHECKING:
    import polars as pl

    from sim.calibration.rivals import Evidence
    from sim.calibration.sampler import Sweep
    from sim.report.drawing.chart import Chart
    from sim.results.posterior_folder import Posterior
    from sim.scenario.description import Section
    from sim.scenario.scenario import Scenario
    from sim.study.execution import Progress


def calibrate(
    scenario: Scenario,
    until: date,
    *,
    observed: str | Path | None = None,
    policy: str | None = None,
    runs: int | None = None,
    particles: int | None = None,
    free: Sequence[str] = (),
    adjust: bool = False,
    transfer: str | Path | None = None,
    seed: int | None = None,
    workers: int = 1,
    out: str | Path | None = None,
    sweep: Callable[[Sweep], None] | None = None,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    executor: Executor | None = None,
    parts: Sequence[str | Path] = (),
) -> Posterior:
    """Draw states of the world that come near to what was counted, and store them.

    The folder is for ``posterior=`` of :func:`sim.compare`. The same call after an interrupt goes
    on where it was, and writes the same bytes with any number of workers. Errors are those of
    :func:`sim.compare`, and InputError where there are no counts.

    Args:
        scenario: the scenario.
        until: last day whose counts are looked at; runs end with the last of these.
        observed: a table of counts, in the columns of the scenario's own; that if None.
        policy: id of the policy that was in force; the reference if None.
        runs: of the model, at most; 100,000 if None.
        particles: points of the posterior; a hundredth of the runs, from 400 to 1,000, if None.
        free: uncertainties that are fitted; the ten that counts depend on most if none is named.
        adjust: move particles to the observed counts by local-linear regression at the end.
        transfer: folder of a posterior of another case, which half of the prior of parameters
            follows that both draw; the scenario's prior alone if None.
        seed: seed of all random numbers; the scenario's if None.
        workers: processes.
        out: folder of the posterior; ``results/<scenario>/posterior-<id>`` if None.
        sweep: called after each round of the sampler.
        progress: called with (runs done, runs at most).
        notice: called with a line on what else takes a while.
        executor: makes the runs, ``workers`` parcels at a time; processes of ours if None.
        parts: folders where :func:`sim.api.part_making.make_calibration_part` was at work, if not
            in the same one.
    """
    with not_while_loading():
        from sim.calibration.calibrate import SILENT, Reports, run_calibration  # deferred: engine
        from sim.calibration.calibration_options import Effort, calibration_options
        from sim.calibration.rounds import Division
        from sim.study.execution import Crew

    how = Effort(runs=runs, particles=particles, seed=seed, workers=workers)
    options = calibration_options(
        scenario,
        until,
        how,
        observed=observed,
        policy=policy,
        free=free,
        adjust=adjust,
        transfer=transfer,
        out=out,
    )
    reports = Reports(sweep or SILENT.sweep, progress or SILENT.progress, notice or SILENT.notice)
    crew = None if executor is None else Crew(executor, workers)
    division = Division(None, tuple(map(Path, parts)))
    return run_calibration(options, reports=reports, crew=crew, division=division)


def draw_posterior(folder: str | Path) -> list[Path]:
    """Draw what a calibration found into its folder, as PNG and SVG with the data as CSV.

    ``posterior_ridge`` is of the fitted parameters, ``posterior_misfit`` of whether the model could
    have made the counts.

    Args:
        folder: what :func:`calibrate` wrote.

    Raises:
        ResultsError: if no posterior is there.
        StorageError: if the disk refused.
    """
    from sim.report.charts.posterior_panels import draw_all  # deferred: loads matplotlib
    from sim.report.drawing.chart import save_charts
    from sim.results.posterior_folder import read_bank, read_posterior

    posterior = read_posterior(folder)
    return save_charts(draw_all(posterior, read_bank(folder)), posterior.folder)


@dataclass(frozen=True)
class Rivals:
    """What counts say of rival explanations; in notebooks it shows its tables.

    Attributes:
        evidence: how often each answer is held near the counts, in every variant.
        manifest: of the posterior.
    """

    evidence: tuple[Evidence, ...]
    manifest: JsonMapping

    @property
    def frame(self) -> pl.DataFrame:
        """A row for each answer in each variant: its shares and support, without units."""
        import polars as pl  # deferred: it loads slowly

        return pl.DataFrame(
            [
                {
                    "question": each.question,
                    "answer": each.answer,
                    "tolerance": each.variant.tolerance,
                    "without": each.variant.without,
                    "half_of_prior": each.variant.half,
                    "prior": each.prior,
                    "near_the_counts": each.kept,
                    "runs": each.runs,
                    "support": each.support,
                }
                for each in self.evidence
            ]
        )

    @property
    def sections(self) -> tuple[Section, ...]:
        """The paragraph and the tables."""
        from sim.calibration.rival_words import sections_of  # deferred: it loads the engine

        return sections_of(self.evidence, self.manifest)

    def chart(self) -> Chart | None:
        """Shares of the rules of response by tolerance; None where there are no two of them."""
        from sim.report.charts.response_shares import draw_responses  # deferred: loads matplotlib

        return draw_responses(self.evidence, self.manifest)

    def _repr_html_(self) -> str:
        from sim.text import html  # deferred: loads markupsafe

        return "\n".join(
            html.table(each.columns, each.rows, caption=" ".join((f"{each.title}.", *each.lines)))
            for each in self.sections
        )

    def __repr__(self) -> str:
        return f"<Rivals until {self.manifest['until']}: {len(self.evidence)} rows of evidence>"


def weigh_hypotheses(posterior: str | Path) -> Rivals:
    """What the counts of a calibration say of rival explanations; no runs are made.

    Args:
        posterior: folder that ``rajasim calibrate`` wrote.

    Raises:
        ResultsError: if no posterior is there.
        InputError: if its bank has too few runs.
    """
    from sim.calibration.rivals import weigh  # deferred: it loads the engine
    from sim.results.posterior_folder import read_bank, read_manifest

    manifest = read_manifest(Path(posterior))
    return Rivals(weigh(read_bank(posterior), manifest), manifest)
