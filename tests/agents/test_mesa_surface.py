"""What a reader meets is Mesa: a model with steps, and agents - over rows of tables.

The same tests run on Mesa 3.3 (Python 3.11) and 3.5 (3.12 and later).
"""

from __future__ import annotations

import ast
import gc
import inspect
import weakref
from abc import ABC
from pathlib import Path

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim.agents.courts import OversightActor
from sim.agents.crossing_stations import CrossingStation
from sim.agents.migrant_groups import MigrantGroup
from sim.agents.neighbouring_states import NeighbourActor
from sim.agents.receiving_state import PolicyActor
from sim.agents.transit_state import TransitActor
from sim.engine.codes import AgeClass, GroupStage
from sim.engine.codes import PersonState as State
from sim.engine.row_types import GROUP
from sim.model import BorderModel
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.verification.full_world import reference_model
from tests.agents.five_days import fresh

PACKAGE = Path(__file__).parents[2] / "sim"
ADAPTER = PACKAGE / "agents" / "mesa_adapter.py"

# The model ---------------------------------------------------------------------------------------


def test_a_step_is_an_hour() -> None:
    model = small_worlds.model(
        small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.poisson(1.0), days=2
        )
    )
    assert isinstance(model, mesa.Model)
    assert (model.now_h, model.steps, model.running) == (0.0, 0, True)
    for hour in range(1, 49):
        assert model.running
        model.step()
        assert (model.now_h, model.steps) == (float(hour), hour)
    assert not model.running
    model.step()
    assert model.now_h == 48.0, "the end is the end"


def test_running_stops_the_model() -> None:
    model = reference_model().run()
    assert not model.running
    assert model.now_h == model.clock.duration_h


def test_mesas_own_loop_runs_to_the_end() -> None:
    """``run_model`` steps while ``running``."""
    model = small_worlds.model(
        small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.poisson(1.0), days=1
        )
    )
    model.run_model()
    assert model.now_h == 24.0


@pytest.mark.parametrize(
    "kind", [CrossingStation, PolicyActor, TransitActor, NeighbourActor, MigrantGroup]
)
def test_every_kind_of_agent_is_a_mesa_agent(run: BorderModel, kind: type[mesa.Agent]) -> None:
    assert issubclass(kind, mesa.Agent)
    members = run.agents_by_type[kind]
    assert len(members) > 0
    assert all(type(agent) is kind and agent.model is run for agent in members)
    assert kind in run.agent_types


def test_agents_are_stations_and_actors_then_groups(run: BorderModel) -> None:
    kinds = [type(agent) for agent in run.agents]
    assert kinds[:4] == [CrossingStation, CrossingStation, TransitActor, PolicyActor]
    assert kinds[4:6] == [OversightActor, NeighbourActor]
    assert set(kinds[6:]) == {MigrantGroup}
    assert len(run.agents) == len(kinds) == 6 + len(run.groups)
    assert isinstance(run.agents, AgentSet)


def test_unique_ids_are_unique(run: BorderModel) -> None:
    ids = run.agents.get("unique_id")
    assert ids == list(range(1, len(ids) + 1))


def test_agents_come_into_being_as_the_model_runs() -> None:
    model = reference_model()
    before = len(model.groups)
    model.advance_to(48.0)
    assert len(model.groups) > before


@pytest.mark.parametrize("method", ["add", "discard", "remove"])
def test_nobody_is_added_or_removed_by_hand(run: BorderModel, method: str) -> None:
    with pytest.raises(TypeError, match="cannot be added"):
        getattr(run.groups, method)(run.groups[0])


# Views -------------------------------------------------------------------------------------------


def test_two_views_of_a_row_are_one_agent(run: BorderModel) -> None:
    one, other = run.groups[3], run.groups[3]
    assert one is not other
    assert one == other
    assert hash(one) == hash(other)
    assert one.unique_id == other.unique_id
    assert len({one, other, run.groups[4]}) == 2
    assert one != run.groups[4]


def test_views_of_different_models_are_different_agents(run: BorderModel) -> None:
    assert run.groups[0] != fresh().groups[0]


def test_every_column_is_an_attribute(run: BorderModel) -> None:
    group = run.groups[7]
    row = small_worlds.groups(run)[7]
    for name in GROUP.names or ():
        np.testing.assert_equal(getattr(group, name), row[name].item())
    with pytest.raises(AttributeError, match="no attribute 'cash_usd'"):
        _ = group.cash_usd


def test_columns_do_not_hide_what_mesa_gives_its_agents() -> None:
    """A column called ``pos`` or ``remove`` would be unreachable or break Mesa."""
    own = {name for name, _ in inspect.getmembers(mesa.Agent)} | {"model", "unique_id", "pos"}
    assert not own & set(GROUP.names or ())


def test_a_view_follows_its_row() -> None:
    model = fresh()
    group = next(each for each in model.groups if each.stage == GroupStage.WAITING)
    model.run()
    assert group.stage != GroupStage.WAITING
    assert group.stage == small_worlds.groups(model)[group.row]["stage"]


