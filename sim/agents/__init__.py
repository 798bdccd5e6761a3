"""The Mesa agents: migrant groups, crossing stations and policy actors."""

from sim.agents.deferred import defer

defer()  # before any file of this room, or the model, imports Mesa
