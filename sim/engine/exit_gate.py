"""S7, stage 0: the transit side's post, and the queue before the crossing.

People who reach the post may turn away at the sight of a long queue (balking, with chance ``1 -
exp(-gamma W)`` for an expected wait W), are let out or not by document, and then wait in the queue
(EXIT_QUEUE) until the crossing is open to them, the gate has checked those before them and, where
the transit side meters them, it lets them go on (:mod:`sim.engine.gate_limits`). Those whose
patience ends leave the queue (reneging): patience is Weibull with mean ``patience_h``, and is
spent faster in the cold. A group that a daily cap on arrivals has no room for waits there for
another day, or is sent elsewhere or turned back, by the cap's queue rule. Passing the receiving
side's gate is what counts as an arrival.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp, expm1, log_gamma, power
from sim.engine.beliefs import NO_WAIT_SEEN, experience
from sim.engine.bulletins import know_past_bulletins, latest_bulletin
from sim.engine.caps import HAS_ROOM, count_arrived, stopped_by_cap
from sim.engine.causes import cause_in_queue
from sim.engine.choice import reconsider
from sim.engine.codes import NOBODY, Cause, GroupStage, PersonState, QueueRule
from sim.engine.contacts import expect_contact
from sim.engine.demand import excite
from sim.engine.events import EventKind, schedule
from sim.engine.filters import kind_of
from sim.engine.gate_limits import is_released, wait_for_release_h
from sim.engine.measures import ban_in_force, restriction
from sim.engine.occupancy import people_in
from sim.engine.onward import decide_passage
from sim.engine.service import unit_service
from sim.engine.signatures import Columns, Floats, Hours, Row
from sim.engine.splitting import let_out_one_by_one, may_part, part
from sim.engine.stations import people_between_posts, receive, start_admissions
from sim.engine.time_statistics import move_group, update_suspended_hours
from sim.engine.travel import go_back, join_queue, leave_queue
from sim.engine.travellers import travellers_before_lanes
from sim.engine.waiting import begin_wait
from sim.randomness import (
    BALKING,
    BAN_ENFORCED,
    EXIT_SERVICE,
    PATIENCE,
    TRANSIT_GATE,
    exponential,
    happens,
)


@njit
def arrive_at_crossing(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """A group reaches the transit side's post of station ``s``."""
    group = e.groups[g]
    e.journeys[group.journey].heard_h = latest_bulletin(e, now)
    group.arrived_h = now
    group.attempts += 1
    _note_first_queueing(e, g, now)
    if _balks(e, g, s, now):
        e.status[0].balked += group.people
        group.cause = Cause.WAITING
        go_back(e, g, PersonState.TRAVEL, now)
    elif not _let_out(e, g, s, now):
        group.cause = Cause.STOPPED
        fail(e, g, now)
        go_back(e, g, PersonState.TRAVEL, now)
    elif _banned_mode_enforced(e, g, s):
        turn_back(e, g, now)
    else:
        _queue_at_gate(e, g, s, now)


