"""The comparison by receiving state: the words of the whole table, in the terminal and the page."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from sim.report.analysis.verdicts import judged_by_state
from sim.report.page.comparison_table import table_html, table_rows
from sim.report.page.displayed_table import ComparisonTable
from sim.report.page.html_report import render_report
from sim.report.page.state_tables import statement, tables_by_state, tables_html
from sim.results.store import StoredResults, write_results
from sim.text.catalogue import speaking
from sim.text.languages import Language
from sim.text.wording import FEWER_COULD_COME
from tests.report import synthetic


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Two states of two crossings each."""
    return synthetic.results(tmp_path_factory.mktemp("chain") / "run", states=2)


def shown(results: StoredResults) -> str:
    stream = io.StringIO()
    Console(file=stream, width=100).print(ComparisonTable(results))
    return stream.getvalue()


def one_indicator(folder: Path, shifts: dict[tuple[str, str], float]) -> StoredResults:
    """Waiting by policy and state: 100 in each of 12 runs, and so much more or less."""
    content = synthetic.frames(policies=2, crossings=2, days=10, runs=12, states=2)
    content["manifest"]["state_headline"] = ["R1_person_days"]
    content["by_state"] = pl.DataFrame(
        [
            (policy, run, 0, state, "R1_person_days", 100.0 + run + shift * (1.0 + run / 100.0))
            for (policy, state), shift in shifts.items()
            for run in range(12)
        ],
        schema=content["by_state"].schema,
        orient="row",
    )
    without = pl.col("indicator") == "R4_without_access"
    more = pl.when(pl.col("policy") == "open").then(60.0).otherwise(50.0)
    content["indicators"] = content["indicators"].with_columns(
        value=pl.when(without).then(more).otherwise(pl.col("value"))
    )
    return write_results(folder, **content)


def test_every_state_has_every_policy_with_rights_first(chain: StoredResults) -> None:
    upland, lowland = tables_by_state(chain)
    assert [upland.heading, lowland.heading] == [
        "By state: Upland <test> (Rajajooseppi and Kuusamo)",
        "By state: Lowland (Salla and Vartius)",
    ]
    families = [row.family for row in upland.rows]
    assert families == ["rights"] * 6 + ["security"] * 3 + ["cost"] * 3
    assert [row.policy for row in upland.rows[:3]] == ["historical", "open", "closed"]
    assert [row.change is None for row in upland.rows[:3]] == [True, False, False]


def test_values_and_differences_are_those_of_the_state(chain: StoredResults) -> None:
    """Made-up values are a tenth of the route's in the first state, and two in the second."""
    whole = {(row.indicator, row.policy): row for row in table_rows(chain)}
    for tenths, table in enumerate(tables_by_state(chain), 1):
        for row in table.rows:
            same = whole[row.indicator, row.policy]
            assert row.median == pytest.approx(same.median * tenths / 10.0)
            assert row.q90 == pytest.approx(same.q90 * tenths / 10.0)
            if row.change is not None and same.change is not None:
                assert row.change.mean == pytest.approx(same.change.mean * tenths / 10.0)


def test_what_falls_because_fewer_could_come_is_not_called_better(tmp_path: Path) -> None:
    """More people are without access on the route: no state's shorter wait is praised."""
    results = one_indicator(
        tmp_path / "run",
        {
            ("historical", "upland"): 0.0,
            ("open", "upland"): -20.0,
            ("historical", "lowland"): 0.0,
            ("open", "lowland"): 20.0,
        },
    )
    said = judged_by_state(results)
    assert said["upland"]["R1_person_days", "open"].word == FEWER_COULD_COME
    assert said["lowland"]["R1_person_days", "open"].word == "worse"


def test_words_allow_for_the_comparisons_of_all_states(
    chain: StoredResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def counted(chances: list[float]) -> list[bool]:
        looked.append(len(chances))
        return [False] * len(chances)

    monkeypatch.setattr("sim.report.analysis.verdicts.holm", counted)
    judged_by_state(chain)
    assert looked == [2 * 2 * 4], "states, policies, indicators"
    assert "all 16 comparisons of all states together" in statement(tables_by_state(chain))


def test_the_terminal_shows_each_state_below_the_whole(chain: StoredResults) -> None:
    lines = shown(chain).splitlines()
    heads = [line for line in lines if line.startswith("BY STATE")]
    assert heads == [
        "BY STATE: UPLAND <TEST> (RAJAJOOSEPPI AND KUUSAMO)",
        "BY STATE: LOWLAND (SALLA AND VARTIUS)",
    ]
    assert max(len(line) for line in lines) <= 100
    words = " ".join(" ".join(lines).split())
    assert "Arrivals of states add up over borders, people do not" in words


def test_nothing_is_said_of_states_where_there_is_one_border(tmp_path: Path) -> None:
    results = synthetic.results(tmp_path / "run", policies=2, crossings=1, days=10, runs=3)
    assert tables_by_state(results) == []
    assert tables_html(results) == table_html(results)
    assert "BY STATE" not in shown(results)


def test_one_policy_alone_is_compared_with_nothing(tmp_path: Path) -> None:
    results = synthetic.results(
        tmp_path / "run", policies=1, crossings=2, days=10, runs=3, states=2
    )
    assert all(row.change is None for table in tables_by_state(results) for row in table.rows)
    assert "comparisons" not in statement(tables_by_state(results))
    assert "BY STATE: LOWLAND" in shown(results)


def test_the_page_says_what_every_indicator_of_a_state_means(tmp_path: Path) -> None:
    for states, times in ((2, 1), (0, 0)):
        content = synthetic.frames(policies=2, crossings=2, days=10, runs=3, states=states)
        content["manifest"]["headline"] = ["R1_person_days", "K1_cost"]
        page = render_report(write_results(tmp_path / f"run{states}", **content), [])
        assert page.count("<code>R6_turned_back</code>") == times
        assert page.count("<code>R1_person_days</code>") == 1


def test_the_page_has_a_table_a_state_escaped_and_translated(chain: StoredResults) -> None:
    page = render_report(chain, [])
    assert page.count('<table class="comparison">') == 3
    assert '<h3 id="by-state">By state</h3>' in page
    assert "Upland &lt;test&gt; (Rajajooseppi and Kuusamo)" in page
    with speaking(Language.FINNISH):
        assert "Alanko (Salla ja Vartius)" in tables_html(chain)
