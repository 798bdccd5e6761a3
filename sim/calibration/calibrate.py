"""A calibration from its options to its folder: begun, or resumed where it was left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from sim._version import __version__
from sim.calibration.calibration_options import FREE, CalibrationOptions
from sim.calibration.checks import Posed, shares
from sim.calibration.counts import Counts, counts_of
from sim.calibration.cut_runs import CELLS, PEOPLE, CutStudy
from sim.calibration.distance import Yardstick
from sim.calibration.early_rejection import Limit, Look, looks_at
from sim.calibration.posterior_frames import bank_frame, particles_frame
from sim.calibration.prior import Floats, Points, Prior, prior_of
from sim.calibration.regression_adjustment import adjusted
from sim.calibration.rounds import (
    WHOLE,
    Division,
    PartOfRound,
    Places,
    RoundIncompleteError,
)
from sim.calibration.sampler import Measure, Plan, Sampled, Sampler, Sweep, strongest
from sim.errors import ResultsError, resumable
from sim.fingerprint import source_fingerprint
from sim.model.blueprint import Blueprint
from sim.results.posterior_folder import (
    Posterior,
    read_manifest,
    read_posterior,
    write_posterior,
)
from sim.results.store import behind_link, refuse_foreign
from sim.scenario.scenario import Scenario
from sim.storage.atomic import clear_staging, staging_folder
from sim.storage.json_object import JsonObject
from sim.storage.locks import exclusive_lock, shared_lock
from sim.study.execution import Crew, Progress, complete
from sim.study.partial_results import PARTIAL, PartialResults
from sim.study.replication import Study
from sim.study.warm_up import compile_engine


@dataclass(frozen=True)
class Reports:
    """Who hears how far a calibration is.

    Attributes:
        sweep: called after each round of the sampler.
        progress: called with (runs done, runs at most).
        notice: called with a line on what else takes a while.
    """

    sweep: Callable[[Sweep], None] = lambda sweep: None
    progress: Progress = lambda done, total: None
    notice: Callable[[str], None] = lambda text: None


SILENT: Final = Reports()


def run_calibration(
    options: CalibrationOptions,
    *,
    reports: Reports = SILENT,
    crew: Crew | None = None,
    division: Division = WHOLE,
) -> Posterior:
    """The posterior of a calibration in its folder, whatever of it was done before.

    Args:
        options: what is asked for.
        reports: who hears how far it is.
        crew: who makes the runs; as many workers as the study may have if None.
        division: where parts have left runs of it.

    Raises:
        InputError: if there are no counts to compare with.
        ResultsError: if the folder holds something else, or one of parts holds none.
        BusyError: if another process is at work on the folder.
        WorkersLostError: if workers died again and again.
        WorkInterrupted: on an interrupt from the keyboard.
    """
    folder = _own_folder(options)
    with exclusive_lock(folder):
        clear_staging(folder)
        if _is_finished(folder, options):
            _discard_runs(folder, options)
            reports.notice(f"resuming: this posterior is finished, in {folder}")
            return read_posterior(folder)
        runs = _prepared(options, folder, reports, crew, division)
        with resumable(lambda: "finished runs are kept"):
            posed = _posed(options, runs)
        with staging_folder(folder) as fresh:
            write_posterior(
                fresh, particles_frame(posed), bank_frame(posed), _manifest(options, posed)
            )
        _discard_runs(folder, options)
    return read_posterior(folder)


def run_calibration_part(
    options: CalibrationOptions,
    division: Division,
    *,
    reports: Reports = SILENT,
    crew: Crew | None = None,
) -> PartOfRound | None:
    """A share of the first round of a calibration that is not whole, kept until all is.

    Where the others' shares are there already, it continues with its share of the next round.
    Parts may be made at the same time, into one folder or several.

    Args:
        options: what the whole calibration is asked to do.
        division: which share of it, and where others have left theirs.
        reports: who hears how far it is.
        crew: who makes the runs; as many workers as the study may have if None.

    Returns:
        What is left of the round; None where every round is whole.

    Raises:
        BusyError: if the calibration is just being put together there. Other errors are those of
            :func:`run_calibration`.
    """
    folder = _own_folder(options)
    with shared_lock(folder):
        if _is_finished(folder, options):
            return None
        runs = _prepared(options, folder, reports, crew, division)
        with resumable(lambda: "finished runs are kept"):
            try:
                _sampled(options, runs)
            except RoundIncompleteError as incomplete:
                return incomplete.left
    return None


def _prepared(
    options: CalibrationOptions,
    folder: Path,
    reports: Reports,
    crew: Crew | None,
    division: Division,
) -> _Runs:
    """What runs the model, once all that can be refused is."""
    places = Places(folder, options.id, division)
    for line in places.notices():
        reports.notice(line)
    compile_engine(notice=reports.notice)
    return _Runs(options, places, reports, crew)


def _own_folder(options: CalibrationOptions) -> Path:
    """The folder of the posterior; what is no posterior is left alone.

    Raises:
        ResultsError: if something else is there.
    """
    folder = behind_link(options.folder)
    try:
        read_manifest(folder)
    except ResultsError:
        refuse_foreign(folder)
        if folder.is_dir() and any(folder.iterdir()):
            raise ResultsError(
                f"{folder}: holds something else than a posterior of this version, so it is left "
                "alone; choose another folder with --out"
            ) from None
    return folder


def _is_finished(folder: Path, options: CalibrationOptions) -> bool:
    """Whether just this posterior is there, whole."""
    try:
        return str(read_posterior(folder).manifest["id"]) == options.id
    except (ResultsError, KeyError):
        return False


@dataclass
class _Runs:
    """Runs the model where the sampler wants it, and keeps what is finished.

    Attributes:
        options: what is asked for.
        places: where finished runs are kept, and which share of them is made here.
        reports: who hears how far it is.
        crew: who makes the runs.
        rounds: how many rounds have begun.
    """

    options: CalibrationOptions
    places: Places
    reports: Reports
    crew: Crew | None
    rounds: int = 0

    def __post_init__(self) -> None:
        """Lay out what all runs share."""
        study = self.options.study
        carried = self.options.transfer.carried if self.options.transfer else ()
        self.prior: Prior = prior_of(study.scenario, study.seed, carried)
        self.counts: Counts = counts_of(study)
        self._shared: Blueprint = Study(study).blueprint
        day_ends_h = study.scenario.world.clock.day_ends_h
        self._looks: tuple[Look, ...] = looks_at(self.counts, day_ends_h.tolist())
        self._measured: Yardstick | None = None

    def simulate(self, points: Points, distance: float) -> Floats:
        """Counts as they would be reported at these points, shape (points, cells).

        They are nan where a run comes to be farther than a distance from what was counted; of the
        bank, which settles how distances are measured, all are known.
        """
        limit = self._measured and Limit(distance, self.counts, self._measured, self._looks)
        first, count = int(points.numbers[0]), len(points.numbers)
        study = CutStudy(
            replace(self.options.study, replicates=count),
            self.prior,
            points,
            self.counts.cells,
            self.counts.until_h,
            self._shared,
            limit,
        )
        partial = self._completed(study, first, count)
        self.rounds += 1
        runs = [run for chunk in partial.in_order() for run in chunk]
        return np.stack([study.reported(run.state, run.rows[CELLS][PEOPLE]) for run in runs])

    def _completed(self, study: CutStudy, first: int, count: int) -> PartialResults:
        """All runs of a round, made here as far as they are this part's.

        Raises:
            RoundIncompleteError: if some that are not are missing.
        """
        partial, part = self.places.of_round(first), self.places.division.part
        share = part.share(range(count)) if part else range(count)
        complete(study, partial, numbers=share, progress=self._progress(first), crew=self.crew)
        if part and len(partial) < count:
            partial = self.places.of_round(first)  # what others have made meanwhile
        if part and len(partial) < count:
            missing, place = count - len(partial), partial.place
            left = PartOfRound(part, self.rounds, len(share), count, missing, place)
            raise RoundIncompleteError(left)
        return partial

    def _progress(self, before: int) -> Progress:
        return lambda done, _: self.reports.progress(before + done, self.options.runs)

    def measured_by(self, bank: Floats) -> Measure:
        """What measures counts, given those of the bank."""
        self._measured = measured = self.counts.summary_yardstick(self.counts.summary_roots(bank))

        def measure(people: Floats) -> tuple[Floats, Floats]:
            summaries = self.counts.summary_roots(people)
            return summaries, measured.distances(summaries)

        return measure


def _discard_runs(folder: Path, options: CalibrationOptions) -> None:
    """Remove what was kept of runs."""
    places = folder.absolute().parent.glob(f".{folder.name}.{options.id}-*{PARTIAL}")
    for place in sorted(places):
        shutil.rmtree(place, ignore_errors=True)


def _sampled(options: CalibrationOptions, runs: _Runs) -> Sampled:
    """Every round of the sampler."""
    free = tuple(runs.prior.names.index(name) for name in options.free) or None
    return Sampler(
        runs.prior,
        Plan(options.runs, options.bank, options.particles, free),
        runs.simulate,
        runs.measured_by,
        lambda bank: strongest(bank, FREE),
        runs.reports.sweep,
    ).sample()


def _posed(options: CalibrationOptions, runs: _Runs) -> Posed:
    """Sample, and adjust if that is asked for."""
    prior, counts = runs.prior, runs.counts
    sampled = _sampled(options, runs)
    positions, weights = _final(options, counts, sampled)
    scenario = options.study.scenario
    return Posed(scenario, prior, counts, sampled, positions, weights, options.adjust)


def _final(options: CalibrationOptions, counts: Counts, sampled: Sampled) -> tuple[Floats, Floats]:
    particles = sampled.particles
    if not options.adjust:
        return particles.points.positions, np.ones(len(particles.distances))
    low, high, _ = counts.summary_yardstick(sampled.bank.summaries)
    inside = np.minimum(np.maximum(particles.summaries, low), high)
    return adjusted(particles, sampled.free, inside)


def _manifest(options: CalibrationOptions, posed: Posed) -> JsonObject:
    """The manifest, but for its files."""
    study, scenario = options.study, options.study.scenario
    pairs = [posed.prior.pairs[k] for k in posed.sampled.particles.points.pairs.tolist()]
    return {
        "id": options.id,
        "command": options.command_line,
        "scenario": {"name": scenario.name, "file": scenario.path.name},
        "version": __version__,
        "source": source_fingerprint(),
        "policy": study.policies[0],
        "seed": study.seed,
        "until": options.until.isoformat(),
        "counts": len(posed.counts.cells),
        "runs": posed.sampled.path[-1].runs,
        "particles": options.particles,
        "adjusted": options.adjust,
        "transfer": options.transfer.described if options.transfer else None,
        "parameters": [each.parameter for each in scenario.uncertainties],
        "names": _names(scenario),
        "free": [posed.prior.names[k] for k in posed.sampled.free],
        "summaries": [
            {
                "name": each.name,
                "low": each.low,
                "high": None if each.high == np.inf else each.high,
                "weight": round(each.weight, 4),
            }
            for each in posed.counts.summaries
        ],
        "path": [asdict(each) for each in posed.sampled.path],
        "hypotheses": shares([pair.hypothesis for pair in pairs], posed.weights),
        "responses": shares([pair.response for pair in pairs], posed.weights),
        "checks": posed.checks(),
        "verdict": posed.verdict,
    }


def _names(scenario: Scenario) -> dict[str, str]:
    """Names of the crossings, controls and hypotheses that parameters may be of, by id."""
    labelled = {**scenario.hypotheses, **scenario.controls}
    named = {each.id: each.name for each in scenario.world.network.crossings}
    return named | {name: each.label for name, each in labelled.items()}
