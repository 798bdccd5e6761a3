"""The same policies under the prior and under the posterior, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api.objects import Comparison
    from sim.report.page.validation_sources import Sources
    from sim.scenario.description import Section
    from sim.scenario.scenario import Scenario
    from sim.study.execution import Progress

PAGE = "weightings.md"


@dataclass(frozen=True)
class Weightings:
    """Policies in states of the world from the prior, and in states from the posterior.

    In notebooks it shows its tables.

    Attributes:
        prior: results under the prior.
        posterior: results under the posterior.
        fitted: folder of the posterior.
    """

    prior: Comparison
    posterior: Comparison
    fitted: Path

    @cached_property
    def sources(self) -> Sources:
        """Both, as the page on validation has them; refused unless each is drawn as it says."""
        from sim.report.page.validation_sources import Folders, read_sources  # deferred: polars

        folders = Folders(
            self.fitted, prior_study=self.prior.folder, posterior_study=self.posterior.folder
        )
        return read_sources(folders)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Where the order differs, in sentences; orders; and both policy tables in one."""
        from sim.report.analysis import queries  # deferred: they load polars
        from sim.report.analysis.weighting import order_words
        from sim.report.page.validation_sections import weighting
        from sim.scenario.description import Section
        from sim.text.calibration_words import calibration_words

        labels = queries.labels(self.prior.results)
        lines = (
            calibration_words(self.sources.manifest["verdict"]),
            "Neither weighting is the right one: what holds under both does not depend on it.",
            *order_words(self.sources.orders, labels),
        )
        return Section("Where the weighting matters", lines), *weighting(self.sources)

    @property
    def page(self) -> str:
        """All of it in Markdown."""
        from sim.text import markdown  # deferred: not needed for tables of a notebook

        blocks = ["# Policies under the prior and under the posterior"]
        for each in self.sections:
            blocks += [f"## {each.title}", *([] if each.rows else [markdown.bullets(each.lines)])]
            blocks += [*each.lines, markdown.table(each.columns, each.rows)] if each.rows else []
        return "\n\n".join(blocks) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write the page; returns its path.

        Raises:
            StorageError: if the disk refused.
        """
        from sim.storage.atomic import write_atomically  # deferred: only where it is saved

        write_atomically(Path(path), self.page.encode())
        return Path(path)

    def _repr_html_(self) -> str:
        from sim.text import html  # deferred: loads markupsafe

        return "\n".join(
            html.table(each.columns, each.rows, caption=" ".join((f"{each.title}.", *each.lines)))
            for each in self.sections
        )


def compare_weightings(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    posterior: str | Path | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    **options: Any,
) -> Weightings:
    """Compare policies twice: in states of the world from the prior, and from the posterior.

    Args:
        scenario: the scenario.
        policies: ids of policies; all if None.
        posterior: folder of the posterior; the scenario's own if None.
        out: folder for both results, in ``prior`` and ``posterior``; ``results/<scenario>/
            weightings`` if None.
        progress: called with (states done, states in all), of the one and then of the other.
        notice: called with a line on what else takes a while, and on what is resumed.
        options: ``reference``, ``replicates``, ``runs_per_state``, ``seed`` and ``workers`` of
            :func:`sim.compare`.

    Raises:
        InputError: if there is no posterior, or a policy does not exist.
        ResultsError: if a folder holds something else.
        WorkInterrupted: on an interrupt from the keyboard; it says what is kept.
    """
    from sim.api.functions import compare  # deferred: it loads the engine
    from sim.errors import InputError

    fitted = posterior or scenario.posterior
    if fitted is None:
        raise InputError(
            "the scenario has no posterior; name one that 'rajasim calibrate' wrote with "
            "--posterior"
        )
    folder = Path(out or Path("results") / scenario.name / "weightings")
    shared: dict[str, Any] = {"progress": progress, "notice": notice, **options}
    return Weightings(
        compare(scenario, policies, prior=True, out=folder / "prior", **shared),
        compare(scenario, policies, posterior=fitted, out=folder / "posterior", **shared),
        Path(fitted),
    )
