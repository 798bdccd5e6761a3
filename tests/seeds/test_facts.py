"""Facts of Finland 2023, their sources, and who published these."""

from __future__ import annotations

import re

import pytest

from .tables import FINLAND, KNOWN, SEEDS, TABLES, read

FACTS = (FINLAND / "facts.md").read_text(encoding="utf-8")
FACT = re.compile(r"- `(fi23-fact-[a-z]+-\d+)` \S.*\. \((high|medium|low); (.+)\)")
BULLETS = [line for line in FACTS.split("## Source key")[0].splitlines() if line.startswith("- ")]
SOURCE_KEY = dict(re.findall(r"^- ([a-z0-9-]+): (\S.*)$", FACTS.split("## Source key")[1], re.M))


@pytest.mark.parametrize("bullet", BULLETS, ids=lambda bullet: bullet[2:24])
def test_facts_have_an_id_a_confidence_and_a_source_that_exists(bullet: str) -> None:
    fact = FACT.fullmatch(bullet)
    assert fact is not None
    if fact[3] == "source not recorded":
        assert fact[2] == "low"
        return
    known = SOURCE_KEY.keys() | KNOWN.keys() | TABLES.keys()
    assert set(fact[3].split(", ")) <= known


# Publishers

PUBLISHERS = {row["domain"]: row for row in read("publishers.csv", SEEDS)}
WEAK_KINDS = {"copy", "partisan", "other"}
KINDS = {"authority", "broadcaster", "newspaper", "agency"} | WEAK_KINDS


def domains(text: str) -> set[str]:
    found = re.findall(r"https?://(?:www\.)?([^/\s\"]+)", text)
    return {domain.rstrip(".") for domain in found}


def test_every_publisher_of_a_source_is_listed_and_the_weak_ones_marked() -> None:
    tables = [p for p in SEEDS.rglob("*") if p.suffix in {".md", ".csv", ".yaml"}]
    cited = {domain for p in tables for domain in domains(p.read_text(encoding="utf-8"))}
    assert sorted(cited) == sorted(PUBLISHERS)
    assert {row["kind"] for row in PUBLISHERS.values()} == KINDS
    for row in PUBLISHERS.values():
        assert (row["mark"] == "weak") == (row["kind"] in WEAK_KINDS), row


@pytest.mark.parametrize("name", SOURCE_KEY)
def test_a_source_of_facts_with_none_but_weak_publishers_says_so(name: str) -> None:
    named = domains(SOURCE_KEY[name])
    only_weak = bool(named) and all(PUBLISHERS[domain]["mark"] for domain in named)
    assert SOURCE_KEY[name].startswith("weak: ") == only_weak


def test_fact_ids_are_unique() -> None:
    ids = [bullet.split("`")[1] for bullet in BULLETS]
    assert len(ids) == len(set(ids)) > 50


def test_the_source_key_leads_somewhere() -> None:
    check = TABLES["arrivals.csv"]["source"]
    named = {name: address.removeprefix("weak: ") for name, address in SOURCE_KEY.items()}
    assert [name for name, address in named.items() if not check(address)] == []
