"""A model watched while it runs, day by day or hour by hour, as moments to be drawn.

Watching changes nothing: the model is advanced from look to look as it would be in one go.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.engine.codes import PersonState
from sim.engine.person_states import IN_TRANSIT_STATE, WAITING_AT_BORDER
from sim.outcomes.access import AccessSpan, access_spans
from sim.report.analysis import queries
from sim.report.maps.moments import Moments, Step
from sim.study.manifest_record import described_places
from sim.text.catalogue import translate, translated_by

if TYPE_CHECKING:
    from sim.engine.columns import Engine
    from sim.model import BorderModel
    from sim.report.maps.projection import Floats
    from sim.scenario.scenario import Scenario

Progress = Callable[[int, int], None]


def watched_moments(
    scenario: Scenario,
    model: BorderModel,
    *,
    policy: str,
    state_of_world: int,
    seed: int,
    step: Step,
    progress: Progress | None = None,
) -> Moments:
    """Run a model to its end and record every day or hour of it.

    Args:
        scenario: What it was made from.
        model: The model, before its first event.
        policy: Id of its policy.
        state_of_world: Number of its state of the world.
        seed: Seed of its study.
        step: Length of a moment.
        progress: Called with (moments done, moments in all), first with none done.
    """
    clock, network = scenario.world.clock, scenario.world.network
    begins, ends = _spans(model, step)
    looks = []
    for k, end in enumerate(ends.tolist()):
        if progress is not None:
            progress(k, len(ends))
        model.advance_to(end)
        looks.append(_look(model.engine))
    waiting, without, arrived, set_out = (np.array(each) for each in zip(*looks, strict=True))
    used = np.flatnonzero(set_out[-1] > 0)
    legs = scenario.world.routes.legs[used].tolist()
    spans = access_spans(model.engine, scenario.world)
    usable = sorted({span.crossing for span in spans})
    own = partial(translated_by, scenario.translations)
    return Moments(
        title=own(scenario.title),
        policy=own(scenario.policies[policy].label),
        source=translate("state of the world {state}", state=state_of_world),
        run=translate("{scenario}, seed {seed}", scenario=scenario.name, seed=seed),
        step=step,
        times=tuple(clock.instant(hour) for hour in begins.tolist()),
        places=[{**each, "name": own(each["name"])} for each in described_places(scenario)],
        crossings=tuple(network.crossings[number].id for number in usable),
        legs=tuple((network.places[a].id, network.places[b].id) for a, b in legs),
        waiting=waiting[:, usable].astype(np.float64),
        setting_out=_gained(set_out[:, used]),
        arrivals=_gained(arrived),
        without_access=without.astype(np.float64),
        access=_access(spans, usable, (begins + ends) / 2),
        in_a_chain=bool(model.world.network.states),
    )


def _spans(model: BorderModel, step: Step) -> tuple[Floats, Floats]:
    """Hours at which each moment begins and ends, shape (moments,)."""
    clock = model.clock
    ends = clock.day_ends_h if step == "day" else np.arange(1.0, np.ceil(clock.duration_h) + 1.0)
    ends = np.minimum(ends, clock.duration_h)
    return np.concatenate([[0.0], ends[:-1]]), ends


def _look(engine: Engine) -> tuple[npt.NDArray[np.int64], int, int, npt.NDArray[np.int64]]:
    """Waiting by crossing, in the transit state; arrivals and people by leg so far."""
    at_crossings = engine.occupancy[engine.stations["place"]]
    return (
        at_crossings[:, list(WAITING_AT_BORDER)].sum(axis=1, dtype=np.int64),
        int(engine.occupancy[:, list(IN_TRANSIT_STATE)].sum()),
        int(engine.entries[:, :, PersonState.BETWEEN_POSTS].sum(dtype=np.int64)),
        engine.leg_people.sum(axis=0, dtype=np.int64),
    )


def _gained(so_far: npt.NDArray[np.int64]) -> Floats:
    """What each moment added to a sum."""
    return np.diff(so_far, axis=0, prepend=np.zeros_like(so_far[:1])).astype(np.float64)


def _access(
    spans: tuple[AccessSpan, ...], usable: list[int], hours: Floats
) -> npt.NDArray[np.int64]:
    """Number of the state of each crossing in the middle of each moment."""
    states = np.zeros((len(hours), len(usable)), dtype=np.int64)
    for span in spans:
        within = (span.begins_h <= hours) & (hours < span.ends_h)
        states[within, usable.index(span.crossing)] = queries.STATES.index(span.access.value)
    return states
