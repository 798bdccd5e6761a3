"""The Mesa agents: migrant groups, crossing stations and policy actors."""
