"""The gallery shows every chart, each with its words, and is small enough to be kept."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from sim.report.charts.registry import CHARTS, Section

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery"
PICTURES = re.findall(
    r"!\[([^\]]*)\]\(([^)]+)\)", (GALLERY / "README.md").read_text(encoding="utf-8")
)


def test_every_chart_is_shown_in_the_order_of_a_report() -> None:
    shown = [Path(name).stem for _, name in PICTURES]
    assert shown[0] == "report", "which who is new should see first"
    assert shown[1 : 1 + len(CHARTS)] == [
        kind.name for section in Section for kind in CHARTS.values() if kind.section is section
    ]


def test_every_picture_is_there_with_its_words() -> None:
    for words, name in PICTURES:
        assert len(words) > 40, name
        with Image.open(GALLERY / name) as picture:
            picture.verify()


def test_no_picture_is_left_over_and_all_together_are_small() -> None:
    there = {path.name for path in GALLERY.iterdir() if path.suffix in (".png", ".gif")}
    assert there == {name for _, name in PICTURES}
    assert sum((GALLERY / name).stat().st_size for name in there) < 6_000_000


def test_the_readme_shows_one_of_them() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.index("](docs/gallery/report.png)") < text.index("](docs/gallery/flow_map.png)")
