"""The look of every chart: contrast, and colours that stay apart for colour-blind readers.

How a colour looks with a colour vision deficiency is simulated after Machado, Oliveira & Fernandes
(2009), A physiologically-based model for simulation of color vision deficiency, IEEE Transactions
on Visualization and Computer Graphics 15:1291-1298, at severity 1.0, on linear RGB. How far apart
two colours look is CIEDE2000, as in Sharma, Wu & Dalal (2005), Color Research & Application
30:21-30, whose printed pairs it is tested on.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest

from sim.report.analysis.policy_choice import MOST_DRAWN
from sim.report.drawing import colours, style
from sim.report.drawing.policy_styles import MARKERS, PALETTE, policy_styles

Floats = npt.NDArray[np.float64]

APART = 20.0  # CIEDE2000; about 1 is just noticeable side by side, thin marks are far apart
VISIONS = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# sRGB to XYZ and its white (IEC 61966-2-1, D65).
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
MARKS = (colours.BASELINE, *PALETTE, colours.NAVY, colours.MUTED, colours.FAINT)


def linear(colour: str) -> Floats:
    channels = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: Floats) -> Floats:
    """CIELAB of linear RGB."""
    ratio = (XYZ @ np.clip(rgb, 0, 1)) / (XYZ @ np.ones(3))
    low = ratio <= (6 / 29) ** 3
    f = np.where(low, ratio / (3 * (6 / 29) ** 2) + 4 / 29, np.cbrt(ratio))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: Floats, other: Floats) -> float:
    """Distance of two CIELAB colours, with all weights 1; numbers as in Sharma et al. (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c_mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(c_mean**7 / (c_mean**7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = h2 - h1
    if abs(turn) > 180:
        turn -= math.copysign(360, turn)
    if c1 * c2 == 0:
        turn, h = 0.0, h1 + h2
    elif abs(h1 - h2) <= 180:
        h = (h1 + h2) / 2
    else:
        h = (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2
    l_mean, c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(h - 30))
        + 0.24 * math.cos(math.radians(2 * h))
        + 0.32 * math.cos(math.radians(3 * h + 6))
        - 0.20 * math.cos(math.radians(4 * h - 63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / math.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c, 1 + 0.015 * c * t
    r_c = 2 * math.sqrt(c**7 / (c**7 + 25.0**7))
    r_t = -math.sin(math.radians(60 * math.exp(-(((h - 275) / 25) ** 2)))) * r_c
    light, chroma = (l2 - l1) / s_l, (c2 - c1) / s_c
    hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / s_h
    return math.sqrt(light**2 + chroma**2 + hue**2 + r_t * chroma * hue)


def apart(one: str, other: str) -> tuple[float, str]:
    """The least distance of two colours over all kinds of vision, and for which."""
    return min(
        (ciede2000(lab(seen @ linear(one)), lab(seen @ linear(other))), vision)
        for vision, seen in VISIONS.items()
    )


# Printed pairs of CIELAB colours and their distance (Sharma et al. 2005, table 1).
PRINTED = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


class TestTheMeasure:
    @pytest.mark.parametrize(("one", "other", "printed"), PRINTED)
    def test_distances_are_those_printed(
        self, one: tuple[float, ...], other: tuple[float, ...], printed: float
    ) -> None:
        first, second = np.array(one), np.array(other)
        assert ciede2000(first, second) == pytest.approx(printed, abs=1e-4)
        assert ciede2000(second, first) == pytest.approx(printed, abs=1e-4)

    def test_white_grey_and_red_have_their_known_places(self) -> None:
        assert lab(linear("#FFFFFF")) == pytest.approx([100, 0, 0], abs=1e-3)
        assert lab(linear("#777777")) == pytest.approx([50.03, 0, 0], abs=1e-2)
        assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=1e-2)

    @pytest.mark.parametrize("vision", VISIONS)
    def test_every_vision_leaves_grey_grey(self, vision: str) -> None:
        assert VISIONS[vision] @ np.ones(3) == pytest.approx(1.0, abs=2e-6)

    def test_red_and_green_meet_where_they_cannot_be_distinguished(self) -> None:
        distances = {
            vision: ciede2000(lab(seen @ linear("#C83C3C")), lab(seen @ linear("#6A7A28")))
            for vision, seen in VISIONS.items()
        }
        assert distances["full"] > 40
        assert distances["deuteranopia"] < 10


class TestContrast:
    """WCAG 2.1: 3:1 for marks (1.4.11), 4.5:1 for text (1.4.3)."""

    def test_known_ratios(self) -> None:
        assert style.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
        assert style.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)

    @pytest.mark.parametrize("colour", MARKS)
    def test_marks_hold_three_to_one_against_paper(self, colour: str) -> None:
        assert style.contrast(colour, colours.PAPER) >= 3.0

    @pytest.mark.parametrize("colour", [colours.INK, colours.MUTED, colours.BASELINE])
    def test_text_holds_four_and_a_half_to_one_against_paper(self, colour: str) -> None:
        assert style.contrast(colour, colours.PAPER) >= 4.5

    @pytest.mark.parametrize("state", [s for s in style.ACCESS.values() if s.hatch])
    def test_hatches_of_access_stand_out_from_their_fill(self, state: style.AccessStyle) -> None:
        assert style.contrast(state.colour, colours.PAPER) >= 3.0  # hatches are drawn in paper

    @pytest.mark.parametrize("band", style.COLD)
    def test_hatches_of_cold_stand_out_from_their_fill(self, band: style.BandStyle) -> None:
        assert style.contrast(band.colour, band.ink) >= 3.0


class TestColourBlindReaders:
    def test_palette_colours_are_apart_but_for_red_and_ochre(self) -> None:
        """Red and ochre miss the threshold of 20: they are 9.8 apart under deuteranopia.

        Under tritanopia they are 14.2 apart. The palette is given, so that policies in these two
        colours rely on markers and line styles: see the next test.
        """
        palette = (colours.BASELINE, *PALETTE)
        near = {
            pair: distance
            for pair in combinations(palette, 2)
            for distance in [apart(*pair)]
            if distance[0] < APART
        }
        assert near.keys() == {(colours.RED, colours.OCHRE)}
        distance, vision = near[colours.RED, colours.OCHRE]
        assert (round(distance, 1), vision) == (9.8, "deuteranopia")

    def test_policies_in_near_colours_differ_in_marker_or_line(self) -> None:
        ids = [f"p{k}" for k in range(20)]
        styles = policy_styles(ids, reference="p0")
        near = [
            (one, other)
            for one, other in combinations(styles.values(), 2)
            if apart(one.colour, other.colour)[0] < APART
        ]
        assert len(near) > 40  # each colour serves about five policies, and two colours are near
        assert all((a.marker, a.line) != (b.marker, b.line) for a, b in near)

    def test_the_first_policies_differ_in_marker_whatever_their_colour(self) -> None:
        ids = [f"p{k}" for k in range(len(MARKERS))]
        styles = policy_styles(ids, reference="p0")
        assert len({look.marker for look in styles.values()}) == len(ids)

    def test_states_of_access_are_apart_or_hatched_otherwise(self) -> None:
        """Navy and blue are 19.6 apart under deuteranopia; every state has its own hatch anyway."""
        pairs = list(combinations(style.ACCESS.values(), 2))
        distances = [apart(one.colour, other.colour)[0] for one, other in pairs]
        assert min(distances) == pytest.approx(19.6, abs=0.05)
        assert all(one.hatch != other.hatch for one, other in pairs)

    @pytest.mark.parametrize("vision", VISIONS)
    def test_cold_is_darker_the_colder_for_everybody(self, vision: str) -> None:
        lightness = [lab(VISIONS[vision] @ linear(band.colour))[0] for band in style.COLD]
        assert all(a - b > 4 for a, b in pairwise(lightness))

    def test_every_band_of_cold_that_is_drawn_has_its_own_hatch(self) -> None:
        hatches = [band.hatch for band in style.COLD[1:]]
        assert len(set(hatches)) == len(hatches)


class TestPolicies:
    def test_no_colour_stands_twice_among_the_policies_of_a_report(self) -> None:
        ids = [f"p{k}" for k in range(MOST_DRAWN)]
        styles = policy_styles(ids, reference="p0")
        assert len({look.colour for look in styles.values()}) == MOST_DRAWN

    def test_no_two_policies_look_the_same(self) -> None:
        ids = [f"p{k}" for k in range(20)]
        styles = policy_styles(ids, reference="p0")
        assert len(set(styles.values())) == 20
        assert styles["p0"].colour == colours.BASELINE
