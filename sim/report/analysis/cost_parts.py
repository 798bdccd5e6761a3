"""What each policy costs, by who bears it and by item, as means of the runs: parts that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.text.catalogue import phrases

if TYPE_CHECKING:
    from sim.results.store import StoredResults

WHOLE: Final = "K_all"
BEARERS: Final = ("K_state", "K5", "K6", "K7")  # they sum to the whole
# They sum to K_state: K4 is reception for twelve months, within the scenario and after it.
ITEMS: Final = (
    *("K4", "K1_staff", "K1_lanes", "K1_interpreters", "K1_night", "K1_surge", "K1_stations"),
    *("K1_shelter", "K1_warm", "K1_registration", "K1_transport", "K1_legal", "K1_fence"),
)
OTHER_ITEMS: Final = "other"
MOST_ITEMS: Final = 6  # with a bar of their own; the smallest are one

part_words = phrases(
    {
        "K_state": "the receiving state",
        "K5": "travellers and businesses",
        "K6": "neighbouring countries",
        "K7": "the people who want to cross",
        "K4": "reception for twelve months",
        "K1_staff": "officers at the desks",
        "K1_lanes": "officers at the lanes",
        "K1_interpreters": "interpreters",
        "K1_night": "night work",
        "K1_surge": "travel and lodging of seconded officers",
        "K1_stations": "running crossings",
        "K1_shelter": "shelter at crossings",
        "K1_warm": "heated places",
        "K1_registration": "registration",
        "K1_transport": "transport to reception",
        "K1_legal": "legal reviews",
        "K1_fence": "fence",
        OTHER_ITEMS: "other items",
    }
)
"""What a part of the cost is called."""


@dataclass(frozen=True)
class Costs:
    """Costs in euros; parts are means of the runs.

    Attributes:
        whole: By policy, the whole in every run.
        bearers: By policy, what each bears.
        items: By policy, what the receiving state's part is made of.
        without: By policy, people without access to asylum in every run.
        left_out: Parts that the scenario has nothing for.
    """

    whole: Mapping[str, Floats]
    bearers: Mapping[str, Mapping[str, float]]
    items: Mapping[str, Mapping[str, float]]
    without: Mapping[str, Floats]
    left_out: Sequence[str]


def costs(results: StoredResults) -> Costs | None:
    """The costs of stored results; nothing where these do not hold every part."""
    known = {str(entry["id"]): entry for entry in results.manifest["indicators"]}
    if not known.keys() >= {WHOLE, *BEARERS, *ITEMS}:
        return None
    there = [name for name in (*BEARERS, *ITEMS) if queries.is_modelled(known[name])]
    policies = queries.policies(results)
    means = {policy: _means(results, policy, there) for policy in policies}
    return Costs(
        {policy: queries.values(results, policy, WHOLE) for policy in policies},
        _chosen(means, [name for name in BEARERS if name in there]),
        _largest(_chosen(means, [name for name in ITEMS if name in there])),
        {policy: queries.values(results, policy, queries.WITHOUT_ACCESS) for policy in policies},
        [name for name in (*BEARERS, *ITEMS) if name not in there],
    )


def _means(results: StoredResults, policy: str, names: Sequence[str]) -> dict[str, float]:
    every = {name: queries.values(results, policy, name) for name in names}
    return {name: float(runs.mean()) if len(runs) else 0.0 for name, runs in every.items()}


def _chosen(
    means: Mapping[str, Mapping[str, float]], names: Sequence[str]
) -> dict[str, dict[str, float]]:
    """These parts of every policy, but for those that are nothing everywhere."""
    kept = [name for name in names if any(parts[name] for parts in means.values())]
    return {policy: {name: parts[name] for name in kept} for policy, parts in means.items()}


def _largest(items: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The largest items under any policy by themselves, the others as one."""
    names = list(next(iter(items.values())))
    if len(names) <= MOST_ITEMS:
        return {policy: dict(parts) for policy, parts in items.items()}
    by_size = sorted(names, key=lambda name: -max(parts[name] for parts in items.values()))
    named = [name for name in names if name in by_size[: MOST_ITEMS - 1]]
    return {
        policy: {
            **{name: parts[name] for name in named},
            OTHER_ITEMS: sum(parts[name] for name in names if name not in named),
        }
        for policy, parts in items.items()
    }
