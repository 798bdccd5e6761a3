"""What a calibration is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from sim._version import __version__
from sim.calibration.counts import known_until
from sim.calibration.prior import REPORTING_CV
from sim.calibration.transfer import Transfer, transfer_of
from sim.errors import InputError, did_you_mean, quoted
from sim.fingerprint import record_fingerprint, source_fingerprint
from sim.results.posterior_folder import read_posterior
from sim.scenario.observed_counts import read_observed
from sim.scenario.observed_series import places_of
from sim.scenario.records import Observation
from sim.scenario.scenario import Scenario
from sim.study.foreign_code import foreign_code
from sim.study.options import RESULTS, StudyOptions, require_within, study_options

RUNS: Final = 100_000
LEAST_RUNS: Final = 100
MOST_RUNS: Final = 10_000_000
FREE: Final = 10  # coordinates that move, if none are named
MOST_FREE: Final = 12
MANY: Final = 2  # of which one can be more likely
BANK_SHARE: Final = 0.25
PARTICLES: Final = (50, 400, 1000)  # fewest; fewest that leave 200 after a sweep; most


@dataclass(frozen=True)
class CalibrationOptions:
    """What a calibration is asked to do.

    Attributes:
        study: the scenario, with no counts after the day, one policy, the seed and the workers.
        until: the last day whose counts are looked at.
        runs: of the model, at most.
        particles: how many there are.
        free: names of the uncertainties that move; the ones that matter most if empty.
        adjust: whether particles are adjusted by regression.
        transfer: what is carried over from another case, if anything.
    """

    study: StudyOptions
    until: date
    runs: int
    particles: int
    free: tuple[str, ...] = ()
    adjust: bool = False
    transfer: Transfer | None = None

    @property
    def bank(self) -> int:
        """Runs from the prior."""
        return max(self.particles, int(BANK_SHARE * self.runs))

    @cached_property
    def id(self) -> str:
        """Hash of everything that decides the posterior, 12 hexadecimal digits.

        Not of the scenario's digest: that is of all counts, and later ones decide nothing.
        """
        study, scenario = self.study, self.study.scenario
        content = (
            scenario.world,
            [_said(each) for each in scenario.observed],
            scenario.areas,
            study.rules,
            foreign_code(study.rules),
            scenario.hypotheses,
            scenario.responses,
            scenario.oversight,
            scenario.uncertainties,
            __version__,
            source_fingerprint(),
            (study.policies, study.seed),
            (self.until, self.runs, self.particles, self.free, self.adjust),
            self.transfer.carried if self.transfer else (),
        )
        return record_fingerprint(content)[:12]

    @property
    def command_line(self) -> str:
        """The command that was given, or one that does the same as a call from Python."""
        study = self.study
        free = f" --free {','.join(self.free)}" if self.free else ""
        carried = f" --transfer {self.transfer.folder}" if self.transfer else ""
        return study.command or (
            f"rajasim calibrate {study.scenario.path.name} --until {self.until} "
            f"--policy {study.policies[0]} --seed {study.seed} --runs {self.runs} "
            f"--particles {self.particles}{free}{carried}{' --adjust' if self.adjust else ''}"
        )

    @property
    def folder(self) -> Path:
        """Where the posterior is written."""
        return self.study.out or RESULTS / self.study.scenario.name / f"posterior-{self.id}"


def _said(each: Observation) -> tuple[object, ...]:
    """What a row of counts says, whatever its source and its place in the table."""
    what = (each.period_start, each.period_end, each.place, each.series, each.origin)
    return (*what, each.count, each.low, each.high)


@dataclass(frozen=True)
class Effort:
    """How much is run, and with what; the usual where a number is None.

    Attributes:
        runs: of the model, at most.
        particles: how many there are.
        seed: seed of all random numbers.
        workers: processes.
    """

    runs: int | None = None
    particles: int | None = None
    seed: int | None = None
    workers: int = 1


def calibration_options(
    scenario: Scenario,
    until: date,
    effort: Effort,
    *,
    observed: str | Path | None = None,
    policy: str | None = None,
    free: Sequence[str] = (),
    adjust: bool = False,
    transfer: str | Path | None = None,
    out: str | Path | None = None,
    command: str = "",
) -> CalibrationOptions:
    """Options as a user gives them, checked; the arguments are those of :func:`sim.calibrate`.

    Raises:
        ResultsError: if there is no posterior to carry over from.
        InputError: if a policy or an uncertainty does not exist, or a number is out of bounds.
        ScenarioError: if the table of counts cannot be used.
    """
    require_within("runs", effort.runs, LEAST_RUNS, MOST_RUNS)
    wanted = RUNS if effort.runs is None else effort.runs
    require_within("particles", effort.particles, PARTICLES[0], wanted)
    _require_something_to_learn(scenario)
    known = known_until(_counts(scenario, observed), until)
    study = study_options(
        replace(scenario, observed=known),
        [policy or scenario.reference],
        seed=effort.seed,
        workers=effort.workers,
        out=out,
        command=command,
        replicates=1,
        runs_per_state=1,
        prior=True,
    )
    names = _free_names(scenario, free)
    count = effort.particles or usual_particles(wanted)
    carried = None if transfer is None else _transfer(scenario, transfer)
    return CalibrationOptions(study, until, wanted, count, names, adjust, carried)


def _require_something_to_learn(scenario: Scenario) -> None:
    """Refuse a scenario whose states of the world are all the same.

    Raises:
        InputError: if it is such a one.
    """
    likely = [each for each in scenario.hypotheses.values() if each.weight > 0.0]
    if not scenario.uncertainties and len(likely) < MANY and len(scenario.responses) < MANY:
        raise InputError(
            "all states of the world are the same, so that counts can tell nothing: give ranges "
            "under 'uncertainties', or a second hypothesis"
        )


def _transfer(scenario: Scenario, folder: str | Path) -> Transfer:
    """What is carried over.

    Raises:
        InputError: if both cases have nothing in common.
    """
    found = transfer_of(scenario, read_posterior(folder))
    if not found.carried:
        raise InputError(
            f"nothing of the posterior in {folder} can be carried over: this scenario draws none "
            "of its parameters within their values"
        )
    return found


def usual_particles(runs: int) -> int:
    """A hundredth of the runs; as many as leave 200 that differ, where runs suffice for that."""
    fewest, enough, most = PARTICLES
    return max(fewest, min(most, max(enough, runs // 100), runs // 10))


def _counts(scenario: Scenario, observed: str | Path | None) -> tuple[Observation, ...]:
    if observed is None:
        return scenario.observed
    return read_observed(Path(observed), places_of(scenario), Path(observed).name)


def _free_names(scenario: Scenario, free: Sequence[str]) -> tuple[str, ...]:
    """Names of uncertainties, each once.

    Raises:
        InputError: if there is no such uncertainty, or too many are to move.
    """
    known = [each.parameter for each in scenario.uncertainties] + [REPORTING_CV.parameter]
    for name in free:
        if name not in known:
            hint = did_you_mean(name, known) or "the scenario's uncertainties can"
            raise InputError(f"{quoted(name)} cannot be free; {hint}")
    names = tuple(dict.fromkeys(free))
    if len(names) > MOST_FREE:
        raise InputError(f"{len(names)} are to be free; at most {MOST_FREE} can")
    return names
