"""Names in scripts that the charts' font lacks: another font of the machine, or one plain line."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font

from sim.report.charts import utilisation
from sim.report.drawing import fonts
from sim.report.drawing.layout import MEASURED, width_of
from sim.report.drawing.style import BODY
from sim.results.store import StoredResults
from tests.report import synthetic

FOUND, NOWHERE = "\u1d81", "\u6ee1\u6d32\u91cc"  # only STIX of matplotlib's fonts has the first


@pytest.fixture(autouse=True)
def only_matplotlibs_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with no other fonts."""
    mine = [each for each in fontManager.ttflist if "mpl-data" in each.fname]
    monkeypatch.setattr(fontManager, "ttflist", mine)
    fonts._families_with.cache_clear()
    fonts._installed.cache_clear()


def test_usual_names_need_no_other_font() -> None:
    with fonts.fonts_for("Nuijamaa – Vyborg Ελλάδα Москва"):
        assert fonts.families() == ("DejaVu Sans",)


def test_a_sign_is_taken_from_a_font_that_has_it() -> None:
    with fonts.fonts_for(f"Gate {FOUND}"):
        assert fonts.families() == ("DejaVu Sans", "STIXGeneral")
        stix = FT2Font(findfont(FontProperties(family="STIXGeneral")))
        stix.set_size(MEASURED, 72 * 8)
        stix.set_text(FOUND, 0.0)
        wide = stix.get_width_height()[0] / 64 / 72 / 8 * BODY / MEASURED
        # Signs are measured large, and with the gap to the one before them.
        assert width_of(FOUND) == pytest.approx(wide, rel=0.05)
    assert fonts.families() == ("DejaVu Sans",)


def test_what_no_font_has_is_told_once() -> None:
    names = f"{NOWHERE} {FOUND}"
    with pytest.warns(fonts.MissingSignsWarning) as told:
        enter(names)
    (line,) = (str(each.message) for each in told)
    assert line.startswith(f"no font here has the signs {''.join(sorted(NOWHERE))}: ")
    assert "install a font that has them" in line
    enter(names)  # and not again


def enter(names: str) -> None:
    """Use the fonts for some names, and meet matplotlib's own complaint."""
    with fonts.fonts_for(names):
        assert fonts.families() == ("DejaVu Sans", "STIXGeneral")
        complaint = "Glyph 24320 (X) missing from font(s) DejaVu Sans."
        warnings.warn(complaint, UserWarning, stacklevel=1)


def test_a_chart_of_such_names_warns_in_one_line(tmp_path: Path) -> None:
    results: StoredResults = synthetic.results(tmp_path / "run", policies=2, crossings=2, days=10)
    manifest = {**results.manifest}
    manifest["places"] = [{**place, "name": NOWHERE} for place in manifest["places"]]
    with pytest.warns(UserWarning, match="no font here") as told:
        utilisation.draw(replace(results, manifest=manifest)).png()
    assert len(told) == 1
