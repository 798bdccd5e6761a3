"""What a scenario reads from other files: weather, demand, counts, claims, translations."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from sim.clock import Clock
from sim.errors import ScenarioError, quoted
from sim.scenario.checking import KeyPath
from sim.scenario.claims import read_claims
from sim.scenario.csv_tables import LARGEST_TABLE_BYTES
from sim.scenario.demand_table import read_demand
from sim.scenario.draft import Draft
from sim.scenario.observed_counts import read_observed
from sim.scenario.observed_series import CountedPlaces, counted_places
from sim.scenario.records import Area, Claim, Observation
from sim.scenario.schema import ObservedArea
from sim.scenario.source_text import named_file
from sim.scenario.translations import read_translations
from sim.scenario.weather_series import read_weather
from sim.world.demand_over_time import DemandPeriod
from sim.world.network import Crossing, Segment
from sim.world.weather import NO_WEATHER, Weather

T = TypeVar("T")
POSTERIOR_MANIFEST: Final = "manifest.json"  # it has the hashes of the other files


@dataclass(frozen=True)
class Attached:
    """What was read from other files.

    Attributes:
        weather: hourly series by zone.
        demand: the rows of a table of demand.
        observed: observed counts.
        claims: the register of contested claims.
        translations: texts of the scenario by language.
        posterior: folder of the scenario's posterior.
        files: SHA-256, in hex, of every table and register that was read, by the dotted path of the
            key that names it.
        digest: hash, in hex, of the merged scenario and of these files.
    """

    weather: Weather
    demand: tuple[DemandPeriod, ...]
    observed: tuple[Observation, ...]
    claims: tuple[Claim, ...]
    translations: Mapping[str, Mapping[str, str]]
    posterior: Path | None
    files: Mapping[str, str]
    digest: str


def read_attached(draft: Draft, clock: Clock) -> Attached:
    """Read every file that the scenario names, and the catalogues beside it.

    Raises:
        ScenarioError: with every problem found in them.
    """
    reader = _Reader(draft)
    weather = reader.weather(clock)
    demand = reader.demand(clock)
    observed = reader.observed()
    claims = reader.claims()
    posterior = reader.posterior()
    translations = reader.attempt(lambda: read_translations(draft.checks.document.files)) or {}
    draft.checks.stop_if_any()
    hashes = {key: hashlib.sha256(path.read_bytes()) for key, path in reader.files.items()}
    digest = hashlib.sha256(draft.checks.document.digest.encode())
    for each in hashes.values():
        digest.update(each.digest())
    files = {key: each.hexdigest() for key, each in hashes.items()}
    return Attached(
        weather, demand, observed, claims, translations, posterior, files, digest.hexdigest()
    )


def areas_of(draft: Draft) -> tuple[Area, ...]:
    """Crossings that were counted together in what was observed; those of a state among them."""
    given = draft.file.observed.areas if draft.file.observed else {}
    for name, area in given.items():
        _check_area(draft, name, area)
    _check_overlaps(draft, given)
    areas = tuple(Area(name, area.name, area.crossings) for name, area in given.items())
    return (*areas, *_states(draft)) if draft.file.observed else ()


def _states(draft: Draft) -> Iterator[Area]:
    """The states of a chain, as areas of their crossings."""
    for state in draft.file.states:
        own = tuple(each.id for each in draft.file.crossings if each.state == state.id)
        if own:
            yield Area(state.id, state.name, own)


def places_of(draft: Draft) -> CountedPlaces:
    """What counts of the scenario may be of."""
    groups = {area.id: area.crossings for area in areas_of(draft)}
    usable = (each.id for each in draft.file.crossings if each.takes_people)
    return counted_places(draft.ids, groups, usable)


def _check_area(draft: Draft, name: str, area: ObservedArea) -> None:
    key = ("observed", "areas", name)
    crossings = draft.ids["crossing"]
    if name in crossings:
        draft.checks.add(key, f"{quoted(name)} is counted already", "give another id")
    for k, each in enumerate(area.crossings):
        at = (*key, "crossings", k)
        if each not in crossings:
            draft.checks.add_missing(at, "crossing", each, crossings)
        elif each in area.crossings[:k]:
            draft.checks.add(at, f"{quoted(each)} is named twice", "take one out")


def _check_overlaps(draft: Draft, areas: Mapping[str, ObservedArea]) -> None:
    """No crossing is in two areas: counts of both could not be added up."""
    first: dict[str, str] = {}
    for name, area in areas.items():
        for k, crossing in enumerate(area.crossings):
            if first.setdefault(crossing, name) != name:
                draft.checks.add(
                    ("observed", "areas", name, "crossings", k),
                    f"{quoted(crossing)} is in the area {quoted(first[crossing])} already",
                    "areas must not overlap",
                )


@dataclass
class _Reader:
    """Reads files that the scenario names, and remembers which.

    Attributes:
        files: what was read, in order, by the dotted path of the key that names it; the results
            depend on what these say.
    """

    draft: Draft
    files: dict[str, Path] = field(default_factory=dict)

    def weather(self, clock: Clock) -> Weather:
        given = self.draft.file.weather
        if given is None:
            return NO_WEATHER
        self._check_zones("crossings", self.draft.file.crossings, given.zones)
        self._check_zones("segments", self.draft.file.segments, given.zones)
        path = self._beside(given.file, ("weather", "file"))
        series = self.attempt(lambda: read_weather(path, given.zones, given.source, clock))
        return series or NO_WEATHER

    def _check_zones(
        self, section: str, places: Sequence[Crossing | Segment], zones: Sequence[str]
    ) -> None:
        for k, place in enumerate(places):
            if place.weather is not None and place.weather not in zones:
                message = f"there is no weather zone {place.weather!r}"
                self.draft.checks.add((section, k, "weather"), message)

    def demand(self, clock: Clock) -> tuple[DemandPeriod, ...]:
        table = self.draft.file.demand.table
        if table is None:
            return ()
        path = self._beside(table.file, ("demand", "table", "file"))
        return self.attempt(lambda: read_demand(path, self.draft, clock)) or ()

    def observed(self) -> tuple[Observation, ...]:
        given = self.draft.file.observed
        if given is None:
            return ()
        path = self._beside(given.file, ("observed", "file"))
        places = places_of(self.draft)
        return self.attempt(lambda: read_observed(path, places, given.source)) or ()

    def claims(self) -> tuple[Claim, ...]:
        name = self.draft.file.claims
        if name is None:
            return ()
        path = self._beside(name, ("claims",))
        register = self.attempt(lambda: read_claims(path))
        if register is None:
            return ()
        self.files |= {f"claims.{base.name}": base for base in register.files[1:]}
        return register.claims

    def posterior(self) -> Path | None:
        """Where the posterior is; whether it is one shows when it is used.

        It is no part of the digest: the prior has nothing of it, and run ids have it themselves.
        """
        name = self.draft.file.posterior
        if name is None:
            return None
        checks = self.draft.checks
        folder = named_file(checks.document.locate(("posterior",)).path.parent, name)
        if not _is_readable(folder / POSTERIOR_MANIFEST):
            checks.add(("posterior",), f"there is no posterior in {quoted(name)}")
        return folder

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What a file says; None, with its problems noted, where something is wrong with it."""
        try:
            return read()
        except ScenarioError as fault:
            self.draft.checks.problems.extend(fault.problems)
            return None

    def _beside(self, name: str, key: KeyPath) -> Path:
        """A file named in the scenario, relative to the file that names it."""
        checks = self.draft.checks
        path = named_file(checks.document.locate(key).path.parent, name)
        if not _is_readable(path):
            checks.add(key, f"there is no readable file {quoted(name)}")
            checks.stop_if_any()
        self.files[".".join(map(str, key))] = path
        return path


def _is_readable(path: Path) -> bool:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST_TABLE_BYTES
