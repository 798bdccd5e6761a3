"""Policies, indicators and charts of one's own: files and installed packages that register them."""
