"""What Mesa imports and a study never uses is loaded when somebody uses it, and is then whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.effort import PATIENCE_S

HEAVY = ("pandas.core", "networkx.algorithms", "scipy.spatial", "mesa.discrete_space.cell")
LOADED = f"print(*[m for m in {HEAVY!r} if m in sys.modules])"


def printed(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\nimport sim.model\n{script}"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_model_loads_none_of_it() -> None:
    assert printed(LOADED) == ""


@pytest.mark.parametrize(
    ("use", "loaded"),
    [
        ("import mesa; mesa.DataCollector({'a': len}).get_model_vars_dataframe()", "pandas.core"),
        ("import pandas; assert pandas.DataFrame({'a': [1]}).shape == (1, 1)", "pandas.core"),
        ("from pandas.api.types import is_numeric_dtype", "pandas.core"),
        ("import networkx.algorithms.flow", "networkx.algorithms"),
        ("import mesa; mesa.discrete_space.Network", "mesa.discrete_space.cell"),
        ("from mesa.experimental.devs import ABMSimulator", ""),
    ],
)
def test_what_is_used_is_loaded_whole(use: str, loaded: str) -> None:
    assert loaded in printed(f"{use}\n{LOADED}")


def test_what_was_loaded_before_stays_as_it_is() -> None:
    again = "import pandas as p; from sim.agents.deferred import defer; p.DataFrame(); defer()"
    assert printed(f"{again}; print(sys.modules['pandas'] is p)") == "True"


DEEP = """
import inspect
frames, look = [], inspect.getouterframes
inspect.getouterframes = lambda *given: frames.append(look(*given)) or frames[-1]
def below(depth):
    if depth:
        below(depth - 1)
    else:
        import sim.model
below(100)
print(len(frames) > 0, all(len(stack) < 100 for stack in frames))
"""


def test_mesa_looks_through_a_shallow_stack_however_deep_the_import() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEEP],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.stdout.split() == ["True", "True"], done.stderr
