"""What the library gives back: objects that show themselves in notebooks and terminals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, quoted
from sim.storage.locks import exclusive_lock

if TYPE_CHECKING:
    import polars as pl

    from sim.report.drawing.chart import Chart
    from sim.results.exported_frames import Shape
    from sim.results.store import StoredResults
    from sim.study.execution import Progress
    from sim.verification.case import Verified


@dataclass(frozen=True)
class Comparison:
    """Stored results of a run or comparison; notebooks show it as a table.

    Each results table is an attribute, a polars frame: ``indicators``, ``daily``,
    ``daily_summary`` and so on.

    Attributes:
        results: what is stored.
    """

    results: StoredResults

    def __getattr__(self, name: str) -> pl.DataFrame:
        """A results table by name, as ``comparison.daily``."""
        results: StoredResults | None = self.__dict__.get("results")
        if results is None or name not in results.frames:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return results.frames[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.results.frames]

    def frame(
        self, name: str, *, complete_days: bool = False, shape: Shape = "long"
    ) -> pl.DataFrame:
        """A results table as it is exported; ``.to_pandas()`` makes a pandas frame of it.

        Args:
            name: its name, as ``daily``.
            complete_days: put in the zeros that tables by day leave out: a row for every run, every
                day and everything that has a value on any day of any run.
            shape: ``wide`` for a column for each indicator, series, state or band, in tables that
                have such.

        Raises:
            InputError: if there is no such table.
        """
        from sim.results.exported_frames import exported_frame  # deferred: loads polars

        return exported_frame(self.results, name, complete_days=complete_days, shape=shape)

    def export(
        self,
        to: str,
        *,
        out: str | Path | None = None,
        tables: Sequence[str] | None = None,
        complete_days: bool = False,
        shape: Shape = "long",
    ) -> Path:
        """Write the results in another form; returns the folder (CSV, Parquet) or the file.

        CSV and Parquet come with ``codebook.csv`` (every column: type, unit, meaning) and
        ``labels.csv`` (every id: its label, unit, definition). NetCDF is the classic format with
        64-bit offsets, written by scipy. Excel needs ``pip install rajasim[xlsx]``.

        Args:
            to: ``csv``, ``parquet``, ``netcdf``, ``geojson`` or ``xlsx``.
            out: where; beside the results folder if None, with the form in its name.
            tables: names of the tables of CSV, Parquet and Excel; all if None.
            complete_days: as in :meth:`frame`; NetCDF has every day always.
            shape: as in :meth:`frame`; for GeoJSON ``wide`` means one feature a place.

        Raises:
            InputError: if there is no such form or table.
            ResultsError: if the place holds something else, or the form cannot hold so much.
            RajasimError: if Excel is asked for and openpyxl is not installed.
            StorageError: if the disk refused.
        """
        from sim.results.exports import Format, export_results  # deferred: loads scipy

        forms = [each.value for each in Format]
        if to not in forms:
            raise InputError(f"results are exported to {', '.join(forms)}, not to {quoted(to)}")
        return export_results(
            self.results,
            Format(to),
            out=None if out is None else Path(out),
            tables=tables,
            complete_days=complete_days,
            shape=shape,
        )

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
        """Charts by name, or all that the scenario has what is needed for."""
        from sim.report.charts.registry import draw_charts  # deferred: loads matplotlib

        return draw_charts(self.results, names)

    def chart(self, name: str) -> Chart:
        """One chart; notebooks show it with its words."""
        return self.charts([name])[0]

    def write_report(
        self,
        *,
        title: str | None = None,
        charts: Sequence[str] | None = None,
        policies: Sequence[str] | None = None,
        full: bool = False,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> Path:
        """Draw charts, save them as PNG and CSV, and write ``report.html``; returns its path.

        In another language (:func:`speaking`) that is ``report.fi.html``, with ``figures/fi``.
        Figures that are there, of the same data and words, are used again.

        Args:
            title: its title; the scenario's if None.
            charts: names of its charts; if None those that lead.
            policies: ids of the policies that are drawn, the reference aside; at most six of them
                all if None, those that the answer names first. The others are in a table.
            full: write ``report-full.html`` too, with every chart if ``charts`` is None.
            workers: processes that may draw.
            progress: called with (charts drawn, charts to draw), first with none drawn.

        Raises:
            ResultsError: if a name is not a chart, or not a policy.
            BusyError: if another process is at work on the folder.
            StorageError: if the disk refused.
        """
        # Deferred: loads polars.
        from sim.report.analysis import policy_choice, queries
        from sim.report.charts.figure_store import figures_of
        from sim.report.page.html_report import Scope, write_report

        shown = list(policies or policy_choice.drawn(self.results))
        narrowed = queries.showing(self.results, shown)
        names = charts or self.report_charts(full=full)
        leading = charts or self.report_charts()
        with exclusive_lock(self.folder):
            drawn = figures_of(narrowed, names, workers=workers, progress=progress)
            moving = None
            if full or not self.compares:
                from sim.report.maps.player import player_html  # deferred: it loads matplotlib

                moving = player_html(narrowed)
            if full:
                write_report(self.results, drawn, Scope(True, shown, title), player=moving)
            short = [each for each in drawn if each.name in leading]
            still = moving if not self.compares else None
            return write_report(self.results, short, Scope(False, shown, title), player=still)

    def save_charts(
        self,
        names: Sequence[str] | None = None,
        *,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> list[Path]:
        """Save charts as PNG, SVG and CSV; returns the files in figures/.

        Args:
            names: names of charts; all that these results can show if None.
            workers: processes that may draw.
            progress: called with (charts drawn, charts to draw), first with none drawn.

        Raises:
            ResultsError: if a name is not a chart.
            BusyError: if another process is at work on the folder.
            StorageError: if the disk refused.
        """
        from sim.report.charts.drawn_chart import figures  # deferred: loads polars
        from sim.report.charts.figure_store import SUFFIXES, figures_of

        chosen = names or self.chart_names
        with exclusive_lock(self.folder):
            figures_of(self.results, chosen, vector=True, workers=workers, progress=progress)
        place = self.folder / figures()
        return [place / f"{name}.{suffix}" for name in chosen for suffix in SUFFIXES]

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
    def chart_names(self) -> Sequence[str]:
        """The charts that these results can show."""
        from sim.report.charts.registry import default_charts  # deferred: loads polars

        return default_charts(self.results, compares=self.compares)

    def report_charts(self, *, full: bool = False) -> Sequence[str]:
        """The charts of a report where none is asked for: those that lead, or of a full one all."""
        from sim.report.charts.registry import report_charts  # deferred: loads polars

        return report_charts(self.results, compares=self.compares, full=full)

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
