"""Keys of a scenario file at several values, in one tidy table."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.api.functions import compare
from sim.errors import InputError, quoted

if TYPE_CHECKING:
    import polars as pl

    from sim.api.objects import Comparison
    from sim.scenario.scenario import Scenario
    from sim.study.execution import Progress


def vary(
    path: str | Path,
    keys: Mapping[str, Sequence[object]] | Sequence[Mapping[str, object]],
    policies: Sequence[str] | None = None,
    *,
    indicators: Sequence[str] | None = None,
    assignments: Sequence[str] = (),
    replicates: int | None = None,
    runs_per_state: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    central: bool = False,
    hypothesis: str | None = None,
    response: str | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Run policies with keys of the scenario at several values; one table of all of it.

    Every point meets the same states of the world with the same random numbers, so that points may
    be compared run by run. Nothing is stored. Keys that describe the transit side are refused:
    hypotheses, responses and their parameters are given or drawn as uncertainty, never searched,
    since this tool informs responses to pressure and does not plan pressure.

    ```python
    table = vary(
        "scenarios/teaching/two-crossings.yaml",
        {"crossings.gate.lanes": [1, 2], "parameters.news_delay_h.value": [6, 24]},
        ["open", "near-closed"],
        indicators=["R1_person_days", "R4_without_access"],
    )
    ```

    Args:
        path: the scenario file.
        keys: values of each key, as ``--set`` writes it, for every combination of them; or a list
            of points, each with a value for every key.
        policies: ids of policies; all if None.
        indicators: ids of indicators; all if None.
        assignments: ``key=value`` texts that override the file's values at every point.
        replicates: number of states of the world; the scenario's if None.
        runs_per_state: runs of each policy in each state of the world, as in :func:`compare`.
        seed: seed of all random numbers; the scenario's if None.
        workers: processes.
        central: keep parameters at central values.
        hypothesis: id of the hypothesis of every state of the world; drawn by weight if None.
        response: id of its response rule where it may have one; drawn if None.
        progress: called with (states of the world done, states of the world in all), over all
            points.

    Returns:
        A row a point, policy, run and indicator: a column for each key, then ``policy``,
        ``state_of_world``, ``replicate``, ``indicator``, ``unit`` and ``value``.

    Raises:
        SenderSearchError: if a key describes the transit side.
        ScenarioError: if a value does not fit, with what is wrong.
        InputError: if there is no point, points differ in their keys, or a policy or indicator does
            not exist.
    """
    from sim.api.functions import load_scenario  # deferred: they load the engine
    from sim.study.levers import require_no_transit_keys, require_same_transit_side
    from sim.study.options import study_options
    from sim.study.points import run_points
    from sim.study.warm_up import compile_engine

    points = _points(keys)
    require_no_transit_keys(points[0])
    base = load_scenario(path, assignments=assignments)
    scenarios = [
        load_scenario(path, assignments=[*assignments, *map(_assignment, point.items())])
        for point in map(dict, points)
    ]
    for scenario in scenarios:
        require_same_transit_side(base, scenario, points[0])
    compile_engine()
    options = [
        study_options(
            scenario,
            policies,
            replicates=replicates,
            runs_per_state=runs_per_state,
            seed=base.seed if seed is None else seed,
            workers=workers,
            central=central,
            hypothesis=hypothesis,
            response=response,
        )
        for scenario in scenarios
    ]
    return run_points(options, points, indicators=indicators, progress=progress)


def vary_policy(
    scenario: Scenario, policy: str, key: str, values: Sequence[object], **options: Any
) -> Comparison:
    """Compare variants of one policy in the same states: one key of it, at several values.

    Only keys of policies can be varied; the transit side is never searched.

    Args:
        scenario: the scenario.
        policy: id of the policy, which is also what the variants are compared with.
        key: path of the key, as ``policies.surge.delay_max_d`` or ``policy.delay_max_d``.
        values: its values in the variants, one after another.
        options: those of :func:`compare`, but for policies and reference.

    Raises:
        SenderSearchError: if the key describes the transit side.
        InputError: if the key belongs to no policy, or to another one, or a value does not fit.
    """
    from sim.scenario.source_text import one_form  # deferred: they load the engine
    from sim.scenario.variants import with_variants
    from sim.study.levers import require_policy_lever
    from sim.study.options import chosen_policies

    require_policy_lever(key)
    (policy,) = chosen_policies(scenario, [policy])
    root, _, path = one_form(key).partition(".")
    if root == "policies":
        owner, _, path = path.partition(".")
        if owner != policy or not path:
            raise InputError(f"{quoted(key)} is no key of the policy {quoted(policy)}")
    return compare(with_variants(scenario, policy, path, values), **options)


def _points(
    keys: Mapping[str, Sequence[object]] | Sequence[Mapping[str, object]],
) -> list[Mapping[str, object]]:
    """Every point, with its value of every key."""
    if isinstance(keys, Mapping):
        combined = itertools.product(*keys.values())
        points: list[Mapping[str, object]] = [
            dict(zip(keys, each, strict=True)) for each in combined
        ]
    else:
        points = list(keys)
    if not points or not points[0]:
        raise InputError("there is nothing to vary: give values for at least one key")
    if any(point.keys() != points[0].keys() for point in points):
        raise InputError("every point must give a value for the same keys")
    return points


def _assignment(item: tuple[str, object]) -> str:
    """A key and its value as ``--set`` takes them.

    Raises:
        InputError: if a value is none that a scenario file could hold.
    """
    key, value = item
    if isinstance(value, str):
        return f"{key}={value}"
    if isinstance(value, date):  # a time too
        return f"{key}={value.isoformat()}"
    try:
        return f"{key}={json.dumps(value, ensure_ascii=False)}"
    except TypeError as error:
        kind = type(value).__name__
        raise InputError(f"{quoted(key)} cannot be a {kind}; give a number or a text") from error
