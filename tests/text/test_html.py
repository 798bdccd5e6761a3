"""What notebooks show: of every public object something that can be read, and no raw dump."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest

from sim import load_scenario, open_results, start_model
from sim.api.functions import verify_model
from sim.api.objects import Comparison
from sim.text import html
from tests.report import synthetic

TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching" / "two-crossings.yaml"


def parsed(text: str) -> str:
    """The text of a fragment that is valid HTML."""
    tree = html5lib.HTMLParser(strict=True).parseFragment(text)
    return " ".join("".join(tree.itertext()).split())


@pytest.fixture
def result(tmp_path: Path) -> Comparison:
    synthetic.tiny(tmp_path / "run")
    return open_results(tmp_path / "run")


def test_everything_is_escaped() -> None:
    shown = html.foldable(
        "<a>", ["<b>", html.table(["<c>"], [["<d>", "<e>"]], caption="<f>")], unfolded=True
    )
    assert parsed(shown) == "<a> <b> <f> <c> <d><e>"
    assert html.picture("x", words='"<g>"') == (
        '<img src="x" alt="&#34;&lt;g&gt;&#34;" style="max-width: 100%; height: auto; '
        'background: white">'
    )


def test_results_show_their_table(result: Comparison) -> None:
    shown = result._repr_html_()
    assert "16from 6.4 to 24" in parsed(shown.split("</style>")[1])
    assert repr(result) == "<Comparison historical, open>"
    assert repr(result.results) == f"<StoredResults {result.folder}>"


def test_a_chart_shows_its_picture_with_its_words(result: Comparison) -> None:
    chart = result.chart("fan")
    shown = chart._repr_html_()
    assert shown.startswith('<img src="data:image/png;base64,')
    assert 'alt="Fan charts by day' in shown
    assert repr(chart) == f"<Chart fan: {chart.title}>"
    assert [each.name for each in result.charts(["fan"])] == ["fan"]


def test_a_scenario_shows_what_it_says() -> None:
    scenario = load_scenario(TEACHING)
    shown = scenario._repr_html_()
    text = parsed(shown)
    assert shown.count("<details open>") == 1
    assert shown.count("<details") > 8
    for said in ("Two crossings, near and far", "Far Gate (far-gate)", "Near crossing closed"):
        assert said in text
    assert repr(scenario) == "<Scenario two-crossings: open, closed-for-five-days, near-closed>"


def test_a_model_shows_its_crossings_as_they_are_now() -> None:
    model = start_model(load_scenario(TEACHING), "near-closed")
    model.advance_to(100.0)
    text = parsed(model._repr_html_())
    assert text.startswith("At 2024-03-05 04:00, after 100 of 240 hours")
    gate = model.stations[0]
    assert gate.registered > 0
    assert f"gatenono{gate.waiting}{gate.registered} " in text
    assert repr(model) == "<BorderModel after 100 of 240 hours>"


def test_a_verification_shows_every_quantity() -> None:
    found = verify_model(["V1"])
    text = parsed(found._repr_html_())
    assert text.count("agrees") == len(found.verified[0].findings) > 0
    assert repr(found) == "<Verification: 1 of 1 cases agree>"
