"""Small choices of which random scenarios are made, and the names that their parts refer to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from hypothesis import strategies as st

from sim.clock import Opening, overlapping
from sim.engine.codes import Distribution, Documents, Mode, QueueRule, Trait

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]
Document: TypeAlias = dict[str, Any]

SOURCE = "made up"


@dataclass(frozen=True)
class Setting:
    """What the parts of a document refer to."""

    start: datetime
    span_h: float
    hubs: tuple[str, ...]
    crossings: tuple[str, ...]
    neighbours: tuple[str, ...]
    segments: tuple[str, ...]
    origins: tuple[str, ...]

    def text(self, hour: float) -> str:
        """The time that many hours after the start."""
        return (self.start + timedelta(hours=hour)).isoformat()

    def day(self, number: int) -> date:
        return (self.start + timedelta(days=number)).date()


def share() -> st.SearchStrategy[float]:
    return st.sampled_from([0.0, 1.0, 0.5, 0.05])


def chance() -> st.SearchStrategy[float]:
    return st.sampled_from([1.0, 0.5, 0.0])


def hour_of(setting: Setting) -> st.SearchStrategy[float]:
    """An hour of the scenario or a little outside; mostly on the hour."""
    whole = st.integers(-12, int(setting.span_h) + 12).map(float)
    quarters = st.integers(-10, 4 * int(setting.span_h) + 10).map(lambda n: n / 4.0)
    return st.one_of(whole, quarters)


@st.composite
def stretch(draw: Draw, setting: Setting) -> tuple[str, str | None]:
    """A beginning, and an end or none."""
    begins = draw(hour_of(setting))
    lasts = draw(st.none() | st.sampled_from([1.0, 0.25, 6.0, 24.0, 60.0]))
    return setting.text(begins), None if lasts is None else setting.text(begins + lasts)


def lead_h() -> st.SearchStrategy[float]:
    return st.sampled_from([0.0, 1.0, 24.0, 100.0])


def some_of(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True)


def queue() -> st.SearchStrategy[str]:
    return st.sampled_from([each.word for each in QueueRule])


def exempt(least: int = 0) -> st.SearchStrategy[list[str]]:
    classes = [each.word for each in Trait]
    return st.lists(st.sampled_from(classes), min_size=least, max_size=3, unique=True)


@st.composite
def whom(draw: Draw, setting: Setting) -> Document:
    """Mostly everybody, but for some classes; else people of some origins, papers and classes."""
    exceptions = draw(exempt())
    if draw(st.booleans()):
        return {"exempt": exceptions}
    classes = [each for each in draw(exempt()) if each not in exceptions]
    about: Document = {"exempt": exceptions, "classes": classes}
    about["every_class"] = len(classes) > 1 and draw(st.booleans())
    if setting.origins and draw(st.booleans()):
        about["origins"] = draw(some_of(setting.origins))
    if draw(st.booleans()):
        about["documents"] = draw(st.sampled_from([each.word for each in Documents]))
    return about


def modes() -> st.SearchStrategy[list[str]]:
    """Mostly something that people can have; also what they cannot."""
    every = [each.word for each in Mode]
    any_of_them = st.lists(st.sampled_from(every), min_size=1, unique=True)
    return st.sampled_from([["foot"], ["bicycle", "car"], every]) | any_of_them


@st.composite
def service(draw: Draw) -> Document:
    return {
        "mean_min": draw(st.sampled_from([0, 5, 60, 20, 600, 100_000])),
        "distribution": draw(st.sampled_from([each.word for each in Distribution])),
        "cv": draw(st.sampled_from([0.6, 0.0, 2.0])),
        "source": SOURCE,
    }


HOURS = (
    "24 h",
    "08:00-20:00",
    "10:00-14:00",
    "00:00-24:00",
    "03:00-04:00",
    "03:30-23:59",
    "00:00-00:01",
    "08:00-12:00, 13:00-17:00",
)
WEEKDAYS = ("Mon-Sun", "Mon-Fri", "Sat,Sun", "Fri-Mon", "Sun")


@st.composite
def opening(draw: Draw, setting: Setting) -> list[Document]:
    """Hours that may change with weekday and date; also none at all within the scenario."""
    entries: list[Document] = []
    for _ in range(draw(st.integers(1, 3))):
        entry = {"hours": draw(st.sampled_from(HOURS)), "source": SOURCE}
        if draw(st.booleans()):
            entry["days"] = draw(st.sampled_from(WEEKDAYS))
        since, lasts = draw(st.integers(-2, 5)), draw(st.integers(0, 4))
        bounds = draw(st.sampled_from(["", "since", "until", "both", "long ago"]))
        if bounds in ("since", "both"):
            entry["since"] = setting.day(since).isoformat()
        if bounds in ("until", "both"):
            entry["until"] = setting.day(since + lasts).isoformat()
        if bounds == "long ago":
            entry["until"] = "2020-01-01"
        # Hours of the same days that overlap are refused: tests/test_clock.py.
        if not list(overlapping([_hours(each) for each in (*entries, entry)])):
            entries.append(entry)
    return entries


def _hours(entry: Document) -> Opening:
    since, until = (
        date.fromisoformat(entry[key]) if key in entry else None for key in ("since", "until")
    )
    return Opening(entry["hours"], entry.get("days", "Mon-Sun"), since, until)
