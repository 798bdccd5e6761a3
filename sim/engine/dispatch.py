"""One compiled function that does the action of an event's kind, from a table of actions.

It is written out as a chain of comparisons in the order of the table: a compiled function cannot
look up another one at run time for nothing, and a chain of functions would be optimised again at
each link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.arithmetic.compiled import njit
from sim.engine.events import EventKind

PARAMETERS_WITH_STAMP = 4


def dispatcher(actions: Mapping[EventKind, Any]) -> Any:
    """A compiled function of (columns, kind, entity, stamp, now) that does the kind's action.

    Args:
        actions: a compiled function for every kind of event, of (columns, entity, now) or of
            (columns, entity, stamp, now); the most frequent kinds first.

    Raises:
        ValueError: if a kind has no action.
    """
    if missing := [kind.name for kind in EventKind if kind not in actions]:
        raise ValueError(f"no action for {', '.join(missing)}")
    lines = ["def do(e, kind, entity, stamp, now):"]
    scope: dict[str, Any] = {}
    for kind, action in actions.items():
        function = getattr(action, "py_func", action)
        stamp = "stamp, " if function.__code__.co_argcount == PARAMETERS_WITH_STAMP else ""
        name = f"do_{kind.name.lower()}"
        scope[name] = action
        lines += [f"    {'el' if len(scope) > 1 else ''}if kind == {int(kind)}:"]
        lines += [f"        {name}(e, entity, {stamp}now)"]
    exec("\n".join(lines), scope)  # noqa: S102 - numba has no table of functions
    return njit(scope["do"])
