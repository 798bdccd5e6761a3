"""The stages of a station: one row a stage, and all that is the same for every stage.

From the rows follow the columns of a station (``admission_busy``, ``admission_mean_h`` and so on),
the queues and their numbers, what the audit counts, how service times are read from a crossing, and
the room that an event of the stage may need. docs/how-to/add-a-submodel.md adds one step by step.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from sim.engine.codes import PersonState
from sim.engine.events import EventKind
from sim.randomness import ADMISSION_SERVICE, EXIT_SERVICE, REGISTRATION_SERVICE


class Stage(NamedTuple):
    """One stage.

    Attributes:
        name: what the names of its columns begin with.
        waiting: the state of people who wait for it.
        queues: how many queues of single people it has, each first come first served.
        queue_holds_all: whether everybody in the state ``waiting`` is in one of them.
        in_service: the state of people whom it serves; None if it serves nobody one by one.
        event: the event that ends a service, or a departure; None if there is none.
        stream: the random numbers of its service times; None if it has none.
        columns: what a station has of its own for the stage: (name, type of number).
    """

    name: str
    waiting: PersonState
    queues: int
    queue_holds_all: bool = True
    in_service: PersonState | None = None
    event: EventKind | None = None
    stream: np.int64 | None = None
    columns: tuple[tuple[str, type[np.generic]], ...] = ()


EXIT_CHECK: Final = Stage(
    name="exit",  # its queue is one of groups, linked in their rows
    waiting=PersonState.EXIT_QUEUE,
    queues=0,
    event=EventKind.EXIT_CHECK_ENDS,
    stream=EXIT_SERVICE,
    columns=(
        ("exit_first", np.int32),
        ("exit_last", np.int32),
        ("next_release_h", np.float64),
    ),
)
SHELTER: Final = Stage(
    name="shelter",
    waiting=PersonState.BETWEEN_POSTS,
    queues=1,
    columns=(("shelter_places", np.int32),),
)
TERRAIN: Final = Stage(
    name="terrain",  # people found there have been checked: they wait for shelter, not for a lane
    waiting=PersonState.GREEN_FOUND,
    queues=1,
)
ADMISSION: Final = Stage(
    name="admission",
    waiting=PersonState.ADMISSION_QUEUE,
    queues=1,
    in_service=PersonState.IN_ADMISSION,
    event=EventKind.ADMISSION_ENDS,
    stream=ADMISSION_SERVICE,
    columns=(
        ("lanes", np.int32),
        ("work_after_closing", np.int32),
        ("admitted_today", np.int64),
        ("travellers_next", np.int64),
        ("travellers_end", np.int64),
        ("travellers_first", np.int64),
        ("travellers_last", np.int64),
        ("travellers_in_lanes", np.int32),
        ("travellers_distribution", np.int32),
        ("travellers_mean_h", np.float64),
        ("travellers_cv", np.float64),
        ("travellers_key", np.uint64),
    ),
)
REGISTRATION: Final = Stage(
    name="registration",
    waiting=PersonState.WAIT_REGISTRATION,
    queues=4,  # 2 * urgent + needs_interpreter
    queue_holds_all=False,  # families may still gather
    in_service=PersonState.IN_REGISTRATION,
    event=EventKind.REGISTRATION_ENDS,
    stream=REGISTRATION_SERVICE,
    columns=(
        ("servers_open", np.int32),
        ("servers_after_hours", np.int32),
        ("extra_servers", np.int32),
        ("extra_after_hours", np.int32),
        ("interpreters", np.int32),
        ("interpreters_busy", np.int32),
        ("discipline", np.int32),
    ),
)
TRANSPORT: Final = Stage(
    name="transport",
    waiting=PersonState.REGISTERED,
    queues=1,
    queue_holds_all=False,  # nobody waits where there is none
    event=EventKind.TRANSPORT_LEAVES,
    columns=(
        ("seats", np.int32),
        ("headway_h", np.float64),
        ("transport_due", np.int32),
    ),
)
STAGES: Final = (EXIT_CHECK, SHELTER, TERRAIN, ADMISSION, REGISTRATION, TRANSPORT)
QUEUES: Final = sum(stage.queues for stage in STAGES)


def first_queue(stage: Stage) -> int:
    """The number of a stage's first queue among those of a station."""
    return sum(each.queues for each in STAGES[: STAGES.index(stage)])


def stage_columns() -> list[tuple[str, type[np.generic]]]:
    """The columns of a station that follow from the rows."""
    columns: list[tuple[str, type[np.generic]]] = []
    for stage in STAGES:
        columns += stage.columns
        if stage.in_service is not None:
            columns.append((f"{stage.name}_busy", np.int32))
        if stage.stream is not None:
            columns += [
                (f"{stage.name}_mean_h", np.float64),
                (f"{stage.name}_cv", np.float64),
                (f"{stage.name}_distribution", np.int32),
            ]
    return columns


# For the audit: state of those who wait, first queue, end of its queues, whether they hold all.
AUDITED: Final = tuple(
    (
        int(stage.waiting),
        first_queue(stage),
        first_queue(stage) + stage.queues,
        stage.queue_holds_all,
    )
    for stage in STAGES
    if stage.queues
)
# States of people who have a place behind the posts, or are sure of one.
SHELTERED: Final = tuple(
    int(state)
    for stage in STAGES
    if stage.in_service is not None
    for state in (stage.waiting, stage.in_service)
)
STAGE_EVENTS: Final = frozenset(stage.event for stage in STAGES if stage.event is not None)
