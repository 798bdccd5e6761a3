"""V18: rumours in a town where all meet all, against their mean-field limits."""

from __future__ import annotations

import math

import numpy as np

from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.case import Case, Finding, Trial, by_chance, for_certain
from sim.world.world import World

GROUPS = 10_000
TALKS_PER_H = 0.1
KNOW_AT_FIRST = 0.05
FEW = 0.005


def talking_world(*, stifling: float, days: float) -> World:
    """Groups that stay in a town and talk, 0.1 times an hour each."""
    return small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.crowd(GROUPS),
        days=days,
        station_constant=small_worlds.NEVER,
        peer_rate_per_h=TALKS_PER_H,
        stifling=stifling,
    )


def spread(run: BorderModel, share: float) -> BorderModel:
    """Let a share of the groups know something and spread it."""
    run.advance_to(0.0)
    informed = run.engine.beliefs[: int(share * GROUPS)]
    informed["news_h"] = 0.0
    informed["passes_on"] = 1
    return run


def informed_share(run: BorderModel) -> float:
    """Share of groups that have heard."""
    return float(np.isfinite(run.engine.beliefs[:GROUPS]["news_h"]).mean())


def logistic_growth(hour: float) -> float:
    """i(t) = 1 / (1 + (1 / i0 - 1) exp(-beta t))."""
    return 1.0 / (1.0 + (1.0 / KNOW_AT_FIRST - 1.0) * math.exp(-TALKS_PER_H * hour))


def ignorant_at_last(start: float) -> float:
    """Daley and Kendall 1965: the root x below one half of ln(x / x0) = 2 (x - x0) - y0.

    With y0 = ``start`` spreaders and x0 = 1 - y0; 0.203188 as y0 tends to 0.
    """
    low, high = 1e-6, 0.5
    for _ in range(60):
        x = 0.5 * (low + high)
        below = math.log(x / (1.0 - start)) - 2.0 * (x - (1.0 - start)) + start < 0.0
        low, high = (x, high) if below else (low, x)
    return low


def rumours(trial: Trial) -> list[Finding]:
    """V18: a rumour that all go on spreading, and one that those who spread known news give up."""
    hours = (10.0, 30.0, 60.0)
    heard: dict[float, list[float]] = {hour: [] for hour in hours}
    for run in trial.models(talking_world(stifling=0.0, days=3.0)):
        spread(run, KNOW_AT_FIRST)
        for hour in hours:
            run.advance_to(hour)
            heard[hour].append(informed_share(run))
    ignorant, spreading = [], 0
    for run in trial.models(talking_world(stifling=1.0, days=60.0)):
        trial.run(spread(run, FEW))
        ignorant.append(1.0 - informed_share(run))
        spreading += int(run.engine.beliefs[:GROUPS]["passes_on"].sum())
    return [
        *(
            by_chance(f"informed after {hour:g} h", "1", logistic_growth(hour), found)
            for hour, found in heard.items()
        ),
        by_chance("ignorant at last, where stifled", "1", ignorant_at_last(FEW), ignorant),
        for_certain("groups that still spread the news", "groups", 0.0, spreading),
    ]


CASES = (Case("V18", "rumours", "SI logistic; Daley and Kendall 1965", rumours),)
