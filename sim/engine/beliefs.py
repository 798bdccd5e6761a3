"""S3, what groups believe of each crossing: the chance to succeed there, and the wait.

Two rules of updating, by ``routes_and_rumours``:

- 0, Beta-Bernoulli: evidence (good, bad) with chance good / (good + bad). It starts at the
  crossing's prior, weighing ``prior_weight``, and each outcome adds its weight.
- 1, Routes and Rumours (Hinsch and Bijak 2023, Artificial Life 29:3): a value and a trust t; own
  and others' views are merged with convinced, converted and confused shares
  (iota = 0.5, gamma = 0.1, kappa = 0.3).

The wait is that of MODEL S4: from joining the queue at a post to being registered. It is the mean
of the waits that were seen or heard of, weighed as outcomes are, and none before that; those who
left in vain report how long they had waited until then.

Evidence (or trust) fades toward the prior with ``memory_d``. What somebody saw at a post is news
that passes from group to group with its age: a group that hears of something newer takes it up,
with ``peer_weight`` times what age has left of it, and passes it on. With ``stifling`` those who
report what the other knows already cease to (Daley and Kendall 1964).

All of it is off while ``experience_weight``, ``peer_rate_per_h`` and ``facilitated_share`` are 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp
from sim.engine.signatures import Columns, Hours, Record, Row, Table
from sim.randomness import STIFLING, happens

CONVINCED: Final = 0.5  # iota
BLENDED: Final = 0.1  # gamma
CONFUSED: Final = 0.3  # kappa
NO_WAIT_SEEN: Final = -1.0  # in the place of a wait: the outcome says nothing of it


@njit
def belief_row(e: Columns, g: Row, s: Row) -> Row:
    """Where the belief of group ``g`` about station ``s`` is in the table."""
    return g * len(e.stations) + s


@njit
def trust_of(weight: float) -> float:
    """The trust that corresponds to a weight of evidence: 1 outcome is trusted by a half."""
    return weight / (1.0 + weight)


@njit
def begin_beliefs(e: Columns, g: Row, now: Hours) -> None:
    """What a new group believes: the priors, and nothing to report."""
    if e.status[0].learning == 0:
        return
    parameters = e.parameters[0]
    e.learners[g].recalled_h = now
    for s in range(len(e.stations)):
        belief, known = e.beliefs[belief_row(e, g, s)], e.stations[s].known
        belief.news_h = -np.inf
        belief.news_wait_h = NO_WAIT_SEEN
        if parameters.routes_and_rumours > 0.0:
            belief.good, belief.bad = known, trust_of(parameters.prior_weight)
        else:
            belief.good = known * parameters.prior_weight
            belief.bad = (1.0 - known) * parameters.prior_weight


@njit
def known_success(parameters: Record, station: Record, assured: bool) -> float:
    """The chance to succeed at a station in the eyes of those who learn nothing.

    That the authorities say that claims are taken there counts as ``official_weight`` outcomes.
    """
    official = parameters.official_weight if assured else 0.0
    good, weight = station.known * parameters.prior_weight, parameters.prior_weight
    return (good + official) / (weight + official)


@njit
def learned_success(parameters: Record, belief: Record, assured: bool) -> float:
    """The chance to succeed by a belief, and by what the authorities say."""
    official = parameters.official_weight if assured else 0.0
    if parameters.routes_and_rumours > 0.0:
        return 1.0 - (1.0 - belief.good) * (1.0 - trust_of(official))
    return (belief.good + official) / (belief.good + belief.bad + official)


@njit
def expected_wait_h(belief: Record) -> Hours:
    """The believed wait from joining the queue at a station to being registered, h."""
    return belief.waited_h / belief.waits if belief.waits > 0.0 else 0.0


@njit
def forget(e: Columns, g: Row, now: Hours) -> None:
    """Let evidence fade since the group last took stock."""
    if e.status[0].learning == 0:
        return
    memory_h = 24.0 * e.parameters[0].memory_d
    learner = e.learners[g]
    since_h = now - learner.recalled_h
    learner.recalled_h = now
    if memory_h <= 0.0 or since_h <= 0.0:
        return
    keep = exp(-since_h / memory_h)
    _fade(e.parameters[0], e.stations, e.beliefs, belief_row(e, g, 0), keep)


@njit
def _fade(parameters: Record, stations: Table, beliefs: Table, first: Row, keep: float) -> None:
    """Let a group's beliefs, from row ``first`` on, keep a share of their evidence."""
    weight = parameters.prior_weight
    for s in range(len(stations)):
        belief = beliefs[first + s]
        belief.waits *= keep
        belief.waited_h *= keep
        if parameters.routes_and_rumours > 0.0:
            belief.bad *= keep
        else:
            good, bad = stations[s].known * weight, (1.0 - stations[s].known) * weight
            belief.good = good + keep * (belief.good - good)
            belief.bad = bad + keep * (belief.bad - bad)


