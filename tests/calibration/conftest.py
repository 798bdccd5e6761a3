"""What tests of calibrations share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.scenario import Scenario
from tests.calibration.small_case import small_case, write_counts


@pytest.fixture(scope="module")
def case() -> Scenario:
    return small_case()


@pytest.fixture(scope="module")
def counts(case: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_counts(case, tmp_path_factory.mktemp("counts") / "observed.csv")
