"""Promise: results are the same to the byte on any processor.

Other processors are not at hand, but their code is: libraries that choose it when they start can be
told what not to use, and the engine can be compiled for any processor of its kind.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.effort import FULL
from tests.other_processors import GENERIC, OLD_PROCESSOR, in_process
from tests.promises.small_study import digests

MODULE = "tests.promises.small_study"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What this processor gives."""
    return digests(tmp_path_factory.mktemp("here") / "out")


@pytest.mark.slow
def test_libraries_for_an_old_processor_give_the_same_bytes(
    tmp_path: Path, here: dict[str, object]
) -> None:
    printed = in_process(MODULE, str(tmp_path / "out"), environment=OLD_PROCESSOR)
    assert json.loads(printed) == here


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="compiles the engine for minutes: make portable")
def test_an_engine_for_any_processor_gives_the_same_bytes(
    tmp_path: Path, here: dict[str, object]
) -> None:
    environment = {**OLD_PROCESSOR, **GENERIC, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    printed = in_process(MODULE, str(tmp_path / "out"), environment=environment)
    assert json.loads(printed) == here


def test_the_study_is_worth_comparing(here: dict[str, object]) -> None:
    """A digest of nothing would be the same always."""
    assert isinstance(here["persons"], int)
    assert here["persons"] > 500
    assert here["orders"], "orders are given"
