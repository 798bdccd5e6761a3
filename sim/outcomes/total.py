"""The name under which sums over all crossings stand in tables."""

from typing import Final

TOTAL: Final = "total"
