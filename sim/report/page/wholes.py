"""Tables of wholes and their parts: who has no access and why, what it costs and who bears it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.analysis import queries
from sim.text.catalogue import translate
from sim.text.wording import number

if TYPE_CHECKING:
    from sim.results.store import StoredResults

# A whole, and the parts that sum to it.
WITHOUT_ACCESS = (
    "R4_without_access",
    *("R4_barred", "R4_stopped", "R4_waiting", "R4_means", "R4_other"),
    *queries.DID_NOT_SET_OUT,
)
COST = ("K_all", "K1", "K4_later", "K5", "K6", "K7")


@dataclass(frozen=True)
class Whole:
    """A table: policies as rows, a whole and its parts as columns.

    Attributes:
        caption: What the whole is, and in which unit.
        columns: Heads of the columns.
        rows: A policy each: its label, the whole, the parts, as means of the runs.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def wholes(results: StoredResults) -> list[Whole]:
    """The tables that the results hold every part of."""
    known = {str(entry["id"]): entry for entry in results.manifest["indicators"]}
    return [
        _whole(results, [known[name] for name in names])
        for names in (WITHOUT_ACCESS, COST)
        if known.keys() >= set(names)
    ]


def _whole(results: StoredResults, entries: list[queries.Entry]) -> Whole:
    names = [queries.indicator_name(entry) for entry in entries]
    caption = translate(
        "{indicator}, {unit}", indicator=names[0], unit=queries.indicator_unit(entries[0])
    )
    rows = [
        (label, *(_mean(results, policy, entry) for entry in entries))
        for policy, label in queries.labels(results).items()
    ]
    return Whole(caption, (translate("Policy"), *names), tuple(rows))


def _mean(results: StoredResults, policy: str, entry: queries.Entry) -> str:
    if not queries.is_modelled(entry):
        return translate("not modelled")
    values = queries.values(results, policy, str(entry["id"]))
    return number(float(values.mean()) if len(values) else None)
