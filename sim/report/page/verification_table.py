"""What came of verifying the model, as a table for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from sim.text import html
from sim.text.catalogue import phrases, translate
from sim.text.wording import number

if TYPE_CHECKING:
    from sim.verification.case import Verified


def verified_html(verified: Sequence[Verified]) -> Markup:
    """A row a quantity: exact by theory, simulated with its tolerance, and the verdict."""
    rows = [
        (
            f"{each.case.id} {each.case.name}",
            translate("{quantity} ({unit})", quantity=finding.quantity, unit=finding.unit),
            number(finding.exact),
            translate(
                "{simulated} ± {half_width}",
                simulated=number(finding.simulated, like=[finding.half_width]),
                half_width=number(finding.half_width, like=[finding.simulated]),
            ),
            verdict_of(finding.verdict.value),
        )
        for each in verified
        for finding in each.findings
    ]
    return html.table(
        [
            translate("Case"),
            translate("Quantity"),
            translate("Exact"),
            translate("Simulated"),
            translate("Verdict"),
        ],
        rows,
        caption=translate(
            "The engine against theory; ± is half of the 99 % interval, or the tolerance."
        ),
    )


verdict_of = phrases(
    {
        "agrees": "agrees",
        "agrees on retest": "agrees on retest",
        "differs": "differs",
    }
)
"""A verdict on a quantity, in the current language."""
