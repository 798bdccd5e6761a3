"""What may be varied in a search: the receiving state's policies, and nothing of the transit side.

A model that can say how a policy fares under pressure could be asked which pressure fares best
against a policy. It is built not to answer: hypotheses, responses and the parameters that describe
the transit side are given or drawn as uncertainty, and every search passes through here.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.errors import InputError, SenderSearchError, quoted
from sim.world.parameters import PARAMETER_NAMES, parameter_facts

POLICY_ROOTS = ("policies", "policy")
TRANSIT_ROOTS = ("sender", "hypotheses", "hypothesis", "responses", "response")
PARAMETER_ROOTS = ("parameters", "uncertainties")
WHY = (
    "describes the transit side, which may be drawn as uncertainty but never searched: this tool "
    "informs responses to pressure, it does not plan pressure"
)


def require_policy_levers(keys: Iterable[str]) -> None:
    """Let a search go on only if every key that it would vary belongs to a policy.

    Args:
        keys: dotted key paths, as ``policies.surge.delay_max_d``.

    Raises:
        SenderSearchError: if a key describes the transit side.
        InputError: if a key is about anything else than a policy.
    """
    for key in keys:
        if _describes_transit_side(key):
            raise SenderSearchError(f"{quoted(key)} {WHY}")
        root, _, rest = key.partition(".")
        if root not in POLICY_ROOTS or not rest:
            raise InputError(
                f"{quoted(key)} cannot be searched: only keys of policies can, as "
                "'policies.<id>.<key>'"
            )


def transit_parameters() -> tuple[str, ...]:
    """Names of the parameters that describe the transit side."""
    return tuple(name for name in PARAMETER_NAMES if parameter_facts(name)["actor"] == "transit")


def _describes_transit_side(key: str) -> bool:
    root, _, rest = key.strip().casefold().partition(".")
    name = rest.partition(".")[0] if root in PARAMETER_ROOTS else root
    return root in TRANSIT_ROOTS or name in transit_parameters()
