"""The tornado: contrasts worked out by hand, influence and chance, what cannot be shown."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from sim.report.analysis import effects
from sim.report.charts import tornado
from sim.report.charts.registry import CHARTS
from sim.report.drawing.chart import Chart
from sim.report.drawing.layout import text_problems, width_of
from sim.report.drawing.style import SMALL
from sim.results.store import StoredResults, write_results
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts
from tests.report import synthetic

PROJECT = Path(__file__).parents[2]
ACCESS = (-1.0, 0.0, 1.0, 5.0, 5.0, 5.0, 9.0, 10.0, 11.0)  # effects in states of the world 0 to 8
WAITING = (3.0, -3.0, 0.0) * 3


def content(*, policies: int, runs: int, parameters: int) -> dict[str, Any]:
    """Made-up results with so many drawn parameters, the first of which matters to access."""
    made = synthetic.frames(policies=policies, crossings=1, days=10, runs=runs)
    draws = np.random.default_rng(5).uniform(0.0, 1000.0, (parameters, runs))
    units = ("1", "h", "EUR/h", "1/d", "persons")
    names = [f"parameter_with_a_rather_long_name_{k}" for k in range(parameters)]
    made["states_of_world"] = pl.DataFrame(
        {
            **{
                key: made["states_of_world"][key]
                for key in ("state_of_world", "hypothesis", "response")
            },
            **dict(zip(names, draws, strict=True)),
        }
    )
    made["manifest"]["assumptions"] = [
        {
            "key": name,
            "value": 1.0,
            "unit": units[k % 5],
            "low": 0.0,
            "high": 1e3,
            "source": "s",
            "acts_on": [],
        }
        for k, name in enumerate(names)
    ]
    return made


def by_hand(folder: Path) -> StoredResults:
    """Two policies, nine states; patience is 0 to 8 h and moves access, not waiting."""
    made = content(policies=2, runs=9, parameters=1)
    patience = pl.Series("patience_h", [float(state_of_world) for state_of_world in range(9)])
    made["states_of_world"] = made["states_of_world"].select(
        "state_of_world", "hypothesis", "response", patience
    )
    made["manifest"]["assumptions"][0] |= {"key": "patience_h", "unit": "h"}
    rows = [
        (policy, state_of_world, 0, name, "", 100.0 + (policy == "open") * effect)
        for name, effects in (("R4_without_access", ACCESS), ("R1_person_days", WAITING))
        for policy in ("historical", "open")
        for state_of_world, effect in enumerate(effects)
    ]
    columns = ["policy", "state_of_world", "replicate", "indicator", "unit", "value"]
    made["indicators"] = pl.DataFrame(rows, schema=columns, orient="row")
    return write_results(folder, **made)


def texts(chart: Chart) -> list[str]:
    return [text.get_text() for axes in chart.figure.axes for text in axes.texts]


class TestByHand:
    def test_the_contrast_of_thirds(self, tmp_path: Path) -> None:
        """Means 0 and 10, variances 1 and 1 of three states of the world each, t(4) = 2.776445."""
        results = by_hand(tmp_path / "run")
        access = results.manifest["indicators"][1]
        (swing,) = effects.dependence(results, "open", access).swings
        half = 2.776445 * np.sqrt(2 / 3)
        assert (swing.values, swing.effects, swing.states_of_world) == ((1.0, 7.0), (0.0, 10.0), 3)
        found = (swing.contrast, swing.low, swing.high)
        assert found == pytest.approx((10.0, 10.0 - half, 10.0 + half), rel=1e-5)
        assert swing.significant

    def test_effects_by_hypothesis(self, tmp_path: Path) -> None:
        """H0 holds in states 0, 2, 4, 6, 8: −1, 1, 5, 9, 11; H1 in the others: 0, 5, 5, 10."""
        results = by_hand(tmp_path / "run")
        held = effects.dependence(results, "open", results.manifest["indicators"][1]).held
        assert [(h.hypothesis, h.states_of_world, h.mean) for h in held] == [
            ("H0", 5, 5.0),
            ("H1", 4, 5.0),
        ]

    def test_a_hypothesis_can_matter_more_than_every_parameter(self, tmp_path: Path) -> None:
        """Open leaves 50 more without access where H1 holds, 10 fewer where H0 does."""
        made = content(policies=2, runs=12, parameters=3)
        effect = pl.when(pl.col("state_of_world") % 2 == 1).then(50.0).otherwise(-10.0)
        jitter = pl.col("state_of_world") // 2 % 3
        made["indicators"] = made["indicators"].with_columns(
            value=pl.when(pl.col("policy") == "open").then(100.0 + effect + jitter).otherwise(100.0)
        )
        results = write_results(tmp_path / "run", **made)
        found = effects.dependence(results, "open", results.manifest["indicators"][1])
        assert found.apart == pytest.approx(60.0)
        title = "People without access to asylum: what the transit state does."
        assert title in CHARTS["tornado"].draw(results).title

    def test_title_values_and_hatching(self, tmp_path: Path) -> None:
        chart = CHARTS["tornado"].draw(by_hand(tmp_path / "run"))
        assert chart.title == (
            "What the effect of a policy depends on most (“All crossings stay open”). People "
            "without access to asylum: patience in a queue. Waiting for registration: nothing "
            "clearly matters"
        )
        assert texts(chart) == ["1 h", "7 h", "1 h", "7 h"]
        access, waiting = (axes.patches[0] for axes in chart.figure.axes)
        assert [access.get_hatch(), waiting.get_hatch()] == [None, "/////"]
        clear = dict(chart.data.filter(kind="parameter").select("indicator", "clear").rows())
        assert clear == {"R4_without_access": True, "R1_person_days": False}


class TestChance:
    def test_one_of_many_must_be_clear_beyond_chance(self, tmp_path: Path) -> None:
        """Of 36 parameters without influence some look clear; none of them is named."""
        made = content(policies=2, runs=30, parameters=36)
        effects = np.random.default_rng(8).normal(0.0, 1.0, 30)
        made["indicators"] = made["indicators"].with_columns(
            value=pl.when(pl.col("policy") == "open")
            .then(pl.col("state_of_world").replace_strict(dict(enumerate(effects)), default=0.0))
            .otherwise(0.0)
        )
        chart = CHARTS["tornado"].draw(write_results(tmp_path / "run", **made))
        rows = chart.data.filter(kind="parameter", indicator="R4_without_access")
        assert rows["clear"].any()
        assert not rows["stands_out"].any()
        assert "nothing clearly matters" in chart.title

    def test_what_is_drawn_and_what_is_counted(self, tmp_path: Path) -> None:
        made = content(policies=2, runs=9, parameters=36)
        chart = CHARTS["tornado"].draw(write_results(tmp_path / "run", **made))
        assert [len(axes.patches) for axes in chart.figure.axes] == [12, 12]
        rest = [t.get_text() for t in chart.figure.texts if "Not shown" in t.get_text()]
        assert len(rest) == 2
        assert all(": 24 parameters (" in text for text in rest)
        clear = [
            chart.data.filter(kind="parameter", indicator=name)["stands_out"].tail(24).sum()
            for name in chart.data["indicator"].unique(maintain_order=True)
        ]
        assert [text.partition("(")[2] for text in rest] == [f"{count} clear)" for count in clear]
        sizes = chart.data.filter(kind="parameter", indicator="R1_person_days")["estimate"].abs()
        assert sizes.is_sorted(descending=True)


class TestManyPolicies:
    def test_the_largest_effects_on_access_are_shown(self, tmp_path: Path) -> None:
        made = content(policies=6, runs=9, parameters=8)
        results = write_results(tmp_path / "run", **made)
        chart = CHARTS["tornado"].draw(results)
        means = (
            results.indicators.filter(indicator="R4_without_access")
            .group_by("policy")
            .agg(pl.col("value").mean())
        )
        of = dict(means.rows())
        largest = sorted(of, key=lambda policy: -abs(of[policy] - of["historical"]))[:3]
        assert set(chart.data["policy"]) == set(largest)
        assert "2 policies not shown" in chart.subtitle
        assert text_problems(chart.figure) == []

    @pytest.mark.parametrize("parameters", [1, 36])
    def test_labels_keep_apart(self, tmp_path: Path, parameters: int) -> None:
        made = content(policies=2, runs=9, parameters=parameters)
        chart = CHARTS["tornado"].draw(write_results(tmp_path / "run", **made))
        assert text_problems(chart.figure) == []


class TestWhatCannotBeTold:
    def test_one_policy(self, tmp_path: Path) -> None:
        made = content(policies=1, runs=12, parameters=2)
        chart = CHARTS["tornado"].draw(write_results(tmp_path / "run", **made))
        assert "there is no effect to explain" in chart.alt

    def test_central_values(self, tmp_path: Path) -> None:
        made = content(policies=2, runs=12, parameters=2)
        made["states_of_world"] = made["states_of_world"].with_columns(
            pl.lit(1.0).alias(name) for name in made["states_of_world"].columns[3:]
        )
        chart = CHARTS["tornado"].draw(write_results(tmp_path / "run", **made))
        assert "Every state of the world has the same parameter values" in chart.alt

    def test_too_few_states_of_the_world(self, tmp_path: Path) -> None:
        made = content(policies=2, runs=8, parameters=2)
        chart = CHARTS["tornado"].draw(write_results(tmp_path / "run", **made))
        assert "There are too few states of the world (8)" in chart.alt
        assert chart.data.columns[:3] == ["policy", "indicator", "unit"]


class TestWhatCanAct:
    def test_a_parameter_that_only_accounts_read_acts_on_no_other_indicator(self) -> None:
        """Declared for each parameter; here by who reads it."""
        readers: dict[str, set[str]] = {name: set() for name in PARAMETER_NAMES}
        for path in sorted((PROJECT / "sim").rglob("*.py")):
            room = path.relative_to(PROJECT / "sim").parts[0]
            if room in ("scenario", "verification") or path.name == "parameters.py":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in readers:
                    readers[node.attr].add(path.stem if room == "outcomes" else "the model")
        letters = {"costs": "K", "pressure": "Q", "security": "O", "rights": "R"}
        for name, rooms in readers.items():
            acts_on = parameter_facts(name)["acts_on"]
            assert bool(acts_on) == ("the model" not in rooms), (name, rooms)
            wanted = {letters[room] for room in rooms if room in letters}
            assert wanted <= {each[0] for each in acts_on} or not acts_on, (name, rooms)

    def test_prices_are_not_drawn_where_they_cannot_act(self, tmp_path: Path) -> None:
        made = content(policies=2, runs=12, parameters=3)
        made["manifest"]["assumptions"][1]["acts_on"] = ["K"]
        results = write_results(tmp_path / "run", **made)
        price = made["manifest"]["assumptions"][1]["key"]
        assert price not in effects.able(results, "R4_without_access")
        assert price in effects.able(results, "K1_cost")
        found = effects.dependence(results, "open", results.manifest["indicators"][1])
        assert price not in {swing.parameter for swing in found.swings}
        assert len(found.swings) == 2

    def test_a_parameter_is_not_credited_with_the_hypothesis_that_it_met(
        self, tmp_path: Path
    ) -> None:
        """The effect is 50 where H1 holds and −10 where H0 does; a draw goes along with it."""
        made = content(policies=2, runs=24, parameters=1)
        states = made["states_of_world"]
        effect = pl.when(pl.col("state_of_world") % 2 == 1).then(50.0).otherwise(-10.0)
        jitter = pl.col("state_of_world") * 7 % 5
        made["indicators"] = made["indicators"].with_columns(
            value=pl.when(pl.col("policy") == "open").then(100.0 + effect + jitter).otherwise(100.0)
        )
        along = [float(each == "H1") + 0.01 * k for k, each in enumerate(states["hypothesis"])]
        name = states.columns[-1]
        made["states_of_world"] = states.with_columns(pl.Series(name, along))
        results = write_results(tmp_path / "run", **made)
        found = effects.dependence(results, "open", results.manifest["indicators"][1])
        (swing,) = found.swings
        assert abs(swing.contrast) < 3.0
        assert not swing.significant
        assert found.lead == effects.HYPOTHESIS


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("effect", np.linspace(-1.0, 1.0, 41))
def test_no_label_crosses_the_line_of_no_effect(effect: float, side: int) -> None:
    """Wherever a bar ends: a label that would run across the line begins beyond it."""
    axes = Figure().add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(-1.5, 1.5)
    inch = 3.0 / tornado.BARS
    begins = tornado.label_begins(axes, effect, side, "12.3 EUR/h")
    ends = begins + side * width_of("12.3 EUR/h", size=SMALL) * inch
    gap = 0.4 * tornado.AWAY * inch
    assert not min(begins, ends) - gap <= 0.0 <= max(begins, ends) + gap
    assert (begins - effect) * side > 0.0, "never over its bar"
