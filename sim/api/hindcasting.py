"""A forecast from a day on, scored where later counts are known, as an object that shows itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, quoted

if TYPE_CHECKING:
    import polars as pl

    from sim.forecasting.ensemble import StateSource
    from sim.forecasting.hindcast import Forecaster, Hindcast
    from sim.forecasting.posterior_source import Drawing
    from sim.forecasting.skill import Skill
    from sim.report.drawing.chart import Chart
    from sim.results.posterior_folder import Posterior
    from sim.scenario.description import Section
    from sim.scenario.scenario import Scenario
    from sim.study.execution import Progress


@dataclass(frozen=True)
class HindcastResult:
    """A forecast with its scores, skill over rolling origins, or both; notebooks show its tables.

    Attributes:
        forecaster: who forecast.
        hindcast: the forecast from one day; None where only rolling origins were asked for.
        settled: what states of the world were drawn from.
        rolling: skill over rolling origins; none if not asked for.
        posterior: hash of the one posterior that they were drawn from; empty if there is none.
    """

    forecaster: Forecaster
    hindcast: Hindcast | None
    settled: str
    rolling: Sequence[Skill] = ()
    posterior: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of ``forecast.csv``; empty where there is none."""
        return self.hindcast.digest if self.hindcast else ""

    @property
    def is_blind(self) -> bool:
        """Whether no later count is known."""
        return self.hindcast is not None and self.hindcast.is_blind

    @property
    def forecast(self) -> pl.DataFrame:
        """Rows of ``forecast.csv``: date, place, sample, value."""
        return self._made.forecast

    @property
    def by_hypothesis(self) -> pl.DataFrame:
        """Quantiles by day, place and hypothesis."""
        return self._made.by_hypothesis

    @property
    def scores(self) -> pl.DataFrame:
        """Every score: forecast, group, score, unit, counts, value; no rows where it is blind."""
        from sim.forecasting.evaluation import Score  # deferred: they load the engine
        from sim.forecasting.hindcast import rows_of

        return rows_of(self._made.scores, Score)

    @property
    def skill(self) -> pl.DataFrame:
        """Skill against every baseline: of rolling origins if these were asked for."""
        from sim.forecasting.hindcast import rows_of  # deferred: they load the engine
        from sim.forecasting.skill import Skill

        return rows_of(self.rolling or self._made.skills, Skill)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All tables with their words."""
        from sim.forecasting.hindcast_words import (  # deferred: see above
            drawn_section,
            sections_of,
            skill_section,
        )

        own = tuple(sections_of(self.hindcast)) if self.hindcast else ()
        own = (drawn_section(self.settled, self.posterior), *own)
        return (*own, skill_section(self.rolling)) if self.rolling else own

    def charts(self) -> list[Chart]:
        """Fans with counts, skill against baselines, and ranks of counts, as far as there are."""
        from sim.report.charts.forecast_charts import draw_all  # deferred: loads matplotlib

        return draw_all(self.hindcast, self.rolling)

    def save(self, folder: str | Path, *, charts: bool = True) -> list[Path]:
        """Write tables, what they were made from, and charts into a folder; returns its files.

        Args:
            folder: a new folder, or one of an earlier hindcast.
            charts: draw charts too, as PNG and SVG.

        Raises:
            ResultsError: if the folder holds something else.
            StorageError: if the disk refused.
        """
        from sim.forecasting.hindcast_files import files_of, write_files  # deferred: see above

        drawn = (self.settled, self.posterior)
        files = files_of(self.forecaster, self.hindcast, self.rolling, drawn)
        for each in self.charts() if charts else ():
            files |= {f"{each.name}.png": each.png(), f"{each.name}.svg": each.svg()}
        return write_files(Path(folder), files)

    @property
    def _made(self) -> Hindcast:
        if self.hindcast is None:
            raise AttributeError("only rolling origins were asked for; give 'fit_until' too")
        return self.hindcast

    def _repr_html_(self) -> str:
        from sim.text import html  # deferred: loads markupsafe

        return "\n".join(
            html.table(each.columns, each.rows, caption=" ".join((f"{each.title}.", *each.lines)))
            for each in self.sections
        )

    def __repr__(self) -> str:
        return repr(self.hindcast) if self.hindcast else f"<{len(self.rolling)} rows of skill>"


def hindcast(
    scenario: Scenario,
    fit_until: date | None = None,
    *,
    until: date | None = None,
    policy: str | None = None,
    samples: int = 1000,
    states_for: Callable[[date], StateSource | None] | None = None,
    observed: str | Path | None = None,
    rolling: Sequence[date] = (),
    horizons: Sequence[int] = (1, 3),
    seed: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    settled: str = "",
    posterior: str | Path | None = None,
    prior: bool = False,
    refit: int | None = None,
    refitted_in: str | Path | None = None,
) -> HindcastResult:
    """Forecast arrivals after a day from what was counted by then; score them on later counts.

    Counts of later days reach nothing but the scores. States of the world are drawn as
    :func:`sim.compare` draws them, from the scenario's own posterior if it has one; but from the
    priors where that posterior knows counts after the first day of a forecast.

    Args:
        scenario: the scenario with its counts.
        fit_until: the last day whose counts may be used; may be left out with ``rolling``.
        until: the last day that is forecast; if None the last with a later count, and if there is
            none the scenario's last.
        policy: id of the policy; the reference if None. Counts came about under the reference:
            another one leaves the receiving state free to do something else.
        samples: states of the world, each run once, and samples of every baseline.
        states_for: gives states of the world fitted to counts up to a day, or None for the priors.
        observed: a table of counts in the place of the scenario's own.
        rolling: days from each of which forecasts are made and scored together.
        horizons: how many days ahead these are scored.
        seed: seed of all random numbers; the scenario's if None.
        workers: processes.
        progress: called with (states of the world done, states of the world in all).
        notice: called with a line on what else takes a while, and on what the posterior is not
            good for.
        settled: what ``states_for`` draws from, in words, for the files.
        posterior: folder of a posterior that the states of the world are drawn from.
        prior: draw them from the priors in any case.
        refit: calibrate again for each first day, with so many runs of the model.
        refitted_in: folder for these posteriors, each in a folder with the name of its day.

    Raises:
        InputError: if there is no such policy, a day is none of the scenario's, a posterior that
            was named knows later counts, or more than one source of states is asked for.
        ScenarioError: if the table of counts cannot be used.
    """
    # Deferred: they load the engine.
    from sim.forecasting.hindcast import Forecaster, make_hindcast, with_counts
    from sim.forecasting.posterior_source import Drawing, drawn_refitted
    from sim.forecasting.rolling import rolling_skill
    from sim.study.warm_up import compile_engine

    if fit_until is None and not rolling:
        raise InputError("say from when: the last day whose counts may be used, or rolling days")
    if sum((posterior is not None, prior, refit is not None, states_for is not None)) > 1:
        raise InputError("a posterior, the priors and a refit exclude each other; ask for one")
    known = with_counts(scenario, observed)
    used = scenario.seed if seed is None else seed
    note = notice or (lambda line: None)
    if refit is not None:
        fit = partial(
            _fitted_until,
            scenario,
            Path(refitted_in or f"results/{scenario.name}"),
            observed=observed,
            policy=policy,
            runs=refit,
            seed=used,
            workers=workers,
            notice=notice,
        )
        drawing = drawn_refitted(known, fit, used, refit)
    elif states_for is not None:
        drawing = Drawing(settled or "states of the world that were given", states_for)
    else:
        first_days = [*filter(None, [fit_until]), *rolling]
        drawing = _drawing(known, used, first_days, posterior=posterior, prior=prior)
    if drawing.note:
        note(drawing.note)
    chosen, states = policy or scenario.reference, drawing.states_for
    forecaster = Forecaster(known, chosen, used, samples, workers, states)
    compile_engine(notice=notice)
    made = make_hindcast(forecaster, fit_until, until, progress=progress) if fit_until else None
    skill = rolling_skill(forecaster, rolling, horizons, note=note) if rolling else ()
    return HindcastResult(forecaster, made, drawing.words, tuple(skill), drawing.digest)


def _fitted_until(scenario: Scenario, folder: Path, day: date, **options: Any) -> Posterior:
    """A posterior of counts up to a day, in a folder of its name."""
    from sim.api.calibration import calibrate  # deferred: it loads the engine

    return calibrate(scenario, day, out=folder / f"posterior-{day}", **options)


def _drawing(
    scenario: Scenario,
    seed: int,
    first_days: Sequence[date],
    *,
    posterior: str | Path | None,
    prior: bool,
) -> Drawing:
    """What states of the world are drawn from where nothing is fitted again."""
    from sim.forecasting.posterior_source import (  # deferred: they load the engine
        Drawing,
        drawn_as_usual,
        drawn_from_one,
    )
    from sim.results.posterior_folder import read_posterior

    if prior:
        return Drawing()
    if posterior is not None:
        return drawn_from_one(scenario, read_posterior(posterior), seed)
    return drawn_as_usual(scenario, seed, first_days)


def score_forecast(
    scenario: Scenario,
    file: str | Path,
    *,
    observed: str | Path | None = None,
    policy: str | None = None,
    seed: int | None = None,
) -> HindcastResult:
    """Score a forecast that was stored before, beside the baselines; no run of it is made again.

    Args:
        scenario: the scenario that was forecast.
        file: ``forecast.csv``, ``forecast.parquet`` or the folder of a hindcast; or a table of
            another model's with the columns date, place, sample and value.
        observed: a table of counts, earlier ones as well; the scenario's own if None.
        policy: id of the policy that was forecast; the reference if None.
        seed: seed of the baselines; the scenario's if None.

    Raises:
        InputError: if the file holds no whole forecast of the scenario, or there is no such policy.
        ScenarioError: if the table of counts cannot be used.
    """
    from sim.forecasting.hindcast import Forecaster, with_counts  # deferred: they load the engine
    from sim.forecasting.stored_forecast import hindcast_of, read_forecast
    from sim.study.warm_up import compile_engine

    known = with_counts(scenario, observed)
    stored = read_forecast(Path(file), known)
    used = scenario.seed if seed is None else seed
    forecaster = Forecaster(known, policy or scenario.reference, used, len(stored.people))
    compile_engine()
    words = f"a forecast that was stored, {Path(file).name}"
    return HindcastResult(forecaster, hindcast_of(forecaster, stored), words)


def days_between(text: str) -> list[date]:
    """Days of ``2023-11-16..2023-11-22``, both ends included; or of one day.

    Raises:
        InputError: if it is no such thing.
    """
    first, _, last = text.partition("..")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise InputError(f"expected days as 2023-11-16..2023-11-22, got {quoted(text)}") from None
    days = [begin + timedelta(days=k) for k in range((end - begin).days + 1)]
    if not days:
        raise InputError(f"{quoted(text)}: the last day is before the first")
    return days


def parse_horizons(text: str) -> list[int]:
    """Numbers of days of ``1,3``.

    Raises:
        InputError: if it is no such thing.
    """
    parts = text.split(",")
    if not all(each.strip().isdecimal() for each in parts):
        raise InputError(f"expected numbers of days as 1,3, got {quoted(text)}")
    return [int(each) for each in parts]
