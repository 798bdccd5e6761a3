"""The tables of the engine: what a row of each holds.

Each table is one structured array; a field of it (``groups["cash_eur"]``) is a column, and a row is
what a compiled function works on. Tables are few on purpose: compiled functions pass them by value
(see docs/decisions.md). What the numbers in them mean is in :mod:`sim.engine.codes`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.engine.stages import stage_columns

# What is touched at most events comes first: a processor fetches a row in pieces of 64 bytes. Rows
# of groups and people are kept for good, those of journeys while they last: what no result needs is
# in these.
GROUP = np.dtype(
    [
        ("key", np.uint64),
        ("first_person", np.int32),
        ("people", np.int32),
        ("journey", np.int32),
        ("attempts", np.int32),
        ("place", np.int16),
        ("hub", np.int16),
        ("destination", np.int16),
        ("origin", np.int16),
        ("stage", np.int8),
        ("mode", np.int8),
        ("traits", np.int8),
        ("valid_documents", np.int8),
        ("claims", np.int8),
        ("fresh", np.int8),
        ("borders", np.int8),
        ("waved", np.int8),
        ("spent_eur", np.float32),
        ("travelled_km", np.float32),
        ("cash_eur", np.float64),
        ("created_h", np.float64),
        ("arrived_h", np.float64),
        ("gear", np.float32),
        ("first_hub", np.int16),
        ("first_destination", np.int16),
        ("stream", np.int16),
        ("failures", np.int16),
        ("cause", np.int8),
        ("left_behind", np.int8),
        ("silent", np.int8),
    ],
    align=True,
)


JOURNEY = np.dtype(
    [
        ("heard_h", np.float64),
        ("stamp", np.int32),
        ("next_in_queue", np.int32),
        ("previous_in_queue", np.int32),
        ("legs", np.int32),
        ("waits", np.int32),
        ("decisions", np.int32),
        ("next_place", np.int16),
        ("released_by", np.int16),
        ("unregistered", np.int16),
        ("next_step", np.int8),
        ("appraisal", np.uint64),
        ("appraisal_until_h", np.float64),
        ("since_h", np.float64),
        ("until_leaving", np.float64),
        ("leaving_per_h", np.float64),
        ("until_giving_up", np.float64),
        ("giving_up_per_h", np.float64),
        ("until_removal", np.float64),
    ],
    align=True,
)


LEARNER = np.dtype([("recalled_h", np.float64), ("contacts", np.int32)], align=True)


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
    [
        ("first", np.int32),
        ("last", np.int32),
        ("scale", np.float64),
        ("value", np.float64),
        ("weight", np.float64),
    ]
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


EVENT = np.dtype(
    [("at_h", np.float64), ("rank", np.int64), ("stamp", np.int32), ("next", np.int32)]
)


STATUS = np.dtype(
    [
        ("key", np.uint64),
        ("now_h", np.float64),
        ("hubs", np.int64),
        ("groups", np.int64),
        ("journeys", np.int64),
        ("free_journeys", np.int64),
        ("persons", np.int64),
        ("first_on_the_way", np.int64),
        ("measures", np.int64),
        ("bulletins", np.int64),
        ("heap", np.int64),
        ("bucket", np.int64),
        ("buckets_per_h", np.float64),
        ("later", np.int64),
        ("later_rows", np.int64),
        ("free_later", np.int64),
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
        ("something_costs", np.int64),
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
