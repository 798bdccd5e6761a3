"""A chart is one file and one line of the registry: the page that says so is followed."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from sim.report.charts import registry
from sim.report.charts.registry import ChartKind, Section, draw_charts
from sim.report.drawing.chart import save_charts
from sim.report.drawing.layout import text_problems
from sim.report.page.html_report import render_report
from sim.results.store import StoredResults

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-chart.md"


@pytest.fixture
def peaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChartKind:
    """The page's chart, added as the page says."""
    code, line = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "peaks.py"
    file.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("sim.report.charts.peaks", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "sim.report.charts.peaks", module)
    spec.loader.exec_module(module)
    kind = eval(line, {"ChartKind": ChartKind, "Section": Section})  # noqa: S307 - a line of our own page
    assert isinstance(kind, ChartKind)
    monkeypatch.setitem(registry.CHARTS, kind.name, kind)
    return kind


def test_the_chart_of_the_page_is_drawn_saved_and_reported(
    peaks: ChartKind, tiny: StoredResults, tmp_path: Path
) -> None:
    charts = draw_charts(tiny, [peaks.name])
    (chart,) = charts
    assert text_problems(chart.figure) == []
    assert chart.title == "At most 20 people wait at once (Historical steps of autumn 2023)"
    assert chart.data["waiting"].to_list() == [20.0, 2.0]
    assert len(save_charts(charts, tmp_path / "figures")) == 3
    assert 'id="chart-peaks"' in render_report(tiny, charts)


def test_every_kind_of_one_policy_is_drawn_of_one_policy() -> None:
    comparing = {kind.name for kind in registry.CHARTS.values() if kind.compares}
    assert comparing == {"paired_difference", "trade_off", "regret", "tornado"}
    assert not comparing & {*registry.single_policy_charts()}
