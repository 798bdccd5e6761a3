"""rajasim: an agent-based simulation of migration pressure on a land border.

```python
from sim import load_scenario, compare

scenario = load_scenario("scenarios/finland-2023/base.yaml")
result = compare(scenario, ["historical", "open"], replicates=20)
result
```
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim._version import __version__
from sim.storage.compiler_cache import find_cache_place

if TYPE_CHECKING:
    from sim.api.calibration import calibrate, weigh_hypotheses
    from sim.api.differencing import ResultsDifference, diff
    from sim.api.functions import (
        compare,
        finland_model,
        load_plugin,
        load_scenario,
        open_results,
        speaking,
        start_model,
    )
    from sim.api.hindcasting import HindcastResult, hindcast, score_forecast
    from sim.api.objects import Comparison
    from sim.api.part_making import make_part
    from sim.api.variation import vary, vary_policy
    from sim.api.weightings import Weightings, compare_weightings
    from sim.study.scenario_model import ScenarioModel

__all__ = [
    "Comparison",
    "HindcastResult",
    "ResultsDifference",
    "ScenarioModel",
    "Weightings",
    "__version__",
    "calibrate",
    "compare",
    "compare_weightings",
    "diff",
    "finland_model",
    "hindcast",
    "load_plugin",
    "load_scenario",
    "make_part",
    "open_results",
    "score_forecast",
    "speaking",
    "start_model",
    "vary",
    "vary_policy",
    "weigh_hypotheses",
]


# What of the library is not in sim.api.functions.
ELSEWHERE = {
    "calibrate": "sim.api.calibration",
    "weigh_hypotheses": "sim.api.calibration",
    "diff": "sim.api.differencing",
    "ResultsDifference": "sim.api.differencing",
    "vary": "sim.api.variation",
    "vary_policy": "sim.api.variation",
    "hindcast": "sim.api.hindcasting",
    "HindcastResult": "sim.api.hindcasting",
    "score_forecast": "sim.api.hindcasting",
    "make_part": "sim.api.part_making",
    "compare_weightings": "sim.api.weightings",
    "Weightings": "sim.api.weightings",
    "ScenarioModel": "sim.study.scenario_model",
}

# Before numba is loaded, and in every process: it reads where its cache is only then.
find_cache_place(Path(__file__).parent)


def __getattr__(name: str) -> Any:
    """The library is loaded when something of it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # deferred, as said

    return getattr(import_module(ELSEWHERE.get(name, "sim.api.functions")), name)


def __dir__() -> list[str]:
    """What is public."""
    return sorted(__all__)
