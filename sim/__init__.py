"""rajasim: an agent-based simulation of migration pressure on a land border.

```python
from sim import load_scenario, compare

scenario = load_scenario("scenarios/finland-2023/base.yaml")
result = compare(scenario, ["historical", "open"], replicates=20)
result
```
"""

from sim._version import __version__
from sim.library import Comparison, compare, load_scenario, open_results

__all__ = ["Comparison", "__version__", "compare", "load_scenario", "open_results"]
