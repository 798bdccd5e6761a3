"""Charts drawn side by side in processes, this one among them, or in this one where they are few.

A process that draws reads the results from their folder. It ends with its parent, and never by an
interrupt from the keyboard; where one dies, what is left is drawn in this process.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.errors import RajasimError
from sim.plugins.plugin_files import Plugin, load_again, load_installed_plugins, loaded_plugins
from sim.report.analysis import queries
from sim.report.charts.drawn_chart import DrawnChart, drawn
from sim.storage.cycles import collect_seldom
from sim.study.spawning import interrupts_held, main_hidden
from sim.text.catalogue import current_language, speaking

if TYPE_CHECKING:
    from sim.results.store import StoredResults

# A process takes as long to start as to draw a chart of a few policies: measured, two charts of six
# policies are drawn here in three quarters of the time, eleven of four by two in three quarters.
MANY: Final = 20  # charts of one policy each, from which on starting processes is worth it
FEW: Final = 2  # charts, one of which takes longer than the other: there is nothing to share
AHEAD: Final = 2  # charts that a process is given at first: it need not wait for this one


def draw_in_processes(
    results: StoredResults, names: Sequence[str], *, vector: bool, workers: int
) -> Iterator[DrawnChart]:
    """Charts as files, in any order.

    Args:
        results: what they show; other processes read its folder again.
        names: names of charts.
        vector: whether SVG is wanted too.
        workers: processes that may draw, this one among them.
    """
    left = dict.fromkeys(names)
    policies = len(queries.policies(results))
    is_worth_it = len(left) > FEW and len(left) * policies >= MANY
    processes = min(workers, len(left)) if is_worth_it else 1
    if processes > 1:
        for chart in _draw_side_by_side(results, list(left), processes, vector=vector):
            del left[chart.name]
            yield chart
    for name in left:
        yield drawn(name, results, vector=vector)


class _Drawer:
    """A process that draws charts one after another."""

    def __init__(self, folder: Path, policies: Sequence[str], *, vector: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        files = [each for each in loaded_plugins() if each.file]
        given = (theirs, folder, policies, str(current_language()), files, vector)
        self._process = context.Process(target=_serve, args=given, daemon=True)
        with interrupts_held(), main_hidden():
            self._process.start()
        theirs.close()
        self.owes = 0  # charts that it was given and has not drawn

    def give(self, name: str) -> None:
        """Have a chart drawn."""
        self.owes += 1
        with suppress(OSError):
            self.connection.send(name)

    def answer(self) -> DrawnChart | None:
        """The chart; None where the process is gone, or could not draw it."""
        try:
            found: DrawnChart | None = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.owes -= 1
        return found

    def end(self) -> None:
        """End it at once, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _draw_side_by_side(
    results: StoredResults, names: list[str], processes: int, *, vector: bool
) -> Iterator[DrawnChart]:
    """Charts from this process and others; fewer than were asked for where one is lost."""
    waiting = names[::-1]
    busy: dict[Connection, _Drawer] = {}
    try:
        shown = queries.policies(results)
        for _ in range(processes - 1):
            drawer = _Drawer(results.folder, shown, vector=vector)
            busy[drawer.connection] = drawer
            _give(drawer, waiting, most=AHEAD)
        while busy or waiting:
            if waiting:
                yield drawn(waiting.pop(), results, vector=vector)
            for ready in wait(list(busy), timeout=0 if waiting else None):
                drawer = busy[ready]  # type: ignore[index]
                if (chart := drawer.answer()) is not None:
                    yield chart
                    _give(drawer, waiting, most=1)
                if chart is None or not drawer.owes:
                    del busy[drawer.connection]
                    drawer.end()
    finally:
        for drawer in busy.values():
            drawer.end()


def _give(drawer: _Drawer, waiting: list[str], *, most: int) -> None:
    """Have some of the charts drawn that wait."""
    for _ in range(min(most, len(waiting))):
        drawer.give(waiting.pop())


def _serve(
    connection: Connection,
    folder: Path,
    policies: Sequence[str],
    language: str,
    plugins: Sequence[Plugin],
    vector: bool,
) -> None:
    """What a process that draws does all its life."""
    from sim.results.store import read_results  # deferred: it loads polars, here in the process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()  # an eighth of the time of drawing
    with suppress(EOFError, OSError, RajasimError), speaking(language):
        load_installed_plugins()
        load_again(plugins)
        results = queries.showing(read_results(folder), policies)
        while True:
            connection.send(drawn(connection.recv(), results, vector=vector))
