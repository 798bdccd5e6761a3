"""S2 and S6: who a group is, and its way over the terrain border.

Sizes: ``P(n) = (1 - w2 - w3) ZTNB(n; m, k) + w2 U{4..7} + w3 [n = 20]``: people on their own
(zero-truncated negative binomial with mean m ``own_travel_mean`` and k ``own_travel_dispersion``),
full vehicles (w2 ``vehicle_share``), minibuses (w3 ``convoy_share``). Members: of groups of two and
more a ``family_share`` has children, who never travel without an adult; of people alone an
``unaccompanied_share`` are minors; adults are ill, disabled or pregnant, or old, with their shares.
Means: money a person is lognormal (``cash_median_eur``, ``cash_sigma``) where anything costs money,
else all have the median; gear against cold, where there is weather, is ``u^(1/g - 1)`` for uniform
u, with mean g (``gear_mean``); papers are valid for ``valid_document_share`` of groups.

A walk over the terrain border takes a lognormal time (``hike_median_h``, ``hike_sigma``); at its
end people are found with the stretch's chance ``1 - (1 - p0)(1 - f e)``, f its fenced share.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp, log, log_gamma, power
from sim.engine.codes import NOBODY, AgeClass, GroupStage, PersonState, Trait, Vulnerability
from sim.engine.filters import BY_DOCUMENTS, OF_ONE_ORIGIN
from sim.engine.journey_rows import begin_journey
from sim.engine.signatures import Columns, Hours, Key, Record, Row
from sim.engine.time_statistics import place_new_person
from sim.randomness import (
    GROUP_CASH,
    GROUP_CLAIMS,
    GROUP_COMPOSITION,
    GROUP_DOCUMENT,
    GROUP_GEAR,
    GROUP_SIZE,
    HIKE_TIME,
    PERSON_ELDERLY,
    PERSON_SEX,
    PERSON_VULNERABLE,
    happens,
    normal,
    uniform,
)

VEHICLE_SIZES: Final = (4, 5, 6, 7)
CONVOY_SIZE: Final = 20
LARGEST_OWN_TRAVEL: Final = 15


def size_chances(
    own_mean: float, dispersion: float, vehicle_share: float, convoy_share: float
) -> NDArray[np.float64]:
    """Chances of group sizes 1, 2, ..., 20 (S2), shape (20,).

    Args:
        own_mean: mean of the zero-truncated negative binomial of people on their own, at least 1.
        dispersion: its k.
        vehicle_share: share of groups of 4 to 7.
        convoy_share: share of groups of 20.

    Raises:
        ValueError: if the shares exceed 1 together.
    """
    if vehicle_share + convoy_share > 1.0:
        raise ValueError("the shares of vehicles and convoys are more than 1 together")
    chances = np.zeros(CONVOY_SIZE)
    chances[:LARGEST_OWN_TRAVEL] = _truncated_negative_binomial(own_mean, dispersion)
    chances *= 1.0 - vehicle_share - convoy_share
    for size in VEHICLE_SIZES:
        chances[size - 1] += vehicle_share / len(VEHICLE_SIZES)
    chances[CONVOY_SIZE - 1] += convoy_share
    return chances


def _truncated_negative_binomial(mean: float, k: float) -> NDArray[np.float64]:
    """Chances of 1..15; the untruncated mean is found so that the truncated one is ``mean``."""
    if mean <= 1.0:
        return np.eye(1, LARGEST_OWN_TRAVEL)[0]
    low, high = 0.0, mean
    for _ in range(80):
        middle = 0.5 * (low + high)
        truncated = middle / (1.0 - power(1.0 + middle / k, -k)) if middle > 0.0 else 1.0
        low, high = (middle, high) if truncated < mean else (low, middle)
    sizes = range(1, LARGEST_OWN_TRAVEL + 1)
    logs = [
        log_gamma(n + k) - log_gamma(k) - log_gamma(n + 1.0) + n * log(high / (high + k))
        for n in sizes
    ]
    weights = np.array([exp(each) for each in logs])
    return np.asarray(weights / weights.sum())


@njit
def is_minor(person: Record) -> bool:
    """Whether a person is under age, alone or not."""
    return person.age_class == AgeClass.CHILD or person.age_class == AgeClass.UNACCOMPANIED_MINOR


@njit
def draw_size(e: Columns, key: Key) -> int:
    """The size of a group from the table of chances."""
    if e.size_cdf[0] >= 1.0:
        return 1
    u = uniform(e.status[0].key, GROUP_SIZE, key, 0)
    size = 1
    while size < len(e.size_cdf) and u > e.size_cdf[size - 1]:
        size += 1
    return size


@njit
def create_group(e: Columns, key: Key, size: int, place: Row, stream: Row, now: Hours) -> Row:
    """Bring a group and its members into being at a place; returns its row."""
    status = e.status[0]
    parameters = e.parameters[0]
    g = status.groups
    status.groups = g + 1
    group = e.groups[g]
    group.key = key
    group.created_h = now
    group.arrived_h = -np.inf
    group.first_person = status.persons
    group.people = size
    group.place = place
    group.hub = place
    group.first_hub = place
    group.first_destination = NOBODY
    group.origin = e.streams[stream].origin
    group.stream = stream
    group.destination = NOBODY
    group.stage = GroupStage.WAITING
    group.cash_eur = parameters.cash_median_eur
    if status.something_costs:
        group.cash_eur *= exp(parameters.cash_sigma * normal(status.key, GROUP_CASH, key, 0))
    if len(e.cold_band) > 0:
        u = uniform(status.key, GROUP_GEAR, key, 0)
        group.gear = power(u, 1.0 / parameters.gear_mean - 1.0)
    group.valid_documents = 1 if has_valid_documents(e, key) else 0
    group.claims = wants_to_claim(e, key)
    begin_journey(e, g)
    _create_members(e, g, now)
    return g


@njit
def has_valid_documents(e: Columns, key: Key) -> bool:
    """Whether a group's papers in the transit state are in order, from its key alone."""
    share = e.parameters[0].valid_document_share
    return happens(share, e.status[0].key, GROUP_DOCUMENT, key, 0)


