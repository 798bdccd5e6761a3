"""How the transit side answers: each rule by chances worked by hand, and what they do in a run."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
import pytest

from sim.engine.codes import PersonState as State
from sim.hypotheses import Checks, Facilitates, Hypothesis, LetsThrough, Response, Signals
from sim.hypotheses.responses import (
    CostSensitive,
    Deterred,
    Reactance,
    Scripted,
    logistic,
    next_level,
)
from sim.model import BorderModel
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.verification.reference_statistics import interval_of_share
from sim.world.parameters import Parameters

CALM = Signals(open_share=1.0, failure=0.0, stranded=0, active_d=0.0, withdrawing=False)
LOGITS = Parameters(
    deterred_withdraw_base=-2.0,
    deterred_withdraw_failure=3.0,
    deterred_escalate_base=-1.0,
    deterred_escalate_openness=2.0,
    reactance_withdraw_base=-2.0,
    reactance_escalate_base=-1.0,
    reactance_strength=2.0,
    stranded_limit_persons=100.0,
    stranded_resume_share=0.5,
)


class TestRules:
    def test_deterred_withdraws_with_failure_and_escalates_with_openness(self) -> None:
        """Failure 1/3: -2 + 1 = -1, 0.26894; half open: -1 + 1 = 0, 0.5."""
        signals = replace(CALM, failure=1.0 / 3.0, open_share=0.5)
        moves = Deterred().moves(signals, LOGITS)
        assert moves.withdraw == pytest.approx(0.2689414213699951)
        assert moves.escalate == pytest.approx(0.5)

    def test_reactance_escalates_with_the_strength_of_the_response(self) -> None:
        """Nothing closed: -1, 0.26894; everything closed: -1 + 2 = 1, 0.73106."""
        chances = [
            Reactance().moves(replace(CALM, open_share=share), LOGITS).escalate
            for share in (1.0, 0.0)
        ]
        assert chances == pytest.approx([0.2689414213699951, 0.7310585786300049])
        assert Reactance().moves(CALM, LOGITS).withdraw == pytest.approx(0.1192029220221175)

    @pytest.mark.parametrize(
        ("active_d", "factor", "withdraws"),
        [(9.9, 1.0, 0.0), (10.0, 1.0, 1.0), (10.0, 1.2, 0.0), (5.0, 0.5, 1.0)],
    )
    def test_a_script_ends_after_its_duration_and_not_before(
        self, active_d: float, factor: float, withdraws: float
    ) -> None:
        signals = replace(CALM, active_d=active_d, duration_factor=factor, failure=1.0)
        moves = Scripted(duration_mean_d=10.0).moves(signals, LOGITS)
        assert (moves.withdraw, moves.escalate) == (withdraws, 0.0)

    def test_a_script_without_duration_never_ends(self) -> None:
        assert Scripted().moves(replace(CALM, active_d=1e6), LOGITS).withdraw == 0.0

    @pytest.mark.parametrize(
        ("stranded", "withdrawing", "withdraws"),
        [(100, False, 0.0), (101, False, 1.0), (60, True, 1.0), (50, True, 1.0), (49, True, 0.0)],
    )
    def test_costs_count_above_a_limit_and_until_few_are_left(
        self, stranded: int, withdrawing: bool, withdraws: float
    ) -> None:
        signals = replace(CALM, stranded=stranded, withdrawing=withdrawing)
        moves = CostSensitive().moves(signals, LOGITS)
        assert (moves.withdraw, moves.escalate) == (withdraws, 1.0 - withdraws)

    def test_the_logistic_function_is_safe_far_out(self) -> None:
        assert logistic(0.0) == 0.5
        assert logistic(-2000.0) == 0.0
        assert logistic(2000.0) == 1.0
        assert logistic(1.5) == pytest.approx(1.0 / (1.0 + exp(-1.5)))


class TestLevel:
    P = Parameters(withdrawal_half_life_d=4.0, escalation_factor=1.5)

    def after(self, level: float, *, withdrawing: bool, escalating: bool) -> float:
        return next_level(
            level, withdrawing=withdrawing, escalating=escalating, highest=2.0, parameters=self.P
        )

    def test_withdrawal_halves_the_level_in_its_half_life(self) -> None:
        level = 1.0
        for _ in range(4):
            level = self.after(level, withdrawing=True, escalating=False)
        assert level == pytest.approx(0.5)

    def test_escalation_multiplies_up_to_the_limit(self) -> None:
        up = [self.after(x, withdrawing=False, escalating=True) for x in (0.5, 1.0, 1.5)]
        assert up == [0.75, 1.5, 2.0]

    def test_else_it_stays(self) -> None:
        assert self.after(0.7, withdrawing=False, escalating=False) == 0.7


def run_of(
    hypothesis: Hypothesis,
    response: Response | None = None,
    *,
    days: float = 30.0,
    policy: Any = None,
    number: int = 0,
    crossings: int = 1,
    **parameters: Any,
) -> BorderModel:
    names = [small_worlds.GATE, *(f"gate-{k}" for k in range(2, crossings + 1))]
    network = small_worlds.star(
        *(small_worlds.crossing(name) for name in names),
        hours=[float(k + 1) for k in range(crossings)],
    )
    where = small_worlds.world(
        network, small_worlds.poisson(1.0), days=days, review_rate_per_h=0.2, **parameters
    )
    return small_worlds.model(
        where, policy, hypothesis=hypothesis, response=response, number=number, audit=True
    ).run()


def facilitates(**keys: Any) -> Facilitates:
    given: dict[str, Any] = {
        "hub": small_worlds.TOWN,
        "begins": small_worlds.START,
        "opens": {"default": small_worlds.START},
        "price_factor": 1.0,
        "persons_per_d": 48.0,
        "batch": 4,
    }
    return Facilitates(**{**given, **keys})


class TestDegenerate:
    """MODEL V26 and V27."""

    def test_facilitation_of_nobody_with_the_same_gates_is_checks(self) -> None:
        none = facilitates(opens={}, persons_per_d=0.0, leakage=0.3)
        assert small_worlds.differing(run_of(Checks(leakage=0.3)), run_of(none)) == []

    @pytest.mark.parametrize("hypothesis", [facilitates(), LetsThrough(leakage=0.2)])
    def test_a_script_without_end_is_no_response(self, hypothesis: Hypothesis) -> None:
        assert small_worlds.differing(run_of(hypothesis), run_of(hypothesis, Scripted())) == []

    def test_batches_of_one_are_poisson(self) -> None:
        """48 persons a day for 200 days: 9600 +- 98; daily counts with variance over mean 1."""
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.crowd(0), days=200
        )
        run = small_worlds.model(where, hypothesis=facilitates(batch=1)).run()
        daily = np.bincount(
            (small_worlds.groups(run)["created_h"] // 24).astype(int), minlength=200
        )
        assert abs(daily.sum() - 9600) < 3.3 * 98
        # The dispersion of 200 Poisson counts has standard error sqrt(2 / 199) = 0.1.
        assert abs(daily.var(ddof=1) / daily.mean() - 1.0) < 0.33

    def test_without_steering_organised_groups_choose_as_everybody_does(self) -> None:
        """At equal utilities the far crossing is chosen as often as the near one."""
        run = run_of(facilitates(steering=0.0), crossings=2, value_of_time_eur_per_h=0.0)
        near, far = self.organised_to(run)
        low, high = interval_of_share(near, near + far)
        assert low <= 0.5 <= high

    def test_with_steering_they_are_brought_to_the_nearest_open_crossing(self) -> None:
        run = run_of(facilitates(steering=1.0), crossings=2, value_of_time_eur_per_h=0.0)
        assert self.organised_to(run)[1] == 0
        closed = Closure(crossings=(small_worlds.GATE,), at=small_worlds.START)
        other = run_of(
            facilitates(steering=1.0), crossings=2, policy=closed, value_of_time_eur_per_h=0.0
        )
        assert self.organised_to(other)[0] == 0

    def test_part_steering_brings_that_share_and_lets_the_rest_choose(self) -> None:
        """Of all, 0.6 are brought to the near crossing and half of the others go there: 0.8."""
        run = run_of(facilitates(steering=0.6), crossings=2, value_of_time_eur_per_h=0.0)
        near, far = self.organised_to(run)
        low, high = interval_of_share(near, near + far)
        assert low <= 0.8 <= high

    @staticmethod
    def organised_to(run: BorderModel) -> tuple[int, int]:
        rows = small_worlds.groups(run)
        mine = rows[run.engine.streams["organised"][rows["stream"]] == 1]
        near, far = np.bincount(mine["destination"][mine["destination"] >= 0], minlength=2)
        assert near + far > 100
        return int(near), int(far)


class TestInARun:
    def test_withdrawal_closes_gates_and_ends_organised_travel(self) -> None:
        """Half-life 1 d from day 10 on: gates fall from 1 towards the leakage of 0.1."""
        hypothesis = facilitates(leakage=0.1)
        script = Scripted(duration_mean_d=10.0, duration_shape=1e6)
        run = run_of(hypothesis, script, days=40, withdrawal_half_life_d=1.0)
        rows = small_worlds.groups(run)
        born_d = rows["created_h"][run.engine.streams["organised"][rows["stream"]] == 1] / 24.0
        assert (born_d < 10.0).sum() > 80
        # What is left after day 10: 12 groups a day, halved each day, so about 12 + 6 + 3 + ...
        assert 0 < (born_d > 10.5).sum() < 40
        assert (born_d > 22.0).sum() == 0
        assert run.engine.stations["gate"][0] == pytest.approx(0.1, abs=1e-6)

    def test_the_gate_lies_between_leakage_and_chance_by_level(self) -> None:
        """Leakage 0.1, chance 1, half-life 1 d: after the first morning 0.1 + 0.9 / 2 = 0.55."""
        hypothesis = facilitates(leakage=0.1)
        script = Scripted(duration_mean_d=1e-6)
        network = small_worlds.star(small_worlds.crossing())
        where = small_worlds.world(
            network, small_worlds.crowd(1), days=3, withdrawal_half_life_d=1.0
        )
        run = small_worlds.model(where, hypothesis=hypothesis, response=script)
        gates = []
        for hour in (7.0, 9.0, 33.0):
            run.advance_to(hour)
            gates.append(float(run.engine.stations["gate"][0]))
        assert gates == pytest.approx([1.0, 0.55, 0.325])
        assert run.engine.status["transit_level"][0] == pytest.approx(0.25)

    def test_escalation_brings_more_organised_groups_up_to_the_limit(self) -> None:
        """It escalates each day by 2 up to 3: level 2 after the first morning, then 3."""
        certain: dict[str, Any] = {
            "reactance_withdraw_base": -20.0,
            "reactance_escalate_base": 20.0,
            "escalation_factor": 2.0,
            "transit_level_max": 3.0,
        }
        run = run_of(facilitates(batch=1), Reactance(), days=60, **certain)
        rows = small_worlds.groups(run)
        mine = run.engine.streams["organised"][rows["stream"]] == 1
        assert run.engine.status["transit_level"][0] == 3.0
        # 48 persons a day: 48 * 8/24 at level 1, 48 at 2, then 58 2/3 days at 3: 8560 +- 93.
        assert abs(mine.sum() - (16 + 96 + 48 * 3 * (58 + 2 / 3))) < 3.3 * 93

    def test_people_stranded_make_it_withdraw_and_go_on_again(self) -> None:
        closure = Closure(
            crossings=(small_worlds.GATE,),
            at=small_worlds.at(24.0),
            until=small_worlds.at(24.0 * 15),
        )
        network = small_worlds.star(small_worlds.crossing())
        where = small_worlds.world(
            network,
            small_worlds.poisson(2.0),
            days=30,
            demand_when_closed=1.0,
            stranded_limit_persons=100.0,
            withdrawal_half_life_d=1.0,
        )
        opens = LetsThrough(leakage=0.9, opens={"default": small_worlds.at(1.0)})
        run = small_worlds.model(where, closure, hypothesis=opens, response=CostSensitive())
        levels = []
        for day in (2, 14, 29):
            run.advance_to(24.0 * day + 9.0)
            levels.append(float(run.engine.status["transit_level"][0]))
        assert levels[0] == 1.0
        assert levels[1] < 0.01
        assert levels[2] > levels[1]

    def test_nothing_is_answered_before_anything_is_done(self) -> None:
        hypothesis = LetsThrough(opens={"default": small_worlds.at(240.0)})
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.crowd(1), days=20
        )
        run = small_worlds.model(where, hypothesis=hypothesis, response=Deterred())
        assert run.transit.decision_times[0] == 248.0
        idle = small_worlds.model(where, hypothesis=Checks(), response=Deterred())
        assert idle.transit.decision_times == ()

    def test_open_share_is_that_of_registration_capacity(self) -> None:
        network = small_worlds.star(
            small_worlds.crossing(servers=3), small_worlds.crossing("other", servers=1)
        )
        where = small_worlds.world(network, small_worlds.crowd(1), days=5)
        closed = Closure(crossings=(small_worlds.GATE,), at=small_worlds.at(24.0))
        run = small_worlds.model(where, closed, response=Deterred())
        run.advance_to(1.0)
        assert run.transit.signals().open_share == 1.0
        run.advance_to(25.0)
        assert run.transit.signals().open_share == 0.25

    def test_removal_and_settling_are_as_the_hypothesis_has_them(self) -> None:
        plain: dict[str, Any] = {
            "removal_rate_per_d": 0.2,
            "settle_constant": -3.0,
            "valid_document_share": 0.0,
        }
        run = run_of(Checks(leakage=0.3, removal_factor=2.0, settle_shift=1.5), **plain)
        assert run.parameters.removal_rate_per_d == 0.4
        assert run.parameters.settle_constant == -1.5
        none = run_of(Checks(leakage=0.3, removal_factor=0.0), **plain)
        assert int(none.engine.entries[:, :, State.REMOVED_BY_TRANSIT].sum()) == 0
