"""What was measured, as JSON in ``benchmarks/results/``: a file a machine, a section a benchmark.

A section is written when it has been measured, with the day and the version; the others stay as
they were. The machine is described by what matters for speed and by nothing that names it.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from sim import __version__

FOLDER: Final = Path(__file__).parent / "results"
PACKAGES: Final = ("numpy", "numba", "mesa", "simpy", "flee")
SIGNIFICANT: Final = 5  # digits

Results = dict[str, Any]


def machine() -> Mapping[str, str | int]:
    """Processor, cores, memory, system and compilers."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gb": _memory_gb(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "gcc": _first_line("gcc", "-dumpfullversion"),
        **{name: _version(name) for name in PACKAGES},
    }


def _processor() -> str:
    """Its model, with maker and family where it says so little."""
    facts = Path("/proc/cpuinfo")
    if not facts.exists():
        return _first_line("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor()
    found = dict(re.findall(r"^([\w ]+?)\s*: (.+)$", facts.read_text(encoding="utf-8"), re.M))
    model = found.get("model name", platform.machine())
    if "cpu family" not in found or "model" not in found:
        return model
    return f"{model} (family {found['cpu family']}, model {found['model']})"


def _memory_gb() -> int:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
    except (AttributeError, ValueError, OSError):
        return 0


def _first_line(*words: str) -> str:
    """What a command says first; nothing where there is none."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.partition("\n")[0]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def file_here() -> Path:
    """The file of this machine."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{_processor()} {os.cpu_count()} cores".lower())
    return FOLDER / f"{words.strip('-')}.json"


def read_results(path: Path) -> Results:
    """What a file holds; an empty record where there is none."""
    if not path.exists():
        return {"machine": {}, "sections": {}}
    found: Results = json.loads(path.read_text(encoding="utf-8"))
    return found


def newest_results() -> Path | None:
    """The file of the machine that was measured whole last; None if nothing was measured.

    That is the one whose oldest section is the youngest.
    """
    return max(FOLDER.glob("*.json"), key=lambda path: (_day(path), path.name), default=None)


def comparable_results() -> Path | None:
    """The file of this machine; where it has none, the newest."""
    here = file_here()
    return here if here.exists() else newest_results()


def _day(path: Path) -> str:
    days = (section["day"] for section in read_results(path)["sections"].values())
    return min(days, default="")


def write_section(name: str, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Put a section's rows into this machine's file."""
    path = file_here()
    results = read_results(path)
    results["machine"] = machine()
    results["sections"][name] = {
        "day": datetime.now(UTC).date().isoformat(),
        "version": __version__,
        "rows": [{key: _rounded(value) for key, value in row.items()} for row in rows],
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return path


def _rounded(value: Any) -> Any:
    """Numbers to as many digits as mean something."""
    return float(f"{value:.{SIGNIFICANT}g}") if isinstance(value, float) else value
