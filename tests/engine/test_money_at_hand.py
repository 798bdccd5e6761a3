"""How much money people have is drawn where anything costs any, and only there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.codes import Mode
from sim.verification import small_worlds

FREE: dict[str, float] = {
    "transport_eur_per_km": 0.0,
    "daily_burn_eur": 0.0,
    "bicycle_eur": 0.0,
    "vehicle_eur": 0.0,
    "green_price_eur": 0.0,
}
MEDIAN_EUR = 1000.0


def money(
    prices: dict[str, float], modes: tuple[Mode, ...] = tuple(Mode), *, forest: bool = True
) -> Any:
    """What eight people have who just came to a town."""
    segments = [small_worlds.forest()] if forest else []
    parameters: dict[str, Any] = {**FREE, **prices}
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(modes=modes), segments=segments),
        small_worlds.crowd(8),
        days=1,
        cash_median_eur=MEDIAN_EUR,
        cash_sigma=0.6,
        **parameters,
    )
    run = small_worlds.model(where)
    run.advance_to(0.0)
    return small_worlds.groups(run)["cash_eur"]


def test_where_nothing_costs_money_all_have_the_median() -> None:
    assert money({}).tolist() == [MEDIAN_EUR] * 8


@pytest.mark.parametrize("price", FREE)
def test_whatever_costs_some_makes_it_matter(price: str) -> None:
    """The same people have the same money, whichever it is."""
    found = money({price: 1.0})
    assert len(np.unique(found)) == 8
    assert found.tolist() == money(dict.fromkeys(FREE, 1.0)).tolist()


def test_a_price_that_nobody_can_come_to_pay_does_not() -> None:
    """Of modes that no crossing has, and of a way where there is no terrain border."""
    prices = {"bicycle_eur": 1.0, "vehicle_eur": 1.0, "green_price_eur": 1.0}
    assert money(prices, (Mode.FOOT,), forest=False).tolist() == [MEDIAN_EUR] * 8
