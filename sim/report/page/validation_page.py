"""The page on validation, in Markdown with its pictures: failures and unknowns come first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.forecasting.hindcast_files import StoredHindcast
from sim.report.charts.posterior_panels import draw_all
from sim.report.charts.registry import CHARTS, OF_COMMANDS
from sim.report.charts.response_shares import draw_responses
from sim.report.page import validation_sections as parts
from sim.report.page.validation_forecast import episode_sections, forecast_sections
from sim.report.page.validation_sources import Sources
from sim.scenario.description import Section
from sim.storage.atomic import write_atomically
from sim.text import markdown
from sim.text.calibration_words import calibration_words

BIAS: Final = "Bias and coverage by place"
FORECASTS: Final = ("forecast_fan", "forecast_skill", "forecast_ranks")
# Which picture stands under which heading.
PLACES: Final = {
    "posterior_misfit": "Misfit",
    "posterior_ridge": "Posterior against prior",
    "response_shares": "Responses",
    "forecast_fan": "Forecasts scored",
    "forecast_skill": "Skill",
    "forecast_ranks": "Where counts fall in the forecast (PIT)",
    "validation_prior": f"{BIAS}: states of the world from the prior",
    "validation_posterior": f"{BIAS}: states of the world from the posterior",
}


@dataclass(frozen=True)
class PagePicture:
    """A picture of the page.

    Attributes:
        name: of its file.
        words: for those who do not see it.
        content: PNG.
    """

    name: str
    words: str
    content: bytes


def write_page(sources: Sources, path: Path) -> list[Path]:
    """Write the page, and its pictures into a folder beside it; returns all files.

    Raises:
        StorageError: if the disk refused.
    """
    folder = path.with_suffix("")
    pictures = list(_pictures(sources))
    folder.mkdir(parents=True, exist_ok=True)
    written = [path]
    write_atomically(path, page(sources, pictures, folder.name).encode())
    for each in pictures:
        write_atomically(folder / f"{each.name}.png", each.content)
        written.append(folder / f"{each.name}.png")
    return written


def page(sources: Sources, pictures: Sequence[PagePicture], folder: str) -> str:
    """The page as text.

    Args:
        sources: what it is made from.
        pictures: what it shows.
        folder: where these are, from the page.
    """
    shown = {PLACES[each.name]: each for each in pictures}
    blocks = [f"# How far the model can be trusted: {sources.manifest['scenario']['name']}"]
    blocks += _head(sources)
    for section in sections(sources):
        blocks += _blocks(section)
        if found := shown.get(section.title):
            blocks.append(markdown.picture(f"{folder}/{found.name}.png", found.words))
    return "\n\n".join(blocks) + "\n"


def sections(sources: Sources) -> Iterator[Section]:
    """All parts in order."""
    yield parts.failures(sources)
    yield parts.unidentified(sources)
    yield parts.misfit(sources)
    yield parts.in_sample(sources)
    for name, study in sources.studies:
        yield parts.by_place(name, study)
    if sources.hindcast is not None:
        yield from forecast_sections(sources.hindcast)
    yield parts.against_prior(sources)
    yield from parts.rivals(sources)
    yield from parts.weighting(sources)
    yield from episode_sections(sources.episodes)


def _head(sources: Sources) -> Iterator[str]:
    """The verdict, and what the page is made from."""
    made = sources.manifest
    yield f"**{calibration_words(made['verdict'])}**"
    yield (
        f"Made by `rajasim validate` from posterior {made['id']} (rajasim {made['version']}, code "
        f"{made['source']}): {made['runs']} runs under policy “{made['policy']}”, seed "
        f"{made['seed']}, {made['particles']} particles, {made['counts']} counts until "
        f"{made['until']}. What a state is said to have done is a hypothesis; weights are no proof "
        "of anybody's intent."
    )


def _blocks(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    if section.columns:
        yield from section.lines
        yield markdown.table(section.columns, section.rows)
    elif len(section.lines) > 1:
        yield markdown.bullets(section.lines)
    else:
        yield from section.lines


def _pictures(sources: Sources) -> Iterator[PagePicture]:
    """Everything that there is something for; forecasts as the hindcast drew them."""
    charts = draw_all(sources.posterior, sources.bank)
    if sources.evidence and (responses := draw_responses(sources.evidence, sources.manifest)):
        charts.append(responses)
    for chart in charts:
        yield PagePicture(chart.name, chart.alt, chart.png())
    for name, study in sources.studies:
        drawn = CHARTS["validation"].draw(study)
        yield PagePicture(f"validation_{name}", drawn.alt, drawn.png())
    if sources.hindcast is not None:
        yield from _of_hindcast(sources.hindcast)


def _of_hindcast(hindcast: StoredHindcast) -> Iterator[PagePicture]:
    for name in FORECASTS:
        path = hindcast.folder / f"{name}.png"
        if path.is_file():
            _, words = OF_COMMANDS[name]
            yield PagePicture(name, words, path.read_bytes())
