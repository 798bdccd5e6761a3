"""What a page shows of a chart: its words, and a picture that is drawn or will be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True)
class ShownChart(ABC):
    """A chart with its words.

    Attributes:
        name: Its name on the command line and of its files.
        title: The finding, computed from the data.
        subtitle: Indicator, unit and period.
        alt: What the picture shows, for those who do not see it.
    """

    name: str
    title: str
    subtitle: str
    alt: str

    @abstractmethod
    def png(self) -> bytes:
        """The picture."""
