"""Closures and stops of claims for some people alone: by origin, papers and class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest

from sim.engine.codes import Action, Cause, Documents, QueueRule, Trait
from sim.engine.codes import PersonState as State
from sim.errors import ScenarioError
from sim.model import BorderModel
from sim.outcomes.access import Access
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Closure, Schedule
from sim.scenario.loading import load_scenario
from sim.verification import small_worlds
from tests.conclusions.scenario_runs import INPUTS, runs
from tests.conclusions.whom import (
    BOTH,
    mixed,
    of_group,
    one_by_one,
    schedule,
    step,
    two_gates,
    unlike,
)

HEARD = ("journeys.heard_h", "groups.fresh")  # that there was an order, and nothing else
MIXED_GROUPS: dict[str, Any] = {
    "family_share": 0.4,
    "unaccompanied_share": 0.3,
    "vulnerable_share": 0.3,
    "valid_document_share": 0.5,
    "expired_document_gate": 1.0,
    "removal_rate_per_d": 0.0,
}


def record(run: BorderModel) -> RunRecord:
    return RunRecord(run.world, run.parameters, run.engine)


class TestOrigins:
    def test_those_who_are_not_named_pass_at_their_hours(self) -> None:
        """People of a and b in turn, each hour from 2 on; from 1 on nobody of a may pass."""
        run = one_by_one(schedule(Action.CLOSE, origins=("a",)), [0, 1, 0, 1, 0])
        np.testing.assert_array_equal(
            small_worlds.persons(run)["presented_h"], [np.nan, 3.0, np.nan, 5.0, np.nan]
        )
        expected = [Cause.BARRED, Cause.OTHER, Cause.BARRED, Cause.OTHER, Cause.BARRED]
        assert record(run).causes.tolist() == [
            cause if cause == Cause.BARRED else Cause.NONE for cause in expected
        ]

    def test_people_of_no_stated_origin_are_not_meant(self) -> None:
        run = one_by_one(schedule(Action.CLOSE, origins=("a", "b")), [-1, 0, 1])
        assert np.isfinite(small_worlds.persons(run)["presented_h"]).tolist() == [
            True,
            False,
            False,
        ]

    def test_who_knows_goes_where_they_may_pass(self) -> None:
        """The nearer crossing is closed to a: of them all go to the other, nobody in vain."""
        policy = schedule(Action.CLOSE, at_h=0.0, origins=("a",), crossings=("gate",))
        run = small_worlds.model(two_gates(mixed(200.0)), policy).run()
        first, origin = of_group(run, "first_destination"), of_group(run, "origin")
        assert set(first[origin == 0]) <= {-1, 1}
        assert (first[origin == 1] == 0).sum() > 100
        assert run.engine.entries[:, :, State.TURNED_BACK].sum() == 0
        assert small_worlds.groups(run)["failures"].sum() == 0

    def test_a_filter_announced_ahead_makes_those_hurry_whom_it_names(self) -> None:
        """Everybody may wait; a rush before it begins is of people of a alone."""
        slow = {
            "station_constant": -3.0,
            "success_value_eur": 0.0,
            "review_rate_per_h": 0.05,
            "rush_horizon_h": 24.0,
            "experience_weight": 0.0,
            "peer_rate_per_h": 0.0,
            "facilitated_share": 0.0,
        }
        policy = schedule(Action.CLOSE, at_h=120.0, ahead_h=48.0, origins=("a",))
        where = two_gates(mixed(400.0), parameters=slow)
        run, plain = (small_worlds.model(where, each).run() for each in (policy, None))
        in_time = [
            [
                (small_worlds.persons(each)["presented_h"] < 120.0)[
                    (of_group(each, "origin") == k) & (of_group(each, "created_h") < 110.0)
                ].mean()
                for k in (0, 1)
            ]
            for each in (run, plain)
        ]
        assert in_time[0][0] > 1.02 * in_time[1][0]
        assert in_time[0][1] == in_time[1][1]


def subsets(traits: Iterable[Trait]) -> list[tuple[Trait, ...]]:
    every = tuple(traits)
    return list(chain.from_iterable(combinations(every, k) for k in range(len(every) + 1)))


FILTERS = [
    *({"documents": each} for each in Documents),
    *({"classes": frozenset(each)} for each in subsets(Trait) if each),
    {"classes": frozenset({Trait.CHILDREN, Trait.VULNERABLE}), "every_class": True},
    {"documents": Documents.NONE, "exempt": frozenset({Trait.CHILDREN})},
    {"documents": Documents.NONE, "classes": frozenset({Trait.VULNERABLE})},
    {"classes": frozenset({Trait.VULNERABLE}), "exempt": frozenset({Trait.CHILDREN})},
    {"origins": ("b",), "documents": Documents.VALID, "classes": frozenset({Trait.CHILDREN})},
]


def is_meant(row: Any, terms: dict[str, Any]) -> bool:
    """Whether a group is one whom terms name, in words of the scenario."""
    held = {trait for trait in Trait if row["traits"] & trait}
    classes = terms.get("classes", frozenset())
    every = terms.get("every_class", False)
    return (
        not held & terms.get("exempt", frozenset())
        and ("origins" not in terms or "ab"[row["origin"]] in terms["origins"])
        and ("documents" not in terms or row["valid_documents"] == terms["documents"])
        and (not classes or (classes <= held if every else bool(classes & held)))
    )


@pytest.mark.parametrize("action", [Action.CLOSE, Action.NO_ASYLUM])
@pytest.mark.parametrize("terms", FILTERS, ids=str)
def test_exactly_those_who_are_named_are_kept_out(action: Action, terms: dict[str, Any]) -> None:
    if action is Action.NO_ASYLUM and len(terms) < 2:
        pytest.skip("one rule for both")
    where = two_gates(mixed(60.0, size=None), days=5.0, parameters=MIXED_GROUPS)
    run = small_worlds.model(where, schedule(action, at_h=0.0, **terms), audit=True).run()
    meant = np.array([is_meant(row, terms) for row in small_worlds.groups(run)])
    meant = meant[small_worlds.persons(run)["group"]]
    presented = record(run).presented
    assert meant.any()
    assert not presented[meant].any()
    early = of_group(run, "created_h") < 110.0
    assert presented[~meant & early].all()
    assert (record(run).causes[meant] == Cause.BARRED).all()


@pytest.mark.parametrize("queue", list(QueueRule))
def test_what_becomes_of_those_who_are_stopped_at_the_post(queue: QueueRule) -> None:
    """A surprise: those of a who are on their way meet the order at the post."""
    policy = schedule(Action.CLOSE, at_h=2.5, origins=("a",), queue=queue)
    unheard = {"news_reach": 0.0, **small_worlds.NEVER_AGAIN}
    where = two_gates(mixed(200.0), days=0.5, parameters=unheard)
    run = small_worlds.model(where, policy, audit=True).run()
    origin = of_group(run, "origin")
    late = small_worlds.persons(run)["queued_h"] > 2.5
    assert (origin[late] == 0).any()
    assert not (small_worlds.persons(run)["presented_h"][origin == 0] > 2.5).any()
    turned_back = run.engine.entries[:, :, State.TURNED_BACK].sum()
    held = (small_worlds.persons(run)["state"] == State.EXIT_QUEUE).sum()
    assert (turned_back > 0) == (queue is QueueRule.TURN_BACK)
    assert (held > 0) == (queue is QueueRule.HOLD)


NOBODY_IS_MEANT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"origins": ("c",)}, {}),
    ({"documents": Documents.NONE}, {}),
    ({"classes": frozenset({Trait.CHILDREN})}, {"family_share": 0.0}),
    ({"classes": frozenset(Trait), "every_class": True}, {"family_share": 0.5}),
]


@pytest.mark.parametrize(("terms", "parameters"), NOBODY_IS_MEANT, ids=str)
@pytest.mark.parametrize("ahead_h", [0.0, 30.0])
def test_a_filter_that_excludes_nobody_changes_nothing(
    terms: dict[str, Any], parameters: dict[str, Any], ahead_h: float
) -> None:
    demand = mixed(100.0, size=2, names=("a", "b", "c"))
    shares = (1.0, 1.0, 1e-9)
    demand = replace(
        demand,
        origins=tuple(
            replace(origin, share=share)
            for origin, share in zip(demand.origins, shares, strict=True)
        ),
    )
    values = {
        "station_constant": 2.0,
        "settle_constant": 0.0,
        "demand_when_closed": 0.5,
        "failure_weight": 1.0,
        "unaccompanied_share": 0.0,
        "vulnerable_share": 0.0,
        "experience_weight": 1.0,
        **parameters,
    }
    where = two_gates(
        demand,
        parameters=values,
        servers=2,
        registration=small_worlds.service(0.3),
    )
    policy = schedule(Action.CLOSE, at_h=60.0, ahead_h=ahead_h, **terms)
    run, plain = (small_worlds.model(where, each).run() for each in (policy, None))
    assert unlike(run, plain, but=HEARD) == set()


def test_it_does_not_matter_in_which_order_it_is_written() -> None:
    where = two_gates(mixed(100.0, size=None), parameters=MIXED_GROUPS)
    steps = (
        step(Action.CLOSE, at_h=30.0, origins=("a", "b"), documents=Documents.NONE),
        step(Action.NO_ASYLUM, at_h=50.0, classes=frozenset({Trait.CHILDREN})),
    )
    turned = (
        steps[1],
        replace(steps[0], origins=("b", "a"), crossings=BOTH[::-1]),
    )
    one, other = (small_worlds.model(where, Schedule(steps=each)).run() for each in (steps, turned))
    assert unlike(one, other) == set()


def test_access_counts_only_those_who_may_pass() -> None:
    """R5: closed to a and closed to b, the shares of the people who wait are all of them."""
    away = {"station_constant": small_worlds.NEVER, "demand_when_closed": 1.0}
    where = two_gates(mixed(200.0), days=1.0, parameters=away)
    engine = small_worlds.model(where).run().engine
    everybody = engine.access_stock[0]
    assert engine.access_offered[0] == everybody > 100
    offered = []
    for name in ("a", "b"):
        run = small_worlds.model(where, schedule(Action.CLOSE, at_h=0.0, origins=(name,))).run()
        assert run.engine.access_stock[0] == everybody
        assert run.engine.access_offered[0] == run.engine.access_reached[0]
        offered.append(run.engine.access_offered[0])
        assert {span.access for span in record(run).access} == {Access.SOME_EXCLUDED}
    assert sum(offered) == everybody
    assert min(offered) > 0.3 * everybody


def test_travellers_with_papers_are_not_kept_out_by_a_filter() -> None:
    crossings = [replace(small_worlds.crossing(name), travellers_per_d=100.0) for name in BOTH]
    where = small_worlds.world(small_worlds.star(*crossings), mixed(10.0), days=2.0)
    for origins, lost in (((), 200.0), (("a",), 0.0)):
        policy = Closure(crossings=BOTH, at=small_worlds.at(24.0), origins=origins)
        found = record(small_worlds.model(where, policy).run())
        assert found.closed_h.sum() == (48.0 if lost else 0.0)
        assert found.lost_crossings == pytest.approx(lost)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("action: ban-mode, mode: car, origins: [a]", "'origins' has no effect on 'ban-mode'"),
        ("action: accept-asylum, documents: none", "'documents' has no effect on 'accept-asylum'"),
        ("action: reopen, classes: [vulnerable]", "'classes' has no effect on 'reopen'"),
        ("action: close, joint: true", "'joint' has no effect on 'close'"),
        ("action: close, origins: [nowhere]", "nowhere"),
        ("action: close, every_class: true", "two classes or more"),
        ("action: close, classes: [vulnerable], exempt: [vulnerable]", "concerns nobody"),
    ],
)
def test_what_is_written_has_effect_or_is_refused(terms: str, message: str) -> None:
    written = (
        "policies.filter={label: Filter, type: schedule, source: made up, steps: [{"
        "crossings: [gate], announced: 2023-11-02T12:00Z, effective: 2023-11-02T12:00Z, "
        f"source: made up, {terms}}}]}}"
    )
    with pytest.raises(ScenarioError, match=message):
        load_scenario(INPUTS / "filter.yaml", assignments=[written])


def test_a_filter_of_a_scenario_file_bars_those_it_names() -> None:
    for run in runs("filter", "filter", 3):
        origin, found = of_group(run, "origin"), record(run)
        assert not found.presented[origin == 1].any()
        assert found.presented[origin == 0].sum() > 20
        assert (found.causes[origin == 1] == Cause.BARRED).mean() > 0.9
