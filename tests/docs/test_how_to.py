"""The how-to pages: their code runs as it is."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from sim import compare, load_scenario, start_model
from sim.clock import Opening, in_force, overlapping
from sim.engine.codes import Action, Documents
from sim.forecasting.baselines import BASELINES
from sim.forecasting.evaluation import MEANS
from sim.outcomes import rights
from sim.outcomes.breakdown import break_down
from sim.outcomes.run_record import RunRecord
from sim.policies import orders
from sim.policies.orders import ENDLESS, USES
from sim.policies.timed import Schedule
from sim.verification import small_worlds
from sim.verification.full_world import reference_model
from sim.world.station_records import Travellers
from tests.bad_input.template import TEMPLATE, write_changed

PROJECT = Path(__file__).parents[2]
HOW_TO = PROJECT / "docs" / "how-to"
ADDING = HOW_TO / "add-a-policy.md"
TABLE = HOW_TO / "add-a-results-table.md"
INDICATOR = HOW_TO / "add-an-indicator.md"
SAVING = HOW_TO / "save-and-continue.md"
CHECKING = HOW_TO / "check-a-scenario.md"
DEMAND = HOW_TO / "give-demand.md"
FILTERS = HOW_TO / "filters-and-caps.md"
FORECASTING = HOW_TO / "forecast.md"


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def import_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import a file as a module, and forget it and what it registers after the test."""
    monkeypatch.setattr(orders, "POLICIES", dict(orders.POLICIES))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)


def test_the_policy_of_the_page_is_checked_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks(ADDING, "python")
    (tmp_path / "reinforcement.py").write_text(code, "utf-8")
    import_file(tmp_path / "reinforcement.py", monkeypatch)
    (text,) = blocks(ADDING, "yaml")
    teaching = PROJECT / "scenarios" / "teaching"
    for name in ("one-crossing.yaml", "two-crossings.yaml"):
        (tmp_path / name).write_text((teaching / name).read_text(encoding="utf-8"), "utf-8")
    (tmp_path / "reinforced.yaml").write_text(text, "utf-8")

    scenario = load_scenario(tmp_path / "reinforced.yaml")
    result = compare(scenario, ["open", "reinforced"], replicates=4, out=tmp_path / "results")

    costs = result.results.indicators.filter(indicator="K1_surge")
    assert costs.filter(policy="open")["value"].to_list() == [0.0] * 8, "two runs a state"
    assert costs.filter(policy="reinforced")["value"].sum() > 0.0


def test_the_page_names_a_place_that_exists() -> None:
    assert (PROJECT / "sim" / "policies").is_dir()
    assert "`sim/policies/reinforcement.py`" in ADDING.read_text(encoding="utf-8")


def test_what_the_page_saves_and_continues_ends_as_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scenarios").symlink_to(PROJECT / "scenarios")
    monkeypatch.chdir(tmp_path)
    save, go_on = blocks(SAVING, "python")
    saved: dict[str, Any] = {}
    continued: dict[str, Any] = {}
    exec(save, saved)  # noqa: S102 - the page's own code
    exec(go_on, continued)  # noqa: S102
    whole = start_model(saved["scenario"], "near-closed", state=3).run()
    assert saved["model"].now_h == 100.0
    assert small_worlds.differing(whole, continued["model"]) == []
    assert small_worlds.differing(whole, saved["model"]) != []


def test_the_indicators_of_the_page_are_entered_computed_and_broken_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = dict(rights.TABLE.rows)
    (code,) = blocks(INDICATOR, "python")
    with monkeypatch.context() as entered:
        for name in ("R15", "R15_mean"):
            assert name not in before
            entered.setitem(rights.TABLE.rows, name, None)
        exec(code, {"__name__": "page"})  # noqa: S102 - the page's own code
        of_run, of_people = rights.TABLE.rows["R15"], rights.TABLE.rows["R15_mean"]
    assert rights.TABLE.rows == before
    assert of_run.definition.startswith("People who waited more than 24 hours")

    model = reference_model().run()
    run = RunRecord(model.world, model.parameters, model.engine)
    assert of_run.compute(run) == (run.registration_wait_h > 24.0).sum()
    assert of_people.compute(run) == pytest.approx(run.spent_eur[run.presented].mean())
    by_class = break_down(run, (of_people,))
    assert np.isfinite(by_class.values).any()


