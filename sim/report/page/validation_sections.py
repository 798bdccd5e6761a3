"""Parts of the page on validation that are of a calibration and of studies, failures first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.calibration.rival_words import sections_of
from sim.report.analysis import queries
from sim.report.analysis.coverage import observed
from sim.report.analysis.crossing_days import bias_of, crossing_days
from sim.report.analysis.trust_words import bias_words, coverage_words
from sim.report.analysis.weighting import Reordered
from sim.report.charts.posterior_panels import narrowed
from sim.report.page.comparison_table import TableRow, table_rows
from sim.report.page.trust import trust
from sim.report.page.validation_forecast import episode_name, leaning, unbeaten
from sim.report.page.validation_sources import Sources
from sim.results.store import StoredResults
from sim.scenario.description import Section
from sim.text.wording import in_quotes, number, percent, signed

LEADING: Final = 3  # policies that are named of an order
NAMED: Final = 12


# ---- failures


def failures(sources: Sources) -> Section:
    """Everything that went wrong, and what is not known, before anything that went well."""
    lines = (
        *_of_checks(sources),
        *_of_studies(sources),
        *_of_fit(sources),
        *_of_forecasts(sources),
        *_of_orders(sources),
        *_not_looked_at(sources),
    )
    return Section("What fails, and what is not known", lines)


def _of_checks(sources: Sources) -> Iterator[str]:
    checks, misfit = sources.checks, sources.checks["misfit"]
    if misfit["fails"]:
        yield f"The misfit test fails: {misfit_words(sources)}"
    if not checks["ess_suffices"]:
        yield f"Too few different particles: ESS {checks['ess']:.0f}, and 200 are needed."
    bad = {name: each for name, each in checks["coverage"].items() if not each["passes"]}
    if bad:
        uncovered = (f"`{name}` {percent(each['share'])}" for name, each in bad.items())
        yield (
            "Left-out runs should lie in the 90 % interval of their neighbours, evenly spread, and "
            f"for these parameters do not: {', '.join(uncovered)}."
        )
    unknown, fitted = checks["unidentified"], sources.manifest["free"]
    lost = [name for name in fitted if name in unknown]
    if unknown:
        yield (
            f"The counts do not identify {len(unknown)} of {len(checks['widths'])} uncertain "
            f"parameters. Of the {len(fitted)} that were fitted: {_listed(lost)}."
        )


def _listed(names: list[str]) -> str:
    if not names:
        return "none of them"
    named = ", ".join(f"`{name}`" for name in names[:NAMED])
    return named + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def misfit_words(sources: Sources) -> str:
    """How far the counts are from the model, beside its own runs."""
    found = sources.checks["misfit"]
    return (
        f"the counts are {found['observed']:.2f} from their nearest runs (roots of counts), "
        f"pseudo-truths {found['pseudo_mean']:.2f} on average, 95 % of them less than "
        f"{found['pseudo_95']:.2f}; {percent(found['percentile'])} are nearer than the counts."
    )


def _of_studies(sources: Sources) -> Iterator[str]:
    for name, study in sources.studies:
        counts = observed(study)
        bias = bias_of(counts) if counts else None
        if counts and bias:
            covered = " ".join(coverage_words(crossing_days(counts)))
            yield f"States of the world from the {name}: {bias_words(bias)}. {covered}".strip()


def _of_fit(sources: Sources) -> Iterator[str]:
    """Where the model leans most, though it was fitted to these counts."""
    gaps = sources.checks["in_sample"]["bias_per_day"]
    if gaps:
        name = max(gaps, key=lambda each: abs(gaps[each]))
        yield (
            f"Of all places the fit leans most at `{name}`, by people a day: "
            f"{signed(gaps[name])} against the counts."
        )


def _of_forecasts(sources: Sources) -> Iterator[str]:
    """Which way they lie, and which baselines are not beaten, in this case and in others."""
    named = [(each, f"Forecasts of {episode_name(each)}") for each in sources.episodes]
    if sources.hindcast is not None:
        named.insert(0, (sources.hindcast, "Forecasts"))
    for hindcast, forecasts in named:
        yield from leaning(hindcast, forecasts)
        yield from unbeaten(hindcast, forecasts)


def _of_orders(sources: Sources) -> Iterator[str]:
    turned = [each for each in sources.orders if each.reversed]
    for each in turned:
        yield (
            f"The order of policies in “{queries.indicator_name(each.indicator)}” depends on the "
            f"weighting: {each.reversed} of {each.pairs} pairs stand the other way round under the "
            "posterior."
        )


def _not_looked_at(sources: Sources) -> Iterator[str]:
    """What the page could not be made from."""
    if sources.hindcast is None:
        yield "No forecast was scored for this page."
    elif sources.hindcast.manifest.get("blind"):
        yield "The forecast is blind: no later count is known here, so that nothing is scored."
    if len(sources.studies) < 2:
        yield "Policies were not compared under both prior and posterior."
    if not sources.evidence:
        yield "Rival explanations were not weighed: too few runs from the prior, or no rivals."
    if not sources.episodes:
        yield "The model has not been tried on another episode here."


# ---- the fit


def unidentified(sources: Sources) -> Section:
    """Every parameter that the counts leave as uncertain as it was."""
    checks = sources.checks
    names = sorted(checks["unidentified"], key=lambda name: name not in sources.manifest["free"])
    line = (
        "Their 90 % interval is wider than 0.8 of the prior's: what depends on them depends on "
        "what was assumed. Those that were fitted come first: " + ", ".join(f"`{n}`" for n in names)
        if names
        else "None."
    )
    return Section("Parameters that the counts do not identify", (f"{line.rstrip('.')}.",))


def misfit(sources: Sources) -> Section:
    """The verdict with all counts that are not reproduced."""
    verdict = sources.manifest["verdict"]
    rows = tuple(
        (
            str(each["name"]),
            str(each["series"]),
            str(each["first"])
            if each["first"] == each["last"]
            else f"{each['first']} to {each['last']}",
            f"{each['counted']:.0f}",
            f"from {each['low']:.0f} to {each['high']:.0f}",
        )
        for each in verdict["not_reproduced"]
    )
    lines = (
        f"Misfit: {misfit_words(sources)}",
        f"Outside the central 90 % of what the particles have in their place: {len(rows)} of "
        f"{sources.manifest['counts']} counts.",
    )
    columns = ("place", "series", "days", "counted", "modelled, 90 %") if rows else ()
    return Section("Misfit", lines, columns, rows)


def in_sample(sources: Sources) -> Section:
    """CRPS and bias over the counts that were fitted to."""
    found = sources.checks["in_sample"]
    lines = [
        "In sample: the parameters were fitted to these counts. It shows how the model fits, and "
        "is no score of a forecast."
    ]
    if found["crossing_days"]:
        lines.append(
            f"CRPS over {found['crossing_days']} crossing-days: {found['crps_prior']:.2f} people "
            f"under the prior, {found['crps_posterior']:.2f} under the posterior."
        )
    rows = tuple((name, f"{gap:+.1f}") for name, gap in found["bias_per_day"].items())
    columns = ("place", "bias of the posterior, people a day") if rows else ()
    return Section("Fit to the counts", tuple(lines), columns, rows)


def by_place(name: str, study: StoredResults) -> Section:
    """Bias and coverage at each crossing, with people and without."""
    found = trust(study)
    lines = (
        " ".join(found.sentences[1:]),
        "The band holds 80 % of the runs of the reference. Counts are from the first day on which "
        "anybody was counted anywhere, empty ones while claims were taken there; crossings that "
        "were counted together stand as one.",
    )
    title = f"Bias and coverage by place: states of the world from the {name}"
    return Section(title, lines, found.columns if found.rows else (), found.rows)


def against_prior(sources: Sources) -> Section:
    """The fitted parameters before and after."""
    covered = sources.checks["coverage"]
    rows = tuple(
        (
            f"`{each.name}`",
            _range(each.prior),
            _range(each.posterior),
            f"{each.width:.2f}",
            "yes" if each.identified else "no",
            percent(covered[each.name]["share"]) if each.name in covered else "",
        )
        for each in narrowed(sources.posterior, sources.bank)
    )
    line = (
        "5, 50 and 95 % of each. Width: of the 90 % interval on the scale of the prior, over that "
        "of the prior. Covered: how many of 200 left-out runs lie in the 90 % interval of their "
        "neighbours; 85 to 95 % should."
    )
    columns = ("fitted parameter", "prior", "posterior", "width", "identified", "covered")
    return Section("Posterior against prior", (line,), columns, rows)


def _range(values: tuple[float, ...]) -> str:
    low, middle, high = (number(float(f"{each:.2g}")) for each in values)
    return f"{middle} (from {low} to {high})"


def rivals(sources: Sources) -> Iterator[Section]:
    """What ``rajasim hypotheses`` says."""
    if sources.evidence:
        yield from sections_of(sources.evidence, sources.manifest)


# ---- weighting


def weighting(sources: Sources) -> Iterator[Section]:
    """Both weightings of the states of the world: orders of policies, then all values."""
    if sources.prior_study is None or sources.posterior_study is None:
        return
    lines = (
        "The same policies in states of the world from the prior and from the posterior; neither "
        "is the right one. Policies are ordered by their mean difference from the reference, which "
        "says nothing of whether two that follow each other differ by more than chance; nor is a "
        "policy that keeps people away better because fewer wait (see the reading below).",
    )
    columns = ("indicator", "first", "under the prior", "under the posterior", "pairs turned")
    rows = tuple(_order_row(sources.prior_study, each) for each in sources.orders)
    yield Section("What weighting changes: the order of policies", lines, columns, rows)
    yield _side_by_side(sources.prior_study, sources.posterior_study)


def _order_row(study: StoredResults, each: Reordered) -> tuple[str, ...]:
    labels = queries.labels(study)
    leading = (
        "; ".join(in_quotes(labels[policy]) for policy in order[:LEADING])
        for order in (each.one, each.other)
    )
    first = "the most" if each.indicator["direction"] == "more" else "the least"
    turned = f"{each.reversed} of {each.pairs}"
    return queries.indicator_name(each.indicator), first, *leading, turned


def _side_by_side(prior: StoredResults, posterior: StoredResults) -> Section:
    """The policy table twice, row by row."""
    fitted = {(row.indicator, row.policy): row for row in table_rows(posterior)}
    rows = tuple(
        _both(row, fitted[row.indicator, row.policy])
        for row in table_rows(prior)
        if (row.indicator, row.policy) in fitted and not row.missing
    )
    columns = (
        "indicator",
        "policy",
        "prior",
        "posterior",
        "difference, prior",
        "difference, posterior",
        "reading",
    )
    line = (
        "Median and, in brackets, 10 to 90 % of the runs; mean difference from the reference with "
        "its 95 % interval. Where the reading is another one under the posterior, both are given."
    )
    return Section("The policy table under both", (line,), columns, rows)


def _both(prior: TableRow, fitted: TableRow) -> tuple[str, ...]:
    words = [row.reading for row in (prior, fitted)]
    reading = words[0] if words[0] == words[1] else f"**{words[0]}; posterior: {words[1]}**"
    return (
        f"{prior.name}, {prior.unit}",
        prior.label,
        prior.value_text,
        fitted.value_text,
        prior.change_text,
        fitted.change_text,
        reading,
    )