@njit
def _queue_at_gate(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """Join the queue, and pass at once if the crossing is open to this group."""
    group = e.groups[g]
    rule = restriction(e, s, kind_of(group))
    move_group(e, g, PersonState.EXIT_QUEUE, group.place, now)
    join_queue(e, g, s, now)
    group.stage = GroupStage.QUEUED
    e.journeys[group.journey].stamp += 1
    e.journeys[group.journey].released_by = 0
    if rule >= 0:
        meet_restriction(e, g, rule, now)
    elif gate_open(e, s, now) and is_released(e, g, s, now):
        _pass_if_it_fits(e, g, s, now)
        start_admissions(e, s, now)
    if group.stage == GroupStage.QUEUED:
        _be_patient(e, g, now)


@njit
def meet_restriction(e: Columns, g: Row, rule: int, now: Hours) -> None:
    """What a closure does with a group in the queue: hold, reroute or turn back."""
    e.groups[g].cause = Cause.BARRED
    if rule == QueueRule.TURN_BACK:
        leave_queue(e, g)
        turn_back(e, g, now)
        return
    begin_wait(e, g, now)
    if not reconsider(e, g, now, True) and rule != QueueRule.HOLD:
        leave_queue(e, g)
        go_back(e, g, PersonState.TRAVEL, now)


@njit
def fail(e: Columns, g: Row, now: Hours) -> None:
    """Note that a group came to a crossing, or to another state's, in vain."""
    group = e.groups[g]
    group.failures += 1
    e.status[0].failures_today += group.people
    if group.destination < len(e.stations):
        waited_h = now - group.arrived_h
        experience(
            e, g, group.destination, False, waited_h if waited_h > 0.0 else NO_WAIT_SEEN, now
        )


@njit
def turn_back(e: Columns, g: Row, now: Hours) -> None:
    """Send a group back without its claim being received, here or by a neighbouring state."""
    is_ours = e.groups[g].destination < len(e.stations)
    e.groups[g].cause = Cause.BARRED if is_ours else Cause.OTHER
    fail(e, g, now)
    go_back(e, g, PersonState.TURNED_BACK, now)


@njit
def _note_first_queueing(e: Columns, g: Row, now: Hours) -> None:
    group = e.groups[g]
    for p in range(group.first_person, group.first_person + group.people):
        if np.isnan(e.persons[p].queued_h):
            e.persons[p].queued_h = now


@njit
def expected_wait_h(e: Columns, s: Row, now: Hours) -> Hours:
    """The wait until registered that somebody who comes now sees before them at station ``s``, h.

    The time until it opens, and the work of the slowest stage on the people before them, at mean
    times and with the officers of the better staffed hours; infinite where it never opens again.
    """
    station, parameters = e.stations[s], e.parameters[0]
    if not station.open_by_hours and station.next_opening >= e.destinations[s].last_opening:
        return np.inf
    before_gate = people_in(e, station.place, PersonState.EXIT_QUEUE)
    before_lanes = before_gate + people_between_posts(e, s)
    lane_h = station.admission_mean_h * parameters.admission_time_factor / max(1, station.lanes)
    others_h = travellers_before_lanes(e, s) * station.travellers_mean_h
    others_h *= parameters.admission_time_factor / max(1, station.lanes)
    by_night = station.servers_after_hours + station.extra_after_hours
    officers = max(station.servers_open, by_night) + station.extra_servers
    interview_h = station.registration_mean_h * parameters.registration_time_factor
    work_h = max(before_gate * station.exit_mean_h, before_lanes * lane_h + others_h)
    unregistered = before_lanes + people_in(e, station.place, PersonState.WAIT_REGISTRATION)
    work_h = max(work_h, unregistered * interview_h / max(1, officers))
    if station.open_by_hours:
        return work_h
    return work_h + max(0.0, e.openings[station.next_opening].opens_h - now)


@njit
def _balks(e: Columns, g: Row, s: Row, now: Hours) -> bool:
    rate = e.parameters[0].balking_per_h
    if rate <= 0.0:
        return False
    group = e.groups[g]
    wait_h = max(expected_wait_h(e, s, now), wait_for_release_h(e, g, s, now))
    chance = -expm1(-rate * wait_h)
    return happens(chance, e.status[0].key, BALKING, group.key, group.attempts)


@njit
def _be_patient(e: Columns, g: Row, now: Hours) -> None:
    """Draw when the group's patience ends, if it ever does."""
    parameters, group = e.parameters[0], e.groups[g]
    if parameters.patience_h <= 0.0:
        return
    spread = 1.0 / parameters.patience_shape
    draw = exponential(e.status[0].key, PATIENCE, group.key, group.attempts)
    mean = exp(log_gamma(1.0 + spread))
    patience_h = parameters.patience_h / mean * power(draw, spread)
    ends_h = patience_ends_h(e, group.place, now, patience_h)
    schedule(e, ends_h, EventKind.PATIENCE_ENDS, g, group.attempts)


@njit
def patience_ends_h(e: Columns, place: Row, now: Hours, patience_h: Hours) -> Hours:
    """When patience for ``patience_h`` mild hours is spent by somebody who waits at a place.

    Exact: ``accumulated_patience_h`` grows evenly within an hour, and on after the last one.
    """
    zone = e.zone[place]
    if zone < 0 or e.parameters[0].cold_impatience <= 0.0:
        return now + patience_h
    clock = e.accumulated_patience_h[zone]
    hour = min(int(now), len(clock) - 2)
    spent = clock[hour] + (clock[hour + 1] - clock[hour]) * (now - hour) + patience_h
    if spent >= clock[len(clock) - 1]:
        return len(clock) - 1 + spent - clock[len(clock) - 1]
    low = last_not_above(clock, spent)
    return low + (spent - clock[low]) / (clock[low + 1] - clock[low])


@njit
def last_not_above(rising: Floats, value: float) -> Row:
    """Where the last number is that is not above a value; the first of them is not."""
    low, high = 0, len(rising)
    while high - low > 1:
        middle = (low + high) // 2
        if rising[middle] <= value:
            low = middle
        else:
            high = middle
    return low


@njit
def renege(e: Columns, g: Row, attempt: int, now: Hours) -> None:
    """Leave the queue, unless the group has left it before."""
    group = e.groups[g]
    if group.stage == GroupStage.QUEUED and group.attempts == attempt:
        e.status[0].reneged += group.people
        group.cause = cause_in_queue(e, g, now)
        leave_queue(e, g)
        fail(e, g, now)
        go_back(e, g, PersonState.TRAVEL, now)


@njit
def _let_out(e: Columns, g: Row, s: Row, now: Hours) -> bool:
    """Whether the transit side's post lets the group pass, or those of it who then go on."""
    group = e.groups[g]
    chance = e.stations[s].gate
    if not group.valid_documents:
        chance *= e.parameters[0].expired_document_gate
    if may_part(e, g):
        people = let_out_one_by_one(e, g, chance)
        if 0 < people < group.people:
            rest = part(e, g, people)
            know_past_bulletins(e, rest, now)
            expect_contact(e, rest, now)
            e.groups[rest].cause = Cause.STOPPED
            fail(e, rest, now)
            go_back(e, rest, PersonState.TRAVEL, now)
        return people > 0
    return happens(chance, e.status[0].key, TRANSIT_GATE, group.key, group.attempts)


@njit
def _banned_mode_enforced(e: Columns, g: Row, s: Row) -> bool:
    group = e.groups[g]
    strictness = ban_in_force(e, s, group.mode)
    return happens(strictness, e.status[0].key, BAN_ENFORCED, group.key, group.attempts)


@njit
def gate_open(e: Columns, s: Row, now: Hours) -> bool:
    """Whether anybody may pass the gate now, closures for some left aside."""
    station = e.stations[s]
    return station.open_by_hours and not station.suspended and now >= station.next_release_h


@njit
def release_queue(e: Columns, s: Row, now: Hours) -> None:
    """Let pass, in order of arrival, everybody who may pass now."""
    g = e.stations[s].exit_first
    while g != NOBODY and gate_open(e, s, now):
        following = e.journeys[e.groups[g].journey].next_in_queue
        if restriction(e, s, kind_of(e.groups[g])) < 0 and is_released(e, g, s, now):
            _pass_if_it_fits(e, g, s, now)
        g = following
    start_admissions(e, s, now)


@njit
def _pass_if_it_fits(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """Pass the gate, unless a cap on arrivals stops the group before the post."""
    rule = stopped_by_cap(e, s, g)
    if rule == HAS_ROOM:
        _pass_gate(e, g, s, now)
    elif rule != QueueRule.HOLD:
        leave_queue(e, g)
        if rule == QueueRule.TURN_BACK:
            turn_back(e, g, now)
        else:
            e.groups[g].cause = Cause.BARRED
            fail(e, g, now)
            go_back(e, g, PersonState.TRAVEL, now)


@njit
def _pass_gate(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """A group passes the transit side's gate and is between the posts."""
    leave_queue(e, g)
    group = e.groups[g]
    group.stage = GroupStage.BETWEEN_POSTS
    e.journeys[group.journey].stamp += 1
    decide_passage(e, g, s)
    e.status[0].passed_today += group.people
    count_arrived(e, s, g)
    receive(e, g, s, now)
    if group.borders == 0:  # those at home follow people who got out of the transit state
        excite(e, g, now)
    _occupy_exit_check(e, g, s, now)
    _suspend_if_full(e, s, now)


@njit
def _occupy_exit_check(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """The gate checks one group after the other: the next must wait for that."""
    station = e.stations[s]
    if station.exit_mean_h <= 0.0:
        return
    group = e.groups[g]
    busy_h = 0.0
    for p in range(group.first_person, group.first_person + group.people):
        busy_h += unit_service(e, p, EXIT_SERVICE, station.exit_distribution, station.exit_cv)
    station.next_release_h = now + station.exit_mean_h * busy_h
    schedule(e, station.next_release_h, EventKind.EXIT_CHECK_ENDS, s, 0)


@njit
def _suspend_if_full(e: Columns, s: Row, now: Hours) -> None:
    station = e.stations[s]
    if not station.suspended and people_between_posts(e, s) >= station.suspend_above:
        update_suspended_hours(e, s, now)
        station.suspended = 1


@njit
def resume_if_cleared(e: Columns, s: Row, now: Hours) -> None:
    """After an admission: traffic goes on when few enough people are between the posts."""
    station = e.stations[s]
    if station.suspended and people_between_posts(e, s) <= station.suspend_below:
        update_suspended_hours(e, s, now)
        station.suspended = 0
        release_queue(e, s, now)
