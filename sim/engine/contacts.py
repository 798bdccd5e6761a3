"""S3, hearsay: people talk with others who want to cross, and some with a facilitator.

A new group has heard from others for ``talks_before_h`` before it appears. A group that is not yet
received talks with another at random (all groups so far, also those who got
through: they report it), ``peer_rate_per_h`` times an hour on average, those others' talks with it
counted. A share of groups has a facilitator, who knows at once which crossings are open.
"""

from __future__ import annotations

from sim.arithmetic.compiled import njit
from sim.engine.beliefs import forget, listen, take_advice, talk
from sim.engine.bulletins import latest_bulletin
from sim.engine.codes import GroupStage
from sim.engine.events import EventKind, schedule
from sim.engine.filters import kind_of
from sim.engine.measures import restriction
from sim.engine.signatures import Columns, Hours, Row
from sim.randomness import (
    CONTACT_PARTNER,
    CONTACT_TIME,
    GROUP_FACILITATED,
    TALKS_BEFORE,
    TALKS_BEFORE_PARTNER,
    exponential,
    happens,
    poisson,
    uniform,
)


@njit
def expect_contact(e: Columns, g: Row, now: Hours) -> None:
    """Schedule the group's next talk that it begins itself."""
    rate = _rates(e, g)
    if rate > 0.0:
        key, learner = e.groups[g].key, e.learners[g]
        learner.contacts += 1
        wait_h = exponential(e.status[0].key, CONTACT_TIME, key, learner.contacts) / rate
        schedule(e, now + wait_h, EventKind.CONTACT, g, 0)


@njit
def talk_again(e: Columns, g: Row, now: Hours) -> None:
    """Schedule talks of a group that was not among others for a time."""
    if e.groups[g].silent:
        e.groups[g].silent = 0
        expect_contact(e, g, now)


@njit
def hear_before_coming(e: Columns, g: Row, now: Hours) -> None:
    """What a new group has heard by word of mouth in the time before it appears."""
    parameters, key, others = e.parameters[0], e.status[0].key, e.status[0].groups - 1
    mean = parameters.peer_rate_per_h * parameters.talks_before_h
    if e.status[0].learning == 0 or mean <= 0.0 or others < 1:
        return
    group = e.groups[g]
    for k in range(poisson(key, TALKS_BEFORE, group.key, 0, mean)):
        earlier = int(uniform(key, TALKS_BEFORE_PARTNER, group.key, k) * others)
        listen(e, g, earlier, now)  # who comes is the last of all groups


@njit
def _rates(e: Columns, g: Row) -> float:
    """Talks that a group begins, with others and with a facilitator, 1/h."""
    parameters = e.parameters[0]
    if e.status[0].learning == 0:
        return 0.0
    rate = 0.5 * parameters.peer_rate_per_h
    return rate + parameters.facilitator_rate_per_h if has_facilitator(e, g) else rate


@njit
def has_facilitator(e: Columns, g: Row) -> bool:
    """Whether somebody is paid to help the group along."""
    share = e.parameters[0].facilitated_share
    return happens(share, e.status[0].key, GROUP_FACILITATED, e.groups[g].key, 0)


@njit
def make_contact(e: Columns, g: Row, now: Hours) -> tuple[bool, Row]:
    """The talk that is due. Returns (whether ``g`` learned, who learned from it or -1)."""
    group = e.groups[g]
    if group.stage == GroupStage.DONE or group.stage == GroupStage.BETWEEN_POSTS:
        group.silent = 1
        return False, -1
    u = uniform(e.status[0].key, CONTACT_PARTNER, group.key, e.learners[g].contacts)
    peers = 0.5 * e.parameters[0].peer_rate_per_h / _rates(e, g)
    expect_contact(e, g, now)
    if u >= peers:
        return _hear_facilitator(e, g, now), -1
    others = e.status[0].groups - 1
    if others < 1:
        return False, -1
    other = int(u / peers * others)
    if other >= g:
        other += 1
    learned = talk(e, g, other, now)
    if learned != 0:
        e.groups[g].fresh = 1
        e.groups[other].fresh = 1
    return (learned & 1) != 0, other if (learned & 2) != 0 else -1


@njit
def _hear_facilitator(e: Columns, g: Row, now: Hours) -> bool:
    """The facilitator knows every announcement so far, and praises what is open."""
    group = e.groups[g]
    forget(e, g, now)
    journey = e.journeys[group.journey]
    journey.heard_h = max(journey.heard_h, latest_bulletin(e, now))
    for s in range(len(e.stations)):
        if restriction(e, s, kind_of(group)) < 0:
            take_advice(e, g, s, e.stations[s].gate, now)
    group.fresh = 1
    return True
