"""Numbered cases of bad input: the same number is the same files and the same command line.

A case is a folder with mutated files and the words of one command.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sim.cli.exit_status import run_command
from sim.report.charts.registry import CHARTS
from sim.results.store import checksummed_manifest
from sim.scenario.document import read_document
from tests.bad_input.edges import NUMBERS, TEXTS, Raw, as_yaml, edge, nesting, spoilt
from tests.bad_input.mutations import spoil_bytes, spoil_tree

ROOT = Path(__file__).parents[2]
TEMPLATE = "template.yaml"
ONE = "scenarios/teaching/one-crossing.yaml"
TWO = "scenarios/teaching/two-crossings.yaml"
FINLAND = "scenarios/finland-2023/base.yaml"
SMALL = (TEMPLATE, TEMPLATE, ONE, TWO)
EVIDENCE = (
    "seeds/finland-2023/weather_hourly.csv",
    "seeds/finland-2023/observed_arrivals.csv",
    "seeds/claims.yaml",
)
CATALOGUES = {
    "scenarios/teaching/one-crossing.fi.po": (ONE, TWO),
    "scenarios/teaching/two-crossings.sv.po": (TWO,),
    "scenarios/finland-2023/base.sv.po": (FINLAND,),
}
RESULTS = "results/small"
OPTIONS = (
    "--set",
    "--out",
    "--seed",
    "--replicates",
    "--runs-per-state",
    "--policy",
    "--hypothesis",
    "--workers",
)


@dataclass
class Case:
    """One case: its folder is the working directory.

    Attributes:
        number: which.
        kind: what is bad about it.
        words: the command line.
        located: whether a refusal must name file and line.
    """

    number: int
    kind: str = ""
    words: list[str] = field(default_factory=list)
    located: bool = True


# ---- files


def make_pristine(folder: Path) -> None:
    """All files that cases mutate, and small results to read again."""
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    for name in EVIDENCE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copyfile(ROOT / "sim" / "scenario" / "template" / "scenario.yaml", folder / TEMPLATE)
    with contextlib.chdir(folder):
        words = ["compare", TEMPLATE, "--replicates", "2", "--no-report", "--quiet"]
        assert run_command([*words, "--out", RESULTS]) == 0
        # Else mutants of what is read last would be refused for what is missing.
        assert run_command(["check", *dict.fromkeys(SMALL), FINLAND, "--quiet"]) == 0


def copy_pristine(pristine: Path, folder: Path) -> None:
    """Hard links to every file; a mutant takes the place of its link."""
    for place, _, files in os.walk(pristine):
        into = folder / Path(place).relative_to(pristine)
        into.mkdir(exist_ok=True, parents=True)
        for name in files:
            os.link(Path(place) / name, into / name)


def put(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


# ---- kinds of cases


def _commands(case: Case, rng: Random, file: str) -> None:
    """Check, describe, or run one replication of the small scenarios."""
    which = rng.random()
    if which < 0.55:
        case.words = ["check", file]
    elif which < 0.7:
        case.words = ["describe", file]
    else:
        case.words = ["run", file, "--replicates", "1", "--out", "out"]
        case.words += [] if which > 0.99 else ["--no-report"]


def _bytes_of_scenario(case: Case, rng: Random) -> None:
    file = rng.choice([*SMALL, *SMALL, FINLAND])
    put(Path(file), spoil_bytes(Path(file).read_bytes(), rng))
    _commands(case, rng, file)


def _tree_of_scenario(case: Case, rng: Random) -> None:
    file = rng.choice([*SMALL, *SMALL, *SMALL, FINLAND])
    tree = read_document(Path(file)).data
    spoil_tree(tree, rng)
    put(Path(file), as_yaml(tree).encode("utf-8", "replace"))
    _commands(case, rng, file)


def _evidence(case: Case, rng: Random) -> None:
    file = Path(rng.choice(EVIDENCE))
    if file.suffix == ".csv" and rng.random() < 0.7:
        put(file, _spoilt_table(file, rng))
    else:
        put(file, spoil_bytes(file.read_bytes(), rng))
    case.words = [rng.choice(["check", "check", "describe"]), FINLAND]


def _catalogue(case: Case, rng: Random) -> None:
    """Translations beside a scenario."""
    file = rng.choice(list(CATALOGUES))
    if rng.random() < 0.1:
        _put_something_else(Path(file), rng)
    else:
        put(Path(file), spoil_bytes(Path(file).read_bytes(), rng))
    _commands(case, rng, rng.choice(CATALOGUES[file]))


def _spoilt_table(file: Path, rng: Random) -> bytes:
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    for _ in range(rng.choice([1, 1, 3])):
        row = rng.choice(rows[: rng.choice([3, len(rows)])])
        if row:
            column = rng.randrange(len(row))
            value = spoilt(row[column], rng)
            row[column] = value.text if isinstance(value, Raw) else str(value)
        if rng.random() < 0.2:
            del row[rng.randrange(len(row) or 1) :]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _results(case: Case, rng: Random) -> None:
    folder = Path(RESULTS)
    file = folder / rng.choice(sorted(path.name for path in folder.iterdir() if path.is_file()))
    if file.name == "manifest.json" and rng.random() < 0.7:
        tree = json.loads(file.read_text(encoding="utf-8"))
        tree["rajasim"]["checksum"] = ""
        spoil_tree(tree["rajasim"], rng)
        put(file, checksummed_manifest(as_yaml(tree).encode("utf-8", "replace")))
    elif file.suffix == ".csv" and rng.random() < 0.7:
        put(file, _spoilt_table(file, rng))
    else:
        put(file, spoil_bytes(file.read_bytes(), rng))
    if file.name != "manifest.json" and rng.random() < 0.7:
        _update_hashes(folder, file)
    if rng.random() < 0.1:
        _put_something_else(file, rng)
    case.words = ["plot", RESULTS, "--chart", rng.choice(list(CHARTS))]
    if rng.random() < 0.15:
        case.words = ["report", RESULTS]
    case.located = False


def _update_hashes(folder: Path, file: Path) -> None:
    """Let the manifest say of a mutant what is true, so that it is read further than its hash."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    content = file.read_bytes()
    for entry in manifest["rajasim"]["files"]:
        if entry["name"] == file.name:
            entry["bytes"], entry["sha256"] = len(content), hashlib.sha256(content).hexdigest()
    manifest["rajasim"]["checksum"] = ""
    put(folder / "manifest.json", checksummed_manifest(json.dumps(manifest).encode()))


