"""Whose turn it is among actors that decide at the same instant."""

from __future__ import annotations

from enum import IntEnum


class Turn(IntEnum):
    """The order of decisions that fall on one instant; :mod:`sim.model` says why."""

    RULING = 1
    ANNOUNCEMENT = 2
    TRANSIT_STATE = 3
    RECEIVING_STATE = 4
    REVIEW = 5
    NEIGHBOURS = 6
