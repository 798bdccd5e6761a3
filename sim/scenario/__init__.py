"""Scenario files: reading them as located data, and checking them against the schema."""

from pathlib import Path
from typing import Final

TEMPLATE: Final = Path(__file__).parent / "template"  # the small scenario that ``init`` gives
