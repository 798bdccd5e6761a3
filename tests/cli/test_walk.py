"""From the command line to the engine in few steps: a reader who follows a run gets there."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from sim.cli.exit_status import run_command
from sim.engine.advance import advance
from sim.scenario import TEMPLATE
from tests.test_layering import PACKAGE

MOST_FRAMES = 10


def own_frames(frame: FrameType | None) -> list[str]:
    """Functions of ours from ``compare`` of the command line down to a frame, both included."""
    names: list[str] = []
    while frame is not None:
        if Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
            names.insert(0, f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}")
        if names and names[0] == "commands.compare":
            return names
        frame = frame.f_back
    raise AssertionError(f"not called by the command: {names}")


def test_the_walk_from_the_command_to_the_engine_is_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[list[str]] = []

    def watched(*arguments: object) -> object:
        walk = own_frames(sys._getframe(1))
        if "warm_up.compile_engine" not in walk:
            walks.append(walk)
        return advance(*arguments)

    monkeypatch.setattr("sim.model.border_model.advance", watched)
    out = ("--replicates", "2", "--workers", "1", "--no-report", "--out", str(tmp_path / "out"))
    assert run_command(["--quiet", "compare", str(TEMPLATE / "scenario.yaml"), *out]) == 0
    assert walks
    assert max(map(len, walks)) <= MOST_FRAMES, max(walks, key=len)
