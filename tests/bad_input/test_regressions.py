"""Regression tests: faults that the fuzzer found once, each as the smallest input that shows it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from sim.cli.exit_status import run_command
from sim.results.store import checksummed_manifest
from tests.bad_input.template import TEMPLATE, Refused, write_changed

RUN = ("run", "scenario.yaml", "--replicates", "1", "--no-report", "--quiet")


@pytest.fixture(autouse=True)
def template(tmp_path: Path) -> None:
    """The template, in the folder where commands are given."""
    write_changed(tmp_path)


# ---- results


@pytest.mark.parametrize("name", ["[odd]", "~", "a*b", "x" * 200])
def test_a_results_folder_may_have_any_name(name: str, refused: Refused) -> None:
    """Polars takes brackets for a pattern and a tilde for a home; a long name left no room."""
    assert run_command([*RUN, "--out", name]) == 0
    assert run_command(["plot", name, "--chart", "heat_map", "--quiet"]) == 0


@pytest.mark.parametrize("name", ["x" * 201, "x" * 256, "scenario.yaml/below", "loop"])
def test_a_place_where_no_folder_can_be_is_reported(
    name: str, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "choose another with --out" in refused(*RUN, "--out", name)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small results folder, made once."""
    place = tmp_path_factory.mktemp("stored")
    (place / "scenario.yaml").write_text(TEMPLATE, encoding="utf-8")
    with contextlib.chdir(place):
        assert run_command([*RUN, "--out", "results"]) == 0
    return place / "results"


@pytest.fixture
def results(stored: Path, refused: Refused, tmp_path: Path) -> Path:
    """A copy of it that may be spoilt."""
    return Path(shutil.copytree(stored, tmp_path / "results"))


@pytest.mark.parametrize("file", ["manifest.json", "indicators.csv", "daily.parquet"])
def test_a_device_or_a_pipe_is_no_results_file(file: str, refused: Refused, results: Path) -> None:
    (results / file).unlink()
    (results / file).symlink_to("/dev/zero")
    assert file in refused("plot", "results")
    (results / file).unlink()
    os.mkfifo(results / file)
    assert file in refused("plot", "results")


def write_manifest(results: Path, manifest: dict[str, Any]) -> None:
    """Put another manifest in place, with a checksum that fits."""
    manifest["rajasim"]["checksum"] = ""
    (results / "manifest.json").write_bytes(checksummed_manifest(json.dumps(manifest).encode()))


def sign(results: Path, file: str, content: bytes) -> None:
    """Put other content in a file's place, and its hash into the manifest."""
    (results / file).write_bytes(content)
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["rajasim"]["files"]:
        if entry["name"] == file:
            entry["bytes"], entry["sha256"] = len(content), hashlib.sha256(content).hexdigest()
    write_manifest(results, manifest)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("observed.csv", b"count", b"cuont", "lacks the columns count"),
        ("indicators.csv", b"open,0,0,O1", b"opne,0,0,O1", "there is no policy 'opne'"),
        ("indicators.csv", b"open,0,0,O1", b"open,0,0,O99", "there is no indicator 'O99'"),
        ("ledger.csv", b"open,0,", b"open,,", "state_of_world is missing"),
        ("access.csv", b",open\n", b",opne\n", "there is no access 'opne'"),
        ("access.csv", b",near,", b",nera,", "there is no crossing 'nera'"),
        ("access.csv", b"T00:00", b"T000:00", "begins has something that is no time"),
    ],
)
def test_a_table_that_does_not_fit_its_manifest_is_reported(
    file: str, old: bytes, new: bytes, words: str, refused: Refused, results: Path
) -> None:
    content = (results / file).read_bytes()
    assert old in content
    sign(results, file, content.replace(old, new, 1))
    assert words in refused("report", "results")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("policies",), 5, "policies is no list"),
        (("scenario", "timezone"), "Europe/Atlantis", "timezone that can be read"),
        (("scenario", "end"), "1999-01-01", "ends before it starts"),
        (("reference",), "opne", "reference is none of the policies"),
        (
            ("areas",),
            [{"id": "both", "name": "Both", "crossings": ["near", "fra"]}],
            "areas has a crossing that is none of the places",
        ),
        (("areas",), [{"id": "both", "crossings": []}] * 2, "areas.0.name is missing"),
        (("indicators", 0, "direction"), "one", "direction is none of less, more, none"),
        (("headline",), None, "headline is no list"),
        (("assumptions", 0, "value"), "many", "assumptions.0.value has a value of another kind"),
    ],
)
def test_a_manifest_of_another_shape_is_reported(
    path: tuple[str | int, ...], value: object, words: str, refused: Refused, results: Path
) -> None:
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    place = manifest["rajasim"]
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    write_manifest(results, manifest)
    assert words in refused("report", "results")