def _put_something_else(path: Path, rng: Random) -> None:
    """No file where there was one: a folder, pipe, device, link to nowhere or to itself."""
    path.unlink()
    kind = rng.choice(["nothing", "folder", "pipe", "device", "loop", "broken", "self"])
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to(rng.choice(["/dev/zero", "/dev/full", "/dev/tty", "/proc/self/mem"]))
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "broken":
        path.symlink_to("nowhere")
    elif kind == "self":
        path.symlink_to(".")


def _no_file(case: Case, rng: Random) -> None:
    file = rng.choice([TEMPLATE, ONE, *EVIDENCE])
    _put_something_else(Path(file), rng)
    case.words = ["check", {TEMPLATE: TEMPLATE, ONE: TWO}.get(file, FINLAND)]


def _references(case: Case, rng: Random) -> None:
    """What a file names: bases, tables, registers; in circles, above, outside, or nothing."""
    targets = (
        "a.yaml",
        "b.yaml",
        "./a.yaml",
        "../a.yaml",
        "../../../../../../etc/passwd",
        "/etc/passwd",
        "/dev/zero",
        ".",
        "..",
        "",
        " ",
        "template.yaml",
        "scenarios",
        "pipe.yaml",
        "loop.yaml",
        "x" * 300,
        "a\0b",
        "nö\n.yaml",
        "~/x.yaml",
        "http://example.org/x.yaml",
        "scenarios/../a.yaml",
    )
    os.mkfifo("pipe.yaml")
    Path("loop.yaml").symlink_to("loop.yaml")
    key = rng.choice(["extends", "extends", "claims", "weather", "observed"])
    name = rng.choice(targets)
    if key == "extends":
        for file in ("a.yaml", "b.yaml"):
            target = rng.choice(targets)
            put(Path(file), f"extends: {json.dumps(target)}\n".encode())
        put(Path("bad.yaml"), as_yaml({"extends": name}).encode("utf-8", "replace"))
    else:
        tree = read_document(Path(TEMPLATE)).data
        tree[key] = name if key == "claims" else {"file": name, "source": "made up"}
        if key == "weather":
            tree[key]["zones"] = ["south"]
        put(Path("bad.yaml"), as_yaml(tree).encode("utf-8", "replace"))
    case.words = ["check", "bad.yaml"]


