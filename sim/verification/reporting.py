"""What verification found, as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.description import Section
from sim.verification.case import Finding, Verdict, Verified

COLUMNS = ("quantity", "unit", "exact", "simulated", "99 % interval", "verdict")


def as_sections(verified: Sequence[Verified]) -> Iterator[Section]:
    """A table a case."""
    for each in verified:
        title = f"{each.case.id} {each.case.name} ({each.case.theory})"
        yield Section(title, (), COLUMNS, tuple(map(_row, each.findings)))


def _row(finding: Finding) -> tuple[str, ...]:
    return (
        finding.quantity,
        finding.unit,
        _digits(finding.exact),
        _digits(finding.simulated),
        _interval(finding),
        finding.verdict.value,
    )


def _interval(finding: Finding) -> str:
    if not finding.by_chance:
        return f"exact; to {finding.half_width:.0e}"
    low = finding.simulated - finding.half_width
    return f"{_digits(low)} to {_digits(low + 2.0 * finding.half_width)}"


def _digits(value: float) -> str:
    """Eight significant digits, and whole numbers as they are."""
    return f"{value:.8g}"


def summary(verified: Sequence[Verified]) -> str:
    """How many findings agree, and which do not."""
    findings = [(each.case.id, finding) for each in verified for finding in each.findings]
    differing = [
        f"{case} {finding.quantity} (exact {_digits(finding.exact)}, simulated "
        f"{_digits(finding.simulated)})"
        for case, finding in findings
        if not finding.agrees
    ]
    total = f"{len(verified)} cases, {len(findings)} findings"
    if differing:
        listed = "; ".join(differing)
        return f"{total}: {len(differing)} differ from theory: {listed}; a fault of the program"
    again = sum(finding.verdict is Verdict.RETEST for _, finding in findings)
    return f"{total}: all agree with theory" + (f", {again} on retest" if again else "")
