"""What holds for all tests: no verdict hangs on how fast the machine is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.effort import PATIENCE_S

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _no_lines_about_progress() -> Iterator[None]:
    """Lines that appear after some seconds appear in no test but those about them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.cli.console.PATIENCE_S", PATIENCE_S)
        patch.setattr("sim.study.warm_up.PATIENCE_S", PATIENCE_S)
        yield
