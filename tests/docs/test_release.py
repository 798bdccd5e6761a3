"""What a release is made of agrees: version, changelog, citation, workflow, typed package."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ruamel.yaml import YAML

from sim import __version__

ROOT = Path(__file__).parents[2]
SECTIONS = re.findall(
    r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE
)


def test_the_changelog_has_a_place_for_the_next_release_and_dates_the_last() -> None:
    assert SECTIONS[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", each) for each in SECTIONS[1:])


def test_the_citation_names_the_last_release() -> None:
    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert SECTIONS[1] == f"{citation['version']} ({citation['date-released']})"
    assert citation["version"] == __version__


def test_the_workflow_tries_every_supported_python() -> None:
    workflow = YAML(typ="safe").load(
        (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    )
    job = workflow["jobs"]["check"]
    assert any(step.get("run") == ".ci/run" for step in job["steps"])
    assert (ROOT / ".ci" / "run").is_file()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    supported = [each.rsplit(" ", 1)[1] for each in project["classifiers"] if "3." in each]
    assert job["strategy"]["matrix"]["python"] == supported


def test_the_package_is_typed_for_its_users() -> None:
    assert (ROOT / "sim" / "py.typed").is_file()
