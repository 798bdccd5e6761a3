"""How policies are told apart in every chart: each has a colour, a line style and a marker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.drawing.colours import BASELINE, BLUE, FOREST, OCHRE, PLUM, RED

PALETTE = (BLUE, RED, PLUM, OCHRE, FOREST)  # none twice among the six that a report draws
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "h")


@dataclass(frozen=True)
class PolicyStyle:
    """How one policy is drawn everywhere.

    Attributes:
        colour: A hex colour.
        line: What matplotlib calls the style of the line.
        marker: What it calls the mark.
    """

    colour: str
    line: str
    marker: str


def policy_styles(policies: Sequence[str], *, reference: str) -> dict[str, PolicyStyle]:
    """A distinct style for each policy: the reference black and solid, the others in turn."""
    styles = {reference: PolicyStyle(BASELINE, "-", "o")}
    others = [policy for policy in policies if policy != reference]
    for k, policy in enumerate(others):
        line = LINES[(k // len(PALETTE)) % len(LINES)]
        marker = MARKERS[1 + k % (len(MARKERS) - 1)]
        styles[policy] = PolicyStyle(PALETTE[k % len(PALETTE)], line, marker)
    return {policy: styles[policy] for policy in policies}
