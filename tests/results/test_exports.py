"""Results in other forms: what is exported is what is stored, complete where that is asked for."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.io import netcdf_file

from sim import Comparison, compare, load_scenario, open_results
from sim.cli.exit_status import run_command
from sim.errors import InputError, RajasimError, ResultsError
from sim.results import exports, netcdf_export
from sim.results.tables import TABLES

PROJECT = Path(__file__).parents[2]
TWO_CROSSINGS = PROJECT / "scenarios" / "teaching" / "two-crossings.yaml"
HOW_TO = PROJECT / "docs" / "how-to"
KEYS = ["policy", "state_of_world", "replicate"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "demo"
    scenario = load_scenario(TWO_CROSSINGS)
    compare(scenario, ["open", "near-closed"], replicates=3, out=folder)
    return folder


@pytest.fixture
def result(made: Path, tmp_path: Path) -> Comparison:
    """The results in a folder of the test's own."""
    return open_results(shutil.copytree(made, tmp_path / "results" / "demo"))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- tables


def test_every_table_is_an_attribute_and_on_its_page(result: Comparison) -> None:
    page = (PROJECT / "docs" / "reference" / "results.md").read_text("utf-8")
    for name in TABLES:
        assert getattr(result, name).equals(result.results.frames[name])
        assert f"`result.{name}`" in page
        assert name in dir(result)
    with pytest.raises(AttributeError, match="no attribute 'dayly'"):
        _ = result.dayly


@pytest.mark.parametrize("name", ["daily", "daily_by_origin", "flows", "daily_summary"])
def test_complete_days_add_zeros_and_nothing_else(result: Comparison, name: str) -> None:
    stored, complete = getattr(result, name), result.frame(name, complete_days=True)
    value = {"flows": "people", "daily_summary": "mean"}.get(name, "value")
    keys = [column for column in stored.columns if stored.schema[column] != pl.Float64]
    keys = [column for column in keys if column not in (value, "date")]
    runs = 2 if name == "daily_summary" else 2 * 6
    of_days = stored.select(c for c in keys if c not in KEYS).unique().height
    assert complete.height == runs * 10 * of_days > stored.height
    assert (
        complete.filter(pl.col(value) != 0)
        .sort(pl.all())
        .equals(stored.filter(pl.col(value) != 0).sort(pl.all()))
    )
    assert complete[value].null_count() == 0


def test_a_wide_table_holds_the_values_of_the_long_one(result: Comparison) -> None:
    wide = result.frame("indicators", shape="wide")
    assert wide.height == 12
    assert wide.columns[:4] == [*KEYS, "O1"]
    for name in ("O1", "R1_mean", "K_all"):
        assert wide[name].equals(result.indicators.filter(indicator=name)["value"].alias(name))
    days = result.frame("daily", complete_days=True, shape="wide")
    assert days["arrivals"].sum() == result.daily.filter(series="arrivals")["value"].sum()
    ledger = result.frame("ledger", shape="wide")
    assert ledger.drop(KEYS).sum_horizontal().sum() == result.ledger["persons"].sum()
    assert result.frame("by_class", shape="wide")["R1_mean_people"].dtype == pl.Int64
    assert result.frame("access", shape="wide").equals(result.access)


def test_a_table_that_is_not_there_is_refused(result: Comparison) -> None:
    with pytest.raises(InputError, match="there is no table 'dayly' did you mean 'daily'"):
        result.frame("dayly")


def test_to_pandas_works_where_pandas_is_installed(result: Comparison) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    frame = result.daily.to_pandas()
    assert list(frame.columns) == result.daily.columns
    assert frame["value"].sum() == pytest.approx(result.daily["value"].sum())


