"""The ODD page: what the code says now, and all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.model import build, meanings
from sim.engine import row_types
from sim.engine.codes import PersonState
from sim.engine.events import EventKind
from sim.hypotheses import registered_hypotheses, registered_responses
from sim.outcomes.indicators import INDICATORS
from sim.policies import registered_policies
from sim.world.parameter_names import PARAMETER_NAMES

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    return build.PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_code_says_now(page: str) -> None:
    assert page == build.render(), "run make odd"


def test_it_has_every_element_of_the_protocol(page: str) -> None:
    heads = re.findall(r"^## (.+)$", page, flags=re.MULTILINE)
    assert [head[2:] for head in heads[:7]] == [
        "Purpose and patterns",
        "Entities, state variables and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialization",
        "Input data",
        "Submodels",
    ]
    concepts = (
        "Basic principles",
        "Emergence",
        "Adaptation",
        "Objectives",
        "Learning",
        "Prediction",
        "Sensing",
        "Interaction",
        "Stochasticity",
        "Collectives",
        "Observation",
    )
    design = page.split("## 4 Design concepts")[1].split("## 5 ", maxsplit=1)[0]
    assert [name for name in concepts if f"**{name}.**" not in design] == []


def test_nothing_of_the_code_is_left_out(page: str) -> None:
    names = (
        *PARAMETER_NAMES,
        *INDICATORS,
        *(state.name for state in PersonState),
        *(kind.name for kind in EventKind),
        *registered_policies(),
        *registered_hypotheses(),
        *registered_responses(),
        *build.random_purposes(),
    )
    assert [name for name in names if f"| `{name}` |" not in page] == []


def test_every_submodel_has_its_text(page: str) -> None:
    numbers = re.findall(r"^### (S\d+) ", page, flags=re.MULTILINE)
    assert numbers == [f"S{k}" for k in range(1, 15)]


def submodels(text: str) -> str:
    return text.split("## 7 Submodels")[1].split("### Policies", maxsplit=1)[0]


def test_every_submodel_says_where_it_is_checked(page: str) -> None:
    texts = re.split(r"^### ", submodels(page), flags=re.MULTILINE)[1:]
    assert [text.split("\n")[0] for text in texts if "Checked in" not in text] == []


def test_files_that_the_page_names_exist(page: str) -> None:
    named = set(re.findall(r"`((?:tests|sim|seeds|scenarios|docs)/[\w/.-]+)`", page))
    assert named
    assert sorted(name for name in named if not (PROJECT / name).exists()) == []


def test_names_in_the_equations_are_those_of_the_code() -> None:
    """Names with a parameter's ending, by hand in the template, are parameters or records' keys."""
    template = (build.FOLDER / build.TEMPLATE).read_text(encoding="utf-8")
    endings = r"(?:eur|per_h|per_d|per_km|share|factor|constant|weight|nest|scale|limit)"
    names = set(re.findall(rf"\b[a-z_]+_{endings}\b", submodels(template)))
    keys = {"persons_per_d", "court_hazard_per_d", "price_factor", "removal_factor"}
    assert len(names) > len(keys)
    assert sorted(names - keys - set(PARAMETER_NAMES)) == []


def test_every_parameter_is_under_a_heading() -> None:
    sections = build.parameter_sections()
    assert sorted(name for names in sections.values() for name in names) == sorted(PARAMETER_NAMES)
    assert "" not in sections


def test_words_are_those_of_the_code() -> None:
    assert meanings.STATES.keys() == {state.name for state in PersonState}
    assert meanings.EVENTS.keys() == {kind.name for kind in EventKind}
    for name, (_, words) in meanings.TABLES.items():
        assert tuple(words) == getattr(row_types, name).names, name


def test_rows_of_a_table_have_as_many_cells_as_its_head(page: str) -> None:
    width = 0
    for line in page.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert width in (0, cells) or cells == 0, line
        width = cells


def test_no_number_of_a_purpose_is_used_twice() -> None:
    numbers = list(build.random_purposes().values())
    assert len(numbers) == len(set(numbers))
