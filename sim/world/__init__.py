"""The world: places, roads, weather, demand and parameters, as checked records."""