def test_writing_an_attribute_writes_the_table() -> None:
    model = fresh()
    group = model.groups[2]
    group.cash_eur = 12.5
    group.failures = 3
    assert small_worlds.groups(model)[2]["cash_eur"] == 12.5
    assert model.groups[2].failures == 3
    assert small_worlds.groups(model)[1]["cash_eur"] != 12.5


def test_members_are_the_groups_own_rows(run: BorderModel) -> None:
    group = next(each for each in run.groups if each.people > 2)
    members = group.members
    assert len(members) == group.people
    assert set(members["group"]) == {group.row}
    assert group.states == [State(s).name for s in members["state"]]
    with pytest.raises(ValueError, match="read-only"):
        members["state"] = 0


def test_composition_follows_from_the_members(run: BorderModel) -> None:
    with_children = [group for group in run.groups if group.children]
    assert with_children
    for group in run.groups:
        minors = group.has_children or group.has_unaccompanied_minors
        assert bool(group.children) == minors
        old = (group.members["age_class"] == AgeClass.ELDERLY).any()
        assert group.has_vulnerable == bool(group.members["vulnerable"].any() or old)


def test_a_view_prints_what_it_is(run: BorderModel) -> None:
    group = run.groups[0]
    assert repr(group) == (
        f"<MigrantGroup {group.unique_id}: {group.people} people, {group.stage_name}>"
    )
    assert "CrossingStation gate" in repr(run.stations[0])


def test_places_have_names(run: BorderModel) -> None:
    names = {place.id for place in run.world.network.places}
    assert {group.place_id for group in run.groups} <= names
    assert {group.destination_id for group in run.groups} <= {*names, None}


def test_a_station_shows_its_state() -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(servers=0)),
        small_worlds.given([1.0], size=4),
        days=3,
    )
    model = small_worlds.model(
        where, Closure(crossings=(small_worlds.GATE,), at=small_worlds.at(24.0))
    )
    model.advance_to(2.0)
    station = model.stations[0]
    assert (station.name, station.is_open, station.accepts_asylum) == (
        small_worlds.GATE,
        True,
        True,
    )
    assert (station.waiting, station.registered, station.suspended) == (4, 0, False)
    model.advance_to(24.0)
    assert (station.is_open, station.accepts_asylum) == (False, False)


# Memory ------------------------------------------------------------------------------------------


def living_models() -> int:
    gc.collect()
    # By its own class: a weak proxy of something that is gone has no other.
    return sum(issubclass(type(each), BorderModel) for each in gc.get_objects())


def test_a_finished_replicate_leaves_nothing_behind() -> None:
    model = reference_model().run()
    groups = list(model.groups)
    watcher, columns = weakref.ref(model), weakref.ref(model.engine.persons)
    model.release()
    del model, groups
    gc.collect()
    assert watcher() is None
    assert columns() is None


def test_tables_go_with_the_run_and_do_not_wait_for_the_garbage_collector() -> None:
    """They are megabytes, and circles are looked for by the number of objects, not by bytes."""
    model = reference_model().run()
    columns = weakref.ref(model.engine.persons)
    gc.collect()
    gc.disable()
    try:
        model.release()
        del model
        assert columns() is None
    finally:
        gc.enable()


def test_fifty_replicates_leave_no_model() -> None:
    where = small_worlds.tandem(1.0, servers=2, registration=small_worlds.service(1.0), days=2)
    before = living_models()
    for number in range(50):
        model = small_worlds.model(where, number=number).run()
        assert model.agents.agg("unique_id", max) > 4
        model.release()
        del model
    assert living_models() == before


def test_release_may_be_called_twice_and_keeps_the_results() -> None:
    model = reference_model().run()
    before = small_worlds.digest(model)
    model.release()
    model.release()
    assert small_worlds.digest(model) == before
    assert len(model.stations) == 0


# Mesa's private parts ----------------------------------------------------------------------------


def private_names() -> set[str]:
    """Names with one underscore that Mesa's classes and their instances carry."""
    model = mesa.Model(rng=1)
    agent = mesa.Agent(model)
    known: set[str] = set()
    for thing in (model, agent, model.agents):
        known |= {*dir(thing), *getattr(thing, "__dict__", {})}
    for kind in (mesa.Model, mesa.Agent, AgentSet):
        known |= set(vars(kind))
        for slots in (getattr(base, "__slots__", ()) for base in kind.__mro__):
            known |= {slots} if isinstance(slots, str) else set(slots)
    return {name for name in known if name.startswith("_") and not name.startswith("__")} | {"_ids"}


def test_mesas_private_names_are_touched_in_one_file_only() -> None:
    private = private_names()
    assert "_ids" in private
    assert "_all_agents" in private or "_agents" in private
    touched = [
        f"{path.relative_to(PACKAGE.parent)}:{node.lineno} {node.attr}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != ADAPTER
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in private
    ]
    assert touched == []


def test_our_own_names_do_not_shadow_mesas_private_ones() -> None:
    """An attribute of ours with a private name of Mesa's would break it in silence."""
    own = {name for name in vars(BorderModel) if name.startswith("_") and name[1] != "_"}
    python_gives_every_abstract_class = set(vars(ABC))
    assert not own & private_names() - python_gives_every_abstract_class
