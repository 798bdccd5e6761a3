"""Promises about common random numbers: they belong to people, not to events, policies or order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from sim.engine.codes import QueueDiscipline
from sim.model import BorderModel
from sim.policies import Daily, Observation, Order
from sim.policies.timed import Open
from sim.policies.triggered import Threshold
from sim.randomness import (
    ALTERNATIVE,
    DEMAND_INTERVAL,
    GROUP_CASH,
    REGISTRATION_SERVICE,
    replicate_key,
    uniform,
)
from sim.verification import small_worlds
from sim.verification.full_world import reference_world
from sim.verification.probes import first_utilities
from sim.verification.reference_statistics import interval_of_share
from sim.world.origins import GivenGroup
from sim.world.world import World


@dataclass(frozen=True)
class Watchful:
    """Looks every noon and orders nothing."""

    type: ClassVar[str] = "watchful"
    clock: ClassVar = Daily()

    def decide(self, observation: Observation) -> list[Order]:
        return []


NEVER_TRIGGERED = Threshold(crossings=("gate", "other"), above=1e12, below=1.0)


@pytest.mark.parametrize("policy", [Watchful(), NEVER_TRIGGERED], ids=lambda each: each.type)
def test_policies_that_order_nothing_are_the_same_to_the_bit(
    policy: small_worlds.AnyPolicy,
) -> None:
    where = reference_world()
    nothing = small_worlds.model(where, Open()).run()
    assert small_worlds.differing(nothing, small_worlds.model(where, policy).run()) == []


def by_key(run: BorderModel) -> dict[int, Any]:
    """Rows of groups by their own number, which no order of events can change."""
    return {int(row["key"]): row for row in small_worlds.groups(run)}


WHO_THEY_ARE = (
    "created_h",
    "cash_eur",
    "people",
    "hub",
    "valid_documents",
    "traits",
)


def without_hearsay(where: World) -> World:
    """No followers, no fear of failure, no talk, and no group that parts at the gate.

    With any of them one more group, or another policy, does change who comes at all or who goes
    with whom, as it should; nobody's draws change (``tests/theory/test_demand.py``).
    """
    alone = replace(
        where.parameters,
        branching=0.0,
        failure_weight=0.0,
        peer_rate_per_h=0.0,
        splitting=0.0,
        forced_separation=0.0,
    )
    return replace(where, parameters=alone)


def test_policies_meet_the_same_people() -> None:
    """While claims are taken somewhere, a closure changes what people do, not who comes."""
    where = without_hearsay(reference_world())
    one = by_key(small_worlds.model(where, Open()).run())
    closing = Threshold(crossings=("gate",), above=5.0, below=1.0)
    run = small_worlds.model(where, closing).run()
    assert run.actor.orders
    other = by_key(run)
    assert one.keys() == other.keys()
    for key, row in one.items():
        for name in ("created_h", "cash_eur", "people", "valid_documents", "traits"):
            assert row[name] == other[key][name], name


def with_one_more(where: World, size: int) -> World:
    extra = GivenGroup(id="extra", at=small_worlds.at(30.0), persons=size, hub=small_worlds.TOWN)
    return replace(where, demand=replace(where.demand, groups=(extra,)))


@pytest.mark.parametrize("size", [1, 500])
def test_one_more_group_changes_nobody_elses_draws(size: int) -> None:
    where = without_hearsay(reference_world())
    before = by_key(small_worlds.model(where).run())
    after = by_key(small_worlds.model(with_one_more(where, size)).run())
    assert len(after) == len(before) + 1
    for key, row in before.items():
        for name in WHO_THEY_ARE[:-3]:
            assert row[name] == after[key][name], name
        assert row["valid_documents"] == after[key]["valid_documents"]
        assert row["traits"] == after[key]["traits"]


def paths(run: BorderModel) -> dict[int, list[tuple[float, ...]]]:
    """Timestamps of every member, by group."""
    names = ("queued_h", "presented_h", "admitted_h", "registered_h", "state", "place")
    people = small_worlds.persons(run)
    return {
        int(row["key"]): [
            tuple(float(people[p][name]) for name in names)
            for p in range(row["first_person"], row["first_person"] + row["people"])
        ]
        for row in small_worlds.groups(run)
    }


def test_with_ample_capacity_one_more_group_changes_nobodys_path() -> None:
    """No queues, so people touch each other in no way at all; nan equals nan here."""
    ample = [
        replace(
            crossing,
            admission=replace(crossing.admission, lanes=small_worlds.MANY),
            registration=replace(
                crossing.registration,
                servers=small_worlds.MANY,
                servers_after_hours=small_worlds.MANY,
                interpreters=None,
                discipline=QueueDiscipline.FCFS,
            ),
            suspension=None,
            exit_check=None,
            shelter_places=None,
            transport=None,
        )
        for crossing in reference_world().network.crossings
    ]
    where = without_hearsay(reference_world())
    where = replace(
        where,
        network=replace(where.network, crossings=tuple(ample)),
        parameters=replace(where.parameters, balking_per_h=0.0),
    )
    before = paths(small_worlds.model(where).run())
    after = paths(small_worlds.model(with_one_more(where, 7)).run())
    assert len(before) > 400
    for key, people in before.items():
        np.testing.assert_array_equal(people, after[key])


# Order of crossings ------------------------------------------------------------------------------


def turned_around(where: World) -> World:
    return replace(
        where, network=replace(where.network, crossings=tuple(reversed(where.network.crossings)))
    )


def three_ways(people: int) -> World:
    crossings = [
        small_worlds.crossing(name, known=known)
        for name, known in (("a", 1.0), ("b", 0.7), ("c", 0.1))
    ]
    return small_worlds.world(
        small_worlds.star(*crossings, hours=[1.0, 2.0, 3.0]),
        small_worlds.crowd(people, size=None),
        days=20,
        station_constant=-2.0,
        settle_constant=-4.0,
    )


def test_the_order_of_crossings_changes_no_utility_and_nobody() -> None:
    where = three_ways(5000)
    one, other = small_worlds.model(where), small_worlds.model(turned_around(where))
    for run in (one, other):
        run.advance_to(0.0)
    mine, theirs = (first_utilities(run) for run in (one, other))
    np.testing.assert_array_equal(mine[:3], theirs[2::-1])
    assert mine[3] == theirs[3]
    for name in WHO_THEY_ARE:
        if name != "hub":
            np.testing.assert_array_equal(
                small_worlds.groups(one)[name], small_worlds.groups(other)[name]
            )


def chosen(run: BorderModel) -> dict[str | None, int]:
    names = [group.destination_id for group in run.groups]
    return {name: names.count(name) for name in ("a", "b", "c", None)}


def test_the_order_of_crossings_changes_no_law() -> None:
    """Draws are keyed by the number of an alternative, so single choices differ; shares do not."""
    where = three_ways(30_000)
    one = chosen(small_worlds.model(where).run())
    other = chosen(small_worlds.model(turned_around(where)).run())
    total = sum(one.values())
    assert total == sum(other.values())
    for name, count in one.items():
        low, high = interval_of_share(count, total)
        low_2, high_2 = interval_of_share(other[name], total)
        assert max(low, low_2) <= min(high, high_2), f"{name}: {count} or {other[name]} of {total}"


# Replicates --------------------------------------------------------------------------------------

PURPOSES = (DEMAND_INTERVAL, GROUP_CASH, ALTERNATIVE, REGISTRATION_SERVICE)
DRAWS = 20_000


@njit
def _first_draws(key, purpose, entity, count):  # type: ignore[no-untyped-def]
    values = np.empty(count)
    for k in range(count):
        values[k] = uniform(key, purpose, entity, k)
    return values


def first_draws(seed: int, number: int, purpose: Any, entity: int = 7) -> NDArray[np.float64]:
    key = np.uint64(replicate_key(seed, number))
    return np.asarray(_first_draws(key, purpose, np.uint64(entity), DRAWS))


STREAMS = [(seed, number) for seed in (1, 2, 2023) for number in (0, 1, 2, 1000)]


def test_states_of_the_world_and_seeds_draw_independently() -> None:
    """Correlations of all pairs of streams, at lags -2 to 2, behave like those of white noise."""
    rows = [first_draws(*stream, purpose) for stream in STREAMS for purpose in PURPOSES]
    count = len(rows)
    standard = np.array([(row - 0.5) * np.sqrt(12.0) for row in rows])
    correlations = []
    for lag in range(3):
        products = standard[:, : DRAWS - lag] @ standard[:, lag:].T / (DRAWS - lag)
        mask = ~np.eye(count, dtype=bool) if lag == 0 else np.ones((count, count), dtype=bool)
        correlations.append(products[mask])
    z = np.concatenate(correlations) * np.sqrt(DRAWS)
    assert abs(z.std() - 1.0) < 0.05
    # The largest of some 7,000 normal values is above 5 with a chance of 0.4 %.
    assert np.abs(z).max() < 5.0


def test_no_stream_is_a_shifted_copy_of_another() -> None:
    """No number occurs twice among a million draws of 53 bits (chance of a coincidence 5e-5)."""
    values = np.concatenate([first_draws(*stream, p) for stream in STREAMS for p in PURPOSES])
    assert len(np.unique(values)) == len(values)


def test_replications_are_different_states_of_the_world() -> None:
    where = reference_world()
    runs = [small_worlds.model(where, number=n, seed=s).run() for n, s in ((0, 1), (1, 1), (0, 2))]
    created = [set(small_worlds.groups(run)["created_h"]) - {5.0} for run in runs]
    assert all(len(times) > 300 for times in created)
    assert not created[0] & created[1]
    assert not created[0] & created[2]
    assert not created[1] & created[2]
