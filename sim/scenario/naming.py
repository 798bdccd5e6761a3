"""Ids and labels of a scenario file: those that a command line or a table could not tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.errors import quoted
from sim.outcomes.total import TOTAL
from sim.scenario.checking import Checks, KeyPath
from sim.scenario.draft import Draft
from sim.scenario.schema import Described, ScenarioFile
from sim.world.network import places_by_section

Named = tuple[KeyPath, str]  # where an id is written, and the id


def check_names(draft: Draft) -> None:
    """Every id can be named on a command line and in a table."""
    for key, name in _ids(draft):
        if fault := _fault_of(key, name):
            draft.checks.add(key, f"the id {quoted(name)} {fault}", "give another id")


def _ids(draft: Draft) -> Iterator[Named]:
    """Every id of the file with its place."""
    file = draft.file
    for section, places in places_by_section(file):
        yield from (((section, k, "id"), place.id) for k, place in enumerate(places))
    for k, origin in enumerate(file.demand.origins):
        yield ("demand", "origins", k, "id"), origin.id
    for k, group in enumerate(file.demand.groups):
        yield ("demand", "groups", k, "id"), group.id
    for k, stock in enumerate(file.demand.stocks):
        if stock.id is not None:
            yield ("demand", "stocks", k, "id"), stock.id
    for section in ("policies", "hypotheses", "responses"):
        yield from (((section, name), name) for name in getattr(file, section))
    if file.observed is not None:
        yield from ((("observed", "areas", name), name) for name in file.observed.areas)


def _fault_of(key: KeyPath, name: str) -> str | None:
    """Why an id cannot be used, or None."""
    if not name.strip() or name != name.strip():
        return "begins or ends with a space, or is nothing else"
    if "," in name:
        return "holds a comma, which separates names"
    if name.startswith("#"):
        return "begins with #, as comments do"
    if name.casefold() == TOTAL and key[0] not in ("policies", "hypotheses", "responses"):
        return "is what sums over all crossings are called"
    if name.casefold() == "default" and key[0] == "crossings":
        return "means all crossings that are not named, where the transit side opens gates"
    if name.casefold() == "all" and key[0] == "policies":
        return "means all policies, in --policies"
    return None


def warn_of_labels(warnings: Checks, file: ScenarioFile) -> None:
    """Warn of labels that are used twice; tables and charts then add the id."""
    kinds: Mapping[str, Mapping[str, Described]] = {
        "policies": file.policies,
        "hypotheses": file.hypotheses,
        "responses": file.responses,
    }
    for section, named in kinds.items():
        first: dict[str, str] = {}
        for name, given in named.items():
            same = first.setdefault(" ".join(given.label.casefold().split()), name)
            if same != name:
                message = f"the label {quoted(given.label)} is that of {quoted(same)} already"
                hint = "tables and charts add the id"
                warnings.add((section, name, "label"), message, hint)
