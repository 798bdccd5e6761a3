"""Functions that only compiled code calls: lowered once, optimised within what Python calls.

This is the one file that touches numba's private parts. Numba gives each compiled function a
library of its own, which is linked with those of the functions it calls, optimised, and emitted
as machine code. The library of a part holds the part alone, as it was lowered, and a caller links
it and all that it needs: optimising is done once, with everything in sight.

A part is also lowered without two things that numba does for Python's sake. An index is a row that
there is, so that none counts from the end (NUMBA_BOUNDSCHECK=1 refuses one below zero); a test
before every access made up a good part of the code. And a part that makes no array of its own
counts no references: somebody else holds the columns.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, TypeAlias

from llvmlite.binding import parse_assembly
from numba._dynfunc import make_function
from numba.core import ir, types
from numba.core.caching import CompileResultCacheImpl
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, _LowerResult
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.targetconfig import TargetConfig
from numba.core.typed_passes import NativeLowering
from numba.np import arrayobj, linalg

# Numba has no types of its own: what a function is compiled with, and what stands for its values.
State: TypeAlias = Any
Lowered: TypeAlias = Any
Dispatcher: TypeAlias = Any

_VIEWS: Final = frozenset({"getitem", "static_getitem", "getattr", "cast", "phi"})


class PartLibrary(JITCodeLibrary):
    """A library that is neither linked, optimised nor emitted by itself."""

    def finalize(self) -> None:
        """Close the library as it is."""
        self._raise_if_finalized()
        self._finalize_dynamic_globals()
        self._final_module.verify()
        self._finalized = True

    @property
    def with_all_it_needs(self) -> list[JITCodeLibrary]:
        """This library, and those of everything that is called from it."""
        return list(dict.fromkeys([self, *self._linking_libraries]))


@register_pass(mutates_CFG=True, analysis_only=False)
class PartLowering(NativeLowering):
    """Lower a function into a library of a part, and declare it to its callers."""

    _name = "part_lowering"

    def run_pass(self, state: State) -> bool:
        """Lower, without wrappers for Python or C."""
        state.library = PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        state.flags.no_cpython_wrapper = True
        state.flags.no_cfunc_wrapper = True
        whole, part = state.targetctx, state.targetctx.subtarget()
        part.enable_nrt, part.of_part = _makes_arrays(state), state.func_id.func_qualname
        state.targetctx = part
        super().run_pass(state)
        state.targetctx = whole
        lowered = state["cr"]
        name = lowered.fndesc.qualname.split(".")[-1]
        # What callers know the function by; it has no address, so that it must not be called.
        key = make_function(
            lowered.fndesc.lookup_module(), name, "a part of other functions", 0, lowered.env, ()
        )
        state.library._ensure_finalized()
        state.targetctx.insert_user_function(key, lowered.fndesc, state.library.with_all_it_needs)
        state["cr"] = _LowerResult(lowered.fndesc, lowered.call_helper, cfunc=key, env=lowered.env)
        return True


class PartCompiler(Compiler):
    """Numba's compiler up to lowering."""

    def define_pipelines(self) -> list[PassManager]:
        """The same passes, but for the last."""
        (pipeline,) = super().define_pipelines()
        pipeline.passes = [
            (PartLowering if step is NativeLowering else step, text)
            for step, text in pipeline.passes
        ]
        return [pipeline]


def _makes_arrays(state: State) -> bool:
    """Whether a function has arrays that are not arguments, columns or views, or gives one."""
    if _holds_array(state.return_type):
        return True
    for block in state.func_ir.blocks.values():
        # A copy of what is assigned is made where the two overlap.
        assigned = [step.value for step in block.find_insts(ir.SetItem)]
        made = [step.target for step in block.find_insts(ir.Assign) if _makes(state, step.value)]
        if any(_holds_array(state.typemap[each.name]) for each in (*assigned, *made)):
            return True
    return False


def _makes(state: State, value: Lowered) -> bool:
    """Whether a value that holds an array would be a new one: no view of one, nor its name."""
    if not isinstance(value, ir.Expr):
        return False
    picks = value.op == "getitem" and _holds_array(state.typemap[value.index.name])
    return picks or value.op not in _VIEWS


def _holds_array(kind: types.Type) -> bool:
    if isinstance(kind, types.containers.BaseTuple):
        return any(map(_holds_array, kind))
    return isinstance(kind, types.Array)


_numbas_index = arrayobj.fix_integer_index


def _index(
    context: Lowered, builder: Lowered, kind: Lowered, index: Lowered, size: Lowered
) -> Lowered:
    """What is added to an array's start: in a part the index itself, else as numba does it."""
    part = getattr(context, "of_part", None)
    if part and context.fndesc.qualname == part:  # and not what numba lowers for it
        return context.cast(builder, index, kind, types.intp)
    return _numbas_index(context, builder, kind, index, size)


arrayobj.fix_integer_index = _index


def _load_arrays_without_linear_algebra() -> None:
    """Load numba's arrays without SciPy's linear algebra: a tenth of a short run's time.

    Numba loads it to see that it is there. SciPy is a library of ours, so it is; code that
    multiplies matrices loads it when it is compiled.
    """
    ensure_blas, linalg.ensure_blas = linalg.ensure_blas, lambda: None
    try:
        import_module("numba.np.arraymath").ensure_blas = ensure_blas  # type: ignore[attr-defined]
    finally:
        linalg.ensure_blas = ensure_blas


_load_arrays_without_linear_algebra()


def _same(config: TargetConfig, other: object) -> Any:
    """Whether two sets of options are the same: as they are kept, or else all of them laid out.

    Numba asks this for every call that it compiles, and lays out 22 options of both for it.
    """
    if not isinstance(other, TargetConfig):
        return NotImplemented
    as_kept = type(config) is type(other) and config._values == other._values
    return as_kept or config.values() == other.values()


def _hash(config: TargetConfig) -> int:
    """Of the names of the options, as numba's own, and without their values."""
    return hash(frozenset(config.options))


TargetConfig.__eq__ = _same
TargetConfig.__hash__ = _hash


def keep_for_this_source(dispatcher: Dispatcher, fingerprint: str) -> None:
    """Let numba's cache give machine code only where all source is what it was made of.

    By itself it looks at the file of a function, and not at those of the functions it calls.
    """
    dispatcher._cache._impl.__class__ = _MachineCodeAlone
    file = dispatcher._cache._cache_file
    file._source_stamp = (file._source_stamp, fingerprint)


class _MachineCodeAlone(CompileResultCacheImpl):
    """What is kept of a function: no code for others to link, which link its part instead.

    To read it takes as long as to load the machine code, and more memory. What numba asks of it is
    whether the names are there by which Python calls the function.
    """

    def reduce(self, compiled: Lowered) -> tuple[Lowered, ...]:
        """What is written into the cache."""
        (name, kind, (machine_code, _)), *rest = super().reduce(compiled)
        known = compiled.fndesc
        called = (
            known.llvm_func_name,
            known.llvm_cpython_wrapper_name,
            known.llvm_cfunc_wrapper_name,
        )
        text = [f'define void @"{each}"() {{ ret void }}' for each in called]
        names = parse_assembly("\n".join(text)).as_bitcode()
        return (name, kind, (machine_code, names)), *rest


def is_kept(dispatcher: Dispatcher) -> bool:
    """Whether machine code of a function, as its source now is, is in numba's cache."""
    return bool(dispatcher._cache._cache_file._load_index())
