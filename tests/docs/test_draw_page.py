"""The page about what is drawn: its files are read, and say what it says."""

from __future__ import annotations

from pathlib import Path

from sim import load_scenario
from tests.docs.test_how_to import HOW_TO, blocks

PAGE = HOW_TO / "draw-what-is-unknown.md"
TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching" / "one-crossing.yaml"
COUNTS = """\
period_start,period_end,place,series,count
2024-03-02,2024-03-02,total,arrivals,20
2024-03-03,2024-03-03,total,arrivals,60
2024-03-03,2024-03-03,gate,waiting_before,80
"""


def test_the_files_of_the_page_are_read(tmp_path: Path) -> None:
    drawn, seen = blocks(PAGE, "yaml")
    (tmp_path / "observed.csv").write_text(COUNTS, encoding="utf-8")
    file = tmp_path / "case.yaml"
    text = drawn.replace("one-crossing.yaml", str(TEACHING))
    file.write_text(text + seen, encoding="utf-8")
    scenario = load_scenario(file)
    assert scenario.controls["metering"].chance == 0.5
    names = {each.parameter for each in scenario.uncertainties}
    assert names >= {"crossings.gate.known", "controls.metering", "controls.metering.1.delay_h"}
    assert [(each.id, each.observed) for each in scenario.expected] == [
        ("rush", 3.0),
        ("queue", 80),
    ]
