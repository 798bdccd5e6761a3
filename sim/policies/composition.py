"""Policies made of others: each part keeps its own clock and sees only its own orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Len

from sim.policies.orders import Policy, policy
from sim.world.network import PolicyId, StateId

MOST_PARTS = 100  # policies that a policy is made of, however they are nested


@policy
@dataclass(frozen=True, kw_only=True)
class Together:
    """Several policies of the file at once.

    Attributes:
        parts: names of other policies of the file; not one that contains this. At most a hundred
            policies in all, those of the parts counted.
    """

    parts: Annotated[tuple[PolicyId, ...], Len(1, MOST_PARTS)]

    type: ClassVar[str] = "together"


@policy
@dataclass(frozen=True, kw_only=True)
class ByState:
    """In a chain of borders: a policy of the file for each state, on its own clock.

    A state sees only what is reported from its own crossings, and orders only about them; a state
    that is not named orders nothing.

    Attributes:
        states: names of other policies of the file, by state; none may itself be of this type.
    """

    states: Annotated[Mapping[StateId, PolicyId], Len(1, MOST_PARTS)]

    type: ClassVar[str] = "by-state"


@dataclass(frozen=True)
class Joined:
    """Policies combined, once the scenario's loader has put them in the place of their names.

    Attributes:
        parts: names in the file.
        rules: the policies themselves.
        states: the state whose policy each is; empty where all are of the same.
    """

    parts: tuple[str, ...]
    rules: tuple[Policy | Joined, ...]
    states: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The type under which the file has it."""
        return ByState.type if self.states else Together.type


def rules_by_state(
    rule: Policy | Joined, state: str | None = None
) -> Iterator[tuple[str | None, Policy]]:
    """The policies that a policy is made of, in order, each with its state; of a plain one, itself.

    Args:
        rule: the policy.
        state: the state whose policy it is; None where all act as one.
    """
    if isinstance(rule, Joined):
        for k, part in enumerate(rule.rules):
            yield from rules_by_state(part, rule.states[k] if rule.states else state)
    else:
        yield state, rule


def single_rules(rule: Policy | Joined) -> Iterator[Policy]:
    """The policies that a policy is made of, in order; of a plain one, itself."""
    for _, single in rules_by_state(rule):
        yield single
