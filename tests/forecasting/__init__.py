"""Forecasts, baselines and their scores."""
