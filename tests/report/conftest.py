"""Made-up results, written once a session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sim.report.charts.registry import draw_charts
from sim.report.drawing.chart import Chart, save_charts
from sim.results.store import StoredResults
from tests.effort import PATIENCE_S
from tests.report import synthetic


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Three policies, four crossings, eight states of the world, sixty days."""
    return synthetic.results(tmp_path_factory.mktemp("results") / "run")


@pytest.fixture(scope="session")
def drawn(small: StoredResults) -> list[Chart]:
    """Every chart of them; a test looks and changes nothing."""
    return draw_charts(small)


@pytest.fixture
def tiny(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Two policies and three states of the world with numbers small enough to work out by hand."""
    return synthetic.tiny(tmp_path_factory.mktemp("results") / "run")


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with every chart and the moving map, the first chart's files beside it."""
    from sim.report.maps.player import player_html
    from sim.report.page.html_report import Scope, write_report

    folder = tmp_path_factory.mktemp("reported") / "run"
    results = synthetic.results(folder, policies=3, crossings=2, days=30, runs=4)
    charts = draw_charts(results)
    save_charts(charts[:1], folder / "figures")
    write_report(results, charts[:1], Scope(full=False))
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


@dataclass(frozen=True)
class PatientBrowser:
    """A browser whose pages wait for as long as a slow machine may take."""

    started: Browser

    def new_page(self, **options: Any) -> Page:
        """A page with a context of its own."""
        page = self.started.new_page(**options)
        page.set_default_timeout(1000 * PATIENCE_S)
        return page

    def new_context(self, **options: Any) -> BrowserContext:
        """A context for pages."""
        context = self.started.new_context(**options)
        context.set_default_timeout(1000 * PATIENCE_S)
        return context


@pytest.fixture(scope="session")
def browser() -> Iterator[PatientBrowser]:
    given = os.environ.get("RAJASIM_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} on PATH, and no RAJASIM_CHROMIUM")
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=found, args=OPTIONS, timeout=1000 * PATIENCE_S
        )
        yield PatientBrowser(started)
        started.close()
