"""The examples run as they are, print what they promise, and leave nothing behind."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
# A plugin (tests/plugins), and one that needs a browser (tests/agents/test_mesa_tools.py).
ELSEWHERE = ("plugin_policy", "solara_viz")
SAY = {
    "compare_policies": [
        "R1_mean: open ",
        "R4_without_access: open ",
        "near crossing closed",
        "difference ",
    ],
    "mesa_batch_run": ["open: [", "near-closed: [", "people registered after 240 hours"],
    "step_a_model": ["after day 3:", "waiting,", "registered", "groups so far"],
    "vary_a_policy": ["closed-for-five-days", "person-days waiting", "people without access"],
}


def test_every_example_is_tried() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {*SAY, *ELSEWHERE}


@pytest.mark.parametrize("name", SAY)
def test_an_example_prints_what_it_is_about(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main()
    printed = capsys.readouterr()
    assert printed.err == ""
    for words in SAY[name]:
        assert words in printed.out
    assert list(tmp_path.iterdir()) == []
