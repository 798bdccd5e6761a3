"""One lively run whose results are the same everywhere; prints its digests.

Run as ``python -m tests.promises.reference_run [HOURS]``: HOURS is the length of the chunks in
which the run is advanced, 0 for the whole at once.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from sim.clock import Opening
from sim.model import BorderModel
from sim.policies import Queue
from sim.policies.triggered import Threshold
from sim.world.network import Distribution, Neighbour, Segment
from sim.world.world import World
from tests import worlds

# Libraries of mathematics may differ in the last digits; a millionth of an hour is far above that.
DECIMALS = 6


def reference_world() -> World:
    """Every submodel at work: news, choice, roads, queues, closures, terrain, a stock."""
    gates = [
        worlds.crossing(
            name,
            lanes=1,
            admission=worlds.service(0.1, Distribution.GAMMA, 0.7),
            servers=3,
            registration=worlds.service(1.0, Distribution.LOGNORMAL, 0.6),
            opening=(Opening(hours="08:00-20:00"),),
            suspension=(12, 5),
            known=known,
        )
        for name, known in (("gate", 1.0), ("other", 0.4))
    ]
    forest = Segment(
        id="forest",
        name="Forest",
        lat=60.0,
        lon=28.0,
        hub=worlds.TOWN,
        crossing="gate",
        length_km=10.0,
        detection=0.5,
        source=worlds.SOURCE,
    )
    abroad = Neighbour(
        id="abroad", name="Abroad", country="XX", lat=60.0, lon=28.0, source=worlds.SOURCE
    )
    demand = replace(worlds.poisson(3.0), group_size=None, stocks=worlds.crowd(60, at_h=5.0).stocks)
    return worlds.world(
        worlds.star(*gates, hours=[1.0, 4.0, 9.0], neighbours=[abroad], segments=[forest]),
        demand,
        days=21,
        frailty_shape=3.0,
        branching=0.2,
        kernel_mean_d=2.0,
        failure_weight=0.5,
        give_up_rate_per_d=0.05,
        removal_rate_per_d=0.2,
        station_constant=-1.5,
        green_constant=-1.0,
        green_price_eur=100.0,
        other_country_constant=-2.0,
        settle_constant=-4.0,
        review_rate_per_h=1.0 / 6.0,
        news_delay_h=8.0,
        news_reach=0.95,
        rush_horizon_h=72.0,
        staging_h=1.5,
        valid_document_share=0.8,
    )


REFERENCE_POLICY = Threshold(
    crossings=("gate",),
    above=20.0,
    below=8.0,
    at_least_d=2.0,
    announced_before_h=18.0,
    queue=Queue.TURN_BACK,
)


def reference_model(*, number: int = 0) -> BorderModel:
    """The reference run before its first hour."""
    return worlds.model(reference_world(), REFERENCE_POLICY, number=number)


def advance_in_chunks(run: BorderModel, hours: float) -> BorderModel:
    """To the end, stopping every so many hours; 0 for not at all."""
    while hours > 0.0 and run.now_h + hours < run.clock.duration_h:
        run.advance_to(run.now_h + hours)
    return run.run()


def digests(run: BorderModel) -> dict[str, str | int]:
    """The results, to the last bit and to six decimals, and some counts for orientation."""
    return {
        "exact": worlds.digest(run),
        "rounded": worlds.digest(run, decimals=DECIMALS),
        "persons": int(run.engine.status["persons"][0]),
        "events": int(run.engine.status["events"][0]),
        "orders": len(run.actor.orders),
    }


def main() -> None:
    """Print the digests as JSON."""
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    found = digests(advance_in_chunks(reference_model(), hours))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
