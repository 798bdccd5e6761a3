"""Words and phrases that are not used, in three languages: docs/style.md says why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.languages import build

ROOT = Path(__file__).parents[2]
ROOMS = ("sim", "scenarios", "docs", "examples")
PAGES = ("README.md", "CONTRIBUTING.md", "results/README.md")
KINDS = {".py", ".j2", ".md", ".yaml", ".ipynb"}
# Records of what was said and decided then, with the words of then, and the page with the words.
EXCEPT = {ROOT / "docs" / "decisions.md", ROOT / "docs" / "style.md"}
PEOPLE = "(people|persons|migrants|refugees|arrivals|asylum seekers)"
INSTEAD = {
    r"\bdifferences? to\b": "difference from",
    r"\bworth of knowing\b": "value of knowing",
    r"\btold as a number\b": "given as a number",
    r"\bclear in neither\b": "no clear difference in either",
    r"\bminds the people\b": "withdraws when people are stranded",
    r"\bin the mean[,.;:]": "on average",
    r"\b(are|is) no success\b": "not a success in itself",
    r"\bat (right|left)\b": "on the right, on the left",
    r"\bcrossing with most work\b": "crossing with the most work",
    r"\b(have|has) no part in (it|the sum)\b": "are not included",
    r"\b(for|and) want of room\b": "lack of room",
    r"\bat their worth\b": "the value of",
    rf"\b(flow|wave|flood|horde|influx|mass)(s|es)? of {PEOPLE}\b": "numbers of people",
    r"\billegal (im)?migrants?\b": "people who cross away from a crossing",
    rf"\b(instrumentalised|weaponised) {PEOPLE}\b": "what a state is said to have done",
}
# Stems of words that are not the official ones, or were used for something else.
NOT_FINNISH = {
    "käännyt": "a legal act: takaisin lähetetty",
    "virkailij": "virkamies",
    "löydett": "tavattu, havaittu",
    "kuljetusyhti": "liikenteenharjoittaja",
    "kauttakulkuvaltio": "kauttakulkumaa",
    "keskiarvoissaan": "perusarvoissaan",
    " sulut": "sulkemiset",
    "sulkuj": "sulkemisten",
    "asiantuntija-arvau": "asiantuntija-arvio",
    "tunnuslu": "mittari",
}
NOT_SWEDISH = {
    r"gränsövergång(?!sställe)": "gränsövergångsställe",
    r"ensamkommande": "utan vårdnadshavare",
    r"knuff": "pushback, tvingas tillbaka",
    r"köldeffekt": "kyleffekt",
    r"transitstat": "transitland",
    r"intervju": "samtal",
    r"\bavvis": "a legal act: visa tillbaka",
    r"transportföretag": "transportör",
    r"expertgissning": "expertbedömning",
    r"tillsynsorgan": "laglighetsövervakare",
}


def written() -> Iterator[Path]:
    for room in ROOMS:
        files = (ROOT / room).rglob("*")
        yield from (path for path in files if path.suffix in KINDS and path not in EXCEPT)
    yield from (ROOT / page for page in PAGES)


@pytest.mark.parametrize("phrase", INSTEAD)
def test_no_phrase_of_translated_english(phrase: str) -> None:
    """Also where a line is broken within it."""
    pattern = re.compile(phrase.replace(" ", r"[\s\"]+"), re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}, say {INSTEAD[phrase]!r}"
        for path in sorted(written())
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(("language", "words"), [("fi", NOT_FINNISH), ("sv", NOT_SWEDISH)])
def test_no_word_that_is_another_in_law(language: str, words: dict[str, str]) -> None:
    """In the catalogue of the program and in those beside scenarios."""
    found = [
        f"{path.name}: {text!r}, say {instead!r}"
        for path in build.catalogues()
        if path.stem.endswith(language)
        for text in translations(path)
        for word, instead in words.items()
        if re.search(word, text, re.IGNORECASE)
    ]
    assert found == []


def translations(path: Path) -> list[str]:
    return [form for message in build.read(path) for form in build.forms(message.string)]
