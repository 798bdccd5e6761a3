"""``njit`` for code that is called from compiled code: one compilation a function.

Numba compiles a function again for every combination of the types of its arguments, and with it
all that it calls. Rows of tables come as integers of many widths, as literals and as members of
enumerations, so that some functions were compiled five times. Here every signed integer is passed
as one of 64 bits, and a literal as a value: a caller converts it, as numba does anyway where a
signature asks for it. Nothing else changes, and functions that Python calls are left to numba.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numba
from numba import types


def njit(function: Any = None, **options: Any) -> Any:
    """Compile a function when it is first called, once for all widths of integers.

    Args:
        function: the function.
        options: those of ``numba.njit``.
    """
    if function is None:
        return partial(njit, **options)
    dispatcher = numba.njit(**options)(function)
    if hasattr(dispatcher, "get_call_template"):  # not without just-in-time compilation
        resolve = dispatcher.get_call_template
        dispatcher.get_call_template = lambda args, kws: resolve(
            tuple(map(_one_width, args)), {name: _one_width(each) for name, each in kws.items()}
        )
    return dispatcher


def _one_width(given: types.Type) -> types.Type:
    """The type as which an argument is passed."""
    plain = types.unliteral(given)
    if isinstance(plain, types.IntEnumMember):
        plain = plain.dtype
    return types.int64 if isinstance(plain, types.Integer) and plain.signed else plain
