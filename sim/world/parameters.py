"""The model's scalar parameters: each with its unit, meaning, central value, range and source.

A scenario overrides central values under ``parameters`` and says under ``uncertainties`` which of
them are drawn per world. Sources are evidence ids of ``seeds/``, papers, or "expert guess".
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

GUESS = "expert guess"


def parameter(
    central: float,
    unit: str,
    meaning: str,
    *,
    low: float,
    high: float,
    source: str = GUESS,
    actor: str = "",
) -> Any:
    """A field of :class:`Parameters` with the facts that a reader needs about it.

    ``actor="transit"`` marks what describes the transit side: it is drawn or given, never searched.
    """
    facts = {"unit": unit, "meaning": meaning, "low": low, "high": high, "source": source}
    facts |= {"actor": actor}
    return field(default=central, metadata=facts)


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Every scalar of the submodels; ``low`` and ``high`` bound what a scenario may say."""

    # S1 demand
    demand_factor: float = parameter(
        1.0, "1", "multiplies the demand profile", low=0.0, high=1000.0
    )
    stock_factor: float = parameter(1.0, "1", "multiplies the initial stock", low=0.0, high=1000.0)
    demand_when_closed: float = parameter(
        0.5,
        "1",
        "share of demand that still sets out while no crossing takes asylum claims",
        low=0.0,
        high=1.0,
        source="expert guess: not identified by the data",
    )
    frailty_shape: float = parameter(
        0.0,
        "1",
        "shape k of the gamma factor that demand has on a day; 0 for none",
        low=0.0,
        high=1000.0,
        source="expert guess; daily counts vary more than Poisson, k about 3 (fi23-daily)",
    )
    branching: float = parameter(
        0.0,
        "1",
        "groups that set out because one got through, mean; 0 for none",
        low=0.0,
        high=0.95,
        source="expert guess: 0-0.8",
    )
    kernel_mean_d: float = parameter(
        9.0,
        "d",
        "mean time from a group's getting through to the arrival of those who follow",
        low=0.01,
        high=365.0,
        source="expert guess; one journey of 10 to 14 days (facts)",
    )
    kernel_shape: float = parameter(
        2.0, "1", "shape of the gamma distribution of that time", low=0.1, high=100.0
    )
    failure_weight: float = parameter(
        0.0,
        "1",
        "eta: demand falls by exp(-eta F) with publicised failure F between 0 and 1; 0 for none",
        low=0.0,
        high=100.0,
        source="expert guess: not identified by the data",
    )
    failure_memory_d: float = parameter(
        3.0, "d", "memory of publicised failure", low=0.01, high=365.0
    )
    # S2 groups
    own_travel_mean: float = parameter(
        1.8, "persons", "mean size of groups that travel on their own", low=1.0, high=10.0
    )
    own_travel_dispersion: float = parameter(
        2.0, "1", "dispersion k of the zero-truncated negative binomial", low=0.1, high=100.0
    )
    vehicle_share: float = parameter(
        0.12,
        "1",
        "share of groups that fill a vehicle of 4 to 7",
        low=0.0,
        high=1.0,
        source="expert guess; groups of 4-7 reported (facts: who, in what groups)",
    )
    convoy_share: float = parameter(
        0.01,
        "1",
        "share of groups of about 20, a minibus",
        low=0.0,
        high=1.0,
        source="expert guess; releases of 21, 20, 17 at Salla on 23 Nov (facts)",
    )
    family_share: float = parameter(
        0.12,
        "1",
        "share of groups of two and more that are families with children",
        low=0.0,
        high=1.0,
        source="facts: about 88 % men aged 18-39; 1 + 4 + 0 women seen of 58",
    )
    unaccompanied_share: float = parameter(
        0.02, "1", "share of single travellers who are unaccompanied minors", low=0.0, high=1.0
    )
    vulnerable_share: float = parameter(
        0.08, "1", "share of adults who are ill, disabled, pregnant or old", low=0.0, high=1.0
    )
    elderly_share: float = parameter(
        0.0, "1", "share of adults who are old, and so particularly vulnerable", low=0.0, high=1.0
    )
    women_share: float = parameter(
        0.0, "1", "share of people who are women or girls", low=0.0, high=1.0
    )
    gear_mean: float = parameter(
        0.5,
        "1",
        "mean of a group's clothing and gear against cold, 0 (none) to 1",
        low=0.01,
        high=1.0,
    )
    valid_document_share: float = parameter(
        0.8,
        "1",
        "share of groups whose papers in the transit state are in order",
        low=0.0,
        high=1.0,
        source="expert guess; passports almost without exception, expired visas common (facts)",
    )
    cash_median_eur: float = parameter(
        1500.0, "EUR", "median money at hand, a person", low=1.0, high=1e5
    )
    cash_sigma: float = parameter(
        0.6, "1", "log standard deviation of money at hand", low=0.0, high=3.0
    )
    # S3 information
    news_delay_h: float = parameter(
        8.0,
        "h",
        "mean delay until official news is heard",
        low=0.0,
        high=240.0,
        source="expert guess; the rush came within a day of the decision (fi23 intraday)",
    )
    news_reach: float = parameter(
        0.95, "1", "chance that a group ever hears a given official announcement", low=0.0, high=1.0
    )
    prior_weight: float = parameter(
        4.0,
        "1",
        "outcomes that a crossing's prior (known) is worth",
        low=1e-6,
        high=1e6,
    )
    official_weight: float = parameter(
        20.0,
        "1",
        "outcomes that the authorities' word that claims are taken somewhere is worth",
        low=0.0,
        high=1e9,
    )
    experience_weight: float = parameter(
        0.0, "1", "outcomes that one's own experience at a post is worth", low=0.0, high=1e6
    )
    peer_rate_per_h: float = parameter(
        0.0,
        "1/h",
        "p_c: talks of a group with another, an hour; 0 for none",
        low=0.0,
        high=100.0,
        source="expert guess: 0.004-0.1; 0.1 a step in Routes and Rumours",
    )
    peer_weight: float = parameter(
        0.5, "1", "outcomes that fresh news from others is worth", low=0.0, high=1e6
    )
    stifling: float = parameter(
        0.0, "1", "chance that those who tell known news cease to", low=0.0, high=1.0
    )
    memory_d: float = parameter(
        0.0, "d", "tau_f: time in which evidence fades; 0 for never", low=0.0, high=1e6
    )
    facilitated_share: float = parameter(
        0.0, "1", "phi_f: share of groups with a facilitator", low=0.0, high=1.0
    )
    facilitator_rate_per_h: float = parameter(
        1.0 / 24.0, "1/h", "talks of such a group with its facilitator", low=0.0, high=100.0
    )
    facilitator_weight: float = parameter(
        1.0, "1", "outcomes that a facilitator's word is worth", low=0.0, high=1e6
    )
    facilitator_bias: float = parameter(
        0.5,
        "1",
        "share of the chance to fail that a facilitator talks away",
        low=0.0,
        high=1.0,
    )
    routes_and_rumours: float = parameter(
        0.0,
        "1",
        "1: beliefs follow the Routes-and-Rumours rule, 0: Beta-Bernoulli",
        low=0.0,
        high=1.0,
        source="Hinsch and Bijak 2023, Artificial Life 29:3",
    )
    # S4 perceived cost
    value_of_time_eur_per_h: float = parameter(
        8.0, "EUR/h", "value of an hour of travel or waiting", low=0.0, high=1000.0
    )
    transport_eur_per_km: float = parameter(
        0.15, "EUR/km", "price of road transport a person", low=0.0, high=100.0
    )
    bicycle_eur: float = parameter(
        230.0,
        "EUR",
        "price of a bicycle near the crossing",
        low=0.0,
        high=1e4,
        source="facts: USD 100-400 (pledgetimes 15 Nov), USD 300 (Yle journey)",
    )
    vehicle_eur: float = parameter(
        600.0, "EUR", "price of a seat in a vehicle that crosses", low=0.0, high=1e5
    )
    income_elasticity: float = parameter(
        0.5, "1", "how much more a price weighs for those with little money", low=0.0, high=3.0
    )
    success_value_eur: float = parameter(
        1100.0, "EUR", "worth of an attempt believed certain to succeed", low=0.0, high=1e6
    )
    turned_back_cost_eur: float = parameter(
        300.0, "EUR", "weight of the believed chance of being turned back", low=0.0, high=1e6
    )
    utility_scale_eur: float = parameter(
        250.0, "EUR", "euros in one unit of utility", low=1e-6, high=1e6
    )
    travel_time_factor: float = parameter(
        1.0, "1", "multiplies every travel time", low=0.1, high=10.0
    )
    staging_h: float = parameter(
        1.5, "h", "hours spent on lifts and bicycles before the last leg", low=0.0, high=240.0
    )
    arrive_ahead_h: float = parameter(
        1.0, "h", "how long before a crossing opens people come at the earliest", low=0.0, high=1e9
    )
    cold_cost_eur: float = parameter(
        0.0,
        "EUR",
        "beta_cold: what an expected weighted hour in the cold weighs",
        low=0.0,
        high=1e6,
    )
    checkpoint_cost_eur: float = parameter(
        0.0,
        "EUR",
        "beta_r: weight of the chance of being stopped on the road, without valid papers",
        low=0.0,
        high=1e6,
    )
    # S5 choice
    review_rate_per_h: float = parameter(
        1.0 / 6.0, "1/h", "rate at which a waiting group thinks again", low=0.0, high=1000.0
    )
    station_constant: float = parameter(
        -5.6, "1", "utility of trying a crossing, against waiting", low=-1000.0, high=1000.0
    )
    green_constant: float = parameter(
        -2.2, "1", "utility of the terrain border, against waiting", low=-1000.0, high=1000.0
    )
    other_country_constant: float = parameter(
        -6.6, "1", "utility of another country, against waiting", low=-1000.0, high=1000.0
    )
    settle_constant: float = parameter(
        -5.8, "1", "utility of staying in the transit state", low=-1000.0, high=1000.0
    )
    station_nest: float = parameter(
        1.0,
        "1",
        "theta of the nest of crossings: 1 for none, near 0 for crossings that are all alike",
        low=0.01,
        high=1.0,
    )
    other_country_nest: float = parameter(
        1.0, "1", "theta of the nest of other countries' borders", low=0.01, high=1.0
    )
    green_nest: float = parameter(
        1.0, "1", "theta of the nest of stretches of terrain border", low=0.01, high=1.0
    )
    route_scale_eur: float = parameter(
        0.0,
        "EUR",
        "scale of the recursive logit over roads; 0: everybody takes the fastest way",
        low=0.0,
        high=1e5,
    )
    inertia: float = parameter(
        1.0, "1", "utility of keeping to the present plan", low=0.0, high=100.0
    )
    rush_scale: float = parameter(
        0.35,
        "1",
        "theta of the deadline rush exp(loss / theta)",
        low=1e-3,
        high=1e6,
        source="expert guess; 163 on the last open day after 26 the day before (fi23 daily)",
    )
    rush_limit: float = parameter(20.0, "1", "the strongest deadline rush", low=1.0, high=1000.0)
    rush_horizon_h: float = parameter(
        48.0, "h", "how far ahead known closures are looked at", low=0.0, high=10000.0
    )
    lost_hope: float = parameter(
        0.0,
        "1",
        "utility that waiting loses while every crossing is believed shut, now and later",
        low=0.0,
        high=20.0,
        source="expert guess; few tried the terrain border while a crossing was open (MODEL 2.1 g)",
    )
    green_price_eur: float = parameter(
        1500.0,
        "EUR",
        "price of a way over the terrain border, from nothing (alone) to that of a guide",
        low=0.0,
        high=1e5,
        source="expert guess; EUR 6,000 with a guide in Jan 2024 (facts: Yle green border)",
    )
    # S6 giving up, removal
    daily_burn_eur: float = parameter(
        25.0, "EUR/d", "what a day of waiting costs a person", low=0.0, high=1e4
    )
    give_up_rate_per_d: float = parameter(
        0.0,
        "1/d",
        "omega0: rate at which a waiting group with full pockets goes home; 0 for none",
        low=0.0,
        high=100.0,
        source="expert guess: 0.005-0.15, not identified by the data",
    )
    give_up_cash: float = parameter(
        1.0, "1", "omega1: growth of that rate (log) as money runs out", low=0.0, high=20.0
    )
    give_up_failures: float = parameter(
        0.3, "1", "omega2: growth of that rate (log) with each attempt in vain", low=0.0, high=20.0
    )
    give_up_cold: float = parameter(
        0.0,
        "1",
        "omega3: growth of that rate (log) with each 10 deg C of wind chill below zero",
        low=0.0,
        high=20.0,
    )
    removal_rate_per_d: float = parameter(
        0.0,
        "1/d",
        "rate at which the transit state removes waiting people without valid papers; 0 for none",
        low=0.0,
        high=100.0,
        source="expert guess; 150 people detained by 21 Nov (fi23-transit-03)",
        actor="transit",
    )
    splitting: float = parameter(
        0.0,
        "1",
        "chance that adults whom the gate lets out only in part go separate ways",
        low=0.0,
        high=1.0,
    )
    forced_separation: float = parameter(
        0.0,
        "1",
        "chance that a family is parted like that; 0: families stay together",
        low=0.0,
        high=1.0,
    )
    # S6 terrain border
    hike_median_h: float = parameter(
        8.0, "h", "median walk over the terrain border", low=0.0, high=1000.0
    )
    hike_sigma: float = parameter(
        0.5, "1", "log standard deviation of that walk", low=0.0, high=3.0
    )
    # S7 stations
    admission_time_factor: float = parameter(
        1.0, "1", "multiplies every admission time", low=0.0, high=100.0
    )
    registration_time_factor: float = parameter(
        1.0, "1", "multiplies every registration time", low=0.0, high=100.0
    )
    balking_per_h: float = parameter(
        0.0,
        "1/h",
        "gamma: people turn away from an expected wait W with chance 1 - exp(-gamma W); 0 for none",
        low=0.0,
        high=100.0,
    )
    patience_h: float = parameter(
        0.0, "h", "mean patience in line in mild weather; 0 for endless", low=0.0, high=1e6
    )
    patience_shape: float = parameter(
        1.0, "1", "Weibull shape of patience; 1 is exponential", low=0.2, high=20.0
    )
    cold_impatience: float = parameter(
        0.0,
        "1/degC",
        "patience is spent exp(a d) times as fast at d degrees of wind chill below zero",
        low=0.0,
        high=1.0,
    )
    interpreter_share: float = parameter(
        1.0, "1", "share of groups who need an interpreter", low=0.0, high=1.0
    )
    minor_interview_min: float = parameter(
        0.0, "min", "how much longer a minor's interview takes on average", low=0.0, high=600.0
    )
    claim_share: float = parameter(
        1.0, "1", "share of groups who ask for asylum; others are refused", low=0.0, high=1.0
    )
    # S10 transit side
    expired_document_gate: float = parameter(
        0.5,
        "1",
        "chance of being let out with expired papers, against valid ones",
        low=0.0,
        high=1.0,
        source="expert guess; people with expired visas detained from 15 Nov (fi23 transit)",
        actor="transit",
    )
    # S9 oversight, R5 effective access
    access_reach_h: float = parameter(
        24.0, "h", "longest way to a crossing that still counts as access", low=0.0, high=1000.0
    )
    access_price_eur: float = parameter(
        1000.0, "EUR", "highest price of that way that still counts as access", low=0.0, high=1e6
    )
    # S10 how the transit side answers to what it sees
    transit_level_max: float = parameter(
        2.0,
        "1",
        "highest level of facilitation, against that which the hypothesis sets",
        low=1.0,
        high=10.0,
        actor="transit",
    )
    escalation_factor: float = parameter(
        1.25,
        "1",
        "multiplies the level of facilitation on a day of escalation",
        low=1.0,
        high=10.0,
        actor="transit",
    )
    withdrawal_half_life_d: float = parameter(
        4.0,
        "d",
        "half-life of facilitation once the transit side withdraws",
        low=0.1,
        high=60.0,
        source="expert guess: 2-10, after Norway 2015 and Lapland 2016",
        actor="transit",
    )
    deterred_withdraw_base: float = parameter(
        -3.0,
        "1",
        "R1: daily log-odds of withdrawing where nobody fails",
        low=-20.0,
        high=20.0,
        actor="transit",
    )
    deterred_withdraw_failure: float = parameter(
        3.0, "1", "R1: added where everybody fails", low=-20.0, high=20.0, actor="transit"
    )
    deterred_escalate_base: float = parameter(
        -3.0,
        "1",
        "R1: daily log-odds of escalating where nothing is open",
        low=-20.0,
        high=20.0,
        actor="transit",
    )
    deterred_escalate_openness: float = parameter(
        1.5, "1", "R1: added where everything is open", low=-20.0, high=20.0, actor="transit"
    )
    reactance_withdraw_base: float = parameter(
        -4.0, "1", "R2: daily log-odds of withdrawing", low=-20.0, high=20.0, actor="transit"
    )
    reactance_escalate_base: float = parameter(
        -3.0,
        "1",
        "R2: daily log-odds of escalating where everything is open",
        low=-20.0,
        high=20.0,
        actor="transit",
    )
    reactance_strength: float = parameter(
        3.0, "1", "R2: added where everything is closed", low=-20.0, high=20.0, actor="transit"
    )
    stranded_limit_persons: float = parameter(
        500.0,
        "persons",
        "R4: people stranded in the transit state above whom it withdraws",
        low=0.0,
        high=1e6,
        actor="transit",
    )
    stranded_resume_share: float = parameter(
        0.5,
        "1",
        "R4: share of that limit below which it goes on",
        low=0.0,
        high=1.0,
        actor="transit",
    )
    # what policies see
    reporting_error: float = parameter(
        0.07,
        "1",
        "coefficient of variation of reported daily counts",
        low=0.0,
        high=1.0,
        source="press counts of one day differing by up to 28 % (fi23 arrivals)",
    )
    reporting_lag_h: float = parameter(
        12.0, "h", "age of the newest day's count when a policy sees it", low=0.0, high=240.0
    )
    # S12 medical care
    care_per_weighted_h: float = parameter(
        0.045,
        "1/h",
        "hazard of needing medical care per weighted hour in the cold (ERI); 0 for none",
        low=0.0,
        high=1.0,
        source="2 ambulances for 109 arrivals at -15 deg C, if they stood 4 h outdoors (MODEL S12; "
        "the hours are an expert guess); 0.005-0.16 by the 95 % interval of 2 in 109",
    )
    # S13 costs
    officer_eur_per_h: float = parameter(
        45.0, "EUR/h", "cost of an officer's hour on duty", low=0.0, high=1000.0
    )
    surge_eur_per_d: float = parameter(
        250.0, "EUR/d", "travel and lodging of a seconded officer", low=0.0, high=1e4
    )
    interpreter_eur_per_h: float = parameter(
        60.0, "EUR/h", "cost of an interpreter's hour in an interview", low=0.0, high=1000.0
    )
    station_eur_per_d: float = parameter(
        4000.0,
        "EUR/d",
        "running cost of a crossing on a day on which it is open",
        low=0.0,
        high=1e6,
    )
    shelter_eur_per_d: float = parameter(
        40.0, "EUR/d", "food and warmth for a person who waits past the gate", low=0.0, high=1e4
    )
    registration_eur: float = parameter(
        150.0, "EUR", "checks and papers of a registration, officers aside", low=0.0, high=1e4
    )
    transport_eur: float = parameter(
        60.0, "EUR", "transport of a registered person to reception", low=0.0, high=1e4
    )
    reception_eur_per_d: float = parameter(
        50.0,
        "EUR/d",
        "reception of a registered person",
        low=0.0,
        high=1000.0,
        source="35-66 EUR a person and day (MODEL S13, Finnish reception costs)",
    )
    minor_reception_eur_per_d: float = parameter(
        208.0,
        "EUR/d",
        "reception of an unaccompanied minor",
        low=0.0,
        high=2000.0,
        source="up to 208 EUR a day in units for minors (MODEL S13)",
    )
    review_eur: float = parameter(
        20000.0, "EUR", "legal cost of a review by oversight", low=0.0, high=1e7
    )
    fence_eur_per_km: float = parameter(
        1.81e6,
        "EUR/km",
        "building cost of a fence",
        low=0.0,
        high=1e8,
        source="EUR 362 million for 200 km (MODEL S13)",
    )
    fence_life_y: float = parameter(
        40.0, "y", "life of a fence, for its cost a year", low=1.0, high=1000.0
    )
    discount_rate: float = parameter(
        0.03, "1/y", "interest, for the cost of a fence a year", low=0.0, high=0.5
    )
    lost_crossing_eur: float = parameter(
        80.0,
        "EUR",
        "trade and family life lost with a crossing that somebody with papers cannot make",
        low=0.0,
        high=1e4,
    )
    traveller_detour_share: float = parameter(
        0.5,
        "1",
        "share of travellers with papers who use another crossing while one is open",
        low=0.0,
        high=1.0,
    )
    neighbour_eur: float = parameter(
        3000.0,
        "EUR",
        "first cost to another country of a person who goes there instead",
        low=0.0,
        high=1e5,
    )
    # indicators
    usual_arrivals_per_d: float = parameter(
        0.5,
        "persons/d",
        "arrivals a day before the episode (Q1)",
        low=1e-6,
        high=1e6,
        source="fewer than 100 in the first half of 2023 (MODEL 3)",
    )
    control_per_d: float = parameter(
        20.0, "persons/d", "three-day mean below which control is regained (S8)", low=0.0, high=1e6
    )
    pressure_per_d: float = parameter(
        10.0,
        "persons/d",
        "people at the posts on a day above which pressure lasts (Q5)",
        low=0.0,
        high=1e6,
    )


def parameter_facts(name: str) -> dict[str, Any]:
    """Unit, meaning, low, high, source and actor of a parameter.

    Raises:
        KeyError: if there is no such parameter.
    """
    return dict(_FACTS[name])


_FACTS = {each.name: each.metadata for each in fields(Parameters)}
PARAMETER_NAMES = tuple(_FACTS)
