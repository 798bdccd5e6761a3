"""S4-S5: the choice among crossings, waiting and other ways.

A group that waits reconsiders at random times (rate r, Calvo) and then chooses by a nested logit
among the crossings, other countries, the terrain border, settling, and waiting (utility 0 or less):
``P(N) = exp(theta_N IV_N) / sum over nests and waiting``, ``P(k|N) = exp(V_k / theta_N) / sum``.
What it believes is constant between news and the known beginnings and ends of measures, so the time
until it leaves is exponential with rate r * P(leave): the decisions that change nothing need not be
simulated, and the distribution is the same (:mod:`sim.engine.waiting`).

When it leaves is chance; where it goes is taste. Each group has one Gumbel draw for each way and
each nest, for good: over groups the shares are those of the nested logit, and the
same group with the same appraisal takes the same way. It appraises its ways again when something
in them has changed: news that says something else, a known beginning or end that matters, what it
learned or met with. News that changes nothing changes nothing.

Deadline rush: V_now is the logsum of all ways out as believed now, V_later the same looked at
``rush_horizon_h`` ahead. Waiting loses ln(rho), rho = exp((V_now - V_later) / theta), between 1 and
``rush_limit``. While every crossing is believed closed, now and at that horizon, waiting loses at
least ``lost_hope``: there is nothing to wait for.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp, exp_within, log, power
from sim.engine.beliefs import (
    belief_row,
    expected_wait_h,
    forget,
    known_success,
    learned_success,
)
from sim.engine.cached_utilities import find_cached_utilities
from sim.engine.codes import NOBODY, DestinationKind, GroupStage, NextStep, PersonState
from sim.engine.mode_choice import buy_mode, draw_mode, modes_value
from sim.engine.onward import share_that_gets_on
from sim.engine.signatures import Columns, Floats, Hours, Purse, Record, Row, Table
from sim.engine.time_statistics import move_group
from sim.engine.travel import end_journey, leave_queue, pay, set_out, settle
from sim.engine.waiting import begin_wait, plan, set_hazards, spend_wait
from sim.randomness import (
    ALTERNATIVE,
    ALTERNATIVE_NEST,
    RECONSIDER_STAY,
    fill_uniform,
    may_be_faster,
    uniform,
)

CROSSINGS: Final = 0  # the first nest
LAST_SHARE: Final = 0.05  # money that is never counted as spent, so that prices stay finite
NEGLIGIBLE: Final = -40.0  # exp of less cannot change a sum of doubles


@njit
def evaluate_ways(e: Columns, g: Row, now: Hours) -> Record:
    """Fill ``utility`` for group ``g``: the cached utilities, its means, and its own failures.

    Returns:
        The cached utilities: they say up to when it stays as it is, and whether it differs beyond
        the horizon (only then is the second row filled).
    """
    group = e.groups[g]
    forget(e, g, now)
    slot = find_cached_utilities(e, group, now)
    cached = e.utility_cache[slot]
    parameters = e.parameters[0]
    turned_back = group.failures / (1.0 + group.failures)
    purse = _purse(parameters, group, now)
    setback = parameters.turned_back_cost_eur * turned_back / parameters.utility_scale_eur
    for row in range(2 if cached.differs else 1):
        base, price = e.cached_base[slot, row], e.cached_price[slot, row]
        utility = e.utility[row]
        for d in range(len(utility)):
            utility[d] = base[d] - price[d] * (purse[0] - 1.0)
        if cached.cold:
            _mind_cold(parameters, group, e.cached_cold[slot, row], utility)
        if parameters.checkpoint_cost_eur > 0.0 and not group.valid_documents:
            _mind_checkpoints(parameters, e.route_risk[:, group.place], utility)
        _hope(e, g, slot, row, purse)
        if group.failures > 0:
            _count_failures(e.destinations, utility, setback)
    return cached


@njit
def _count_failures(destinations: Table, utility: Floats, setback: float) -> None:
    """Own failures make less attractive what can fail again.

    Crossings, neighbours that refuse people, and stretches at which people are pushed back.
    """
    for d in range(len(destinations)):
        if (
            destinations[d].kind == DestinationKind.CROSSING
            or destinations[d].refusal > 0.0
            or destinations[d].pushback > 0.0
        ):
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
def _hope(e: Columns, g: Row, slot: Row, row: Row, purse: Purse) -> None:
    """Add what a group believes of the crossings: the chance to succeed in a mode, less the wait.

    While no mode is banned the crossings with the same modes share the value of their modes.
    """
    utility, bans = e.utility[row], e.cached_bans[slot, row]
    learned = e.status[0].learning or e.status[0].chain
    known_modes, value = -1, 0.0
    for s in range(len(e.stations)):
        if np.isinf(utility[s]):
            continue
        worth, wait = e.cached_worth[slot, row, s], 0.0
        if learned:
            worth, wait = _success_and_wait(e, g, slot, row, s)
        modes = e.stations[s].modes
        if e.utility_cache[slot].bans:
            utility[s] += modes_value(e, g, modes, bans[s], worth, purse) - wait
            continue
        if modes != known_modes:
            known_modes, value = modes, modes_value(e, g, modes, bans[s], 0.0, purse)
        utility[s] += worth + value - wait


@njit
def _success_and_wait(e: Columns, g: Row, slot: Row, row: Row, s: Row) -> tuple[float, float]:
    """Utility of the believed chance to succeed at a station, and of the wait expected there."""
    parameters = e.parameters[0]
    assured = e.cached_assured[slot, row, s] > 0.0
    worth = parameters.success_value_eur / parameters.utility_scale_eur
    if e.status[0].chain:
        prospect = e.cached_prospect[slot, row, s]
        worth *= share_that_gets_on(e, s, e.groups[g].origin, prospect)
    if not e.status[0].learning:
        return worth * known_success(parameters, e.stations[s], assured), 0.0
    belief = e.beliefs[belief_row(e, g, s)]
    per_h = parameters.value_of_time_eur_per_h / parameters.utility_scale_eur
    chance = learned_success(parameters, belief, assured)
    return worth * chance, per_h * expected_wait_h(belief)


@njit
def _purse(parameters: Record, group: Record, now: Hours) -> Purse:
    """How much a price weighs, (median money / money left a person) ** elasticity; and the money.

    A last share is never counted as spent in the weight; it can buy nothing all the same.
    """
    burnt_eur = parameters.daily_burn_eur * (now - group.created_h) / 24.0
    burnt_eur += group.spent_eur / group.people
    left_eur = group.cash_eur - burnt_eur
    counted_eur = max(left_eur, LAST_SHARE * group.cash_eur)
    weight = power(parameters.cash_median_eur / counted_eur, parameters.income_elasticity)
    return weight, left_eur


@njit
def logsum(nests: Table, utility: Floats, weights: Floats) -> float:
    """``ln sum_N exp(theta_N IV_N)``, IV_N = ln sum over nest N of exp(V / theta_N).

    Safe for large and for all minus-infinite V. Leaves each nest's theta IV in ``nests``, and its
    share of the largest of them, ``exp(theta IV - highest)``; in ``weights`` each way's share of
    the best in its nest, ``exp((V - highest) / theta)``.
    """
    highest = -np.inf
    for n in range(len(nests)):
        nests[n].value = _nest_value(nests[n], utility, weights)
        highest = max(highest, nests[n].value)
    if np.isinf(highest):
        return highest
    total = 0.0
    for n in range(len(nests)):
        is_best = nests[n].value == highest
        nests[n].weight = 1.0 if is_best else _weight(nests[n].value - highest)
        total += nests[n].weight
    return highest + log(total) if total > 1.0 else highest


@njit
def _nest_value(nest: Record, utility: Floats, weights: Floats) -> float:
    """Theta IV of one nest."""
    first, last, scale = nest.first, nest.last, nest.scale
    highest, best = -np.inf, first
    for k in range(first, last):
        if utility[k] > highest:
            highest, best = utility[k], k
    if np.isinf(highest):
        return highest
    for k in range(first, last):
        weights[k] = _weight((utility[k] - highest) / scale)
    total, weights[best] = 1.0, 0.0
    for k in range(first, last):
        total += weights[k]
    weights[best] = 1.0
    return highest + scale * log(total) if total > 1.0 else highest


@njit
def _weight(below: float) -> float:
    """``exp(below)`` of a number that is not positive; nothing where that is negligible."""
    return exp_within(below) if below > NEGLIGIBLE else 0.0


@njit
def _all_closed(crossings: Record) -> bool:
    """Whether no crossing is believed open, of those that there are."""
    return crossings.first < crossings.last and np.isinf(crossings.value)


@njit
def leaving_probability(
    parameters: Record, nests: Table, utility: Floats, weights: Floats, differs: bool
) -> float:
    """P(leave) when reconsidering, from ``utility``: waiting has utility -ln(rho).

    ``nests`` and ``weights`` are then those of now (:func:`logsum`).
    """
    later, never_open = np.nan, True
    if differs:
        later = logsum(nests, utility[1], weights)
        never_open = _all_closed(nests[CROSSINGS])
    now = logsum(nests, utility[0], weights)
    if np.isinf(now):
        return 0.0
    hope = parameters.lost_hope if never_open and _all_closed(nests[CROSSINGS]) else 0.0
    rush = 0.0
    if differs:
        rush = log(parameters.rush_limit)
        if not np.isinf(later):
            rush = min(rush, (now - later) / parameters.rush_scale)
    rush = max(rush, hope)
    return 1.0 / (1.0 + exp(-rush - now)) if now + rush > -700.0 else 0.0


@njit
def _weigh_ways(e: Columns) -> float:
    """The logsum of the ways as they are now, for :func:`draw_alternative`."""
    return logsum(e.nests, e.utility[0], e.weights)


@njit
def draw_alternative(e: Columns, g: Row) -> Row:
    """The way chosen, of those whose weights are known (:func:`logsum`); there must be one.

    A nest, then a way of it; each is the argmax of value + the group's Gumbel taste for it. With
    the weight w = exp(value) and an exponential draw E that is the first to come, argmax of w / E.
    """
    key, group = e.status[0].key, e.groups[g]
    chosen, fastest = _only_nest(e.nests), 0.0
    if chosen == NOBODY:
        for n in range(len(e.nests)):
            if e.nests[n].weight > 0.0:
                u = uniform(key, ALTERNATIVE_NEST, group.key, n)
                chosen, fastest = _faster(chosen, fastest, n, e.nests[n].weight, u)
    first, last = e.nests[chosen].first, e.nests[chosen].last
    fill_uniform(e.draws, key, ALTERNATIVE, group.key, e.tastes, first, last)
    best, fastest = first, 0.0
    for k in range(first, last):
        best, fastest = _faster(best, fastest, k, e.weights[k], e.draws[k])
    return best


@njit
def _only_nest(nests: Table) -> Row:
    """The nest that is chosen for sure, without a draw; -1 where several can be."""
    only = NOBODY
    for n in range(len(nests)):
        if nests[n].weight > 0.0:
            if only != NOBODY:
                return NOBODY
            only = n
    return only


@njit
def _faster(best: Row, fastest: float, k: Row, weight: float, u: float) -> tuple[Row, float]:
    """Which of two comes first, and its weight by its exponential draw -ln u."""
    if not may_be_faster(weight, u, fastest):
        return best, fastest
    speed = -weight / log(u)
    return (k, speed) if speed > fastest else (best, fastest)


@njit
def reconsider(e: Columns, g: Row, now: Hours, at_once: bool) -> bool:
    """Let a group that waits appraise its ways; with ``at_once`` it may leave this very moment.

    Returns whether it left.
    """
    group = e.groups[g]
    journey = e.journeys[group.journey]
    spend_wait(e, g, now)
    journey.decisions += 1
    e.status[0].decisions += 1
    ways = evaluate_ways(e, g, now)
    journey.appraisal = ways.signature
    group.fresh = 0
    leaving = leaving_probability(e.parameters[0], e.nests, e.utility, e.weights, ways.differs)
    key = e.status[0].key
    if at_once and uniform(key, RECONSIDER_STAY, group.key, journey.decisions) < leaving:
        _leave(e, g, now)
        return True
    set_hazards(e, g, e.parameters[0].review_rate_per_h * leaving)
    plan(e, g, ways.until_h)
    return False


@njit
def reconsider_if_changed(e: Columns, g: Row, now: Hours, at_once: bool) -> None:
    """Let a group that waits appraise its ways if any of them is not what it was; else go on."""
    group = e.groups[g]
    slot = find_cached_utilities(e, group, now)
    journey = e.journeys[group.journey]
    if e.utility_cache[slot].signature != journey.appraisal:
        reconsider(e, g, now, at_once)
        return
    group.fresh = 0
    if e.utility_cache[slot].until_h != journey.appraisal_until_h:
        plan(e, g, e.utility_cache[slot].until_h)


@njit
def take_planned_step(e: Columns, g: Row, now: Hours) -> None:
    """Do what was drawn for a waiting group: reconsider, leave, give up or be removed."""
    step = e.journeys[e.groups[g].journey].next_step
    if step == NextStep.RECONSIDER:
        reconsider_if_changed(e, g, now, False)
    elif step == NextStep.LEAVE:
        evaluate_ways(e, g, now)
        e.groups[g].fresh = 0
        if np.isinf(_weigh_ways(e)):  # none that it can still pay for
            begin_wait(e, g, now)
            reconsider(e, g, now, False)
        else:
            _leave(e, g, now)
    else:
        if e.groups[g].stage == GroupStage.QUEUED:
            leave_queue(e, g)
        gives_up = step == NextStep.GIVE_UP
        state = PersonState.RETURNED if gives_up else PersonState.REMOVED_BY_TRANSIT
        end_journey(e, g, state, now)


@njit
def _leave(e: Columns, g: Row, now: Hours) -> None:
    """Set out in the way chosen."""
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
        buy_mode(e, g, _chosen_mode(e, g, chosen, now))
    elif e.destinations[chosen].kind == DestinationKind.SEGMENT:
        pay(e, g, e.parameters[0].green_price_eur)
    set_out(e, g, chosen, now)


@njit
def _chosen_mode(e: Columns, g: Row, s: Row, now: Hours) -> int:
    """The mode in which group ``g`` would pass station ``s`` as it sees it now, or -1."""
    group = e.groups[g]
    slot = find_cached_utilities(e, group, now)
    worth, _ = _success_and_wait(e, g, slot, 0, s)
    purse = _purse(e.parameters[0], group, now)
    return draw_mode(e, g, s, e.cached_bans[slot, 0, s], worth, purse)


@njit
def set_out_for(e: Columns, g: Row, d: Row, now: Hours) -> bool:
    """Set out at once for a crossing that somebody else has chosen (steering, S10).

    Returns whether there is a mode for it that the group can pay for.
    """
    mode = _chosen_mode(e, g, d, now)
    if mode == NOBODY:
        return False
    buy_mode(e, g, mode)
    set_out(e, g, d, now)
    return True


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
    group.fresh = 0
    e.journeys[group.journey].decisions += 1
    e.status[0].decisions += 1
    e.utility[0, destination] += e.parameters[0].inertia
    _weigh_ways(e)
    _begin(e, g, draw_alternative(e, g), now)


@njit
def wait_here(e: Columns, g: Row, now: Hours) -> None:
    """Stop at the hub where the group is, and begin to wait."""
    move_group(e, g, PersonState.STAGING, e.groups[g].place, now)
    e.groups[g].stage = GroupStage.WAITING
    begin_wait(e, g, now)
