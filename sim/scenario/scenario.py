"""A checked scenario: the world and everything that is asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from sim.scenario.description import describe_scenario
from sim.scenario.records import ScenarioRecord
from sim.text import html


@dataclass(frozen=True, kw_only=True, repr=False)
class Scenario(ScenarioRecord):
    """A scenario file, read and checked; in notebooks it shows its description."""

    def _repr_html_(self) -> str:
        """What ``rajasim describe`` says, for notebooks; all but the summary folded away."""
        return Markup("\n").join(
            html.foldable(
                section.title,
                [
                    *section.lines,
                    *([html.table(section.columns, section.rows)] if section.rows else []),
                ],
                unfolded=number == 0,
            )
            for number, section in enumerate(describe_scenario(self))
        )

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {', '.join(self.policies)}>"
