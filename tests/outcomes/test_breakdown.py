"""Who bears it: indicators of people by class of person, and measures of inequality."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.codes import AgeClass
from sim.outcomes.breakdown import break_down
from sim.outcomes.equity import class_gap, gini, percentile_ratio, worst_tenth
from sim.outcomes.indicator import Statistic
from sim.outcomes.indicators import INDICATORS, indicators_of_people
from sim.outcomes.person_classes import CLASSES, class_names
from sim.outcomes.run_record import RunRecord
from sim.verification import small_worlds
from sim.verification.full_world import reference_model


@pytest.fixture(scope="module")
def run() -> RunRecord:
    model = reference_model().run()
    return RunRecord(model.world, model.parameters, model.engine)


def test_women_and_men_together_are_everybody(run: RunRecord) -> None:
    """Sums add up, means are between, for every indicator of people."""
    found = break_down(run, indicators_of_people())
    women, men = list(CLASSES).index("women and girls"), list(CLASSES).index("men and boys")
    assert found.people[0, [women, men]].min() > 20
    for k, indicator in enumerate(indicators_of_people()):
        both = found.values[k, [women, men]]
        people = found.people[k, [women, men]]
        if indicator.statistic is Statistic.SUM:
            expected = float(both.sum())
        else:
            expected = float(np.average(both, weights=people))
        assert indicator.compute(run) == pytest.approx(expected, rel=1e-9), indicator.id


def test_classes_by_age_and_group_are_who_they_say(run: RunRecord) -> None:
    members = dict(zip(class_names(("Anywhere",)), run.class_members, strict=True))
    age = run.persons["age_class"]
    assert (age[members["children with adults"]] == AgeClass.CHILD).all()
    assert members["families with children"][members["children with adults"]].all()
    assert not (members["travelling alone"] & members["families with children"]).any()
    assert members["elderly people"].sum() == (age == AgeClass.ELDERLY).sum() > 0
    origins = run.of_group("origin")
    assert members["from Anywhere"].sum() == (origins == 0).sum()


def test_a_class_without_anybody_has_no_value() -> None:
    model = small_worlds.model(
        small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.given([1.0]), days=1
        )
    ).run()
    found = break_down(
        RunRecord(model.world, model.parameters, model.engine), indicators_of_people()
    )
    children = list(CLASSES).index("children with adults")
    assert found.people[:, children].sum() == 0
    assert np.isnan(found.values[:, children]).all()


def test_rights_of_people_can_all_be_broken_down() -> None:
    broken_down = {each.id for each in indicators_of_people()}
    assert {
        "R1_mean",
        "R2_cold",
        "R2_eri",
        "R3",
        "R4_72h_set_out",
        "R4_barred",
        "R4_stopped",
        "R4_waiting",
        "R4_means",
        "R4_other",
        "R4_set_out",
        "R8",
        "R8_cold",
        "R10",
        "R11",
    } <= broken_down
    assert all(INDICATORS[name].family == "rights" for name in broken_down)


class TestInequality:
    """R12 by hand."""

    def test_gini(self) -> None:
        assert gini(np.array([2.0, 2.0, 2.0])) == pytest.approx(0.0)
        assert gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
        assert gini(np.array([1.0, 3.0])) == pytest.approx(0.25)
        assert np.isnan(gini(np.array([])))

    def test_percentile_ratio(self) -> None:
        assert percentile_ratio(np.arange(0.0, 101.0)) == pytest.approx(95.0 / 50.0)
        assert np.isnan(percentile_ratio(np.zeros(5)))

    def test_the_worst_tenth(self) -> None:
        assert worst_tenth(np.arange(1.0, 21.0)) == pytest.approx(19.5)
        assert worst_tenth(np.array([4.0])) == 4.0
        assert np.isnan(worst_tenth(np.array([])))

    def test_the_gap_leaves_out_classes_of_a_few(self, run: RunRecord) -> None:
        members = run.class_members
        values = np.zeros(len(run.persons))
        few = np.flatnonzero(members[0])[:2]
        values[few] = 1000.0
        assert class_gap(run, values) < 1000.0
        assert np.isnan(class_gap(run, np.full(len(run.persons), np.nan)))
