"""Calendar time and simulated hours: summer time, opening calendars, and texts that are none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sim.clock import (
    Clock,
    Opening,
    WallSpan,
    merge_intervals,
    opening_intervals,
    overlapping,
    parse_opening_hours,
    parse_weekdays,
    require_hours,
)

HELSINKI = ZoneInfo("Europe/Helsinki")


def clock(first: str, last: str, zone: str = "Europe/Helsinki") -> Clock:
    """From one local midnight to another."""
    tz = ZoneInfo(zone)
    start, end = (datetime.fromisoformat(day).replace(tzinfo=tz) for day in (first, last))
    return Clock(start, end, zone)


@pytest.mark.parametrize(
    ("first", "last", "zone", "lengths_h"),
    [
        ("2023-10-28", "2023-10-31", "Europe/Helsinki", [24.0, 25.0, 24.0]),
        ("2024-03-30", "2024-04-02", "Europe/Helsinki", [24.0, 23.0, 24.0]),
        ("2023-10-28", "2023-10-31", "UTC", [24.0, 24.0, 24.0]),
        ("2023-10-29", "2023-10-30", "Europe/Helsinki", [25.0]),
        ("2024-04-07", "2024-04-08", "Australia/Lord_Howe", [24.5]),
    ],
)
def test_a_local_day_is_from_midnight_to_midnight(
    first: str, last: str, zone: str, lengths_h: list[float]
) -> None:
    """25 h when summer time ends, 23 h when it begins, and half an hour on Lord Howe Island."""
    span = clock(first, last, zone)
    assert list(np.diff(span.day_ends_h, prepend=0.0)) == lengths_h
    assert span.duration_h == sum(lengths_h)
    assert len(span.days) == len(lengths_h)


def test_hours_are_real_hours() -> None:
    """From 02:30 to 03:30 on the wall is two hours on the night when summer time ends."""
    span = clock("2023-10-28", "2023-10-31")
    before = datetime(2023, 10, 29, 2, 30, tzinfo=HELSINKI)
    after = datetime(2023, 10, 29, 4, 30, tzinfo=HELSINKI)
    assert span.hours(after) - span.hours(before) == 3.0
    assert span.hours(datetime(2023, 10, 27, 21, 0, tzinfo=UTC)) == 0.0
    assert span.hours(datetime(2023, 10, 27, 20, 0, tzinfo=UTC)) == -1.0


def test_instants_and_hours_are_each_others_inverse() -> None:
    span = clock("2023-10-28", "2023-10-31")
    for hour in np.arange(0.0, 73.25, 0.25):
        moment = span.instant(float(hour))
        assert span.hours(moment) == hour
        assert moment.utcoffset() is not None
        assert moment.tzinfo == HELSINKI


def test_a_wall_clock_time_comes_once_a_day() -> None:
    span = clock("2023-10-28", "2023-10-31")
    assert span.daily(time(12)) == (12.0, 37.0, 61.0)
    assert span.daily(time(0)) == (0.0, 24.0, 49.0)


def test_a_scenario_may_begin_and_end_within_a_day() -> None:
    span = Clock(
        datetime(2023, 11, 1, 6, tzinfo=HELSINKI), datetime(2023, 11, 2, 18, tzinfo=HELSINKI)
    )
    assert span.days == (date(2023, 11, 1), date(2023, 11, 2))
    assert list(span.day_ends_h) == [18.0, 36.0]
    assert span.daily(time(5)) == (23.0,)
    assert span.daily(time(20)) == (14.0,)


def test_the_last_midnight_begins_no_new_day() -> None:
    assert clock("2023-11-01", "2023-11-02").days == (date(2023, 11, 1),)


# Opening calendars -------------------------------------------------------------------------------


def spans(
    *openings: Opening, first: str = "2023-11-06", last: str = "2023-11-13"
) -> list[tuple[float, float]]:
    """Open stretches in a week from a Monday on."""
    return opening_intervals(openings, clock(first, last))


def test_daily_hours() -> None:
    assert spans(Opening(hours="08:00-20:30"), last="2023-11-08") == [(8.0, 20.5), (32.0, 44.5)]


def test_weekdays_only() -> None:
    found = spans(Opening(hours="10:00-14:00", days="Mon-Wed,Sat"))
    assert [begin // 24 for begin, _ in found] == [0, 1, 2, 5]


def test_weekdays_may_wrap_around_the_weekend() -> None:
    found = spans(Opening(hours="10:00-14:00", days="Sat-Mon"))
    assert [begin // 24 for begin, _ in found] == [0, 5, 6]


def test_open_day_and_night_is_one_stretch() -> None:
    assert spans(Opening(hours="24 h")) == [(0.0, 168.0)]
    assert spans(Opening(hours="00:00-24:00")) == [(0.0, 168.0)]


def test_closing_at_midnight_meets_opening_at_midnight() -> None:
    found = spans(
        Opening(hours="18:00-24:00", days="Mon"), Opening(hours="00:00-06:00", days="Tue")
    )
    assert found == [(18.0, 30.0)]


def test_the_last_entry_that_covers_a_day_holds() -> None:
    """It replaces the day's hours; it does not add to them."""
    usual = Opening(hours="07:00-21:00")
    short = Opening(hours="10:00-14:00", since=date(2023, 11, 8), until=date(2023, 11, 9))
    expected = [(7.0, 21.0), (31.0, 45.0), (58.0, 62.0), (82.0, 86.0), (103.0, 117.0)]
    assert spans(usual, short)[:5] == expected
    assert spans(short, usual)[2] == (55.0, 69.0), "and so the order matters"


