"""Demand over time: what steps, shares and tables come to, and in which people it ends up."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clock import Clock
from sim.model import BorderModel
from sim.model.blueprint import Blueprint
from sim.model.demand_streams import demand_streams, drift_of_days, mean_group_size
from sim.model.initialisation import build_engine
from sim.policies.timed import Open
from sim.verification import small_worlds
from sim.verification.reference_statistics import interval_of_mean
from sim.world.demand_over_time import DemandPeriod
from sim.world.origins import (
    Demand,
    DemandStep,
    DemandTable,
    Origin,
    PersonsRange,
    ShareStep,
    Stock,
)
from sim.world.world import World

FIRST = date(2023, 1, 1)
SOURCE = small_worlds.SOURCE
NETWORK = small_worlds.star(small_worlds.crossing())
TABLE = DemandTable(file="demand.csv", source=SOURCE)


def origin(name: str, share: float | None = None) -> Origin:
    gateways = {small_worlds.TOWN: 1.0}
    return Origin(id=name, name=name.title(), share=share, gateways=gateways, source=SOURCE)


def period(
    name: str, first: int, last: int, persons: float, gateway: str = "", line: int = 1
) -> DemandPeriod:
    """A row of a table, days counted from the first of the scenario."""
    begins, ends = (FIRST + timedelta(days=day) for day in (first, last))
    return DemandPeriod(
        origin=name, gateway=gateway, first=begins, last=ends, persons=persons, line=line
    )


def counted(
    *periods: DemandPeriod,
    origins: tuple[Origin, ...] = (origin("a", 1.0), origin("b", 3.0)),
    table: DemandTable = TABLE,
    days: float = 28.0,
    shares: tuple[ShareStep, ...] = (),
    group_size: int | None = None,
    **parameters: Any,
) -> World:
    """A world of one town and one crossing whose demand is a table of these rows."""
    demand = Demand(table=table, origins=origins, shares=shares, group_size=group_size)
    where = small_worlds.world(NETWORK, demand, days=days, **parameters)
    return replace(where, demand_periods=periods)


def expected_people(where: World, daily: float = 1.0) -> dict[int, float]:
    """People of each origin that the engine's streams bring on average."""
    days = np.full(len(where.clock.days), daily)
    streams, rates, _ = demand_streams(where, where.parameters, (), days, 1.0)
    size = mean_group_size(where, where.parameters)
    people: dict[int, float] = defaultdict(float)
    for stream in streams:
        for rate in rates[stream["first_rate"] : stream["last_rate"]]:
            hours = rate["ends_h"] - rate["begins_h"]
            people[int(stream["origin"])] += float(rate["per_h"] * hours) * size
    return people


def people_by_origin(run: BorderModel) -> dict[int, int]:
    """People who appeared, by origin."""
    rows = small_worlds.groups(run)
    return {k: int(rows["people"][rows["origin"] == k].sum()) for k in np.unique(rows["origin"])}


class TestTotals:
    """What a table counts is what comes, on average or just so."""

    @given(
        weeks=st.lists(st.integers(0, 5000), min_size=1, max_size=4),
        months=st.floats(0.0, 1e5),
        everybody=st.floats(0.0, 1e5),
    )
    def test_expected_people_are_those_of_the_table(
        self, weeks: list[int], months: float, everybody: float
    ) -> None:
        rows = [period("a", 7 * k, 7 * k + 6, many) for k, many in enumerate(weeks)]
        rows.append(period("b", 0, 27, months))
        people = expected_people(counted(*rows))
        assert people.get(0, 0.0) == pytest.approx(sum(weeks), rel=1e-12)
        assert people.get(1, 0.0) == pytest.approx(months, rel=1e-12)
        together = expected_people(counted(period("", 0, 27, everybody)))
        assert math.fsum(together.values()) == pytest.approx(everybody, rel=1e-12)

    def test_the_day_on_which_clocks_change_has_its_hours(self) -> None:
        """A day of 25 hours has as many people as were counted on it, at a lower rate."""
        clock = Clock(
            datetime(2023, 10, 28, tzinfo=UTC) - timedelta(hours=3),
            datetime(2023, 10, 30, tzinfo=UTC),
            "Europe/Helsinki",
        )
        row = DemandPeriod(
            origin="a",
            gateway="",
            first=date(2023, 10, 29),
            last=date(2023, 10, 29),
            persons=50.0,
            line=1,
        )
        where = replace(counted(row), clock=clock)
        (inflow,) = where.inflows
        assert inflow.ends_h - inflow.begins_h == 25.0
        assert sum(expected_people(where).values()) == pytest.approx(50.0, rel=1e-12)

    def test_of_a_row_across_an_end_the_part_within_comes(self) -> None:
        where = counted(period("a", -7, 6, 140.0), period("a", 21, 34, 70.0))
        assert expected_people(where)[0] == pytest.approx(70.0 + 35.0)

    def test_simulated_people_are_as_many_on_average(self) -> None:
        rows = (period("a", 0, 6, 300.0), period("b", 3, 12, 90.0))
        runs = [
            people_by_origin(small_worlds.model(counted(*rows), number=k).run()) for k in range(30)
        ]
        for number, expected in ((0, 300.0), (1, 90.0)):
            assert expected in interval_of_mean([float(run.get(number, 0)) for run in runs])

    def test_exact_counts_come_whatever_is_drawn(self) -> None:
        """Each period has its people, by the hour of their appearance, in every run."""
        table = replace(TABLE, exact=True)
        rows = (period("a", 0, 6, 131), period("a", 7, 13, 0), period("b", 0, 1, 17))
        where = counted(*rows, table=table, demand_factor=3.0, frailty_shape=1.0)
        for number in range(3):
            run = small_worlds.model(where, number=number, audit=True).run()
            groups = small_worlds.groups(run)
            a, b = (groups[groups["origin"] == k] for k in range(2))
            assert a["people"].sum() == 131
            assert a["created_h"].max() < 7 * 24.0
            assert b["people"].sum() == 17
            assert b["created_h"].max() < 2 * 24.0

    def test_exact_counts_of_all_origins_are_divided_by_their_shares(self) -> None:
        row = period("", 0, 9, 20_000)
        where = counted(row, table=replace(TABLE, exact=True), group_size=1)
        people = people_by_origin(small_worlds.model(where).run())
        assert sum(people.values()) == 20_000
        assert people[1] / 20_000 == pytest.approx(0.75, abs=4 * math.sqrt(0.75 * 0.25 / 20_000))


