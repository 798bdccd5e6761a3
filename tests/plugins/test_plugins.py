"""Plugins on the command line, from the library, installed, and in real worker processes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.cli.exit_status import run_command
from sim.errors import InputError
from sim.fingerprint import code_fingerprint
from sim.plugins import plugin_files
from sim.plugins.plugin_files import load_plugin
from sim.policies import orders
from tests.effort import PATIENCE_S
from tests.golden.record import FILES

PROJECT = Path(__file__).parents[2]
TEACHING = PROJECT / "scenarios" / "teaching"
PAGE = PROJECT / "docs" / "how-to" / "write-a-plugin.md"
EXAMPLE = PROJECT / "examples" / "plugin_policy.py"
RUN = ("--replicates", 40, "--runs-per-state", 1, "--no-report")


def python(*words: object, folder: Path, also: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """A process of its own, as users start them."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys((str(PROJECT), str(also))))},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def rajasim(*words: object, folder: Path) -> str:
    done = python("-m", "sim", *words, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def manifest(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())["rajasim"]
    return record


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with the plugin and the scenario of the page."""
    for name in ("one-crossing.yaml", "two-crossings.yaml"):
        shutil.copyfile(TEACHING / name, tmp_path / name)
    (plugin,), (scenario,) = blocks("python"), blocks("yaml")
    (tmp_path / "mine.py").write_text(plugin, "utf-8")
    (tmp_path / "mine.yaml").write_text(scenario, "utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_plugin_of_the_page_works_with_every_command_and_in_workers(mine: Path) -> None:
    plugin = ("--plugin", "mine.py")
    compare = ("compare", "mine.yaml", "--policies", "open,more", *plugin, *RUN)
    assert "type: more-officers" in rajasim(*plugin, "list", "policies", folder=mine)
    assert "over_a_day" in rajasim("list", *plugin, "indicators", folder=mine)
    assert "long_waits" in rajasim("list", "charts", "--plugin=mine.py", folder=mine)
    assert "more-officers" in rajasim("schema", *plugin, folder=mine)
    rajasim(*compare, "--workers", 1, "--out", "one", folder=mine)
    rajasim(*compare, "--workers", 2, "--out", "two", folder=mine)
    for name in FILES:
        assert (mine / "one" / name).read_bytes() == (mine / "two" / name).read_bytes(), name
    said = pl.read_csv(mine / "two" / "indicators.csv").filter(indicator="over_a_day")
    assert len(said) == 2 * 40
    drawn = rajasim("plot", "two", "--chart", "long_waits", *plugin, folder=mine)
    assert "long_waits.png" in drawn
    assert manifest(mine / "two")["plugins"] == [
        {
            "name": "mine",
            "file": "mine.py",
            "version": "",
            "sha256": hashlib.sha256((mine / "mine.py").read_bytes()).hexdigest(),
            "registers": ["policy more-officers", "indicator over_a_day", "chart long_waits"],
        }
    ]
    (mine / "mine.py").write_bytes((mine / "mine.py").read_bytes() + b"# another version\n")
    rajasim(*compare, "--workers", 1, "--out", "other", folder=mine)
    assert manifest(mine / "other")["run_id"] != manifest(mine / "one")["run_id"]
    # Results are read without the plugin, and a file that needs it is refused with its place.
    assert "report: " in rajasim("report", "one", folder=mine)
    refused = python("-m", "sim", "check", "mine.yaml", folder=mine)
    assert refused.returncode == 2
    assert "mine.yaml:5:11: unknown type 'more-officers'" in refused.stderr


def test_the_example_is_a_plugin(tmp_path: Path) -> None:
    listed = rajasim("list", "policies", "--plugin", EXAMPLE, folder=tmp_path)
    assert "type: reinforcement" in listed
    assert "Bring more officers to a crossing after a busy day." in listed


def test_a_plugin_of_an_installed_package_needs_no_option(mine: Path) -> None:
    package, facts = mine / "site" / "border_ideas", mine / "site" / "border_ideas-1.2.dist-info"
    package.mkdir(parents=True)
    facts.mkdir()
    shutil.copyfile(mine / "mine.py", package / "policies.py")
    (package / "__init__.py").touch()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: border-ideas\nVersion: 1.2\n")
    (facts / "entry_points.txt").write_text("[rajasim.plugins]\nmine = border_ideas.policies\n")
    words = ("run", "mine.yaml", "--policy", "more", *RUN, "--workers", 2, "--out", "out")
    done = python("-m", "sim", *words, folder=mine, also=mine / "site")
    assert done.returncode == 0, done.stderr
    (plugin,) = manifest(mine / "out")["plugins"]
    assert (plugin["name"], plugin["version"]) == ("mine", "border-ideas 1.2")
    assert "indicator over_a_day" in plugin["registers"]
    assert len(pl.read_csv(mine / "out" / "indicators.csv").filter(indicator="over_a_day")) == 40


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("p.txt", "", "p.txt: is no plugin; name a file of Python, ending in .py"),
        (
            "none.py",
            None,
            "none.py: cannot be read (No such file or directory); name a plugin file",
        ),
        ("p.py", "x = 1\n", "p.py: registers nothing; decorate a class with @policy"),
        ("p.py", "x = 1\ny = = 2\n", "p.py:2: SyntaxError: "),
        ("p.py", "\n\nimport nowhere_to_be_found\n", "p.py:3: ModuleNotFoundError: "),
        (
            "p.py",
            "from sim.policies import policy\n@policy\nclass Own:\n    type = 'open'\n",
            "p.py:2: ValueError: there is already a policy of type 'open'; mend p.py",
        ),
        (
            "p.py",
            "from sim.outcomes import rights\nfrom sim.outcomes.indicator import Direction\n"
            "@rights.TABLE.of_run('K1', 'x', 'y', Direction.LESS)\ndef f(run):\n    'z'\n",
            "there is already an indicator 'K1'",
        ),
        (
            "p.py",
            "from sim.report.charts.registry import Section, chart\n"
            "@chart('fan', 'x', Section.COSTS)\ndef f(results):\n    'z'\n",
            "there is already a chart 'fan'",
        ),
    ],
)
def test_what_is_wrong_with_a_plugin_is_told(
    name: str,
    text: str | None,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    assert run_command(["list", "charts", "--plugin", name]) == 2
    assert said in capsys.readouterr().err


POLICY = """
from dataclasses import dataclass
from typing import ClassVar
from sim.policies import Once, policy

@policy
@dataclass(frozen=True)
class Own:
    limit: int = {limit}
    type: ClassVar[str] = "test-own"
    clock: ClassVar[Once] = Once()

    def decide(self, observation):
        return []
"""


def test_a_plugin_that_has_changed_takes_its_own_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "POLICIES", dict(orders.POLICIES))
    monkeypatch.setattr(plugin_files, "_LOADED", {})
    file = tmp_path / "own.py"
    file.write_text(POLICY.format(limit=1), "utf-8")
    first = load_plugin(file)
    assert load_plugin(file) is first
    file.write_text(POLICY.format(limit=2), "utf-8")
    assert load_plugin(file).sha256 != first.sha256
    assert orders.registered_policies()["test-own"]().limit == 2
    assert [each.name for each in plugin_files.loaded_plugins()] == ["own"]
    other = tmp_path / "other"
    other.mkdir()
    shutil.copyfile(file, other / "own.py")
    with pytest.raises(InputError, match="there is already a plugin called 'own'"):
        load_plugin(other / "own.py")


# ---- scripts and notebooks

CLASS = POLICY.format(limit=1)
COMPARE = f"""
from dataclasses import replace
from sim import compare, load_scenario
from sim.scenario.records import NamedPolicy

print("here")
scenario = load_scenario({str(TEACHING / "two-crossings.yaml")!r})
"""
ADD_OWN = """
named = NamedPolicy("own", "Own", "", "made up", Own())
scenario = replace(scenario, policies={**scenario.policies, "own": named})
"""
DO = """
result = compare(scenario, [{policy!r}], replicates=40, workers={workers}, out={out!r})
print(result.results.indicators.height)
"""


@pytest.mark.slow
def test_a_script_without_a_main_guard_has_workers(tmp_path: Path) -> None:
    """Workers once ran the whole script again, and died of it "for want of memory"."""
    script = tmp_path / "study.py"
    script.write_text(COMPARE + DO.format(policy="open", workers=2, out="two"), "utf-8")
    done = python("-W", "error", script, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("here") == 1, "no worker runs the script"
    script.write_text(COMPARE + DO.format(policy="open", workers=1, out="one"), "utf-8")
    assert python(script, folder=tmp_path).returncode == 0
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_class_of_a_script_is_run_in_its_own_process_with_a_word(tmp_path: Path) -> None:
    script = tmp_path / "study.py"
    text = CLASS + COMPARE + ADD_OWN + DO.format(policy="own", workers=2, out="out")
    script.write_text(text, "utf-8")
    done = python(script, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        "running in this process, not in 2 workers: Own is defined in a notebook, a console or the "
        "script itself; put it into a file and load that as a plugin, and workers will know it"
    ) in done.stderr
    (code,) = manifest(tmp_path / "out")["plugins"]
    assert (code["name"], code["registers"]) == ("notebook or script", ["policy test-own"])


@pytest.mark.slow
def test_a_notebook_compares_with_workers_and_with_its_own_classes(tmp_path: Path) -> None:
    """Redefined, a class of a notebook is another run: its results are not taken for the old."""
    import nbformat
    from nbclient import NotebookClient

    own = ADD_OWN + DO.format(policy="own", workers=2, out="own")
    cells = [
        COMPARE + DO.format(policy="open", workers=2, out="out"),
        "import warnings; warnings.simplefilter('always')",
        CLASS,
        own,
        "first = result.results.manifest['run_id']",
        CLASS.replace("return []", "return [][:1]"),
        own.replace("'own')", "'again')"),
        "print(first != result.results.manifest['run_id'])",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=int(PATIENCE_S), resources=place).execute()
    said = ["".join(out.get("text", "") for out in cell.outputs) for cell in notebook.cells]
    assert "not in 2 workers" not in said[0]
    assert "not in 2 workers: Own is defined in a notebook" in said[3]
    assert said[7] == "True\n"


def test_what_code_of_a_notebook_does_is_told_apart() -> None:
    def made(text: str) -> str:
        names: dict[str, Any] = {"__name__": "__main__"}
        exec(text, names)  # noqa: S102 - as a notebook does
        return code_fingerprint(names["f"])

    plain = made("def f():\n    return g()\n\ndef g():\n    return LIMIT\n\nLIMIT = 1")
    assert plain == made("\n\ndef f():\n    return g()\ndef g():\n    return LIMIT\nLIMIT = 1")
    assert plain != made("def f():\n    return g()\n\ndef g():\n    return LIMIT\n\nLIMIT = 2")
    assert plain != made("def f():\n    return g()\n\ndef g():\n    return -LIMIT\n\nLIMIT = 1")
