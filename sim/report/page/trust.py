"""How far the model can be trusted: what it fails at first, and what the counts do not identify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from sim.report.analysis.coverage import Observed, observed
from sim.report.analysis.crossing_days import PlaceCounts, bias_of, crossing_days
from sim.report.analysis.drawn_names import parameter_name
from sim.report.analysis.trust_words import bias_words, coverage_words
from sim.report.page.shortcomings import IDENTIFIED, SAYS_NOTHING
from sim.storage.json_object import JsonMapping
from sim.text.calibration_words import basis_words
from sim.text.catalogue import translate
from sim.text.wording import listing, number, signed

if TYPE_CHECKING:
    from sim.results.store import StoredResults

NAMED: Final = 6
Cells = tuple[str, ...]


@dataclass(frozen=True)
class Trust:
    """What is to be known before results are used.

    Attributes:
        sentences: failures first.
        columns: heads of the table.
        rows: counts of arrivals at each crossing against the runs; none where there are none.
    """

    sentences: tuple[str, ...]
    columns: Cells
    rows: tuple[Cells, ...]


def trust(results: StoredResults) -> Trust:
    """How far results can be trusted."""
    counts = observed(results)
    places = crossing_days(counts) if counts else []
    sentences = (
        basis_words(results.manifest.get("posterior")),
        f"{_bias(counts)}.",
        *coverage_words(places),
        *_identified(results),
        *_borrowed(results),
    )
    return Trust(sentences, _columns(), tuple(map(_row, places)))


def _bias(counts: Observed | None) -> str:
    bias = bias_of(counts) if counts else None
    if bias is None:
        return translate("There are no counts to compare the model with")
    return bias_words(bias)


def _identified(results: StoredResults) -> Iterator[str]:
    """Which parameters the counts leave as uncertain as they were; nothing where nobody looked."""
    posterior: JsonMapping | None = results.manifest.get("posterior")
    known, unknown = _of_posterior(posterior) if posterior else _of_prior(results)
    if not known:
        return
    if not unknown:
        yield translate("The counts identify every uncertain parameter.")
        return
    yield translate(
        "The counts do not identify {unknown} of {all} uncertain parameters: {names}.",
        unknown=number(len(unknown)),
        all=number(len(known)),
        names=listing([parameter_name(results, name) for name in unknown], most=NAMED),
    )


def _borrowed(results: StoredResults) -> Iterator[str]:
    """Of which other cases values are, since the scenario states none of its own."""
    entries = [each for each in results.manifest["assumptions"] if each.get("borrowed_from")]
    for case in dict.fromkeys(str(each["borrowed_from"]) for each in entries):
        keys = [str(each["key"]) for each in entries if each["borrowed_from"] == case]
        names = (parameter_name(results, key) for key in keys)
        yield translate(
            "The scenario gives no value of its own for {names}; those of {case} are used.",
            names=listing(list(names), most=NAMED),
            case=case,
        )


def _of_posterior(posterior: JsonMapping) -> tuple[Sequence[str], Sequence[str]]:
    """All parameters, and those that are not identified: those that were fitted come first."""
    names: list[str] = posterior["unidentified"]
    fitted = set(posterior["fitted"])
    return posterior["parameters"], sorted(names, key=lambda name: name not in fitted)


def _of_prior(results: StoredResults) -> tuple[Sequence[str], Sequence[str]]:
    """The same from states of the world near the counts, the least identified first."""
    rows = results.learning.filter(indicator=IDENTIFIED).sort(
        "value", "about", descending=[True, False]
    )
    unknown = rows.filter(pl.col("value") > SAYS_NOTHING)
    return rows["about"].to_list(), unknown["about"].to_list()


def _columns() -> Cells:
    return (
        translate("Crossing"),
        translate("People counted"),
        translate("In the median run"),
        translate("Median run minus count, on average"),
        translate("With people, in the band"),
        translate("Empty, in the band"),
    )


def _row(place: PlaceCounts) -> Cells:
    bias = place.bias
    gap = (bias.modelled - bias.counted) / bias.counts
    return (
        place.counts.name,
        number(round(bias.counted)),
        number(round(bias.modelled)),
        signed(round(gap, 1)),
        _of(place.inside(place.with_people), len(place.with_people)),
        _of(place.inside(place.empty), len(place.empty)),
    )


def _of(inside: int, counts: int) -> str:
    return translate("{inside} of {all}", inside=number(inside), all=number(counts))


def weight_heads(results: StoredResults) -> list[str]:
    """Heads of the weights of hypotheses and responses: of the posterior too, if it was used."""
    if results.manifest.get("posterior"):
        return [translate("Weight in the prior"), translate("Weight in the posterior, as used")]
    return [translate("Weight")]
