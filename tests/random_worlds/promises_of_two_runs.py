"""Promises about two runs that must be the same, or differ by what was changed and no more.

The number and name that open each message are those of the list of promises.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from sim.engine.codes import Action, Mode
from sim.model import BorderModel
from sim.policies import Daily, Observation, Once, Order
from sim.verification import small_worlds
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts
from sim.world.parameters import Parameters

# ---- 5, 6


def check_same_bytes(one: BorderModel, other: BorderModel, how: str) -> None:
    """Two runs left the same behind."""
    assert small_worlds.differing(one, other) == [], f"5 same bytes: {how}"


def check_orders_nothing(opened: BorderModel, nothing: BorderModel) -> None:
    """A policy that orders nothing is the same as none."""
    assert small_worlds.differing(opened, nothing) == [], "6 null policy: it makes a difference"


@dataclass(frozen=True)
class AnnouncesNothing:
    """Every noon it announces orders that change nothing, at every crossing.

    Attributes:
        ahead_h: how long before they take effect.
    """

    ahead_h: float

    type: ClassVar[str] = "announces-nothing"
    clock: ClassVar[Once | Daily] = Daily()

    def decide(self, observation: Observation) -> list[Order]:
        when: dict[str, Any] = {
            "announced_h": observation.now_h,
            "effective_h": observation.now_h + self.ahead_h,
        }
        here: dict[str, Any] = {"crossings": observation.crossings, **when}
        return [
            Order(action=Action.ADD_OFFICERS, value=0, **here),
            Order(action=Action.ADD_LANES, value=0, **here),
            Order(action=Action.ADD_INTERPRETERS, value=0, **here),
            Order(action=Action.BAN_MODE, mode=Mode.RAIL, value=1.0, **here),
            Order(action=Action.BAN_MODE, mode=Mode.CAR, value=0.0, **here),
            Order(action=Action.METER, value=1e9, **here),
            Order(action=Action.CARRIER_MEASURES, value=1.0, **when),
        ]


def check_announces_nothing(plain: BorderModel, announced: BorderModel) -> None:
    """Orders that change nothing, announced every day, differ from none by nothing.

    But for when groups would look again, at the edge of a ban of nothing, and find what they knew:
    such a look may stand before the step that they would take next.
    """
    unlike = set(small_worlds.differing(plain, announced))
    looks_again = ("stamp", "heard_h", "next_step", "appraisal_until_h")
    unlike -= {"groups.fresh", *(f"journeys.{name}" for name in looks_again)}
    assert unlike == set(), "6 null policy: news of it matters"


def in_chunks(run: BorderModel, sizes_h: Sequence[float]) -> BorderModel:
    """Run to the end in chunks of these sizes, over and over."""
    end_h = run.clock.duration_h
    for size_h in itertools.cycle(sizes_h):
        run.advance_to(min(run.now_h + size_h, end_h))
        if run.now_h >= end_h:
            return run
    raise AssertionError("no chunks")


# ---- 7

DRAWN = ("cash_eur", "gear", "valid_documents", "origin", "first_hub")
DRAWN_WHOLE = ("people", "traits")


def check_one_more_group(before: BorderModel, after: BorderModel) -> None:
    """One more group changes nobody's draws.

    Who comes at all may depend on others where people follow others, are afraid of failure, or the
    transit side answers; who goes with whom, where groups part. When somebody comes depends on
    others only for those who follow.
    """
    mine, theirs = (
        {int(row["key"]): row for row in small_worlds.groups(run)} for run in (before, after)
    )
    parameters = before.parameters
    alone = (
        parameters.branching == 0.0
        and parameters.failure_weight == 0.0
        and before.transit.response is None
    )
    never_parts = parameters.splitting == 0.0 and parameters.forced_separation == 0.0
    if alone and never_parts:
        assert mine.keys() <= theirs.keys(), "7 common random numbers: somebody did not come"
        assert len(theirs) == len(mine) + 1, "7 common random numbers: somebody else came"
    names = [*DRAWN, *(DRAWN_WHOLE if never_parts else ()), *(("created_h",) if alone else ())]
    for key in mine.keys() & theirs.keys():
        for name in names:
            assert mine[key][name] == theirs[key][name], (
                f"7 common random numbers: {name} of another group has changed"
            )


# ---- 8

MONEY = tuple(name for name in PARAMETER_NAMES if "EUR" in parameter_facts(name)["unit"])
IN_EUROS = ("groups.cash_eur", "groups.spent_eur")


def in_another_currency(parameters: Parameters, factor: float) -> Parameters:
    """All amounts of money as so many times the number."""
    return replace(parameters, **{name: factor * getattr(parameters, name) for name in MONEY})


def check_currency(one: BorderModel, other: BorderModel, factor: float) -> None:
    """Money in another unit changes amounts of money and nothing else; exact for powers of two."""
    mine, theirs = small_worlds.results(one), small_worlds.results(other)
    for name, column in mine.items():
        expected = column * column.dtype.type(factor) if name in IN_EUROS else column
        assert expected.tobytes() == theirs[name].tobytes(), f"8 units: {name} is not the same"


def check_renamed(one: BorderModel, other: BorderModel) -> None:
    """Other names of places, policies and hypotheses, and keys in another order, are no change."""
    assert small_worlds.differing(one, other) == [], "8 labels: names or the order of keys matter"
