"""Machine code of the engine: whether it is there, and making it once before any work."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Timer

from sim.scenario import TEMPLATE
from sim.storage.compiler_cache import VARIABLE, is_temporary
from sim.storage.cycles import collect_often
from sim.storage.library_code import let_go_of_code

PATIENCE_S = 5.0  # loading the compiled engine takes less
COMPILER = "libllvmlite"  # links what is loaded, with some 50 MB of its code


def engine_is_compiled() -> bool:
    """Whether machine code of the engine's loop, as it now is, is in numba's cache.

    That of other parts may still be missing: only a run can show.
    """
    # Deferred: help must come at once.
    from numba.core import config

    from sim.arithmetic.lowering import is_kept
    from sim.engine import advance as loop

    return config.DISABLE_JIT or is_kept(loop.advance)


def compile_engine(
    *,
    notice: Callable[[str], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Compile the engine, or load it, by running the small scenario that ``init`` gives.

    Done before worker processes start, or each of them would compile. From here on cycles are
    collected as runs need it.

    Args:
        notice: called if there is something to compile, or as soon as it looks like that.
        progress: called with (percent compiled, 100) as long as something is compiled.
    """
    from sim.study.compilation import watched  # deferred: help must come at once

    say = notice or (lambda text: None)
    patience = PATIENCE_S if engine_is_compiled() else 0.0
    how_often = f"each time, since it can be kept nowhere (set {VARIABLE})"
    often = how_often if is_temporary() else "once"
    waiting = Timer(patience, say, [f"compiling the engine {often}, a minute or two…"])
    waiting.start()
    try:
        with watched(progress):
            _run_a_small_scenario()
    finally:
        waiting.cancel()
        waiting.join()  # workers are forked only where no other thread is at work
    collect_often()


@cache
def _run_a_small_scenario() -> None:
    """Once in a process: afterwards the engine is there, and the compiler is done with."""
    from sim.scenario.loading import load_scenario  # deferred: help must come at once
    from sim.study.options import StudyOptions
    from sim.study.replication import Study

    scenario = load_scenario(TEMPLATE / "scenario.yaml")
    Study(StudyOptions(scenario, tuple(scenario.policies), scenario.seed)).run_states([0])
    let_go_of_code(COMPILER)
