"""What a person waits for: CPU time of whole commands, in multiples of ``import numpy``.

Each command runs in processes of its own, with the engine compiled. Commands take turns, so that
all meet the same machine, and the fastest of several rounds counts: what else runs only adds.
Run it with ``python -m benchmarks.startup``; the engine must have been compiled (``rajasim warm``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

PROJECT: Final = Path(__file__).parents[1]
FINLAND: Final = "scenarios/finland-2023/base.yaml"
MEASURE: Final = "import numpy"
ROUNDS: Final = 5
# Installed programs have their bytecode, whatever the shell that measures says.
ENVIRONMENT: Final = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
# Runs its arguments, and writes CPU seconds and the largest process of theirs, KiB.
CHILD: Final = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


class Command(NamedTuple):
    """A command that is measured.

    Attributes:
        what: its name in the table.
        words: what is run, after the interpreter; ``{out}`` stands for a results folder.
        most: how many times ``import numpy`` it may take; 0 where nothing is asked.
        most_mb: memory that its largest process may take, MB; 0 where nothing is asked.
        anew: whether the folder is removed before.
    """

    what: str
    words: tuple[str, ...]
    most: float = 0.0
    most_mb: float = 0.0
    anew: bool = False


class Cost(NamedTuple):
    """What a command takes.

    Attributes:
        cpu_s: CPU seconds of its processes together.
        rss_mb: resident memory of the largest of them, MB.
    """

    cpu_s: float
    rss_mb: float


@dataclass(frozen=True)
class Measured:
    """A command with the least that it took in several rounds.

    Attributes:
        command: what was run.
        least: CPU time and memory.
        times: CPU time over that of ``import numpy`` in the same rounds.
    """

    command: Command
    least: Cost
    times: float


_RUN = ("-m", "sim", "run", FINLAND, "--replicates", "2", "--out", "{out}", "--quiet")
COMMANDS: Final = (
    Command(MEASURE, ("-c", MEASURE)),
    Command("rajasim --help", ("-m", "sim", "--help")),
    Command("rajasim check, Finland", ("-m", "sim", "check", FINLAND), most=6.0),
    Command(
        "rajasim run --replicates 2 --no-report", (*_RUN, "--no-report"), most_mb=250.0, anew=True
    ),
    Command("rajasim run --replicates 2", _RUN, most=25.0, most_mb=250.0, anew=True),
    Command("rajasim report, again", ("-m", "sim", "report", "{out}", "--quiet")),
)


def measure(commands: Sequence[Command] = COMMANDS, *, rounds: int = ROUNDS) -> list[Measured]:
    """Run commands in turns and keep the least of each.

    Args:
        commands: the first is what the others are measured by.
        rounds: how often each is run.

    Raises:
        RuntimeError: if a command fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results"
        for (
            command
        ) in commands:  # not counted: afterwards files are in memory, and bytecode is made
            _cost(command, out)
        costs = [[_cost(command, out) for command in commands] for _ in range(rounds)]
    least = [Cost(*map(min, zip(*of_one, strict=True))) for of_one in zip(*costs, strict=True)]
    return [
        Measured(command, cost, cost.cpu_s / least[0].cpu_s)
        for command, cost in zip(commands, least, strict=True)
    ]


def _cost(command: Command, out: Path) -> Cost:
    if command.anew:
        shutil.rmtree(out, ignore_errors=True)
    words = [sys.executable, *(word.format(out=out) for word in command.words)]
    child = [sys.executable, "-S", "-c", CHILD, *words]
    done = subprocess.run(
        child, cwd=PROJECT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    status, cpu_s, rss_kib = done.stdout.split()
    if status != "0":
        raise RuntimeError(f"{' '.join(words)} ended with status {status}:\n{done.stderr}")
    return Cost(float(cpu_s), float(rss_kib) * 1024 / 1e6)


def rows(measured: Sequence[Measured]) -> list[str]:
    """A line of a Markdown table for each command, with its bar where there is one."""
    return [
        f"| `{each.command.what}` | {each.least.cpu_s:.2f} s | {each.times:.1f} x "
        f"{_bar(each.command.most, 'x')}| {each.least.rss_mb:.0f} MB "
        f"{_bar(each.command.most_mb, 'MB')}|"
        for each in measured
    ]


def _bar(most: float, unit: str) -> str:
    return f"(at most {most:g} {unit}) " if most else ""


def main() -> None:
    """Measure and print a table."""
    rounds = int(os.environ.get("ROUNDS", ROUNDS))
    sys.stdout.write("| command | CPU | over `import numpy` | memory |\n|---|---|---|---|\n")
    sys.stdout.write("\n".join(rows(measure(rounds=rounds))) + "\n")


if __name__ == "__main__":
    main()
