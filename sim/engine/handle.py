"""One pointer to all columns, for compiled code.

A tuple of forty arrays would be copied, and the references of every array counted, at each call of a
compiled function: 8 microseconds an event, against a twentieth of that with a pointer. The handle
borrows the arrays: whoever holds the :class:`~sim.engine.columns.Engine` keeps them alive.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import config, njit, types
from numba.core import cgutils
from numba.experimental import structref
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array

from sim.engine.columns import Engine


@structref.register
class HandleType(types.StructRef):
    """Numba's type of a handle."""


class Handle(structref.StructRefProxy):
    """The handle as Python holds it; it is only passed on to compiled functions."""


structref.define_boxing(HandleType, Handle)


@intrinsic
def _borrowed(context, array):  # type: ignore[no-untyped-def]
    """The same array without its reference count."""

    def generate(target, builder, signature, arguments):  # type: ignore[no-untyped-def]
        view = make_array(signature.args[0])(target, builder, arguments[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        return view._getvalue()

    return array(array), generate


def _point(engine: Engine) -> Any:
    """Without compilation: the same columns, with fields of rows as attributes."""
    return Engine(*(each.view(np.recarray) if each.dtype.names else each for each in engine))


@overload(_point)
def _compile_point(engine):  # type: ignore[no-untyped-def]
    """Write out ``handle.name = borrowed(engine.name)`` for every column."""
    kind = HandleType(list(zip(engine.fields, engine.types, strict=True)))
    lines = ["def point(engine):", "    handle = new(kind)"]
    lines += [f"    handle.{name} = borrowed(engine.{name})" for name in engine.fields]
    lines.append("    return handle")
    scope: dict[str, Any] = {"new": structref.new, "kind": kind, "borrowed": _borrowed}
    exec("\n".join(lines), scope)  # noqa: S102 - Numba has no setattr by name
    return scope["point"]


@njit(cache=True)
def _pack(engine):  # type: ignore[no-untyped-def]
    return _point(engine)


def pack(engine: Engine) -> Any:
    """A handle on the columns of an engine; valid as long as they are kept."""
    return _point(engine) if config.DISABLE_JIT else _pack(engine)
