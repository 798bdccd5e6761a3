"""Warnings: what is allowed and probably not meant, each with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from sim.scenario.loading import load_scenario
from tests.bad_input.template import TEMPLATE, write_changed
from tests.scenario.changed_template import (
    CLOSED,
    HUBS,
    MADE_UP,
    ORIGINS,
    STEP,
    policy,
    steps,
    warned,
)

FAR_ROAD = '  - {a: town, b: far, km: 300, hours: "5 h", source: made up}\n'
CLOSE = "action: close, crossings:"


def stock(at: str) -> str:
    """People who are there at a time."""
    return f"  stocks: [{{at: {at}, persons: 5, gateways: {{town: 1}}, {MADE_UP}]\n{ORIGINS}"


def hub(name: str) -> str:
    """One more hub."""
    return f"{HUBS}  - {{id: {name}, name: {name.title()}, lat: 61, lon: 31, {MADE_UP}\n"


def test_the_scenarios_of_the_project_have_no_warning() -> None:
    root = Path(__file__).parents[2]
    files = [*root.glob("scenarios/*/*.yaml"), root / "sim/scenario/template/scenario.yaml"]
    assert len(files) >= 4
    for file in files:
        assert load_scenario(file).warnings == ()


CASES = {
    "a closure of another year": (
        [(CLOSED, CLOSED.replace("2024", "2023"))],
        "as 'open' would: what begins at 2023-03-05 00:00 is before the period",
    ),
    "a closure after the end": (
        [(CLOSED, CLOSED.replace("2024", "2025"))],
        "as 'open' would: what begins at 2025-03-05 00:00 is after the period",
    ),
    "one step of several": (
        [steps(f"{CLOSE} [near], {STEP}", f"{CLOSE} [far], {STEP.replace('2024', '2025')}")],
        "close: what begins at 2025-03-05 00:00 is after the period",
    ),
    "staff that comes too late": (
        [policy("more", "type: surge, decided: 2024-03-14T00:00+02:00, officers: {near: 2}")],
        "what begins at 2024-03-17 00:00 is after the period",
    ),
    "a fence of another year": (
        [policy("x", "type: fence, parts: [{segment: forest, km: 5, ready: 2025-03-01T00:00Z}]")],
        "is after the period",
    ),
    "parts that do nothing": (
        [
            (CLOSED, CLOSED.replace("2024", "2023")),
            policy("more", "type: together, parts: [near-closed]"),
        ],
        "the policy does nothing in the period",
    ),
    "a reopening of what is open": (
        [steps(f"action: reopen, crossings: [near], {STEP}")],
        "no step closes near then",
    ),
    "staff of none": (
        [policy("more", "type: staffing, decided: 2024-03-02T00:00+02:00, officers: {near: 0}")],
        "0 more change nothing",
    ),
    "a ban of what nobody goes by": (
        [policy("more", "type: mode-ban, crossings: [near], mode: foot, since: 2024-03-02T00:00Z")],
        "foot is no mode of near",
    ),
    "a ban that turns nobody back": (
        [policy("x", "type: mode-ban, crossings: [near], since: 2024-03-02T00:00Z, strictness: 0")],
        "a ban of strictness 0 turns nobody back",
    ),
    "bans of every mode": (
        [
            steps(
                f"action: ban-mode, mode: car, crossings: [near], {STEP}",
                f"action: ban-mode, mode: bicycle, crossings: [near], {STEP}",
            )
        ],
        "every mode that people can have is banned at 'near' (to let nobody pass, close",
    ),
    "carriers that let everybody go": (
        [
            policy(
                "more",
                "type: carrier-measures, since: 2024-03-02T00:00Z, share_that_still_sets_out: 1",
            )
        ],
        "everybody sets out all the same",
    ),
    "hours as they are": (
        [
            policy(
                "more",
                "type: opening-hours, crossings: [near], since: 2024-03-02T00:00Z, "
                'hours: "08:00-20:00"',
            )
        ],
        "these are the hours already",
    ),
    "a step said twice": (
        [steps(*[f"action: close, crossings: [near], {STEP}"] * 2)],
        "an earlier step says the same",
    ),
    "a policy said twice": (
        [policy("more", "type: open")],
        "the policy does the same as 'more'",
    ),
    "a label said twice": (
        [("label: Near crossing closed for a week", "label: All crossings OPEN")],
        "the label 'All crossings OPEN' is that of 'open' already (tables and charts add the id)",
    ),
    "a name said twice": (
        [("name: Far Crossing", "name: Near Crossing")],
        "'Near Crossing' is the name of 'near' already",
    ),
    "a road said twice": (
        [("roads:\n", "roads:\n  - {a: near, b: town, km: 90, hours: 2, source: made up}\n")],
        "a road between 'town' and 'near' is there already (only the fastest counts)",
    ),
    "demand after the end": (
        [("since: 2024-03-08T00:00+02:00", "since: 2024-04-08T00:00Z")],
        "this demand begins after the period",
    ),
    "demand before the beginning": (
        [
            ("since: 2024-03-01T00:00+02:00", "since: 2023-03-01T00:00+02:00"),
            ("since: 2024-03-04T00:00+02:00", "since: 2023-03-04T00:00+02:00"),
        ],
        "this demand ends before the period",
    ),
    "a stock of another year": (
        [(ORIGINS, stock("2025-01-01T00:00Z"))],
        "these people appear after the period",
    ),
    "a stock from before": (
        [(ORIGINS, stock("2023-01-01T00:00Z"))],
        "these people are there from its start on",
    ),
    "a group of another year": (
        [
            (
                ORIGINS,
                f"  groups: [{{id: g, at: 2025-01-01T00:00Z, persons: 5, hub: town}}]\n{ORIGINS}",
            )
        ],
        "these people appear after the period",
    ),
    "gates of another year": (
        [("opens: {default: 2024-03-01T00:00+02:00}", "opens: {default: 2025-03-01T00:00+02:00}")],
        "what it does at 2025-03-01 00:00 everywhere else is after the period",
    ),
    "a crossing that never opens": (
        [('{hours: "10:00-14:00", days: Mon-Fri,', '{hours: "10:00-14:00", since: 2025-01-01,')],
        "never open in the period",
    ),
    "a crossing with hours of closed": (
        [('{hours: "10:00-14:00", days: Mon-Fri,', "{hours: closed,")],
        "never open in the period",
    ),
    "hours that later ones replace": (
        [
            (
                '{hours: "10:00-14:00", days: Mon-Fri, source: made up}',
                '{hours: "09:00-10:00", since: 2024-03-02, until: 2024-03-03, source: made up}\n'
                '      - {hours: "10:00-14:00", source: made up}',
            )
        ],
        "hours that are written later replace these on all their days",
    ),
    "hours that were perhaps to be added": (
        [
            (
                '{hours: "08:00-20:00", source: made up}',
                '{hours: "08:00-12:00", source: made up}\n'
                '      - {hours: "13:00-17:00", since: 2024-03-05, source: made up}',
            )
        ],
        "the hours '13:00-17:00' replace these on days of both, and are not added",
    ),
    "a hub without a road": (
        [
            (HUBS, hub("island")),
            ("gateways: {town: 1}", "gateways: {town: 1, island: 3}"),
        ],
        "from 'island', where 75% of demand appears, no road leads to any crossing",
    ),
    "a hub without use": (
        [(HUBS, hub("island"))],
        "no road leads to 'island', and nobody appears there",
    ),
    "a one-way road the wrong way": (
        [
            (
                FAR_ROAD,
                "  - {a: far, b: town, km: 9, hours: 1, one_way: true, source: made up}\n",
            ),
        ],
        "nobody can reach 'far' from where people appear",
    ),
    "modes that nobody has": (
        [("modes: [car, bicycle]", "modes: [truck, bus]")],
        "nobody can use 'near': people on their way go by foot, bicycle or car",
    ),
    "nobody at all": (
        [
            ("persons_per_d: 15", "persons_per_d: 0"),
            ("persons_per_d: 40", "persons_per_d: 0"),
            ("persons_per_d: 5", "persons_per_d: 0"),
        ],
        "nobody appears in the period",
    ),
    "an offset of the other season": (
        [("    at: 2024-03-05T00:00+02:00", "    at: 2024-03-05T00:00+03:00")],
        "it is 2024-03-04T23:00+02:00 there (write 2024-03-05T00:00+02:00 for that hour",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_warned_of(name: str, tmp_path: Path) -> None:
    changes, words = CASES[name]
    found = warned(tmp_path, *changes)
    assert any(words in each for each in found), found


def test_an_offset_of_a_state_is_no_warning(tmp_path: Path) -> None:
    """A state's decisions may be dated by its own clock."""
    dated = ("    at: 2024-03-05T00:00+02:00", "    at: 2024-03-05T00:00+01:00")
    state = f"states: [{{id: a, name: A, timezone: Europe/Oslo, {MADE_UP}]\n"
    near, far = ((f"- id: {each}\n", f"- id: {each}\n    state: a\n") for each in ("near", "far"))
    assert any("has an offset" in each for each in warned(tmp_path, dated))
    found = warned(tmp_path, dated, near, far, (HUBS, state + HUBS))
    assert not any("has an offset" in each for each in found), found


