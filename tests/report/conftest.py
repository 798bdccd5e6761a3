"""Made-up results, written once a session."""

from __future__ import annotations

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
