"""What charts and tables ask of stored results: names, runs by day, and what was open when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import ResultsError, quoted
from sim.outcomes.total import TOTAL
from sim.report.analysis.once import once
from sim.results.store import StoredResults
from sim.results.tables.daily_summary import with_totals
from sim.results.tables.record import scenario_clock
from sim.scenario.records import Area
from sim.storage.json_object import JsonMapping
from sim.text.catalogue import phrases, translate, translated_by
from sim.text.wording import day, in_quotes, number, plural

Entry: TypeAlias = JsonMapping  # of an indicator, policy or place in the manifest
Floats = npt.NDArray[np.float64]
FAMILIES = ("rights", "security", "cost", "coercion")
STATES = ("open", "no_asylum", "exception_only", "closed", "some_excluded")
WAITING = "R1_person_days"
WITHOUT_ACCESS = "R4_without_access"
WHOLE_COST = "K_all"
DID_NOT_SET_OUT = ("R4_deterred", "R4_carriers", "R4_followers")
COUNT_COLUMNS = ("count", "low", "high")  # of what was observed: its count, and the range of it
ARRIVALS = ("O1", "O2")  # fewer of them is never called better


@dataclass(frozen=True)
class Place:
    """A crossing as charts show it."""

    id: str
    name: str


@dataclass(frozen=True)
class Change:
    """A day on which what crossings were open to changed.

    Attributes:
        day: Its number.
        words: What changed, of more than two crossings how many they are.
        in_full: The same with their names, where they are not all.
    """

    day: int
    words: str
    in_full: str


@dataclass(frozen=True)
class AccessPath:
    """What crossings were open to in the course of a run.

    Attributes:
        rows: Its rows of access.
        taken_by: How many runs took this path.
        runs: How many runs there are.
    """

    rows: pl.DataFrame
    taken_by: int
    runs: int

    @property
    def is_only_one(self) -> bool:
        """Whether every run took it."""
        return self.taken_by == self.runs


SHOWN: Final = "shown"  # key of a manifest in memory: ids of the policies that are shown


def every_policy(results: StoredResults) -> list[str]:
    """Ids of all policies, the reference first, the others as the manifest gives them."""
    ids = [str(entry["id"]) for entry in results.manifest["policies"]]
    reference = str(results.manifest["reference"])
    return [reference, *(policy for policy in ids if policy != reference)]


def policies(results: StoredResults) -> list[str]:
    """Ids of the policies that are shown, the reference first: all, but for :func:`showing`."""
    shown = results.manifest.get(SHOWN)
    return [each for each in every_policy(results) if shown is None or each in shown]


def showing(results: StoredResults, chosen: Collection[str]) -> StoredResults:
    """The same results, of which some policies are shown, and the reference.

    What is said of a difference still allows for all comparisons that were made.

    Raises:
        ResultsError: one is not among them.
    """
    every = every_policy(results)
    if unknown := [each for each in chosen if each not in every]:
        raise ResultsError(
            f"no policy of these results is called {quoted(unknown[0])}; there are "
            f"{', '.join(every)}"
        )
    shown = [each for each in every if each == every[0] or each in chosen]
    return replace(results, manifest={**results.manifest, SHOWN: shown})


def labels(results: StoredResults) -> dict[str, str]:
    """Id to label of each policy that is shown, with the id where another has the same label."""
    named = _distinct_labels(results, results.manifest["policies"])
    return {policy: named[policy] for policy in policies(results)}


def quoted_labels(results: StoredResults) -> dict[str, str]:
    """The same in quotation marks, as sentences have them: a label may hold commas."""
    return {policy: in_quotes(label) for policy, label in labels(results).items()}


def _distinct_labels(results: StoredResults, entries: Iterable[Entry]) -> dict[str, str]:
    """Ids to labels, each of them different."""
    named = {str(each["id"]): scenario_text(results, str(each["label"])) for each in entries}
    many = Counter(named.values())
    return {id: f"{label} ({id})" if many[label] > 1 else label for id, label in named.items()}


def scenario_text(results: StoredResults, text: str) -> str:
    """What the scenario says of itself (labels, names, summaries), in the current language."""
    return translated_by(results.manifest.get("translations", {}), text)


def indicator(results: StoredResults, name: str) -> Entry | None:
    """The manifest's entry for an indicator, or None."""
    entries = {str(entry["id"]): entry for entry in results.manifest["indicators"]}
    return entries.get(name)


