"""The report's moving map: what it holds, and how it behaves in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe

from sim.report.html_templates import FOLDER
from sim.report.maps import player as player_module
from sim.report.maps.moments import stored_moments
from sim.report.maps.player import player_html
from sim.results.store import StoredResults
from tests.report import synthetic

STYLE = (FOLDER / "player.css").read_text(encoding="utf-8")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
COLOURS = """:root { --paper: #fff; --ink: #1a1a1a; --muted: #595959; --rule: #d0d0d0;
--soft: #f4f6f8; --link: #00558c; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e8e8e8; --muted: #a9b1ba;
--rule: #3b444e; --soft: #1e242b; --link: #7cc0f0; } }
body { background: var(--paper); color: var(--ink); } figcaption { color: var(--muted); }"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    return synthetic.results(
        tmp_path_factory.mktemp("player") / "run", policies=3, crossings=4, days=40, runs=2
    )


@pytest.fixture(scope="module")
def fragment(stored: StoredResults) -> str:
    return str(player_html(stored))


def full(short: list[float]) -> list[float]:
    """Numbers as the script reads them: ``-3`` means three zeros."""
    return [value for each in short for value in ([0.0] * -int(each) if each < 0 else [each])]


def page(fragment: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title>'
        f"<style>{COLOURS}{STYLE}</style></head><body><main><h1>Report</h1>{fragment}</main></body></html>"
    )


