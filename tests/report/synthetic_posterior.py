"""Small made-up folders of a calibration and of a hindcast, the same every time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from sim.results.posterior_folder import Posterior, read_posterior, write_posterior

RUNS, PARTICLES = 1200, 200
FREE = ("known", "demand_factor", "salience")
PSEUDO = [round(0.5 + 0.01 * k, 4) for k in range(200)]


def posterior(
    folder: Path,
    *,
    fails: bool = True,
    pseudo: bool = True,
    free: Sequence[str] = FREE,
    keys: Mapping[str, str] = MappingProxyType({}),
) -> Posterior:
    """Three fitted parameters, of which one is found and two are not; and one beside them.

    Args:
        folder: where it is written.
        fails: whether the misfit test rules it out.
        pseudo: whether that test has distances of pseudo-truths.
        free: which parameters were fitted.
        keys: other keys for some parameters.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = json.dumps(manifest(fails=fails, pseudo=pseudo) | {"free": list(free)})
    for key, other in keys.items():
        said = said.replace(f'"{key}"', f'"{other}"')
    near, runs = (each.rename(dict(keys)) for each in (particles(), bank()))
    write_posterior(folder, near, runs, json.loads(said))
    return read_posterior(folder)


def bank() -> pl.DataFrame:
    """Even draws; near the counts hypothesis H1 is as common as H0, and responses change places."""
    rng = np.random.default_rng(3)
    return _frame(RUNS, rng.random((RUNS, 4)), rng)


def particles() -> pl.DataFrame:
    """Particles that know the first parameter to a tenth of its prior."""
    rng = np.random.default_rng(4)
    values = rng.random((PARTICLES, 4))
    values[:, 0] = 0.3 + 0.1 * values[:, 0]
    return _frame(PARTICLES, values, rng)


def _frame(count: int, values: Any, rng: np.random.Generator) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "number": range(count),
            "weight": [1.0 / count] * count,
            "hypothesis": np.where(np.arange(count) % 2 == 0, "H0", "H1"),
            "response": np.array(["R1", "R2", "R3"])[np.arange(count) % 3],
            "distance": rng.random(count),
            "crossing_day_distance": rng.random(count),
            **dict(zip((*FREE, "reporting_cv"), values.T, strict=True)),
            "arrivals gate": rng.poisson(50.0, count).astype(float),
        }
    )


def manifest(*, fails: bool = True, pseudo: bool = True) -> dict[str, Any]:
    """What a calibration says of itself."""
    cell = {"series": "arrivals", "place": "c00", "name": "Salla", "counted": 52.0}
    days = {"first": "2023-09-04", "last": "2023-09-04", "low": 1.0, "high": 9.0}
    misfit = {
        "observed": 2.6 if fails else 1.2,
        "pseudo_mean": 1.495,
        "pseudo_95": 2.4,
        "percentile": 1.0 if fails else 0.35,
        "fails": fails,
    }
    return {
        "id": "0123456789ab",
        "command": "rajasim calibrate made-up --until 2023-09-06",
        "scenario": {"name": "made-up", "file": "scenario.yaml"},
        "version": "0.1.0",
        "source": "fedcba9876543210",
        "policy": "historical",
        "seed": 7,
        "until": "2023-09-06",
        "counts": 12,
        "runs": 5000,
        "particles": PARTICLES,
        "adjusted": False,
        "parameters": list(FREE),
        "names": {"c00": "Salla", "hold": "People held in the south"},
        "free": list(FREE),
        "summaries": [{"name": "arrivals gate", "low": 50.0, "high": 50.0}],
        "path": [],
        "hypotheses": {"H0": 0.25, "H1": 0.75},
        "responses": {"R3": 1.0},
        "checks": {
            "ess": 120.0,
            "ess_suffices": False,
            "coverage": {
                "known": {"share": 0.91, "chi_squared": 5.0, "passes": True},
                "demand_factor": {"share": 0.6, "chi_squared": 5.0, "passes": False},
                "salience": {"share": 0.9, "chi_squared": 5.0, "passes": True},
            },
            "widths": {"known": 0.1, "demand_factor": 0.95, "salience": 0.9, "reporting_cv": 1.0},
            "unidentified": ["reporting_cv", "demand_factor", "salience"],
            "misfit": misfit | ({"pseudo": PSEUDO} if pseudo else {}),
            "in_sample": {
                "crossing_days": 8,
                "crps_prior": 9.0,
                "crps_posterior": 4.0,
                "bias_per_day": {"c00": -3.5},
            },
        },
        "verdict": {
            "reproduces": not fails,
            "until": "2023-09-06",
            "not_reproduced": [{**cell, **days}] if fails else [],
        },
    }


def hindcast(folder: Path, *, name: str = "made-up") -> Path:
    """A scored forecast that beats one baseline and not the other."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        ("model", group, score, "1", counts, value)
        for group, counts in (("open", 25), ("open, somebody came", 9), ("open, nobody came", 16))
        for score, value in (("crps", 4.5), ("coverage_80", 0.4), ("bias", -2.0))
    ]
    rows += [("model", "open", f"pit_0.{k}_0.{k + 2}", "1", 25, 0.2) for k in (0, 2, 4, 6)]
    scores = pl.DataFrame(
        rows, schema=["forecast", "group", "score", "unit", "counts", "value"], orient="row"
    )
    skill = pl.DataFrame(
        [
            (None, "B0", 25, 4.5, 9.0, 0.5, 0.2, 0.7),
            (None, "B1", 25, 4.5, 3.0, -0.5, -0.9, 0.1),
            (None, "B2a", 25, 4.5, 4.6, 0.02, None, None),
            (None, "best of B0-B5, B7: B1", 25, 4.5, 3.0, -0.5, -0.9, 0.1),
        ],
        schema=[
            "days_ahead",
            "baseline",
            "counts",
            "crps",
            "crps_baseline",
            "skill",
            "low",
            "high",
        ],
        orient="row",
    )
    files = {"scores.csv": scores.write_csv().encode(), "skill.csv": skill.write_csv().encode()}
    about = {
        "kind": "hindcast",
        "scenario": {"name": name, "digest": "0"},
        "policy": "historical",
        "seed": 7,
        "samples": 1000,
        "states_of_the_world": "the scenario's priors",
        "posterior": None,
        "code": "fedcba9876543210",
        "sha256": {each: hashlib.sha256(content).hexdigest() for each, content in files.items()},
        "fit_until": "2023-09-04",
        "until": "2023-09-08",
        "blind": False,
    }
    for each, content in files.items():
        (folder / each).write_bytes(content)
    (folder / "hindcast.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
