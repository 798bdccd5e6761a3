"""S6: groups that part at the transit side's gate.

A gate that lets out only some of a group may part it: groups of adults with chance ``splitting``,
families with chance ``forced_separation`` (a rights event, counted; by default families are let out
together or not at all). Those who are let out go on; the others become a group of their own, with
its own random numbers from then on, and want to claim if the group did. Others follow those who
were let out, as they would have followed the whole group; nobody follows those left behind.
Children who are left without an adult are unaccompanied minors.
"""

from __future__ import annotations

from sim.arithmetic.compiled import njit
from sim.engine.beliefs import belief_row
from sim.engine.codes import LARGEST_GROUP, AgeClass, Trait
from sim.engine.groups import is_minor, traits_of_member
from sim.engine.journey_rows import copy_journey
from sim.engine.signatures import Columns, Row
from sim.randomness import PERSON_GATE, SPLIT_KEY, SPLITTING, derived_key, happens


@njit
def may_part(e: Columns, g: Row) -> bool:
    """Whether this group would part at the gate this time."""
    parameters, group = e.parameters[0], e.groups[g]
    chance = parameters.forced_separation if group.traits & Trait.CHILDREN else parameters.splitting
    key = e.status[0].key
    return group.people > 1 and happens(chance, key, SPLITTING, group.key, group.attempts)


@njit
def let_out_one_by_one(e: Columns, g: Row, chance: float) -> int:
    """How many of a group the gate lets out when it looks at each person alone."""
    group = e.groups[g]
    people = 0
    for member in range(group.people):
        index = group.attempts * LARGEST_GROUP + member
        people += happens(chance, e.status[0].key, PERSON_GATE, group.key, index)
    return people


@njit
def part(e: Columns, g: Row, people: int) -> Row:
    """Let all but the first ``people`` of group ``g`` become a group of their own: its row."""
    status, group = e.status[0], e.groups[g]
    if group.traits & Trait.CHILDREN:
        status.separations += 1
    other = status.groups
    status.groups = other + 1
    e.groups[other] = e.groups[g]
    rest = e.groups[other]
    rest.key = derived_key(status.key, SPLIT_KEY, group.key, group.attempts)
    rest.first_person = group.first_person + people
    rest.people = group.people - people
    copy_journey(e, other, g)
    rest.left_behind = 1
    rest.spent_eur *= rest.people / group.people
    group.spent_eur -= rest.spent_eur
    group.people = people
    for p in range(rest.first_person, rest.first_person + rest.people):
        e.persons[p].group = other
    _recognise(e, g)
    _recognise(e, other)
    if status.learning:
        e.learners[other].recalled_h = e.learners[g].recalled_h
        e.learners[other].contacts = 0
        for s in range(len(e.stations)):
            e.beliefs[belief_row(e, other, s)] = e.beliefs[belief_row(e, g, s)]
    return other


@njit
def _recognise(e: Columns, g: Row) -> None:
    """Note again whom a group has among its members; children without an adult are alone."""
    group = e.groups[g]
    adults = 0
    for p in range(group.first_person, group.first_person + group.people):
        adults += 0 if is_minor(e.persons[p]) else 1
    traits = 0
    for p in range(group.first_person, group.first_person + group.people):
        person = e.persons[p]
        if person.age_class == AgeClass.CHILD and adults == 0:
            person.age_class = AgeClass.UNACCOMPANIED_MINOR
        traits |= traits_of_member(person.age_class, person.vulnerable)
    group.traits = traits
