"""What tests of scenario files share."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.scenario.located import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a scenario file and gives its path."""

    def file(text: str | bytes, name: str = "case.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    return file
