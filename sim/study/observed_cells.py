"""Observed counts as the model can be compared with them: days, places and series by number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from math import nan
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.series import SERIES
from sim.outcomes.total import TOTAL
from sim.scenario.counted_periods import period_of, without_overlaps
from sim.scenario.observed_series import CountedPlaces, modelled_as, places_of
from sim.scenario.records import Observation
from sim.scenario.scenario import Scenario
from sim.study.replication import Replication

Known: TypeAlias = Mapping[tuple[str, str], Collection[tuple[date, date]]]  # by place and series


class Cell(NamedTuple):
    """An observed count.

    Attributes:
        series: what was counted.
        modelled: number of the model's series.
        first: number of its first day; of its last for a stock.
        last: number of its last day.
        places: numbers of its places; none for the whole border.
        crossings: which of these are crossings, as numbers among crossings.
        people: the count; nan where only bounds of it are known.
        place: id of what was counted.
        low: least that is known of it.
        high: most that is known of it.
    """

    series: str
    modelled: int
    first: int
    last: int
    places: tuple[int, ...]
    crossings: tuple[int, ...]
    people: float
    place: str = ""
    low: float = nan
    high: float = nan

    @property
    def what(self) -> tuple[str, tuple[int, ...]]:
        """What was counted where."""
        return self.series, self.places

    @property
    def days(self) -> int:
        """How many days it is of."""
        return self.last - self.first + 1

    def is_open(self, open_days: Collection[tuple[int, int]]) -> bool:
        """Whether one of its crossings was open on one of its days, of (day, crossing)."""
        days = range(self.first, self.last + 1)
        return any((day, each) in open_days for day in days for each in self.crossings)


def observed_cells(scenario: Scenario, *, bounds: bool = False) -> list[Cell]:
    """Counts that the model can be compared with, in the order of the file.

    Of everybody, since counts by origin would count people twice; within the period, of what the
    model has a series for; of periods that overlap the usual ones; no area whose count follows from
    others.

    Args:
        scenario: the scenario with its counts.
        bounds: with those of which only a least or a most is known.
    """
    places = places_of(scenario)
    compared = _compared(scenario, places, bounds=bounds)
    known = {key: {period_of(each) for each in some} for key, some in compared.items()}
    chosen = [each for some in compared.values() for each in without_overlaps(some)]
    independent = [each for each in chosen if not _follows(each, places, known)]
    return [
        _cell(scenario, places, each) for each in sorted(independent, key=lambda each: each.line)
    ]


def _compared(
    scenario: Scenario, places: CountedPlaces, *, bounds: bool
) -> dict[tuple[str, str], list[Observation]]:
    """Counts of everybody, within the period, that the model has a series for; by what they are."""
    found: defaultdict[tuple[str, str], list[Observation]] = defaultdict(list)
    first, last = scenario.world.clock.days[0], scenario.world.clock.days[-1]
    for each in scenario.observed:
        is_modelled = modelled_as(each.series, places.kinds[each.place]) is not None
        within = first <= each.period_start and each.period_end <= last
        is_wanted = is_modelled and within and not each.origin
        if is_wanted and _says_something(each, bounds=bounds):
            found[each.place, each.series].append(each)
    return found


def _says_something(each: Observation, *, bounds: bool) -> bool:
    """Whether it has a count; or, where that is enough, a bound."""
    is_bounded = each.high is not None or (each.low is not None and each.low > 0.0)
    return each.count is not None or (bounds and is_bounded)


def _follows(each: Observation, places: CountedPlaces, known: Known) -> bool:
    """Whether the count of an area says nothing that others do not: all within, or all without."""
    if places.kinds[each.place] != "area":
        return False
    inside = set(places.groups[each.place]) & set(places.usable)
    outside = set(places.usable) - inside
    series, period = each.series, period_of(each)
    counted = {name for name in places.usable if period in known.get((name, series), ())}
    has_total = period in known.get((TOTAL, series), ())
    return inside <= counted or (has_total and outside <= counted)


def _cell(scenario: Scenario, places: CountedPlaces, each: Observation) -> Cell:
    network, first = scenario.world.network, scenario.world.clock.days[0]
    number = {place.id: k for k, place in enumerate(network.places)}
    members = places.members(each.place)
    name = modelled_as(each.series, places.kinds[each.place])
    return Cell(
        series=each.series,
        modelled=[series.name for series in SERIES].index(str(name)),
        first=(each.period_start - first).days,
        last=(each.period_end - first).days,
        places=tuple(number[place] for place in members),
        crossings=tuple(_crossing_numbers(network.crossing_number, members)),
        people=_known(each.count),
        place=each.place,
        low=_known(each.low),
        high=_known(each.high),
    )


def _known(people: float | None) -> float:
    return nan if people is None else float(people)


def _crossing_numbers(numbers: Mapping[str, int], members: Sequence[str]) -> Iterator[int]:
    return (numbers[name] for name in members if name in numbers)


def simulated_cells(
    scenario: Scenario, run: Replication, cells: Sequence[Cell]
) -> NDArray[np.float64]:
    """What a run has in the place of observed counts, shape (cells,)."""
    days, places = len(scenario.world.clock.days), len(scenario.world.network.places)
    rows = run.rows["daily"]
    daily = {}
    for series in {cell.modelled for cell in cells}:
        mine = rows["series"] == series
        daily[series] = np.zeros((days, places))
        daily[series][rows["date"][mine], rows["crossing"][mine]] = rows["value"][mine]
    return np.array([people_of(daily[cell.modelled], cell) for cell in cells])


def people_of(daily: NDArray[np.float64], cell: Cell) -> float:
    """People of a series, shape (days, places), over the days and places of a count."""
    span = daily[cell.first : cell.last + 1]
    return float(span[:, list(cell.places)].sum() if cell.places else span.sum())
