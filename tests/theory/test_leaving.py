"""S6 against theory: giving up is Gompertz until the money is gone, removal exponential."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.codes import GroupStage, PersonState, QueueRule
from sim.model import BorderModel
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Closure
from sim.verification import small_worlds

CROWD = 4000
DAYS = 400


def waiting_crowd(**parameters: float) -> BorderModel:
    """People who stay in town: no way out has any worth to them."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.crowd(CROWD),
        days=DAYS,
        station_constant=small_worlds.NEVER,
        **parameters,  # type: ignore[arg-type]
    )
    return small_worlds.model(where).run()


def ended_h(run: BorderModel, state: PersonState) -> NDArray[np.float64]:
    """Days on which people ended in a state, one for each person, by the day's number."""
    by_day = run.engine.entries[:, :, state].sum(axis=1)
    return np.repeat(np.arange(len(by_day)), by_day).astype(float)


def gompertz_cdf(
    days: NDArray[np.float64],
    rate: float,
    growth: float,
    grows_d: float,
) -> NDArray[np.float64]:
    """Chance of having given up by so many days."""
    growing = np.minimum(days, grows_d)
    integral = rate / growth * np.expm1(growth * growing)
    integral += np.maximum(0.0, days - grows_d) * rate * np.exp(growth * grows_d)
    return 1.0 - np.exp(-integral)


def test_the_time_of_giving_up_is_gompertz_until_the_money_is_gone() -> None:
    rate, omega, cash, burn = 0.02, 2.0, 1500.0, 50.0
    run = waiting_crowd(
        give_up_rate_per_d=rate,
        give_up_cash=omega,
        cash_median_eur=cash,
        cash_sigma=0.0,
        daily_burn_eur=burn,
    )
    days = ended_h(run, PersonState.RETURNED)
    lasts_d = cash / burn
    assert len(days) > CROWD - 5
    # A day's number means the day's end: compare shares at the ends of days.
    edges = np.arange(1.0, 61.0)
    found = np.array([(days < edge).mean() for edge in edges])
    exact = gompertz_cdf(edges, rate, omega / lasts_d, lasts_d)
    assert np.abs(found - exact).max() < 1.63 / np.sqrt(CROWD)  # Kolmogorov, 1 %


def test_without_growth_giving_up_is_exponential() -> None:
    run = waiting_crowd(give_up_rate_per_d=0.1, give_up_cash=0.0)
    days = ended_h(run, PersonState.RETURNED)
    edges = np.arange(1.0, 40.0)
    found = np.array([(days < edge).mean() for edge in edges])
    assert np.abs(found - (1.0 - np.exp(-0.1 * edges))).max() < 1.63 / np.sqrt(CROWD)


def test_the_less_money_the_sooner_people_give_up() -> None:
    means = [
        ended_h(
            waiting_crowd(
                give_up_rate_per_d=0.02, give_up_cash=2.0, cash_median_eur=cash, cash_sigma=0.0
            ),
            PersonState.RETURNED,
        ).mean()
        for cash in (300.0, 3000.0)
    ]
    assert means[0] < means[1]


def test_only_people_without_valid_papers_are_removed() -> None:
    run = waiting_crowd(removal_rate_per_d=0.5, valid_document_share=0.7)
    groups = small_worlds.groups(run)
    gone = groups["stage"] == GroupStage.DONE
    assert np.array_equal(gone, groups["valid_documents"] == 0)
    removed = run.engine.occupancy[:, PersonState.REMOVED_BY_TRANSIT].sum()
    assert removed == pytest.approx(0.3 * CROWD, abs=4 * np.sqrt(0.21 * CROWD))
    days = ended_h(run, PersonState.REMOVED_BY_TRANSIT)
    edges = np.arange(1.0, 12.0)
    found = np.array([(days < edge).mean() for edge in edges])
    assert np.abs(found - (1.0 - np.exp(-0.5 * edges))).max() < 1.63 / np.sqrt(len(days))


def test_off_is_off() -> None:
    run = waiting_crowd()
    assert (
        run.engine.occupancy[:, [PersonState.RETURNED, PersonState.REMOVED_BY_TRANSIT]].sum() == 0
    )


def test_both_are_among_the_rights_and_count_as_without_access() -> None:
    run = waiting_crowd(give_up_rate_per_d=0.05, removal_rate_per_d=0.05, valid_document_share=0.5)
    record = RunRecord(run.world, run.parameters, run.engine)
    values = {name: each.compute(record) for name, each in INDICATORS.items()}
    assert values["R9_returned"] + values["R9_removed"] > 0.9 * CROWD
    assert values["R4_without_access"] == CROWD


def test_people_held_in_the_queue_may_give_up_too() -> None:
    closure = Closure(crossings=("gate",), at=small_worlds.at(3.0), queue=QueueRule.HOLD)
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(lanes=1), hours=[4.0]),
        small_worlds.given([0.0, 0.5, 1.0], size=5),
        days=60,
        news_reach=0.0,
        give_up_rate_per_d=0.5,
    )
    run = small_worlds.model(where, closure, audit=True).run()
    assert small_worlds.people_at(run, "gate", PersonState.EXIT_QUEUE) == 0
    assert run.engine.occupancy[:, PersonState.RETURNED].sum() == 15
