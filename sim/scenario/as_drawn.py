"""What the transit side does in a state of the world, with the numbers that it drew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from sim.hypotheses import GateStep, Hypothesis
from sim.scenario.records import NamedControl, NamedHypothesis, Uncertainty
from sim.storage.json_object import JsonObject


def hypothesis_as_drawn(hypothesis: NamedHypothesis, drawn: Mapping[str, float]) -> Hypothesis:
    """A hypothesis with its keys that were drawn."""
    record: Any = hypothesis.rule  # a dataclass, as every registered hypothesis is
    changed: Hypothesis = replace(record, **_within(f"hypotheses.{hypothesis.id}.", drawn))
    return changed


def controls_as_drawn(
    controls: Mapping[str, NamedControl], hypothesis: str, drawn: Mapping[str, float]
) -> tuple[GateStep, ...]:
    """Steps of the controls that there are, with their keys that were drawn.

    Args:
        controls: what there may be.
        hypothesis: id of the hypothesis that holds.
        drawn: what was drawn, by name.
    """
    return tuple(
        replace(step, **values) if (values := _within(f"{each.draw_name}.{k}.", drawn)) else step
        for each in controls.values()
        if hypothesis in each.hypotheses and drawn.get(each.draw_name, 0.0) > 0.0
        for k, step in enumerate(each.steps)
    )


def hypotheses_at(
    hypotheses: Iterable[NamedHypothesis], drawn: Sequence[Uncertainty], end: Literal["low", "high"]
) -> list[Hypothesis]:
    """Hypotheses with their keys that are drawn at the lowest or highest values."""
    values = {each.parameter: each.low if end == "low" else each.high for each in drawn}
    return [hypothesis_as_drawn(each, values) for each in hypotheses]


def _within(prefix: str, drawn: Mapping[str, float]) -> JsonObject:
    """What was drawn of the keys of one record, by key."""
    return {
        name.removeprefix(prefix): value for name, value in drawn.items() if name.startswith(prefix)
    }
