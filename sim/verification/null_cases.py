"""V34: a policy that changes nothing differs from none by nothing, announced or not.

Every family of orders has a member that changes nothing: no officers, the hours of today, a
closure of what is closed. News of it says nothing new, so nobody thinks again, and what is summed
over time is not even cut at its beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.engine.codes import Action, Mode
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.verification.case import Case, Finding, Trial, for_certain
from sim.verification.full_world import reference_world
from sim.verification.invariance_cases import differences
from sim.world.world import World

GATE, OTHER = "gate", "other"
CLOSED_H = (40.0, 130.0)
AHEAD_H = (0.0, 12.0)


def step(
    action: Action, begins_h: float, ends_h: float | None, ahead_h: float, **terms: Any
) -> Step:
    """A dated decision about the first crossing, announced some hours before."""
    terms = {"crossings": (GATE,), **terms}
    return Step(
        action=action,
        announced=small_worlds.at(begins_h - ahead_h),
        effective=small_worlds.at(begins_h),
        until=None if ends_h is None else small_worlds.at(ends_h),
        source=small_worlds.SOURCE,
        **terms,
    )


def null_steps(where: World, ahead_h: float) -> Iterator[tuple[str, Step]]:
    """Steps that change nothing while the first crossing is closed from 40 to 130 h."""
    from_to = (50.0, 120.0, ahead_h)
    hours = where.network.crossings[0].opening[0].hours
    yield "a closure over another", step(Action.CLOSE, *from_to)
    yield "claims stopped where it is closed", step(Action.NO_ASYLUM, *from_to)
    yield "no officers more", step(Action.ADD_OFFICERS, *from_to, value=0)
    yield "no interpreters more", step(Action.ADD_INTERPRETERS, *from_to, value=0)
    yield "no lanes more", step(Action.ADD_LANES, *from_to, value=0)
    yield (
        "a ban that is never enforced",
        step(Action.BAN_MODE, *from_to, mode=Mode.CAR, value=0.0, crossings=(GATE, OTHER)),
    )
    yield (
        "a ban of what nobody has",
        step(Action.BAN_MODE, *from_to, mode=Mode.RAIL, value=1.0, crossings=(GATE, OTHER)),
    )
    yield (
        "a cap that is never reached",
        step(Action.METER, *from_to, value=1e6, crossings=(GATE, OTHER)),
    )
    yield (
        "a joint cap on arrivals that is never reached",
        step(Action.CAP_ARRIVALS, *from_to, value=1e6, joint=True, crossings=(GATE, OTHER)),
    )
    yield (
        "a joint cap on admission that is never reached",
        step(Action.METER, *from_to, value=1e6, joint=True, crossings=(GATE, OTHER)),
    )
    yield "the hours of today", step(Action.SET_HOURS, *from_to, hours=hours)
    yield (
        "a fence of no length",
        step(
            Action.BUILD_FENCE,
            *(50.0, None, ahead_h),
            value=0.0,
            crossings=(),
            segments=(segment(where),),
        ),
    )
    yield (
        "carriers take everybody",
        step(Action.CARRIER_MEASURES, *from_to, value=1.0, crossings=()),
    )
    yield "checks that let everybody pass", step(Action.RESUME_CHECKS, *from_to, value=1.0)


def segment(where: World) -> str:
    """The first stretch of terrain border."""
    return where.network.segments[0].id


def null_policies(trial: Trial) -> list[Finding]:
    """V34: columns of results that differ, for each family, announced ahead and not."""
    where = reference_world()
    closure = step(Action.CLOSE, *CLOSED_H, 12.0)
    plain = trial.one(where, Schedule(steps=(closure,)))
    findings = []
    for ahead_h in AHEAD_H:
        for what, nothing in null_steps(where, ahead_h):
            other = trial.one(where, Schedule(steps=(closure, nothing)))
            unlike = differences(other, plain, but=())
            findings.append(
                for_certain(f"{what}, announced {ahead_h:g} h ahead", "columns", 0.0, unlike)
            )
    return findings


CASES = (Case("V34", "policies that change nothing", "by definition", null_policies),)
