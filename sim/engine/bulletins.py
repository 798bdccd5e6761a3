"""S3, official news: truthful, heard after a while.

An announcement is a bulletin. Each group hears a given bulletin after an exponential delay (mean
``news_delay_h``) or never (chance ``1 - news_reach``), and then knows every measure announced up to
that bulletin. At a crossing people see for themselves.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.engine.codes import GroupStage
from sim.engine.events import EventKind, schedule
from sim.engine.signatures import Columns, Hours, Record, Row
from sim.randomness import NEWS_DELAY, NEWS_REACH, exponential, uniform


@njit
def _hearing_time(e: Columns, g: Row, b: Row) -> Hours:
    """When group ``g`` hears bulletin ``b``; infinite if never. Keyed by the bulletin's minute."""
    parameters = e.parameters[0]
    at_h = e.bulletins[b]
    minute = int(np.round(at_h * 60.0)) + (1 << 20)
    key = e.groups[g].key
    if uniform(e.status[0].key, NEWS_REACH, key, minute) >= parameters.news_reach:
        return np.inf
    return at_h + parameters.news_delay_h * exponential(e.status[0].key, NEWS_DELAY, key, minute)


@njit
def spread_bulletin(e: Columns, b: Row, now: Hours) -> None:
    """Let everyone who can still act on bulletin ``b`` hear of it in time."""
    for g in range(e.status[0].groups):
        if _can_still_act(e.groups[g].stage):
            at_h = _hearing_time(e, g, b)
            if not np.isinf(at_h):
                schedule(e, max(now, at_h), EventKind.NEWS_HEARD, g, b)


@njit
def _can_still_act(stage: int) -> bool:
    return (
        stage != GroupStage.DONE
        and stage != GroupStage.BETWEEN_POSTS
        and stage != GroupStage.HIKING
    )


@njit
def know_past_bulletins(e: Columns, g: Row, now: Hours) -> None:
    """What a new group has heard already, and when it will hear the rest."""
    group = e.groups[g]
    for b in range(e.status[0].bulletins):
        if e.bulletins[b] > now:
            continue
        at_h = _hearing_time(e, g, b)
        if at_h <= now:
            group.heard_h = max(group.heard_h, e.bulletins[b])
        elif not np.isinf(at_h):
            schedule(e, at_h, EventKind.NEWS_HEARD, g, b)


@njit
def latest_bulletin(e: Columns, now: Hours) -> Hours:
    """The newest announcement so far: what somebody knows who has heard all news by now, h."""
    latest = -np.inf
    for b in range(e.status[0].bulletins):
        if e.bulletins[b] <= now:
            latest = max(latest, e.bulletins[b])
    return latest


@njit
def hear(e: Columns, g: Row, b: Row) -> bool:
    """Group ``g`` hears bulletin ``b``; says whether that was news."""
    group = e.groups[g]
    if e.bulletins[b] <= group.heard_h:
        return False
    group.heard_h = e.bulletins[b]
    group.fresh = 1
    return True


@njit
def believed_end(measure: Record, heard_h: Hours) -> Hours:
    """When a measure ends as far as somebody knows who has heard news up to ``heard_h``."""
    return measure.ends_h if measure.revised_h <= heard_h else measure.first_ends_h
