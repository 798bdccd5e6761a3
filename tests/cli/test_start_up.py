"""Which large libraries a command may load: nobody waits for what is not used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.effort import PATIENCE_S

ROOT = Path(__file__).parents[2]
FINLAND = "scenarios/finland-2023/base.yaml"
# What takes more than a tenth of a second, or 10 MB, to load.
LARGE = (
    "babel",
    "jinja2",
    "matplotlib",
    "mesa",
    "networkx.algorithms",
    "numba",
    "numpy",
    "pandas.core",
    "PIL",
    "polars",
    "pydantic",
    "ruamel",
    "scipy",
    "scipy.linalg",
)
READS_A_SCENARIO = {"numpy", "pydantic", "ruamel"}
MAY_LOAD: dict[tuple[str, ...], set[str]] = {
    ("--help",): set(),
    ("--version",): set(),
    ("run", "--help"): {"pydantic"},  # typer reads types with it
    ("check", FINLAND): {*READS_A_SCENARIO, "babel"},  # its translations are checked too
    ("describe", FINLAND): {*READS_A_SCENARIO, "babel"},
    ("list", "scenarios"): {*READS_A_SCENARIO, "babel"},
    ("list", "policies"): READS_A_SCENARIO,
    ("list", "hypotheses"): READS_A_SCENARIO,
    ("list", "parameters"): READS_A_SCENARIO,
    ("list", "charts"): READS_A_SCENARIO,
    ("list", "indicators"): {*READS_A_SCENARIO, "babel", "mesa", "numba", "polars", "scipy"},
    ("explain", "crossings.registration.servers"): READS_A_SCENARIO,
    ("schema",): READS_A_SCENARIO,
}
SCRIPT = f"""
import sys
sys.argv[0] = "rajasim"
from sim.__main__ import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
import gc
runs = "--replicates" in sys.argv  # before these the usual thresholds return
assert runs or gc.get_threshold()[0] >= 10_000, "cycles are looked for while libraries load"
loaded = [name for name in {LARGE!r} if name in sys.modules]
sys.stderr.write("loaded " + " ".join(loaded))
"""


def loaded_by(*words: str, folder: Path = ROOT) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.partition("loaded")[2].split())


@pytest.mark.parametrize("words", MAY_LOAD, ids=" ".join)
def test_a_command_loads_what_it_uses(words: tuple[str, ...]) -> None:
    assert loaded_by(*words) <= MAY_LOAD[words]


def test_a_run_without_a_report_loads_nothing_that_draws_and_no_linear_algebra(
    tmp_path: Path,
) -> None:
    words = ("--replicates", "2", "--no-report", "--out", str(tmp_path / "results"))
    loaded = loaded_by("run", "scenarios/teaching/one-crossing.yaml", *words)
    assert not loaded & {"jinja2", "matplotlib", "PIL", "scipy.linalg"}


def test_a_new_scenario_is_begun_without_the_engine(tmp_path: Path) -> None:
    assert loaded_by("init", str(tmp_path / "mine"), folder=tmp_path) <= READS_A_SCENARIO