@njit
def experience(e: Columns, g: Row, s: Row, success: float, wait_h: Hours, now: Hours) -> None:
    """Group ``g`` saw for itself how it goes at station ``s``, and has something to report.

    Its wait is ``wait_h``, or :data:`NO_WAIT_SEEN`.
    """
    if e.status[0].learning == 0:
        return
    forget(e, g, now)
    belief = e.beliefs[belief_row(e, g, s)]
    _take_in(e, belief, 1.0 if success else 0.0, wait_h, e.parameters[0].experience_weight)
    belief.news_h = now
    belief.news_wait_h = wait_h
    belief.passes_on = 1 if success else -1


@njit
def report_success(e: Columns, g: Row, now: Hours) -> bool:
    """One more of a group that presented itself is done with; says whether that was the last.

    A group that came through a crossing has its wait to report then.
    """
    group = e.groups[g]
    journey = e.journeys[group.journey]
    journey.unregistered -= 1
    is_last = journey.unregistered == 0
    if is_last and group.destination < len(e.stations):
        experience(e, g, group.destination, True, now - group.arrived_h, now)
    return is_last


@njit
def _take_in(e: Columns, belief: Record, success: float, wait_h: Hours, weight: float) -> None:
    """Update by one outcome (1 or 0, or a share in between) of some weight."""
    if weight <= 0.0:
        return
    if wait_h >= 0.0:
        belief.waits += weight
        belief.waited_h += weight * wait_h
    if e.parameters[0].routes_and_rumours > 0.0:
        value, trust = merged(belief.good, belief.bad, success, trust_of(weight))
        belief.good, belief.bad = value, trust
        return
    belief.good += weight * success
    belief.bad += weight * (1.0 - success)


@njit
def merged(
    value: float, trust: float, other_value: float, other_trust: float
) -> tuple[float, float]:
    """Routes and Rumours: one's own view after hearing another's.

    Returns the new value and trust. With d = 1 - t and difference ``D = |v - v'| / (v + v')``,
    ``d_new = d d' + d t' (1 - iota) + t t' kappa D``, ``c = t t' (1 - kappa D)`` and
    ``v_new = (t d' v + d t' iota v' + c ((1 - gamma) v + gamma v')) / (1 - d_new)``.
    """
    doubt, other_doubt = 1.0 - trust, 1.0 - other_trust
    both = value + other_value
    apart = abs(value - other_value) / both if both > 0.0 else 0.0
    agreed = trust * other_trust * (1.0 - CONFUSED * apart)
    new_doubt = (
        doubt * other_doubt
        + doubt * other_trust * (1.0 - CONVINCED)
        + trust * other_trust * CONFUSED * apart
    )
    new_trust = 1.0 - new_doubt
    if new_trust <= 0.0:
        return value, 0.0
    total = trust * other_doubt * value + doubt * other_trust * CONVINCED * other_value
    total += agreed * ((1.0 - BLENDED) * value + BLENDED * other_value)
    return total / new_trust, new_trust


