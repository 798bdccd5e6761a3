"""Names for what compiled functions take and return, so that their signatures can be read.

Numba does not look at annotations: it finds the types by itself. A row of a table has its columns
as attributes, which no static type can say; so rows and tables are ``Any`` to the type checker.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Packed: TypeAlias = Any
"""A handle as Python passes it to an entry point (:func:`sim.engine.handle.pack`)."""
Columns: TypeAlias = Any
"""All columns, as :func:`sim.engine.handle.columns_of` gives them."""
Record: TypeAlias = Any
"""One row of a table, with its columns as attributes; to write to it writes to the table."""
Table: TypeAlias = NDArray[Any]
"""Rows of one table."""
Column: TypeAlias = NDArray[Any]
"""One value for each row of a table, numbers of any type."""
Floats: TypeAlias = NDArray[np.float64]
Hours: TypeAlias = float
"""A time since the start of the run, or a duration, h."""
Row: TypeAlias = int
"""The number of a row in its table: of a group, a person, a station, a place and so on."""
Key: TypeAlias = int
"""A 64-bit key of random numbers, of a replication or of an entity."""
Purse: TypeAlias = tuple[float, float]
"""How much a price weighs for a group, and the money that a person of it has left, EUR."""
