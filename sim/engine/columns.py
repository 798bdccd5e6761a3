"""The columns: the state of people, groups and stations, and the static world, as numpy arrays.

Each table is one structured array; a field of it (``groups["cash_eur"]``) is a column, and a row is
what a compiled function works on. Tables are few on purpose: compiled functions pass them by value
(see docs/decisions.md). What the numbers in them mean is in :mod:`sim.engine.codes`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.signatures import Table


class Engine(NamedTuple):
    """Everything that the compiled functions see.

    Attributes:
        status: counters and the clock, shape (1,).
        parameters: scalar parameters, shape (1,), one field each.
        groups: :data:`GROUP`, shape (capacity,); ``status.groups`` rows are in use.
        journeys: :data:`JOURNEY`, where groups stand in line and what they have in mind until they
            are at their end, shape (group capacity + 1,). Rows are used again; the first is
            nobody's.
        free_journeys: rows of ``journeys`` that were given back, shape (group capacity + 1,);
            ``status.free_journeys`` of them.
        persons: :data:`PERSON`, shape (capacity,); members of a group are side by side.
        exposed_h: hours that people have been outdoors, shape (capacity of ``persons``, bands), h.
        visits: :data:`VISIT`, what people lived through at borders that they left behind, shape
            (capacity,); ``status.visits`` rows are in use.
        onward_share: share of those registered who go on, of people of no origin first, then by
            origin, shape (stations, origins + 1).
        leads_to: whether a destination is reached by road from the town behind a crossing, shape
            (stations, destinations).
        chain_order: the stations, those beyond others first, shape (stations,).
        beliefs: :data:`BELIEF`, shape (group capacity * stations,), group by group; (1,) where
            nobody learns.
        learners: :data:`LEARNER`, shape (group capacity,); (1,) where nobody learns.
        heap: :data:`EVENT`, pending events up to the end of the present bucket of time, shape
            (capacity,), a heap.
        later: :data:`EVENT`, those of later buckets, shape (capacity + 1,); the first is none.
        later_first: the row of the first of each bucket's, shape (buckets,).
        stations: :data:`STATION`, shape (stations,).
        queues: :data:`QUEUE`, ends of the queues of single people, shape
            (stations * QUEUES,), station by station.
        destinations: :data:`DESTINATION`, shape (destinations,), crossings first, then
            neighbours, then segments.
        measures: :data:`MEASURE`, shape (capacity,).
        bulletins: times of official announcements, shape (capacity,), h.
        gate_limits: :data:`GATE_LIMIT`, the transit side's pace, by beginning, shape (limits,).
        gate_limit_origins: whether a limit names an origin, shape (limits, origins).
        release_h: when people go on, limit by limit, with the end of each, h.
        streams: :data:`STREAM`, shape (streams,).
        rates: piecewise constant demand of the streams, :data:`RATE`.
        gateways: where groups of a stream appear, :data:`GATEWAY`.
        size_cdf: cumulative chance of group sizes 1, 2, ..., shape (sizes,).
        openings: stretches of open hours, :data:`OPENING`, crossing by crossing and then neighbour
            by neighbour, in order of time.
        opening_days: :data:`OPENING_DAY`, what people expect of the opening hours of crossings and
            neighbours on each local day, shape (calendars, days).
        day_ends_h: end of each local day, shape (days,), h.
        nights_h: when the night ends in the morning of each local day, and when the next begins in
            its evening, shape (days, 2), h.
        route_hours: travel times, shape (destinations, places), h.
        route_km: road lengths, shape (destinations, places), km.
        route_risk: chance of being stopped without valid papers, shape (destinations, places).
        route_cost: perceived cost of the journey (S4-S5), shape (destinations, places), EUR.
        next_place: next step of the fastest way, shape (destinations, places).
        leg_hours: time of single legs, shape (places, places), h.
        leg_km: their lengths, same shape, km.
        leg_checkpoint: chance of being stopped on them without valid papers, same shape.
        leg_cost: perceived cost of legs toward a border, same shape, EUR; infinite for none.
        leg_number: number of each leg that there is, shape (places, places), or -1.
        nearest_hub: hub by each destination, shape (destinations,).
        station_at: station at each place or -1, shape (places,).
        zone: weather zone of each place or -1, shape (places,).
        cold_band: wind-chill band, shape (zones, hours), 0 to 6.
        occupancy: people by place and state now, shape (places, states).
        changed_h: when a cell of ``occupancy`` last changed, same shape, h.
        entries: people who entered a state, shape (days, places, states).
        entries_by_origin: people who entered one of the states that are counted by origin
            (:data:`~sim.engine.person_states.COUNTED_BY_ORIGIN`), shape
            (days, places, such states, origins + 1); the first are people of no origin.
        stock: people in a state at the end of the day, same shape.
        person_hours: time spent in a state, same shape, h.
        exposure_h: hours that somebody at a place has been outdoors since the start, shape
            (places, 2, bands): people fully outdoors, and people inside the station area.
        in_vehicles: people queueing in vehicles, shape (places,).
        climate_zone: weather zone of each place, or of the crossing nearest by road, or -1.
        chill_by_day: mean wind chill below zero, shape (zones, days), deg C.
        risk_by_day: mean weight of the hours in the index of exposure, shape (zones, days).
        accumulated_patience_h: hours of patience spent since the start, shape
            (zones, hours + 1), h.
        outdoor_h: outdoor person-hours, shape (days, places, bands), h.
        outdoor_since_h: up to when outdoor hours are recorded, shape (places,), h.
        suspended_h: hours of suspended traffic, shape (days, stations), h.
        suspended_since_h: up to when they are recorded, shape (stations,), h.
        officer_h: hours of registration officers on duty, those among them who finish an interview
            after their shift, shape (days, stations), h.
        leg_people: people who set out on each leg, shape (days, legs).
        nests: :data:`NEST`, stretches of ways that are alike: crossings, neighbours, segments,
            settling.
        access_stock: people who want to cross at the end of the day (R5), shape (days,).
        access_reached: how many of them the crossings could serve, shape (days,).
        access_offered: how many the receiving state's orders and hours allow, same shape.
        travellers: :data:`~sim.engine.travellers.TRAVELLER`, those with papers who share lanes,
            station by station: who has queued, and at the end who is still to come.
        travellers_admitted: how many went to a lane, shape (days, stations).
        travellers_waited_h: how long these had waited, same shape, h.
        counted_today: people admitted and people who passed the gate since midnight, shape
            (2, stations, kinds of people).
        tastes: number of a group's taste for each way, shape (destinations + 1,), settling last;
            one more crossing moves no other's.
        utility: scratch for choice, shape (2, destinations + 1): now, and beyond the horizon;
            the last column is settling.
        weights: scratch for choice, share of the best way of the nest, shape (destinations + 1,).
        draws: scratch for choice, uniform draws of a group's tastes, same shape.
        believed: scratch for choice, shape (2, destinations, 5 + modes of people): whether a
            destination is believed closed, is assured to take claims, the wait for its opening, h,
            how strictly each mode is banned, and of a stretch how it is guarded and pushed back at.
        ahead_h: scratch for choice, time to each destination, shape (destinations,), h.
        known: scratch for choice, rows of the measures that matter, shape (measures capacity,).
        utility_cache: :data:`CACHED_UTILITIES`, whose utilities each slot holds, and how long they
            are valid, shape (slots,).
        cached_base: utility of each way for people of median means, shape
            (slots, 2, destinations + 1).
        cached_cold: expected weighted hours in the cold of each way, same shape.
        cached_assured: whether a crossing is believed assured then, shape (slots, 2, stations).
        cached_price: utility that its price costs those of median means, shape as
            ``cached_base``; the way without the mode in which a crossing is passed.
        cached_worth: utility of the chance to succeed in the eyes of those who learn nothing and go
            no further, shape as ``cached_assured``.
        cached_prospect: how far those can hope to get who go on from a crossing, shape
            (slots, 2, stations).
        cached_bans: how strictly modes are believed banned, shape (slots, 2, stations, modes of
            people).
    """

    status: Table
    parameters: Table
    groups: Table
    journeys: Table
    free_journeys: NDArray[np.int32]
    persons: Table
    exposed_h: NDArray[np.float32]
    visits: Table
    onward_share: NDArray[np.float64]
    leads_to: NDArray[np.bool_]
    chain_order: NDArray[np.int32]
    beliefs: Table
    learners: Table
    heap: Table
    later: Table
    later_first: NDArray[np.int32]
    stations: Table
    queues: Table
    destinations: Table
    measures: Table
    bulletins: NDArray[np.float64]
    gate_limits: Table
    gate_limit_origins: NDArray[np.bool_]
    release_h: NDArray[np.float64]
    streams: Table
    rates: Table
    gateways: Table
    size_cdf: NDArray[np.float64]
    openings: Table
    opening_days: Table
    day_ends_h: NDArray[np.float64]
    nights_h: NDArray[np.float64]
    route_hours: NDArray[np.float64]
    route_km: NDArray[np.float64]
    route_risk: NDArray[np.float64]
    route_cost: NDArray[np.float64]
    next_place: NDArray[np.int32]
    leg_hours: NDArray[np.float64]
    leg_km: NDArray[np.float64]
    leg_checkpoint: NDArray[np.float64]
    leg_cost: NDArray[np.float64]
    leg_number: NDArray[np.int32]
    nearest_hub: NDArray[np.int32]
    station_at: NDArray[np.int32]
    zone: NDArray[np.int32]
    cold_band: NDArray[np.int8]
    occupancy: NDArray[np.int64]
    changed_h: NDArray[np.float64]
    entries: NDArray[np.int32]
    entries_by_origin: NDArray[np.int32]
    stock: NDArray[np.int32]
    person_hours: NDArray[np.float64]
    exposure_h: NDArray[np.float64]
    in_vehicles: NDArray[np.int64]
    climate_zone: NDArray[np.int32]
    chill_by_day: NDArray[np.float64]
    risk_by_day: NDArray[np.float64]
    accumulated_patience_h: NDArray[np.float64]
    outdoor_h: NDArray[np.float64]
    outdoor_since_h: NDArray[np.float64]
    suspended_h: NDArray[np.float64]
    suspended_since_h: NDArray[np.float64]
    officer_h: NDArray[np.float64]
    leg_people: NDArray[np.int32]
    nests: Table
    access_stock: NDArray[np.int64]
    access_reached: NDArray[np.float64]
    access_offered: NDArray[np.float64]
    travellers: Table
    travellers_admitted: NDArray[np.int64]
    travellers_waited_h: NDArray[np.float64]
    counted_today: NDArray[np.int64]
    tastes: NDArray[np.int64]
    utility: NDArray[np.float64]
    weights: NDArray[np.float64]
    draws: NDArray[np.float64]
    believed: NDArray[np.float64]
    ahead_h: NDArray[np.float64]
    known: NDArray[np.int64]
    utility_cache: Table
    cached_base: NDArray[np.float64]
    cached_price: NDArray[np.float64]
    cached_cold: NDArray[np.float64]
    cached_assured: NDArray[np.float64]
    cached_worth: NDArray[np.float64]
    cached_prospect: NDArray[np.float64]
    cached_bans: NDArray[np.float64]


def grown(table: Table, capacity: int, rows: int) -> Table:
    """A copy of the first ``rows`` of a table with room for ``capacity``; new rows are zero."""
    larger = np.zeros((capacity, *table.shape[1:]), dtype=table.dtype)
    # As bytes: numpy copies structured rows field by field.
    used = np.ascontiguousarray(table[:rows]).reshape(-1).view(np.uint8)
    larger.reshape(-1).view(np.uint8)[: used.size] = used
    return larger
