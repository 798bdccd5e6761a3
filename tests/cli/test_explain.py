"""``rajasim explain``, and the lists that it belongs to: every name there is, told in full."""

from __future__ import annotations

import pytest

from sim.cli.key_explanations import explain, parameter_row
from sim.cli.listings import LISTS, Subject, only
from sim.errors import InputError
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.series import SERIES
from sim.report.charts.registry import CHARTS
from sim.scenario.key_places import find_places, places
from sim.scenario.schema import RULES
from sim.scenario.word_meanings import words_of
from sim.world.parameter_names import PARAMETER_NAMES

TYPES = [name for _, kinds in RULES.values() for name in kinds()]


def facts_of(word: str) -> dict[str, str]:
    (section,) = explain(word)
    return {row[0]: row[1] for row in section.rows}


def test_a_key_is_told_in_full() -> None:
    assert facts_of("crossings.registration.service.cv") == {
        "holds": "number",
        "range": "0 to 20",
        "if left out": "0.6",
        "example": "cv: 0.6",
        "where": "crossings.registration.service.cv",
    }


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("crossings.registration.servers", "crossings.registration.servers"),
        ("crossings.salla.registration.servers", "crossings.registration.servers"),
        ("crossings.0.registration.servers", "crossings.registration.servers"),
        ("crossings[].known", "crossings.known"),
        ("policies.my-plan.steps.2.queue", "policies.schedule.steps.queue"),
        ("headway_h", "crossings.transport.headway_h"),
        ("schedule.steps.action", "policies.schedule.steps.action"),
        ("runs.seed", "runs.seed"),
        ("with", "responses.with"),
    ],
)
def test_a_key_is_found_with_ids_on_the_way_or_by_its_end(typed: str, path: str) -> None:
    assert str(find_places(typed)[0]) == path


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("crosings.lanes", "'crossings.admission.lanes'"),
        ("news_delay", "'news_delay_h'"),
        ("shedule", "'schedule'"),
        ("R1_maen", "'R1_mean'"),
        ("xyzzy", "rajasim list shows what there is"),
    ],
)
def test_what_there_is_not_is_told_with_the_nearest_name(typed: str, hint: str) -> None:
    with pytest.raises(InputError, match="there is nothing called") as caught:
        explain(typed)
    assert hint in str(caught.value)


def test_everything_that_has_a_name_is_explained() -> None:
    words = {word.text for place in places() for word in words_of(place.key)}
    paths = {str(place) for place in places()}
    results = (*INDICATORS, *CHARTS, *(each.name for each in SERIES))
    for name in (*paths, *words, *TYPES, *PARAMETER_NAMES, *results, "extends"):
        assert all(section.lines or section.rows for section in explain(name)), name


def test_every_word_that_a_key_may_hold_has_a_meaning() -> None:
    """Else: say it in :data:`sim.scenario.word_meanings.MEANINGS`."""
    words = {word for place in places() for word in words_of(place.key)}
    assert sorted(word.text for word in words if not word.meaning) == []


def test_an_action_says_which_keys_it_uses() -> None:
    assert facts_of("set-hours")["uses"] == "`crossings`, `hours`, `until` where it has an end"
    uses = {section.rows[0] for section in explain("meter")}
    assert len(uses) == 2, "a policy may meter, and the other side's gate"


def test_a_parameter_says_what_it_is_and_how_to_give_it() -> None:
    facts = facts_of("parameters.review_eur.value")
    assert (facts["unit"], facts["range"]) == ("EUR", "0 to 10,000,000")
    assert facts["can move"] == "indicators K only"
    assert facts["for one run"] == "--set parameters.review_eur=20000"


def test_the_list_of_parameters_has_all_with_unit_range_and_reach() -> None:
    (section,) = LISTS[Subject.PARAMETERS]()
    assert tuple(row[0] for row in section.rows) == PARAMETER_NAMES
    assert all(all(cell for cell in row) for row in section.rows)
    assert parameter_row("review_eur")[2:6] == ("EUR", "20,000", "0 to 10,000,000", "K")


def test_a_list_can_be_of_one_name() -> None:
    (section,) = only(LISTS[Subject.POLICIES](), "fence")
    assert section.title == "type: fence"
    (section,) = only(LISTS[Subject.INDICATORS](), "R1_mean")
    assert len(section.rows) == 1
    with pytest.raises(InputError, match="did you mean 'fence'"):
        list(only(LISTS[Subject.POLICIES](), "fance"))
