"""What charts and reports call the model's parameters: a few plain words for each.

The ids are those of scenario files (:mod:`sim.world.parameters`, which says what each one means);
they stay beside these names wherever somebody may want to look one up or to change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sim.text.catalogue import translate
from sim.text.wording import lower, sentence

PARAMETER_LABELS: Final = MappingProxyType(
    {
        "demand_factor": "Factor of demand",
        "demand_drift_per_d": "Change of demand per day",
        "stock_factor": "Factor of people already there",
        "demand_when_closed": "Demand left when nothing takes claims",
        "frailty_shape": "Day-to-day spread of demand (shape)",
        "branching": "Groups that follow one that got through",
        "kernel_mean_d": "Time until others follow",
        "kernel_shape": "Time until others follow (shape)",
        "failure_weight": "Weight of publicised failures",
        "failure_memory_d": "Memory of publicised failures",
        "own_travel_mean": "Size of groups travelling on their own",
        "own_travel_dispersion": "Spread of the sizes of groups",
        "vehicle_share": "Groups that fill a vehicle",
        "convoy_share": "Groups that fill a minibus",
        "family_share": "Families with children among groups",
        "unaccompanied_share": "Unaccompanied minors among people alone",
        "vulnerable_share": "Adults who are ill, disabled, pregnant or old",
        "elderly_share": "Elderly people among adults",
        "women_share": "Women and girls among people",
        "gear_mean": "Clothing and gear against the cold",
        "valid_document_share": "Groups with valid papers",
        "cash_median_eur": "Money at hand, median",
        "cash_sigma": "Money at hand, spread",
        "news_delay_h": "Delay of official news",
        "news_reach": "Groups that hear official news",
        "prior_weight": "Weight of what is believed at first",
        "official_weight": "Weight of the authorities' word",
        "experience_weight": "Weight of one's own experience",
        "peer_rate_per_h": "Talks with other groups",
        "talks_before_h": "Talks before a group appears",
        "peer_weight": "Weight of news from others",
        "stifling": "Chance to stop spreading known news",
        "memory_d": "Time in which what is known fades",
        "facilitated_share": "Groups with a facilitator",
        "facilitator_rate_per_h": "Talks with a facilitator",
        "facilitator_weight": "Weight of a facilitator's word",
        "facilitator_bias": "Risk that a facilitator plays down",
        "routes_and_rumours": "Beliefs by the rule of Routes and Rumours",
        "value_of_time_eur_per_h": "Value of time",
        "transport_eur_per_km": "Price of road transport",
        "bicycle_eur": "Price of a bicycle",
        "vehicle_eur": "Price of a seat across the border",
        "income_elasticity": "Weight of prices for people with little money",
        "success_value_eur": "Value of getting through",
        "turned_back_cost_eur": "Weight of the risk of being turned back",
        "utility_scale_eur": "Scale of utility",
        "travel_time_factor": "Factor of travel times",
        "staging_h": "Time spent before the last leg",
        "arrive_ahead_h": "How early people come before opening",
        "cold_cost_eur": "Weight of the cold",
        "checkpoint_cost_eur": "Weight of the risk of road checks",
        "review_rate_per_h": "How often a waiting group reconsiders",
        "station_constant": "Pull of trying a crossing",
        "green_constant": "Pull of the terrain border",
        "other_country_constant": "Pull of another country",
        "settle_constant": "Pull of staying in the transit state",
        "station_nest": "Likeness of crossings",
        "other_country_nest": "Likeness of other countries' borders",
        "green_nest": "Likeness of stretches of terrain border",
        "mode_nest": "Likeness of ways to cross",
        "route_scale_eur": "Spread over roads",
        "inertia": "Holding on to a plan",
        "rush_scale": "Deadline rush (scale)",
        "rush_limit": "Deadline rush (upper limit)",
        "rush_horizon_h": "Deadline rush (how far ahead)",
        "lost_hope": "Hope lost while all is closed",
        "green_price_eur": "Price of a way over the terrain border",
        "found_cost_eur": "Weight of the risk of being found",
        "daily_burn_eur": "Cost of a day of waiting",
        "give_up_rate_per_d": "Giving up, with money left",
        "give_up_cash": "Giving up as money runs out",
        "give_up_failures": "Giving up after failed attempts",
        "give_up_cold": "Giving up in the cold",
        "removal_rate_per_d": "Removal by the transit state",
        "splitting": "Groups of adults that split at the gate",
        "forced_separation": "Families parted at the gate",
        "hike_median_h": "Walk over the terrain border, median",
        "hike_sigma": "Walk over the terrain border, spread",
        "fence_delay_h": "Delay by a fence",
        "pushback_harm_share": "Need of help after a pushback",
        "admission_time_factor": "Factor of admission times",
        "registration_time_factor": "Factor of registration times",
        "balking_per_h": "Turning away from long queues",
        "patience_h": "Patience in a queue",
        "patience_shape": "Patience in a queue (shape)",
        "cold_impatience": "Impatience in the cold",
        "interpreter_share": "Groups who need an interpreter",
        "minor_interview_min": "Extra time of a minor's interview",
        "claim_share": "Groups who ask for asylum",
        "expired_document_gate": "Exit with expired papers",
        "access_reach_h": "Longest time that counts as access",
        "access_price_eur": "Highest price that counts as access",
        "transit_level_max": "Highest level of facilitation",
        "escalation_factor": "Step of escalation",
        "withdrawal_half_life_d": "Half-life after withdrawal",
        "deterred_withdraw_base": "Withdrawal when nobody fails",
        "deterred_withdraw_failure": "Withdrawal when all fail",
        "deterred_escalate_base": "Escalation when nothing is open",
        "deterred_escalate_openness": "Escalation when all is open",
        "reactance_withdraw_base": "Withdrawal, reactance",
        "reactance_escalate_base": "Escalation when all is open, reactance",
        "reactance_strength": "Escalation when all is closed, reactance",
        "stranded_limit_persons": "People stranded before it withdraws",
        "stranded_resume_share": "People stranded before it resumes",
        "reporting_error": "Error of reported counts",
        "reporting_lag_h": "Age of reported counts",
        "care_per_weighted_h": "Need of care per weighted hour in the cold",
        "officer_eur_per_h": "Cost of an officer's hour",
        "shift_h": "Length of a shift",
        "night_premium": "Extra cost of night work",
        "surge_eur_per_d": "Travel and lodging of a seconded officer",
        "interpreter_eur_per_h": "Cost of an interpreter's hour",
        "station_eur_per_d": "Running cost of a crossing",
        "warm_place_eur_per_d": "Cost of a heated place",
        "shelter_eur_per_d": "Food and care of a waiting person",
        "registration_eur": "Cost of a registration",
        "transport_eur": "Transport to reception",
        "reception_eur_per_d": "Reception of a person",
        "minor_reception_eur_per_d": "Reception of an unaccompanied minor",
        "review_eur": "Cost of a legal review",
        "fence_eur_per_km": "Building cost of a fence",
        "fence_life_y": "Life of a fence",
        "discount_rate": "Interest",
        "lost_crossing_eur": "Cost of a crossing not made",
        "traveller_detour_share": "Travellers who use another crossing",
        "neighbour_eur": "First cost to another country",
        "usual_arrivals_per_d": "Arrivals in usual times",
        "control_per_d": "Arrivals below which control is regained",
        "pressure_per_d": "Arrivals above which pressure lasts",
    }
)
"""Name by id."""


DRAWN_LABELS: Final = MappingProxyType(
    {
        ("controls", ""): "{thing} (yes or no)",
        ("controls", "chance"): "{thing}: chance to be stopped",
        ("controls", "delay_h"): "{thing}: how long",
        ("controls", "every_h"): "{thing}: hours from one group let through to the next",
        ("controls", "persons_per_d"): "{thing}: people let through a day",
        ("crossings", "known"): "{thing}: believed to be passable at first",
        ("crossings", "exit_check.mean_min"): "{thing}: time of an exit check",
        ("hypotheses", "demand_factor"): "{thing}: factor of demand",
        ("hypotheses", "leakage"): "{thing}: chance to be let out",
        ("hypotheses", "persons_per_d"): "{thing}: people brought a day",
        ("hypotheses", "steering"): "{thing}: groups brought to a crossing",
    }
)
"""Name by kind and key of what a state of the world draws of the scenario's own things."""


def parameter_label(key: str, things: Mapping[str, str] = MappingProxyType({})) -> str:
    """The name of a parameter in the current language; what has none keeps its id.

    Args:
        key: Its id, or what a value is called that a state of the world draws of a crossing, a
            control or a hypothesis (:mod:`sim.scenario.drawn_keys`).
        things: Name by id of crossings, controls and hypotheses; others are called by their ids.
    """
    if named := PARAMETER_LABELS.get(key):
        return translate(named)
    kind, thing, what = (*key.split(".", 2), "", "")[:3]
    _, _, last = what.rpartition(".") if kind == "controls" else ("", "", what)
    if (kind, last) not in DRAWN_LABELS:
        return key
    name = things.get(thing) or sentence(thing.replace("-", " "))
    return translate(DRAWN_LABELS[kind, last], thing=name)


def in_a_sentence(label: str, key: str) -> str:
    """A parameter's name in a sentence; what begins with the name of a place keeps its capital.

    Args:
        label: its name.
        key: its id; of what is drawn of a crossing, a control or a hypothesis it has dots.
    """
    return label if "." in key else lower(label)
