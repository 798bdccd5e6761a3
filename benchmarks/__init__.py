"""What measures speed and memory. Reports, never fails: ``make bench`` writes ``report.md``."""
