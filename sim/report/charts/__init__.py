"""The charts: one file each, listed in the registry."""
