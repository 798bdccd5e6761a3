"""Tests of charts, tables and the report."""
