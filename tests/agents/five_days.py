"""The reference model after five days."""

from __future__ import annotations

from sim.model import BorderModel
from sim.verification.full_world import reference_model


def fresh() -> BorderModel:
    """A run of its own, which may be changed."""
    model = reference_model()
    model.advance_to(120.0)
    return model
