"""S4-S5: the choice among crossings, waiting and other ways.

A group that waits reconsiders at random times (rate r, Calvo) and then chooses by a nested logit
among the crossings, other countries, the terrain border, settling, and waiting (utility 0 or less):
``P(N) = exp(theta_N IV_N) / sum over nests and waiting``, ``P(k|N) = exp(V_k / theta_N) / sum``.
What it believes is constant between news and the known beginnings and ends of measures, so the time
until it leaves is exponential with rate r * P(leave): the decisions that change nothing need not be
simulated, and the distribution is the same.

Deadline rush: V_now is the logsum of all ways out as believed now, V_later the same looked at
``rush_horizon_h`` ahead. Waiting loses ln(rho), rho = exp((V_now - V_later) / theta), between 1 and
``rush_limit``. While every crossing is believed closed, now and at that horizon, waiting loses at
least ``lost_hope``: there is nothing to wait for.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from sim.arithmetic.elementary import exp, log, power
from sim.engine.beliefs import belief_row, forget, known_success, learned_success
from sim.engine.cached_utilities import find_cached_utilities, take_mode
from sim.engine.codes import DestinationKind, GroupStage, NextStep, PersonState
from sim.engine.events import EventKind, schedule
from sim.engine.leaving import cold_of_today, giving_up_hours, removal_hours
from sim.engine.signatures import Columns, Floats, Hours, Record, Row, Table
from sim.engine.time_statistics import move_group
from sim.engine.travel import end_journey, leave_queue, pay, set_out, settle
from sim.randomness import (
    ALTERNATIVE,
    ALTERNATIVE_NEST,
    RECONSIDER_STAY,
    RECONSIDER_TIME,
    exponential,
    gumbel,
    uniform,
)

ALTERNATIVES_PER_DECISION: Final = 256
CROSSINGS: Final = 0  # the first nest
LAST_SHARE: Final = 0.05  # money that is never counted as spent, so that prices stay finite
NEGLIGIBLE: Final = -40.0  # exp of less cannot change a sum of doubles


@njit
def evaluate_ways(e: Columns, g: Row, now: Hours) -> tuple[Hours, bool]:
    """Fill ``utility`` for group ``g``: the cached utilities, its means, and its own failures.

    Returns:
        The time up to which it stays as it is, and whether it differs beyond the horizon (only then
        is the second row filled).
    """
    group = e.groups[g]
    forget(e, g, now)
    slot = find_cached_utilities(e, group.place, group.heard_h, group.traits, now)
    cached = e.utility_cache[slot]
    parameters = e.parameters[0]
    turned_back = group.failures / (1.0 + group.failures)
    dearer = _price_weight(parameters, group, now) - 1.0
    setback = parameters.turned_back_cost_eur * turned_back / parameters.utility_scale_eur
    for row in range(2 if cached.differs else 1):
        base, price = e.cached_base[slot, row], e.cached_price[slot, row]
        utility = e.utility[row]
        for d in range(len(utility)):
            utility[d] = base[d] - price[d] * dearer
        if cached.cold:
            _mind_cold(parameters, group, e.cached_cold[slot, row], utility)
        if parameters.checkpoint_cost_eur > 0.0 and not group.valid_documents:
            _mind_checkpoints(parameters, e.route_risk[:, group.place], utility)
        if e.status[0].learning:
            first = belief_row(e, g, 0)
            _hope(parameters, e.beliefs, first, e.cached_assured[slot, row], utility)
        else:
            _trust_what_is_known(parameters, e.stations, e.cached_assured[slot, row], utility)
        if group.failures > 0:
            _count_failures(e.destinations, utility, setback)
    return cached.until_h, cached.differs


@njit
def _count_failures(destinations: Table, utility: Floats, setback: float) -> None:
    """Own failures make posts less attractive: crossings, and neighbours that refuse people."""
    for d in range(len(destinations)):
        if destinations[d].kind == DestinationKind.CROSSING or destinations[d].refusal > 0.0:
            utility[d] -= setback


@njit
def _mind_cold(parameters: Record, group: Record, cold: Floats, utility: Floats) -> None:
    """Utility lost to the cold that is expected, by the group's gear and frailty (S4)."""
    frail = 2.0 if group.traits != 0 else 1.0
    per_unit = parameters.cold_cost_eur * frail * (1.5 - group.gear) / parameters.utility_scale_eur
    for d in range(len(utility)):
        utility[d] -= per_unit * cold[d]


