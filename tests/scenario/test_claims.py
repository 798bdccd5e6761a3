"""The register of contested claims: sourced, tied to the model by name, without a side."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario.claims import read_claims
from sim.scenario.description import Section, describe_scenario
from sim.scenario.loading import load_scenario
from sim.scenario.records import Claim, Statement
from sim.scenario.scenario import Scenario
from sim.world.parameter_names import PARAMETER_NAMES
from tests.seeds.tables import FINLAND, SEEDS, TABLES, read

PROJECT = Path(__file__).parents[2]
BASE = PROJECT / "scenarios" / "finland-2023" / "base.yaml"
TEACHING = PROJECT / "scenarios" / "teaching" / "one-crossing.yaml"
REGISTER = SEEDS / "claims.yaml"
CLAIMS = read_claims(REGISTER).claims
FACTS = (FINLAND / "facts.md").read_text(encoding="utf-8")
BRIEF = "no published source"
LAST_COUNTED = "2023-11-23"

GOOD = """\
format_version: 1
claims:
  - id: C1
    claim: Somebody opened the gate.
    said_by:
      - {who: a guard, when: 2023-11-18, source: somewhere}
    disputed_by:
      - {who: a neighbour, when: not recorded, source: elsewhere}
    status: contested
    moves: [parameters.demand_factor]
    note: Made up.
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a claims file and gives its path."""

    def file(text: str) -> Path:
        path = tmp_path / "claims.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return file


@pytest.fixture(scope="module")
def finland() -> Scenario:
    return load_scenario(BASE)


def evidence_ids() -> set[str]:
    rows = {row["id"] for name, columns in TABLES.items() if "id" in columns for row in read(name)}
    return rows | set(re.findall(r"^- `(fi23-fact-[a-z]+-\d+)`", FACTS, re.M))


def addresses() -> set[str]:
    return set(re.findall(r"https?://[^\s;]+", FACTS))


def statements(claim: Claim) -> tuple[Statement, ...]:
    return claim.said_by + claim.disputed_by


def each_claim() -> Any:
    return pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)


# ---- the register of Finland 2023


def test_the_register_holds_the_nine_claims() -> None:
    assert [claim.id for claim in CLAIMS] == [f"C{number}" for number in range(1, 10)]


@each_claim()
def test_every_claim_has_sources_that_exist(claim: Claim) -> None:
    known = evidence_ids() | addresses() | {BRIEF}
    cited = [part for each in statements(claim) for part in each.source.split(" ; ")]
    assert [part for part in cited if part not in known] == []


@each_claim()
def test_every_claim_says_who_disputes_it(claim: Claim) -> None:
    assert claim.disputed_by


@each_claim()
def test_the_brief_is_never_all_that_disputes_a_claim(claim: Claim) -> None:
    assert any(each.source != BRIEF for each in claim.disputed_by)


@each_claim()
def test_a_claim_that_only_the_brief_states_is_not_called_documented(claim: Claim) -> None:
    if all(each.source == BRIEF for each in claim.said_by):
        assert claim.status == "unverified"


@each_claim()
def test_what_a_claim_moves_is_there_under_that_name(claim: Claim, finland: Scenario) -> None:
    assert [name for name in claim.moves if not names_a_setting(finland, name)] == []


def names_a_setting(scenario: Scenario, name: str) -> bool:
    section, *rest = name.split(".")
    if section == "parameters":
        return rest[0] in PARAMETER_NAMES
    if section == "demand":
        return hasattr(scenario.world.demand, rest[0])
    sections = {"hypotheses": scenario.hypotheses, "responses": scenario.responses}
    named = sections.get(section, {}).get(rest[0])
    if named is None:
        return False
    return rest[1] == "weight" or hasattr(getattr(named, "rule", None), rest[1])


@each_claim()
def test_what_moves_nothing_is_said_to_move_nothing(claim: Claim) -> None:
    assert ("Nothing in the model yet" in claim.note) == (not claim.moves)


@each_claim()
def test_no_count_comes_after_the_last_day_that_may_be_known(claim: Claim) -> None:
    dates = {row["id"]: row["date"] for name in ("arrivals.csv", "daily.csv") for row in read(name)}
    cited = [part for each in statements(claim) for part in each.source.split(" ; ")]
    assert [part for part in cited if dates.get(part, "") > LAST_COUNTED] == []
    later = r"(2[4-9]|30) November|December 2023|2024"
    assert not any(re.search(later, each.when) for each in statements(claim))


def test_wording_puts_people_first() -> None:
    text = re.sub(r"https?://\S+", "", REGISTER.read_text(encoding="utf-8"))
    assert re.findall(r"(?i)\b(illegal\w*|flood\w*|waves?|swarm\w*|invasion|hordes?)\b", text) == []
    assert re.findall(r"(?i)\b(weapon\w*|hybrid\w*|regime|so-called|allegedly)\b", text) == []


def test_the_readme_names_the_file_and_every_key() -> None:
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    (section,) = [part for part in readme.split("\n## ") if part.startswith("`claims.yaml`")]
    keys = set(re.findall(r"^[ -]*([a-z_]+):", REGISTER.read_text(encoding="utf-8"), re.M))
    assert [key for key in sorted(keys) if f"`{key}`" not in section] == []


# ---- reading


def test_a_register_is_read_as_it_is(write: Write) -> None:
    path = write(GOOD)
    register = read_claims(path)
    assert register.files == (path,)
    assert register.claims == (
        Claim(
            id="C1",
            claim="Somebody opened the gate.",
            said_by=(Statement(who="a guard", when="2023-11-18", source="somewhere"),),
            disputed_by=(Statement(who="a neighbour", when="not recorded", source="elsewhere"),),
            status="contested",
            moves=("parameters.demand_factor",),
            note="Made up.",
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("status: contested", "status: proven", (9, 13), "status"),
        ("status: contested", "staus: contested", (9, 12), "did you mean 'status'"),
        ("    note: Made up.\n", "", (3, 5), "missing key 'note'"),
        ("who: a guard", "who: ''", (6, 15), "who"),
        ("who: a guard", "who: 5", (6, 15), "who"),
        ("when: 2023-11-18, ", "", (6, 9), "missing key 'when'"),
        ("moves: [parameters.demand_factor]", "moves: all", (10, 12), "moves"),
        ("format_version: 1", "format_version: 2", (1, 17), "format_version"),
        ("- id: C1", "- id: C1\n    id: C1", (4, 5), "written twice"),
        (GOOD[GOOD.index("  - id") :], "  []", (2, 1), "claims"),
    ],
)
def test_a_bad_register_is_reported_with_its_place(
    write: Write, old: str, new: str, place: tuple[int, int], words: str
) -> None:
    assert GOOD.count(old) == 1
    problems = problems_of(lambda: read_claims(write(GOOD.replace(old, new))))
    found = next(problem for problem in problems if words in str(problem))
    assert (Path(str(found.path)).name, found.line, found.column) == ("claims.yaml", *place)


def test_a_claim_must_be_said_by_somebody(write: Write) -> None:
    text = GOOD.replace("\n      - {who: a guard, when: 2023-11-18, source: somewhere}", " []")
    (problem,) = problems_of(lambda: read_claims(write(text)))
    assert (problem.line, problem.key) == (5, "claims.0.said_by")


def problems_of(read_it: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        read_it()
    return caught.value.problems


# ---- in a scenario


def scenario_with(folder: Path, claims: str) -> Path:
    path = folder / "case.yaml"
    text = TEACHING.read_text(encoding="utf-8") + f"\nclaims: {claims}\n"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_scenario_holds_the_claims_of_its_register(finland: Scenario) -> None:
    assert finland.claims == CLAIMS


def test_a_scenario_needs_no_register() -> None:
    assert load_scenario(TEACHING).claims == ()


def test_problems_of_the_register_are_reported_with_their_places(
    write: Write, tmp_path: Path
) -> None:
    write(GOOD.replace("contested", "proven"))
    (problem,) = problems_of(lambda: load_scenario(scenario_with(tmp_path, "claims.yaml")))
    assert str(problem).startswith(f"{tmp_path / 'claims.yaml'}:9:13: ")


def test_a_register_that_is_not_there_is_reported_at_its_key(tmp_path: Path) -> None:
    path = scenario_with(tmp_path, "clams.yaml")
    (problem,) = problems_of(lambda: load_scenario(path))
    line = path.read_text(encoding="utf-8").splitlines().index("claims: clams.yaml") + 1
    assert (problem.path, problem.line, problem.column) == (str(path), line, 9)
    assert "no readable file 'clams.yaml'" in problem.message


def test_what_the_register_says_counts_in_the_digest(write: Write, tmp_path: Path) -> None:
    write(GOOD)
    path = scenario_with(tmp_path, "claims.yaml")
    before = load_scenario(path).digest
    assert load_scenario(path).digest == before
    write(GOOD.replace("Made up.", "Made up again."))
    assert load_scenario(path).digest != before


def test_a_base_of_the_register_counts_in_the_digest(write: Write, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("extends: claims.yaml\n", encoding="utf-8")
    write(GOOD)
    path = scenario_with(tmp_path, "own.yaml")
    before = load_scenario(path)
    assert [claim.id for claim in before.claims] == ["C1"]
    write(GOOD.replace("Made up.", "Made up again."))
    assert load_scenario(path).digest != before.digest


# ---- described


def described(scenario: Scenario) -> dict[str, Section]:
    return {section.title: section for section in describe_scenario(scenario)}


@each_claim()
def test_describe_prints_a_claim_with_who_says_and_who_disputes_it(
    claim: Claim, finland: Scenario
) -> None:
    lines = described(finland)[f"{claim.id}: {claim.claim}"].lines
    for verb, named in (("said", claim.said_by), ("disputed", claim.disputed_by)):
        for each in named:
            assert f"- {verb} by {each.who} ({each.when}) [{each.source}]" in lines
    assert lines[0] == f"Status: {claim.status}. {claim.note}"
    assert all(name in lines[-1] for name in claim.moves or ("nothing in the model yet",))


def test_a_claim_that_nobody_disputes_is_reported_as_that(finland: Scenario) -> None:
    lone = replace(CLAIMS[0], disputed_by=())
    section = described(replace(finland, claims=(lone,)))[f"C1: {lone.claim}"]
    assert "- disputed by nobody on record" in section.lines


def test_describe_says_nothing_of_claims_where_there_are_none() -> None:
    assert "Contested claims" not in described(load_scenario(TEACHING))
