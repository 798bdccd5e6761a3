"""Fault injection: engines that err on purpose, which verification must find out.

Each takes a model to its end as :meth:`~sim.model.BorderModel.run` would, but does something wrong
to its columns, so that it is the real engine that errs.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from sim.engine.codes import NOBODY
from sim.engine.events import ENTITY_BITS, EventKind
from sim.engine.stages import QUEUES, REGISTRATION, first_queue
from sim.model import BorderModel
from sim.verification.case import Runner

WITH_INTERPRETER = first_queue(REGISTRATION) + 1  # the queue of those who need an interpreter


def one_server_too_many(run: BorderModel) -> BorderModel:
    """One more lane, and one more officer than there should be."""
    for name in ("lanes", "servers_open", "servers_after_hours"):
        run.engine.stations[name] += 1
    return run.run()


def rounded_clock(step_h: float) -> Runner:
    """Interviews that end at whole steps only, as if the clock were looked at now and then."""
    return partial(_in_steps, step_h=step_h)


def _in_steps(run: BorderModel, *, step_h: float) -> BorderModel:
    """From event to event, so that no end of an interview escapes; all events are on the heap."""
    heap, status = run.engine.heap, run.engine.status
    status["bucket"] = len(run.engine.later_first) - 1
    while status["heap"][0] and heap["at_h"][0] <= run.clock.duration_h:
        run.advance_to(float(heap["at_h"][0]))
        heap = run.engine.heap  # a new table where the old one was full
        _put_off(run, step_h)
    return run.run()


def _put_off(run: BorderModel, step_h: float) -> None:
    """Move ends of interviews to the next tick; sorted by time and rank events are a heap again."""
    pending = run.engine.heap[: int(run.engine.status["heap"][0])]
    ends = pending["rank"] >> ENTITY_BITS == EventKind.REGISTRATION_ENDS
    pending["at_h"][ends] = np.ceil(pending["at_h"][ends] / step_h - 1e-9) * step_h
    pending[:] = pending[np.lexsort((pending["rank"], pending["at_h"]))]


def one_person_lost(run: BorderModel) -> BorderModel:
    """After a third of the time, the first in a line for interviews is forgotten.

    Raises:
        ValueError: if there never was a line.
    """
    run.advance_to(run.clock.duration_h / 3.0)
    while not _forget_one(run):
        if run.now_h >= run.clock.duration_h:
            raise ValueError("nobody to lose: there never was a line for interviews")
        run.step()
    return run.run()


def _forget_one(run: BorderModel) -> bool:
    for station in range(len(run.stations)):
        line = run.engine.queues[station * QUEUES + WITH_INTERPRETER]
        first = int(line["first"])
        if first != NOBODY and first != line["last"]:
            line["first"] = run.engine.persons["next_in_queue"][first]
            return True
    return False
