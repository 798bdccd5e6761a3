"""What Mesa's own tools do with a model: collect, run in batches, copy, pickle, draw."""

from __future__ import annotations

import copy
import importlib.util
import inspect
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import mesa
import pytest

from sim import ScenarioModel, finland_model, load_scenario, start_model
from sim.agents.crossing_stations import CrossingStation
from sim.api import functions
from sim.errors import ScenarioError
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.full_world import reference_model
from tests.effort import PATIENCE_S

PROJECT = Path(__file__).parents[2]
TWO_CROSSINGS = PROJECT / "scenarios" / "teaching" / "two-crossings.yaml"
VISUAL = PROJECT / "examples" / "solara_viz.py"


def halfway() -> BorderModel:
    model = reference_model()
    model.advance_to(150.0)
    return model


@pytest.mark.parametrize("way", ["pickle", "deepcopy", "copy"])
def test_a_copy_goes_on_to_the_same_bytes_and_leaves_the_original(way: str) -> None:
    model = halfway().collect_data()
    model.step()
    before = small_worlds.digest(model)
    twin: BorderModel = {
        "pickle": lambda: pickle.loads(pickle.dumps(model)),  # noqa: S301 - our own
        "deepcopy": lambda: copy.deepcopy(model),
        "copy": lambda: copy.copy(model),
    }[way]()
    assert type(twin) is BorderModel
    assert (twin.now_h, twin.steps) == (model.now_h, model.steps)
    assert twin.datacollector is not model.datacollector
    assert twin.datacollector.model_vars == model.datacollector.model_vars
    twin.run()
    assert small_worlds.digest(model) == before
    assert small_worlds.differing(reference_model().run(), twin) == []
    assert small_worlds.differing(model.run(), twin) == []


def test_a_copy_draws_what_the_original_would() -> None:
    model = halfway()
    twin = copy.deepcopy(model)
    assert twin.random.random() == model.random.random()
    assert twin.rng.random() == model.rng.random()


def test_data_are_collected_after_each_step_where_that_is_asked_for() -> None:
    model = start_model(load_scenario(TWO_CROSSINGS), "open")
    model.step()
    assert not hasattr(model, "datacollector")
    model.collect_data()
    for _ in range(48):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["hour"]) == [float(hour) for hour in range(2, 50)]
    last = frame.iloc[-1]
    assert last["registered"] == sum(each.registered for each in model.stations) > 0
    assert last["waiting"] == sum(each.waiting for each in model.stations)
    assert last["groups"] == len(model.groups)
    stations = model.datacollector.get_agenttype_vars_dataframe(CrossingStation)
    assert len(stations) == 48 * 2
    assert set(stations["crossing"]) == {"gate", "far-gate"}


def test_a_collector_of_ones_own_is_used() -> None:
    collector = mesa.DataCollector(model_reporters={"now": lambda model: model.now_h})
    model = reference_model().collect_data(collector)
    model.step()
    assert collector.model_vars == {"now": [1.0]}


def test_mesas_batch_runner_runs_a_scenario() -> None:
    rows = mesa.batch_run(
        ScenarioModel,
        {"scenario": str(TWO_CROSSINGS), "policy": ["open", "near-closed"], "state": [0, 1]},
        max_steps=1000,
        display_progress=False,
    )
    by_run = {(row["policy"], row["state"]): row for row in rows}
    assert len(by_run) == 4
    assert all(row["hour"] == 240.0 for row in rows)
    scenario = load_scenario(TWO_CROSSINGS)
    for (policy, state), row in by_run.items():
        model = start_model(scenario, policy, state=state).run()
        registered = {station.name: station.registered for station in model.stations}
        assert row["registered"] == sum(registered.values())
        if "crossing" in row:  # in Mesa 3.5 each crossing has a row of its own
            of_run = [each for each in rows if each["RunId"] == row["RunId"]]
            assert {each["crossing"]: each["registered_there"] for each in of_run} == registered


def test_the_finland_model_takes_keywords_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    model = finland_model(policy="open", state=3, seed=2)
    scenario = load_scenario(functions.FINLAND)
    other = start_model(scenario, "open", state=3, seed=2)
    model.advance_to(100.0)
    other.advance_to(100.0)
    assert small_worlds.differing(model, other) == []
    with pytest.raises(TypeError):
        ScenarioModel(TWO_CROSSINGS)  # type: ignore[call-arg]
    monkeypatch.setattr(functions, "FINLAND", "nowhere")
    with pytest.raises(ScenarioError, match="nowhere"):
        finland_model()


def test_a_model_is_made_again_from_its_parameters() -> None:
    """As a visualisation resets it, and pickled as any other."""
    parameters = {"scenario": TWO_CROSSINGS, "policy": "near-closed", "state": 1}
    first = ScenarioModel(**parameters)  # type: ignore[arg-type]
    first.advance_to(100.0)
    again = type(first)(**parameters)  # type: ignore[arg-type]
    assert again.now_h == 0.0
    again.advance_to(100.0)
    assert small_worlds.differing(first, again) == []
    twin = pickle.loads(pickle.dumps(again))  # noqa: S301 - our own
    assert type(twin) is ScenarioModel
    assert small_worlds.differing(twin.run(), first.run()) == []
    kinds = {each.kind for each in inspect.signature(ScenarioModel).parameters.values()}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


def test_the_space_holds_everybody_where_they_are() -> None:
    model = halfway()
    space = model.space
    places = model.world.network.places
    shown = list(space.agents)
    assert shown[: len(model.stations)] == model.stations
    assert len(shown) > len(model.stations)
    for agent in shown:
        lon, lat = agent.pos
        assert space.x_min < lon < space.x_max
        assert space.y_min < lat < space.y_max
        assert (lon, lat) in {(place.lon, place.lat) for place in places}
    gate = model.stations[0]
    assert gate.pos == (gate.crossing.lon, gate.crossing.lat)


def test_the_visualisation_starts_where_solara_is_installed() -> None:
    pytest.importorskip("solara")
    pytest.importorskip("altair")
    script = (
        "import importlib.util, solara\n"
        f"spec = importlib.util.spec_from_file_location('viz', {str(VISUAL)!r})\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "box, context = solara.render(module.page, handle_error=False)\n"
        "print('started', module.page is not None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert "started True" in done.stdout, done.stderr


def test_the_visualisation_is_valid_where_solara_is_not() -> None:
    assert importlib.util.spec_from_file_location("viz", VISUAL) is not None
    compile(VISUAL.read_text("utf-8"), str(VISUAL), "exec")


def test_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (PROJECT / "docs" / "how-to" / "use-mesas-tools.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(PROJECT)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the page's own code
    assert names["model"].now_h == 72.0
    assert names["what_if"].now_h == 240.0
