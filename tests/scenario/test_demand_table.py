"""Demand out of a table, and rates with their units: what is read, and what is refused where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.policies.capacity import CapWithWarmWaiting
from sim.policies.timed import Schedule
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.schema import json_schema
from sim.study.states import draw_state
from tests.bad_input.template import TEMPLATE, write_changed

BEGIN, END = TEMPLATE.index("  steps:\n"), TEMPLATE.index("\n# Central values")
STEPS = TEMPLATE[BEGIN:END]
ORIGINS = """\
  origins:
    - {id: a, name: A, gateways: {town: 1}, source: made up}
    - {id: b, name: B, gateways: {town: 1}, source: made up}
"""
WHOLE = "2024-03-01,2024-03-14"
SPANS = "period_start,period_end,origin,count\n"


def load(folder: Path, table: str, keys: str = "", origins: str = ORIGINS) -> Scenario:
    """The template with a table of demand in the place of its steps."""
    (folder / "demand.csv").write_text(table, encoding="utf-8")
    demand = f"  table: {{file: demand.csv, {keys}source: made up}}\n{origins}"
    return load_scenario(folder / write_changed(folder, (STEPS, demand)))


def people(scenario: Scenario) -> Mapping[str, float]:
    """People of each origin within the period."""
    found: dict[str, float] = {}
    for inflow in scenario.world.inflows:
        name = scenario.world.demand.origins[inflow.origin].id
        found[name] = found.get(name, 0.0) + inflow.persons
    return found


def refused(folder: Path, table: str, keys: str = "", origins: str = ORIGINS) -> list[str]:
    """The problems with a table, without its path."""
    with pytest.raises(ScenarioError) as caught:
        load(folder, table, keys, origins)
    return [str(each).partition("demand.csv")[2] for each in caught.value.problems]


# The scenario has 14 days of a March of 31, one of them of 23 hours.
MARCH = {"a": 310 * 14 * 24 / (31 * 24 - 1), "b": 31 * 14 * 24 / (31 * 24 - 1)}


class TestReading:
    """Periods, counts and rates as they are written."""

    @pytest.mark.parametrize(
        ("table", "expected"),
        [
            (f"{SPANS}{WHOLE},a,140\n{WHOLE},b,28\n", {"a": 140.0, "b": 28.0}),
            ("period,origin,count\n2024-03,a,310\n2024-03,b,31\n", MARCH),
            (f"{SPANS.replace('count', 'rate')}{WHOLE},a,10\n", {"a": 140.0}),
            (f"{SPANS.replace('count', 'rate')}{WHOLE},a,70/week\n", {"a": 140.0}),
            (f"{SPANS.replace('count', 'rate')}{WHOLE},a,30 / h\n", {"a": 10_080.0}),
            (
                f"{SPANS[:-1]},rate\n2024-03-01,2024-03-07,a,7,\n2024-03-08,2024-03-14,a,,2\n",
                {"a": 21.0},
            ),
            (f"{SPANS[:-1]},source\n{WHOLE},b,28,a report\n# a comment\n,,,,\n", {"b": 28.0}),
        ],
        ids=["days", "months", "rate", "a week", "an hour", "both columns", "more columns"],
    )
    def test_people_are_those_of_the_table(
        self, tmp_path: Path, table: str, expected: Mapping[str, float]
    ) -> None:
        assert people(load(tmp_path, table)) == pytest.approx(expected)

    def test_weeks_are_those_of_the_calendar(self, tmp_path: Path) -> None:
        rows = "".join(f"2024-W{week},a,70\n" for week in ("09", "10", "11"))
        periods = load(tmp_path, f"period,origin,count\n{rows}").world.demand_periods
        assert [each.first for each in periods] == [
            date(2024, 2, 26),
            date(2024, 3, 4),
            date(2024, 3, 11),
        ]
        assert all((each.last - each.first).days == 6 for each in periods)

    def test_without_an_origin_shares_divide(self, tmp_path: Path) -> None:
        origins = ORIGINS.replace("A,", "A, share: 1,").replace("B,", "B, share: 3,")
        found = people(load(tmp_path, f"period_start,period_end,count\n{WHOLE},100\n", "", origins))
        assert found == pytest.approx({"a": 25.0, "b": 75.0})

    def test_counts_can_be_multiplied(self, tmp_path: Path) -> None:
        assert people(load(tmp_path, f"{SPANS}{WHOLE},a,1.5\n", "factor: 1000, ")) == pytest.approx(
            {"a": 1500.0}
        )

    def test_where_people_appear_can_be_counted_too(self, tmp_path: Path) -> None:
        table = f"period_start,period_end,origin,gateway,count\n{WHOLE},a,town,7\n"
        (row,) = load(tmp_path, table).world.demand_periods
        assert (row.gateway, row.line) == ("town", 2)

    def test_what_it_counts_is_described_and_part_of_what_was_run(self, tmp_path: Path) -> None:
        one, other = (load(tmp_path, f"{SPANS}{WHOLE},a,{many}\n") for many in (140, 141))
        assert one.digest != other.digest
        assumed = {each.key: each for each in one.assumptions}["demand of demand.csv"]
        assert (assumed.value, assumed.unit) == (140.0, "persons")
        assert "140 people within the period" in one._repr_html_()


class TestRefused:
    """What cannot be meant, with its line."""

    @pytest.mark.parametrize(
        ("table", "problem"),
        [
            (
                f"{SPANS}{WHOLE},a,5\n2024-03-14,2024-03-20,a,5\n",
                ":3: overlaps line 2, which counts people of 'a' of 2024-03-14 too",
            ),
            (f"{SPANS}{WHOLE},a,5\n2024-03-02,2024-03-02,,5\n", ":3: overlaps line 2"),
            (f"{SPANS}{WHOLE},c,5\n", ":2: there is no origin 'c'"),
            (f"{SPANS}{WHOLE},a,\n", ":2: has no count or rate (write 0 where nobody came"),
            (f"{SPANS[:-1]},rate\n{WHOLE},a,5,5\n", ":2: has a count and a rate: keep one"),
            (f"{SPANS}{WHOLE},a,-5\n", ":2: count: expected 0 to 1e+09, got '-5'"),
            (f"{SPANS}{WHOLE},a,1.234\n", ":2: count: '1.234' may have a separator of thousands"),
            (f"{SPANS}2024-03-14,2024-03-01,a,5\n", ":2: the period ends (2024-03-01) before"),
            (f"{SPANS}14.3.2024,2024-03-01,a,5\n", ":2: period_start: expected a day"),
            ("period,origin,count\nMarch,a,5\n", ":2: period: expected a day (2015-10-03), a week"),
            ("period,origin,count\n2024-W54,a,5\n", ":2: period: expected a day"),
            (
                f"{SPANS.replace('count', 'rate')}{WHOLE},a,5 km\n",
                ":2: rate: expected a rate, as a number in persons/d or a text with one of the "
                "units /min, /h, /d, /week, /month, /year",
            ),
            ("from,to,count\n2024-03-01,2024-03-14,5\n", "lacks 'period_start', 'period_end'"),
            ("period;origin;count\n2024-03;a;5\n", "has semicolons between its cells"),
            (SPANS, "has no rows of demand"),
            ("period,count\n2024-03,5\n", ": the origin 'a' needs a 'share'"),
        ],
    )
    def test_a_wrong_row(self, tmp_path: Path, table: str, problem: str) -> None:
        (found,) = refused(tmp_path, table)
        assert problem in found

    def test_exact_counts_are_whole(self, tmp_path: Path) -> None:
        (found,) = refused(tmp_path, f"{SPANS}{WHOLE},a,5.5\n", "exact: true, ")
        assert ":2: 5.5 people are no whole number" in found

    def test_a_time_without_rows_is_a_gap(self, tmp_path: Path) -> None:
        table = f"{SPANS}2024-03-03,2024-03-07,a,5\n2024-03-09,2024-03-12,a,5\n{WHOLE},b,5\n"
        assert [each.partition(" (")[0] for each in refused(tmp_path, table)] == [
            ":2: has no row of 'a' for 2024-03-01 to 2024-03-02",
            ":2: has no row of 'a' for 2024-03-08",
            ":3: has no row of 'a' for 2024-03-13 to 2024-03-14",
        ]

    def test_or_a_time_at_which_nobody_came(self, tmp_path: Path) -> None:
        table = f"{SPANS}2024-03-03,2024-03-07,a,5\n"
        assert people(load(tmp_path, table, "gaps: nobody, ")) == pytest.approx({"a": 5.0})

    def test_a_hub_that_is_none(self, tmp_path: Path) -> None:
        table = f"period_start,period_end,origin,gateway,count\n{WHOLE},a,twon,7\n"
        assert refused(tmp_path, table) == [":2: there is no hub 'twon' (did you mean 'town'?)"]

    def test_shares_of_an_origin_that_is_none(self, tmp_path: Path) -> None:
        more = "  shares:\n    - {since: 2024-03-05T00:00Z, shares: {c: 1}, source: made up}\n"
        with pytest.raises(ScenarioError, match="there is no origin 'c'"):
            load(tmp_path, f"{SPANS}{WHOLE},a,5\n", "", ORIGINS + more)


class TestWarnings:
    """What is probably not meant."""

    def test_rows_outside_the_period(self, tmp_path: Path) -> None:
        table = f"{SPANS}2024-02-01,2024-02-29,a,5\n{WHOLE},a,5\n{WHOLE},b,5\n"
        (warning,) = load(tmp_path, table).warnings
        assert "line 2: before or after the period" in str(warning)

    def test_an_origin_without_rows(self, tmp_path: Path) -> None:
        (warning,) = load(tmp_path, f"{SPANS}{WHOLE},a,5\n").warnings
        assert "has no row of 'b' (nobody comes from there)" in str(warning)


def changed(folder: Path, *changes: tuple[str, str]) -> Scenario:
    return load_scenario(folder / write_changed(folder, *changes))


class TestRates:
    """A rate of people may carry its unit wherever one is given."""

    @pytest.mark.parametrize(
        ("text", "per_d"),
        [
            ("131/week", 131 / 7),
            ('"30 / month"', 30 * 12 / 365.25),
            ("200/d", 200.0),
            ("15", 15.0),
            ("2 persons/h", 48.0),
            ("3650/year", 3650 / 365.25),
        ],
    )
    def test_of_demand_and_travellers(self, tmp_path: Path, text: str, per_d: float) -> None:
        scenario = changed(
            tmp_path,
            ("persons_per_d: 15", f"persons_per_d: {text}"),
            ("    known: 0.9\n", f"    known: 0.9\n    travellers_per_d: {text}\n"),
        )
        assert scenario.world.demand.steps[0].persons_per_d == pytest.approx(per_d, rel=1e-15)
        assert scenario.world.network.crossings[0].travellers_per_d == pytest.approx(per_d)

    @staticmethod
    def cap(text: str) -> tuple[str, str]:
        keys = "type: cap-with-warm-waiting, crossings: [near], since: 2024-03-03T00:00+02:00"
        return (
            "policies:\n",
            f"policies:\n  cap: {{{keys}, persons_per_d: {text}, warm_places: 1, label: cap, "
            "source: made up}\n",
        )

    def test_of_a_cap_of_whole_people(self, tmp_path: Path) -> None:
        for text in ("140/week", "20/d", "20"):
            rule = changed(tmp_path, self.cap(text)).policies["cap"].rule
            assert isinstance(rule, CapWithWarmWaiting)
            assert rule.persons_per_d == 20
        with pytest.raises(ScenarioError, match=r"18\.71 persons/d, which counts whole ones"):
            changed(tmp_path, self.cap("131/week"))

    @staticmethod
    def meter(text: str) -> tuple[str, str]:
        step = (
            f"action: meter, crossings: [near], value: {text}, source: made up, "
            "announced: 2024-03-05T00:00+02:00, effective: 2024-03-05T00:00+02:00"
        )
        keys = f"type: schedule, steps: [{{{step}}}], label: meter, source: made up"
        return "policies:\n", f"policies:\n  meter: {{{keys}}}\n"

    def test_of_a_meter_in_a_schedule(self, tmp_path: Path) -> None:
        rule = changed(tmp_path, self.meter("210/week")).policies["meter"].rule
        assert isinstance(rule, Schedule)
        assert rule.steps[0].value == 30.0

    def test_what_is_none_is_told_what_is_accepted(self, tmp_path: Path) -> None:
        accepted = "a number in persons/d or a text with one of the units /min, /h, /d, /week, /mon"
        for change in (
            ("persons_per_d: 15", "persons_per_d: 15/fortnight"),
            self.cap("15/fortnight"),
            self.meter("15/fortnight"),
        ):
            with pytest.raises(ScenarioError, match=accepted):
                changed(tmp_path, change)

    def test_editors_accept_it(self) -> None:
        types = json_schema()["$defs"]["Step"]["properties"]["value"]["anyOf"]
        assert {"type": "string"} in types


class TestStocks:
    """A stock whose number is not known."""

    RANGE = "{low: 20, central: 100, high: 400, scale: log, source: made up}"
    STOCK = (
        "  stocks:\n    - {id: there, at: 2024-03-01T00:00+02:00, gateways: {town: 1}, "
        f"source: made up, persons: {RANGE}}}\n  origins:\n"
    )

    def test_each_state_of_the_world_draws_it(self, tmp_path: Path) -> None:
        scenario = changed(tmp_path, ("  origins:\n", self.STOCK))
        drawn = [
            draw_state(scenario, k, seed=1, central=False).drawn["stocks.there"] for k in range(200)
        ]
        assert 20.0 <= min(drawn) < 40.0
        assert 300.0 < max(drawn) <= 400.0
        assert sum(each < 100.0 for each in drawn) == pytest.approx(100, abs=30)
        central = draw_state(scenario, 0, seed=1, central=True)
        assert central.drawn["stocks.there"] == 100.0
        assumed = {each.key: each for each in scenario.assumptions}["stocks.there"]
        assert (assumed.low, assumed.value, assumed.high) == (20.0, 100.0, 400.0)

    def test_what_is_drawn_moves_no_other_draw(self, tmp_path: Path) -> None:
        with_range = changed(tmp_path, ("  origins:\n", self.STOCK))
        without = changed(tmp_path)
        for number in range(5):
            one, other = (
                draw_state(each, number, seed=3, central=False) for each in (with_range, without)
            )
            assert one.parameters == other.parameters
