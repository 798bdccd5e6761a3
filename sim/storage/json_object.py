"""What the type checker is to make of JSON: keys are texts, and a value may be anything.

What a file of ours must hold is checked where it is read (:mod:`sim.results.manifest`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""An object that becomes a part of a JSON file."""
JsonMapping: TypeAlias = Mapping[str, Any]
"""An object of a JSON file, or a part of a manifest, which is only read."""
