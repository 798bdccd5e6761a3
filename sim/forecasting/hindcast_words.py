"""A hindcast in words and tables, for terminals and notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Final, TypeAlias

from sim.forecasting.baselines import BASELINES
from sim.forecasting.evaluation import CLOSED, OPEN, SUMS
from sim.forecasting.hindcast import ALL, Hindcast
from sim.forecasting.phase_summary import PhaseSum, phase_sums_of, without_repeats
from sim.forecasting.skill import MODEL, Skill
from sim.scenario.description import Section

Known: TypeAlias = Mapping[tuple[str, str, str], tuple[float, int]]
NAMES: Final = {MODEL: "the model"} | {each.id: each.name for each in BASELINES}
ACCURACY: Final = (("CRPS", "crps", "{:.1f}"), ("of log(1+x)", "crps_log", "{:.2f}"))
BIAS_AND_COVERAGE: Final = (
    ("bias", "bias", "{:+.1f}"),
    ("in 50 %", "coverage_50", "{:.0%}"),
    ("in 80 %", "coverage_80", "{:.0%}"),
    ("in 90 %", "coverage_90", "{:.0%}"),
)
SHOWN: Final = (
    *ACCURACY,
    ("WIS", "wis", "{:.1f}"),
    ("energy", "energy", "{:.1f}"),
    ("median off by", "median_error", "{:.1f}"),
    *BIAS_AND_COVERAGE,
)
SKILL_COLUMNS: Final = ("ahead, d", "against", "counts", "CRPS", "theirs", "skill", "95 %")
PHASE_COLUMNS: Final = ("phase", "place", "mean", "median", "50 %", "90 %", "width")
DRIFT: Final = "demand_drift_per_d"
CONDITIONAL: Final = (
    "A forecast is conditional on hypotheses about the transit side, none of which is known to "
    "hold: each is shown by itself."
)


def drawn_section(settled: str, posterior: str) -> Section:
    """What states of the world were drawn from, with the hash of the posterior if there is one."""
    return Section("States of the world", (f"Drawn from {with_hash(settled, posterior)}.",))


def with_hash(settled: str, posterior: str | None) -> str:
    """What states of the world were drawn from, to be found again."""
    return f"{settled} (SHA-256 {posterior})" if posterior else settled


def sections_of(hindcast: Hindcast) -> Iterator[Section]:
    """What was forecast, by hypothesis; what signs would tell; and scores where there are any."""
    yield _forecast(hindcast)
    yield phase_section(hindcast)
    if hindcast.signs:
        yield _signs(hindcast)
    if hindcast.is_blind:
        yield Section(
            "Scores",
            (
                "This forecast is blind: no later count is known, so that nothing is scored. Keep "
                "its files and its hash: 'rajasim hindcast SCENARIO --score FOLDER --observed "
                "COUNTS' scores just these samples, once there are counts.",
            ),
        )
        return
    yield from _scores(hindcast)
    yield skill_section(hindcast.skills)


def _forecast(hindcast: Hindcast) -> Section:
    """Median and central 90 % of each crossing that is open, over all days, by hypothesis."""
    frame = hindcast.by_hypothesis
    names = frame["hypothesis"].unique(maintain_order=True).to_list()
    rows = [
        (str(day), place, *(_fan(hindcast, day_number, place_number, name) for name in names))
        for day_number, day in enumerate(hindcast.days)
        for place_number, place in enumerate(hindcast.crossings)
        if hindcast.past.path.is_open[hindcast.past.origin + 1 + day_number, place_number]
    ]
    about = (
        f"{hindcast.scenario.title}: {len(hindcast.people)} states of the world under "
        f"“{hindcast.policy}”, counts to {hindcast.fit_until}. People a day at crossings that are "
        "open: median and central 90 %.",
        CONDITIONAL,
        *_certain_demand(hindcast),
    )
    return Section("Forecast", about, ("date", "place", *names), tuple(rows))


def _certain_demand(hindcast: Hindcast) -> Iterator[str]:
    """That nothing lets demand change after the last count, where that is so."""
    demand = hindcast.scenario.world.demand
    drawn = {each.parameter for each in hindcast.scenario.uncertainties}
    if (demand.steps or demand.table) and not (demand.known_until and DRIFT in drawn):
        yield (
            f"Demand after {hindcast.fit_until} is taken to be as well known as before, so that "
            "intervals are too narrow where it may change: give 'demand.known_until', and a range "
            f"of '{DRIFT}' under 'uncertainties'."
        )


def _fan(hindcast: Hindcast, day: int, place: int, hypothesis: str) -> str:
    names = [ALL, *sorted(set(hindcast.ensemble.hypotheses))]
    number = (day * len(hindcast.crossings) + place) * len(names) + names.index(hypothesis)
    row = hindcast.by_hypothesis.row(number, named=True)
    return f"{row['q50']:.0f} ({row['q05']:.0f}-{row['q95']:.0f})"


def phase_section(hindcast: Hindcast) -> Section:
    """Sums of phases, with how wide their intervals are."""
    rows = [
        phase_row(each)
        for each in without_repeats(phase_sums_of(hindcast, hindcast.people))
        if each.hypothesis == ALL
    ]
    about = (
        "People over all days between one change of what crossings are open to and the next. "
        "Width: of the central 90 %, in medians.",
    )
    return Section("Sums of phases", about, PHASE_COLUMNS, tuple(rows))


def phase_row(each: PhaseSum) -> tuple[str, ...]:
    """A sum in words."""
    ends = (each.q50, each.q25, each.q75, each.q05, each.q95)
    middle, *others = (f"{value:.0f}" for value in ends)
    half, most = "-".join(others[:2]), "-".join(others[2:])
    width = "-" if isnan(each.width) else f"{each.width:.1f}"
    return each.phase, each.place, f"{each.mean:.1f}", middle, half, most, width


def _signs(hindcast: Hindcast) -> Section:
    rows = [
        (
            each.sign,
            each.place,
            f"{each.chance:.0%}",
            each.hypothesis,
            f"{each.before:.0%}",
            f"{each.if_seen:.0%}",
            f"{each.if_not:.0%}",
        )
        for each in hindcast.signs
    ]
    columns = ("sign", "place", "chance", "hypothesis", "now", "if seen", "if not")
    about = (
        "Shares of states of the world that hold a hypothesis now, if the sign is seen, and if it "
        "is not; each sign alone.",
    )
    return Section("What one sign in the first two days would tell", about, columns, tuple(rows))


def _scores(hindcast: Hindcast) -> Iterator[Section]:
    known = {(x.forecast, x.group, x.score): (x.value, x.counts) for x in hindcast.scores}
    groups = list(dict.fromkeys(x.group for x in hindcast.scores if x.score == "crps"))
    for group in groups:
        if group.startswith("sum of") or _is_repeated(group, groups, known):
            continue
        counts = known[MODEL, group, "crps"][1]
        rows = [_row(known, name, group) for name in NAMES]
        heads = ("forecast", *(head for head, _, _ in SHOWN))
        about = _left_out(hindcast) if group == OPEN else ()
        yield Section(f"Scores, {group} ({counts})", about, heads, tuple(rows))
    yield _events(known)


def _left_out(hindcast: Hindcast) -> tuple[str, ...]:
    """That there are counts which are neither known nor scored, if there are."""
    number = len(hindcast.straddling)
    if not number:
        return ()
    return (
        f"Left out: {number} that began by {hindcast.fit_until} and ended later, neither known nor "
        "scored.",
    )


def _is_repeated(group: str, groups: Sequence[str], known: Known) -> bool:
    """Whether a phase, or the counts with people, are all open counts there are."""
    return group not in (OPEN, SUMS) and known[MODEL, group, "crps"] == known[MODEL, OPEN, "crps"]


def _row(known: Known, name: str, group: str) -> tuple[str, ...]:
    cells = (_cell(known, (name, group, score), form) for _, score, form in SHOWN)
    return named(name), *cells


def named(name: str) -> str:
    """A forecaster's number and name; of the best baseline, what was said of it."""
    short = NAMES.get(name, "")
    return short if name == MODEL else f"{name} {short}".rstrip()


