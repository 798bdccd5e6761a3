"""Scenario files: reading them as located data, and checking them against the schema."""