@njit
def _mind_checkpoints(parameters: Record, risk: Floats, utility: Floats) -> None:
    """Utility lost to the chance of being stopped on the road, without valid papers (S4)."""
    per_unit = parameters.checkpoint_cost_eur / parameters.utility_scale_eur
    for d in range(len(risk)):
        utility[d] -= per_unit * risk[d]


@njit
def _hope(parameters: Record, beliefs: Table, first: Row, assured: Floats, utility: Floats) -> None:
    """Add what a group believes of the crossings: the chance to succeed, less the wait.

    Its beliefs are from row ``first`` on.
    """
    worth = parameters.success_value_eur / parameters.utility_scale_eur
    per_h = parameters.value_of_time_eur_per_h / parameters.utility_scale_eur
    for s in range(len(assured)):
        belief = beliefs[first + s]
        chance = learned_success(parameters, belief, assured[s] > 0.0)
        utility[s] += worth * chance - per_h * belief.wait_h


@njit
def _trust_what_is_known(
    parameters: Record, stations: Table, assured: Floats, utility: Floats
) -> None:
    """Add the chance to succeed at the crossings for those who learn nothing."""
    worth = parameters.success_value_eur / parameters.utility_scale_eur
    for s in range(len(assured)):
        utility[s] += worth * known_success(parameters, stations[s], assured[s] > 0.0)


@njit
def _price_weight(parameters: Record, group: Record, now: Hours) -> float:
    """How much a price weighs: (median money / money left a person) ** elasticity."""
    burnt_eur = parameters.daily_burn_eur * (now - group.created_h) / 24.0
    burnt_eur += group.spent_eur / group.people
    left_eur = max(group.cash_eur - burnt_eur, LAST_SHARE * group.cash_eur)
    return power(parameters.cash_median_eur / left_eur, parameters.income_elasticity)


@njit
def logsum(nests: Table, utility: Floats) -> float:
    """``ln sum_N exp(theta_N IV_N)``, IV_N = ln sum over nest N of exp(V / theta_N).

    Safe for large and for all minus-infinite V; leaves each nest's theta IV in ``nests``.
    """
    highest = -np.inf
    for n in range(len(nests)):
        nests[n].value = _nest_value(nests[n], utility)
        highest = max(highest, nests[n].value)
    if np.isinf(highest):
        return highest
    total = 0.0
    for n in range(len(nests)):
        if nests[n].value - highest > NEGLIGIBLE:
            total += exp(nests[n].value - highest)
    return highest + log(total)


@njit
def _nest_value(nest: Record, utility: Floats) -> float:
    """Theta IV of one nest."""
    highest = -np.inf
    for k in range(nest.first, nest.last):
        highest = max(highest, utility[k])
    if np.isinf(highest):
        return highest
    total = 0.0
    for k in range(nest.first, nest.last):
        below = (utility[k] - highest) / nest.scale
        if below > NEGLIGIBLE:
            total += exp(below)
    return highest + nest.scale * log(total)


@njit
def leaving_probability(parameters: Record, nests: Table, utility: Floats, differs: bool) -> float:
    """P(leave) when reconsidering, from ``utility``: waiting has utility -ln(rho)."""
    now = logsum(nests, utility[0])
    if np.isinf(now):
        return 0.0
    hope = parameters.lost_hope if np.isinf(nests[CROSSINGS].value) else 0.0
    rush = 0.0
    if differs:
        later = logsum(nests, utility[1])
        if not np.isinf(nests[CROSSINGS].value):
            hope = 0.0
        rush = log(parameters.rush_limit)
        if not np.isinf(later):
            rush = min(rush, (now - later) / parameters.rush_scale)
    rush = max(rush, hope)
    return 1.0 / (1.0 + exp(-rush - now)) if now + rush > -700.0 else 0.0


@njit
def draw_alternative(e: Columns, g: Row) -> Row:
    """The chosen way: a nest, then a way of it; each argmax of value + Gumbel, keyed by name."""
    key, group = e.status[0].key, e.groups[g]
    logsum(e.nests, e.utility[0])
    chosen, highest = 0, -np.inf
    for n in range(len(e.nests)):
        if e.nests[n].value > -np.inf:
            index = group.decisions * len(e.nests) + n
            value = e.nests[n].value + gumbel(key, ALTERNATIVE_NEST, group.key, index)
            if value > highest:
                chosen, highest = n, value
    nest = e.nests[chosen]
    best, highest = nest.first, -np.inf
    for k in range(nest.first, nest.last):
        if e.utility[0, k] > -np.inf:
            index = group.decisions * ALTERNATIVES_PER_DECISION + k
            value = e.utility[0, k] / nest.scale + gumbel(key, ALTERNATIVE, group.key, index)
            if value > highest:
                best, highest = k, value
    return best


