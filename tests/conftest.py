"""What holds for all tests: no verdict hangs on how fast the machine is; long ones come first."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.effort import PATIENCE_S

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


# Charts make many objects that stay; looking through all of them after every 700 new ones takes a
# tenth of the time. Not the number of sim.storage.cycles, which runs would set back.
gc.set_threshold(10_000, *gc.get_threshold()[1:])


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


@pytest.fixture(scope="session", autouse=True)
def _charts_are_drawn_here() -> Iterator[None]:
    """Tests are side by side already: a process more has to load everything, and wins nothing.

    But in tests about it, and in commands that are processes of their own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.report.charts.drawing_processes.MANY", 1_000_000)
        yield
