"""The columns: the state of people, groups and stations, and the static world, as numpy arrays.

Each table is one structured array; a field of it (``groups["cash_eur"]``) is a column, and a row is
what a compiled function works on. Tables are few on purpose: compiled functions pass them by value
(see docs/decisions.md). What the numbers in them mean is in :mod:`sim.engine.codes`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import BANDS
from sim.engine.signatures import Table
from sim.engine.stages import stage_columns

GROUP = np.dtype(
    [
        ("key", np.uint64),
        ("created_h", np.float64),
        ("heard_h", np.float64),
        ("arrived_h", np.float64),
        ("decided_h", np.float64),
        ("recalled_h", np.float64),
        ("appraisal", np.uint64),
        ("appraisal_until_h", np.float64),
        ("waits_since_h", np.float64),
        ("until_leaving", np.float64),
        ("leaving_per_h", np.float64),
        ("until_giving_up", np.float64),
        ("giving_up_per_h", np.float64),
        ("until_removal", np.float64),
        ("cash_eur", np.float64),
        ("spent_eur", np.float32),
        ("travelled_km", np.float32),
        ("gear", np.float32),
        ("first_person", np.int32),
        ("people", np.int32),
        ("next_in_queue", np.int32),
        ("previous_in_queue", np.int32),
        ("stamp", np.int32),
        ("decisions", np.int32),
        ("legs", np.int32),
        ("contacts", np.int32),
        ("waits", np.int32),
        ("attempts", np.int32),
        ("failures", np.int32),
        ("unregistered", np.int32),
        ("released_by", np.int32),
        ("place", np.int16),
        ("hub", np.int16),
        ("first_hub", np.int16),
        ("first_destination", np.int16),
        ("next_place", np.int16),
        ("destination", np.int16),
        ("origin", np.int16),
        ("stream", np.int16),
        ("stage", np.int8),
        ("mode", np.int8),
        ("traits", np.int8),
        ("valid_documents", np.int8),
        ("next_step", np.int8),
        ("fresh", np.int8),
        ("cause", np.int8),
        ("claims", np.int8),
        ("left_behind", np.int8),
        ("borders", np.int8),
        ("silent", np.int8),
    ],
    align=True,
)

PERSON = np.dtype(
    [
        ("queued_h", np.float64),
        ("presented_h", np.float64),
        ("admitted_h", np.float64),
        ("registered_h", np.float64),
        ("group", np.int32),
        ("next_in_queue", np.int32),
        ("place", np.int16),
        ("state", np.int8),
        ("age_class", np.int8),
        ("vulnerable", np.int8),
        ("female", np.int8),
        ("exposed_h", np.float32, (BANDS,)),
    ],
    align=True,
)

STATION = np.dtype(
    [
        ("place", np.int32),
        ("suspend_above", np.int32),
        ("suspend_below", np.int32),
        ("warm_places", np.int32),
        ("tent_places", np.int32),
        ("modes", np.int32),
        ("known", np.float64),
        ("open_by_hours", np.int32),
        ("next_opening", np.int32),
        ("calendar", np.int32),
        ("closures", np.int32),
        ("asylum_restrictions", np.int32),
        ("mode_bans", np.int32),
        ("filters", np.int32),
        ("metered", np.int32),
        ("filtered_meters", np.int32),
        ("arrival_caps", np.int32),
        ("gate", np.float64),
        ("gate_chance", np.float64),
        ("suspended", np.int32),
        ("overtime_h", np.float64),
        ("lane_h", np.float64),
        ("interpreter_h", np.float64),
        ("away_h", np.float64),
        ("night_officer_h", np.float64),
        ("night_interpreter_h", np.float64),
        ("warm_place_h", np.float64),
        ("staff_since_h", np.float64),
        ("first_border", np.int32),
        ("onward_place", np.int32),
        ("onward_h", np.float64),
        ("onward_km", np.float64),
        ("waved_share", np.float64),
        ("waved_share_at_start", np.float64),
        *stage_columns(),
    ],
    align=True,
)

VISIT = np.dtype(
    [
        ("queued_h", np.float64),
        ("presented_h", np.float64),
        ("admitted_h", np.float64),
        ("registered_h", np.float64),
        ("left_h", np.float64),
        ("person", np.int32),
        ("station", np.int16),
        ("left_as", np.int8),
    ],
    align=True,
)

QUEUE = np.dtype([("first", np.int32), ("last", np.int32)], align=True)

BELIEF = np.dtype(
    [
        ("good", np.float32),
        ("bad", np.float32),
        ("waited_h", np.float32),
        ("waits", np.float32),
        ("news_wait_h", np.float32),
        ("passes_on", np.int32),
        ("news_h", np.float64),
    ],
    align=True,
)

DESTINATION = np.dtype(
    [
        ("taste", np.int32),
        ("kind", np.int32),
        ("place", np.int32),
        ("station", np.int32),
        ("closures", np.int32),
        ("first_opening", np.int32),
        ("last_opening", np.int32),
        ("refusal", np.float64),
        ("detection", np.float64),
        ("bare_detection", np.float64),
        ("fence_effect", np.float64),
        ("length_km", np.float64),
        ("fenced", np.float64),
        ("fenced_at_start", np.float64),
        ("guarded", np.float64),
        ("pushback", np.float64),
        ("pushback_at_start", np.float64),
    ],
    align=True,
)

MEASURE = np.dtype(
    [
        ("announced_h", np.float64),
        ("begins_h", np.float64),
        ("ends_h", np.float64),
        ("first_ends_h", np.float64),
        ("value", np.float64),
        ("destination", np.int32),
        ("origin", np.int32),
        ("kind", np.int32),
        ("decider", np.int32),
        ("queue_rule", np.int32),
        ("exempt", np.int32),
        ("concerned", np.int32),
        ("pool", np.int32),
        ("mode", np.int32),
        ("warm_places", np.int32),
        ("revision", np.int32),
        ("in_force", np.int32),
    ],
    align=True,
)

GATE_LIMIT = np.dtype(
    [
        ("station", np.int32),
        ("for_all", np.int32),
        ("unlimited", np.int32),
        ("begins_h", np.float64),
        ("ends_h", np.float64),
        ("person_h", np.float64),
        ("batch", np.int64),
        ("debt", np.int64),
        ("first_release", np.int64),
        ("last_release", np.int64),
    ],
    align=True,
)

STREAM = np.dtype(
    [
        ("key", np.uint64),
        ("kind", np.int32),
        ("origin", np.int32),
        ("people", np.int32),
        ("responsive", np.int32),
        ("organised", np.int32),
        ("steering", np.float64),
        ("next_index", np.int64),
        ("cumulative", np.float64),
        ("begins_h", np.float64),
        ("persons_left", np.int64),
        ("first_rate", np.int32),
        ("last_rate", np.int32),
        ("next_rate", np.int32),
        ("passed", np.float64),
        ("first_gateway", np.int32),
        ("last_gateway", np.int32),
    ],
    align=True,
)

CACHED_UTILITIES = np.dtype(
    [
        ("heard_h", np.float64),
        ("from_h", np.float64),
        ("until_h", np.float64),
        ("signature", np.uint64),
        ("place", np.int32),
        ("kind", np.int32),
        ("differs", np.int32),
        ("cold", np.int32),
        ("bans", np.int32),
    ],
    align=True,
)
CACHE_SLOTS: Final = 256

NEST = np.dtype(
    [("first", np.int32), ("last", np.int32), ("scale", np.float64), ("value", np.float64)]
)
RATE = np.dtype([("begins_h", np.float64), ("ends_h", np.float64), ("per_h", np.float64)])
GATEWAY = np.dtype([("cumulative", np.float64), ("place", np.int64)])
OPENING = np.dtype([("opens_h", np.float64), ("closes_h", np.float64)])
OPENING_DAY = np.dtype(
    [
        ("begins_h", np.float64),
        ("wait_h", np.float64),
        ("shut_from_h", np.float64),
        ("holds_until_h", np.float64),
    ]
)
EVENT = np.dtype([("at_h", np.float64), ("rank", np.int64), ("stamp", np.int64)])

STATUS = np.dtype(
    [
        ("key", np.uint64),
        ("now_h", np.float64),
        ("hubs", np.int64),
        ("groups", np.int64),
        ("persons", np.int64),
        ("measures", np.int64),
        ("bulletins", np.int64),
        ("heap", np.int64),
        ("day", np.int64),
        ("events", np.int64),
        ("decisions", np.int64),
        ("largest_group", np.int64),
        ("passed_today", np.int64),
        ("failures_today", np.int64),
        ("publicised_failure", np.float64),
        ("intended", np.int64),
        ("deterred", np.int64),
        ("kept_by_carriers", np.int64),
        ("balked", np.int64),
        ("reneged", np.int64),
        ("separations", np.int64),
        ("learning", np.int64),
        ("reviews", np.int64),
        ("transit_level", np.float64),
        ("transit_limit", np.float64),
        ("gate_leakage", np.float64),
        ("travellers_waiting", np.int64),
        ("told_apart", np.int64),
        ("kinds", np.int64),
        ("audit", np.int64),
        ("chain", np.int64),
        ("visits", np.int64),
    ],
    align=True,
)


class Engine(NamedTuple):
    """Everything that the compiled functions see.

    Attributes:
        status: counters and the clock, shape (1,).
        parameters: scalar parameters, shape (1,), one field each.
        groups: :data:`GROUP`, shape (capacity,); ``status.groups`` rows are in use.
        persons: :data:`PERSON`, shape (capacity,); members of a group are side by side.
        visits: :data:`VISIT`, what people lived through at borders that they left behind, shape
            (capacity,); ``status.visits`` rows are in use.
        onward_share: share of those registered who go on, by origin and then of people of none,
            shape (stations, origins + 1).
        leads_to: whether a destination is reached by road from the town behind a crossing, shape
            (stations, destinations).
        chain_order: the stations, those beyond others first, shape (stations,).
        beliefs: :data:`BELIEF`, shape (group capacity * stations,), group by group; (1,) where
            nobody learns.
        heap: pending events, shape (capacity,), a binary heap.
        stations: :data:`STATION`, shape (stations,).
        queues: :data:`QUEUE`, ends of the queues of single people, shape
            (stations * QUEUES,), station by station.
        destinations: :data:`DESTINATION`, shape (destinations,), crossings first, then
            neighbours, then segments.
        measures: :data:`MEASURE`, shape (capacity,).
        bulletins: times of official announcements, shape (capacity,), h.
        gate_limits: :data:`GATE_LIMIT`, how fast the transit side lets people go on, by station
            and stretch of time, shape (limits,), in order of their beginnings.
        gate_limit_origins: whether a limit names an origin, shape (limits, origins).
        release_h: when the transit side lets people go on, limit by limit, and after them when the
            limit ends, h.
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
        utility: scratch for choice, shape (2, destinations + 1): now, and beyond the horizon;
            the last column is settling.
        believed: scratch for choice, shape (2, destinations, 5 + modes of people): whether a
            destination is believed closed, is assured to take claims, the expected wait for its
            opening, h, how strictly each mode is banned, and of a stretch the chance of being
            found without its fence, and the share of people found who are pushed back.
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
        cached_prospect: how far those can hope to get who go on from a crossing, shape
            (slots, 2, stations).
        cached_bans: how strictly modes are believed banned, shape (slots, 2, stations, modes of
            people).
    """

    status: Table
    parameters: Table
    groups: Table
    persons: Table
    visits: Table
    onward_share: NDArray[np.float64]
    leads_to: NDArray[np.bool_]
    chain_order: NDArray[np.int32]
    beliefs: Table
    heap: Table
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
    utility: NDArray[np.float64]
    believed: NDArray[np.float64]
    ahead_h: NDArray[np.float64]
    known: NDArray[np.int64]
    utility_cache: Table
    cached_base: NDArray[np.float64]
    cached_price: NDArray[np.float64]
    cached_cold: NDArray[np.float64]
    cached_assured: NDArray[np.float64]
    cached_prospect: NDArray[np.float64]
    cached_bans: NDArray[np.float64]


def grown(table: Table, capacity: int) -> Table:
    """A copy of a table with room for ``capacity`` rows; new rows are zero."""
    larger = np.zeros(capacity, dtype=table.dtype)
    larger[: len(table)] = table
    return larger