# ---- files


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_csv_has_a_codebook_of_every_column(result: Comparison, shape: Any) -> None:
    folder = result.export("csv", complete_days=True, shape=shape)
    assert folder == result.folder.with_name("demo-csv")
    assert {path.stem for path in folder.iterdir()} == {*TABLES, "codebook", "labels"}
    book = read(folder / "codebook.csv")
    for name in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8") as file:
            columns = next(csv.reader(file))
        assert [row["column"] for row in book if row["table"] == name] == columns
        assert all(re.fullmatch(r"[A-Za-z]\w{0,31}", column) for column in columns), "for Stata"
    assert [row for row in book if not (row["type"] and row["meaning"])] == []
    labels = {(row["variable"], row["value"]): row for row in read(folder / "labels.csv")}
    for row in read(folder / "indicators.csv"):
        assert labels["policy", row["policy"]]["label"]
    assert labels["indicator", "R1_mean"]["unit"] == "h"
    assert labels["indicator", "R1_mean"]["direction"] == "less"
    assert labels["series", "waiting"]["meaning"] == "people waiting at the border at midnight"
    assert result.export("csv") == folder, "an earlier export is replaced"


def test_parquet_reads_back_as_it_was(result: Comparison) -> None:
    folder = result.export("parquet", tables=["daily", "observed"])
    assert pl.read_parquet(folder / "daily.parquet").equals(result.daily)
    assert {path.name for path in folder.iterdir()} == {
        *("daily.parquet", "observed.parquet", "codebook.csv", "labels.csv")
    }


def test_netcdf_holds_indicators_and_days_with_their_units(result: Comparison) -> None:
    file = result.export("netcdf")
    with netcdf_file(file, mmap=False) as read:
        policies = [b"".join(row).decode().rstrip("\0") for row in read.variables["policy"][:]]
        assert policies == ["open", "near-closed"]
        assert read.variables["day"].units == b"days since 2024-03-01"
        waits = read.variables["indicator_R1_mean"]
        assert waits.units == b"h"
        assert waits[0].ravel().tolist() == pytest.approx(
            result.indicators.filter(policy="open", indicator="R1_mean")["value"].to_list()
        )
        arrivals = read.variables["arrivals"]
        assert arrivals.shape == (2, 3, 2, 10, len(read.variables["lat"][:]))
        assert arrivals[:].sum() == result.daily.filter(series="arrivals")["value"].sum()
    xarray = pytest.importorskip("xarray")
    with xarray.open_dataset(file, engine="scipy") as data:
        assert data["policy"].values.tolist() == ["open", "near-closed"]
        assert data["waiting"].dims == ("policy", "state_of_world", "replicate", "day", "place")
        assert str(data["day"].values[0])[:10] == "2024-03-01"


