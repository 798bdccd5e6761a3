"""Forecasts from a day on: ensembles of the model, plain baselines, and scores of both."""
