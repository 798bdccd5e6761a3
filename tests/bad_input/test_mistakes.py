"""Bad input: reported with its place, exit status 2, nothing written, no traceback."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from sim.scenario.source_text import MAX_BYTES
from tests.bad_input.template import Refused, write_changed

ROOT = Path(__file__).parents[2]


def scenario(folder: Path, *changes: tuple[str, str]) -> str:
    return write_changed(folder, *changes, name="bad.yaml")


def line_of(folder: Path, text: str) -> int:
    lines = (folder / "bad.yaml").read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


CHANGES = {
    "unknown key": ("    warm_places: 10", "    warm_plces: 10", "did you mean 'warm_places'"),
    "key of another part": (
        "    warm_places: 10",
        "    warm_places: 10\n    seed: 3",
        "unknown key 'seed' (it is a key of other parts: rajasim explain seed says of which)",
    ),
    "unknown key at the top": ("limits:", "limts:", "did you mean 'limits'"),
    "wrong unit": ('hours: "40 min"', 'hours: "40 km"', "a length"),
    "unknown unit": ('hours: "40 min"', 'hours: "40 moons"', "not a unit"),
    "crossing that does not exist": (
        "crossings: [near]",
        "crossings: [nera]",
        "did you mean 'near'",
    ),
    "a crossing that is called as sums are": (
        "  - id: far",
        "  - id: total",
        "'total' is what sums over all crossings are called (give another id)",
    ),
    "hub that does not exist": ("gateways: {town: 1}", "gateways: {twon: 1}", "'twon'"),
    "road to nowhere": ("{a: town, b: near,", "{a: town, b: nowhere,", "no place 'nowhere'"),
    "closure that ends before it starts": (
        "    until: 2024-03-12T00:00+02:00",
        "    until: 2024-03-02T00:00+02:00",
        "before it starts",
    ),
    "a date that is none": (
        "    at: 2024-03-05T00:00+02:00",
        "    at: 2024-02-30T00:00+02:00",
        "expected a time with its zone",
    ),
    "a time without zone": (
        "    at: 2024-03-05T00:00+02:00",
        "    at: 2024-03-05T00:00",
        "a time needs its zone",
    ),
    "a day for a time": (
        "    at: 2024-03-05T00:00+02:00",
        "    at: 2024-03-05",
        "expected a time with its zone",
    ),
    "a year for a time": ("    at: 2024-03-05T00:00+02:00", "    at: 2024", "with its zone"),
    "yes for a time": ("    at: 2024-03-05T00:00+02:00", "    at: true", "with its zone"),
    "a number for the start": ("start: 2024-03-01T00:00+02:00", "start: 20240301", "zone"),
    "a number for the time of demand": (
        "since: 2024-03-04T00:00+02:00",
        "since: 1.5",
        "with its zone",
    ),
    "a number for a day": (
        '{hours: "08:00-20:00", source',
        '{hours: "08:00-20:00", since: 2024, source',
        "expected a day",
    ),
    "yes for a number": ("      lanes: 1", "      lanes: true", "lanes"),
    "text for a number": ("      servers: 3", '      servers: "3"', "servers"),
    "a fraction of an officer": ("      servers: 3", "      servers: 2.5", "servers"),
    "a negative count": ("      servers: 3", "      servers: -3", "servers"),
    "a chance above one": ("    leakage: 0.3", "    leakage: 30", "leakage"),
    "a parameter out of bounds": ("{value: -1.5,", "{value: -9999,", "must be between"),
    "a parameter that does not exist": (
        "  station_constant:",
        "  station_konstant:",
        "did you mean 'station_constant'",
    ),
    "a range that misses the centre": ("{low: 0.6, high: 1.6,", "{low: 1.6, high: 2.6,", "misses"),
    "a policy type that does not exist": ("type: closure", "type: closing", "unknown type"),
    "a reference that does not exist": ("reference: open", "reference: opne", "'opne'"),
    "a missing source": (
        "    asylum_at: [far]\n    source: made up\n",
        "    asylum_at: [far]\n",
        "missing key 'source'",
    ),
    "no such zone": ("timezone: Europe/Helsinki", "timezone: Europe/Atlantis", "time zone"),
    "an end before the start": ("end: 2024-03-15", "end: 2023-03-15", "before it starts"),
    "hours that are none": ('hours: "08:00-20:00"', 'hours: "8 to 8"', "opening"),
    "no mapping": ("runs: {replicates: 20, seed: 1}", "runs: 20", "runs"),
    "a gate that does not exist": ("opens: {default:", "opens: {defult:", "did you mean 'default'"),
    "more people than a machine holds": (
        "persons_per_d: 40,",
        "persons_per_d: 900000,",
        "raise 'max_persons'",
    ),
    "a rate beyond any": ("persons_per_d: 40,", "persons_per_d: 1e12,", "more than 1,000,000"),
    "lanes beyond any": ("      lanes: 1", "      lanes: 4000000000", "less than or equal"),
    "a time of another age": (
        "    at: 2024-03-05T00:00+02:00",
        "    at: 0001-01-01T00:00+14:00",
        "between 1900 and 2200",
    ),
    "a start of another age": (
        "start: 2024-03-01T00:00+02:00",
        "start: 0001-01-01T00:00+14:00",
        "between 1900 and 2200",
    ),
    "a spread beyond any": ("mean_min: 4,", "mean_min: 4, cv: 1e200,", "less than or equal"),
    "no replicates": ("replicates: 20", "replicates: 0", "replicates"),
    "another format": ("format_version: 1", "format_version: 2", "format_version"),
}


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("command", ["check", "run"])
def test_a_mistake_is_reported_with_its_place(
    case: str, command: str, refused: Refused, tmp_path: Path
) -> None:
    old, new, words = CHANGES[case]
    message = refused(command, scenario(tmp_path, (old, new)))
    first = message.split("\n")[0]
    assert re.match(r"bad\.yaml:\d+:\d+: ", first), first
    assert words in message


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("some", ["persons: Input should be a valid integer, got 'some'"]),
        ("-5", ["persons: Input should be greater than or equal to 0, got -5"]),
        ("{low: 1, central: 2, high: 3}", ["missing key 'source'"]),
        ("{low: 5, central: 1, high: 7, source: x}", ["persons: expected low <= central <= high"]),
    ],
)
def test_of_a_number_or_a_range_only_what_was_given_is_judged(
    given: str, words: list[str], refused: Refused, tmp_path: Path
) -> None:
    stock = f"at: 2024-03-02T00:00+02:00, persons: {given}, gateways: {{town: 1}}, source: made up"
    changed = ("demand:\n", f"demand:\n  stocks: [{{id: there, {stock}}}]\n")
    lines = refused("check", scenario(tmp_path, changed)).strip().split("\n")
    assert [each in line for each, line in zip(words, lines, strict=True)] == [True] * len(words)


@pytest.mark.parametrize("name", ["constrained-int", "PersonsRange"])
def test_a_name_that_a_form_of_values_has_elsewhere_is_a_key_like_any(
    name: str, refused: Refused, tmp_path: Path
) -> None:
    changed = ("gateways: {town: 1}", f"gateways: {{{name}: -1}}")
    assert f"{name}: Input should be greater than 0" in refused(
        "check", scenario(tmp_path, changed)
    )


def test_the_place_is_that_of_the_mistake(refused: Refused, tmp_path: Path) -> None:
    file = scenario(tmp_path, ('hours: "40 min"', 'hours: "40 km"'))
    line = line_of(tmp_path, "40 km")
    assert refused("check", file).startswith(f"bad.yaml:{line}:")


def test_all_mistakes_are_reported_at_once(refused: Refused, tmp_path: Path) -> None:
    file = scenario(
        tmp_path,
        ("    warm_places: 10", "    warm_plces: 10"),
        ("      lanes: 1", "      lanes: 0"),
        ('hours: "40 min"', 'hours: "40 km"'),
        ("{low: 0.6,", "{low: cold,"),
    )
    message = refused("check", file).strip().split("\n")
    assert len(message) == 4
    assert message == sorted(message, key=lambda line: int(line.split(":")[1]))


def test_mistakes_of_several_files_are_reported_together(refused: Refused, tmp_path: Path) -> None:
    file = scenario(tmp_path, ("limits:", "limts:"))
    message = refused("check", file, "missing.yaml")
    assert "limts" in message
    assert "missing.yaml: does not exist" in message


def test_a_clean_file_beside_a_bad_one_is_still_summarised(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    good = ROOT / "scenarios" / "teaching" / "one-crossing.yaml"
    assert run_command(["check", str(good), str(tmp_path / "missing.yaml")]) == 2
    assert "one-crossing.yaml: ok" in capsys.readouterr().out


def test_a_loop_of_extends_is_reported(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b.yaml\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\n", encoding="utf-8")
    assert re.match(r"[ab]\.yaml:1:10: ", refused("check", "a.yaml"))


def test_an_empty_file_is_reported(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_bytes(b"")
    assert refused("check", "empty.yaml") == "empty.yaml:1:1: is empty\n"


def test_a_binary_file_is_reported(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert re.match(r"picture\.yaml:1:\d+: ", refused("check", "picture.yaml"))


def test_a_large_file_is_reported(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_bytes(b"# much\n" * (10 * MAX_BYTES // 7))
    assert refused("check", "large.yaml").startswith("large.yaml: is 10.0 MiB")


def test_a_folder_for_a_file_is_reported(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert refused("check", "folder").startswith("folder: is a folder")


def test_a_missing_file_is_reported_with_the_nearest_name(refused: Refused, tmp_path: Path) -> None:
    scenario(tmp_path)
    assert refused("run", "bat.yaml") == "bat.yaml: does not exist (did you mean 'bad.yaml'?)\n"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_reported(refused: Refused, tmp_path: Path) -> None:
    scenario(tmp_path)
    (tmp_path / "bad.yaml").chmod(0)
    assert "cannot be read" in refused("check", "bad.yaml")


def test_control_characters_do_not_reach_the_terminal(refused: Refused, tmp_path: Path) -> None:
    assert "\x1b" not in refused("run", "evil\x1b[31m.yaml")
    assert "\x1b" not in refused("run", scenario(tmp_path), "--policy", "evil\x1b[31m")
    assert "\x1b" not in refused("run", scenario(tmp_path), "--set", "evil\x1b[31m=1")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("run", "--policy", "opne"), "did you mean 'open'"),
        (("compare", "--policies", "open,near-clsed"), "did you mean 'near-closed'"),
        (("compare", "--policies", ""), "policies are open"),
        (("compare", "--baseline", "opne"), "did you mean 'open'"),
        (("run", "--hypothesis", "cheks"), "did you mean 'checks'"),
        (("run", "--set", "runs.sed=1"), "--set"),
        (("run", "--set", "demand.stpes=1"), "--set"),
        (("run", "--set", "runs.seed"), "--set"),
        (("run", "--set", "runs.seed=many"), "--set"),
        (("run", "--set", "runs.seed=[1"), "--set"),
        (("run", "--set", "policies.near-closed.at=2024"), "expected a time with its zone"),
        (("run", "--set", "roads.0.hours=3 km"), "a length"),
        (("run", "--set", "=3"), "--set"),
    ],
)
def test_a_bad_option_is_reported(
    options: tuple[str, ...], words: str, refused: Refused, tmp_path: Path
) -> None:
    command, *rest = options
    message = refused(command, scenario(tmp_path), *rest)
    assert words in message
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("chek",),
        ("check",),
        ("run",),
        ("list", "polices"),
        ("list",),
        ("plot",),
        ("report",),
        ("init",),
        ("run", "a.yaml", "b.yaml"),
        ("--loud", "check"),
        ("plot", "nowhere"),
        ("report", "nowhere"),
    ],
)
def test_a_line_that_says_nothing_is_reported_in_one_line(
    arguments: tuple[str, ...], refused: Refused
) -> None:
    assert refused(*arguments).count("\n") == 1
