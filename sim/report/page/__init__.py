"""The report as a page, the comparison table, and the answer in words."""
