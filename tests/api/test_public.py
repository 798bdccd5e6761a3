"""What is public shows itself."""

from __future__ import annotations

import sim


def test_dir_lists_what_is_public_and_each_is_there() -> None:
    assert dir(sim) == sorted(sim.__all__)
    for name in sim.__all__:
        assert getattr(sim, name) is not None
