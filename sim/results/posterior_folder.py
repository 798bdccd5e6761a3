"""A posterior on disk: particles, the runs from the prior, and what is known of both.

``posterior.parquet`` has a row for each particle, ``bank.parquet`` one for each run from the prior;
``manifest.json`` says what they are of, and holds their hashes. The word for how good they are is
:func:`sim.text.calibration_words.calibration_words`'s alone.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.storage.json_object import JsonMapping, JsonObject

FORMAT_VERSION: Final = 2
KIND: Final = "rajasim posterior"
PARTICLES: Final = "posterior.parquet"
BANK: Final = "bank.parquet"
MANIFEST: Final = "manifest.json"
WEIGHT, HYPOTHESIS, RESPONSE = "weight", "hypothesis", "response"


@dataclass(frozen=True, eq=False)
class Posterior:
    """What states of the world can be drawn from.

    Attributes:
        folder: where it is.
        digest: hash of its particles, in hex.
        parameters: names of the uncertainties.
        hypotheses: ids, by particle.
        responses: ids or empty texts, by particle.
        weights: of the particles, shape (particles,).
        values: of the uncertainties, shape (particles, uncertainties).
        manifest: everything that its manifest says.
    """

    folder: Path
    digest: str
    parameters: tuple[str, ...]
    hypotheses: tuple[str, ...]
    responses: tuple[str, ...]
    weights: NDArray[np.float64] = field(repr=False)
    values: NDArray[np.float64] = field(repr=False)
    manifest: JsonMapping = field(repr=False)

    @property
    def described(self) -> JsonObject:
        """What the manifest of results says of the posterior that they were drawn from."""
        manifest = self.manifest
        return {
            "digest": self.digest,
            "folder": self.folder.name,
            **manifest["verdict"],
            "hypotheses": manifest["hypotheses"],
            "responses": manifest["responses"],
            "fitted": manifest["free"],
            "parameters": list(manifest["checks"]["widths"]),
            "unidentified": manifest["checks"]["unidentified"],
        }


def parquet(frame: pl.DataFrame) -> bytes:
    """A table as bytes, the same for the same table."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def described_file(name: str, content: bytes) -> JsonObject:
    """A file as the manifest has it."""
    return {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def write_posterior(
    folder: Path, particles: pl.DataFrame, bank: pl.DataFrame, manifest: JsonMapping
) -> None:
    """Write the three files into an empty folder."""
    contents = {PARTICLES: parquet(particles), BANK: parquet(bank)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    files = [described_file(name, content) for name, content in contents.items()]
    record = {"kind": KIND, "format_version": FORMAT_VERSION, **manifest, "files": files}
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


def read_posterior(folder: str | Path) -> Posterior:
    """A posterior that ``rajasim calibrate`` wrote.

    Raises:
        ResultsError: if there is none, or it is damaged or of another format.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    content = _intact(place, PARTICLES, manifest)
    try:
        frame = pl.read_parquet(io.BytesIO(content))
        parameters = tuple(manifest["parameters"])
        return Posterior(
            folder=place.resolve(),
            digest=hashlib.sha256(content).hexdigest(),
            parameters=parameters,
            hypotheses=tuple(frame[HYPOTHESIS].to_list()),
            responses=tuple(frame[RESPONSE].to_list()),
            weights=frame[WEIGHT].to_numpy().astype(np.float64),
            values=frame.select(parameters).to_numpy().reshape(len(frame), len(parameters)),
            manifest={**manifest, "verdict": dict(manifest["verdict"])},
        )
    except (pl.exceptions.PolarsError, KeyError, TypeError, ValueError) as error:
        raise ResultsError(f"{place}: damaged ({error}); run rajasim calibrate again") from error


def read_particles(folder: str | Path) -> pl.DataFrame:
    """Every particle, with all that was drawn for it: what states do not hold too.

    Raises:
        ResultsError: as :func:`read_posterior`.
    """
    place = Path(folder)
    return pl.read_parquet(io.BytesIO(_intact(place, PARTICLES, read_manifest(place))))


def read_bank(folder: str | Path) -> pl.DataFrame:
    """Every run from the prior, with its values, summaries and distances.

    Raises:
        ResultsError: as :func:`read_posterior`.
    """
    place = Path(folder)
    return pl.read_parquet(io.BytesIO(_intact(place, BANK, read_manifest(place))))


def read_manifest(folder: Path) -> JsonObject:
    """What the manifest of a posterior says.

    Raises:
        ResultsError: if there is none, or it is of another format.
    """
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsError(
            f"{folder}: no posterior is there; name the folder that 'rajasim calibrate' wrote"
        ) from error
    if not isinstance(record, dict) or record.get("kind") != KIND:
        raise ResultsError(f"{folder}: holds something else than a posterior")
    if record.get("format_version") != FORMAT_VERSION:
        raise ResultsError(
            f"{folder}: of format {record.get('format_version')}, and this version reads "
            f"{FORMAT_VERSION}; run rajasim calibrate again"
        )
    return record


def _intact(folder: Path, name: str, manifest: JsonMapping) -> bytes:
    """The bytes of a file that the manifest describes.

    Raises:
        ResultsError: if they are others.
    """
    known = {each["name"]: each["sha256"] for each in manifest.get("files", ())}
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise ResultsError(f"{folder / name}: cannot be read; run rajasim calibrate again") from (
            error
        )
    if hashlib.sha256(content).hexdigest() != known.get(name):
        raise ResultsError(f"{folder / name}: damaged; run rajasim calibrate again")
    return content
