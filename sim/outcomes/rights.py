"""Rights and human cost: R1 to R14 of the indicators. They cannot be switched off."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import elementwise
from sim.engine.codes import Cause
from sim.engine.codes import PersonState as State
from sim.engine.person_states import PAST_THE_GATE, WAITING_AT_BORDER
from sim.outcomes.indicator import Direction, Family, FamilyTable, Statistic, share_of
from sim.outcomes.run_record import RunRecord
from sim.world.modelled import Need
from sim.world.weather import BAND_NAMES

TABLE: Final = FamilyTable(Family.RIGHTS)
_LESS, _MORE, _NONE = Direction
_SUM, _MEAN = Statistic
MINUS_10, MINUS_15, MINUS_28 = 1, 2, 3  # first bands at a wind chill as cold as that

Floats = NDArray[np.float64]


def only_of(values: Floats, who: NDArray[np.bool_]) -> Floats:
    """Values of people who count, nan for the others."""
    return np.where(who, values, np.nan)


# R1 waiting ---------------------------------------------------------------------------------------


@TABLE.of_people("R1_mean", "Mean wait for registration", "h", _LESS, _MEAN)
def wait(run: RunRecord) -> Floats:
    """Time on the receiving side: from presenting oneself to being registered.

    Unfinished waits count up to the end. Missing where nobody could present themselves: read it
    beside access (R4, R13).
    """
    return run.sum_of_waits_h()


@TABLE.of_run("R1_p95", "95th percentile of that wait", "h", _LESS)
def long_wait(run: RunRecord) -> float:
    """95th percentile of the time from presenting oneself to being registered."""
    waits = run.registration_wait_h
    return float(np.quantile(waits, 0.95)) if len(waits) else math.nan


@TABLE.of_run("R1_max", "Longest wait", "h", _LESS)
def longest_wait(run: RunRecord) -> float:
    """Longest time from presenting oneself to being registered."""
    waits = run.registration_wait_h
    return float(waits.max()) if len(waits) else math.nan


@TABLE.of_run("R1_post", "Mean wait at the transit side's post", "h", _LESS)
def wait_at_post(run: RunRecord) -> float:
    """Time in the queue before the gate, all attempts together, per person who came to a post.

    The queue is on the transit side. What holds people there may be its own checks, or the
    receiving side's hours, orders or lack of room. Missing where nobody came.
    """
    came = ~np.isnan(run.persons["queued_h"])
    return share_of(float(run.hours_by_state[State.EXIT_QUEUE]), int(came.sum()))


@TABLE.of_run("R1_person_days", "Waiting at the border", "person-days", _LESS, headline=True)
def waiting_at_border(run: RunRecord) -> float:
    """Time that people spent in the queue, between the posts and until registered."""
    return run.hours_in(WAITING_AT_BORDER) / 24.0


@TABLE.of_run("R1_post_days", "of which at the transit side's post", "person-days", _LESS)
def waiting_at_post(run: RunRecord) -> float:
    """Time that people spent in the queue before the gate, on the transit side."""
    return run.hours_in((State.EXIT_QUEUE,)) / 24.0


@TABLE.of_run("R1_inside_days", "of which on the receiving side", "person-days", _LESS)
def waiting_inside(run: RunRecord) -> float:
    """Time that people spent past the gate: between the posts and until registered."""
    return run.hours_in(PAST_THE_GATE) / 24.0


# R2, R3 cold --------------------------------------------------------------------------------------


@TABLE.of_people(
    "R2_cold",
    "Outdoors at −10 °C or colder",
    "person-h",
    _LESS,
    _SUM,
    headline=True,
    needs=Need.WEATHER,
)
def cold_hours(run: RunRecord) -> Floats:
    """Hours outdoors at the border or on the terrain at a wind chill of −10 °C or colder."""
    return run.exposed_h[:, MINUS_10:].sum(axis=1)


@TABLE.of_people(
    "R2_below28", "Outdoors at −28 °C or colder", "person-h", _LESS, _SUM, needs=Need.WEATHER
)
def extreme_cold_hours(run: RunRecord) -> Floats:
    """Hours outdoors at a wind chill of −28 °C or colder.

    At the border or on the terrain; at such a wind chill skin freezes within half an hour.
    """
    return run.exposed_h[:, MINUS_28:].sum(axis=1)


def _in_words(band: int) -> str:
    """The wind chills of a band, as people write them."""
    return f"{BAND_NAMES[band].replace('-', '−')} °C"


def _hours_in_band(band: int) -> Callable[[RunRecord], float]:
    def hours(run: RunRecord) -> float:
        return float(run.outdoor_h_by_band[band])

    hours.__doc__ = (
        f"Hours outdoors at the border or on the terrain (wind chill: {_in_words(band)}). "
        "People who share heated places are outdoors for part of the time, those in tents for "
        "half of it."
    )
    return hours


for _band in range(len(BAND_NAMES)):
    TABLE.of_run(
        f"R2_band{_band}",
        f"Outdoors, {_in_words(_band)}",
        "person-h",
        _LESS,
        needs=Need.WEATHER,
    )(_hours_in_band(_band))


@TABLE.of_people("R2_eri", "Exposure risk index", "weighted h", _LESS, _SUM, needs=Need.WEATHER)
def exposure_risk(run: RunRecord) -> Floats:
    """ERI: outdoor hours weighted by wind chill (expert guess), frailty and gear."""
    return run.exposure_risk


@TABLE.of_people("R3", "Expected medical care", "persons", _LESS, _SUM, needs=Need.WEATHER)
def medical_care(run: RunRecord) -> Floats:
    """People expected to need medical care for the cold: ``1 - exp(-care_per_weighted_h ERI)``.

    An expectation; nobody's illness or death is simulated.
    """
    return -elementwise.expm1(-run.parameters.care_per_weighted_h * run.exposure_risk)


@TABLE.of_run("R3_pushback", "Expected to need help after a pushback", "persons", _LESS)
def harmed_by_pushback(run: RunRecord) -> float:
    """People expected to be hurt or in need of help when pushed back on the terrain border.

    The share ``pushback_harm_share`` (expert guess) of the times that people are pushed back; an
    expectation, as R3, which counts their hours in the cold. Nobody's injury is simulated.
    """
    return run.parameters.pushback_harm_share * pushed_back(run)


# R4, R5, R6, R13 access ---------------------------------------------------------------------------


@TABLE.of_run("R4_intended", "People who would claim", "persons", _NONE)
def intended(run: RunRecord) -> float:
    """The intended population: all who want to claim, if nothing kept anybody from coming.

    People already there, everybody whom demand brings, also those who did not set out, and those
    who would follow if everybody got through at once. It is the same under every policy in a state
    of the world, except for people whose travel the transit state organises in answer to a policy.
    """
    return float(run.intended)


@TABLE.of_run("R4_24h", "Registered within 24 h", "%", _MORE)
def registered_within_a_day(run: RunRecord) -> float:
    """Registered within 24 hours of first standing at a border post, of all who would claim.

    That is of R4_intended: people kept from coming count as not registered.
    """
    return _share_registered(run, run.first_at_border_h, 24.0)


@TABLE.of_run("R4_72h", "Registered within 72 h", "%", _MORE, headline=True)
def registered_within_three_days(run: RunRecord) -> float:
    """Registered within 72 hours of first standing at a border post, of all who would claim.

    That is of R4_intended: people kept from coming count as not registered.
    """
    return _share_registered(run, run.first_at_border_h, 72.0)


@TABLE.of_run("R4_72h_presented", "Registered within 72 h of presenting", "%", _MORE)
def registered_after_presenting(run: RunRecord) -> float:
    """Registered within 72 hours of presenting themselves to the receiving side.

    Of all who would claim (R4_intended); the wait at the transit side's post is left out.
    """
    return _share_registered(run, run.persons["presented_h"], 72.0)


def _share_registered(run: RunRecord, since_h: Floats, hours: float) -> float:
    """Registered within so many hours of a time, in % of the intended population.

    Others are registered too, such as people who were found and would not have claimed.
    """
    registered = (run.persons["registered_h"] - since_h <= hours) & run.wants_to_claim
    return share_of(100.0 * int(registered.sum()), run.intended)


@TABLE.of_people("R4_72h_set_out", "Registered within 72 h, of those who came", "%", _MORE, _MEAN)
def registered_of_those_who_appeared(run: RunRecord) -> Floats:
    """As R4_72h, but of people who want to claim and appeared in the transit state.

    For classes of people. Those who were kept from coming are left out here: compare policies by
    R4_72h.
    """
    within = run.persons["registered_h"] - run.first_at_border_h <= 72.0
    return only_of(np.where(within, 100.0, 0.0), run.wants_to_claim)


@TABLE.of_run("R4_without_access", "Without access to asylum", "persons", _LESS, headline=True)
def without_access(run: RunRecord) -> float:
    """People who would claim (R4_intended) and by the end are neither registered nor elsewhere.

    The sum of the eight causes that follow; each person is counted under one of them. People whom a
    closure keeps from coming are without access too.
    """
    return float(run.without_access.sum()) + run.did_not_set_out


@TABLE.of_people("R4_set_out", "Without access, of those who came", "persons", _LESS, _SUM)
def without_access_after_setting_out(run: RunRecord) -> Floats:
    """People who want to claim, appeared, and by the end are neither registered nor elsewhere."""
    return run.without_access.astype(np.float64)


def _for(run: RunRecord, cause: Cause) -> Floats:
    return (run.causes == cause).astype(np.float64)


@TABLE.of_people("R4_barred", "Barred by the receiving state", "persons", _LESS, _SUM)
def barred(run: RunRecord) -> Floats:
    """Without access: turned back or kept out by an order of the receiving state.

    Those whose last attempt met a closure, a pushback or an enforced ban; those who gave up or
    still wait while an order, or a calendar that has ended, closes to them the crossing that they
    are at, travel to or are nearest to; and those who can pay for no mode but a banned one.
    """
    return _for(run, Cause.BARRED)


@TABLE.of_people("R4_stopped", "Stopped by the transit state", "persons", _LESS, _SUM)
def stopped(run: RunRecord) -> Floats:
    """Without access: removed by the transit state, not let out by its post, or held back there.

    The last time that they came to the post; held back are those in its queue whom it meters or
    stops.
    """
    return _for(run, Cause.STOPPED)


@TABLE.of_people("R4_waiting", "Waiting or gave up waiting", "persons", _LESS, _SUM)
def waiting(run: RunRecord) -> Floats:
    """Without access: in an open crossing's queues at the end, or gone home tired of waiting.

    Queues for hours of opening, checks, caps and interviews; also those who turned away from a
    queue or left it the last time, and those who never came to a post and gave up.
    """
    return _for(run, Cause.WAITING)


@TABLE.of_people("R4_means", "Out of means", "persons", _LESS, _SUM)
def out_of_means(run: RunRecord) -> Floats:
    """Without access: never reached a post, and can no longer afford the way to an open one."""
    return _for(run, Cause.MEANS)


@TABLE.of_people("R4_other", "Other: still on the way, or chose to stay", "persons", _LESS, _SUM)
def other_causes(run: RunRecord) -> Floats:
    """Without access, and none of the causes above: nothing had stopped them by the end.

    In town or on the road, on the terrain, settled in the transit state of their own accord, turned
    back by a neighbouring country, or where no road leads to a crossing.
    """
    return _for(run, Cause.OTHER)


@TABLE.of_run("R4_deterred", "Did not set out: news", "persons", _LESS)
def deterred(run: RunRecord) -> float:
    """Without access: people who want to claim and did not set out, for closures or failure."""
    return float(run.deterred)


@TABLE.of_run("R4_carriers", "Did not set out: carriers", "persons", _LESS)
def kept_by_carriers(run: RunRecord) -> float:
    """Without access: people who want to claim, kept from setting out by measures on carriers."""
    return float(run.kept_by_carriers)


@TABLE.of_run("R4_followers", "Did not set out: nobody to follow", "persons", _LESS)
def never_followed(run: RunRecord) -> float:
    """Without access: people who would have followed others, had these got through at once."""
    return float(run.never_followed)


CAUSES: Final = (
    "R4_barred",
    "R4_stopped",
    "R4_waiting",
    "R4_means",
    "R4_other",
    "R4_deterred",
    "R4_carriers",
    "R4_followers",
)


@TABLE.of_run("R5", "Effective access", "%", _MORE, headline=True, needs=Need.CROSSINGS)
def effective_access(run: RunRecord) -> float:
    """Share of people in the transit state whom an open crossing could have served.

    That is a crossing which is open to them for some of the day, to which the transit side lets
    them through, and at which they can arrive and be served within ``access_reach_h``, given its
    hours, caps, lanes, officers and queue, for at most ``access_price_eur``. Mean over people and
    days; missing where nobody ever waited.
    """
    reached = float(run.engine.access_reached.sum())
    return share_of(100.0 * reached, int(run.engine.access_stock.sum()))


@TABLE.of_run("R6", "Turned back unheard", "persons", _LESS, headline=True)
def turned_back(run: RunRecord) -> float:
    """Times that the receiving state turned people back without their claim being received.

    At crossings, at closed stretches of the terrain border, and pushed back from there.
    """
    turned = float(run.entries_by_state[State.TURNED_BACK]) - turned_back_elsewhere(run)
    return turned + pushed_back(run)


@TABLE.of_run("R6_pushback", "of which pushed back on the terrain border", "persons", _LESS)
def pushed_back(run: RunRecord) -> float:
    """Times that people found on the terrain border were sent back, their claim not received."""
    return float(run.entries_by_state[State.PUSHED_BACK])


@TABLE.of_run("R6_neighbour", "Turned back by a neighbour", "persons", _LESS, needs=Need.NEIGHBOURS)
def turned_back_elsewhere(run: RunRecord) -> float:
    """Times that a neighbouring country turned people back without hearing their claim."""
    entries = run.engine.entries[:, run.neighbour_places, State.TURNED_BACK]
    return float(entries.sum())


@TABLE.of_run("R7", "Families separated", "families", _LESS)
def separations(run: RunRecord) -> float:
    """Times that a family with children was parted at the transit side's gate."""
    return float(run.engine.status["separations"][0])


@TABLE.of_people(
    "R8", "Minors and vulnerable people waiting over 6 h", "persons", _LESS, _SUM, headline=True
)
def vulnerable_waiting(run: RunRecord) -> Floats:
    """Minors, elderly and particularly vulnerable people registered over 6 h after they came.

    Counted from the border post; those never registered count up to the end.
    """
    return (run.needs_care & run.waited_long).astype(np.float64)


@TABLE.of_people("R8_minors", "Minors among those waiting over 6 h", "persons", _LESS, _SUM)
def minors_waiting(run: RunRecord) -> Floats:
    """Children and unaccompanied minors among them."""
    return (run.is_minor & run.waited_long).astype(np.float64)


@TABLE.of_people(
    "R8_cold",
    "Minors and vulnerable people at −15 °C or colder",
    "person-h",
    _LESS,
    _SUM,
    needs=Need.WEATHER,
)
def vulnerable_cold_hours(run: RunRecord) -> Floats:
    """Hours outdoors of minors, elderly and particularly vulnerable people.

    At a wind chill of −15 °C or colder.
    """
    return np.where(run.needs_care, run.exposed_h[:, MINUS_15:].sum(axis=1), 0.0)
