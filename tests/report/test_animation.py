"""Moving pictures: a frame a moment, the same bytes twice, and errors of one line."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sim.errors import InputError, RajasimError
from sim.report.drawing.layout import Page, new_page, text_problems
from sim.report.maps.animation import MOST_FRAMES, animate, radius, require_writable, still
from sim.report.maps.moments import Moments, stored_moments
from tests.report import synthetic

LARGEST_GIF = 8_000_000


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Moments:
    """Twenty days of eight crossings, as full as synthetic results get."""
    results = synthetic.results(
        tmp_path_factory.mktemp("animation") / "run", policies=1, crossings=8, days=20, runs=2
    )
    return stored_moments(results, "historical")


class TestGif:
    def test_twenty_days_are_twenty_frames_of_one_size_and_few_bytes(
        self, moments: Moments, tmp_path: Path
    ) -> None:
        path = animate(moments, tmp_path / "run.gif")
        with Image.open(path) as picture:
            assert picture.format == "GIF"
            assert getattr(picture, "n_frames", 1) == 20
            assert picture.info["loop"] == 0
            assert 150 <= picture.info["duration"] <= 170  # six days a second
            first = np.asarray(picture.convert("RGB"))
            picture.seek(10)
            later = np.asarray(picture.convert("RGB"))
        assert (first != later).any()
        assert path.stat().st_size / 20 * 180 < LARGEST_GIF

    def test_the_same_moments_give_the_same_bytes(self, moments: Moments, tmp_path: Path) -> None:
        few = moments.between(8, 9)
        found: list[tuple[int, int]] = []
        one = animate(few, tmp_path / "a.gif").read_bytes()
        two = animate(few, tmp_path / "b.gif", progress=lambda k, n: found.append((k, n)))
        assert one == two.read_bytes()
        assert found == [(0, 2), (1, 2), (2, 2)]


class TestFrames:
    def test_no_label_touches_another_or_leaves_the_frame(self, moments: Moments) -> None:
        assert text_problems(still(moments, moments.peak())) == []

    def test_a_frame_says_its_date_and_never_waiting_without_access(self, moments: Moments) -> None:
        frame = still(moments, 7)
        words = [text.get_text() for text in frame.texts]
        assert "8 Sep 2023" in words
        assert len(frame.axes) == 3  # map, people waiting, people in the transit state
        dots = [np.asarray(axes.lines[-1].get_ydata()).tolist() for axes in frame.axes[1:]]
        assert dots == [[moments.waiting[7].sum()], [moments.without_access[7]]]

    def test_its_title_has_the_policy_in_quotation_marks(
        self, moments: Moments, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        titles: list[str] = []

        def noted(*, title: str, **rest: Any) -> Page:
            titles.append(title)
            return new_page(title=title, **rest)

        monkeypatch.setattr("sim.report.maps.animation.new_page", noted)
        still(moments, 0)
        assert titles[0].endswith("(“Historical steps of autumn 2023”)")

    def test_circles_hold_people_by_area(self) -> None:
        assert radius(100.0, 100.0) == pytest.approx(2 * radius(25.0, 100.0))
        assert radius(0.0, 100.0) == 0.0


class TestMp4:
    def test_frames_are_handed_to_ffmpeg(
        self, moments: Moments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A stand-in for ffmpeg that keeps what it is given."""
        program = tmp_path / "ffmpeg"
        program.write_text(
            f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nfor last; do :; done\ncat > "$last"\n',
            encoding="utf-8",
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        path = animate(moments.between(8, 9), tmp_path / "run.mp4")
        asked = (tmp_path / "asked").read_text(encoding="utf-8")
        found = re.search(r"-s (\d+)x(\d+) -pix_fmt rgba", asked)
        assert found is not None, asked
        width, height = map(int, found.groups())
        assert width % 2 == height % 2 == 0, "h264 takes even sizes"
        assert path.stat().st_size == 2 * 4 * width * height
        assert "-vcodec h264" in asked

    def test_without_ffmpeg_it_says_what_to_do(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(RajasimError, match=r"install it .*, or write a \.gif") as error:
            require_writable(tmp_path / "run.mp4")
        assert "\n" not in str(error.value)


class TestRefusals:
    def test_another_ending(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"ends in \.gif or \.mp4"):
            require_writable(tmp_path / "run.webm")

    def test_too_many_moments(self, moments: Moments, tmp_path: Path) -> None:
        many = moments.between(0, 0)
        long = type(many)(**{**vars(many), "times": many.times * (MOST_FRAMES + 1)})
        with pytest.raises(InputError, match="choose fewer with --since and --until"):
            animate(long, tmp_path / "run.gif")
        assert list(tmp_path.iterdir()) == []