def test_two_entries_for_the_same_days_are_two_openings_of_each() -> None:
    """The morning was once lost in silence."""
    morning, afternoon = Opening(hours="08:00-12:00"), Opening(hours="13:00-17:00")
    both = [(8.0, 12.0), (13.0, 17.0), (32.0, 36.0), (37.0, 41.0)]
    assert spans(morning, afternoon)[:4] == both
    assert spans(afternoon, morning)[:4] == both
    assert spans(Opening(hours="08:00-12:00, 13:00-17:00"))[:4] == both
    on_tuesday = Opening(hours="13:00-17:00", days="Tue")
    assert spans(morning, on_tuesday)[:3] == [(8.0, 12.0), (32.0, 36.0), (37.0, 41.0)]


def test_a_later_stretch_replaces_all_openings_of_the_day() -> None:
    holiday = Opening(hours="closed", since=date(2023, 11, 6), until=date(2023, 11, 6))
    usual = Opening(hours="08:00-12:00"), Opening(hours="13:00-17:00")
    assert spans(*usual, holiday)[:2] == [(32.0, 36.0), (37.0, 41.0)]
    both = [replace(holiday, hours=hours) for hours in ("06:00-07:00", "22:00-24:00")]
    assert spans(*usual, *both)[:3] == [(6.0, 7.0), (22.0, 24.0), (32.0, 36.0)]


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (Opening(hours="08:00-12:00"), Opening(hours="11:00-13:00"), True),
        (Opening(hours="08:00-20:00"), Opening(hours="10:00-14:00", days="Sat,Sun"), True),
        (Opening(hours="24 h"), Opening(hours="10:00-14:00"), True),
        (Opening(hours="08:00-20:00"), Opening(hours="closed", days="Sun"), True),
        (Opening(hours="08:00-20:00"), Opening(hours="08:00-20:00"), True),
        (Opening(hours="08:00-12:00"), Opening(hours="12:00-13:00"), False),
        (Opening(hours="08:00-12:00", days="Mon"), Opening(hours="11:00-13:00", days="Tue"), False),
        (Opening(hours="24 h"), Opening(hours="10:00-14:00", since=date(2023, 11, 8)), False),
    ],
)
def test_contradicting_hours_of_the_same_days_are_refused(
    first: Opening, second: Opening, overlap: bool
) -> None:
    for pair in ((first, second), (second, first)):
        found = list(overlapping(pair))
        assert [number for number, _ in found] == ([1] if overlap else [])
        assert all("overlap on the same days" in message for _, message in found)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("20:00-04:00", "'00:00-04:00, 20:00-24:00'"),
        ("22:00-26:00", "'00:00-02:00, 22:00-24:00'"),
        ("22:00-00:00", "a day has at most 24:00"),
        ("00:00-48:00", "a day has at most 24:00"),
    ],
)
def test_hours_past_midnight_are_refused_with_the_way_to_write_them(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=re.escape(advice)):
        parse_opening_hours(text)


def test_holidays_are_refused_as_weekdays_with_the_way_to_write_them() -> None:
    with pytest.raises(ValueError, match="its day as 'since' and 'until'"):
        parse_weekdays("Mon-Fri,holidays")


