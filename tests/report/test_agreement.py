"""The chart of verification: its finding, its labels, its bytes."""

from __future__ import annotations

import math

import pytest

from sim.report.charts.agreement import draw
from sim.report.drawing.layout import READABLE, text_problems
from sim.report.drawing.style import TITLE
from sim.verification.case import Case, Finding, Trial, Verified, for_certain


def nothing(trial: Trial) -> list[Finding]:
    return []


def chance(quantity: str, simulated: float, *, retest: bool = False) -> Finding:
    return Finding(quantity, "h", 1.0, simulated, 0.1, by_chance=True, retest=retest)


def verified(number: int, *findings: Finding) -> Verified:
    case = Case(f"V{number}", "a case whose name is rather long for its place", "a book", nothing)
    return Verified(case, findings)


AGREEING = [
    verified(
        k, chance("mean wait of everybody who ever came to any crossing at all", 1.0 + k / 300)
    )
    for k in range(1, 28)
]
CERTAIN = verified(28, for_certain("people lost", "persons", 0.0, 0.0))


@pytest.mark.parametrize("count", [1, 2, 27])
def test_no_label_leaves_the_canvas_or_touches_another(count: int) -> None:
    chart = draw([*AGREEING[:count], CERTAIN], seed=1)
    assert text_problems(chart.figure) == []


def test_the_title_says_that_all_agree() -> None:
    chart = draw([*AGREEING, CERTAIN], seed=7)
    assert chart.title == "The engine agrees with theory in all 28 cases"
    assert "of the exact ones 1 of 1 agree" in chart.subtitle
    assert "seed 7" in " ".join(text.get_text() for text in chart.figure.texts)


def test_the_title_names_the_cases_that_differ() -> None:
    """Far off, nan, and certain but wrong are all drawn, and none as if it agreed."""
    chart = draw(
        [
            AGREEING[0],
            verified(5, chance("wait", 9.0), chance("line", math.nan)),
            verified(9, for_certain("people lost", "persons", 0.0, 1.0)),
            verified(3, chance("share", 1.05, retest=True)),
        ],
        seed=1,
    )
    assert chart.title == "The engine differs from theory in V5 and V9 of 4 cases"
    assert chart.data["verdict"].to_list() == [
        "agrees",
        "differs",
        "differs",
        "differs",
        "agrees on retest",
    ]
    assert text_problems(chart.figure) == []


def test_the_same_findings_give_the_same_bytes() -> None:
    one, other = draw(AGREEING, seed=1), draw(AGREEING, seed=1)
    assert one.svg() == other.svg()
    assert one.png() == other.png()


def test_only_a_long_name_takes_a_second_line() -> None:
    """Names are measured: a short one needs no room for two lines, and none is too small."""
    named = [
        Verified(Case(f"V{k}", name, "a book", nothing), (chance("wait", 1.0),))
        for k, name in enumerate(("M/M/1", "everybody shares the few lanes that are open at night"))
    ]
    short, long = (draw([each], seed=1).figure for each in named)
    bold = [text for text in long.texts if text.get_fontweight() == "bold"]
    lines = [text for text in bold if text.get_fontsize() != TITLE]
    assert [text.get_fontsize() for text in lines] == [READABLE, READABLE]
    assert long.get_figheight() > short.get_figheight()
