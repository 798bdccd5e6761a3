"""Checksummed archives: what goes in comes out, and whatever is not whole is refused."""

from __future__ import annotations

from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ResultsError
from sim.storage.archive import read_archive, write_archive

RECORD = {"text": "raja ö", "list": [1, 2.5, None, True], "far": inf, "inside": {"a": []}}
ARRAYS = {
    "floats": np.array([[0.1, -0.0], [np.inf, np.nan]]),
    "empty": np.zeros((0, 3), dtype=np.int8),
    "table": np.array([(1, 2.5)], dtype=[("a", np.int32), ("b", np.float64)]),
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write_archive(tmp_path / "it", "letter", RECORD, ARRAYS)
    return tmp_path / "it"


def test_what_goes_in_comes_out(archive: Path) -> None:
    record, arrays = read_archive(archive, "letter")
    assert record == RECORD
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert (arrays[name].dtype, arrays[name].shape) == (array.dtype, array.shape)
        assert arrays[name].tobytes() == array.tobytes()


def test_the_same_content_is_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "again", "letter", RECORD, ARRAYS)
    assert (tmp_path / "again").read_bytes() == archive.read_bytes()


def test_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        write_archive(tmp_path / "it", "letter", {}, {"objects": np.array([object()])})
    assert list(tmp_path.iterdir()) == []


def test_another_kind_or_format_is_reported(archive: Path) -> None:
    with pytest.raises(ResultsError, match="it: is not a rajasim bill"):
        read_archive(archive, "bill")
    archive.write_bytes(archive.read_bytes().replace(b"letter 1 ", b"letter 2 ", 1))
    with pytest.raises(ResultsError, match="has format 2, this rajasim reads 1"):
        read_archive(archive, "letter")


def test_more_than_there_was_is_damage(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes() + b"\0")
    with pytest.raises(ResultsError, match="damaged"):
        read_archive(archive, "letter")


@given(content=st.binary(max_size=300), prefix=st.sampled_from((b"", b"rajasim letter 1 ")))
def test_no_content_at_all_is_taken_for_whole(
    content: bytes, prefix: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(prefix + content)
    with pytest.raises(ResultsError, match=r"any: "):
        read_archive(path, "letter")
