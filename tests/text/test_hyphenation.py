"""Long Finnish and Swedish words may be broken between syllables, and nothing else is."""

from __future__ import annotations

import pytest

from sim.text.catalogue import speaking
from sim.text.hyphenation import SOFT_HYPHEN, hyphenated


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("turvapaikkamenettelyyn", "turva-paik-ka-me-net-te-lyyn"),
        ("Kokonaiskustannus", "Koko-nais-kus-tannus"),
        ("rajanylityspaikka", "raja-ny-li-tys-paikka"),
    ],
)
def test_a_long_finnish_word_is_broken_between_syllables(word: str, parts: str) -> None:
    """A first screen once showed "turvapaikkam" above "enettelyyn"."""
    with speaking("fi"):
        assert hyphenated(word).split(SOFT_HYPHEN) == parts.split("-")
        assert hyphenated(f"Ilman {word}").replace(SOFT_HYPHEN, "") == f"Ilman {word}"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("asylförfarandet", "asyl-för-fa-ran-det"),
        ("förvaltningen", "förvalt-ningen"),
        ("världstillstånd", "världs-tillstånd"),
        ("mottagningskostnader", "mottag-nings-kost-na-der"),
    ],
)
def test_a_long_swedish_word_is_broken_between_syllables(word: str, parts: str) -> None:
    """A first screen once showed "asylförfarande" above "t"."""
    with speaking("sv"):
        assert hyphenated(word).split(SOFT_HYPHEN) == parts.split("-")


def test_short_words_and_english_stay() -> None:
    for language in ("fi", "sv"):
        with speaking(language):
            assert hyphenated("Odotus rajalla, −10 °C") == "Odotus rajalla, −10 °C"
    with speaking("en"):
        assert hyphenated("internationalisation") == "internationalisation"
