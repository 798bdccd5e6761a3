"""What a process costs, by the system's account."""

from __future__ import annotations

import os

import pytest

from benchmarks.processes import cost_of, python


def test_cost_has_output_time_and_memory() -> None:
    cost = python("-c", "print('done'); b = bytearray(300_000_000); sum(range(2_000_000))")
    assert cost.output == "done\n"
    assert 0.01 < cost.cpu_s < 60.0
    assert 290.0 < cost.peak_mb < 400.0


def test_memory_is_not_that_of_the_process_that_asks() -> None:
    held = bytearray(os.urandom(1000) * 300_000)
    assert python("-c", "pass").peak_mb < 100.0
    assert held


def test_processes_of_a_process_count() -> None:
    loop = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7))'])"
    assert python("-c", loop).cpu_s > python("-c", "pass").cpu_s


def test_a_command_that_fails_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        cost_of(["sh", "-c", "echo no such thing >&2; exit 3"])
