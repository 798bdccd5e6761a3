"""What holds for all tests: no verdict hangs on how fast the machine is; long ones come first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.effort import PATIENCE_S

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with tests marked slow first: the last ones, when a processor may be idle, are short.

    Whole files, so that their fixtures are made once.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def _no_lines_about_progress() -> Iterator[None]:
    """Lines that appear after some seconds appear in no test but those about them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.cli.console.PATIENCE_S", PATIENCE_S)
        patch.setattr("sim.study.warm_up.PATIENCE_S", PATIENCE_S)
        yield
