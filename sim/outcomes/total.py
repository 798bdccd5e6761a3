"""The name under which sums over all crossings have in tables."""

from typing import Final

TOTAL: Final = "total"