def _cell(known: Known, key: tuple[str, str, str], form: str) -> str:
    value, _ = known.get(key, (float("nan"), 0))
    return "-" if isnan(value) else form.format(value)


EVENTS: Final = (
    ("anybody", "brier_any", "{:.2f}"),
    ("above 50", "brier_above_50", "{:.2f}"),
    ("first 24 h", "brier_first_24h", "{:.2f}"),
    ("first day off by, d", "first_arrival_error", "{:.1f}"),
    ("MASE", "mase", "{:.2f}"),
    ("width of 90 %", "width_90", "{:.0f}"),
)


def _events(known: Known) -> Section:
    rows = [
        (named(name), *(_cell(known, (name, OPEN, score), form) for _, score, form in EVENTS))
        for name in NAMES
    ]
    lines = ["Brier scores of events on open counts, timing, and the error of the median scaled."]
    if (MODEL, CLOSED, "people_counted") in known:
        ours, number = known[MODEL, CLOSED, "people_forecast"]
        came, _ = known[MODEL, CLOSED, "people_counted"]
        lines.append(
            f"On {number} counts of closed crossings, where nobody can come, the model has "
            f"{ours:.1f} people on average, and {came:g} were counted."
        )
    heads = ("forecast", *(head for head, _, _ in EVENTS))
    return Section("Events", tuple(lines), heads, tuple(rows))


def skill_section(rows: Sequence[Skill]) -> Section:
    """Skill against each baseline."""
    lines = (
        "1 less the ratio of mean CRPS over open counts: above 0 the model is better. 95 % "
        "intervals by resampling days. Few days are counted: intervals are rough.",
    )
    cells = [
        (
            "all" if each.days_ahead is None else str(each.days_ahead),
            named(each.baseline),
            str(each.counts),
            f"{each.crps:.1f}",
            f"{each.crps_baseline:.1f}",
            _signed(each.skill),
            f"{_signed(each.low)} to {_signed(each.high)}",
        )
        for each in rows
    ]
    return Section("Skill", lines, SKILL_COLUMNS, tuple(cells))


def _signed(value: float) -> str:
    return "-" if isnan(value) else f"{value:+.2f}"
