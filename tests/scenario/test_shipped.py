"""Scenarios that come with the package: found by name, copied whole, and part of the wheel."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.api.functions import start_scenario
from sim.errors import InputError, ScenarioError
from sim.scenario import shipped
from sim.scenario.loading import load_scenario
from sim.scenario.shipped import scenario_file, shipped_root, shipped_scenarios
from tests.effort import PATIENCE_S

ROOT = Path(__file__).parents[2]


def test_a_case_has_the_name_of_its_folder_or_of_its_file() -> None:
    found = shipped_scenarios()
    assert found["finland-2023"] == ROOT / "scenarios" / "finland-2023" / "base.yaml"
    assert found["arctic-2015-16"] == ROOT / "scenarios" / "arctic-2015-16" / "scenario.yaml"
    assert found["one-crossing"] == ROOT / "scenarios" / "teaching" / "one-crossing.yaml"
    assert set(found.values()) == {*ROOT.glob("scenarios/*/*.yaml")}


def test_a_name_a_folder_or_a_file_means_a_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert scenario_file(Path("one-crossing")) == shipped_scenarios()["one-crossing"]
    (tmp_path / "mine").mkdir()
    assert scenario_file(Path("mine")) == Path("mine")
    (tmp_path / "mine" / "scenario.yaml").touch()
    assert scenario_file(Path("mine")) == Path("mine/scenario.yaml")
    assert scenario_file(Path("here/one-crossing")) == Path("here/one-crossing")
    (tmp_path / "one-crossing").touch()
    assert scenario_file(Path("one-crossing")) == Path("one-crossing"), "a file of one's own first"


def test_a_misspelt_name_is_told_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match=r"does not exist .did you mean 'finland-2023'"):
        load_scenario("finland-2032")


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_folder_to_start_from_says_what_the_shipped_scenario_says(
    name: str, tmp_path: Path
) -> None:
    files = start_scenario(tmp_path / "mine", name)
    assert tmp_path / "mine" / "scenario.schema.json" in files
    assert all(path.is_file() for path in files)
    text = (tmp_path / "mine" / "scenario.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=scenario.schema.json\n")
    copied, original = load_scenario(tmp_path / "mine"), load_scenario(name)
    for part in ("network", "demand", "parameters", "clock"):
        assert getattr(copied.world, part) == getattr(original.world, part)
    assert (copied.world.weather is None) == (original.world.weather is None)
    assert copied.observed == original.observed
    assert copied.policies == original.policies
    assert copied.claims == original.claims
    assert copied.translations == original.translations
    assert copied.assumptions == original.assumptions
    readme = (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# {original.title}\n")


def test_there_is_no_folder_from_what_is_not_shipped(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'one-crossing'"):
        start_scenario(tmp_path / "mine", "one-crosing")
    with pytest.raises(InputError, match=r"there is .*finland-2023, "):
        start_scenario(tmp_path / "mine", "xyzzy")
    assert not (tmp_path / "mine").exists()


def test_a_file_may_extend_a_shipped_scenario_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: one-crossing\nname: mine\nruns: {seed: 5}\n", encoding="utf-8")
    scenario = load_scenario(path)
    assert (scenario.name, scenario.seed, scenario.title) == ("mine", 5, "One town, one crossing")
    assert scenario.translations["fi"]


# ---- in the wheel


def test_a_wheel_has_scenarios_and_evidence_where_they_are_looked_for() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {name: f"sim/shipped/{name}" for name in ("scenarios", "seeds")}
    assert all((ROOT / name).is_dir() for name in included)


def test_without_a_checkout_they_are_found_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("scenarios", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / "sim" / "shipped" / name)
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "sim")
    monkeypatch.chdir(tmp_path)
    assert shipped_root() == tmp_path / "sim" / "shipped"
    assert load_scenario("finland-2023").path.is_relative_to(tmp_path)
    files = start_scenario(tmp_path / "mine", "finland-2023")
    assert tmp_path / "mine" / "seeds" / "claims.yaml" in files


@pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="the build tool is not installed"
)
def test_the_built_wheel_has_every_file_of_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE_S)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [path for each in ("scenarios", "seeds") for path in (ROOT / each).rglob("*.yaml")]
    assert {f"sim/shipped/{path.relative_to(ROOT).as_posix()}" for path in wanted} <= names


def sources(node: object) -> Iterator[str]:
    """Every source that a scenario file names, however deep."""
    if isinstance(node, dict):
        yield from (str(value) for key, value in node.items() if key == "source")
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from sources(child)


INTERNAL = re.compile(r"\bMODEL\b|\bfacts\b|\bbrief\b|\(P\d")


@pytest.mark.parametrize("path", sorted(ROOT.glob("scenarios/*/*.yaml")), ids=lambda p: p.stem)
def test_sources_are_ids_or_plain_words(path: Path) -> None:
    """Reports show them: nobody outside the project knows its working papers."""
    found = [
        s for s in sources(YAML(typ="safe").load(path.read_text("utf-8"))) if INTERNAL.search(s)
    ]
    assert found == []


def test_sources_of_the_models_own_values_are_plain_words_too() -> None:
    assumptions = load_scenario("one-crossing").assumptions
    assert [each.source for each in assumptions if INTERNAL.search(each.source or "")] == []
