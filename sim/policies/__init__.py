"""What the receiving state may decide: observations in, orders out.

A policy is a frozen dataclass with one method. Every file of this room is imported here, and so
registers its policies: adding one is adding a file.
"""

from importlib import import_module
from pkgutil import iter_modules

from sim.engine.codes import Action, QueueRule, Trait
from sim.policies.orders import (
    Daily,
    Observation,
    Once,
    Order,
    Policy,
    policy,
    registered_policies,
)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "Action",
    "Daily",
    "Observation",
    "Once",
    "Order",
    "Policy",
    "QueueRule",
    "Trait",
    "policy",
    "registered_policies",
]
