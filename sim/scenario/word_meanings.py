"""What the words mean that a key may hold where it holds one of a few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final, NamedTuple, get_args

from sim.engine.codes import Action
from sim.hypotheses.gate_steps import USES as GATE_USES
from sim.hypotheses.gate_steps import GateAction
from sim.policies.orders import ENDLESS, USES
from sim.scenario.record_keys import Key

# By the name of the enumeration, and the word.
MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "Action": {
        "close": "nobody is let in, but for the classes under `exempt`",
        "no-asylum": "asylum may not be sought, but for the classes under `exempt`",
        "accept-asylum": "it is announced that claims are taken here: it moves what people expect",
        "ban-mode": "anyone who comes by `mode` is turned back, with the chance `value` (0 to 1)",
        "meter": "at most `value` people a day are admitted; `warm_places` come with it",
        "add-officers": "`value` more officers are on duty at all hours; below 0 fewer",
        "reopen": "what the same part of the policy has closed is open again",
        "add-interpreters": "`value` more interpreters; below 0 fewer",
        "add-lanes": "`value` more lanes at the gate; below 0 fewer",
        "add-officers-after-hours": "`value` more officers outside opening hours; below 0 fewer",
        "set-hours": "the opening hours of every day are `hours`",
        "build-fence": "from then on `value` km of the segments have a fence",
        "carrier-measures": "only the share `value` (0 to 1) of demand from `origins` sets out",
        "resume-checks": "agreed with the transit state: its gate lets out at most the share "
        "`value` (0 to 1)",
        "cap-arrivals": "at most `value` people a day are let come to the post, in whole groups; "
        "`queue` says what becomes of the others",
        "guard": "the chance of being found on the segments is `value` (0 to 1) where there is no "
        "fence",
        "pushback": "the share `value` (0 to 1) of people found on the segments is sent back "
        "unheard",
        "wave-through": "the share `value` (0 to 1) of groups passes without being registered and "
        "goes on to the next border",
        "coordinate": "the neighbours close in step from then on",
    },
    "QueueRule": {
        "hold": "people in the queue stay, and wait or leave as they choose",
        "reroute": "people in the queue go back to a town and choose again",
        "turn-back": "people in the queue are sent back unheard",
    },
    "QueueDiscipline": {
        "first-come": "the person who came first is next",
        "vulnerable-first": "minors, old and particularly vulnerable people come before others",
        "family-together": "a group is interviewed side by side once all are admitted",
    },
    "Distribution": {
        "deterministic": "always the mean",
        "exponential": "exponential: no memory, coefficient of variation 1",
        "gamma": "gamma, with coefficient of variation `cv`",
        "lognormal": "lognormal, with coefficient of variation `cv`",
    },
    "Mode": {
        "foot": "on foot",
        "bicycle": "by bicycle",
        "car": "in a car",
        "truck": "in a lorry: nobody of the model has one",
        "bus": "by bus: nobody of the model has one",
        "rail": "by train: nobody of the model has one",
    },
    "Trait": {
        "families-with-children": "groups with a child in the care of an adult",
        "unaccompanied-minors": "groups with a minor without a guardian",
        "vulnerable": "groups with somebody ill, disabled, pregnant or old",
    },
    "Documents": {
        "none": "people without valid papers in the transit state",
        "valid": "people with valid papers in the transit state",
    },
    "GateAction": {
        "open": "people are let out, with the chance `chance`",
        "close": "documents are checked again",
        "hold": "nobody in the queue goes on",
        "meter": "so many go on, by `persons_per_d` or `every_h`, `batch` at a time",
        "resume": "people go on freely again",
    },
    "Power": {
        "keep-one": "the crossing under `keep` stays open",
        "require-exception": "the classes under `exempt` are let in",
        "strike-down": "the decision is void",
        "delay": "the decision takes effect `postponed_h` later",
    },
}


class Word(NamedTuple):
    """One of a few words that a key may hold."""

    text: str
    meaning: str
    kind: type[Enum]


def words_of(key: Key) -> list[Word]:
    """The words that a key may hold, with their meanings; none where it holds no such words."""
    return [
        Word(str(each), MEANINGS.get(kind.__name__, {}).get(str(each), ""), kind)
        for kind in _kinds(key.annotation)
        for each in kind
    ]


def _kinds(annotation: object) -> Iterator[type[Enum]]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield annotation
    for each in get_args(annotation):
        yield from _kinds(each)


def terms_of(word: Word) -> str:
    """The keys of a step that an action uses, in words; empty where the word is no action."""
    if word.kind is Action:
        action = Action.of(word.text)
        end = "no `until`" if action in ENDLESS else "`until` where it has an end"
        return ", ".join([*(f"`{term}`" for term in sorted(USES[action])), end])
    if word.kind is GateAction:
        return (
            ", ".join(f"`{term}`" for term in sorted(GATE_USES[GateAction.of(word.text)])) or "none"
        )
    return ""