def test_what_netcdf_cannot_hold_is_told(
    result: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(netcdf_export, "MOST_BYTES", 100)
    with pytest.raises(ResultsError, match="export to parquet"):
        result.export("netcdf")


def test_geojson_has_every_place_with_its_numbers(result: Comparison) -> None:
    found = json.loads(result.export("geojson").read_text("utf-8"))
    places = {each["id"]: each for each in result.results.manifest["places"]}
    assert len(found["features"]) == 2 * len(places)
    for feature in found["features"]:
        place = places[feature["properties"]["place"]]
        assert feature["geometry"] == {
            "type": "Point",
            "coordinates": [place["lon"], place["lat"]],
        }
    mine = [each["properties"] for each in found["features"]]
    arrivals = sum(each.get("arrivals", 0.0) for each in mine if each["policy"] == "open")
    of_runs = result.indicators.filter(policy="open", indicator="O1")["value"]
    assert arrivals == pytest.approx(of_runs.to_numpy().mean())
    wide = json.loads(result.export("geojson", shape="wide").read_text("utf-8"))
    assert len(wide["features"]) == len(places)
    gate = next(each for each in wide["features"] if each["id"] == "gate")["properties"]
    assert gate["open.arrivals"] == next(
        each["arrivals"] for each in mine if (each["place"], each["policy"]) == ("gate", "open")
    )
    assert {"open.waiting_mean", "open.waiting_highest"} <= gate.keys()


def test_excel_has_a_sheet_for_each_table_and_no_formula(result: Comparison) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    result.results.manifest["policies"][0]["label"] = "=1+1"
    file = result.export("xlsx", tables=["indicators", "ledger"])
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["indicators", "ledger", "codebook", "labels"]
    assert book["indicators"].max_row == 1 + result.indicators.height
    label = book["labels"].cell(2, 3)
    assert (label.value, label.data_type) == ("=1+1", "s")


def test_excel_without_its_extra_says_what_to_install(
    result: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(RajasimError, match=r"pip install rajasim\[xlsx\]"):
        result.export("xlsx")


def test_a_sheet_that_would_be_too_long_is_refused(
    result: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openpyxl")
    monkeypatch.setattr(exports, "MOST_ROWS", 20)
    with pytest.raises(ResultsError, match="a sheet of Excel holds 20 rows, and indicators has"):
        result.export("xlsx")


# ---- the command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("results/demo/indicators.csv",), "is a file; name the results folder that it is in"),
        (("results/demo", "--out", "results/demo"), "holds the results themselves"),
        (("results/demo", "--out", "mine"), "holds something that is no export of results"),
        (("results/demo", "--table", "dayly"), "there is no table 'dayly'"),
        (("results/demo", "--to", "geojson", "--table", "daily"), "--table is for csv, parquet"),
        (("results/demo", "--to", "netcdf", "--out", "mine"), "is a folder; name a file"),
    ],
)
def test_what_cannot_be_exported_is_told_in_a_line(
    words: tuple[str, ...],
    said: str,
    result: Comparison,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", "utf-8")
    assert run_command(["export", *words]) == 2
    reported = capsys.readouterr().err
    assert said in reported
    assert reported.count("\n") == 1
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_the_command_prints_where_it_wrote(
    result: Comparison,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("results/demo", "--to", "csv", "--complete-days", "--shape", "wide", "--out", "a/b")
    assert run_command(["export", *words]) == 0
    assert capsys.readouterr().out == "a/b\n"
    (first, *_) = read(tmp_path / "a" / "b" / "daily.csv")
    assert date.fromisoformat(first["date"]) == date(2024, 3, 1)


# ---- pages


def blocks(page: str, language: str) -> list[str]:
    text = (HOW_TO / page).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def at_work(result: Comparison, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(result.folder.parents[1])
    return result.folder.parents[1]


def test_the_page_on_pandas_runs(
    at_work: Path, result: Comparison, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    names: dict[str, Any] = {}
    for block in blocks("pandas.md", "python"):
        exec(block, names)  # noqa: S102 - the page's own code
    waits = result.indicators.filter(indicator="R1_person_days")
    near, free = (
        waits.filter(policy=policy)["value"].to_numpy() for policy in ("near-closed", "open")
    )
    assert names["differences"]["near-closed"].mean() == pytest.approx((near - free).mean())
    assert "near-closed" in capsys.readouterr().out


def test_the_page_on_duckdb_runs(
    at_work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("duckdb")
    monkeypatch.chdir(at_work / "results" / "demo")
    names: dict[str, Any] = {}
    for block in blocks("duckdb.md", "python"):
        exec(block, names)  # noqa: S102 - the page's own code
    assert "near-closed" in capsys.readouterr().out


def test_what_the_page_on_r_reads_is_there_and_reads_as_it_says(at_work: Path) -> None:
    (command,) = (each for each in blocks("r.md", "") if each.startswith("rajasim"))
    assert run_command(["--quiet", *command.split()[1:]]) == 0
    folder = at_work / "results" / "demo-csv"
    code = "\n".join([*blocks("r.md", "r"), *blocks("r.md", "stata")])
    for name in re.findall(r'"(\w+\.csv)"', code):
        assert (folder / name).is_file()
    daily, indicators = read(folder / "daily.csv"), read(folder / "indicators.csv")
    for column in ("policy", "date", "state_of_world", "replicate", "waiting"):
        assert column in daily[0]
        assert column in code
    assert {"policy", "state_of_world", "replicate", "R1_person_days"} <= indicators[0].keys()
    for row in daily:
        date.fromisoformat(row["date"])
        assert np.isfinite(float(row["waiting"]))
    for row in indicators:
        assert all(value == "" or np.isfinite(float(value)) for value in [*row.values()][3:])
