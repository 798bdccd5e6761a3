"""R5: effective access, the share of people who want to cross whom the crossings could serve.

A place is open to people, within reach, and can serve them within ``access_reach_h``, W, for at
most ``access_price_eur``:

- within reach: the crossing had (or has) hours in which it is open and no order closes it to
  people of their kind; the way, the lifts before it, admission and the interview take W at most
  at mean times; the way and the cheapest mode cost at most that price;
- served: in W hours a crossing serves no more people than its exit check, its lanes, its caps and
  its officers and interpreters can in the share of the day in which it is open, less those who are
  past the gate and before them; people are assigned to crossings so that most are served
  (:mod:`sim.engine.assignment`), within caps that crossings share or that concern only some people
  (:mod:`sim.engine.shared_caps`);
- of a group only the share counts that is let through: a mode's chance not to be turned back where
  bans are enforced now and then, and, in R5, the transit side's gate.

The hours are those of the day that ends, so a crossing that is shut by day and open at midnight
does not count as open. Overseers and Q4 look at what the receiving state allows: the same by
closures, caps, bans and hours alone, without queues and the transit side's gate. Overseers take the
calendar of the 24 h to come; where nobody waits, they look at the towns where people first appear
instead, each once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.engine.cached_utilities import trip_hours
from sim.engine.codes import Action, GroupStage, Mode, PersonState
from sim.engine.filters import BY_TRAITS, OF_ONE_ORIGIN, appears_as, concerns, is_filtered
from sim.engine.gate_limits import released_in
from sim.engine.handle import columns_of
from sim.engine.measures import PASSABLE_MODES, ban_in_force, daily_cap, restricts
from sim.engine.modes import mode_price_eur
from sim.engine.occupancy import people_in_any
from sim.engine.service import officers_after_hours, officers_in_open_hours
from sim.engine.shared_caps import most_served_under, shared_caps
from sim.engine.signatures import Columns, Floats, Hours, Packed, Record, Row
from sim.engine.stations import people_between_posts
from sim.engine.travellers import travellers_before_lanes

DAY_H: Final = 24.0
NO_ORDER: Final = -1
FILTERED: Final = -2
AT_INTERVIEWS: Final = (int(PersonState.WAIT_REGISTRATION), int(PersonState.IN_REGISTRATION))


@njit(cache=True, nogil=True)
def index_if(handle: Packed, closed_to: NDArray[np.bool_]) -> float:
    """For actors: the index, 0 to 1, if crossings were closed just to these groups."""
    return access_index(columns_of(handle), closed_to)


@njit(cache=True, nogil=True)
def closed_to_at_present(handle: Packed) -> NDArray[np.bool_]:
    """For actors: which crossing is closed to whom now, shape (stations, traits)."""
    return closed_to_now(columns_of(handle))


@njit
def access_index(e: Columns, closed_to: NDArray[np.bool_]) -> float:
    """Share of people in the transit state who want to cross and would be allowed to.

    Args:
        e: the columns.
        closed_to: whether a station is closed to people of a kind, shape (stations, kinds).
    """
    kinds = e.status[0].kinds
    open_share = np.zeros((len(e.stations), kinds + 1))
    begins_h = e.status[0].now_h
    for s in range(len(e.stations)):
        share = _open_h(e, s, begins_h, begins_h + DAY_H) / DAY_H
        open_share[s, kinds] = share
        for kind in range(kinds):
            open_share[s, kind] = 0.0 if closed_to[s, kind] else share
    stock, _, offered = access_counts(e, open_share)
    return offered / stock if stock > 0 else _index_of_towns(e, open_share)


@njit
def _index_of_towns(e: Columns, open_share: Floats) -> float:
    """Share of the towns where people first appear from which a crossing could serve somebody."""
    with_access, pairs = 0, 0
    for kind in range(e.status[0].kinds):
        if not _is_plain(e, kind):
            continue
        for k in range(len(e.gateways)):
            pairs += 1
            for s in range(len(e.stations)):
                if open_share[s, kind] > 0.0 and _within_reach(e, s, e.gateways[k].place):
                    with_access += 1
                    break
    return with_access / pairs


@njit
def _is_plain(e: Columns, kind: int) -> bool:
    """Whether a kind stands for people of an origin and with papers, or without, of no class."""
    told_apart = e.status[0].told_apart
    by_origin = told_apart >= OF_ONE_ORIGIN or told_apart < 0
    is_real = kind >= OF_ONE_ORIGIN or not by_origin
    return kind & BY_TRAITS == 0 and kind & told_apart == kind and is_real


@njit
def access_counts(e: Columns, open_share: Floats) -> tuple[int, float, float]:
    """People who want to cross, how many could be served, and how many would be allowed to.

    Args:
        e: the columns.
        open_share: share of the day in which a station is open to people of a kind, and
            by its calendar, shape (stations, kinds + 1).
    """
    people = _people_who_want_to_cross(e)
    place, kinds, valid = np.nonzero(people)
    reaches = np.zeros((len(place), len(e.stations)), dtype=np.bool_)
    demand, let_out = np.zeros(len(place)), np.zeros(len(place))
    stock = 0
    for k in range(len(place)):
        many = people[place[k], kinds[k], valid[k]]
        stock += many
        passes, gate = _reach_of(e, open_share, place[k], kinds[k], valid[k], reaches[k])
        demand[k], let_out[k] = many * passes, many * gate
    between = np.zeros(len(e.stations), dtype=np.int64)
    for s in range(len(e.stations)):
        between[s] = people_between_posts(e, s)
    caps = shared_caps(e, between, e.parameters[0].access_reach_h)
    served, allowed = _places(e, open_share, between)
    reached = most_served_under(let_out, kinds, reaches, served, caps.covers, caps.left)
    offered = most_served_under(demand, kinds, reaches, allowed, caps.covers, caps.allowed)
    return stock, reached, offered


@njit
def _people_who_want_to_cross(e: Columns) -> NDArray[np.int64]:
    """People before the gate by place, kind and whether papers are valid."""
    people = np.zeros((e.route_hours.shape[1], e.status[0].kinds, 2), dtype=np.int64)
    for g in range(_first_on_the_way(e), e.status[0].groups):
        group = e.groups[g]
        if _wants_to_cross(group.stage):
            people[group.place, appears_as(e, group), group.valid_documents] += group.people
    return people


@njit
def _first_on_the_way(e: Columns) -> Row:
    """The first group that may still want to cross: those before it are never looked at again."""
    status = e.status[0]
    g = status.first_on_the_way
    while g < status.groups and _is_past_all_borders(e, e.groups[g].stage):
        g += 1
    status.first_on_the_way = g
    return g


@njit
def _is_past_all_borders(e: Columns, stage: int) -> bool:
    """Whether a group's journey is over, or it is past the gate of the only border there is."""
    is_received = stage == GroupStage.BETWEEN_POSTS and e.status[0].chain == 0
    return stage == GroupStage.DONE or is_received


