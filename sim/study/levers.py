"""What may be varied in a search: the receiving state's policies, and nothing of the transit side.

A model that can say how a policy fares under pressure could be asked which pressure fares best
against a policy. It is built not to answer: hypotheses, responses and the parameters that describe
the transit side are given or drawn as uncertainty, and every search passes through here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sim.errors import InputError, SenderSearchError, quoted
from sim.fingerprint import record_fingerprint
from sim.scenario.scenario import Scenario
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts

POLICY_ROOTS = ("policies", "policy")
TRANSIT_ROOTS = (
    "sender",
    "hypotheses",
    "hypothesis",
    "responses",
    "response",
    "controls",
    "control",
)
TRANSIT_KEYS = ("exit_check",)  # within other records
PARAMETER_ROOTS = ("parameters", "uncertainties")
WHY = (
    "describes the transit side, which may be drawn as uncertainty but never searched: this tool "
    "informs responses to pressure, it does not plan pressure"
)


def require_policy_lever(key: str) -> None:
    """Let a search go on only if the key that it would vary, a dotted path, belongs to a policy.

    Raises:
        SenderSearchError: if it describes the transit side.
        InputError: if it is about anything else than a policy.
    """
    _refuse_transit_side(key)
    root, _, rest = key.partition(".")
    if root not in POLICY_ROOTS or not rest:
        raise InputError(
            f"{quoted(key)} cannot be searched: only keys of policies can, as 'policies.<id>.<key>'"
        )


def require_no_transit_keys(keys: Iterable[str]) -> None:
    """Let keys of a scenario be varied, whatever they are about but the transit side.

    Args:
        keys: dotted key paths, as ``crossings.gate.lanes``.

    Raises:
        SenderSearchError: if a key describes the transit side.
        InputError: if random numbers would differ between points.
    """
    for key in keys:
        _refuse_transit_side(key)
        if key.strip().casefold().partition(".")[0] == "runs":
            raise InputError(
                f"{quoted(key)} is the same at every point, so that points share their random "
                "numbers; give replicates, runs_per_state or seed for all of them"
            )


def require_same_transit_side(base: Scenario, varied: Scenario, keys: Iterable[str]) -> None:
    """Refuse a scenario whose transit side differs, by whichever keys that came about.

    Raises:
        SenderSearchError: if it does.
    """
    if record_fingerprint(_transit_side(base)) != record_fingerprint(_transit_side(varied)):
        raise SenderSearchError(f"what {' and '.join(map(quoted, keys))} changes {WHY}")


def _transit_side(scenario: Scenario) -> object:
    """What a scenario says of the transit side."""
    names = transit_parameters()
    parameters = scenario.world.parameters
    return (
        scenario.hypotheses,
        scenario.responses,
        scenario.controls,
        {name: getattr(parameters, name) for name in names},
        [each for each in scenario.uncertainties if _is_of_transit_side(each.parameter, names)],
        {each.id: each.exit_check for each in scenario.world.network.crossings},
    )


def _is_of_transit_side(drawn: str, parameters: Collection[str]) -> bool:
    """Whether something that is drawn, a parameter or a key, describes the transit side."""
    parts = drawn.split(".")
    return parts[0] in {*parameters, *TRANSIT_ROOTS} or bool(set(parts) & set(TRANSIT_KEYS))


def transit_parameters() -> tuple[str, ...]:
    """Names of the parameters that describe the transit side."""
    return tuple(name for name in PARAMETER_NAMES if parameter_facts(name)["actor"] == "transit")


def _refuse_transit_side(key: str) -> None:
    path = key.strip().casefold()
    root, _, rest = path.partition(".")
    drawn = rest if root in PARAMETER_ROOTS else path
    if _is_of_transit_side(drawn, transit_parameters()):
        raise SenderSearchError(f"{quoted(key)} {WHY}")
