"""What the receiving state may decide: observations in, orders out.

A policy is a frozen dataclass with one method. Every file of this room is imported here, and so
registers its policies: adding one is adding a file.
"""

from importlib import import_module
from pkgutil import iter_modules

from sim.policies.orders import (
    Action,
    Daily,
    Exempt,
    Observation,
    Once,
    Order,
    Policy,
    Queue,
    policy,
    registered_policies,
)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "Action",
    "Daily",
    "Exempt",
    "Observation",
    "Once",
    "Order",
    "Policy",
    "Queue",
    "policy",
    "registered_policies",
]
