"""The Mesa agents: migrant groups, crossing stations and policy actors."""

from sim.agents.deferred import defer, load_from_shallow_stack

defer()  # before any file of this room, or the model, imports Mesa
load_from_shallow_stack("mesa")
