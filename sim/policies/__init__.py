"""What the receiving state may decide: observations in, orders out.

A policy is a frozen dataclass with one method. Importing this package registers every family.
"""

from sim.policies import capacity, timed, triggered
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

__all__ = [
    "Action",
    "Daily",
    "Exempt",
    "Observation",
    "Once",
    "Order",
    "Policy",
    "Queue",
    "capacity",
    "policy",
    "registered_policies",
    "timed",
    "triggered",
]