class TestFragment:
    def test_it_is_html_that_asks_for_nothing(self, fragment: str) -> None:
        html5lib.HTMLParser(strict=True).parse(page(fragment))
        assert not re.search(r"https?:|url\((?!#)|@import|<img|<link|<iframe|src=", fragment)
        assert not re.search(r"<[^>]*\son[a-z]+\s*=", fragment), "handlers are in the script"

    def test_numbers_are_those_of_the_moments(self, stored: StoredResults, fragment: str) -> None:
        data = json.loads(fragment.split('id="player-data">')[1].split("</script>", maxsplit=1)[0])
        moments = stored_moments(stored, "open")
        first = [moments.words(k) for k in range(len(moments))].index(data["dates"][0])
        shown = data["policies"][1]
        waiting = [full(column) for column in shown["waiting"]]
        for k in range(len(data["dates"])):
            for c in range(4):
                value = moments.waiting[first + k, c]
                coarse = 0.5 if value >= 2.9 else 0.05
                assert waiting[c][k] == pytest.approx(value, abs=coarse + 1e-9)
                assert int(shown["access"][c][k]) == moments.access[first + k, c]
        assert len(data["policies"]) == 3

    def test_it_is_drawn_as_on_the_peak_day(self, stored: StoredResults, fragment: str) -> None:
        moments = stored_moments(stored, "historical")
        assert f'<p class="player-date">{moments.words(moments.peak())}</p>' in fragment

    def test_names_of_towns_are_over_the_circles_of_people(self, fragment: str) -> None:
        """A circle of people waiting once covered the name of a town behind it."""
        drawn = fragment.split('class="player-map"')[1].split("</svg>", maxsplit=1)[0]
        assert drawn.count('class="player-town"') > 1
        assert drawn.index('class="player-town"') > drawn.rindex('class="player-people"')

    def test_what_the_scenario_says_is_escaped(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=2, days=20, runs=1)
        content["manifest"]["policies"][1]["label"] = "</script><b>open</b>"
        content["manifest"]["places"][2]["name"] = "<i>Gate</i>"
        from sim.results.store import write_results

        text = str(player_html(write_results(tmp_path / "run", **content)))
        assert "<b>" not in text
        assert "<i>" not in text
        html5lib.HTMLParser(strict=True).parse(page(text))

    @pytest.mark.parametrize("length", [2, 5])
    def test_long_names_are_whole_and_within_the_picture(
        self, browser: Any, tmp_path: Path, length: int
    ) -> None:
        """A crossing of a long name once ended in an ellipsis."""
        content = synthetic.frames(policies=1, crossings=2, days=20, runs=1)
        name = " ".join(["Rajanylityspaikka"] * length)
        content["manifest"]["places"] = [
            {**place, "name": name} for place in content["manifest"]["places"]
        ]
        from sim.results.store import write_results

        path = tmp_path / "page.html"
        text = str(player_html(write_results(tmp_path / "run", **content)))
        path.write_text(page(text), encoding="utf-8")
        tab = browser.new_page(viewport={"width": 1280, "height": 800})
        tab.goto(path.as_uri())
        shown = tab.evaluate(
            """() => {
              const map = document.querySelector('.player-map').getBoundingClientRect();
              return [...document.querySelectorAll('.player-crossing text:first-of-type')].map(
                text => [text.textContent, text.getBoundingClientRect().left >= map.left - 1]);
            }"""
        )
        tab.close()
        assert shown == [[name, True]] * 2

    def test_many_policies_stay_small(
        self, stored: StoredResults, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(player_module, "BUDGET", 1_200)
        text = str(player_html(stored))
        assert text.count("<option") < 3
        assert "left out to keep the page small" in text

    def test_nobody_anywhere_still_draws(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=1, crossings=1, days=5, runs=1)
        content["daily"], content["flows"] = content["daily"].clear(), content["flows"].clear()
        from sim.results.store import write_results

        text = str(player_html(write_results(tmp_path / "run", **content)))
        html5lib.HTMLParser(strict=True).parse(page(text))
        assert "<select" not in text


@pytest.fixture
def address(fragment: str, tmp_path: Path) -> str:
    path = tmp_path / "page.html"
    path.write_text(page(fragment), encoding="utf-8")
    return path.as_uri()


class TestInABrowser:
    def test_it_is_used_by_keyboard_and_speaks(self, browser: Any, address: str) -> None:
        tab = browser.new_page(viewport={"width": 390, "height": 800})
        tab.clock.install()  # its time goes on when the test says so
        faults: list[str] = []
        tab.on("pageerror", lambda error: faults.append(str(error)))
        requests: list[str] = []
        tab.on("request", lambda request: requests.append(request.url))
        tab.goto(address)
        before = tab.inner_text(".player-date")
        assert tab.inner_text(".player-spoken") == "", "nothing is spoken unasked"
        tab.clock.run_for(4000)
        assert tab.inner_text(".player-date") == before, "nothing plays by itself"
        for _ in range(4):
            tab.keyboard.press("Tab")
        tab.keyboard.press("Home")
        first = tab.inner_text(".player-date")
        assert first != before
        assert tab.get_attribute(".player-day", "aria-valuetext") == first
        assert tab.inner_text(".player-spoken").startswith(f"{first}. People waiting: ")
        assert "In the transit state" in tab.inner_text(".player-spoken")
        tab.keyboard.press("Shift+Tab")
        tab.keyboard.press("Enter")  # one day on
        assert tab.inner_text(".player-date") != first
        tab.focus(".player-play")
        tab.keyboard.press("Space")
        assert tab.inner_text(".player-play") == "Pause"
        tab.clock.run_for(500)
        tab.keyboard.press("Space")
        assert tab.inner_text(".player-play") == "Play"
        tab.select_option(".player-policy", "1")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert faults == []
        assert requests == [address]
        tab.close()

    def test_little_motion_means_no_playing(self, browser: Any, address: str) -> None:
        tab = browser.new_page(reduced_motion="reduce")
        tab.goto(address)
        assert not tab.is_visible(".player-play")
        assert tab.is_visible(".player-on")
        tab.close()

    def test_paper_shows_the_peak_day_without_controls(self, browser: Any, address: str) -> None:
        tab = browser.new_page()
        tab.goto(address)
        peak = tab.inner_text(".player-date")
        tab.focus(".player-day")
        tab.keyboard.press("Home")
        tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        tab.emulate_media(media="print")
        assert tab.inner_text(".player-date") == peak
        assert not tab.is_visible(".player-controls")
        tab.close()

    def test_without_scripts_it_is_a_still_with_words(self, browser: Any, address: str) -> None:
        context = browser.new_context(java_script_enabled=False)
        tab = context.new_page()
        tab.goto(address)
        assert "The other days need JavaScript" in tab.inner_text("main")
        assert not tab.is_visible(".player-controls")
        assert tab.is_visible(".player-map")
        context.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_is_accessible(self, browser: Any, address: str, scheme: str) -> None:
        tab = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
        tab.goto(address)
        found = Axe().run(tab, options=RULES)
        assert found.response["violations"] == [], found.generate_report()
        tab.close()
