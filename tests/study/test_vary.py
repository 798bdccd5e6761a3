"""Keys of a scenario at several values: one table, the same random numbers, no transit side."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from sim import compare, load_scenario, vary
from sim.errors import InputError, ScenarioError, SenderSearchError

TWO_CROSSINGS = Path(__file__).parents[2] / "scenarios" / "teaching" / "two-crossings.yaml"
TEMPLATE = Path(__file__).parents[2] / "sim" / "scenario" / "template" / "scenario.yaml"
LANES, PEOPLE = "crossings.gate.admission.lanes", "demand.steps.0.persons_per_d"
COST = "parameters.officer_eur_per_h"
WANTED = ["O1", "R1_person_days"]


def test_a_point_is_what_compare_gives_with_its_values_set(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    table = vary(
        TWO_CROSSINGS,
        {LANES: [1, 3], PEOPLE: [20, 30.5]},
        ["open"],
        indicators=WANTED,
        replicates=3,
        progress=lambda *step: heard.append(step),
    )
    assert table.columns == [
        *(LANES, PEOPLE, "policy", "state_of_world", "replicate"),
        *("indicator", "unit", "value"),
    ]
    assert table.height == 4 * 3 * len(WANTED)
    assert (heard[0], heard[-1]) == ((0, 12), (12, 12))
    set_to = [f"{LANES}=3", f"{PEOPLE}=30.5"]
    scenario = load_scenario(TWO_CROSSINGS, assignments=set_to)
    alone = compare(scenario, ["open"], replicates=3, out=tmp_path / "out").indicators
    mine = table.filter(pl.col(LANES) == 3, pl.col(PEOPLE) == 30.5)
    for name in WANTED:
        assert (
            mine.filter(indicator=name)["value"].to_list()
            == alone.filter(indicator=name)["value"].to_list()
        )


def test_points_share_their_random_numbers() -> None:
    """What does not matter for arrivals leaves them as they are, run by run."""
    table = vary(
        TWO_CROSSINGS,
        {COST: [{"value": wage, "source": "made up"} for wage in (45.0, 60.0)]},
        ["open"],
        indicators=["O1"],
        replicates=4,
    )
    first, second = (part["value"].to_list() for part in table.partition_by(COST))
    assert first == second
    assert len(set(first)) > 1


def test_listed_points_are_run_as_they_are() -> None:
    points: list[dict[str, float]] = [{LANES: 1, PEOPLE: 20}, {LANES: 2, PEOPLE: 30.5}]
    table = vary(TWO_CROSSINGS, points, ["open"], indicators=["O1"], replicates=1)
    assert table.select(LANES, PEOPLE).rows() == [(1, 20.0), (2, 30.5)]


@pytest.mark.parametrize(
    "key",
    [
        "hypotheses.lets-through.opens",
        "Responses.x.weight",
        "parameters.escalation_factor.value",
        "uncertainties.withdrawal_half_life_d",
        "crossings.gate.exit_check",
        "sender.batch",
    ],
)
def test_the_transit_side_is_never_varied(key: str) -> None:
    with pytest.raises(SenderSearchError, match="it does not plan pressure"):
        vary(TEMPLATE, {key: [1, 2]})


def test_nor_is_it_by_the_way_of_what_it_is_in() -> None:
    text = TWO_CROSSINGS.with_name("one-crossing.yaml").read_text("utf-8")
    (crossing,) = YAML(typ="safe").load(text)["crossings"]
    crossing["exit_check"] = crossing["registration"]["service"]
    with pytest.raises(SenderSearchError, match=r"what 'crossings\.gate' changes"):
        vary(TWO_CROSSINGS, {"crossings.gate": [crossing]})
    values = {"escalation_factor": {"value": 2.0, "source": "made up"}}
    with pytest.raises(SenderSearchError, match="what 'parameters' changes describes"):
        vary(TWO_CROSSINGS, {"parameters": [values]})


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "there is nothing to vary"),
        ([], "there is nothing to vary"),
        ({LANES: []}, "there is nothing to vary"),
        ([{"a": 1}, {"b": 1}], "a value for the same keys"),
        ({"runs.seed": [1, 2]}, "points share their random numbers"),
        ({LANES: [object()]}, "cannot be a object; give a number or a text"),
    ],
)
def test_what_cannot_be_varied_is_told(keys: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        vary(TWO_CROSSINGS, keys)


def test_an_indicator_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"there is no indicator 'R1_maen'; did you mean 'R1_mean"):
        vary(TWO_CROSSINGS, {LANES: [1]}, ["open"], indicators=["R1_maen"])


def test_a_value_that_does_not_fit_is_told_with_its_place() -> None:
    with pytest.raises(ScenarioError, match="--set:1:"):
        vary(TWO_CROSSINGS, {LANES: ["many"]})


def test_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    project = TWO_CROSSINGS.parents[2]
    page = (project / "docs" / "how-to" / "vary-a-key.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(project)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the page's own code
    assert names["means"].height == 6 * 2 * 2