def test_an_offset_of_the_transit_side_is_no_warning_of_what_it_does(tmp_path: Path) -> None:
    """Its gates go by its own clock, and orders of the receiving side by theirs."""
    zone = (
        "timezone: Europe/Helsinki",
        "timezone: Europe/Helsinki\ntransit_timezone: Europe/Moscow",
    )
    theirs = ("opens: {default: 2024-03-01T00:00+02:00", "opens: {default: 2024-03-01T01:00+03:00")
    ordered = ("    at: 2024-03-05T00:00+02:00", "    at: 2024-03-05T01:00+03:00")
    assert any("has an offset" in each for each in warned(tmp_path, theirs))
    assert not any("has an offset" in each for each in warned(tmp_path, zone, theirs))
    assert any("has an offset" in each for each in warned(tmp_path, zone, ordered))


def test_an_order_that_does_something_is_no_warning(tmp_path: Path) -> None:
    change = steps(
        f"action: close, crossings: [near], {STEP}",
        f"action: reopen, crossings: [near], {STEP}".replace("03-05", "03-06"),
        f"action: ban-mode, mode: car, crossings: [near], {STEP}",
        f"action: set-hours, crossings: [near], hours: '09:00-12:00, 13:00-15:00', {STEP}",
        f"action: build-fence, segments: [forest], value: 9, {STEP}",
    )
    assert warned(tmp_path, change) == []


