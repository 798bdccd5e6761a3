"""What tests of agents share."""

from __future__ import annotations

import pytest

from sim.model import BorderModel
from tests.agents.five_days import fresh


@pytest.fixture(scope="module")
def run() -> BorderModel:
    """A run after five days; tests that change it make their own."""
    return fresh()