@njit
def talk(e: Columns, g: Row, other: Row, now: Hours) -> int:
    """Two groups exchange what they know.

    Returns 1 if the first learned something, plus 2 if the other did.
    """
    learned = 0
    for s in range(len(e.stations)):
        mine, theirs = e.beliefs[belief_row(e, g, s)], e.beliefs[belief_row(e, other, s)]
        if e.parameters[0].routes_and_rumours > 0.0:
            forget(e, g, now)
            forget(e, other, now)
            learned |= _exchange_views(mine, theirs)
        elif mine.news_h == theirs.news_h:
            _stifle(e, g, s, mine, theirs)
        elif mine.news_h < theirs.news_h:
            learned |= _hear(e, g, mine, theirs, now)
        else:
            learned |= 2 * _hear(e, other, theirs, mine, now)
    return learned


@njit
def listen(e: Columns, g: Row, other: Row, now: Hours) -> None:
    """Group ``g`` takes up what another knows, and has nothing to say itself."""
    for s in range(len(e.stations)):
        mine, theirs = e.beliefs[belief_row(e, g, s)], e.beliefs[belief_row(e, other, s)]
        if e.parameters[0].routes_and_rumours > 0.0:
            mine.good, mine.bad = merged(mine.good, mine.bad, theirs.good, theirs.bad)
            mine.waited_h = 0.5 * (mine.waited_h + theirs.waited_h)
            mine.waits = 0.5 * (mine.waits + theirs.waits)
        elif mine.news_h < theirs.news_h:
            _hear(e, g, mine, theirs, now)


@njit
def _exchange_views(mine: Record, theirs: Record) -> int:
    value, trust = merged(mine.good, mine.bad, theirs.good, theirs.bad)
    theirs.good, theirs.bad = merged(theirs.good, theirs.bad, mine.good, mine.bad)
    mine.good, mine.bad = value, trust
    waited_h, waits = 0.5 * (mine.waited_h + theirs.waited_h), 0.5 * (mine.waits + theirs.waits)
    mine.waited_h, theirs.waited_h = waited_h, waited_h
    mine.waits, theirs.waits = waits, waits
    return 3


@njit
def _hear(e: Columns, g: Row, mine: Record, theirs: Record, now: Hours) -> int:
    """Group ``g`` takes up newer news; returns whether the other passes it on."""
    if theirs.passes_on == 0:
        return 0
    forget(e, g, now)
    parameters = e.parameters[0]
    weight = parameters.peer_weight
    if parameters.memory_d > 0.0:
        weight *= exp(-(now - theirs.news_h) / (24.0 * parameters.memory_d))
    _take_in(e, mine, 1.0 if theirs.passes_on > 0 else 0.0, theirs.news_wait_h, weight)
    mine.news_h = theirs.news_h
    mine.news_wait_h = theirs.news_wait_h
    mine.passes_on = theirs.passes_on
    return 1


@njit
def _stifle(e: Columns, g: Row, s: Row, mine: Record, theirs: Record) -> None:
    """Those who report what the other knows may cease to."""
    if e.parameters[0].stifling <= 0.0 or (mine.passes_on == 0 and theirs.passes_on == 0):
        return
    index = e.learners[g].contacts * len(e.stations) + s
    if happens(e.parameters[0].stifling, e.status[0].key, STIFLING, e.groups[g].key, index):
        mine.passes_on = 0
        theirs.passes_on = 0


@njit
def take_advice(e: Columns, g: Row, s: Row, success: float, now: Hours) -> None:
    """A facilitator states to group ``g`` the chance at station ``s``, with a bias to the good."""
    parameters = e.parameters[0]
    belief = e.beliefs[belief_row(e, g, s)]
    claimed = success + parameters.facilitator_bias * (1.0 - success)
    _take_in(e, belief, claimed, NO_WAIT_SEEN, parameters.facilitator_weight)
