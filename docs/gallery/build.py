"""Draw the gallery again from shipped scenarios: run as ``python -m docs.gallery.build``.

The first screen of a report; every chart there is, of a few policies of the Finland case; some of
the Arctic case, which has two states and counts by week; and a small scenario for teaching, with a
moving picture. Pictures have a palette of 256 colours, so that the repository stays small.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docs.gallery.screenshot import first_screen
from sim import compare, load_scenario
from sim.api.objects import Comparison
from sim.report.charts.registry import CHARTS, Section
from sim.report.drawing.chart import Chart
from sim.report.drawing.pictures import decoded, palette
from sim.report.page.html_report import section_words

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DPI = 110


@dataclass(frozen=True)
class Exhibit:
    """What the gallery shows of one scenario.

    Attributes:
        prefix: How the names of its pictures begin.
        scenario: Its file, from the root of the project.
        policies: Ids of the policies; all if there are none.
        states: How many states of the world.
        runs_per_state: Runs of a policy in each; the usual number if None.
    """

    prefix: str
    scenario: str
    policies: tuple[str, ...]
    states: int
    runs_per_state: int | None = None

    @property
    def command(self) -> str:
        """The command line that computes the same."""
        chosen = f" --policies {','.join(self.policies)}" if self.policies else ""
        runs = f" --runs-per-state {self.runs_per_state}" if self.runs_per_state else ""
        return f"rajasim compare {self.scenario}{chosen} --replicates {self.states}{runs}"

    def compute(self, folder: Path) -> Comparison:
        """Run it."""
        scenario = load_scenario(ROOT / self.scenario)
        return compare(
            scenario,
            self.policies or None,
            replicates=self.states,
            runs_per_state=self.runs_per_state,
            workers=2,
            out=folder,
        )


DEMO = Exhibit(
    "",
    "scenarios/finland-2023/base.yaml",
    (
        *("historical", "open", "surge", "cap-with-warm-waiting", "immediate-full-closure"),
        "full-closure-with-humanitarian-exception",
    ),
    40,
    runs_per_state=1,
)
SCREEN = "report.png"
FINLAND = Exhibit(
    "",
    "scenarios/finland-2023/base.yaml",
    ("historical", "open", "full-closure-with-humanitarian-exception", "surge"),
    100,
)
ARCTIC = Exhibit(
    "arctic-",
    "scenarios/arctic-2015-16/scenario.yaml",
    ("historical", "open", "finland-alone", "both-close"),
    30,
)
OF_ARCTIC = ("validation", "fan", "flow_map", "closure_calendar")
TEACHING = Exhibit("teaching-", "scenarios/teaching/two-crossings.yaml", (), 40)
OF_TEACHING = ("fan", "closure_calendar", "alluvial")
MOVING = "teaching.gif"
HEAD = """# Gallery

<!-- Made by `make gallery`; do not edit by hand. -->

Every chart that `rajasim compare` and `rajasim plot` draw, in the order of a report.
All are model results under stated assumptions, not forecasts. Beside each PNG the commands
write an SVG and the CSV behind it; every picture carries its words for those who do not see it. In
Finnish and Swedish: `--language fi`, `--language sv`.
"""


def page(finland: Sequence[Chart], arctic: Sequence[Chart], teaching: Sequence[Chart]) -> str:
    """The page in Markdown."""
    parts = (_report(), _finland(finland), _arctic(arctic), _teaching(teaching))
    return "\n".join([HEAD, *(line for part in parts for line in part)])


def _report() -> Iterator[str]:
    """What somebody who is new should see first."""
    yield "## The answer on one screen\n"
    yield f"The report of `make demo`, which is `{DEMO.command}`, as it opens.\n"
    yield (
        "![First screen of a report: a question as its title, counts among the runs and how far "
        "the model can be trusted, an answer of a few sentences that names policies, and all "
        "policies at a glance as differences from what was decided in six indicators, access to "
        f"asylum first]({SCREEN})\n"
    )


def _finland(charts: Sequence[Chart]) -> Iterator[str]:
    yield f"Made by `{FINLAND.command}`: a case of which little is certain.\n"
    by_name = {chart.name: chart for chart in charts}
    for section in Section:
        yield f"## {section_words(section)}\n"
        for kind in CHARTS.values():
            if kind.section is section:
                yield from _exhibit(FINLAND, by_name[kind.name])


def _arctic(charts: Sequence[Chart]) -> Iterator[str]:
    yield "## Two states and counts by week\n"
    yield f"Made by `{ARCTIC.command}`: the Arctic route of 2015-16, not calibrated.\n"
    for chart in charts:
        yield from _exhibit(ARCTIC, chart)


def _teaching(charts: Sequence[Chart]) -> Iterator[str]:
    yield "## A small scenario, for teaching\n"
    yield f"Made by `{TEACHING.command}`: made-up numbers, one question.\n"
    for chart in charts:
        yield from _exhibit(TEACHING, chart)
    yield "### animate\n"
    yield "Day by day under the reference: people on the road, waiting, and without access.\n"
    yield f"![People on the road and people waiting, day by day, as a moving picture]({MOVING})\n"


def _exhibit(exhibit: Exhibit, chart: Chart) -> Iterator[str]:
    meaning = CHARTS[chart.name].meaning
    yield f"### {chart.name}\n"
    yield f"{meaning[:1].upper()}{meaning[1:]}: `rajasim plot DIR --chart {chart.name}`\n"
    alt = chart.alt.replace("[", "(").replace("]", ")")
    yield f"![{alt}]({exhibit.prefix}{chart.name}.png)\n"


def _save(exhibit: Exhibit, charts: Sequence[Chart]) -> None:
    for chart in charts:
        content = io.BytesIO()
        palette(decoded(chart.png(dpi=DPI))).save(content, format="png", optimize=True)
        (HERE / f"{exhibit.prefix}{chart.name}.png").write_bytes(content.getvalue())


def main() -> int:
    """Compute the scenarios, draw everything, write the page."""
    with tempfile.TemporaryDirectory() as scratch:
        finland = FINLAND.compute(Path(scratch) / "finland").charts()
        arctic = ARCTIC.compute(Path(scratch) / "arctic").charts(OF_ARCTIC)
        small = TEACHING.compute(Path(scratch) / "teaching")
        teaching = small.charts(OF_TEACHING)
        small.animate(HERE / MOVING)
        screen = first_screen(DEMO.compute(Path(scratch) / "demo").write_report(workers=2))
    if screen is not None:  # else the picture stays that is there
        palette(screen).save(HERE / SCREEN, optimize=True)
    _save(FINLAND, finland)
    _save(ARCTIC, arctic)
    _save(TEACHING, teaching)
    (HERE / "README.md").write_text(page(finland, arctic, teaching), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
