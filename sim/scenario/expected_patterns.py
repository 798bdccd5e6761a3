"""What was seen and the model must be able to show, with what was counted of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sim.errors import did_you_mean
from sim.outcomes.total import TOTAL
from sim.scenario.attached_files import places_of
from sim.scenario.checking import KeyPath
from sim.scenario.draft import Draft
from sim.scenario.observed_series import CUMULATIVE, OBSERVED, CountedPlaces, modelled_as
from sim.scenario.records import CountedPeople, Expected, Observation
from sim.scenario.schema import CountedPeople as GivenPeople
from sim.scenario.schema import ExpectedPattern


def expected_patterns_of(draft: Draft, observed: Sequence[Observation]) -> tuple[Expected, ...]:
    """The patterns of the file; those that cannot be compared are left out, with problems noted."""
    given = draft.file.observed.patterns if draft.file.observed else {}
    found = (_expected(draft, name, each, observed) for name, each in given.items())
    return tuple(each for each in found if each is not None)


def _expected(
    draft: Draft, name: str, given: ExpectedPattern, observed: Sequence[Observation]
) -> Expected | None:
    key = ("observed", "patterns", name)
    people = _people(draft, (*key, "people"), given.people, observed)
    over = _people(draft, (*key, "over"), given.over, observed) if given.over else None
    if people is None or (given.over is not None and over is None):
        return None
    value = people[1]
    if over is not None:
        if over[1] <= 0.0:
            draft.checks.add((*key, "over"), "nobody was counted there, so nothing can be divided")
            return None
        value = people[1] / over[1]
    return Expected(
        name,
        given.name,
        people[0],
        over[0] if over else None,
        value,
        given.at_least,
        given.in_share,
        given.source,
    )


def _people(
    draft: Draft, key: KeyPath, given: GivenPeople, observed: Sequence[Observation]
) -> tuple[CountedPeople, float] | None:
    """What is counted, and how many a day there were; None, with a problem, if that is unknown."""
    places = given.places or (TOTAL,)
    known = places_of(draft)
    series = [name for name in OBSERVED if name != CUMULATIVE]
    if given.series not in series:
        draft.checks.add_missing((*key, "series"), "series", given.series, series)
        return None
    for k, place in enumerate(places):
        if place not in known.kinds:
            draft.checks.add_missing((*key, "places", k), "place", place, known.kinds)
            return None
        if modelled_as(given.series, known.kinds[place]) is None:
            hint = did_you_mean(given.series, series)
            draft.checks.add(key, f"{given.series!r} is not modelled at {place!r}", hint)
            return None
    days = list(_days(given))
    if not days:
        draft.checks.add(key, "ends before it begins", "give 'to' a later day")
        return None
    counts = [_counted(observed, known, given.series, place, days) for place in places]
    if any(each is None for each in counts):
        _tell_uncounted(draft, key)
        return None
    mean = math.fsum(each for each in counts if each is not None) / len(days)
    members = tuple(dict.fromkeys(m for place in places for m in known.members(place)))
    return CountedPeople(given.series, members, days[0], days[-1]), mean


def _tell_uncounted(draft: Draft, key: KeyPath) -> None:
    """Note that counts are lacking; of patterns that a base brings along, once for all of them."""
    table = ("observed", "file")
    origin, own = (draft.checks.document.locate(each).path for each in (key, table))
    if origin == own:
        hint = "name spans that whole counts make up, and places that were counted"
        draft.checks.add(key, "some of its days or places have no count", hint)
        return
    message = f"has no counts for some of observed.patterns, which come from {origin}"
    if all(each.message != message for each in draft.checks.problems):
        hint = "'overrides: {observed.patterns: {}}' takes them away; your own may stand there"
        draft.checks.add(table, message, hint)


def _days(given: GivenPeople) -> Iterator[date]:
    last = given.last or given.first
    return (given.first + timedelta(days=k) for k in range((last - given.first).days + 1))


def _counted(
    observed: Sequence[Observation],
    known: CountedPlaces,
    series: str,
    place: str,
    days: Sequence[date],
) -> float | None:
    """What was counted of everybody on these days: at a place, or at all that it is made of."""
    own = _over(observed, series, place, days)
    parts = [] if own is not None else [p for p in known.parts(place) if _is_used(known, p)]
    found = [_counted(observed, known, series, part, days) for part in parts]
    if not found or any(each is None for each in found):
        return own
    return math.fsum(each for each in found if each is not None)


def _is_used(known: CountedPlaces, place: str) -> bool:
    """Whether people can use it, or some crossing of it."""
    return any(member in known.usable for member in known.members(place))


def _over(
    observed: Sequence[Observation], series: str, place: str, days: Sequence[date]
) -> float | None:
    """The sum of counts that follow each other from the first day to the last one.

    Of several that begin on one day, the shortest with which that can be done.
    """
    beginning: defaultdict[date, list[Observation]] = defaultdict(list)
    for each in observed:
        if (each.series, each.place, each.origin) == (series, place, ""):
            beginning[each.period_start].append(each)
    end = days[-1] + timedelta(days=1)
    sums = {end: 0.0}
    for day in reversed(days):
        for each in sorted(beginning[day], key=lambda each: each.period_end):
            after = each.period_end + timedelta(days=1)
            if each.count is not None and after in sums:
                sums[day] = each.count + sums[after]
                break
    return sums.get(days[0])
