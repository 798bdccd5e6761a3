"""When Python looks for cycles among its objects."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from sim.storage.cycles import not_while_loading

STUDY = """
import gc, sys
from sim import compare, load_scenario
from sim.errors import InputError
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in ("numba", "polars"):
            print(name, gc.isenabled())
scenario = load_scenario("one-crossing")
sys.meta_path.insert(0, Watch())
try:
    compare(scenario, ["nowhere"])
except InputError:
    print("then", gc.isenabled())
"""


def _fail_to_load() -> None:
    with not_while_loading():
        assert not gc.isenabled()
        raise ImportError


@pytest.mark.parametrize("begun", [True, False])
def test_nothing_is_sought_in_the_block_and_then_what_was_sought_before(begun: bool) -> None:
    (gc.enable if begun else gc.disable)()
    try:
        with pytest.raises(ImportError):
            _fail_to_load()
        assert gc.isenabled() == begun
    finally:
        gc.enable()


def test_a_study_loads_the_engine_without_looking_for_cycles() -> None:
    """It once took a quarter of the time that loading takes."""
    done = subprocess.run([sys.executable, "-c", STUDY], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["numba False", "polars False", "then True"]