@pytest.mark.parametrize("kind", ["surge", "staffing"])
def test_as_many_officers_after_hours_as_in_them_is_no_warning(kind: str, tmp_path: Path) -> None:
    """It says what holds if it is left out: not that the policy does nothing then."""
    policy = (
        f"policies:\n  shifts: {{type: {kind}, label: Shifts, decided: 2024-03-02T00:00+02:00, "
        "officers: {near: 2}, officers_after_hours: {near: 2}, source: made up}\n"
    )
    assert warned(tmp_path, ("policies:\n", policy)) == []
    elsewhere = policy.replace("officers_after_hours: {near: 2}", "officers_after_hours: {far: 0}")
    (found,) = warned(tmp_path, ("policies:\n", elsewhere))
    assert "add-officers-after-hours: 0 more change nothing" in found


def test_times_in_utc_have_no_season(tmp_path: Path) -> None:
    assert warned(tmp_path, ("    at: 2024-03-05T00:00+02:00", "    at: 2024-03-05T00:00Z")) == []
    assert (
        warned(tmp_path, ("    at: 2024-03-05T00:00+02:00", "    at: 2024-03-05T00:00+00:00")) == []
    )


def test_a_place_in_a_warning_is_that_of_what_is_meant(tmp_path: Path) -> None:
    at = "    at: 2024-03-05T00:00+02:00"
    (found,) = warned(tmp_path, (at, at.replace("+02", "+03")))
    line = 1 + TEMPLATE.split("\n").index(at)
    assert found.startswith(f"{line}:9: ")


