"""Replicates on common random numbers and comparisons of policies."""
