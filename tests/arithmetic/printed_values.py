"""Prints a digest of what every elementary function gives for many arguments.

Run as ``python -m tests.arithmetic.printed_values``.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Callable

import numpy as np

from sim.arithmetic import elementary, elementwise
from sim.engine.groups import size_chances
from sim.engine.route_choice import recursive_costs
from sim.randomness import gamma, normal

MANY = 5_000


def arguments(low: float, high: float, *, seed: int = 1) -> list[float]:
    """Numbers between two bounds, and the bounds."""
    generator = random.Random(seed)  # noqa: S311
    return [low, high, *(generator.uniform(low, high) for _ in range(MANY))]


FUNCTIONS: dict[str, tuple[Callable[[float], float], list[float]]] = {
    "exp": (elementary.exp, arguments(-750.0, 715.0)),
    "exp of small": (elementary.exp, arguments(-1.0, 1.0)),
    "expm1": (elementary.expm1, arguments(-3.0, 3.0)),
    "log": (elementary.log, arguments(0.0, 3.0)),
    "log1p": (elementary.log1p, arguments(-1.0, 3.0)),
    "power": (lambda x: elementary.power(x, 0.16), arguments(0.0, 150.0)),
    "cosine": (elementary.cosine_of_turns, arguments(0.0, 1.0)),
    "log gamma": (elementary.log_gamma, arguments(0.01, 60.0)),
}


def digests() -> dict[str, str]:
    """SHA-256 of the bits of the values of each function, and of what is made of them."""
    values = {
        name: np.array([function(x) for x in given], dtype=np.float64)
        for name, (function, given) in FUNCTIONS.items()
    }
    values["elementwise"] = np.concatenate(
        [
            elementwise.exp(arguments(-9.0, 9.0)),
            elementwise.expm1(arguments(-1.0, 0.0)),
            elementwise.power(arguments(0.0, 150.0), 0.16),
            elementwise.cosine_of_turns(arguments(-9.0, 9.0)),
        ]
    )
    key, purpose, who = np.uint64(1), np.int64(1), np.uint64(1)
    values["normal"] = np.array([normal(key, purpose, who, k) for k in range(MANY)])
    values["gamma"] = np.array([gamma(key, purpose, who, k, 0.7) for k in range(MANY)])
    values["sizes"] = size_chances(2.3, 1.7, 0.1, 0.05)
    values["routes"] = recursive_costs(_roads(), 6, 20.0)
    return {name: hashlib.sha256(each.tobytes()).hexdigest() for name, each in values.items()}


def _roads() -> np.ndarray:
    """Six hubs and two crossings, everything joined to everything else."""
    cost = np.array(arguments(60.0, 300.0)[2:66]).reshape(8, 8)
    cost[6:] = np.inf
    np.fill_diagonal(cost, np.inf)
    return cost


if __name__ == "__main__":
    sys.stdout.write(json.dumps(digests()) + "\n")