@njit
def _wants_to_cross(stage: int) -> bool:
    return (
        stage == GroupStage.WAITING
        or stage == GroupStage.TRAVELLING
        or stage == GroupStage.QUEUED
        or stage == GroupStage.RETURNING
    )


@njit
def _reach_of(
    e: Columns,
    open_share: Floats,
    place: Row,
    kind: int,
    valid: int,
    reaches: NDArray[np.bool_],
) -> tuple[float, float]:
    """Note the crossings within reach; the best chance to pass one, without and with the gate."""
    best, best_let_out = 0.0, 0.0
    for s in range(len(e.stations)):
        if open_share[s, kind] > 0.0 and _within_reach(e, s, place):
            reaches[s] = True
            passes = _chance_to_pass(e, s, place)
            gate = e.stations[s].gate
            if not valid:
                gate *= e.parameters[0].expired_document_gate
            best = max(best, passes)
            best_let_out = max(best_let_out, passes * gate)
    return best, best_let_out


@njit
def _within_reach(e: Columns, s: Row, place: Row) -> bool:
    """Whether the way, admission and interview are short, and cheap, enough."""
    service_h = _admission_h(e, s) + _interview_h(e, s)
    if trip_hours(e, s, place) + service_h > e.parameters[0].access_reach_h:
        return False
    return _chance_to_pass(e, s, place) > 0.0


