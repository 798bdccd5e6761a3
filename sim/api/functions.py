"""The library's front door: load a scenario, compare its policies, look at the result."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.api.objects import Comparison, Verification
from sim.errors import InputError, did_you_mean, disk_refusals, quoted
from sim.scenario import TEMPLATE
from sim.scenario.shipped import STARTED, scenario_file, shipped_scenarios
from sim.storage.atomic import clear_staging, staging_folder
from sim.storage.cycles import not_while_loading
from sim.storage.locks import exclusive_lock
from sim.study.warm_up import compile_engine

if TYPE_CHECKING:
    from sim.model import BorderModel
    from sim.plugins.plugin_files import Plugin
    from sim.report.maps.moments import Step
    from sim.scenario.scenario import Scenario
    from sim.study.execution import Progress
    from sim.study.pattern_page import PatternStudy
    from sim.study.scenario_model import ScenarioModel

FINLAND = "finland-2023"


def load_scenario(path: str | Path, *, assignments: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario file.

    What is allowed and probably not meant is in its ``warnings``.

    Args:
        path: the file, a folder that has a ``scenario.yaml``, or the name of a shipped scenario,
            as ``finland-2023``.
        assignments: ``key=value`` texts that override the file's values.

    Raises:
        ScenarioError: with every problem found, each with file, line and column.
    """
    from sim.plugins.plugin_files import load_installed_plugins  # deferred: help comes at once
    from sim.scenario.loading import load_scenario as load

    load_installed_plugins()
    return load(path, assignments=assignments)


def load_plugin(path: str | Path) -> Plugin:
    """Load policies, indicators and charts of one's own from a file, to be used by their names.

    They reach worker processes, and count in the run id. The same file again is loaded only if it
    has changed; what it registers then takes the place of what it registered before. Plugins of
    installed packages (entry point group ``rajasim.plugins``) need no loading.

    Args:
        path: a file of Python, ending in ``.py``.

    Raises:
        InputError: if it cannot be read or run, registers nothing, or registers a name that is
            taken.
    """
    from sim.plugins.plugin_files import load_plugin as load  # deferred: plugins load the engine

    return load(path)


def start_model(
    scenario: Scenario,
    policy: str,
    *,
    state: int = 0,
    replicate: int = 0,
    seed: int | None = None,
    central: bool = False,
    hypothesis: str | None = None,
    response: str | None = None,
) -> BorderModel:
    """One run of a policy in one state of the world of a study, before its first event.

    It may be stepped, looked at, saved and resumed; :func:`compare` runs many of them.

    Args:
        scenario: the scenario.
        policy: id of the policy.
        state: number of the state of the world, from 0.
        replicate: number of the run within the state of the world, from 0.
        seed: seed of all random numbers; the scenario's if None.
        central: keep parameters at central values.
        hypothesis: id of the hypothesis that the state of the world holds; drawn by weight if None.
        response: id of the response rule that it holds where it may; drawn if None.

    Raises:
        InputError: if a policy, hypothesis or response does not exist.
    """
    with not_while_loading():
        from sim.study.options import study_options  # deferred: they load the engine
        from sim.study.replication import Study

    options = study_options(
        scenario, [policy], seed=seed, central=central, hypothesis=hypothesis, response=response
    )
    study = Study(options)
    return study.model(0, study.state(state), replicate)


def finland_model(**keywords: Any) -> ScenarioModel:
    """A model of the Finland 2023 case, collecting data, for ``mesa.batch_run`` and the like.

    ```python
    import mesa

    rows = mesa.batch_run(
        finland_model,
        {"policy": ["historical", "open"], "state": range(4)},
        max_steps=10_000,
        display_progress=False,
    )
    ```

    Args:
        keywords: those of :class:`sim.ScenarioModel`; ``scenario`` only to name another file.

    Raises:
        InputError: if the case is not where the package is, as where it is installed without it.
    """
    from sim.study.scenario_model import ScenarioModel  # deferred: it loads the engine

    return ScenarioModel(**{"scenario": scenario_file(Path(FINLAND)), **keywords})