def measured(entry: Entry) -> str:
    """An indicator's name and unit: ``Waiting for registration, person-days``."""
    return f"{indicator_name(entry)}, {indicator_unit(entry)}"


def indicator_name(entry: Entry) -> str:
    """Name of an indicator, from its entry in the manifest."""
    return translate(str(entry["name"]))


def indicator_unit(entry: Entry) -> str:
    """Unit of an indicator, from its entry in the manifest."""
    return translate(str(entry["unit"]))


def indicator_definition(entry: Entry) -> str:
    """What an indicator counts, from its entry in the manifest."""
    return translate(str(entry["definition"]))


family_words = phrases(
    {
        "rights": "Rights and human cost",
        "security": "Security and order",
        "cost": "Cost",
        "coercion": "Pressure and coercion",
    }
)
"""What a family of indicators is about."""


def class_words(results: StoredResults, name: str) -> str:
    """A class of people; those by origin are named by the scenario."""
    origin = name.removeprefix("from ")
    if origin == name:
        return translate(name)
    return translate("from {origin}", origin=scenario_text(results, origin))


def headline(results: StoredResults) -> list[Entry]:
    """The indicators of the table, by family, rights first, of these access to asylum.

    Never without rights indicators.
    """
    chosen = [e for e in (indicator(results, i) for i in results.manifest["headline"]) if e]
    if not any(entry["family"] == "rights" for entry in chosen):
        known = results.manifest["indicators"]
        chosen += [entry for entry in known if entry["family"] == "rights"]
    return sorted(
        chosen,
        key=lambda entry: (FAMILIES.index(str(entry["family"])), entry["id"] != WITHOUT_ACCESS),
    )


def modelled(results: StoredResults) -> list[Entry]:
    """The indicators of the table that the scenario has what is needed for."""
    return [entry for entry in headline(results) if is_modelled(entry)]


def is_modelled(entry: Entry) -> bool:
    """Whether the scenario has what an indicator needs; where it has not, there is no value."""
    return not entry.get("not_modelled")


_left_out = phrases(
    {
        "crossings": "the scenario has no crossing",
        "weather": "the scenario gives no weather",
        "terrain": "the scenario has no stretch of terrain border",
        "neighbours": "the scenario has no crossing of another country",
        "travellers": "the scenario gives no travellers with papers",
        "suspension": "the scenario does not say when traffic at a crossing is suspended",
        "capacity": "the scenario gives no daily capacity of a crossing",
        "transport": "the scenario gives no transport from the crossings",
    }
)


def why_not_modelled(entry: Entry) -> str:
    """What a scenario lacks for an indicator: ``the scenario gives no weather``; or nothing."""
    return _left_out(entry["not_modelled"]) if not is_modelled(entry) else ""


def lacks(results: StoredResults, need: str) -> str:
    """Why nothing can be shown that needs some part of a scenario; empty where it has that."""
    return _left_out(need) if need in results.manifest.get("not_modelled", []) else ""


def days(results: StoredResults) -> list[date]:
    """The local days of the scenario."""
    return list(scenario_clock(results.manifest).days)


def period(results: StoredResults) -> str:
    """``1 Aug 2023 to 31 Jan 2024``, first and last day simulated."""
    return span(days(results))


def span(shown: Sequence[date]) -> str:
    """The first and the last of some days, with their years."""
    first, last = day(shown[0], year=True), day(shown[-1], year=True)
    return translate("{first} to {last}", first=first, last=last)


def counted_runs(results: StoredResults) -> str:
    """How many runs a policy has: ``60 runs``."""
    return plural(len(runs(results)), "{count} run", "{count} runs")


