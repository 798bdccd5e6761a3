"""A queue person by person: no step size, no drift. Means are V1 to V12 of ``rajasim verify``."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from sim.randomness import REGISTRATION_SERVICE, exponential
from sim.verification import small_worlds


@njit
def _unit_exponentials(key: int, purpose: int, entities: NDArray[np.uint64]) -> NDArray[np.float64]:
    values = np.empty(len(entities))
    for k in range(len(entities)):
        values[k] = exponential(key, purpose, entities[k], 0)
    return values


def kiefer_wolfowitz(
    arrived: NDArray[np.float64], service_h: NDArray[np.float64], servers: int
) -> NDArray[np.float64]:
    """When each person leaves G/G/c, by the recursion over workloads (Kiefer, Wolfowitz 1955)."""
    free = [0.0] * servers
    left = np.empty(len(arrived))
    for k, (at_h, work_h) in enumerate(zip(arrived, service_h, strict=True)):
        server = min(range(servers), key=free.__getitem__)
        left[k] = free[server] = max(at_h, free[server]) + work_h
    return left


@pytest.mark.parametrize("servers", [1, 2, 4])
def test_every_person_leaves_when_the_workload_recursion_says(servers: int) -> None:
    """The whole path, not only its mean."""
    where = small_worlds.tandem(
        0.8 * servers, servers=servers, registration=small_worlds.service(1.0), days=60
    )
    run = small_worlds.model(where).run()
    people = small_worlds.persons(run)
    entities = small_worlds.groups(run)["key"][people["group"]]
    service_h = _unit_exponentials(run.key, REGISTRATION_SERVICE, entities)
    expected = kiefer_wolfowitz(people["admitted_h"], service_h, servers)
    done = ~np.isnan(people["registered_h"])
    assert done.sum() > 1000
    np.testing.assert_allclose(people["registered_h"][done], expected[done], rtol=0, atol=1e-8)
