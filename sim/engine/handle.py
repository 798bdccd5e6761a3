"""One pointer to all columns, for compiled code.

A tuple of fifty arrays would be copied, and the references of every array counted, at each call of
a compiled function: measured at fifteen times the time of an event. So Python holds a
:class:`Handle`, and an entry point turns it into a bare pointer (:func:`columns_of`) that is passed
around without any counting. The handle keeps the arrays alive, the pointer only borrows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numba import config, typeof, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.imputils import impl_ret_borrowed
from numba.core.registry import cpu_target
from numba.core.runtime import rtsys
from numba.core.typing.templates import AttributeTemplate
from numba.experimental import structref
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    overload,
    register_model,
)

from sim.engine.columns import Engine
from sim.engine.signatures import Column, Columns, Packed


@structref.register
class HandleType(types.StructRef):
    """Numba's type of a handle, named by a digest of its fields.

    Numba writes the name of a type into the name of every function that takes it. With all columns
    in it, names were 40 times longer than the code that they name.
    """

    name: str

    def __init__(self, fields: Sequence[tuple[str, types.Type]]) -> None:
        super().__init__(fields)
        self.name = f"Handle({sha256(self.name.encode()).hexdigest()[:16]})"


class Handle(structref.StructRefProxy):
    """The handle as Python holds it; it is only passed to compiled entry points."""


structref.define_boxing(HandleType, Handle)


class PointerType(types.Type):
    """Numba's type of a bare pointer to what a handle holds; attributes are the columns."""

    def __init__(self, handle: HandleType) -> None:
        self.handle = handle
        super().__init__(name=f"Columns({handle.name})")


register_model(PointerType)(models.OpaqueModel)


@infer_getattr
class _ColumnTypes(AttributeTemplate):
    key = PointerType

    def generic_resolve(self, pointer: PointerType, name: str) -> types.Type | None:
        return pointer.handle.field_dict.get(name)


@lower_getattr_generic(PointerType)
def _load_column(target, builder, pointer, value, name):  # type: ignore[no-untyped-def]
    payload = pointer.handle.get_data_type()
    layout = target.data_model_manager[payload].get_value_type()
    address = builder.bitcast(value, layout.as_pointer())
    columns = cgutils.create_struct_proxy(payload)(target, builder, ref=address)
    column = getattr(columns, name)
    return impl_ret_borrowed(target, builder, pointer.handle.field_dict[name], column)


@intrinsic
def _columns_of(context, handle):  # type: ignore[no-untyped-def]
    """The bare pointer to what a handle holds."""

    def generate(target, builder, signature, arguments):  # type: ignore[no-untyped-def]
        proxy = cgutils.create_struct_proxy(signature.args[0])
        holder = proxy(target, builder, value=arguments[0])
        return target.nrt.meminfo_data(builder, holder.meminfo)

    return PointerType(handle)(handle), generate


def columns_of(handle: Packed) -> Columns:
    """What entry points make of a handle before they pass it on; without compilation, itself."""
    return handle


@overload(columns_of, inline="always")
def _compile_columns_of(handle):  # type: ignore[no-untyped-def]
    def look(handle):  # type: ignore[no-untyped-def]
        return _columns_of(handle)

    return look


def pack(engine: Engine) -> Packed:
    """A handle on the columns of an engine, which are kept while it is."""
    if config.DISABLE_JIT:
        return Engine._make(each.view(np.recarray) if each.dtype.names else each for each in engine)
    columns = np.array([word for each in engine for word in _words_of(each)], dtype=np.intp)
    memory = _runtime().meminfo_new(columns.ctypes.data, (columns, engine))
    return Handle._numba_box_(_kind_of(engine), memory)


def _words_of(column: Column) -> tuple[int, ...]:
    """An array as numba holds it: nobody who counts references, nobody who made it, its memory."""
    address = column.ctypes.data
    return 0, 0, column.size, column.itemsize, address, *column.shape, *column.strides


@cache
def _runtime() -> Any:
    """What counts references for compiled code; it may be that nothing was compiled before."""
    cpu_target.target_context.refresh()
    return rtsys


_kinds: Final[dict[tuple[object, ...], HandleType]] = {}  # by how the columns lie in memory


def _kind_of(engine: Engine) -> HandleType:
    """The type of a handle; to find what a row holds takes longer than all the rest."""
    key = tuple(
        (each.dtype, each.ndim, each.flags.c_contiguous, each.flags.writeable) for each in engine
    )
    kind = _kinds.get(key)
    if kind is None:
        types_of = map(typeof, engine)
        kind = _kinds[key] = HandleType(list(zip(engine._fields, types_of, strict=True)))
    return kind