@once
def runs(results: StoredResults) -> list[tuple[int, int]]:
    """Every (state of the world, replicate), in order."""
    first = results.manifest["indicators"][0]["id"]  # every run has a row of each
    rows = results.of_indicators([first])
    rows = results.indicators if rows.is_empty() else rows
    return rows.select("state_of_world", "replicate").unique().sort(pl.all()).rows()


@once
def crossings(results: StoredResults) -> list[Place]:
    """The crossings that something happened at or that policies changed, north to south."""
    tables = ("daily", "access")
    recorded = {each for table in tables for (each,) in results.distinct(table, "crossing").rows()}
    return [
        Place(str(place["id"]), scenario_text(results, str(place["name"])))
        for place in results.manifest["places"]
        if place["kind"] in ("crossing", "rail") and place["id"] in recorded
    ]


def areas(results: StoredResults) -> list[Area]:
    """Crossings that were counted together in what was observed."""
    return [
        Area(str(area["id"]), scenario_text(results, str(area["name"])), tuple(area["crossings"]))
        for area in results.manifest.get("areas", [])
    ]


def daily_totals(results: StoredResults, series: str) -> dict[str, Floats]:
    """For each policy, an array (run, day) of a series summed over crossings."""
    return {policy: daily_total(results, policy, series) for policy in policies(results)}


def daily_total(results: StoredResults, policy: str, series: str) -> Floats:
    """A policy's runs of a series summed over crossings, shape (run, day)."""
    rows = with_totals(_daily(results, policy, series)).filter(crossing=TOTAL)
    rows = _numbered(results, rows)
    block = np.zeros((len(runs(results)), len(days(results))))
    block[rows["run"].to_numpy(), rows["day"].to_numpy()] = rows["value"].to_numpy()
    return block


def daily_by_crossing(results: StoredResults, series: str) -> dict[str, Floats]:
    """For each policy, an array (run, crossing, day) of a series, crossings north to south."""
    places = [place.id for place in crossings(results)]
    shape = (len(runs(results)), len(places), len(days(results)))
    place = pl.DataFrame({"crossing": places}, schema={"crossing": pl.String})
    place = place.with_row_index("place")
    blocks = {}
    for policy in policies(results):
        rows = _daily(results, policy, series)
        mine = _numbered(results, rows).join(place, on="crossing")
        block = np.zeros(shape)
        at = (mine[name].to_numpy() for name in ("run", "place", "day"))
        block[*at] = mine["value"].to_numpy()
        blocks[policy] = block
    return blocks


def _daily(results: StoredResults, policy: str, series: str) -> pl.DataFrame:
    """The daily rows of a series under a policy: those of all would be most of the memory."""
    return results.rows("daily", (pl.col("policy") == policy) & (pl.col("series") == series))


