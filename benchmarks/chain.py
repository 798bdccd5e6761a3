"""Half a million people over 170 days and six borders: time and memory of one run, on one core.

``python -m benchmarks.chain [PEOPLE]`` prints a line of JSON; it should take under 30 s and 1.5 GB.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from benchmarks.plain_outcome import peak_mb
from benchmarks.processes import python
from sim.outcomes.by_state import indicators_by_state
from sim.outcomes.indicators import compute_indicators
from sim.outcomes.run_record import RunRecord
from sim.verification import small_worlds
from sim.verification.small_worlds import LOGNORMAL, SOURCE, road, service
from sim.world.network import Crossing, Hub, Network, Onward, ReceivingState, Road
from sim.world.world import World

BORDERS, DAYS, PEOPLE = 6, 170, 500_000
# Invented; desks for about the stream that there is, so that queues form and vanish.
LEARNING: dict[str, Any] = {
    "station_constant": 0.0,
    "review_rate_per_h": 0.2,
    "success_value_eur": 2000.0,
    "peer_rate_per_h": 0.02,
    "experience_weight": 1.0,
    "news_delay_h": 12.0,
}


def _town(k: int) -> str:
    return small_worlds.TOWN if k == 0 else f"town-{k}"


def _crossing(k: int, half: str) -> Crossing:
    onward = Onward(
        hub=_town(k + 1), km=200.0, hours=4.0, share=0.97, waved_through=0.9, source=SOURCE
    )
    station = small_worlds.crossing(
        f"crossing-{k}{half}",
        lanes=40,
        admission=service(2.0 / 60.0, LOGNORMAL),
        servers=60,
        registration=service(0.5, LOGNORMAL),
    )
    last = k == BORDERS - 1
    return replace(station, state=f"state-{k}", onward=None if last else onward)


def route(people: float) -> World:
    """Six borders in a row, with two crossings each."""
    hubs: list[Hub] = [small_worlds.hub(_town(k)) for k in range(BORDERS)]
    crossings = [_crossing(k, half) for k in range(BORDERS) for half in "ab"]
    roads: list[Road] = [
        road(_town(k // 2), crossing.id, 1.0, 60.0) for k, crossing in enumerate(crossings)
    ]
    states = (
        ReceivingState(id=f"state-{k}", name=f"State {k}", source=SOURCE) for k in range(BORDERS)
    )
    network = Network(
        hubs=tuple(hubs), crossings=tuple(crossings), roads=tuple(roads), states=tuple(states)
    )
    by_the_hour = small_worlds.poisson(people / (24.0 * DAYS))
    demand = replace(by_the_hour, group_size=None)
    return small_worlds.world(network, demand, days=DAYS, **LEARNING)


def rows() -> Iterator[dict[str, Any]]:
    """One run in a process of its own."""
    yield json.loads(python("-m", "benchmarks.chain").output)


def main() -> None:
    """Run once and print what it took."""
    people = float(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    where = route(people)
    small_worlds.model(route(100.0)).run()  # loads or makes machine code
    run = small_worlds.model(where)
    began = time.process_time()
    run.run()
    ran_s = time.process_time() - began
    record = RunRecord(where, run.parameters, run.engine)
    compute_indicators(record)
    for _ in indicators_by_state(record):
        pass
    status = run.engine.status[0]
    row = {
        "people": int(status["persons"]),
        "visits": int(status["visits"]),
        "events": int(status["events"]),
        "cpu_s": ran_s,
        "with_indicators_s": time.process_time() - began,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(row))


if __name__ == "__main__":
    main()
