"""Calibration: which states of the world counts speak for, by simulation without a likelihood."""
