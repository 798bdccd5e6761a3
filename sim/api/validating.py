"""The page on validation from Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def write_validation(
    out: str | Path,
    posterior: str | Path,
    *,
    hindcast: str | Path | None = None,
    prior_study: str | Path | None = None,
    posterior_study: str | Path | None = None,
    episodes: Sequence[str | Path] = (),
) -> list[Path]:
    """Write a page on how far a calibration can be trusted, with its pictures; returns all files.

    Makes no runs: everything is read from finished folders, failures come first, and what is
    missing is said to be.

    Args:
        out: the page, a Markdown file; pictures are written into a folder of its name.
        posterior: folder that ``rajasim calibrate`` wrote.
        hindcast: folder of a scored forecast.
        prior_study: results of ``rajasim compare --prior``.
        posterior_study: results of the same policies with ``--posterior``.
        episodes: folders of forecasts in other cases.

    Raises:
        ResultsError: if a folder holds something else, or is damaged.
        InputError: if a study was made in other states of the world.
        StorageError: if the disk refused.
    """
    from sim.report.page.validation_page import write_page  # deferred: loads matplotlib
    from sim.report.page.validation_sources import Folders, read_sources

    folders = Folders(
        posterior=Path(posterior),
        hindcast=_path(hindcast),
        prior_study=_path(prior_study),
        posterior_study=_path(posterior_study),
        episodes=[Path(each) for each in episodes],
    )
    return write_page(read_sources(folders), Path(out))


def _path(folder: str | Path | None) -> Path | None:
    return None if folder is None else Path(folder)
