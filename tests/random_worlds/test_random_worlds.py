"""Random worlds: any valid scenario is read, and keeps every promise.

``make test`` tries a few, always the same; ``make fuzz`` many, with a seed that it prints
(``RAJASIM_SEED`` gives it again). A document that fails is printed as YAML (JSON is YAML): as
``world.yaml`` beside the weather file it can be run with ``rajasim run``.
"""

from __future__ import annotations

import json
import os
import secrets
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from sim.api.functions import load_scenario
from sim.model import BorderModel
from sim.policies import registered_policies
from sim.policies.composition import Joined
from sim.scenario.scenario import Scenario
from sim.study.options import StudyOptions
from sim.study.replication import Study
from tests.effort import FULL, effort
from tests.random_worlds import promises_of_two_runs as pairs
from tests.random_worlds.choices import Document
from tests.random_worlds.decisions import BUILDERS, COMPOSED, OPEN, ORDERS_NOTHING
from tests.random_worlds.documents import WEEKS, documents, weather_table
from tests.random_worlds.promises import check_run
from tests.random_worlds.run_monitor import RunMonitor

SEED = int(os.environ.get("RAJASIM_SEED", secrets.randbits(32)))
EXAMPLES = int(os.environ.get("RAJASIM_EXAMPLES", effort(16, 5000)))
# Hypotheses, responses and gateways are drawn by their order in the mapping.
ORDER_MATTERS = ("hypotheses", "responses", "gateways")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where documents are written, with the weather of every week beside them."""
    place = tmp_path_factory.mktemp("worlds")
    for name, start in WEEKS.items():
        table = weather_table(start)
        (place / f"weather-{name}.csv").write_text(table, encoding="utf-8")
    return place


def read(document: Document, folder: Path) -> Scenario:
    """A document through the front door; a refusal is a failure."""
    file = folder / "world.yaml"
    file.write_text(json.dumps(document), encoding="utf-8")
    return load_scenario(file)


class Models:
    """Models of one example, released together: each holds tables for thousands of people."""

    def __init__(self) -> None:
        self._made: list[BorderModel] = []

    def __enter__(self) -> Models:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._made:
            each.release()

    def __call__(self, study: Study, policy: str, **changes: Any) -> BorderModel:
        """One policy in the first state of the world of a scenario, as a study would run it."""
        scenario, draw = study.options.scenario, study.state(0)
        oversight = scenario.oversight
        made = BorderModel(
            study.blueprint,
            changes.pop("rule", scenario.policies[policy].rule),
            scenario.hypotheses[draw.hypothesis].rule,
            response=scenario.responses[draw.response].rule if draw.response else None,
            oversight=oversight if oversight and oversight.covers(policy) else None,
            seed=study.options.seed,
            number=draw.number,
            **{"parameters": draw.parameters, **changes},
        )
        self._made.append(made)
        return made


def study_of(scenario: Scenario) -> Study:
    return Study(StudyOptions(scenario, tuple(scenario.policies), scenario.seed))


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The document with other names, and with the keys of mappings the other way round."""
    if isinstance(value, dict):
        items = [
            (
                names.get(key, key),
                value[key] if key in ORDER_MATTERS else renamed(value[key], names),
            )
            for key in reversed(value)
        ]
        return {
            key: _renamed_in_order(inner, names) if key in ORDER_MATTERS else inner
            for key, inner in items
        }
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _renamed_in_order(value: Any, names: dict[str, str]) -> Any:
    return {names.get(key, key): renamed(inner, names) for key, inner in value.items()}


def other_names(document: Document) -> dict[str, str]:
    """A new name for every place, policy, hypothesis and response."""
    places = ("hubs", "crossings", "neighbours", "segments")
    ids = [record["id"] for kind in places for record in document[kind]]
    ids += [name for kind in ("policies", "hypotheses", "responses") for name in document[kind]]
    return {name: f"{chr(122 - k % 26)} ä/{name}" for k, name in enumerate(ids)}


def with_one_more_group(document: Document, persons: int) -> Document:
    extra = {
        "id": "one-more",
        "at": document["start"],
        "persons": persons,
        "hub": document["hubs"][0]["id"],
    }
    more = deepcopy(document)
    more["demand"]["groups"].append(extra)
    return more


def test_every_type_of_policy_occurs() -> None:
    assert {*BUILDERS, COMPOSED, "by-state"} == set(registered_policies())


def seeded(test: Any) -> Any:
    """With full effort other worlds each time; a seed would outweigh ``derandomize``."""
    return seed(SEED)(test) if FULL else test


@pytest.mark.slow
@seeded
@settings(
    max_examples=EXAMPLES,
    derandomize=not FULL,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
@given(document=documents(), choice=st.data())
def test_every_promise_holds_in_any_world(
    folder: Path, document: Document, choice: st.DataObject
) -> None:
    note(f"RAJASIM_SEED={SEED}" if FULL else "the same examples each time")
    note(json.dumps(document, indent=1))
    study = study_of(read(document, folder))
    policy = choice.draw(st.sampled_from(list(reversed(study.options.policies))), label="policy")
    with Models() as model:
        check_every_promise(folder, document, study, policy, choice, model)


def check_every_promise(
    folder: Path,
    document: Document,
    study: Study,
    policy: str,
    choice: st.DataObject,
    model: Models,
) -> None:
    """One policy of a scenario, run in every way in which it must come to the same."""
    monitor = RunMonitor(model(study, policy, audit=True)).to_the_end()
    check_run(monitor)

    plain = model(study, policy).run()
    pairs.check_same_bytes(monitor.run, plain, "stopped at every instant")
    odd = choice.draw(st.lists(st.floats(0.01, 30.0), min_size=1, max_size=3), label="chunks, h")
    for sizes_h in ((1.0,), (24.0,), (1440.0,), odd):
        again = pairs.in_chunks(model(study, policy), sizes_h)
        pairs.check_same_bytes(plain, again, f"in chunks of {sizes_h} h")

    opened = model(study, OPEN).run()
    pairs.check_orders_nothing(opened, model(study, ORDERS_NOTHING).run())

    rule = study.options.scenario.policies[policy].rule
    ahead_h = choice.draw(st.sampled_from([0.0, 5.0, 30.0]), label="nothing announced, h ahead")
    nothing = pairs.AnnouncesNothing(ahead_h)
    alone = model(study, policy, rule=Joined(("it",), (rule,))).run()
    joined = model(study, policy, rule=Joined(("it", "nothing"), (rule, nothing))).run()
    pairs.check_announces_nothing(alone, joined)

    currency = pairs.in_another_currency(study.state(0).parameters, 2.0)
    pairs.check_currency(plain, model(study, policy, parameters=currency).run(), 2.0)

    names = other_names(document)
    elsewhere = study_of(read(renamed(document, names), folder))
    pairs.check_renamed(plain, model(elsewhere, names[policy]).run())

    persons = choice.draw(st.sampled_from([1, 7, 150]), label="one more group of")
    more = study_of(read(with_one_more_group(document, persons), folder))
    pairs.check_one_more_group(opened, model(more, OPEN).run())
