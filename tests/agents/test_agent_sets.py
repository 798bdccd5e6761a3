"""Sets of agents are Mesa's: selected, sorted, read and written - over rows of tables."""

from __future__ import annotations

import copy

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim.agents.crossing_stations import CrossingStation
from sim.agents.migrant_groups import MigrantGroup
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.verification import small_worlds
from tests.agents.five_days import fresh


def test_length_iteration_and_indexing_agree(run: BorderModel) -> None:
    groups = run.groups
    listed = list(groups)
    assert len(listed) == len(groups) == len(small_worlds.groups(run))
    assert listed[0] == groups[0]
    assert listed[-1] == groups[-1]
    assert groups[2:9:3] == listed[2:9:3]
    assert run.agents[1:6] == list(run.agents)[1:6]
    assert run.agents[-1] == listed[-1]
    assert groups.to_list() == listed
    for wrong in (len(listed), -len(listed) - 1):
        with pytest.raises(IndexError):
            _ = groups[wrong]
    with pytest.raises(IndexError):
        _ = run.agents[len(run.agents)]


def test_contains(run: BorderModel) -> None:
    assert run.groups[5] in run.groups
    assert run.groups[5] in run.agents
    assert run.stations[0] in run.agents
    assert run.stations[0] not in run.groups
    assert fresh().groups[5] not in run.groups
    assert "gate" not in run.agents


def test_copies_have_the_same_members(run: BorderModel) -> None:
    groups = run.groups.select(at_most=5)
    for twin in (groups.copy(), copy.copy(groups)):
        assert twin is not groups
        assert list(twin) == list(groups)
        twin.sort("cash_eur", inplace=True)
        assert list(groups) == list(run.groups)[:5], "sorting the copy left the original alone"


def test_select_by_filter_type_and_number(run: BorderModel) -> None:
    total = len(run.groups)
    large = run.groups.select(lambda group: group.people >= 4)
    assert 0 < len(large) < total
    assert all(group.people >= 4 for group in large)
    assert len(run.groups.select(at_most=3)) == 3
    assert len(run.groups.select(at_most=0)) == 0
    assert len(run.groups.select(at_most=total + 10)) == total
    assert len(run.groups.select(at_most=0.25)) == int(total * 0.25)
    assert len(run.groups.select(at_most=1.0)) == total
    assert list(run.agents.select(agent_type=CrossingStation)) == run.stations
    assert len(run.agents.select(agent_type=mesa.Agent)) == len(run.agents)
    assert [g.row for g in run.groups.select(lambda g: g.row % 2 == 1, at_most=2)] == [1, 3]


def test_select_in_place_narrows_the_set(run: BorderModel) -> None:
    groups = run.groups
    assert groups.select(lambda group: group.people == 1, inplace=True) is groups
    assert len(groups) < len(run.groups)


def test_get_one_or_several_attributes(run: BorderModel) -> None:
    rows = small_worlds.groups(run)
    assert run.groups.get("cash_eur") == rows["cash_eur"].tolist()
    assert run.groups.get(["people", "row"])[4] == [int(rows["people"][4]), 4]
    assert run.groups.get("place_id") == [group.place_id for group in run.groups]
    assert type(run.groups.get("people")[0]) is int


def test_get_what_is_missing(run: BorderModel) -> None:
    with pytest.raises(AttributeError):
        run.agents.get("cash_eur")
    found = run.agents.get("cash_eur", handle_missing="default", default_value=-1.0)
    assert found[:6] == [-1.0] * 6
    assert found[6:] == run.groups.get("cash_eur")
    both = run.agents.get(["name", "row"], handle_missing="default")
    assert both[0] == ["gate", 0]
    assert both[-1] == [None, len(run.groups) - 1]
    with pytest.raises(ValueError, match="handle_missing"):
        run.agents.get("row", handle_missing="ignore")  # type: ignore[arg-type]


def test_set_writes_every_row() -> None:
    model = fresh()
    few = model.groups.select(at_most=3)
    assert few.set("cash_eur", 7.0) is few
    assert list(small_worlds.groups(model)["cash_eur"][:4] == 7.0) == [True, True, True, False]
    model.groups.set("failures", 2)
    assert (small_worlds.groups(model)["failures"] == 2).all()


def test_agg_one_or_several_functions(run: BorderModel) -> None:
    cash = small_worlds.groups(run)["cash_eur"]
    assert run.groups.agg("cash_eur", sum) == pytest.approx(cash.sum())
    assert run.groups.agg("cash_eur", [min, max, np.mean]) == pytest.approx(
        [cash.min(), cash.max(), cash.mean()]
    )


def test_groupby_an_attribute_or_a_function(run: BorderModel) -> None:
    stages = run.groups.groupby("stage_name")
    counted = stages.count()
    assert sum(counted.values()) == len(run.groups)
    assert len(counted) > 1
    assert stages.agg("people", sum).keys() == counted.keys()
    for name, members in stages:
        assert all(group.stage_name == name for group in members)
    alone = run.groups.groupby(lambda group: group.people == 1, result_type="list")
    assert sorted(alone.count()) == [False, True]
    assert isinstance(alone.groups[True], list)


def test_do_and_map() -> None:
    model = fresh()
    visited: list[int] = []
    groups = model.groups.select(at_most=4)

    def note(group: MigrantGroup, extra: int = 0) -> None:
        visited.append(group.row + extra)

    assert groups.do(note, 10) is groups
    assert visited == [10, 11, 12, 13]
    assert groups.map(lambda group: group.row) == [0, 1, 2, 3]
    stations = model.agents.select(agent_type=CrossingStation)
    places = model.engine.stations["place"]
    on_the_way = model.engine.occupancy[places, State.TRAVEL].tolist()
    assert stations.map("people", State.TRAVEL) == on_the_way
    order: list[int] = []
    groups.shuffle_do(lambda group: order.append(group.row))
    assert sorted(order) == [0, 1, 2, 3]


def test_sort_by_attribute_or_function_both_ways(run: BorderModel) -> None:
    cash = sorted(run.groups.get("cash_eur"))
    assert run.groups.sort("cash_eur", ascending=True).get("cash_eur") == cash
    assert run.groups.sort("cash_eur").get("cash_eur") == cash[::-1], "descending, as in Mesa"
    by_row = run.groups.sort(lambda group: -group.row, ascending=True)
    assert by_row[0].row == len(run.groups) - 1


def test_shuffle_keeps_everybody_and_belongs_to_the_model() -> None:
    one, other = fresh(), fresh()
    mixed = one.groups.shuffle().get("row")
    assert sorted(mixed) == list(range(len(one.groups)))
    assert mixed != sorted(mixed)
    assert other.groups.shuffle().get("row") == mixed, "same seed, same order"


def test_the_surface_has_every_public_method_of_mesas() -> None:
    """A new Mesa that gives agent sets a new method must be looked at."""
    theirs = {name for name in vars(AgentSet) if not name.startswith("_")}
    from sim.agents.mesa_adapter import AgentViews

    ours = set(vars(AgentViews))
    inherited = {"random", "remove", "discard", "add"}
    assert theirs - ours - inherited == set(), "inherited methods would read Mesa's own storage"
