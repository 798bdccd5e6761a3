"""Dask's scheduler and workers, on this machine: one is killed, and the bytes are the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.loading import load_scenario
from sim.study.clusters import cluster_crew
from sim.study.options import study_options
from sim.study.run import Gathering, run_study
from sim.study.surroundings import DifferentSurroundingsError, surroundings
from tests.effort import PATIENCE_S
from tests.fault_tolerance.command import ROOT, SCENARIO
from tests.golden.record import FILES

distributed = pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"),
    pytest.mark.filterwarnings("default"),  # Dask's own
]


@contextmanager
def process(folder: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of Dask's commands at work."""
    with (folder / f"{words[0]}.log").open("ab") as log:
        begun = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{words[0]}", *words[1:]],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    try:
        yield begun
    finally:
        begun.kill()
        begun.wait()


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, list[subprocess.Popen[bytes]]]]:
    """A scheduler's file, and two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    one = ("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny")
    address = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with ExitStack() as stack:
        stack.enter_context(process(folder, "scheduler", *address, "--scheduler-file", str(file)))
        workers = [stack.enter_context(process(folder, *one)) for _ in range(2)]
        with distributed.Client(scheduler_file=str(file), timeout=PATIENCE_S) as client:
            client.wait_for_workers(2, timeout=PATIENCE_S)
        yield file, workers


def test_a_worker_is_killed_and_the_bytes_are_the_same(
    cluster: tuple[Path, list[subprocess.Popen[bytes]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, workers = cluster
    scenario = load_scenario(Path(SCENARIO))
    monkeypatch.setattr("sim.study.pacing.MOST_RUNS", 3)  # so that much is still to be done

    def kill(done: int, _: int) -> None:
        if done and workers[0].poll() is None:
            workers[0].send_signal(signal.SIGKILL)

    said: list[str] = []
    for name, far in {"plain": False, "far": True}.items():
        options = study_options(scenario, None, replicates=24, out=tmp_path / name)
        if not far:
            run_study(options)
            continue
        with cluster_crew(str(file), said.append) as crew:
            run_study(options, progress=kill, gathering=Gathering(crew))
    assert workers[0].wait(PATIENCE_S) == -signal.SIGKILL
    assert said == [f"{file}: 2 workers with the same versions as here"]
    for name in FILES:
        plain, far_away = ((tmp_path / each / name).read_bytes() for each in ("plain", "far"))
        assert plain == far_away, name


def test_other_versions_are_refused_before_any_work(
    cluster: tuple[Path, list[subprocess.Popen[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tuple((name, "0" if name == "source" else held) for name, held in surroundings())
    monkeypatch.setattr("sim.study.clusters._wanted", lambda: other)
    with (
        pytest.raises(DifferentSurroundingsError, match=r"worker tcp://.* has source .* instead"),
        cluster_crew(str(cluster[0])),
    ):
        pytest.fail("work was begun")


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.study.clusters.ANSWER_S", 0.2)
    began = time.monotonic()
    with (
        pytest.raises(InputError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1 "),
        cluster_crew("tcp://127.0.0.1:1"),
    ):
        pytest.fail("work was begun")
    assert time.monotonic() - began < PATIENCE_S