HEAD = "period_start,period_end,place,series,count\n"


def counts_warned(folder: Path, table: str) -> list[str]:
    """The warnings about the template with this table of counts."""
    (folder / "counts.csv").write_text(HEAD + table, encoding="utf-8")
    name = write_changed(folder, ("limits:", "observed: {file: counts.csv, source: x}\nlimits:"))
    return [str(each).rpartition("/")[2] for each in load_scenario(folder / name).warnings]


def test_counts_of_another_year(tmp_path: Path) -> None:
    table = "2023-03-02,2023-03-02,near,arrivals,5\n2023-03-03,2023-03-03,near,arrivals,8\n"
    (found,) = counts_warned(tmp_path, table)
    assert found.startswith("counts.csv:2: every count is outside the period")
    assert ": lines 2-3 (days from 2023-03-02 to 2023-03-03;" in found
    assert counts_warned(tmp_path, table.replace("2023", "2024")) == []


def test_counts_that_share_some_of_their_days(tmp_path: Path) -> None:
    """As where a period was taken to end with the day before ``period_end``."""
    spans = [f"2024-03-0{k},2024-03-0{k + 1},near,arrivals,5\n" for k in (2, 3, 4)]
    (found,) = counts_warned(tmp_path, "".join(spans))
    assert found.startswith("counts.csv:3: a count is of days that are partly those of other")
    assert ": line 3 (period_end belongs to the period;" in found


@pytest.mark.parametrize(
    "rows",
    [
        ["2024-03-02,2024-03-02,near,arrivals,5", "2024-03-02,2024-03-03,near,arrivals,9"],
        ["2024-03-02,2024-03-03,near,arrivals,5", "2024-03-03,2024-03-04,far,arrivals,9"],
        ["2024-03-02,2024-03-03,near,waiting,5", "2024-03-03,2024-03-04,near,waiting,9"],
        ["2024-03-02,2024-03-04,near,arrivals,5", "2024-03-04,2024-03-10,near,arrivals,9"],
    ],
    ids=["a day within a period", "two places", "stocks", "a week beside a few days"],
)
def test_counts_of_periods_that_differ_are_no_warning(tmp_path: Path, rows: list[str]) -> None:
    assert counts_warned(tmp_path, "\n".join(rows) + "\n") == []


def test_counts_outside_and_partly_outside_the_period(tmp_path: Path) -> None:
    rows = [f"2024-{day},2024-{day},near,arrivals,5\n" for day in ("03-02", "04-02")]
    beyond = "2024-02-26,2024-03-03,near,arrivals,9\n"
    outside, partly = counts_warned(tmp_path, "".join(rows) + beyond)
    assert outside.startswith("counts.csv:3: a count is outside the period")
    assert partly.startswith("counts.csv:4: a count is partly outside the period")
    assert "compared with nothing" in partly


def test_check_shows_warnings_and_strict_refuses_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = str(tmp_path / write_changed(tmp_path, (CLOSED, CLOSED.replace("2024", "2023"))))
    assert run_command(["check", name]) == 0
    ok, warning, note = capsys.readouterr().out.splitlines()
    assert ": ok; " in ok
    assert note.startswith(f"note: {name}: 16 parameters have the value of finland-2023")
    assert warning.startswith(f"warning: {name}:")
    assert run_command(["check", "--strict", name]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "the policy does nothing in the period" in printed.err
    assert run_command(["check", "--quiet", name]) == 0
    assert capsys.readouterr().out == ""