def test_a_manifest_nested_without_end_is_reported(refused: Refused, results: Path) -> None:
    (results / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    assert "damaged" in refused("report", "results")


# ---- scenarios


def test_policies_made_of_each_other_do_not_multiply(refused: Refused, tmp_path: Path) -> None:
    """Each of two of the one before: sixty of them would be 2^60 policies."""
    lines = [
        f"  p{k}: {{type: together, label: x, source: x, parts: [p{k - 1}, p{k - 1}]}}\n"
        for k in range(1, 60)
    ]
    first = "  p0: {type: open, label: x, source: x}\n"
    write_changed(tmp_path, ("policies:\n", "policies:\n" + first + "".join(lines)))
    words = refused("check", "scenario.yaml")
    assert "is made of more than 100 policies" in words
    assert "nested deeper than 10" in words


def test_a_long_name_of_a_table_is_reported(refused: Refused, tmp_path: Path) -> None:
    write_changed(tmp_path, ("reference: open", f"claims: {'x' * 300}\nreference: open"))
    assert "there is no readable file" in refused("check", "scenario.yaml")


def test_where_no_hypothesis_can_be_read_that_is_all_that_is_reported(
    refused: Refused, tmp_path: Path
) -> None:
    write_changed(
        tmp_path,
        ("    type: lets-through", "    type: lets-trough"),
        ("type: checks", "type: chekcs"),
    )
    assert refused("check", "scenario.yaml").count("unknown type") == 2


# ---- tables

OBSERVED = (
    "period_start,period_end,place,series,count,low,high\n# a comment\n"
    "2024-03-01,2024-03-01,near,arrivals,5,,\n"
)
AREA = "{name: Both, crossings: [near, far]}"
WEATHER = "utc,south_c,south_wind_kmh\n" + "".join(
    f"2024-02-{29 + k // 24}T{k % 24:02}:00Z,-5,10\n" for k in range(24)
)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("near,arrivals,5,,", "near,5", "observed.csv:3: has 4 cells, the header 7"),
        (
            "arrivals,5,,",
            "arrivals,many,,",
            "observed.csv:3: count: expected 0 to 1e+09, got 'many'",
        ),
        ("arrivals,5,,", "arrivals,nan,,", "observed.csv:3: count"),
        ("2024-03-01,2", "1 March,2", "observed.csv:3: period_start: expected a day"),
        ("count", "cuont", "observed.csv:1: the header lacks 'count'"),
        (OBSERVED, "", "observed.csv:1: is empty"),
        ("arrivals,5,,", 'arrivals,"5', "observed.csv:3: is no CSV"),
        ("near,", "n\udcff,", "observed.csv: is not text in UTF-8"),
        (
            "near",
            "nera",
            "observed.csv:3: there is no place 'nera' (did you mean 'near'?)",
        ),
        ("near", "atlantis", "observed.csv:3: there is no place 'atlantis' (name its cros"),
        (
            "arrivals,5,,",
            "arrivals,5,6,",
            "observed.csv:3: expected low <= count <= high, got 6, 5",
        ),
        (
            "arrivals,5,,",
            "arrivals,,7,6",
            "observed.csv:3: expected low <= count <= high, got 7, 6",
        ),
        (
            "near,arrivals,5,,",
            "near,arrivals,5,,\n2024-03-01,2024-03-01,near,arrivals,6,,",
            "observed.csv:4: line 3 has that period, place, series and origin already",
        ),
    ],
)
def test_a_bad_row_of_observed_counts_is_reported_with_its_line(
    old: str, new: str, words: str, refused: Refused, tmp_path: Path
) -> None:
    content = OBSERVED.replace(old, new).encode("utf-8", "surrogateescape")
    (tmp_path / "observed.csv").write_bytes(content)
    observed = "observed: {file: observed.csv, source: made up}\n"
    write_changed(tmp_path, ("reference: open", f"{observed}reference: open"))
    assert words in refused("check", "scenario.yaml")


@pytest.mark.parametrize(
    ("name", "area", "words"),
    [
        (
            "both",
            AREA.replace("far", "fra"),
            "101:48: there is no crossing 'fra' (did you mean 'far'?)",
        ),
        ("both", AREA.replace("far", "near"), "101:48: 'near' is named twice (take one out)"),
        (
            "both",
            AREA.replace("near, far", ""),
            "101:30: crossings: Tuple should have at least 1 item",
        ),
        ("near", AREA, "101:11: 'near' is counted already (give another id)"),
        (
            "total",
            AREA,
            "101:11: the id 'total' is what sums over all crossings are called (give another id)",
        ),
    ],
)
def test_a_bad_area_of_observed_counts_is_reported_with_its_place(
    name: str, area: str, words: str, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "observed.csv").write_text(OBSERVED, encoding="utf-8")
    observed = "observed:\n  file: observed.csv\n  source: made up\n"
    write_changed(
        tmp_path, ("reference: open", f"{observed}  areas: {{{name}: {area}}}\nreference: open")
    )
    assert f"scenario.yaml:{words}" in refused("check", "scenario.yaml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("03:00Z,-5", "03:00Z,-500", "weather.csv:5: south_c: expected -100 to 70, got '-500'"),
        ("03:00Z,-5,10", "03:00Z,-5,-1", "weather.csv:5: south_wind_kmh"),
        ("T03:00Z", "T03:30Z", "weather.csv:5: utc: rows follow each other by the hour"),
        ("T03:00Z", "T03:00", "weather.csv:5: utc: expected a time with its zone"),
        ("T23:00Z,-5,10\n", "", "weather.csv: does not cover the scenario"),
    ],
)
def test_a_bad_row_of_weather_is_reported_with_its_line(
    old: str, new: str, words: str, refused: Refused, tmp_path: Path
) -> None:
    row = next(line for line in WEATHER.splitlines(keepends=True) if old[:6] in line)
    spoilt = row.replace(old, new, 1) if new else ""
    (tmp_path / "weather.csv").write_text(WEATHER.replace(row, spoilt), encoding="utf-8")
    series = "weather: {file: weather.csv, zones: [south], source: made up}\n"
    write_changed(
        tmp_path,
        ("start: 2024-03-01T00:00+02:00", "start: 2024-02-29T02:00+02:00"),
        ("end: 2024-03-15T00:00", "end: 2024-03-01T02:00"),
        ("reference: open", f"{series}reference: open"),
    )
    assert words in refused("check", "scenario.yaml")
