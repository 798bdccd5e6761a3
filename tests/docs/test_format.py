"""The reference page of the scenario format: what the code says now, and nothing that fails."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from docs.format import build
from sim.scenario.key_places import places
from sim.scenario.loading import load_scenario
from sim.scenario.reading import compose
from sim.scenario.record_keys import keys_of, record_example, records_within
from sim.scenario.schema import RULES, ScenarioFile
from sim.scenario.yaml_text import as_yaml
from sim.world.network import Crossing
from sim.world.parameter_names import PARAMETER_NAMES


@pytest.fixture(scope="module")
def page() -> str:
    return build.PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_code_says_now(page: str) -> None:
    assert page == build.render(), "run: python -m docs.format.build"


def test_nothing_of_the_format_is_left_out(page: str) -> None:
    kinds = [kind for _, kinds in RULES.values() for kind in kinds()]
    names = [key.name for kind in records_within([ScenarioFile]) for key in keys_of(kind)]
    names += [place.key.name for place in places()]
    rows = (*names, *PARAMETER_NAMES, "extends", "overrides")
    assert [name for name in rows if f"| `{name}` |" not in page] == []
    assert [name for name in kinds if f"### `{name}`" not in page] == []


def test_links_of_the_page_lead_to_a_heading(page: str) -> None:
    heads = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}
    assert set(re.findall(r"\]\(#([\w-]+)\)", page)) - anchors == set()


def rules_of_the_page(page: str) -> dict[str, Any]:
    """The policies, hypotheses and responses of its blocks, all together."""
    found: dict[str, Any] = {}
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        section = block.partition(":")[0]
        if section in RULES:
            node = compose(block, Path("page"), [])
            assert node is not None
            plain = node.plain
            assert isinstance(plain, dict)
            held = plain[section]
            assert isinstance(held, dict)
            found.setdefault(section, {}).update(held)
    return found


def test_the_examples_of_the_page_are_together_a_scenario(page: str, tmp_path: Path) -> None:
    """Every record and every type of rule, as the page shows them, in one file."""
    rules = rules_of_the_page(page)
    assert {len(rules[section]) for section in RULES} == {
        len(kinds()) for _, kinds in RULES.values()
    }
    example: dict[str, Any] = record_example(ScenarioFile)
    for key in keys_of(ScenarioFile):
        if key.parts and key.name not in ("weather", "observed"):
            example.setdefault(key.name, key.example)
    example["crossings"] += [{**record_example(Crossing), "id": "far", "name": "Far"}]
    for place in (*example["crossings"], *example["segments"]):
        place["state"] = example["states"][0]["id"]
    ends = ("near", "far", "abroad")
    example["roads"] = [{**example["roads"][0], "b": place} for place in ends]
    for section in RULES:
        example[section] = {**example[section], **rules[section]}
    path = tmp_path / "page.yaml"
    path.write_text("\n".join(f"{k}: {as_yaml(v)}" for k, v in example.items()), "utf-8")
    assert YAML(typ="safe").load(path.read_text("utf-8"))["name"] == "my-border"
    scenario = load_scenario(path)
    assert scenario.policies.keys() == example["policies"].keys()
