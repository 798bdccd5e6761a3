"""Policies made of others: each part keeps its own clock and sees only its own orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Len

from sim.policies.orders import Policy, policy
from sim.world.network import PolicyId

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


@dataclass(frozen=True)
class Joined:
    """Policies combined, once the scenario's loader has put them in the place of their names.

    Attributes:
        parts: names in the file.
        rules: the policies themselves.
    """

    parts: tuple[str, ...]
    rules: tuple[Policy | Joined, ...]

    type: ClassVar[str] = "together"


def single_rules(rule: Policy | Joined) -> Iterator[Policy]:
    """The policies that a policy is made of, in order; of a plain one, itself."""
    if isinstance(rule, Joined):
        for part in rule.rules:
            yield from single_rules(part)
    else:
        yield rule
