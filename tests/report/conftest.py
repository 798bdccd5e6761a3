"""Made-up results, written once a session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from sim.results.store import StoredResults
from tests.report import synthetic


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Three policies, four crossings, eight states of the world, sixty days."""
    return synthetic.results(tmp_path_factory.mktemp("results") / "run")


@pytest.fixture
def tiny(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Two policies and three states of the world with numbers small enough to work out by hand."""
    return synthetic.tiny(tmp_path_factory.mktemp("results") / "run")


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with every chart and the moving map, the first chart's files beside it."""
    from sim.report.charts.registry import draw_charts
    from sim.report.drawing.chart import save_charts
    from sim.report.maps.player import player_html
    from sim.report.page.html_report import write_report

    folder = tmp_path_factory.mktemp("reported") / "run"
    results = synthetic.results(folder, policies=3, crossings=2, days=30, runs=4)
    charts = draw_charts(results)
    save_charts(charts[:1], folder / "figures")
    return write_report(results, charts, player=player_html(results))


NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    given = os.environ.get("RAJASIM_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} on PATH, and no RAJASIM_CHROMIUM")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=OPTIONS)
        yield started
        started.close()
