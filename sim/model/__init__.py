"""The model: the border model, how it is initialised, and its checkpoints."""

from sim.model.border_model import BorderModel

__all__ = ["BorderModel"]