def test_hours_of_a_decision_are_not_closed() -> None:
    with pytest.raises(ValueError, match="a crossing is closed by a closure"):
        require_hours("closed")
    require_hours("08:00-12:00, 13:00-17:00")


def test_a_day_that_no_entry_covers_is_closed() -> None:
    assert spans(Opening(hours="24 h", until=date(2023, 11, 5))) == []
    assert spans(Opening(hours="24 h", since=date(2023, 11, 12))) == [(144.0, 168.0)]


def test_opening_hours_are_on_the_wall_on_days_of_23_and_25_hours() -> None:
    autumn = spans(Opening(hours="08:00-20:00"), first="2023-10-28", last="2023-10-31")
    assert autumn == [(8.0, 20.0), (33.0, 45.0), (57.0, 69.0)]
    spring = spans(Opening(hours="08:00-20:00"), first="2024-03-30", last="2024-04-02")
    assert spring == [(8.0, 20.0), (31.0, 43.0), (55.0, 67.0)]


def test_a_shift_over_the_change_of_time_has_an_hour_more_or_less() -> None:
    night = Opening(hours="00:00-06:00")
    autumn = spans(night, first="2023-10-29", last="2023-10-30")
    spring = spans(night, first="2024-03-31", last="2024-04-01")
    assert (autumn, spring) == ([(0.0, 7.0)], [(0.0, 5.0)])


def test_stretches_end_with_the_scenario() -> None:
    ends_at_noon = Clock(
        datetime(2023, 11, 6, 9, tzinfo=HELSINKI), datetime(2023, 11, 7, 12, tzinfo=HELSINKI)
    )
    found = opening_intervals([Opening(hours="08:00-20:00")], ends_at_noon)
    assert found == [(0.0, 11.0), (23.0, 27.0)]


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ([], []),
        ([(1.0, 2.0), (2.0, 3.0)], [(1.0, 3.0)]),
        ([(5.0, 6.0), (1.0, 2.0)], [(1.0, 2.0), (5.0, 6.0)]),
        ([(1.0, 9.0), (2.0, 3.0)], [(1.0, 9.0)]),
        ([(-5.0, -1.0), (-1.0, 2.0)], [(0.0, 2.0)]),
        ([(8.0, 50.0), (40.0, 60.0)], [(8.0, 10.0)]),
        ([(4.0, 4.0), (5.0, 4.0)], []),
    ],
)
def test_intervals_are_merged_and_clipped(
    given: list[tuple[float, float]], merged: list[tuple[float, float]]
) -> None:
    assert merge_intervals(given, until=10.0) == merged


# Texts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("08:00-16:30", ((time(8), time(16, 30)),)),
        ("24 h", ((time(0), None),)),
        ("24h", ((time(0), None),)),
        ("20:15-24:00", ((time(20, 15), None),)),
        ("08:00-12:00, 13:00-17:00", ((time(8), time(12)), (time(13), time(17)))),
        ("13:00-17:00,08:00-12:00", ((time(8), time(12)), (time(13), time(17)))),
        ("closed", ()),
    ],
)
def test_opening_hours_are_read(text: str, parsed: tuple[WallSpan, ...]) -> None:
    assert parse_opening_hours(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "08:00-12:00,",
        "08:00-12:00, 11:00-17:00",
        "20:00-24:00, 23:00-23:30",
        "closed, 08:00-12:00",
        "8-16",
        "8:00-16:00",
        "16:00-08:00",
        "08:00-08:00",
        "08:00",
        "08:00-25:00",
        "08:60-10:00",
        "08:00-24:30",
        "always",
        "24:00-25:00",
    ],
)
def test_what_is_no_opening_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_opening_hours(text)
    with pytest.raises(ValueError, match=r".+"):
        Opening(hours=text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Mon-Sun", range(7)),
        ("Mon", [0]),
        ("Sat,Sun", [5, 6]),
        ("Fri-Mon", [4, 5, 6, 0]),
        ("Mon-Tue, Thu", [0, 1, 3]),
    ],
)
def test_weekdays_are_read(text: str, numbers: list[int]) -> None:
    assert parse_weekdays(text) == frozenset(numbers)


@pytest.mark.parametrize("text", ["", "mon", "Monday", "Mon-", "Mon-Xyz", "1-5", "Mon;Tue"])
def test_what_is_no_weekday_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="weekdays must read like"):
        parse_weekdays(text)


def test_a_calendar_entry_must_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before they start"):
        Opening(hours="24 h", since=date(2023, 11, 2), until=date(2023, 11, 1))
