"""``njit`` for code that is called from compiled code: compiled once, optimised in its callers.

Numba compiles a function again for every combination of the types of its arguments, and with it
all that it calls. Rows of tables come as integers of many widths, as literals and as members of
enumerations, so that some functions were compiled five times. Here every signed integer is passed
as one of 64 bits, and a literal as a value: a caller converts it, as numba does anyway where a
signature asks for it.

Numba also optimises and emits every function by itself, with all that it calls, and once more
within each of its callers. Only what Python calls needs machine code, and there everything is
optimised together; a part is only lowered (:mod:`sim.arithmetic.lowering`). A part that Python
calls as well is compiled for that as numba does it.

What numpy does with whole arrays (a search, a maximum, a comparison) brings code of numba's own
with it, which takes many times as long to compile as the loop that it stands for: loops are written
out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial, update_wrapper
from typing import Any, Final

import numba
from numba import types
from numba.core import config

from sim.arithmetic.lowering import PartCompiler, keep_for_this_source
from sim.fingerprint import source_fingerprint

# Division by zero gives infinity or nan, as arrays do, and not a test before every quotient.
ERRORS: Final = "numpy"


@cache
def compiled_source() -> str:
    """Hash of everything that is compiled."""
    return source_fingerprint("engine", "arithmetic", "randomness.py")


class Compiled:
    """A function for Python and for compiled code.

    Python calls machine code, which numba makes at the first call and keeps where that is asked
    for; compiled code meets a part (:mod:`sim.arithmetic.lowering`).
    """

    def __init__(self, function: Callable[..., Any], options: Mapping[str, Any]) -> None:
        """Prepare both; nothing is compiled yet."""
        update_wrapper(self, function)
        self.dispatcher = numba.njit(error_model=ERRORS, **options)(function)
        if options.get("cache"):
            keep_for_this_source(self.dispatcher, compiled_source())
        self.part = numba.njit(pipeline_class=PartCompiler, error_model=ERRORS)(function)
        resolve = self.part.get_call_template
        self.part.get_call_template = lambda args, kws: resolve(
            tuple(map(_one_width, args)), {name: _one_width(each) for name, each in kws.items()}
        )
        self._numba_type_ = types.Dispatcher(self.part)

    def __call__(self, *args: Any) -> Any:
        """Call machine code."""
        return self.dispatcher(*args)

    def __getattr__(self, name: str) -> Any:
        """What numba's dispatchers have: ``py_func``, ``stats``, ``overloads`` and others."""
        if name == "dispatcher":  # while it is made or copied
            raise AttributeError(name)
        return getattr(self.dispatcher, name)


def njit(function: Any = None, **options: Any) -> Any:
    """Compile a function when it is first called, once for all widths of integers.

    Args:
        function: the function.
        options: those of ``numba.njit``.
    """
    if function is None:
        return partial(njit, **options)
    if config.DISABLE_JIT or "inline" in options:
        return numba.njit(**options)(function)
    return Compiled(function, options)


def _one_width(given: types.Type) -> types.Type:
    """The type as which an argument is passed."""
    plain = types.unliteral(given)
    if isinstance(plain, types.IntEnumMember):
        plain = plain.dtype
    return types.int64 if isinstance(plain, types.Integer) and plain.signed else plain
