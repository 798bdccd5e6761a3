"""Whom an order concerns, as columns of its measures, and which of these share a daily cap.

An order that names origins becomes a row for each of them. Rows of a cap share it where it is
joint, or where several are about the same crossing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TypeAlias

from sim.engine.codes import NOBODY, Action
from sim.engine.filters import combinations
from sim.policies import Order
from sim.policies.orders import CAPS, FILTERABLE

MeasureRow: TypeAlias = dict[str, float]
"""Values of a new row of the measures, by column; others keep their defaults."""


def filtered_rows(
    order: Order, rows: list[MeasureRow], origins: Mapping[str, int], first: int
) -> list[MeasureRow]:
    """The rows of an order for those people alone whom it concerns.

    Args:
        order: the order.
        rows: one row for each crossing.
        origins: numbers of origins by id.
        first: the number that the first row will have among the measures.

    Raises:
        ValueError: if it names an origin that there is not.
    """
    if order.action not in FILTERABLE:
        return rows
    concerned = combinations(
        sum(order.classes), all_of_them=order.every_class, documents=order.documents
    )
    filtered = [
        {**row, "concerned": concerned, "origin": origin}
        for row in rows
        for origin in _origins(order, origins)
    ]
    return _sharing(order, filtered, first) if order.action in CAPS else filtered


def _origins(order: Order, numbers: Mapping[str, int]) -> Iterator[int]:
    """Numbers of the origins that an order names; NOBODY stands for all."""
    if not order.origins:
        yield NOBODY
    for name in order.origins:
        if name not in numbers:
            raise ValueError(
                f"an order is about {name!r}; the origins are {', '.join(numbers) or 'none'}"
            )
        yield numbers[name]


def _sharing(order: Order, rows: list[MeasureRow], first: int) -> list[MeasureRow]:
    """Note which rows share one cap; heated places come once to a crossing."""
    shared: list[MeasureRow] = []
    joint = order.joint and len(rows) > 1
    for _, group in groupby(rows, key=lambda row: None if joint else row["destination"]):
        leader = first + len(shared)
        same = list(group)
        pool = leader if len(same) > 1 else NOBODY
        shared += [{**row, "pool": pool} for row in same]
    return _heated_once(shared) if order.action is Action.METER else shared


def _heated_once(rows: list[MeasureRow]) -> list[MeasureRow]:
    seen: set[float] = set()
    once = []
    for row in rows:
        places = 0 if row["destination"] in seen else row["warm_places"]
        once.append({**row, "warm_places": places})
        seen.add(row["destination"])
    return once
