"""Names as long as people write them: read to their end in every chart."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.report.charts.registry import CHARTS
from sim.report.drawing.layout import LEAST, fit_whole, text_problems, width_of
from sim.results.store import StoredResults, write_results
from sim.text.catalogue import speaking
from tests.report import synthetic

LONG = {
    "policies": "Kansainvälisen suojelun hakemisen keskittäminen pohjoiseen, vaihe {}",
    "hypotheses": "Nothing is steered, and people who want to come decide for themselves, {}",
    "responses": "By a script that was written before the first crossing closed, {}",
    "places": "Rajanylityspaikka Uukuniemi-Niirala-Värtsilä {}",
    "indicators": "People who turned back before anybody had heard what they would claim, {}",
}


def lengthened(folder: Path) -> StoredResults:
    """Made-up results whose every name is long."""
    content = synthetic.frames(policies=3, crossings=4, days=20, runs=3)
    manifest = content["manifest"]
    for kind, name in LONG.items():
        key = "name" if kind in ("places", "indicators") else "label"
        manifest[kind] = [
            {**entry, key: name.format(k)} for k, entry in enumerate(manifest[kind], start=1)
        ]
    return write_results(folder, **content)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    return lengthened(tmp_path_factory.mktemp("long") / "run")


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
@pytest.mark.parametrize("name", CHARTS)
def test_long_names_are_not_cut(results: StoredResults, name: str, language: str) -> None:
    with speaking(language):
        chart = CHARTS[name].draw(results)
    assert cut(chart.figure) == []
    assert text_problems(chart.figure) == []


def cut(figure: Figure) -> list[str]:
    """Texts that end in an ellipsis; one between two numbers is a range in Finnish."""
    texts = [text.get_text() for text in figure.findobj(Text) if text.get_visible()]
    return [text for text in texts if any(line.endswith("…") for line in text.split("\n"))]


def test_a_word_wider_than_its_room_is_smaller_not_cut() -> None:
    """A word cannot be broken, so that one line too wide was cut at full size."""
    word = "Rajanylityspaikkakohtaisesti"
    room = 0.8 * width_of(word)
    text, size = fit_whole(word, room, most=3)
    assert text == word
    assert width_of(word, size=size) <= room
    assert size > LEAST
