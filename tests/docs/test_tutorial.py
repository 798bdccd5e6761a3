"""The notebook: it runs as it is, and shows what it shows."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.effort import PATIENCE_S

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL = DOCS / "tutorial.ipynb"


def shown(cell: Any) -> set[str]:
    """The kinds of what a cell shows; nothing may be printed to stderr."""
    kinds: set[str] = set()
    for output in cell.get("outputs", []):
        assert output["output_type"] in ("execute_result", "display_data"), output
        kinds |= set(output["data"])
    return kinds


@pytest.mark.slow
def test_the_tutorial_runs_and_shows_the_same_kinds_of_things(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(DOCS.parent))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore:IProgress not found")  # tqdm, without ipywidgets
    stored = nbformat.read(TUTORIAL, as_version=4)
    nbformat.validate(stored)
    again = nbformat.read(TUTORIAL, as_version=4)
    run_in = {"metadata": {"path": str(DOCS)}}
    patience_s = int(PATIENCE_S)
    NotebookClient(again, timeout=patience_s, kernel_name="python3", resources=run_in).execute()
    assert [shown(cell) for cell in again.cells] == [shown(cell) for cell in stored.cells]
    assert sum("text/html" in shown(cell) for cell in stored.cells) >= 6


def test_its_pictures_have_words_and_it_names_no_place_of_a_machine() -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,") == text.count('alt=\\"') == 2
    assert not any(place in text for place in (str(DOCS.parent), str(Path.home()), gettempdir()))
    assert len(text) < 1_000_000