def test_the_results_table_of_the_page_is_filled_and_sums_to_the_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks(TABLE, "python")
    (tmp_path / "attempts_table.py").write_text(code, "utf-8")
    import_file(tmp_path / "attempts_table.py", monkeypatch)
    table = sys.modules["attempts_table"].TABLE

    model = reference_model().run()
    rows = table.of_run(RunRecord(model.world, model.parameters, model.engine))
    run = SimpleNamespace(policy=0, state=0, replicate=0, rows={table.name: rows})
    study = SimpleNamespace(scenario=None, policies=("open",), runs=[run], states=[], learned=None)
    frame = table.shaped(table.frame(study), {"policies": [{"id": "open"}]})

    assert frame.columns == ["policy", "state_of_world", "replicate", "attempts", "people"]
    assert frame["people"].sum() == len(small_worlds.persons(model))
    assert frame["attempts"].is_sorted()


def test_the_hours_of_the_page_hold_as_it_says() -> None:
    (text,) = blocks(CHECKING, "yaml")
    openings = [Opening(**each) for each in YAML(typ="safe").load(text)["opening"]]
    assert not list(overlapping(openings))
    assert [len(in_force(openings, date(2024, 3, day))) for day in (28, 29, 30)] == [1, 1, 1]
    assert in_force(openings, date(2024, 3, 29))[0].hours == "closed"


def test_the_page_names_the_keys_that_each_action_uses() -> None:
    rows = re.findall(r"^\| (`[a-z`, -]+) \| (`.*) \|$", CHECKING.read_text("utf-8"), re.MULTILINE)
    page = {
        Action.of(action): (set(re.findall(r"`(\w+)`", keys)) - {"until"}, "no `until`" in keys)
        for actions, keys in rows
        for action in re.findall(r"`([a-z-]+)`", actions)
    }
    assert page == {action: (set(USES[action]), action in ENDLESS) for action in Action}


def test_the_demand_of_the_page_is_what_it_says(tmp_path: Path) -> None:
    """Each block takes the place of the template's demand."""
    steps, table, stocks = blocks(DEMAND, "yaml")
    (counts,) = blocks(DEMAND, "csv")
    (tmp_path / "demand.csv").write_text(counts, "utf-8")
    begin, end = TEMPLATE.index("demand:\n"), TEMPLATE.index("\n# Central values")
    given = [
        load_scenario(tmp_path / write_changed(tmp_path, (TEMPLATE[begin:end], block)))
        for block in (steps, table, stocks)
    ]
    people = [sum(flow.persons for flow in each.world.inflows) for each in given]
    assert people[0] == pytest.approx(131.0 + 7 * 40.0)
    assert people[1] == pytest.approx(14 * 3 / 7 + 131 + 60 * 4 / 7 + 310 * 14 * 24 / 743)
    assert people[2] == 0.0
    assert [each.parameter for each in given[2].uncertainties][-1] == "stocks.waiting"


def test_the_filters_and_travellers_of_the_page_are_read() -> None:
    steps, travellers = (YAML(typ="safe").load(text) for text in blocks(FILTERS, "yaml"))
    schedule = TypeAdapter(Schedule).validate_python(steps)
    assert [step.action for step in schedule.steps] == [Action.NO_ASYLUM, Action.CAP_ARRIVALS]
    assert schedule.steps[0].documents is Documents.NONE
    assert schedule.steps[1].joint
    assert TypeAdapter(Travellers).validate_python(travellers["travellers"]).share_lanes


def test_the_forecast_of_the_page_is_blind_and_says_its_hash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(PROJECT)
    (code,) = blocks(FORECASTING, "python")
    made: dict[str, Any] = {}
    exec(code, made)  # noqa: S102 - the page's own code
    assert made["result"].is_blind
    assert len(made["result"].forecast) == 3 * 2 * 20
    assert len(made["result"].digest) == 64


def test_every_score_and_baseline_is_on_the_page() -> None:
    page = FORECASTING.read_text(encoding="utf-8")
    named = {f"`{name.rpartition('_')[0]}" if "coverage" in name else f"`{name}`" for name in MEANS}
    assert [name for name in named if name not in page] == []
    assert [each.id for each in BASELINES if each.id not in page] == []