def _settings(case: Case, rng: Random) -> None:
    """Odd keys and values of ``--set``."""
    paths = (
        "runs.seed",
        "roads.0.hours",
        "crossings.near.admission.lanes",
        "policies.near-closed.at",
        "parameters.station_constant.value",
        "demand.steps.0.persons_per_d",
        "policies",
        "crossings",
        "",
        ".",
        "a..b",
        "extends",
        "overrides",
        "roads.-1.km",
        "roads.99",
        "x" * 5000,
        ".".join(["a"] * 100),
        "crossings.near.id",
        "demand.group_size",
        "runs.replicates",
        "ä\n",
        "start",
        "timezone",
        "policies.open.type",
        "hypotheses.checks.leakage",
        "\x1b[31m",
    )
    case.words = ["run", TEMPLATE, "--replicates", "1", "--no-report", "--out", "out"]
    for _ in range(rng.choice([1, 1, 2])):
        value = rng.choice([as_yaml(edge(rng)), as_yaml(edge(rng)), nesting(rng), "=", ""])
        case.words += ["--set", rng.choice(paths) + rng.choice(["=", "=", "=", "", ":"]) + value]
    case.located = False


def _places_for_results(case: Case, rng: Random) -> None:
    """Where results may not go, or may."""
    put(Path("file"), b"something")
    put(Path("full/file"), b"something")
    Path("link").symlink_to("full")
    Path("loop").symlink_to("loop")
    os.mkfifo("pipe")
    # A place that the disk refuses is no bad input: status 1, tests/fault_tolerance/test_disk.py.
    names = (
        "file",
        "file/below",
        "full",
        "link",
        "loop",
        "pipe",
        "out",
        "a/b/c",
        "../out",
        "",
        ".",
        "..",
        "/dev/null",
        "/dev/null/x",
        "x" * 200,
        "x" * 255,
        "x" * 256,
        "x" * 5000,
        "new\nline",
        "e\x1b[31m",
        " ",
        "-",
        "--",
        "ö",
        "a\0b",
        "~",
        "full/../out",
        "scenarios",
        "template.yaml",
        RESULTS,
        "out/",
    )
    case.words = ["run", TEMPLATE, "--replicates", "1", "--no-report", "--out", rng.choice(names)]
    case.located = False


def _words(case: Case, rng: Random) -> None:
    """Odd words anywhere in a command line."""
    words = [rng.choice(["check", "describe", "run", "compare", "plot", "report", "list", "init"])]
    words += [rng.choice([TEMPLATE, RESULTS, "nowhere", "."])] * rng.choice([0, 1, 1, 1, 2])
    if words[0] in ("run", "compare"):
        words += ["--replicates", "1", "--no-report"]
    for _ in range(rng.choice([1, 1, 2])):
        value = rng.choice([edge(rng), rng.choice(NUMBERS), rng.choice(TEXTS)])
        text = value.text if isinstance(value, Raw) else str(value)
        words += rng.choice(
            [[text], [rng.choice(OPTIONS), text], [f"{rng.choice(OPTIONS)}={text}"]]
        )
    if "--workers" in " ".join(words):  # as many processes as asked for are no bad input
        words = [word for word in words if not word.startswith("--workers")]
    case.words = words
    case.located = False


KINDS: tuple[tuple[Callable[[Case, Random], None], int], ...] = (
    (_tree_of_scenario, 42),
    (_bytes_of_scenario, 22),
    (_evidence, 7),
    (_catalogue, 4),
    (_results, 8),
    (_no_file, 3),
    (_references, 5),
    (_settings, 7),
    (_places_for_results, 3),
    (_words, 3),
)


def build(number: int) -> Case:
    """Write the files of a case into the working directory."""
    rng = Random(number)  # noqa: S311 (a case must be the same again)
    (kind,) = rng.choices([each for each, _ in KINDS], [weight for _, weight in KINDS])
    case = Case(number, kind.__name__.strip("_"))
    kind(case, rng)
    return case
