"""NetCDF: indicators and daily series as arrays, in the classic format with 64-bit offsets.

Written by ``scipy.io.netcdf_file``, which is always there; xarray, R (``ncdf4``), QGIS and others
read it. Dimensions are policy, state of the world, replicate, and for daily series day and place.
Zeros that the table of daily series leaves out are in it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.io import netcdf_file

from sim.errors import ResultsError
from sim.results.codebook import labels
from sim.results.store import StoredResults
from sim.results.tables.record import ids, scenario_clock

MOST_BYTES: Final = 2**32 - 4  # of a variable in this format
Axes: TypeAlias = Mapping[str, list[Any]]  # values along each dimension
RUN: Final = ("policy", "state_of_world", "replicate")
BY_DAY: Final = (*RUN, "day", "place")


def netcdf(results: StoredResults) -> bytes:
    """The file's content.

    Raises:
        ResultsError: if a series has more values than the format can hold.
    """
    axes = _axes(results)
    described = {
        (row["variable"], row["value"]): row for row in labels(results).iter_rows(named=True)
    }
    _require_room(axes)
    buffer = _Kept()
    with netcdf_file(buffer, "w", version=2) as file:
        _describe(file, results)
        for name, values in axes.items():
            file.createDimension(name, len(values))
        _write_axes(file, results, axes)
        for name in _in_order(results):
            rows = results.indicators.filter(indicator=name)
            about = described.get(("indicator", name), {})
            _write(file, f"indicator_{name}", RUN, _filled(rows, RUN, axes, np.nan), about)
        for series in results.daily["series"].unique().sort():
            rows = results.daily.filter(series=series).rename({"date": "day", "crossing": "place"})
            about = described.get(("series", series), {})
            _write(file, series, BY_DAY, _filled(rows, BY_DAY, axes, 0.0), about)
    return buffer.content


class _Kept(io.BytesIO):
    """A buffer whose content outlives its being closed."""

    content = b""

    def close(self) -> None:
        self.content = self.getvalue()
        super().close()


def _axes(results: StoredResults) -> Axes:
    """Values along each dimension."""
    runs = results.indicators
    recorded = set(results.daily["crossing"].unique())
    known = [name for name in ids(results.manifest, "places") if name in recorded]
    return {
        "policy": ids(results.manifest, "policies"),
        "state_of_world": runs["state_of_world"].unique().sort().to_list(),
        "replicate": runs["replicate"].unique().sort().to_list(),
        "day": list(scenario_clock(results.manifest).days),
        "place": [*known, *sorted(recorded - set(known))],
    }


def _in_order(results: StoredResults) -> list[str]:
    present = set(results.indicators["indicator"].unique())
    return [name for name in ids(results.manifest, "indicators") if name in present]


def _require_room(axes: Axes) -> None:
    size = 8
    for name in BY_DAY:
        size *= len(axes[name])
    if size > MOST_BYTES:
        raise ResultsError(
            f"a daily series of these results takes {size / 2**30:.1f} GiB, and NetCDF in its "
            "classic format holds 4 of each; export to parquet"
        )


def _filled(
    rows: pl.DataFrame, names: Sequence[str], axes: Axes, empty: float
) -> NDArray[np.float64]:
    """Rows as an array, shape as long as each axis; ``empty`` where there is no row."""
    array = np.full([len(axes[name]) for name in names], empty)
    places = []
    for name in names:
        number = {value: k for k, value in enumerate(axes[name])}
        places.append([number[value] for value in rows[name].to_list()])
    values = rows["value"].cast(pl.Float64).fill_null(float("nan"))
    array[tuple(places)] = values.to_numpy()
    return array


def _write(
    file: netcdf_file,
    name: str,
    axes: Sequence[str],
    values: NDArray[Any],
    about: Mapping[str, str],
) -> None:
    variable = file.createVariable(name, values.dtype.newbyteorder(">"), tuple(axes))
    variable[:] = values
    for attribute, key in (("units", "unit"), ("long_name", "label"), ("comment", "meaning")):
        if about.get(key):
            setattr(variable, attribute, about[key].encode())


def _write_axes(file: netcdf_file, results: StoredResults, axes: Axes) -> None:
    for name in ("state_of_world", "replicate"):
        _write(file, name, (name,), np.array(axes[name], dtype=np.int32), {})
    first = axes["day"][0]
    days = np.array([(day - first).days for day in axes["day"]], dtype=np.int32)
    _write(file, "day", ("day",), days, {"unit": f"days since {first.isoformat()}"})
    for name in ("policy", "place"):
        texts = np.array([str(value).encode() for value in axes[name]])
        letters = texts.view("S1").reshape(len(texts), -1) if len(texts) else np.zeros((0, 1), "S1")
        file.createDimension(f"{name}_letters", letters.shape[1])
        _write(file, name, (name, f"{name}_letters"), letters, {})
        file.variables[name]._Encoding = b"utf-8"  # how xarray knows that letters are texts
    where = {each["id"]: each for each in results.manifest["places"]}
    for name, unit in (("lat", "degrees_north"), ("lon", "degrees_east")):
        values = [where.get(place, {}).get(name, np.nan) for place in axes["place"]]
        _write(file, name, ("place",), np.array(values, dtype=np.float64), {"unit": unit})


def _describe(file: netcdf_file, results: StoredResults) -> None:
    manifest = results.manifest
    file.Conventions = b"CF-1.8"
    file.title = str(manifest["scenario"]["title"]).encode()
    file.source = f"rajasim {manifest['versions']['rajasim']}, run {manifest['run_id']}".encode()
    file.comment = b"Model results under stated assumptions, not a forecast."
