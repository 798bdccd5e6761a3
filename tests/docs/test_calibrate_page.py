"""The page about calibrating: its code runs as it is, and it names what there is."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sim.cli.commands import app
from sim.results.posterior_folder import BANK, MANIFEST, PARTICLES
from sim.scenario import TEMPLATE
from tests.docs.test_how_to import HOW_TO, blocks

PAGE = HOW_TO / "calibrate.md"
FIRST = date(2024, 3, 1)


def test_the_code_of_the_page_calibrates_and_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(TEMPLATE, tmp_path / "my-border")
    days = [FIRST + timedelta(days=k) for k in range(8)]
    rows = [f"{day},{day},near,arrivals,{20 + 3 * k}" for k, day in enumerate(days)]
    table = "\n".join(["period_start,period_end,place,series,count", *rows])
    Path("counts.csv").write_text(table + "\n", encoding="utf-8")
    (code,) = blocks(PAGE, "python")
    page: dict[str, Any] = {}
    exec(code, page)  # noqa: S102 - the page's own code
    assert {path.name for path in Path("fitted").iterdir()} == {PARTICLES, BANK, MANIFEST}
    assert page["posterior"].manifest["until"] == "2024-03-08"
    assert len(page["result"].results.indicators) > 0
    assert capsys.readouterr().out.startswith("[")


def test_the_page_names_options_that_there_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = set()
    for command in app.registered_commands:
        if command.callback is not None and command.callback.__name__ in ("calibrate", "compare"):
            names |= set(command.callback.__annotations__)
    for option in set(re.findall(r"`--([a-z-]+)", text)):
        assert option.replace("-", "_") in names, option
    for file in (PARTICLES, BANK, MANIFEST):
        assert f"`{file}`" in text