def animate_run(
    scenario: Scenario,
    path: str | Path,
    *,
    policy: str | None = None,
    state: int = 0,
    seed: int | None = None,
    step: Step = "day",
    since: date | None = None,
    until: date | None = None,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
) -> Path:
    """Run one policy in one state of the world and write a moving picture of it; returns its path.

    Args:
        scenario: the scenario.
        path: the file, ending in ``.gif``, or in ``.mp4`` where ffmpeg is installed.
        policy: id of the policy; the reference if None.
        state: number of the state of the world, from 0.
        seed: seed of all random numbers; the scenario's if None.
        step: ``day`` or ``hour``: a frame for each.
        since: first day; the first on which anything happens if None.
        until: last day; the last on which anything happens if None.
        progress: called with (frames done, frames in all), first with none done.
        notice: called with a line on what else takes a while.

    Raises:
        InputError: if there is no such policy, the file has another ending, or no moment or too
            many are between.
        RajasimError: if MP4 is asked for and there is no ffmpeg.
        StorageError: if the disk refused.
    """
    from sim.report.maps.animation import animate, require_writable  # deferred: loads matplotlib
    from sim.report.maps.watching import watched_moments

    require_writable(Path(path))
    chosen = policy or scenario.reference
    model = start_model(scenario, chosen, state=state, seed=seed)
    compile_engine(notice=notice)
    used = scenario.seed if seed is None else seed
    moments = watched_moments(
        scenario, model, policy=chosen, state_of_world=state, seed=used, step=step
    )
    return animate(moments.shown(since, until), Path(path), progress=progress)


def open_results(folder: str | Path) -> Comparison:
    """Results that were written before.

    Raises:
        ResultsError: if a file is missing or damaged.
    """
    from sim.plugins.plugin_files import load_installed_plugins  # deferred: loads polars
    from sim.results.store import read_results

    load_installed_plugins()
    return Comparison(read_results(Path(folder)))


def speaking(language: str) -> AbstractContextManager[None]:
    """Show results in a language within the block: tables, charts and reports.

    ```python
    with speaking("fi"):
        open_results("results/demo").write_report()
    ```

    Args:
        language: ``en``, ``fi`` or ``sv``.
    """
    from sim.text import catalogue as languages  # deferred: loads Babel

    return languages.speaking(language)


def compare(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    reference: str | None = None,
    replicates: int | None = None,
    runs_per_state: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    central: bool = False,
    hypothesis: str | None = None,
    response: str | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    command: str = "",
    executor: Executor | None = None,
    parts: Sequence[str | Path] = (),
    posterior: str | Path | None = None,
    prior: bool = False,
) -> Comparison:
    """Run policies in the same states of the world and store the outcome.

    Finished states of the world are kept beside the results folder until it is written: the same
    call after an interrupt, or any other end, resumes from there and writes the same bytes. Where
    the folder holds just these results already, nothing is run; remove it to have them made again.

    Args:
        scenario: the scenario.
        policies: ids of policies; all if None. The reference is always among them if more than one.
        reference: id of the policy to compare with; the scenario's if None.
        replicates: number of states of the world; the scenario's if None.
        runs_per_state: runs of each policy in each state of the world; if None the scenario's, and
            if it says nothing 2 where several policies are compared and states of the world differ,
            1 elsewhere. Runs of the same number share their random numbers between policies.
        seed: seed of all random numbers; the scenario's if None.
        workers: processes.
        central: keep parameters at central values; only random numbers and the hypothesis vary.
        hypothesis: id of the hypothesis of every state of the world; drawn by weight if None.
        response: id of its response rule where it may have one; drawn if None.
        out: results folder; ``results/<scenario>/<run id>`` if None.
        progress: called with (states done, states in all), first with those done before.
        notice: called with a line on what else takes a while, and on what is resumed.
        command: the command line, for the manifest.
        executor: makes the runs, ``workers`` parcels at a time; any of ``concurrent.futures``, as
            Dask's ``client.get_executor(pure=False, retries=3)``. The processes of ours if None.
        parts: folders where :func:`make_part` was at work, if not in the results folder.
        posterior: folder of a posterior, from which states of the world are drawn
            (:func:`sim.calibrate`); the scenario's own if None, or else the prior.
        prior: draw them from the prior in any case.

    Raises:
        InputError: if a policy, hypothesis or response does not exist.
        ResultsError: if the folder holds something else, or cannot be one.
        BusyError: if another process is at work on the folder.
        WorkInterrupted: on an interrupt from the keyboard; it says what is kept.
    """
    with not_while_loading():
        from sim.study.execution import Crew
        from sim.study.options import study_options  # deferred: they load the engine
        from sim.study.run import Gathering, run_study

    options = study_options(
        scenario,
        policies,
        reference=reference,
        replicates=replicates,
        runs_per_state=runs_per_state,
        seed=seed,
        workers=workers,
        central=central,
        hypothesis=hypothesis,
        response=response,
        out=out,
        command=command,
        posterior=posterior,
        prior=prior,
    )
    crew = None if executor is None else Crew(executor, workers)
    gathering = Gathering(crew, tuple(map(Path, parts)))
    return Comparison(run_study(options, progress=progress, notice=notice, gathering=gathering))