@njit
def wants_to_claim(e: Columns, key: Key) -> bool:
    """Whether a group is one that asks for asylum, from its key alone."""
    share = e.parameters[0].claim_share
    return happens(share, e.status[0].key, GROUP_CLAIMS, key, 0)


@njit
def draw_member(e: Columns, key: Key, size: int, member: int) -> tuple[int, int]:
    """Who a member of a group is: (age class, vulnerability), from the group's key alone."""
    parameters = e.parameters[0]
    share = parameters.unaccompanied_share if size == 1 else parameters.family_share
    if happens(share, e.status[0].key, GROUP_COMPOSITION, key, 0):
        if size == 1:
            return AgeClass.UNACCOMPANIED_MINOR, 0
        if member >= (1 if size == 2 else 2):
            return AgeClass.CHILD, 0
    is_old = happens(parameters.elderly_share, e.status[0].key, PERSON_ELDERLY, key, member)
    age_class = AgeClass.ELDERLY if is_old else AgeClass.ADULT
    if parameters.vulnerable_share <= 0.0:
        return age_class, Vulnerability.NONE
    v = uniform(e.status[0].key, PERSON_VULNERABLE, key, member)
    if v >= parameters.vulnerable_share:
        return age_class, Vulnerability.NONE
    may_be_pregnant = age_class == AgeClass.ADULT and is_female(e, key, member)
    kinds = 3 if may_be_pregnant else 2
    return age_class, 1 + int(kinds * v / parameters.vulnerable_share)


@njit
def is_female(e: Columns, key: Key, member: int) -> bool:
    """Whether a member of a group is a woman or a girl."""
    share = e.parameters[0].women_share
    return happens(share, e.status[0].key, PERSON_SEX, key, member)


@njit
def traits_of_member(age_class: int, vulnerable: int) -> int:
    """The flags that a member gives to the group."""
    if age_class == AgeClass.UNACCOMPANIED_MINOR:
        return Trait.UNACCOMPANIED_MINORS
    if age_class == AgeClass.CHILD:
        return Trait.CHILDREN
    return Trait.VULNERABLE if vulnerable or age_class == AgeClass.ELDERLY else 0


@njit
def draw_kind(e: Columns, key: Key, size: int, origin: Row) -> int:
    """The kind of people that a group will be once it is there."""
    traits = 0
    for member in range(size):
        age_class, vulnerable = draw_member(e, key, size, member)
        traits |= traits_of_member(age_class, vulnerable)
    kind = traits + OF_ONE_ORIGIN * (origin + 1)
    return kind + (BY_DOCUMENTS if has_valid_documents(e, key) else 0)


@njit
def _create_members(e: Columns, g: Row, now: Hours) -> None:
    status = e.status[0]
    group = e.groups[g]
    for member in range(group.people):
        p = status.persons
        status.persons = p + 1
        person = e.persons[p]
        person.group = g
        person.next_in_queue = NOBODY
        person.queued_h = np.nan
        person.presented_h = np.nan
        person.admitted_h = np.nan
        person.registered_h = np.nan
        person.age_class, person.vulnerable = draw_member(e, group.key, group.people, member)
        person.female = is_female(e, group.key, member)
        group.traits |= traits_of_member(person.age_class, person.vulnerable)
        place_new_person(e, p, PersonState.GATEWAY, group.place, now)


@njit
def hike_hours(e: Columns, g: Row) -> Hours:
    """S6: time on foot over the terrain border, lognormal, h."""
    parameters = e.parameters[0]
    z = normal(e.status[0].key, HIKE_TIME, e.groups[g].key, e.groups[g].attempts)
    return parameters.hike_median_h * exp(parameters.hike_sigma * z)