@njit
def reconsider(e: Columns, g: Row, now: Hours, at_once: bool) -> bool:
    """Let a group that waits reconsider; with ``at_once`` it may leave this very moment.

    Returns whether it left.
    """
    group = e.groups[g]
    group.stamp += 1
    group.decisions += 1
    e.status[0].decisions += 1
    constant_until, differs = evaluate_ways(e, g, now)
    group.decided_h = now
    group.fresh = 0
    leaving = leaving_probability(e.parameters[0], e.nests, e.utility, differs)
    key = e.status[0].key
    if at_once and uniform(key, RECONSIDER_STAY, group.key, group.decisions) < leaving:
        _leave(e, g, now)
        return True
    rate = e.parameters[0].review_rate_per_h * leaving
    leaves_h = np.inf
    if rate > 0.0:
        leaves_h = now + exponential(key, RECONSIDER_TIME, group.key, group.decisions) / rate
    _plan(e, g, constant_until, leaves_h, now)
    return False


@njit
def _plan(e: Columns, g: Row, reconsiders_h: Hours, leaves_h: Hours, now: Hours) -> None:
    """Schedule whichever comes first: reconsidering, leaving, giving up, being removed."""
    key, parameters, group = e.status[0].key, e.parameters[0], e.groups[g]
    group.next_step, next_h = NextStep.RECONSIDER, reconsiders_h
    if leaves_h < next_h:
        group.next_step, next_h = NextStep.LEAVE, leaves_h
    gives_up_h = now + giving_up_hours(key, parameters, group, cold_of_today(e, g), now)
    if gives_up_h < next_h:
        group.next_step, next_h = NextStep.GIVE_UP, gives_up_h
    removed_h = now + removal_hours(key, parameters, group)
    if removed_h < next_h:
        group.next_step, next_h = NextStep.BE_REMOVED, removed_h
    if not np.isinf(next_h):
        schedule(e, next_h, EventKind.RECONSIDERATION, g, group.stamp)


@njit
def take_planned_step(e: Columns, g: Row, now: Hours) -> None:
    """Do what was drawn for a waiting group: reconsider, leave, give up or be removed."""
    step = e.groups[g].next_step
    if step == NextStep.RECONSIDER:
        reconsider(e, g, now, False)
    elif step == NextStep.LEAVE:
        evaluate_ways(e, g, now)
        e.groups[g].decided_h = now
        e.groups[g].fresh = 0
        _leave(e, g, now)
    else:
        if e.groups[g].stage == GroupStage.QUEUED:
            leave_queue(e, g)
        gives_up = step == NextStep.GIVE_UP
        state = PersonState.RETURNED if gives_up else PersonState.REMOVED_BY_TRANSIT
        end_journey(e, g, state, now)


@njit
def _leave(e: Columns, g: Row, now: Hours) -> None:
    chosen = draw_alternative(e, g)
    if e.groups[g].stage == GroupStage.QUEUED:
        leave_queue(e, g)
    _begin(e, g, chosen, now)


@njit
def _begin(e: Columns, g: Row, chosen: Row, now: Hours) -> None:
    if chosen == len(e.destinations):
        settle(e, g, now)
        return
    if e.destinations[chosen].kind == DestinationKind.CROSSING:
        take_mode(e, g, chosen, now)
    elif e.destinations[chosen].kind == DestinationKind.SEGMENT:
        pay(e, g, e.parameters[0].green_price_eur)
    set_out(e, g, chosen, now)


@njit
def set_out_for(e: Columns, g: Row, d: Row, now: Hours) -> None:
    """Set out at once for a crossing that somebody else has chosen (steering, S10)."""
    e.groups[g].decided_h = now
    take_mode(e, g, d, now)
    set_out(e, g, d, now)


@njit
def reconsider_on_the_way(e: Columns, g: Row, now: Hours) -> None:
    """At a hub on the way with fresh news: keep to the plan or take another (inertia, S5)."""
    group = e.groups[g]
    destination = group.destination
    evaluate_ways(e, g, now)
    if np.isinf(e.utility[0, destination]):
        wait_here(e, g, now)
        reconsider(e, g, now, True)
        return
    group.decided_h = now
    group.fresh = 0
    group.decisions += 1
    e.status[0].decisions += 1
    e.utility[0, destination] += e.parameters[0].inertia
    _begin(e, g, draw_alternative(e, g), now)


@njit
def wait_here(e: Columns, g: Row, now: Hours) -> None:
    """Stop at the hub where the group is."""
    move_group(e, g, PersonState.STAGING, e.groups[g].place, now)
    e.groups[g].stage = GroupStage.WAITING