def study_patterns(
    scenario: Scenario,
    states: int,
    reach_states: int,
    *,
    seed: int | None = None,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
) -> PatternStudy:
    """Look for patterns in the reference policy's states, and with each explanation switched off.

    States of the world are of the prior: the question is what the model can show by itself.

    Args:
        scenario: the scenario; its reference closes crossings twice, then all, and reopens some.
            Of any other only what it says under ``observed.patterns`` is looked for.
        states: states of the world for the patterns.
        reach_states: states of the world for each explanation.
        seed: seed of all random numbers; the scenario's if None.
        progress: called with (states of the world done, states of the world in all), first with
            none done.
        notice: called with a line on what else takes a while.

    Raises:
        InputError: if the scenario has neither, or too few states of the world have people in it.
    """
    from sim.study.episode import has_episode  # deferred: they load the engine
    from sim.study.execution import Count
    from sim.study.explanations import EXPLANATIONS, reach_without
    from sim.study.options import study_options
    from sim.study.pattern_page import PatternStudy
    from sim.study.patterns import find_patterns, find_shown

    options = study_options(
        scenario, [scenario.reference], replicates=states, seed=seed, prior=True
    )
    compile_engine(notice=notice)
    if not has_episode(options):
        shown = find_shown(options, Count(states, progress))
        return PatternStudy(scenario, options.seed, states, 0, (), shown, ())
    fewer = replace(options, replicates=reach_states)
    count = Count(states + len(EXPLANATIONS) * reach_states, progress)
    count.add(0)
    found = find_patterns(options, count)
    reach = tuple(reach_without(each, fewer, count) for each in EXPLANATIONS)
    return PatternStudy(
        scenario, options.seed, states, reach_states, found.findings, found.shown, reach
    )


def verify_model(
    cases: Sequence[str] = (),
    *,
    seed: int = 1,
    workers: int = 1,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
) -> Verification:
    """Run the engine on cases with exact answers, and compare.

    Args:
        cases: numbers of cases, as ``V3``; all if none is given.
        seed: seed of all random numbers.
        workers: threads; compiled code runs side by side.
        progress: called with (cases done, cases in all), first with none done.
        notice: called with a line on what else takes a while.

    Raises:
        InputError: if there is no such case.
    """
    from sim.verification.case import Trial, verify  # deferred: loads the engine
    from sim.verification.cases import chosen_cases

    chosen = chosen_cases(cases)
    report = progress or (lambda done, total: None)
    compile_engine(notice=notice)
    report(0, len(chosen))
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(verify, case, Trial(seed)) for case in chosen]
        for done, _ in enumerate(as_completed(waiting), start=1):
            report(done, len(chosen))
    return Verification(tuple(each.result() for each in waiting), seed)


def scenario_schema() -> str:
    """The JSON Schema of a scenario file, as text.

    Whole numbers are written without a point: whether a bound is 0 or 0.0 depends on what was
    imported first, since typing takes equal annotations for one.
    """
    from sim.plugins.plugin_files import load_installed_plugins  # deferred: loads pydantic
    from sim.scenario.schema import json_schema

    load_installed_plugins()
    plain = json.loads(json.dumps(json_schema()), parse_float=_plain_number)
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def _plain_number(digits: str) -> float:
    number = float(digits)
    return int(number) if number.is_integer() else number


def start_scenario(folder: str | Path, example: str | None = None) -> list[Path]:
    """Make a folder with a scenario to start from; returns its files.

    Args:
        folder: a new or empty folder.
        example: name of a shipped scenario, as ``finland-2023``; a small one that explains itself
            if left out.

    Raises:
        InputError: if there is something at that place already, or no such scenario.
    """
    files = _starting_files(example)
    place = Path(folder)
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise InputError(f"{place}: is there already and not empty; name a new folder")
    with exclusive_lock(place), disk_refusals(place):
        clear_staging(place)
        with staging_folder(place) as fresh:
            for name, content in files.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(content)
    return [place / name for name in sorted(files)]


def _starting_files(example: str | None) -> dict[str, bytes]:
    """Content of the files to start from, by their path within the folder."""
    from sim.scenario.starting import SCHEMA_FILE, copied_files  # deferred: loads the YAML reader

    if example is None:
        files = {name: (TEMPLATE / name).read_bytes() for name in ("README.md", STARTED)}
    elif example in (known := shipped_scenarios()):
        files = copied_files(known[example])
    else:
        hint = did_you_mean(example, known) or f"there is {', '.join(known)}"
        raise InputError(f"no scenario {quoted(example)} comes with rajasim ({hint})")
    return {**files, SCHEMA_FILE: scenario_schema().encode()}