@njit
def _chance_to_pass(e: Columns, s: Row, place: Row) -> float:
    """The best chance of a mode within the price not to be turned back for it."""
    parameters, station = e.parameters[0], e.stations[s]
    road_eur = parameters.transport_eur_per_km * e.route_km[s, place]
    best = 0.0
    for mode in (Mode.FOOT, Mode.BICYCLE, Mode.CAR):
        price_eur = road_eur + mode_price_eur(parameters, mode)
        if station.modes & (1 << mode) and price_eur <= parameters.access_price_eur:
            best = max(best, 1.0 - ban_in_force(e, s, mode))
    return best


@njit
def _admission_h(e: Columns, s: Row) -> Hours:
    return e.stations[s].admission_mean_h * e.parameters[0].admission_time_factor


@njit
def _interview_h(e: Columns, s: Row) -> Hours:
    return e.stations[s].registration_mean_h * e.parameters[0].registration_time_factor


@njit
def _places(e: Columns, open_share: Floats, between: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """People before the gate whom each crossing can serve in ``access_reach_h``, and may."""
    places, allowed = np.zeros(len(e.stations)), np.zeros(len(e.stations))
    reach_h = e.parameters[0].access_reach_h
    for s in range(len(e.stations)):
        open_h = _longest(open_share[s, : e.status[0].kinds]) * reach_h
        if open_h > 0.0:
            heard = people_in_any(e, e.stations[s].place, AT_INTERVIEWS)
            allowed[s] = daily_cap(e, s) * reach_h / DAY_H
            entering = min(_admissions_in(e, s, open_h, reach_h), allowed[s])
            interviews = _interviews_in(e, s, open_share[s, e.status[0].kinds] * reach_h, reach_h)
            entering = min(entering, released_in(e, s, reach_h, e.status[0].now_h))
            places[s] = max(0.0, min(entering, interviews - heard) - between[s])
    return places, allowed


@njit
def _longest(shares: Floats) -> float:
    """The largest of some shares of a day."""
    longest = 0.0
    for share in shares:
        longest = max(longest, share)
    return longest


@njit
def _admissions_in(e: Columns, s: Row, open_h: Hours, all_h: Hours) -> float:
    """People whom the exit check and the lanes can take after the travellers who wait for these."""
    station = e.stations[s]
    people = open_h / station.exit_mean_h if station.exit_mean_h > 0.0 else np.inf
    lane_h = all_h if station.work_after_closing else open_h
    if station.lanes <= 0:
        return 0.0
    mean_h = _admission_h(e, s)
    others_h = travellers_before_lanes(e, s) * station.travellers_mean_h
    free_h = max(0.0, station.lanes * lane_h - others_h * e.parameters[0].admission_time_factor)
    return min(people, free_h / mean_h) if mean_h > 0.0 else people


@njit
def _interviews_in(e: Columns, s: Row, open_h: Hours, all_h: Hours) -> float:
    """Interviews that officers and interpreters can hold, of all hours so many by day."""
    station, mean_h = e.stations[s], _interview_h(e, s)
    officer_h = officers_in_open_hours(station) * open_h
    officer_h += officers_after_hours(station) * (all_h - open_h)
    if mean_h <= 0.0:
        return np.inf if officer_h > 0.0 else 0.0
    share = e.parameters[0].interpreter_share
    interpreter_h = max(0, station.interpreters) * all_h / share if share > 0.0 else np.inf
    return min(officer_h, interpreter_h) / mean_h


@njit
def _open_share(e: Columns, begins_h: Hours, ends_h: Hours) -> Floats:
    """Share of a stretch of time in which stations were open, shape (stations, kinds + 1).

    To people by kind, closing orders taken off; the last column is the calendar alone.
    """
    kinds = e.status[0].kinds
    share = np.zeros((len(e.stations), kinds + 1))
    for s in range(len(e.stations)):
        if e.stations[s].modes & PASSABLE_MODES == 0:
            continue
        calendar_h = _open_h(e, s, begins_h, ends_h)
        exceptions = _exceptions(e, s, begins_h, ends_h)
        share[s, kinds] = calendar_h / (ends_h - begins_h)
        for kind in range(kinds):
            if exceptions == NO_ORDER:
                share[s, kind] = share[s, kinds]
            elif kind > 0 and exceptions != FILTERED and exceptions & kind == 0:
                share[s, kind] = share[s, 0]
            else:
                open_h = _open_to_h(e, s, kind, begins_h, ends_h)
                share[s, kind] = open_h / (ends_h - begins_h)
    return share


@njit
def _exceptions(e: Columns, s: Row, begins_h: Hours, ends_h: Hours) -> int:
    """All traits that orders which close station ``s`` then except, or -1 without such orders.

    -2 where one of them is about some people alone.
    """
    exceptions = NO_ORDER
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if _closes(measure, s) and measure.begins_h < ends_h and measure.ends_h > begins_h:
            if is_filtered(measure):
                return FILTERED
            exceptions = max(0, exceptions) | measure.exempt
    return exceptions


@njit
def _closes(measure: Record, s: Row) -> bool:
    """Whether a measure is one that closes station ``s`` to those whom it concerns."""
    return (
        measure.destination == s
        and (measure.kind == Action.CLOSE or measure.kind == Action.NO_ASYLUM)
        and measure.begins_h < measure.ends_h
    )


@njit
def _open_h(e: Columns, s: Row, begins_h: Hours, ends_h: Hours) -> Hours:
    """Hours of the calendar of station ``s`` in a stretch of time."""
    hours = 0.0
    for k in range(e.destinations[s].first_opening, e.destinations[s].last_opening):
        opening = e.openings[k]
        hours += max(0.0, min(ends_h, opening.closes_h) - max(begins_h, opening.opens_h))
    return hours


@njit
def _open_to_h(e: Columns, s: Row, kind: int, begins_h: Hours, ends_h: Hours) -> Hours:
    """Those of them in which no order closes it to people of a kind."""
    hours, now = 0.0, begins_h
    while now < ends_h:
        closed_until, closes_next = now, ends_h
        for m in range(e.status[0].measures):
            measure = e.measures[m]
            if _closes(measure, s) and concerns(measure, kind):
                if measure.begins_h <= now < measure.ends_h:
                    closed_until = max(closed_until, min(ends_h, measure.ends_h))
                elif measure.begins_h > now:
                    closes_next = min(closes_next, measure.begins_h)
        if closed_until == now:
            hours += _open_h(e, s, now, closes_next)
            closed_until = closes_next
        now = closed_until
    return hours


@njit
def closed_to_now(e: Columns) -> NDArray[np.bool_]:
    """Whether a station is closed to people of a kind now, shape (stations, kinds)."""
    closed_to = np.zeros((len(e.stations), e.status[0].kinds), dtype=np.bool_)
    for m in range(e.status[0].measures):
        s = e.measures[m].destination
        if e.measures[m].in_force and 0 <= s < len(e.stations):
            for kind in range(e.status[0].kinds):
                if restricts(e.measures[m], s, kind):
                    closed_to[s, kind] = True
    return closed_to


@njit
def record_access(e: Columns) -> None:
    """Note for the present day who wants to cross and how many of them could be served."""
    day = e.status[0].day
    begins_h = e.day_ends_h[day - 1] if day > 0 else 0.0
    open_share = _open_share(e, begins_h, e.day_ends_h[day])
    e.access_stock[day], e.access_reached[day], e.access_offered[day] = access_counts(e, open_share)
