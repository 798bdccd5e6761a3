"""A forecast on disk: kept small until later counts are known, and read again to be scored.

``forecast.parquet`` has the rows of ``forecast.csv`` and the hypothesis of every sample. Either can
be scored, by anyone who has the counts, and so can a table of another model's.
"""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.errors import InputError, quoted
from sim.forecasting.ensemble import Ensemble, reference_path
from sim.forecasting.hindcast import Forecaster, Hindcast, day_number
from sim.scenario.scenario import Scenario

Floats: TypeAlias = NDArray[np.float64]
STORED: Final = "forecast.parquet"
CSV: Final = "forecast.csv"
KEYS: Final = ("date", "place", "sample")
VALUE: Final = "value"
HYPOTHESIS: Final = "hypothesis"
NOT_GIVEN: Final = "not given"
MOST_PEOPLE: Final = 10_000_000


@dataclass(frozen=True)
class StoredForecast:
    """What a file of samples holds.

    Attributes:
        first: its first day.
        people: shape (samples, days, crossings).
        hypotheses: of each sample.
    """

    first: date
    people: Floats
    hypotheses: tuple[str, ...]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=self.people.shape[1] - 1)


def stored_bytes(hindcast: Hindcast) -> bytes:
    """``forecast.parquet``: the rows of ``forecast.csv`` with the hypothesis of each sample."""
    frame = hindcast.forecast
    held = list(hindcast.ensemble.hypotheses)
    compact = frame.with_columns(
        pl.col("date").cast(pl.Date),
        pl.col("sample", VALUE).cast(pl.Int32),
        pl.Series(HYPOTHESIS, held * (len(frame) // len(held))),
    )
    buffer = io.BytesIO()
    compact.write_parquet(buffer, compression="zstd", compression_level=19, statistics=False)
    return buffer.getvalue()


def read_forecast(path: Path, scenario: Scenario) -> StoredForecast:
    """A forecast of a scenario that was stored before.

    Args:
        path: ``forecast.csv``, also as ``.csv.gz``, ``forecast.parquet``, or a folder with one.
        scenario: whose crossings and days it is of.

    Raises:
        InputError: if there is none, or it is not whole: every sample has every day and crossing.
    """
    file = _file(path)
    frame = _read(file)
    missing = [name for name in (*KEYS, VALUE) if name not in frame.columns]
    if missing:
        raise InputError(f"{file}: no forecast; it has no column {_named(missing)}")
    try:
        wanted = {"date": pl.Date, "place": pl.String, "sample": pl.Int64, VALUE: pl.Float64}
        frame = frame.with_columns(pl.col(name).cast(kind) for name, kind in wanted.items())
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{file}: {error}; a row is a date, a place, a sample, people") from error
    return _whole(file, frame, [each.id for each in scenario.world.network.crossings])


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    there = [path / name for name in (STORED, CSV, f"{CSV}.gz") if (path / name).is_file()]
    if not there:
        raise InputError(f"{path}: holds no forecast; name a folder with {STORED} or {CSV}")
    return there[0]


def _read(file: Path) -> pl.DataFrame:
    try:
        content = file.read_bytes()
        if file.suffix == ".parquet":
            return pl.read_parquet(io.BytesIO(content))
        plain = gzip.decompress(content) if file.suffix == ".gz" else content
        return pl.read_csv(io.BytesIO(plain), try_parse_dates=True, infer_schema_length=None)
    except (OSError, EOFError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{file}: no forecast can be read there ({error})") from error


def _whole(file: Path, frame: pl.DataFrame, crossings: list[str]) -> StoredForecast:
    """The table as an array, once it is known that nothing is missing or there twice."""
    strange = sorted(set(frame["place"].drop_nulls().to_list()) - set(crossings))
    if strange:
        raise InputError(f"{file}: there is no crossing {_named(strange)} in this scenario")
    bad = frame.filter(
        pl.any_horizontal(pl.col(*KEYS, VALUE).is_null())
        | ~pl.col(VALUE).is_between(0.0, MOST_PEOPLE)
    )
    if len(bad):
        raise InputError(f"{file}: {len(bad)} rows are not whole, or have no number of people")
    days = sorted(set(frame["date"].to_list()))
    samples = sorted(set(frame["sample"].to_list()))
    if not days or len(frame.unique(KEYS)) < len(frame):
        raise InputError(f"{file}: no rows, or one day, place and sample are there twice")
    places = sorted(set(frame["place"].to_list()), key=crossings.index)
    span = (days[-1] - days[0]).days + 1
    if len(days) < span or len(frame) != span * len(samples) * len(places):
        raise InputError(
            f"{file}: {len(frame)} rows are not every day, place and sample; zeros must be in"
        )
    return _as_array(frame, crossings, places, len(samples))


def _named(names: list[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def _as_array(
    frame: pl.DataFrame, crossings: list[str], places: list[str], samples: int
) -> StoredForecast:
    """Sorted rows laid out; nobody at crossings that the file does not have."""
    order = {name: number for number, name in enumerate(crossings)}
    frame = frame.with_columns(pl.col("place").replace_strict(order).alias("number"))
    frame = frame.sort("sample", "date", "number")
    held = (
        tuple(frame.group_by("sample", maintain_order=True).first()[HYPOTHESIS].cast(pl.String))
        if HYPOTHESIS in frame.columns
        else (NOT_GIVEN,) * samples
    )
    values = frame[VALUE].to_numpy().reshape(samples, -1, len(places))
    people = np.zeros((*values.shape[:2], len(crossings)))
    people[:, :, [order[name] for name in places]] = values
    return StoredForecast(frame["date"].min(), people, held)  # type: ignore[arg-type]


def hindcast_of(forecaster: Forecaster, stored: StoredForecast) -> Hindcast:
    """A stored forecast as one that was just made; nothing is run but the path of the reference.

    Raises:
        InputError: if its days are not the scenario's.
    """
    scenario, people = forecaster.scenario, stored.people
    origin = day_number(scenario, stored.first - timedelta(days=1), "the day before the forecast")
    until = day_number(scenario, stored.last, "the last day of the forecast")
    before = np.zeros((len(people), origin + 1, people.shape[2]))
    ensemble = Ensemble(np.concatenate([before, people], axis=1), stored.hypotheses)
    path = reference_path(scenario, until=until, seed=forecaster.seed)
    whole = replace(forecaster, samples=len(people))
    return whole.hindcast(origin, until, ensemble, path)
