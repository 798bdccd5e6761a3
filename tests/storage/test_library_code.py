"""Code of a library that is let go of: out of memory, and there again when it runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sim.storage import library_code

COMPILED = """
import re
import numba
from sim.storage.library_code import let_go_of_code

def held_mb():
    with open("/proc/self/smaps") as file:
        found = re.findall(r" r-xp .*libllvmlite\\S*\\n(?:.*\\n)*?Rss: +(\\d+) kB", file.read())
    return sum(map(int, found)) / 1000

assert numba.njit(lambda x: x + 1)(1) == 2
before = held_mb()
let_go_of_code("libllvmlite")
after = held_mb()
assert numba.njit(lambda x: 3 * x)(5) == 15
print(before, after, held_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is mapped so on Linux")
def test_a_compiler_that_is_let_go_of_compiles_again() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMPILED], capture_output=True, text=True, check=True
    )
    before, after, again = map(float, done.stdout.split())
    assert before > 20.0
    assert after < 1.0 < again


def test_nothing_is_let_go_of_that_is_not_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Data that are read-only by now may have been changed since they were read from the file."""
    lines = """\
7f00-7f10 r--p 00000000 fe:00 53427                    /lib/libllvmlite.so
7f10-7f20 r-xp 00000010 fe:00 53427                    /lib/libllvmlite.so
7f20-7f30 r--p 00000020 fe:00 53427                    /lib/libllvmlite.so
7f30-7f40 rw-p 00000030 fe:00 53427                    /lib/libllvmlite.so
7f40-7f50 r-xp 00000000 fe:00 53428                    /home/libllvmlite/libother.so
7f50-7f60 r-xp 00000000 00:00 0
7f60-7f70 r-xp 00000000 fe:00 53429                    /a b/libllvmlite-2.so
"""
    given: list[tuple[int, int]] = []

    class Maps:
        def read_text(self, **_: str) -> str:
            return lines

    monkeypatch.setattr(library_code, "MAPS", Maps())
    monkeypatch.setattr(
        library_code, "_advise", lambda: lambda first, size, _: given.append((first, size))
    )
    library_code.let_go_of_code("libllvmlite")
    assert given == [(0x7F10, 0x10), (0x7F60, 0x10)]


def test_a_system_without_a_list_of_what_is_mapped_keeps_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Missing:
        def read_text(self, **_: str) -> str:
            raise FileNotFoundError

    monkeypatch.setattr(library_code, "MAPS", Missing())
    given: list[int] = []
    monkeypatch.setattr(library_code, "_advise", lambda: lambda first, *_: given.append(first))
    library_code.let_go_of_code("libllvmlite")
    assert not given