def _numbered(results: StoredResults, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows within the scenario's days, with numbers of run and day."""
    run = pl.DataFrame(runs(results), schema=["state_of_world", "replicate"], orient="row")
    day = pl.DataFrame({"date": days(results)})
    return rows.join(run.with_row_index("run"), on=["state_of_world", "replicate"]).join(
        day.with_row_index("day"), on="date"
    )


def values(results: StoredResults, policy: str, name: str) -> Floats:
    """An indicator's value in every run of a policy that has one, in the order of the runs."""
    rows = results.indicators.filter(policy=policy, indicator=name).drop_nulls("value")
    return rows.sort("state_of_world", "replicate")["value"].to_numpy()


def access_shares(results: StoredResults, policy: str) -> Floats:
    """Share of runs in each state at noon, shape (state, crossing, day); sums to 1 or 0."""
    rows = results.access.filter(policy=policy)
    count_of_runs = rows.select("state_of_world", "replicate").n_unique()
    places = {place.id: k for k, place in enumerate(crossings(results))}
    count = len(days(results))
    shares = np.zeros((len(STATES), len(places), count))
    for crossing, begins, ends, state, share in _noons(results, rows).iter_rows():
        if crossing in places:
            shares[STATES.index(state), places[crossing], begins:ends] += share
    return shares / max(1, count_of_runs)


def _noons(results: StoredResults, rows: pl.DataFrame) -> pl.DataFrame:
    """crossing, first and last-but-one day whose noon an interval covers, state, and how often."""
    spans = rows.select(
        "crossing",
        day_index(results, rows["begins"]).alias("begins"),
        day_index(results, rows["ends"]).alias("ends"),
        "access",
    )
    keys = ["crossing", "begins", "ends", "access"]
    return spans.group_by(keys, maintain_order=True).agg(pl.len().alias("share"))


def day_index(results: StoredResults, texts: pl.Series) -> pl.Series:
    """The first day whose noon is not before each instant; an empty text means the end."""
    clock = scenario_clock(results.manifest)
    noons = np.array([clock.hours(clock.local(d, time(12))) for d in clock.days])
    known = {
        text: int(np.searchsorted(noons, clock.hours(datetime.fromisoformat(text))))
        for text in texts.unique().drop_nulls().to_list()
        if text
    }
    indices = [known.get(text, len(noons)) for text in texts.to_list()]
    return pl.Series(indices, dtype=pl.Int64)


def commonest_path(results: StoredResults, policy: str) -> AccessPath:
    """The path of access that most runs of a policy take; of paths equally common, the first."""
    paths: dict[tuple[int, int], list[tuple[str, ...]]] = {}
    columns = ["state_of_world", "replicate", "crossing", "begins", "ends", "access"]
    rows = results.access.filter(policy=policy)
    for state, replicate, *rest in rows.select(columns).iter_rows():
        paths.setdefault((state, replicate), []).append(tuple(str(item) for item in rest))
    taken = {run: tuple(sorted(path)) for run, path in sorted(paths.items())}
    count = Counter(taken.values())
    if not taken:
        return AccessPath(rows, 0, 0)
    chosen = max(taken, key=lambda run: count[taken[run]])
    own = rows.filter(state_of_world=chosen[0], replicate=chosen[1])
    return AccessPath(own, count[taken[chosen]], len(taken))


def changes(results: StoredResults, policy: str) -> list[Change]:
    """When crossings changed under a policy, in time order, grouped by local day.

    On the commonest path of its runs.
    """
    names = {place.id: place.name for place in crossings(results)}
    rows = commonest_path(results, policy).rows
    begins = dict(zip(rows["begins"].to_list(), _local_days(results, rows["begins"]), strict=True))
    grouped: dict[tuple[int, str], list[str]] = {}
    state = dict.fromkeys(names, "open")
    in_time = sorted(rows.select("begins", "crossing", "access").rows(), key=lambda r: begins[r[0]])
    for text, crossing, access in in_time:
        if crossing in names and access != state[crossing]:
            grouped.setdefault((begins[text], access), []).append(names[crossing])
            state[crossing] = access
    return [
        Change(
            at,
            f"{_state_words(access)}: {_crossing_words(which, len(names))}",
            f"{_state_words(access)}: {_crossing_words(which, len(names), named=True)}",
        )
        for (at, access), which in sorted(grouped.items(), key=lambda item: item[0][0])
    ]


def _local_days(results: StoredResults, texts: pl.Series) -> list[int]:
    """The number of the local day on which each instant falls."""
    first = scenario_clock(results.manifest).days[0]
    zone = ZoneInfo(results.manifest["scenario"]["timezone"])
    moments = [datetime.fromisoformat(text).astimezone(zone) for text in texts.to_list()]
    return [(moment.date() - first).days for moment in moments]


_state_words = phrases(
    {
        "open": "open",
        "no_asylum": "without asylum claims",
        "exception_only": "by exception only",
        "closed": "closed",
        "some_excluded": "not to all",
    }
)


def _crossing_words(names: Sequence[str], count: int, *, named: bool = False) -> str:
    if len(names) <= 2:
        return ", ".join(names)
    if len(names) == count:
        return translate("all crossings ({count})", count=number(count))
    if named:
        return ", ".join(names)
    return plural(len(names), "{count} crossing", "{count} crossings")


def labels_by_id(results: StoredResults, key: Literal["hypotheses", "responses"]) -> dict[str, str]:
    """Id to label of what the transit state may do, or of how it may answer."""
    return _distinct_labels(results, results.manifest.get(key, []))
