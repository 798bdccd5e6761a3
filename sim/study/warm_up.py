"""Machine code of the engine: whether it is there, and making it once before any work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Timer

from sim.scenario import TEMPLATE
from sim.storage.compiler_cache import VARIABLE, is_temporary

PATIENCE_S = 5.0  # loading the compiled engine takes less


def engine_is_compiled() -> bool:
    """Whether machine code of the engine's loop, as it now is, is in numba's cache.

    That of other parts may still be missing: only a run can show.
    """
    from sim.engine import advance as loop  # deferred: it loads numba

    stats = getattr(loop.advance, "stats", None)
    if stats is None:  # without just-in-time compilation there is nothing to wait for
        return True
    changed = Path(loop.__file__).stat().st_mtime
    kept = Path(stats.cache_path).glob("advance.advance-*.nbi")
    return any(index.stat().st_mtime >= changed for index in kept)


def compile_engine(*, notice: Callable[[str], None] | None = None) -> None:
    """Compile the engine, or load it, by running the small scenario that ``init`` gives.

    Done before worker processes start, or each of them would compile.

    Args:
        notice: called if there is something to compile, or as soon as it looks like that.
    """
    from sim.scenario.loading import load_scenario  # deferred: help must come at once
    from sim.study.options import StudyOptions
    from sim.study.replication import Study

    say = notice or (lambda text: None)
    patience = PATIENCE_S if engine_is_compiled() else 0.0
    how_often = f"each time, since it can be kept nowhere (set {VARIABLE})"
    often = how_often if is_temporary() else "once"
    waiting = Timer(patience, say, [f"compiling the engine {often}, a few minutes…"])
    waiting.start()
    try:
        scenario = load_scenario(TEMPLATE / "scenario.yaml")
        Study(StudyOptions(scenario, tuple(scenario.policies), scenario.seed)).run_states([0])
    finally:
        waiting.cancel()
        waiting.join()  # workers are forked only where no other thread is at work
