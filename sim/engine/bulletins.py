"""S3, official news: truthful, heard after a while.

An announcement is a bulletin. Each group hears a given bulletin after an exponential delay (mean
``news_delay_h``) or never (chance ``1 - news_reach``), and then knows every measure announced up to
that bulletin. At a crossing people see for themselves.

A bulletin that leaves what people can expect as it was is no news: it is not spread, and nobody
thinks again for it.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import REVISION, Action, GroupStage, Mode
from sim.engine.events import EventKind, schedule
from sim.engine.filters import concerns
from sim.engine.journey_rows import NOBODYS
from sim.engine.known_measures import believed_end, is_believed_in_force
from sim.engine.signatures import Columns, Hours, Row
from sim.engine.terrain_utility import (
    is_about_guard,
    known_fenced_share,
    stretch_looks_other,
)
from sim.randomness import NEWS_DELAY, NEWS_REACH, exponential, happens


@njit
def _hearing_time(e: Columns, g: Row, b: Row) -> Hours:
    """When group ``g`` hears bulletin ``b``; infinite if never. Keyed by the bulletin's minute."""
    parameters = e.parameters[0]
    at_h = e.bulletins[b]
    minute = int(np.rint(at_h * 60.0)) + (1 << 20)
    key = e.groups[g].key
    if not happens(parameters.news_reach, e.status[0].key, NEWS_REACH, key, minute):
        return np.inf
    return at_h + parameters.news_delay_h * exponential(e.status[0].key, NEWS_DELAY, key, minute)


@njit
def spread_bulletin(e: Columns, b: Row, now: Hours) -> None:
    """Let everyone who can still act on bulletin ``b`` hear of it in time, if it is news."""
    if not _is_news(e, b, now):
        e.bulletins[b] = np.inf
        return
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
    journey = e.journeys[e.groups[g].journey]
    for b in range(e.status[0].bulletins):
        if e.bulletins[b] > now:
            continue
        at_h = _hearing_time(e, g, b)
        if at_h <= now:
            journey.heard_h = max(journey.heard_h, e.bulletins[b])
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
    journey = e.journeys[group.journey]
    if group.journey == NOBODYS or e.bulletins[b] <= journey.heard_h:
        return False
    journey.heard_h = e.bulletins[b]
    group.fresh = 1
    return True


@njit
def _is_news(e: Columns, b: Row, now: Hours) -> bool:
    """Whether bulletin ``b`` changes what anybody can expect from now on.

    New opening hours are made public only where they differ.
    """
    heard_h, before_h = e.bulletins[b], -np.inf
    for other in range(e.status[0].bulletins):
        if e.bulletins[other] < heard_h:
            before_h = max(before_h, e.bulletins[other])
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if not before_h < measure.announced_h <= heard_h:
            continue
        if measure.kind == Action.SET_HOURS:
            return True
        if measure.kind == Action.BUILD_FENCE and known_fenced_share(
            e, measure.destination, before_h
        ) != known_fenced_share(e, measure.destination, heard_h):
            return True
        subject = e.measures[measure.destination] if measure.kind == REVISION else measure
        if is_about_guard(subject) and stretch_looks_other(
            e, subject.destination, before_h, heard_h, now
        ):
            return True
        if subject.kind <= Action.BAN_MODE and _expectations_differ(
            e, subject.destination, before_h, heard_h, now
        ):
            return True
    return False


@njit
def _expectations_differ(e: Columns, d: Row, before_h: Hours, heard_h: Hours, now: Hours) -> bool:
    """Whether those who heard more expect something else of destination ``d``, now or later.

    What is expected is constant between the edges of measures, so it is compared at these.
    """
    for kind in range(e.status[0].kinds):
        if _expectation(e, d, kind, before_h, now) != _expectation(e, d, kind, heard_h, now):
            return True
        for m in range(e.status[0].measures):
            measure = e.measures[m]
            if measure.destination != d or measure.kind > Action.BAN_MODE:
                continue
            for edge_h in (
                measure.begins_h,
                believed_end(e, measure, before_h),
                believed_end(e, measure, heard_h),
            ):
                if now < edge_h < np.inf and _expectation(
                    e, d, kind, before_h, edge_h
                ) != _expectation(e, d, kind, heard_h, edge_h):
                    return True
    return False


@njit
def _expectation(
    e: Columns, d: Row, kind: int, heard_h: Hours, at_h: Hours
) -> tuple[bool, bool, float, float, float]:
    """What people of a kind expect of destination ``d`` at a time.

    Whether it is closed, whether claims are assured, and how strictly each mode is banned.
    """
    closed, assured = False, False
    foot, bicycle, car = 0.0, 0.0, 0.0
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if measure.destination != d or measure.kind > Action.BAN_MODE:
            continue
        if not concerns(measure, kind) or not is_believed_in_force(e, measure, heard_h, at_h):
            continue
        if measure.kind == Action.ACCEPT_ASYLUM:
            assured = True
        elif measure.kind != Action.BAN_MODE:
            closed = True
        elif measure.mode == Mode.FOOT:
            foot = max(foot, measure.value)
        elif measure.mode == Mode.BICYCLE:
            bicycle = max(bicycle, measure.value)
        elif measure.mode == Mode.CAR:
            car = max(car, measure.value)
    if closed:
        return True, False, 0.0, 0.0, 0.0
    return False, assured, foot, bicycle, car
