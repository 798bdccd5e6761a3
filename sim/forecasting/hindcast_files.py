"""The files of a hindcast: tables as CSV, and what they were made from as JSON; no times of day."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from sim._version import __version__
from sim.errors import ResultsError
from sim.fingerprint import source_fingerprint
from sim.forecasting.evaluation import Score
from sim.forecasting.hindcast import Forecaster, Hindcast, csv_of, rows_of
from sim.forecasting.hypothesis_signs import Sign
from sim.forecasting.phase_summary import by_phase
from sim.forecasting.skill import Skill
from sim.forecasting.stored_forecast import STORED, stored_bytes
from sim.scenario.scenario import Scenario
from sim.storage.atomic import clear_staging, staging_folder, write_atomically
from sim.storage.json_object import JsonMapping, JsonObject
from sim.storage.locks import exclusive_lock

MANIFEST: Final = "hindcast.json"
FORECAST: Final = "forecast.csv"
BY_HYPOTHESIS: Final = "forecast_by_hypothesis.csv"
BY_PHASE: Final = "forecast_by_phase.csv"
SIGNS: Final = "signs.csv"
SCORES: Final = "scores.csv"
SKILL: Final = "skill.csv"
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class StoredHindcast:
    """A hindcast's folder, read.

    Attributes:
        folder: where it is.
        manifest: what it was made from.
        scores: rows of ``scores.csv``; none where it is blind.
        skill: rows of ``skill.csv``; none likewise.
    """

    folder: Path
    manifest: JsonMapping
    scores: pl.DataFrame
    skill: pl.DataFrame


def read_hindcast(folder: str | Path) -> StoredHindcast:
    """A hindcast that ``rajasim hindcast`` wrote.

    Raises:
        ResultsError: if there is none, or it is damaged.
    """
    place = Path(folder)
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsError(
            f"{place}: no hindcast is there; name the folder that 'rajasim hindcast' wrote"
        ) from error
    scores, skill = (_stored_table(place, name, manifest) for name in (SCORES, SKILL))
    return StoredHindcast(place, manifest, scores, skill)


def _stored_table(place: Path, name: str, manifest: JsonMapping) -> pl.DataFrame:
    """A table of the folder; one without rows where the manifest has none.

    Raises:
        ResultsError: if it is not what was written.
    """
    if name not in manifest["sha256"]:
        return pl.DataFrame()
    try:
        content = (place / name).read_bytes()
    except OSError as error:
        raise ResultsError(f"{place / name}: cannot be read; make the hindcast again") from error
    if hashlib.sha256(content).hexdigest() != manifest["sha256"][name]:
        raise ResultsError(f"{place / name}: damaged; make the hindcast again")
    return pl.read_csv(io.BytesIO(content))


def files_of(
    forecaster: Forecaster,
    hindcast: Hindcast | None,
    rolling: Sequence[Skill],
    drawn: tuple[str, str],
) -> dict[str, bytes]:
    """Content of every file by its name.

    Args:
        forecaster: who forecast.
        hindcast: the forecast from one day; None where only rolling skill was asked for.
        rolling: rows of skill over rolling origins; of the one forecast if there are none.
        drawn: what states of the world were drawn from, in words, and hash of the posterior.
    """
    files = {} if hindcast is None else _tables(hindcast)
    skill = rolling or (hindcast.skills if hindcast else ())
    if skill:
        files[SKILL] = csv_of(rows_of(skill, Skill))
    files[MANIFEST] = _manifest(forecaster, hindcast, files, drawn)
    return files


def _tables(hindcast: Hindcast) -> dict[str, bytes]:
    files = {
        FORECAST: hindcast.forecast_csv,
        STORED: stored_bytes(hindcast),
        BY_HYPOTHESIS: csv_of(hindcast.by_hypothesis),
        BY_PHASE: csv_of(by_phase(hindcast)),
        SIGNS: csv_of(rows_of(hindcast.signs, Sign)),
    }
    if not hindcast.is_blind:
        files[SCORES] = csv_of(rows_of(hindcast.scores, Score))
    return files


def _manifest(
    forecaster: Forecaster, hindcast: Hindcast | None, files: Files, drawn: tuple[str, str]
) -> bytes:
    scenario = forecaster.scenario
    settled, posterior = drawn
    about: JsonObject = {
        "kind": "hindcast",
        "scenario": {"name": scenario.name, "digest": scenario.digest},
        "counts": counts_digest(scenario),
        "policy": forecaster.policy,
        "seed": forecaster.seed,
        "samples": forecaster.samples,
        "states_of_the_world": settled,
        "posterior": posterior or None,
        "version": __version__,
        "code": source_fingerprint(),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    if hindcast is not None:
        about |= {"fit_until": str(hindcast.fit_until), "until": str(hindcast.days[-1])}
        about |= {"blind": hindcast.is_blind}
    return (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode()


def counts_digest(scenario: Scenario) -> str:
    """Hash of the counts that were used or scored on: they may come from another file."""
    rows = [
        (each.period_start, each.period_end, each.place, each.series, each.origin, each.count)
        for each in scenario.observed
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def write_files(folder: Path, files: Files) -> list[Path]:
    """Write a hindcast's folder whole or not at all; one that was there is replaced.

    Raises:
        ResultsError: if the folder holds something else.
        BusyError: if another process is at work on it.
        StorageError: if the disk refused.
    """
    refuse_other(folder)
    with exclusive_lock(folder):
        clear_staging(folder)
        with staging_folder(folder) as fresh:
            for name, content in files.items():
                write_atomically(fresh / name, content)
    return [folder / name for name in files]


def refuse_other(folder: Path) -> None:
    """Leave alone what is no hindcast.

    Raises:
        ResultsError: if something else is there.
    """
    if folder.exists() and not _is_ours(folder):
        raise ResultsError(f"{folder}: is there already and holds no hindcast; name another folder")


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and (not any(folder.iterdir()) or (folder / MANIFEST).is_file())
