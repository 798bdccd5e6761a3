"""Scenario files about the transit side's gates and clock, and about stretches of terrain."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.api.functions import load_scenario
from sim.errors import ScenarioError
from sim.hypotheses import GateAction
from sim.scenario.description import describe_scenario
from sim.scenario.scenario import Scenario

TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching" / "one-crossing.yaml"
STEPS = """
    steps:
      - action: meter
        since: 2024-03-02T00:00
        crossings: [gate]
        persons_per_d: 58
        hours: "08:00-20:00"
        source: made up
      - {action: hold, since: 2024-03-05T12:00, origins: [anywhere], source: made up}
      - {action: open, since: "2024-03-06T00:00+02:00", chance: 0.5, source: made up}
"""


def case(folder: Path, *changes: tuple[str, str], zone: str | None = "Europe/Moscow") -> Scenario:
    text = TEACHING.read_text(encoding="utf-8")
    head = f"\ntransit_timezone: {zone}\n" if zone else "\n"
    text = text.replace("\ntimezone: Europe/Helsinki\n", f"\ntimezone: Europe/Helsinki{head}")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "case.yaml"
    file.write_text(text, encoding="utf-8")
    return load_scenario(file)


def with_steps(steps: str = STEPS) -> tuple[str, str]:
    opens = "    opens: {default: 2024-03-01T00:00+02:00}\n"
    return opens, opens + steps.strip("\n") + "\n"


class TestSteps:
    def test_times_without_an_offset_are_by_the_transit_side_s_clock(self, tmp_path: Path) -> None:
        scenario = case(tmp_path, with_steps())
        conduct = scenario.hypotheses["H1"].rule.conduct(scenario.world.clock)
        meter, hold = conduct.limits
        assert (meter.since_h, meter.crossings) == (23.0, ("gate",)), "an hour ahead of Helsinki"
        assert hold.origins == {"anywhere"}
        assert meter.pace is not None
        assert meter.pace.days[1] == ((31.0, 43.0),), "from 08:00 to 20:00 there"
        assert [(gate.since_h, gate.chance) for gate in conduct.gates[-1:]] == [(120.0, 0.5)]

    def test_a_description_says_them_one_by_one(self, tmp_path: Path) -> None:
        lines = [
            line for part in describe_scenario(case(tmp_path, with_steps())) for line in part.lines
        ]
        text = "\n".join(lines)
        assert "the transit side goes by Europe/Moscow" in text
        for said in (
            "2024-03-01 23:00: meter at gate: persons_per_d 58, hours 08:00-20:00 [made up]",
            "hold everywhere, people of anywhere [made up]",
            "open everywhere: chance 0.5 [made up]",
        ):
            assert said in text

    def test_without_a_zone_they_are_refused_each_at_its_line(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError) as caught:
            case(tmp_path, with_steps(), zone=None)
        found = caught.value.problems
        assert [problem.key for problem in found] == [
            "hypotheses.H1.steps.0.since",
            "hypotheses.H1.steps.1.since",
        ]
        assert all("needs its zone" in problem.message for problem in found)
        assert found[0].line is not None
        assert "transit_timezone" in (found[0].hint or "")

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("crossings: [gate]", "crossings: [gait]", "there is no crossing 'gait'"),
            ("origins: [anywhere]", "origins: [nowhere]", "there is no origin 'nowhere'"),
            ("action: hold", "action: hold, batch: 3", "'batch' has no effect on 'hold'"),
            ("        persons_per_d: 58\n", "", "'meter' needs either"),
            ("persons_per_d: 58", "persons_per_d: 58000", "more than one release a minute"),
        ],
    )
    def test_what_is_wrong_is_refused(
        self, tmp_path: Path, old: str, new: str, message: str
    ) -> None:
        with pytest.raises(ScenarioError, match=message):
            case(tmp_path, with_steps(STEPS.replace(old, new)))

    def test_an_unknown_zone_is_refused_at_its_line(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match="no time zone 'Europe/Nowhere'") as caught:
            case(tmp_path, zone="Europe/Nowhere")
        assert caught.value.problems[0].key == "transit_timezone"

    def test_a_step_after_the_period_is_warned_of(self, tmp_path: Path) -> None:
        late = STEPS.replace("2024-03-05T12:00", "2024-04-05T12:00")
        warnings = [str(each) for each in case(tmp_path, with_steps(late)).warnings]
        assert any("its step of 2024-04-05" in each for each in warnings)

    def test_every_action_is_told_from_its_word(self) -> None:
        words = [each.word for each in GateAction]
        assert words == ["open", "close", "hold", "meter", "resume"]


STRETCH = (
    "  - {id: forest, name: Forest, lat: 62.2, lon: 30.0, hub: town, crossing: gate, "
    "length_km: 50, source: made up}\n"
)


class TestStretches:
    def test_several_hubs_with_their_hours(self, tmp_path: Path) -> None:
        forest = STRETCH.replace("hub: town", 'hubs: {town: "90 min"}')
        scenario = case(tmp_path, (STRETCH, forest))
        assert scenario.world.network.segments[0].walks == {"town": 1.5}

    @pytest.mark.parametrize(
        ("hub", "message"),
        [
            ("hubs: {city: 1}", "there is no hub 'city'"),
            ("hub: town, hubs: {town: 1}", "not both"),
            ("fence_km: 0", "no hub is joined to 'forest'"),
        ],
    )
    def test_what_leads_nowhere_is_refused(self, tmp_path: Path, hub: str, message: str) -> None:
        with pytest.raises(ScenarioError, match=message):
            case(tmp_path, (STRETCH, STRETCH.replace("hub: town", hub)))

    def test_guards_and_pushbacks_that_change_nothing_are_warned_of(self, tmp_path: Path) -> None:
        when = "announced: 2024-03-04T00:00+02:00, effective: 2024-03-04T00:00+02:00"
        policy = f"""
  idle:
    type: schedule
    label: Nothing new
    steps:
      - {{action: guard, segments: [forest], value: 0.7, {when}, source: made up}}
      - {{action: pushback, segments: [forest], value: 0, {when}, source: made up}}
      - {{action: close, segments: [forest], {when}, source: made up}}
    source: made up
"""
        warnings = case(tmp_path, ("\nruns:", f"{policy}\nruns:")).warnings
        text = "\n".join(map(str, warnings))
        assert "people are found with that chance there already" in text
        assert "that share is pushed back there already" in text
        assert "close" not in text

    def test_a_border_without_crossings_is_valid(self, tmp_path: Path) -> None:
        text = TEACHING.read_text(encoding="utf-8")
        begin, end = text.index("crossings:\n"), text.index("segments:\n")
        text = text[:begin] + text[end:]
        text = text.replace(", crossing: gate", "").replace("  - {a: town, b: gate", "  # {a: town")
        text = text.replace("roads:\n", "").replace(
            "crossings: [gate]\n    at:", "crossings: []\n    at:"
        )
        begin, end = text.index("  closed-for-five-days:"), text.index("runs:")
        file = tmp_path / "case.yaml"
        file.write_text(text[:begin] + text[end:], encoding="utf-8")
        scenario = load_scenario(file)
        assert scenario.world.network.crossings == ()
        assert scenario.warnings == ()
        assert "There are none" in "\n".join(
            line for part in describe_scenario(scenario) for line in part.lines
        )
