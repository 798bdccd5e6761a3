"""What a source says in words is translated; ids of evidence, files and addresses are not."""

from __future__ import annotations

import pytest

from sim.world.quantities import has_words


@pytest.mark.parametrize(
    "source",
    [
        "expert guess: 1-10",
        "made up",
        "fi23-transit-09; one half is an expert guess",
        "contested: an analyst held that a decisive answer deters (claim C5)",
        "35-66 EUR a person and day in Finnish reception (source not recorded)",
    ],
)
def test_a_source_in_words(source: str) -> None:
    assert has_words(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "fi23-fact-lift-1 ; fi23-fact-price-3",
        "USD 100-400 (fi23-fact-price-1), USD 300 (fi23-fact-price-2)",
        "seeds/finland-2023/policy_steps.csv",
        "https://example.org/how-people-cross/the-border",
        "Hinsch and Bijak 2023, Artificial Life 29:3",
    ],
)
def test_a_source_without_words_of_its_own(source: str) -> None:
    assert not has_words(source)
