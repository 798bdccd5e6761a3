"""What changed between two results folders, in words and tables."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from sim.report.analysis import queries
from sim.report.analysis.input_differences import InputDifference, Part
from sim.report.analysis.result_differences import DayDifference, Unshared, ValueDifference
from sim.scenario.description import Section
from sim.text.wording import CLEAR, day, difference, number

if TYPE_CHECKING:
    from sim.report.analysis.folder_differences import FolderDifference
    from sim.results.store import StoredResults

MOST_INPUTS: Final = 40  # lines; the rest is counted
LONGEST_VALUE: Final = 60  # signs of a value that are shown
SHORT_HASH: Final = 12
NOTHING: Final = "No difference"


def sections_of(found: FolderDifference) -> Iterator[Section]:
    """The answer, inputs, results by policy, days, and what was not compared."""
    yield Section(*_answer(found))
    if found.same:
        return
    yield _inputs(found)
    yield Section("Results", tuple(_on_results(found)))
    labels = queries.labels(found.a)
    differing = [each for each in found.values if each.differs]
    for policy, rows in groupby(differing, key=lambda each: each.policy):
        yield _of_policy(labels[policy], list(rows))
    if found.days:
        yield _days(found.days, labels)
    if lines := tuple(_not_compared(found.unshared)):
        yield Section("Not compared", lines)


def _answer(found: FolderDifference) -> tuple[str, tuple[str, ...]]:
    sides = (f"A: {_described(found.a)}", f"B: {_described(found.b)}")
    if found.same:
        return NOTHING, (*sides, "Inputs and every table are the same.")
    return "A and B differ", (*sides, "Differences are B minus A.")


def _described(results: StoredResults) -> str:
    manifest = results.manifest
    states = _counted(results.states_of_world.height, "state", "states")
    return (
        f"{results.folder}, run {manifest['run_id']}: {manifest['scenario']['title']}, {states} of "
        f"the world, seed {manifest['seed']}"
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _inputs(found: FolderDifference) -> Section:
    lines = []
    if not found.inputs:
        lines.append(
            f"{NOTHING}."
            if found.a.manifest["run_id"] == found.b.manifest["run_id"]
            else "No key, file or option differs, and yet the run ids do: a program changed the "
            "scenario after it was read."
        )
    if found.unknown:
        lines.append(
            f"Keys of the scenario are not recorded in {' and '.join(found.unknown)}; make these "
            "results again to compare them."
        )
    shown = found.inputs[:MOST_INPUTS]
    if left := len(found.inputs) - len(shown):
        lines.append(f"The first {MOST_INPUTS} are shown and {left} are not; --json has all.")
    rows = tuple((_called(each), each.kind, *_values(each)) for each in shown)
    return Section("Inputs", tuple(lines), ("input", "", "A", "B"), rows)


def _called(each: InputDifference) -> str:
    return f"content of {each.key}" if each.part is Part.FILE else each.key


def _values(each: InputDifference) -> tuple[str, str]:
    """Both values; of a section, which has many, how many keys; of a parameter also its default."""
    one, other = (_value(value, each) for value in (each.a, each.b))
    if each.keys > 1:
        counted = f"{each.keys} keys"
        one, other = (counted, "") if each.kind == "removed" else ("", counted)
    if each.default is not None:
        default = f"{_value(each.default, each)} (default)"
        one, other = (one, default) if each.kind == "removed" else (default, other)
    return one, other


def _value(value: object, each: InputDifference) -> str:
    if value is None:
        return "not given" if each.kind == "other value" else ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    most = SHORT_HASH if each.part is Part.FILE else LONGEST_VALUE
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _on_results(found: FolderDifference) -> Iterator[str]:
    yield from _on_pairing(found)
    if not found.values:
        yield "They have no policy and indicator in common."
        return
    differing = [each for each in found.values if each.differs]
    clear = [each for each in differing if each.word in CLEAR]
    yield (
        f"Of {_counted(len(found.values), 'comparison', 'comparisons')} of an indicator under a "
        f"policy {len(differing) or 'none'} differ{'' if len(differing) > 1 else 's'}"
        + (
            f", {len(clear) or 'none'} of them beyond chance, with all comparisons allowed for "
            "together (Holm)."
            if differing
            else "."
        )
    )
    if found.tables and not (differing or found.days):
        yield f"What differs is in {', '.join(found.tables)}."


def _on_pairing(found: FolderDifference) -> Iterator[str]:
    how = found.pairing
    if not how.paired:
        why = f"{how.why_not} ({_few(how.varied)})" if how.varied else str(how.why_not)
        yield f"Runs are not paired, since {why}: means are compared by Welch's t."
        return
    both = min(how.states_a, how.states_b)
    yield (
        f"Runs are paired by state of the world: {_counted(both, 'state is', 'states are')} the "
        "same in A and B. Means are over these."
    )
    if how.varied:
        yield f"Drawn by what was changed, and so differently: {_few(how.varied)}."
    if more := abs(how.states_a - how.states_b):
        side = "A" if how.states_a > how.states_b else "B"
        yield f"{side} has {_counted(more, 'state', 'states')} more, left out here."


def _few(names: Sequence[str], most: int = 4) -> str:
    left = len(names) - most
    shown = ", ".join(names[:most])
    return f"{shown} and {left} more" if left > 0 else shown


def _of_policy(label: str, rows: Sequence[ValueDifference]) -> Section:
    columns = ("indicator", "A, mean", "B, mean", "difference [95 %]", "B is")
    return Section(label, (), columns, tuple(map(_row, rows)))


def _row(each: ValueDifference) -> tuple[str, ...]:
    change = each.change
    both = [value for value in (each.a, each.b) if math.isfinite(value)]
    return (
        f"{each.indicator['name']}, {each.indicator['unit']}",
        number(each.a, like=both),
        number(each.b, like=both),
        difference(change.mean, change.low, change.high),
        each.word,
    )


def _days(days: Sequence[DayDifference], labels: dict[str, str]) -> Section:
    line = (
        "Means over runs, all crossings together. They are not tested: days depend on each other."
    )
    rows = tuple(
        (
            f"{each.series['name']}: {labels[each.policy]}",
            day(each.first),
            str(each.days),
            day(each.day),
            number(each.a, like=(each.a, each.b)),
            number(each.b, like=(each.a, each.b)),
        )
        for each in days
    )
    columns = ("series: policy", "differs from", "days", "most on", "A then", "B then")
    meanings = {str(each.series["name"]): str(each.series["meaning"]) for each in days}
    words = "; ".join(f"{name}: {meaning.partition(';')[0]}" for name, meaning in meanings.items())
    return Section("Day by day", (line, f"{words}."), columns, rows)


def _not_compared(found: Unshared) -> Iterator[str]:
    for what, names in (
        ("Policies that only A has", found.policies_a),
        ("Policies that only B has", found.policies_b),
        ("Indicators that only A has values for", found.indicators_a),
        ("Indicators that only B has values for", found.indicators_b),
        ("Indicators with another unit or direction", found.redefined),
    ):
        if names:
            yield f"{what}: {', '.join(names)}."
