"""The answer in at most three sentences, computed from results.

Waiting and access to asylum are always reported together, since a queue is short where nobody gets
in: less waiting is never called a success by itself, and arrivals are not mentioned at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sim.report.analysis import queries
from sim.report.page.comparison_table import TableRow, table_rows
from sim.text.catalogue import translate
from sim.text.wording import (
    BETTER,
    FEWER_COULD_COME,
    TOO_FEW,
    WORSE,
    listing,
    plural,
    verdict_words,
)

if TYPE_CHECKING:
    from sim.results.store import StoredResults

CLEAR: Final = (BETTER, WORSE, FEWER_COULD_COME)
Pair = tuple[TableRow, TableRow]


def answer(results: StoredResults) -> list[str]:
    """The state of the reference, what clearly changes, and where waiting and access part ways."""
    rows = {(row.indicator, row.policy): row for row in table_rows(results)}
    pairs = [
        (rows[queries.WAITING, policy], rows[queries.WITHOUT_ACCESS, policy])
        for policy in queries.policies(results)
        if (queries.WAITING, policy) in rows and (queries.WITHOUT_ACCESS, policy) in rows
    ]
    if not pairs:
        return [
            translate(
                "These results do not hold both waiting and access to asylum, so neither is spoken "
                "of alone; see the table."
            )
        ]
    reference, *others = pairs
    return [_state(results, reference), *_comparison(others)]


def _state(results: StoredResults, pair: Pair) -> str:
    waiting, without = pair
    return translate(
        "Reference ({policy}): in the median run people wait {waiting} in all, and {without} "
        "people are left without access to asylum (in brackets: 10 to 90 % of {runs}).",
        policy=waiting.label,
        waiting=_with_unit(waiting.value_text, waiting.unit),
        without=without.value_text,
        runs=plural(len(queries.runs(results)), "{count} run", "{count} runs"),
    )


def _with_unit(value: str, unit: str) -> str:
    return translate("{value} {unit}", value=value, unit=unit)


def _comparison(others: Sequence[Pair]) -> list[str]:
    if not others:
        return []
    if all(row.word == TOO_FEW for pair in others for row in pair):
        return [
            translate("There are too few runs to call any difference from the reference clear.")
        ]
    if len(others) == 1:
        return [_change_of_one(others[0]), _balance_of_one(others[0])]
    if not any(row.word in CLEAR for pair in others for row in pair):
        return [
            translate(
                "Against the reference no policy clearly changes waiting, and none clearly changes "
                "how many people are left without access to asylum."
            )
        ]
    return [_changes(others), _balance(others)]


def _change_of_one(pair: Pair) -> str:
    waiting, without = pair
    return translate(
        "{policy}, against the reference: waiting {waiting} ({waiting_word}); people left without "
        "access to asylum {without} ({without_word}).",
        policy=waiting.label,
        waiting=_with_unit(waiting.change_text, waiting.unit),
        waiting_word=verdict_words(waiting.word),
        without=without.change_text,
        without_word=verdict_words(without.word),
    )


def _balance_of_one(pair: Pair) -> str:
    waiting, without = (row.word if row.word in CLEAR else "" for row in pair)
    return {
        (BETTER, BETTER): translate("Both clearly improve; what that costs is in the table."),
        (WORSE, WORSE): translate("Both clearly get worse."),
        (FEWER_COULD_COME, WORSE): translate(
            "The two pull apart: with more people left without access, less waiting is not by "
            "itself a better outcome."
        ),
        (WORSE, BETTER): translate(
            "The two pull apart: fewer people are left without access, and people wait more."
        ),
        ("", ""): translate("Neither difference is clear: the runs point both ways."),
    }.get((waiting, without)) or (
        translate("The difference in access is not clear: the runs point both ways.")
        if waiting
        else translate("The difference in waiting is not clear: the runs point both ways.")
    )


def _changes(others: Sequence[Pair]) -> str:
    def under(place: int, word: str) -> str:
        return _which([pair[place].label for pair in others if pair[place].word == word])

    return translate(
        "Against the reference, clearly less waiting: {less}; less, because fewer could come: "
        "{kept_away}; clearly more waiting: {more}; clearly fewer people left without access to "
        "asylum: {fewer}; clearly more: {excluded}.",
        less=under(0, BETTER),
        kept_away=under(0, FEWER_COULD_COME),
        more=under(0, WORSE),
        fewer=under(1, BETTER),
        excluded=under(1, WORSE),
    )


def _balance(others: Sequence[Pair]) -> str:
    def under(waiting: str, without: str) -> list[str]:
        found = (waiting, without)
        return [pair[0].label for pair in others if (pair[0].word, pair[1].word) == found]

    apart = under(FEWER_COULD_COME, WORSE)
    neither = [one.label for one, two in others if not {one.word, two.word} & {*CLEAR}]
    fields = {
        "apart": _which(apart),
        "reverse": _which(under(WORSE, BETTER)),
        "both": _which(under(BETTER, BETTER)),
        "neither": _which(neither),
    }
    if apart:
        return translate(
            "The two pull apart, with less waiting but more people left without access: {apart}, "
            "so less waiting is not by itself a better outcome; with more waiting but fewer people "
            "left without access: {reverse}; clearly better in both: {both}; no clear difference "
            "in either: {neither}.",
            **fields,
        )
    return translate(
        "Nowhere does clearly less waiting come with clearly more people left without access; more "
        "waiting but fewer people left without access: {reverse}; clearly better in both: {both}; "
        "no clear difference in either: {neither}.",
        **fields,
    )


def _which(names: Sequence[str]) -> str:
    """Two policies by name; more by number, since the table names them."""
    if not names:
        return translate("none")
    if len(names) <= 2:
        return listing([translate("“{name}”", name=name) for name in names])
    return plural(len(names), "{count} policy", "{count} policies")
