"""What the library gives back: objects that show themselves in notebooks and terminals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.storage.locks import exclusive_lock

if TYPE_CHECKING:
    from sim.report.drawing.chart import Chart
    from sim.results.store import StoredResults
    from sim.study.execution import Progress
    from sim.verification.case import Verified


@dataclass(frozen=True)
class Comparison:
    """Stored results of a run or comparison; notebooks show it as a table.

    Attributes:
        results: what is stored.
    """

    results: StoredResults

    @property
    def folder(self) -> Path:
        """Where the results are."""
        return self.results.folder

    @property
    def table(self) -> Any:
        """The comparison table; notebooks and rich show it."""
        from sim.report.page.displayed_table import ComparisonTable  # deferred: loads polars

        return ComparisonTable(self.results)

    def charts(self, names: Sequence[str] | None = None) -> list[Chart]:
        """Charts by name, or all."""
        from sim.report.charts.registry import draw_charts  # deferred: loads matplotlib

        return draw_charts(self.results, names)

    def chart(self, name: str) -> Chart:
        """One chart; notebooks show it with its words."""
        return self.charts([name])[0]

    def write_report(self) -> Path:
        """Draw every chart, save the figures, and write ``report.html``; returns its path.

        In another language (:func:`speaking`) that is ``report.fi.html``, with ``figures/fi``.

        Raises:
            BusyError: if another process is at work on the folder.
            StorageError: if the disk refused.
        """
        from sim.report.drawing.chart import figures, save_charts  # deferred: loads matplotlib
        from sim.report.maps.player import player_html
        from sim.report.page.html_report import write_report

        charts = self.charts(self.chart_names)
        with exclusive_lock(self.folder):
            save_charts(charts, self.folder / figures())
            return write_report(self.results, charts, player=player_html(self.results))

    def save_charts(self, names: Sequence[str] | None = None) -> list[Path]:
        """Draw charts by name, or all that these results can show; returns the files in figures/.

        Raises:
            ResultsError: if a name is not a chart.
            BusyError: if another process is at work on the folder.
            StorageError: if the disk refused.
        """
        from sim.report.drawing.chart import figures, save_charts  # deferred: loads matplotlib

        charts = self.charts(names or self.chart_names)
        with exclusive_lock(self.folder):
            return save_charts(charts, self.folder / figures())

    def animate(
        self,
        path: str | Path,
        *,
        policy: str | None = None,
        state: int | None = None,
        since: date | None = None,
        until: date | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Write a moving picture of a policy, day by day; returns its path.

        Args:
            path: the file, ending in ``.gif``, or in ``.mp4`` where ffmpeg is installed.
            policy: id of the policy; the reference if None.
            state: number of the state of the world; the mean of the runs if None.
            since: first day; the first on which anything happens if None.
            until: last day; the last on which anything happens if None.
            progress: called with (frames done, frames in all), first with none done.

        Raises:
            InputError: if the file has another ending, or there is no day between.
            ResultsError: if there is no such policy or state of the world.
            RajasimError: if MP4 is asked for and there is no ffmpeg.
            StorageError: if the disk refused.
        """
        # Deferred: loads matplotlib.
        from sim.report.maps.animation import animate, require_writable
        from sim.report.maps.moments import stored_moments

        require_writable(Path(path))
        chosen = policy or str(self.results.manifest["reference"])
        moments = stored_moments(self.results, chosen, state_of_world=state)
        return animate(moments.shown(since, until), Path(path), progress=progress)

    @property
    def chart_names(self) -> Sequence[str] | None:
        """The charts that these results can show; all if None."""
        from sim.report.charts.registry import single_policy_charts  # deferred: loads matplotlib

        return None if self.compares else single_policy_charts()

    @property
    def compares(self) -> bool:
        """Whether there is more than one policy."""
        return len(self.results.manifest["policies"]) > 1

    def _repr_html_(self) -> str:
        return str(self.table._repr_html_())

    def __rich__(self) -> Any:
        return self.table.__rich__()

    def __repr__(self) -> str:
        return f"<Comparison {', '.join(each['id'] for each in self.results.manifest['policies'])}>"


@dataclass(frozen=True)
class Verification:
    """What came of verifying the model.

    Attributes:
        verified: every case that was tried, in order.
        seed: seed of all random numbers.
    """

    verified: tuple[Verified, ...]
    seed: int

    @property
    def agrees(self) -> bool:
        """Whether every case agrees."""
        return all(each.agrees for each in self.verified)

    @property
    def chart(self) -> Chart:
        """The chart of all findings."""
        from sim.report.charts.agreement import draw  # deferred: loads matplotlib

        return draw(self.verified, seed=self.seed)

    def save(self, folder: str | Path) -> list[Path]:
        """Save the chart as PNG and SVG and the table as CSV; returns the files."""
        from sim.report.drawing.chart import save_charts  # deferred: loads matplotlib

        return save_charts([self.chart], Path(folder))

    def _repr_html_(self) -> str:
        from sim.report.page.verification_table import verified_html  # deferred: loads Babel

        return verified_html(self.verified)

    def __repr__(self) -> str:
        agree = sum(each.agrees for each in self.verified)
        return f"<Verification: {agree} of {len(self.verified)} cases agree>"
