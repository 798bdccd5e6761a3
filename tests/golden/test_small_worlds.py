"""The small worlds give the recorded results, and every part of the engine is at work in them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numba import config

from sim.engine.codes import PersonState
from tests.golden.record import SMALL_WORLDS, recording_of
from tests.golden.small_worlds import MODELS, fingerprint_of
from tests.golden.test_golden import ADVICE

RECORDED = json.loads(recording_of(SMALL_WORLDS).read_text(encoding="utf-8"))["fingerprints"]


def test_every_small_world_is_recorded() -> None:
    assert list(MODELS) == list(RECORDED)


@pytest.mark.parametrize("name", MODELS)
def test_a_small_world_gives_what_was_recorded(name: str) -> None:
    """Counted again after every event. Without compilation rounding differs, so results may."""
    found = fingerprint_of(name)
    if not config.DISABLE_JIT:
        assert found == RECORDED[name], (name, ADVICE)


def test_people_go_through_every_state() -> None:
    visited = np.zeros(len(PersonState), dtype=np.int64)
    for build in MODELS.values():
        visited += build().run().engine.entries.sum(axis=(0, 1))
    never = [state.name for state in PersonState if not visited[state]]
    assert never == []
