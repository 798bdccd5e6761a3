"""Pictures of a report: sharp and small, and as charts were saved."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure
from PIL import Image, ImageColor

from sim.errors import ResultsError
from sim.report.charts.registry import CHARTS, draw_charts
from sim.report.drawing.chart import Chart
from sim.report.drawing.colours import RED
from sim.report.drawing.pictures import address, decoded, embedded, palette, strips
from sim.report.page import html_report
from sim.report.page.html_report import render_report
from sim.results.store import StoredResults


class TestPictures:
    def test_they_are_as_sharp_as_their_room_allows(self, tiny: StoredResults) -> None:
        charts = [chart.png() for chart in draw_charts(tiny, ["heat_map"])]
        ((sharp,),) = embedded(charts, room=1_000_000)
        room = len(sharp.address) * 2 // 3
        ((blurred,),) = embedded(charts, room=room)
        assert room // 2 < len(blurred.address) <= room
        assert blurred.width < sharp.width
        with pytest.raises(ResultsError, match="1 charts have no room in a report of this size"):
            embedded(charts, room=1000)

    def test_a_palette_changes_no_colour_that_one_would_see(self, tiny: StoredResults) -> None:
        """White stays white, and the darkest colours stay within 4 of 255."""
        chart = CHARTS["closure_calendar"].draw(tiny)
        stream = io.BytesIO()
        chart.figure.savefig(stream, format="png", dpi=150)
        full = Image.open(stream).convert("RGB")
        reduced = palette(full).convert("RGB")
        assert full.size == reduced.size
        assert reduced.getpixel((1, 1)) == (255, 255, 255)
        darkest = [np.asarray(each, dtype=np.int64).min(axis=(0, 1)) for each in (full, reduced)]
        assert np.abs(darkest[0] - darkest[1]).max() <= 4

    def test_what_is_most_of_it_and_what_has_a_meaning_stays_as_it_is(self) -> None:
        """Of a thousand colours: a few dots in that of a policy, and areas in any."""
        shades = np.arange(3072, dtype=np.uint32).reshape(32, 32, 3) % 251
        dots = np.kron(shades.astype(np.uint8), np.ones((4, 4, 1), dtype=np.uint8))
        dots[:50, :50], dots[60, 60] = (1, 2, 3), ImageColor.getrgb(RED)
        picture = Image.fromarray(dots)
        reduced = palette(picture)
        assert len(reduced.getcolors() or ()) <= 256
        assert reduced.convert("RGB").getpixel((0, 0)) == (1, 2, 3)
        assert reduced.convert("RGB").getpixel((60, 60)) == ImageColor.getrgb(RED)
        few = picture.crop((0, 0, 50, 60))
        assert palette(few).convert("RGB").tobytes() == few.tobytes(), "nothing to be reduced"

    def test_a_picture_has_the_dots_of_its_figure_at_any_width(self) -> None:
        """A width in dots that is a little below a whole number may not slant the rows."""
        for width in np.arange(3.0, 3.4, 0.01):
            figure = Figure(figsize=(float(width), 0.4))
            figure.add_axes((0.4, 0.0, 0.2, 1.0), xticks=[], yticks=[], facecolor=RED)
            saved = Chart("a", "A", "B", "C", figure, pl.DataFrame()).png(dpi=110)
            stream = io.BytesIO()
            figure.savefig(stream, format="png", dpi=110)
            assert decoded(saved).tobytes() == decoded(stream.getvalue()).tobytes(), width

    def test_the_report_carries_a_picture_as_it_was_saved(self, tiny: StoredResults) -> None:
        png = CHARTS["closure_calendar"].draw(tiny).png()
        ((picture,),) = embedded([png], room=1_000_000)
        assert picture.address == address(png)

    def test_high_ones_are_cut_where_they_are_blank(self) -> None:
        """Pairs of bars with little room within a pair: never cut within one, nothing is lost."""
        dots = np.full((120, 100), 255, dtype=np.uint8)
        for top in range(0, 120, 20):
            dots[top + 4 : top + 8, 20:80] = dots[top + 10 : top + 16, 20:80] = 0
        pieces = list(strips(Image.fromarray(dots)))
        assert [piece.height for piece in pieces] == [40, 40, 40]
        assert (np.concatenate([np.asarray(piece) for piece in pieces]) == dots).all()
        assert [piece.height for piece in strips(Image.fromarray(dots[:100]))] == [100]

    def test_where_lines_run_through_they_are_cut_at_least_ink(self) -> None:
        dots = np.full((120, 100), 255, dtype=np.uint8)
        dots[:, 50] = dots[0:30, 20:80] = dots[34:60, 20:80] = dots[64:, 20:80] = 0
        dots[0, 0] = 255
        assert [piece.height for piece in strips(Image.fromarray(dots))][:2] == [32, 30]

    def test_the_whole_report_keeps_within_its_limit(
        self, tiny: StoredResults, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        charts = draw_charts(tiny, ["heat_map", "trade_off"])
        free = len(render_report(tiny, charts).encode())
        monkeypatch.setattr(html_report, "LIMIT", free * 4 // 5)
        assert free // 2 < len(render_report(tiny, charts).encode()) <= free * 4 // 5
