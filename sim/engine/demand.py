"""S1: when groups appear at the gateways.

``rate(t) = mu(t) f(day) d(t) exp(-eta F(t)) + sum over successes i before t of n k(t - t_i)``
plus organised travel under the hypothesis that has it. Terms, each with a switch that turns it off:

- mu: piecewise constant demand by origin, groups/h. It is met by inverting the cumulative rate, so
  the k-th candidate of a stream is the same group in every policy.
- f: gamma frailty of a local day, mean 1 and shape ``frailty_shape``: more spread than Poisson.
- d: while no crossing takes asylum claims from a candidate it sets out with chance
  ``demand_when_closed``; whom an exception lets in is not kept back.
- carrier measures: of an origin's candidates only the share sets out that the measures leave.
- F: publicised failure between 0 and 1, an exponentially weighted mean (``failure_memory_d``) of
  each day's share of people who came to a border post in vain among those for whom it was settled
  that day: they passed, or left unheard. Where it was for nobody: 1 if nobody could come, else 0.
- n, k: each group that gets through is followed by Poisson(``branching``) groups after gamma times
  (``kernel_mean_d``, ``kernel_shape``): a Hawkes process, mean rate mu / (1 - n).

Stocks are people who are already there; given groups are given.

The intended population of a state of the world is everybody who would want to claim if nothing kept
anybody from coming and everybody got through at once: stocks, given groups, all candidates of
demand, organised groups that are sent, and all who would follow them by the end of the scenario.
Followers are drawn from the key of the group that they follow and come later the later it gets
through, so anyone who comes under some policy is among them; and they are the same under every
policy, but for organised groups where the transit side answers to the policy.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp
from sim.engine.codes import NOBODY, StreamKind
from sim.engine.events import EventKind, schedule
from sim.engine.groups import create_group, draw_kind, draw_size, wants_to_claim
from sim.engine.measures import (
    asylum_open_anywhere,
    asylum_open_to,
    asylum_open_to_all,
    share_setting_out,
)
from sim.engine.signatures import Columns, Floats, Hours, Key, Row
from sim.randomness import (
    CARRIER_THINNING,
    DEMAND_FRAILTY,
    DEMAND_INTERVAL,
    DEMAND_THINNING,
    GROUP_GATEWAY,
    OFFSPRING_DELAY,
    OFFSPRING_KEY,
    OFFSPRING_NUMBER,
    ORGANISED_THINNING,
    derived_key,
    exponential,
    gamma,
    happens,
    poisson,
    uniform,
)


@njit(cache=True)
def frailties(key: Key, days: int, shape: float) -> Floats:
    """The factor of demand on each day, shape (days,): gamma with mean 1, or 1 for shape 0."""
    factors = np.empty(days)
    for day in range(days):
        factors[day] = gamma(key, DEMAND_FRAILTY, day, 0, shape) / shape if shape > 0.0 else 1.0
    return factors


@njit
def start_streams(e: Columns) -> None:
    """Schedule the first group of every stream."""
    for i in range(len(e.streams)):
        e.streams[i].next_rate = e.streams[i].first_rate
        if e.streams[i].kind == StreamKind.POISSON:
            _schedule_candidate(e, i)
        elif e.streams[i].persons_left > 0:
            schedule(e, e.streams[i].begins_h, EventKind.GROUP_CREATED, i, 0)


@njit
def create_next(e: Columns, i: Row, now: Hours) -> Row:
    """Create the group that stream ``i`` has due now; returns its row, or -1 if none sets out."""
    stream = e.streams[i]
    key = stream.key + np.uint64(stream.next_index)
    stream.next_index += 1
    size = _size_of(e, i, key)
    if stream.kind == StreamKind.POISSON:
        _schedule_candidate(e, i)
        if stream.organised and not _is_organised(e, key):
            return NOBODY
    else:
        size = min(size, stream.persons_left)
        stream.persons_left -= size
        if stream.persons_left > 0:
            schedule(e, now, EventKind.GROUP_CREATED, i, 0)
    e.status[0].intended += people_intended(e, i, key, size, now)
    if stream.responsive and not _sets_out(e, i, key, size):
        return NOBODY
    return create_group(e, key, size, _draw_gateway(e, i, key), i, now)


@njit
def people_intended(e: Columns, i: Row, key: Key, size: int, now: Hours) -> int:
    """People of a group of stream ``i`` who want to claim, and of all who would follow it."""
    people = size if wants_to_claim(e, key) else 0
    if e.parameters[0].branching <= 0.0:
        return people
    for child in range(_followers(e, key)):
        comes_h = now + _follows_after_h(e, key, child)
        if comes_h <= e.day_ends_h[len(e.day_ends_h) - 1]:
            other = derived_key(e.status[0].key, OFFSPRING_KEY, key, child)
            people += people_intended(e, i, other, _size_of(e, i, other), comes_h)
    return people


@njit
def _followers(e: Columns, key: Key) -> int:
    """How many groups follow one that got through."""
    return poisson(e.status[0].key, OFFSPRING_NUMBER, key, 0, e.parameters[0].branching)


@njit
def _follows_after_h(e: Columns, key: Key, child: Row) -> Hours:
    """How long after a group got through one that follows it comes, h."""
    parameters = e.parameters[0]
    scale_h = 24.0 * parameters.kernel_mean_d / parameters.kernel_shape
    return scale_h * gamma(e.status[0].key, OFFSPRING_DELAY, key, child, parameters.kernel_shape)


@njit
def _size_of(e: Columns, i: Row, key: Key) -> int:
    """The size of a group of stream ``i``."""
    return e.streams[i].people if e.streams[i].people > 0 else draw_size(e, key)


@njit
def excite(e: Columns, g: Row, now: Hours) -> None:
    """Group ``g`` got through: schedule those who will follow."""
    if e.parameters[0].branching <= 0.0 or e.groups[g].left_behind:
        return
    key = e.groups[g].key
    for child in range(_followers(e, key)):
        schedule(e, now + _follows_after_h(e, key, child), EventKind.OFFSPRING, g, child)


@njit
def create_follower(e: Columns, g: Row, child: Row, now: Hours) -> Row:
    """Create the group that follows group ``g``; returns its row, or -1 if it does not set out."""
    i = e.groups[g].stream
    key = derived_key(e.status[0].key, OFFSPRING_KEY, e.groups[g].key, child)
    size = _size_of(e, i, key)
    if not _sets_out(e, i, key, size):
        return NOBODY
    return create_group(e, key, size, _draw_gateway(e, i, key), i, now)


@njit
def publicise_failure(e: Columns) -> None:
    """At the end of a day: how it went for those who came becomes known."""
    status = e.status[0]
    share = 0.0 if asylum_open_anywhere(e) else 1.0
    settled = status.passed_today + status.failures_today
    if settled > 0:
        share = status.failures_today / settled
    keep = exp(-1.0 / e.parameters[0].failure_memory_d)
    status.publicised_failure = keep * status.publicised_failure + (1.0 - keep) * share
    status.passed_today = 0
    status.failures_today = 0


@njit
def _schedule_candidate(e: Columns, i: Row) -> None:
    """Invert the cumulative rate for the stream's next candidate."""
    stream = e.streams[i]
    stream.cumulative += exponential(
        e.status[0].key, DEMAND_INTERVAL, stream.key, stream.next_index
    )
    while stream.next_rate < stream.last_rate:
        rate = e.rates[stream.next_rate]
        expected = rate.per_h * (rate.ends_h - rate.begins_h)
        left = stream.cumulative - stream.passed
        if left <= expected:
            schedule(e, rate.begins_h + left / rate.per_h, EventKind.GROUP_CREATED, i, 0)
            return
        stream.passed += expected
        stream.next_rate += 1


