"""Made-up results, written once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.store import StoredResults
from tests.report import synthetic


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Three policies, four crossings, eight worlds, sixty days."""
    return synthetic.results(tmp_path_factory.mktemp("results") / "run")


@pytest.fixture
def tiny(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Two policies and three worlds with numbers small enough to work out by hand."""
    return synthetic.tiny(tmp_path_factory.mktemp("results") / "run")


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with every chart, its figures beside it: three policies, two crossings."""
    from sim.report.chart import save_charts
    from sim.report.html import write_report
    from sim.report.registry import draw_charts

    folder = tmp_path_factory.mktemp("reported") / "run"
    results = synthetic.results(folder, policies=3, crossings=2, days=40, runs=5)
    charts = draw_charts(results)
    save_charts(charts, folder / "figures")
    return write_report(results, charts)