class TestDispersion:
    """A table has the frailty of the model, or its own."""

    def daily(self, where: World) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Rates of the first stream, day by day."""
        engine = build_engine(Blueprint(where), where.parameters, 7)
        return np.asarray(engine.rates["per_h"])

    def test_its_own_shape_comes_before_the_parameter(self) -> None:
        row = period("a", 0, 27, 280.0)
        model, own = counted(row, frailty_shape=2.0), replace(TABLE, frailty_shape=2.0)
        assert len(set(self.daily(model))) == 28
        assert np.array_equal(self.daily(model), self.daily(counted(row, table=own)))
        poisson = replace(TABLE, frailty_shape=0.0)
        assert len(self.daily(counted(row, table=poisson, frailty_shape=2.0))) == 1

    def test_exact_counts_have_none(self) -> None:
        with pytest.raises(ValueError, match="exact counts have no frailty"):
            replace(TABLE, exact=True, frailty_shape=3.0)


class TestPast:
    """What is still to come, and who else comes, changes nothing for those who came."""

    @pytest.mark.parametrize("exact", [False, True])
    def test_an_earlier_end_changes_nothing_before_it(self, exact: bool) -> None:
        rows = (period("a", 0, 6, 120), period("a", 7, 20, 90), period("b", 2, 27, 60))
        table = replace(TABLE, exact=exact)
        short, long = (
            small_worlds.groups(
                small_worlds.model(counted(*rows, table=table, days=days, frailty_shape=2.0)).run()
            )
            for days in (10.0, 28.0)
        )
        before = long[long["created_h"] < 240.0]
        assert 0 < len(short) < len(long)
        for column in ("key", "created_h", "people", "origin"):
            assert np.array_equal(np.sort(short[column]), np.sort(before[column])), column

    @pytest.mark.parametrize("exact", [False, True])
    def test_one_more_origin_moves_no_other(self, exact: bool) -> None:
        """Common random numbers belong to an origin by its name, wherever it stands."""
        rows = (period("a", 0, 27, 120), period("b", 0, 27, 60))
        table, third = replace(TABLE, exact=exact), period("c", 0, 27, 200)
        alone = small_worlds.groups(small_worlds.model(counted(*rows, table=table)).run())
        more = (origin("c"), origin("a"), origin("b"))
        joined = small_worlds.groups(
            small_worlds.model(counted(third, *rows, table=table, origins=more)).run()
        )
        kept = joined[np.isin(joined["key"], alone["key"])]
        assert len(joined) > len(alone) == len(kept)
        for column in ("key", "created_h", "people", "cash_eur"):
            order = (np.argsort(each["key"], kind="stable") for each in (alone, kept))
            mine, theirs = (each[column][o] for each, o in zip((alone, kept), order, strict=True))
            assert np.array_equal(mine, theirs), column


class TestShares:
    """Shares of origins that change over time."""

    STEPS = (DemandStep(since=small_worlds.START, persons_per_d=100.0, source=SOURCE),)

    def demand(self, *shares: ShareStep, own: bool = True) -> Demand:
        origins = (origin("a", 1.0 if own else None), origin("b", 3.0 if own else None))
        return Demand(steps=self.STEPS, origins=origins, shares=shares)

    def step(self, day: float, **shares: float) -> ShareStep:
        return ShareStep(since=small_worlds.at(24.0 * day), shares=shares, source=SOURCE)

    def test_they_hold_from_their_step_on(self) -> None:
        demand = self.demand(self.step(4, a=9, b=1), self.step(8, b=1))
        people = expected_people(small_worlds.world(NETWORK, demand, days=10))
        assert people[0] == pytest.approx(100 * (4 * 0.25 + 4 * 0.9))
        assert people[1] == pytest.approx(100 * (4 * 0.75 + 4 * 0.1 + 2))

    def test_without_shares_of_their_own_the_first_step_holds_before(self) -> None:
        demand = self.demand(self.step(4, a=9, b=1), own=False)
        people = expected_people(small_worlds.world(NETWORK, demand, days=10))
        assert people[0] == pytest.approx(900.0)

    def test_a_step_that_changes_nothing_changes_no_total(self) -> None:
        plain = small_worlds.world(NETWORK, self.demand(), days=10)
        stepped = small_worlds.world(NETWORK, self.demand(self.step(5, a=1, b=3)), days=10)
        assert expected_people(stepped) == pytest.approx(expected_people(plain))

    def test_several_origins_need_shares_under_steps(self) -> None:
        with pytest.raises(ValueError, match="the origin 'a' needs a 'share'"):
            self.demand(own=False)

    def test_steps_and_a_table_would_come_twice(self) -> None:
        with pytest.raises(ValueError, match="by 'steps' or by a 'table', not by both"):
            replace(self.demand(), table=TABLE)


class TestStocks:
    """People who are there, as a range."""

    def test_a_state_of_the_world_has_those_it_drew(self) -> None:
        given = PersonsRange(low=10, central=50, high=400, source=SOURCE)
        gateways = {small_worlds.TOWN: 1.0}
        stock = Stock(
            id="there", at=small_worlds.START, persons=given, gateways=gateways, source=SOURCE
        )
        where = small_worlds.world(NETWORK, Demand(stocks=(stock,), group_size=1))
        assert len(small_worlds.persons(small_worlds.model(where).run())) == 50
        drawn = BorderModel(
            where,
            Open(),
            small_worlds.LETS_EVERYONE_OUT,
            drawn={"stocks.there": 123.4, "demand_factor": 2.0},
        )
        assert len(small_worlds.persons(drawn.run())) == 123

    def test_a_range_needs_a_name_and_order(self) -> None:
        with pytest.raises(ValueError, match="low <= central <= high"):
            PersonsRange(low=9, central=5, high=10, source=SOURCE)
        with pytest.raises(ValueError, match="needs an 'id'"):
            Stock(
                at=small_worlds.START,
                persons=PersonsRange(low=1, central=5, high=10, source=SOURCE),
                gateways={small_worlds.TOWN: 1.0},
                source=SOURCE,
            )


class TestBeyondWhatIsKnown:
    """Demand changes from the day after the last on which anything is known of it."""

    @staticmethod
    def world(drift_per_d: float, known_until: date | None) -> World:
        table = counted(period("a", 0, 27, 28 * 40.0), demand_drift_per_d=drift_per_d)
        return replace(table, demand=replace(table.demand, known_until=known_until))

    def test_it_changes_by_the_same_share_every_day(self) -> None:
        where = self.world(-0.1, FIRST + timedelta(days=13))
        factors = drift_of_days(where.demand, where.clock, where.parameters.demand_drift_per_d)
        assert factors[:14].tolist() == [1.0] * 14
        assert factors[14:] == pytest.approx([math.exp(-0.1 * day) for day in range(1, 15)])

    def test_where_everything_is_known_it_changes_nothing(self) -> None:
        plain = small_worlds.model(self.world(0.0, None)).run()
        for drift_per_d, known_until in (
            (-0.5, None),
            (0.0, FIRST),
            (-0.5, FIRST + timedelta(days=27)),
        ):
            run = small_worlds.model(self.world(drift_per_d, known_until)).run()
            assert small_worlds.differing(plain, run) == []

    def test_what_comes_before_is_the_same_whatever_comes_after(self) -> None:
        known_until = FIRST + timedelta(days=13)
        runs = [
            small_worlds.model(self.world(drift_per_d, known_until)).run()
            for drift_per_d in (-0.01, -2.0, 0.1)
        ]
        born = [small_worlds.groups(run)["created_h"] for run in runs]
        before = [hours[hours < 14 * 24.0] for hours in born]
        assert before[0].tolist() == before[1].tolist() == before[2].tolist()
        assert len(born[1]) < len(born[0]) < len(born[2])
