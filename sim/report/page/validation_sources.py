"""What the page on validation is made from: finished folders, which are read and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from sim.calibration.rivals import Evidence, weigh
from sim.errors import InputError
from sim.forecasting.hindcast_files import StoredHindcast, read_hindcast
from sim.report.analysis.weighting import Reordered, reordered
from sim.results.posterior_folder import Posterior, read_bank, read_posterior
from sim.results.store import StoredResults, read_results
from sim.storage.json_object import JsonMapping


@dataclass(frozen=True)
class Folders:
    """Where everything is.

    Attributes:
        posterior: what ``rajasim calibrate`` wrote.
        hindcast: what ``rajasim hindcast`` wrote.
        prior_study: results of ``rajasim compare --prior``.
        posterior_study: results of the same policies with ``--posterior``.
        episodes: hindcasts of other cases.
    """

    posterior: Path
    hindcast: Path | None = None
    prior_study: Path | None = None
    posterior_study: Path | None = None
    episodes: Sequence[Path] = ()


@dataclass(frozen=True)
class Sources:
    """The same, read.

    Attributes:
        posterior: a calibration.
        bank: its runs from the prior.
        hindcast: a forecast of later counts; None where there is none.
        prior_study: policies in states of the world from the prior; None likewise.
        posterior_study: policies in states from the posterior; None likewise.
        episodes: forecasts in other cases.
    """

    posterior: Posterior
    bank: pl.DataFrame = field(repr=False)
    hindcast: StoredHindcast | None
    prior_study: StoredResults | None
    posterior_study: StoredResults | None
    episodes: tuple[StoredHindcast, ...]

    @property
    def manifest(self) -> JsonMapping:
        """Of the posterior."""
        return self.posterior.manifest

    @property
    def checks(self) -> JsonMapping:
        """What the calibration found when it checked itself."""
        checks: JsonMapping = self.manifest["checks"]
        return checks

    @property
    def studies(self) -> tuple[tuple[str, StoredResults], ...]:
        """What there is of the two studies, each with the name of its states of the world."""
        both = (("prior", self.prior_study), ("posterior", self.posterior_study))
        return tuple((name, study) for name, study in both if study is not None)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the counts say of rival explanations; nothing where the bank is too small."""
        try:
            return weigh(self.bank, self.manifest)
        except InputError:
            return ()

    @cached_property
    def orders(self) -> tuple[Reordered, ...]:
        """Policies under both weightings; nothing unless both were studied."""
        if self.prior_study is None or self.posterior_study is None:
            return ()
        return tuple(reordered(self.prior_study, self.posterior_study))


def read_sources(folders: Folders) -> Sources:
    """Read everything that there is.

    Raises:
        ResultsError: if a folder holds something else, or is damaged.
        InputError: if the two studies were not made in states of the world as they should be.
    """
    prior = _study(folders.prior_study)
    fitted = _study(folders.posterior_study)
    posterior = read_posterior(folders.posterior)
    _require_states(prior, None)
    _require_states(fitted, posterior)
    return Sources(
        posterior,
        read_bank(folders.posterior),
        read_hindcast(folders.hindcast) if folders.hindcast else None,
        prior,
        fitted,
        tuple(read_hindcast(each) for each in folders.episodes),
    )


def _study(folder: Path | None) -> StoredResults | None:
    return read_results(folder) if folder else None


def _require_states(study: StoredResults | None, posterior: Posterior | None) -> None:
    if study is None:
        return
    drawn = (study.manifest.get("posterior") or {}).get("digest")
    if drawn != (posterior.digest if posterior else None):
        wanted = f"the posterior in {posterior.folder}" if posterior else "the prior"
        raise InputError(
            f"{study.folder}: its states of the world are not drawn from {wanted}; give the right "
            "results, or make them with 'rajasim compare'"
        )
