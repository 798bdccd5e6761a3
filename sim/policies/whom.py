"""Whom a decision is about: all people, or those of some origins, papers and classes alone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sim.engine.codes import Documents, Trait
from sim.world.network import OriginId, Record


@dataclass(frozen=True, kw_only=True)
class Whom(Record):
    """The people whom a closure, a stop of claims or a cap is about.

    A group is meant if all that is named holds for it: its origin, its papers, a class of somebody
    in it, and nobody in it is of an exempt class. People of a stock or a given group that has no
    origin are not meant by what names origins.

    Attributes:
        origins: ids of the origins that it is about (of carrier measures too); none means all.
        documents: papers in the transit state that it is about, valid or none; left out, both.
        classes: classes that it is about: groups with somebody of one of them; none means all.
        every_class: whether a group must have somebody of every one of these classes instead.
        exempt: classes to whom it does not apply.
    """

    origins: tuple[OriginId, ...] = ()
    documents: Documents | None = None
    classes: frozenset[Trait] = frozenset()
    every_class: bool = False
    exempt: frozenset[Trait] = frozenset()

    def whom(self) -> dict[str, Any]:
        """The people it is about, by key."""
        return {each.name: getattr(self, each.name) for each in fields(Whom)}

    def check_whom(self) -> None:
        """Refuse a filter that names nobody.

        Raises:
            ValueError: saying what is wrong.
        """
        if self.every_class and len(self.classes) < 2:
            raise ValueError("every_class needs two classes or more")
        both = self.exempt & self.classes
        if both and (self.every_class or both == self.classes):
            raise ValueError("it concerns nobody: its classes are exempt")
