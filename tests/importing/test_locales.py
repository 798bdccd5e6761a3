"""A table written in any locale and imported has the same counts, or is refused; never others."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

from hypothesis import event, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.importing.column_map import MapFile, column_map
from sim.importing.import_counts import import_counts
from sim.importing.period_cells import EXCEL_ZERO
from tests.effort import effort

Counts: TypeAlias = dict[tuple[date, str], float | None]
PLACES: Final = ("gate", "far")
MISSING: Final = ("", "..", ":", "-", "n/a")
DAYS: Final = {
    "%Y-%m-%d": None,
    "%Y%m%d": None,
    "%d.%m.%Y": "day-first",
    "%d/%m/%Y": "day-first",
    "%m/%d/%Y": "month-first",
    "%d-%m-%Y": "day-first",
    "%d %b %Y": None,
    "serial": None,
}
# what separates thousands and what decimals
SIGNS: Final = (
    ("", "."),
    ("", ","),
    (",", "."),
    (".", ","),
    (" ", ","),
    ("\u00a0", "."),
    ("'", "."),
)


@dataclass(frozen=True)
class Locale:
    """How a table is written."""

    days: str
    thousands: str
    decimal: str
    delimiter: str
    encoding: str
    missing: str
    is_wide: bool
    title: bool

    def day(self, value: date) -> str:
        if self.days == "serial":
            return str((value - EXCEL_ZERO).days)
        return value.strftime(self.days)

    def number(self, value: float | None) -> str:
        if value is None:
            return self.missing
        text = f"{value:,.1f}" if value % 1 else f"{value:,.0f}"
        return text.translate({ord(","): self.thousands, ord("."): self.decimal})


LOCALES = st.builds(
    lambda signs, **rest: Locale(thousands=signs[0], decimal=signs[1], **rest),
    signs=st.sampled_from(SIGNS),
    days=st.sampled_from(list(DAYS)),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    missing=st.sampled_from(MISSING),
    is_wide=st.booleans(),
    title=st.booleans(),
)
PEOPLE = st.one_of(
    st.none(),
    st.integers(0, 12),
    st.integers(0, 3_000_000),
    st.integers(0, 99_999).map(lambda n: n / 2),
)
COUNTS = st.dictionaries(
    st.tuples(
        st.integers(0, 60).map(lambda k: date(2015, 12, 20) + timedelta(days=k)),
        st.sampled_from(PLACES),
    ),
    PEOPLE.map(lambda n: None if n is None else float(n)),
    min_size=1,
    max_size=12,
)


def written(counts: Counts, locale: Locale) -> bytes:
    text = io.StringIO()
    table = csv.writer(text, delimiter=locale.delimiter, lineterminator="\r\n")
    if locale.title:
        table.writerow(["Counts of people, 2015 to 2016"])
        table.writerow([])
    if locale.is_wide:
        table.writerow(["Day", *PLACES])
        for day in sorted({day for day, _ in counts}):
            cells = [locale.number(counts.get((day, place))) for place in PLACES]
            table.writerow([locale.day(day), *cells])
    else:
        table.writerow(["Day", "Post", "People"])
        for (day, place), people in sorted(counts.items()):
            table.writerow([locale.day(day), place, locale.number(people)])
    if locale.title:
        table.writerow(["Source: made up"])
    return text.getvalue().encode(locale.encoding)


def read(content: bytes, locale: Locale, **said: Any) -> Counts:
    maps = ["period=Day", "series=:arrivals"]
    maps += ["place=*:gate=gate,far=far"] if locale.is_wide else ["place=Post", "count=People"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "published.csv"
        path.write_bytes(content)
        observed = import_counts(path, column_map(maps, options=MapFile(**said))).observed
    assert all(each.period_start == each.period_end for each in observed)
    return {(each.period_start, each.place): each.count for each in observed}


@settings(max_examples=effort(100, 5000), deadline=None)
@given(COUNTS, LOCALES)
def test_the_same_counts_or_a_refusal(counts: Counts, locale: Locale) -> None:
    known = {key: people for key, people in counts.items() if people is not None}
    content = written(counts, locale)
    try:
        assert read(content, locale) == known
        event("read")
    except ScenarioError:
        event("refused")
    if known:
        decimal = "comma" if locale.decimal == "," else "point"
        told = {"dates": DAYS[locale.days], "decimal": decimal, "period_is": "day"}
        assert read(content, locale, **told) == known
