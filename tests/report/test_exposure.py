"""Exposure: hours outdoors by wind chill, against sums worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.report.charts import exposure
from sim.report.drawing.chart import Chart
from sim.report.drawing.layout import text_problems
from sim.report.drawing.style import COLD
from sim.results.store import write_results
from sim.world.weather import BAND_NAMES, BAND_UPPER_C
from tests.report import synthetic, synthetic_border

ROWS = [
    ("historical", 0, "place", "c00", 0, 100.0),
    ("historical", 0, "place", "c00", 1, 10.0),
    ("historical", 0, "place", "c00", 3, 4.0),
    ("historical", 1, "place", "karelia", 2, 6.0),
    ("historical", 0, "class", "women and girls", 1, 14.0),
    ("historical", 0, "class", "travelling alone", 1, 14.0),
    ("open", 0, "place", "c00", 1, 50.0),
]


def content(*, policies: int = 2) -> dict[str, Any]:
    """Two states: under the reference 14 and 6 cold hours, under the other 50 and none."""
    made = synthetic.frames(policies=policies, crossings=1, days=10, runs=2)
    names = [policy for policy, _ in synthetic_border.POLICIES[:policies]]
    made["exposure"] = pl.DataFrame(
        [
            (policy, state_of_world, 0, *rest)
            for policy, state_of_world, *rest in ROWS
            if policy in names
        ],
        schema=made["exposure"].columns,
        orient="row",
    )
    made["indicators"] = pl.DataFrame(
        [
            (policy, state_of_world, 0, "R4_without_access", "persons", value)
            for policy, value in zip(names, (7.0, 3.0), strict=False)
            for state_of_world in range(2)
        ],
        schema=made["indicators"].columns,
        orient="row",
    )
    return made


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Chart:
    """The chart of two policies."""
    return exposure.draw(write_results(tmp_path_factory.mktemp("two") / "run", **content()))


def mean(rows: pl.DataFrame, **where: str) -> list[float]:
    return rows.filter(**where)["mean"].to_list()


def test_totals_begin_at_their_band_and_runs_without_rows_count(two: Chart) -> None:
    assert mean(two.data, policy="historical", of="total") == [10.0, 5.0, 2.0]
    assert mean(two.data, policy="open", of="total") == [25.0, 0.0, 0.0]
    assert two.data["wind_chill_c"].to_list()[:3] == [
        "-10 and colder",
        "-15 and colder",
        "-28 and colder",
    ]


def test_the_finding_has_access_beside_it(two: Chart) -> None:
    assert two.title == (
        "Fewest person-hours outdoors at −10 °C or colder (wind chill), on average: 10 under "
        "“Historical steps of autumn 2023”, which leaves 7 without access to asylum in all; "
        "compared with 25 under “All crossings stay open”, which leaves 3 without access to "
        "asylum in all"
    )


def test_one_policy_alone(tmp_path: Path) -> None:
    assert exposure.draw(write_results(tmp_path / "run", **content(policies=1))).title == (
        "Person-hours outdoors at a wind chill of −10 °C or colder, on average: 10 under "
        "“Historical steps of autumn 2023”, which leaves 7 without access to asylum in all"
    )


def test_places_add_up_and_classes_need_not(two: Chart) -> None:
    cold = two.data.filter(pl.col("wind_chill_c") != BAND_NAMES[0])
    assert sum(mean(cold, of="place")) == 10.0
    assert sum(mean(cold, of="class")) == 14.0
    assert two.data.filter(of="place")["which"].unique(maintain_order=True).to_list() == [
        "c00",
        "karelia",
    ]
    assert sum(mean(two.data, of="class", which="unaccompanied minors")) == 0.0


def test_it_says_what_it_is_not(two: Chart) -> None:
    assert "nobody's illness or death is simulated" in two.subtitle
    assert two.subtitle.endswith("Weather: constructed from monthly means.")
    text = " ".join(text.get_text() for text in two.figure.texts)
    assert "Fewer hours outdoors are not a success in themselves" in text
    assert "People without access" in text


def test_without_hours_or_access_it_still_draws(tmp_path: Path) -> None:
    made = content()
    made["exposure"] = made["exposure"].clear()
    made["indicators"] = made["indicators"].with_columns(indicator=pl.lit("O1_arrivals"))
    del made["manifest"]["bands"], made["manifest"]["weather"]
    chart = exposure.draw(write_results(tmp_path / "run", **made))
    assert chart.title.startswith("Nobody is outdoors at a wind chill of −10 °C or colder")
    assert text_problems(chart.figure) == []


@pytest.mark.parametrize("band", exposure.FROM)
def test_columns_begin_where_the_engine_cuts(band: int) -> None:
    assert exposure._from_words(band) == f"−{-int(BAND_UPPER_C[band] - 0.5)} °C and colder"


def test_every_band_of_the_engine_has_words_and_a_look() -> None:
    assert len(COLD) == len(BAND_NAMES)
    assert all("°C" in exposure._band_words(name) for name in BAND_NAMES)
