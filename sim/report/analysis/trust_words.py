"""Bias and coverage of counts in words, for the chart of validation and for the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.report.analysis.crossing_days import SHARE, Bias, PlaceCounts, is_by_day
from sim.text.catalogue import translate
from sim.text.wording import number, percent


def bias_words(bias: Bias) -> str:
    """``Too low on 11 of 11 observed days: 801 people counted, 317 in the median run``."""
    which = _on_days(bias) if bias.by_day else _in_counts(bias)
    return translate(
        "{which}: {counted} people counted, {modelled} in the median run",
        which=which,
        counted=number(round(bias.counted)),
        modelled=number(round(bias.modelled)),
    )


def _on_days(bias: Bias) -> str:
    fields = {"low": number(bias.too_low), "high": number(bias.too_high)}
    fields["all"] = number(bias.counts)
    if not bias.too_high:
        return translate("Too low on {low} of {all} observed days", **fields)
    if not bias.too_low:
        return translate("Too high on {high} of {all} observed days", **fields)
    return translate("Too low on {low} and too high on {high} of {all} observed days", **fields)


def _in_counts(bias: Bias) -> str:
    fields = {"low": number(bias.too_low), "high": number(bias.too_high)}
    fields["all"] = number(bias.counts)
    if not bias.too_high:
        return translate("Too low for {low} of {all} counts", **fields)
    if not bias.too_low:
        return translate("Too high for {high} of {all} counts", **fields)
    return translate("Too low for {low} and too high for {high} of {all} counts", **fields)


def coverage_words(places: Sequence[PlaceCounts]) -> Iterator[str]:
    """How many counts of people lie in the band, then how many of nobody; nothing without any."""
    people = sum(len(each.with_people) for each in places)
    empty = sum(len(each.empty) for each in places)
    by_day = is_by_day(places)
    if people:
        fields = {
            "inside": number(sum(each.inside(each.with_people) for each in places)),
            "all": number(people),
            "share": percent(SHARE),
        }
        yield (
            translate(
                "Of crossing-days with people, {inside} of {all} lie in the band of {share} of "
                "runs.",
                **fields,
            )
            if by_day
            else translate(
                "Of counts of people at a crossing, {inside} of {all} lie in the band of {share} "
                "of runs.",
                **fields,
            )
        )
    if empty:
        fields = {
            "inside": number(sum(each.inside(each.empty) for each in places)),
            "all": number(empty),
        }
        yield (
            translate(
                "Of empty ones, {inside} of {all} do, which says little: a model in which nobody "
                "comes would get them all right.",
                **fields,
            )
        )
