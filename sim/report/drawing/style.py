"""How every chart looks: colours, hatching, fonts; applied to one chart at a time.

Colour is never alone: a state of access has a colour, a hatch and its name, a policy a line style
and a marker too (``policy_styles``). Colours of marks hold 3:1 against white (WCAG 2.1, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import matplotlib as mpl
from matplotlib.colors import Colormap, LinearSegmentedColormap

from sim.report.drawing.colours import BLUE, FAINT, INK, MUTED, NAVY, OCHRE, PAPER
from sim.report.drawing.fonts import families, fonts_for
from sim.text.catalogue import translate

P = ParamSpec("P")
R = TypeVar("R")
Look: TypeAlias = dict[str, Any]  # what matplotlib takes by name, of a mark or of everything

SMALL = 7.5
BODY = 8.5
TITLE = 13.0
SUBTITLE = 9.0

# Relative luminance of sRGB, as WCAG 2.1 defines it: weights of red, green and blue, and the curve.
_WEIGHTS = (0.2126, 0.7152, 0.0722)
_LINEAR, _SLOPE, _OFFSET, _POWER = 0.04045, 12.92, 0.055, 2.4
_FLARE = 0.05  # light of the room, in a contrast ratio
_BYTE = 255

RC: Look = {
    "text.hinting": "none",  # else the width of a label depends on the dots an inch
    "font.size": BODY,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.use_locale": False,
    "axes.unicode_minus": True,
    "axes.autolimit_mode": "data",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "text.color": INK,
    "text.parse_math": False,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "hatch.linewidth": 0.6,
    "path.simplify": True,
    "svg.hashsalt": "rajasim",
    "svg.fonttype": "path",
}


@dataclass(frozen=True)
class AccessStyle:
    """How one state of access is drawn: its words in English, fill and hatch."""

    english: str
    colour: str
    hatch: str

    @property
    def words(self) -> str:
        """What it is called in the current language."""
        return translate(self.english)


@dataclass(frozen=True)
class BandStyle:
    """How one band of wind chill is drawn: fill, hatch and the hatch's colour."""

    colour: str
    hatch: str
    ink: str


COLD = (  # the bands of wind chill from mild to extreme: darker the colder, each with its hatch
    BandStyle(PAPER, "", INK),
    BandStyle("#B3D5EB", "", INK),
    BandStyle("#57A2D3", "....", INK),
    BandStyle(BLUE, "////", PAPER),
    BandStyle("#085E9C", "----", PAPER),
    BandStyle("#104B7F", "xxxx", PAPER),
    BandStyle(NAVY, "++++", PAPER),
)
ACCESS = {
    "open": AccessStyle("open, asylum claims taken", "#FFFFFF", ""),
    "no_asylum": AccessStyle("open, no asylum claims", OCHRE, "...."),
    "exception_only": AccessStyle("humanitarian exception only", BLUE, "\\\\\\\\"),
    "closed": AccessStyle("closed", NAVY, "////"),
    "some_excluded": AccessStyle("open, but not to all", FAINT, "||||"),
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw under our settings and leave matplotlib's own as they were."""

    @wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with fonts_for("".join(_names(args[0]) if args else ())):
            settings: Any = {**mpl.rcParamsDefault, **cast("Any", RC), "font.family": families()}
            with mpl.rc_context(rc=settings):
                return draw(*args, **kwargs)

    return wrapper


def _names(subject: object) -> Iterator[str]:
    """What a scenario calls things in the results, or in the moments, that are drawn."""
    manifest = getattr(subject, "manifest", None) or {}
    for section in ("policies", "hypotheses", "responses", "places", "areas"):
        for entry in manifest.get(section, ()):
            yield str(entry.get("label", entry.get("name", "")))
    yield str(manifest.get("scenario", {}).get("title", ""))
    if places := getattr(subject, "places", ()):
        yield from (str(place["name"]) for place in places)
        yield from (str(getattr(subject, name, "")) for name in ("title", "policy"))


def sequential() -> Colormap:
    """White through blue to navy, for amounts."""
    return LinearSegmentedColormap.from_list("amount", [PAPER, BLUE, NAVY])


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two hex colours (WCAG 2.1), 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + _FLARE) / (darker + _FLARE)


def _luminance(colour: str) -> float:
    channels = [each / _BYTE for each in bytes.fromhex(colour[1:])]
    red, green, blue = (_linear(each) for each in channels)
    return _WEIGHTS[0] * red + _WEIGHTS[1] * green + _WEIGHTS[2] * blue


def _linear(channel: float) -> float:
    if channel <= _LINEAR:
        return channel / _SLOPE
    power: float = ((channel + _OFFSET) / (1 + _OFFSET)) ** _POWER
    return power