@njit
def _is_organised(e: Columns, key: Key) -> bool:
    """S10: organised groups are generated at the highest level and thinned to the present one."""
    status = e.status[0]
    if status.transit_level >= status.transit_limit:
        return True
    u = uniform(status.key, ORGANISED_THINNING, key, 0)
    return u * status.transit_limit < status.transit_level


@njit
def _sets_out(e: Columns, i: Row, key: Key, size: int) -> bool:
    """Whether a candidate sets out; of those who do not, who wants to claim is counted."""
    people = size if wants_to_claim(e, key) else 0
    share = share_setting_out(e, e.streams[i].origin)
    if not happens(share, e.status[0].key, CARRIER_THINNING, key, 0):
        e.status[0].kept_by_carriers += people
        return False
    if _heeds_news(e, i, key, size):
        e.status[0].deterred += people
        return False
    return True


@njit
def _heeds_news(e: Columns, i: Row, key: Key, size: int) -> bool:
    """Whether closures or news of failure keep a candidate from setting out."""
    parameters = e.parameters[0]
    chance = exp(-parameters.failure_weight * e.status[0].publicised_failure)
    if (
        parameters.demand_when_closed < 1.0
        and not asylum_open_to_all(e)
        and not asylum_open_to(e, draw_kind(e, key, size, e.streams[i].origin))
    ):
        chance *= parameters.demand_when_closed
    return not happens(chance, e.status[0].key, DEMAND_THINNING, key, 0)


@njit
def _draw_gateway(e: Columns, i: Row, key: Key) -> Row:
    stream = e.streams[i]
    u = uniform(e.status[0].key, GROUP_GATEWAY, key, 0)
    for k in range(stream.first_gateway, stream.last_gateway - 1):
        if u < e.gateways[k].cumulative:
            return e.gateways[k].place
    return e.gateways[stream.last_gateway - 1].place
