"""The model's scalar parameters: each with its central value, unit, range, meaning and source.

Scenarios override central values under ``parameters`` and draw those under ``uncertainties``.
Sources are evidence ids of ``seeds/``, papers or "expert guess"; ``case``: whose evidence it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.world.quantities import (
    FINLAND,
    TRANSIT,
    Quantity,
    euros,
    log_odds,
    number,
    share,
)


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Every scalar of the submodels; low and high bound what a scenario may give."""

    # S1 demand
    demand_factor: float = number(1.0, 0.0, 1000.0).means("multiplies the demand profile")
    demand_drift_per_d: float = Quantity(0.0, "1/d", -2.0, 0.1).means(
        "relative change of demand a day after the last day of which it is known",
        "expert guess: nothing is known",
    )
    stock_factor: float = number(1.0, 0.0, 1000.0).means("multiplies the initial stock")
    demand_when_closed: float = share(0.5).means(
        "share of demand that still sets out while no crossing takes asylum claims",
        "expert guess: not identified by the data",
    )
    frailty_shape: float = number(0.0, 0.0, 1000.0).means(
        "shape k of the gamma factor that demand has on a day; 0 for none",
        "expert guess; daily counts vary more than Poisson, k about 3 (fi23-daily)",
    )
    branching: float = number(0.0, 0.0, 0.95).means(
        "groups that set out because one got through, mean; 0 for none", "expert guess: 0-0.8"
    )
    kernel_mean_d: float = Quantity(9.0, "d", 0.01, 365.0).means(
        "mean time from a group's getting through to the arrival of those who follow",
        "expert guess; one journey of 10 to 14 days (fi23-fact-journey-1)",
        case=FINLAND,
    )
    kernel_shape: float = number(2.0, 0.1, 100.0).means(
        "shape of the gamma distribution of that time"
    )
    failure_weight: float = number(0.0, 0.0, 100.0).means(
        "eta: demand falls by exp(-eta F) with publicised failure F between 0 and 1; 0 for none",
        "expert guess: not identified by the data",
    )
    failure_memory_d: float = Quantity(3.0, "d", 0.01, 365.0).means("memory of publicised failure")
    # S2 groups
    own_travel_mean: float = Quantity(1.8, "persons", 1.0, 10.0).means(
        "mean size of groups that travel on their own"
    )
    own_travel_dispersion: float = number(2.0, 0.1, 100.0).means(
        "dispersion k of the zero-truncated negative binomial"
    )
    vehicle_share: float = share(0.12).means(
        "share of groups that fill a vehicle of 4 to 7",
        "expert guess; groups of 4 and 5 reported (fi23-fact-group-1, fi23-fact-group-2)",
        case=FINLAND,
    )
    convoy_share: float = share(0.01).means(
        "share of groups of about 20, a minibus",
        "expert guess; releases of 21, 20 and 17 at Salla (fi23-fact-group-3)",
        case=FINLAND,
    )
    family_share: float = share(0.12).means(
        "share of groups of two and more that are families with children",
        "expert guess; some 88 % were men aged 18 to 39 (fi23-fact-people-3)",
        case=FINLAND,
    )
    unaccompanied_share: float = share(0.02).means(
        "share of single travellers who are unaccompanied minors"
    )
    vulnerable_share: float = share(0.08).means(
        "share of adults who are ill, disabled, pregnant or old"
    )
    elderly_share: float = share(0.0).means(
        "share of adults who are old, and so particularly vulnerable"
    )
    women_share: float = share(0.0).means("share of people who are women or girls")
    gear_mean: float = number(0.5, 0.01, 1.0).means(
        "mean of a group's clothing and gear against cold, 0 (none) to 1"
    )
    valid_document_share: float = share(0.8).means(
        "share of groups whose papers in the transit state are in order",
        "expert guess; some came on a valid visa (fi23-fact-people-5)",
        case=FINLAND,
    )
    cash_median_eur: float = euros(1500.0, 1.0, 1e5).means("median money at hand, a person")
    cash_sigma: float = number(0.6, 0.0, 3.0).means("log standard deviation of money at hand")
    # S3 information
    news_delay_h: float = Quantity(8.0, "h", 0.0, 240.0).means(
        "mean delay until official news is heard",
        "expert guess; the rush came within a day of the decision (fi23-daily)",
        case=FINLAND,
    )
    news_reach: float = share(0.95).means(
        "chance that a group ever hears a given official announcement"
    )
    prior_weight: float = number(4.0, 1e-6, 1e6).means(
        "outcomes that a crossing's prior (known) is worth"
    )
    official_weight: float = number(20.0, 0.0, 1e9).means(
        "outcomes that the authorities' word that claims are taken somewhere is worth"
    )
    experience_weight: float = number(0.0, 0.0, 1e6).means(
        "outcomes that one's own experience at a post is worth"
    )
    peer_rate_per_h: float = Quantity(0.0, "1/h", 0.0, 100.0).means(
        "p_c: talks of a group with another, an hour; 0 for none",
        "expert guess: 0.004-0.1; 0.1 a step in Routes and Rumours",
    )
    talks_before_h: float = Quantity(24.0, "h", 0.0, 1e4).means(
        "for how long before it appears a new group has heard from others, at the rate p_c"
    )
    peer_weight: float = number(0.5, 0.0, 1e6).means(
        "outcomes that fresh news from others is worth"
    )
    stifling: float = share(0.0).means("chance that those who spread known news stop")
    memory_d: float = Quantity(0.0, "d", 0.0, 1e6).means(
        "tau_f: time in which evidence fades; 0 for never"
    )
    facilitated_share: float = share(0.0).means("phi_f: share of groups with a facilitator")
    facilitator_rate_per_h: float = Quantity(1.0 / 24.0, "1/h", 0.0, 100.0).means(
        "talks of such a group with its facilitator"
    )
    facilitator_weight: float = number(1.0, 0.0, 1e6).means(
        "outcomes that a facilitator's word is worth"
    )
    facilitator_bias: float = share(0.5).means(
        "share of the chance to fail that a facilitator talks away"
    )
    routes_and_rumours: float = share(0.0).means(
        "1: beliefs follow the Routes-and-Rumours rule, 0: Beta-Bernoulli",
        "Hinsch and Bijak 2023, Artificial Life 29:3",
    )
    # S4 perceived cost
    value_of_time_eur_per_h: float = Quantity(8.0, "EUR/h", 0.0, 1000.0).means(
        "value of an hour of travel or waiting"
    )
    transport_eur_per_km: float = Quantity(0.15, "EUR/km", 0.0, 100.0).means(
        "price of road transport a person"
    )
    bicycle_eur: float = euros(230.0, 0.0, 1e4).means(
        "price of a bicycle near the crossing",
        "USD 100-400 (fi23-fact-price-1), USD 300 (fi23-fact-price-2)",
        case=FINLAND,
    )
    vehicle_eur: float = euros(600.0, 0.0, 1e5).means("price of a seat in a vehicle that crosses")
    income_elasticity: float = number(0.5, 0.0, 3.0).means(
        "how much more a price weighs for those with little money"
    )
    success_value_eur: float = euros(1100.0, 0.0, 1e6).means(
        "worth of an attempt believed certain to succeed"
    )
    turned_back_cost_eur: float = euros(300.0, 0.0, 1e6).means(
        "weight of the believed chance of being turned back"
    )
    utility_scale_eur: float = euros(250.0, 1e-6, 1e6).means("euros in one unit of utility")
    travel_time_factor: float = number(1.0, 0.1, 10.0).means("multiplies every travel time")
    staging_h: float = Quantity(1.5, "h", 0.0, 240.0).means(
        "hours spent on lifts and bicycles before the last leg"
    )
    arrive_ahead_h: float = Quantity(1.0, "h", 0.0, 1e9).means(
        "how long before a crossing opens people come at the earliest"
    )
    cold_cost_eur: float = euros(0.0, 0.0, 1e6).means(
        "beta_cold: what an expected weighted hour in the cold weighs"
    )
    checkpoint_cost_eur: float = euros(0.0, 0.0, 1e6).means(
        "beta_r: weight of the chance of being stopped on the road, without valid papers"
    )
    # S5 choice
    review_rate_per_h: float = Quantity(1.0 / 6.0, "1/h", 0.0, 1000.0).means(
        "rate at which a waiting group reconsiders"
    )
    station_constant: float = number(-5.6, -1000.0, 1000.0).means(
        "utility of trying a crossing, against waiting"
    )
    green_constant: float = number(-1.4, -1000.0, 1000.0).means(
        "utility of the terrain border, against waiting"
    )
    other_country_constant: float = number(-6.6, -1000.0, 1000.0).means(
        "utility of another country, against waiting"
    )
    settle_constant: float = number(-5.8, -1000.0, 1000.0).means(
        "utility of staying in the transit state"
    )
    station_nest: float = number(1.0, 0.01, 1.0).means(
        "theta of the nest of crossings: 1 for none, near 0 for crossings that are all alike"
    )
    other_country_nest: float = number(1.0, 0.01, 1.0).means(
        "theta of the nest of other countries' borders"
    )
    green_nest: float = number(1.0, 0.01, 1.0).means(
        "theta of the nest of stretches of terrain border"
    )
    mode_nest: float = number(0.5, 0.01, 1.0).means(
        "theta of the modes of a crossing, as a share of that of the crossings: near 0 the best "
        "mode is taken, whatever little it is better by"
    )
    route_scale_eur: float = euros(0.0, 0.0, 1e5).means(
        "scale of the recursive logit over roads; 0: everybody takes the fastest way"
    )
    inertia: float = number(1.0, 0.0, 100.0).means("utility of keeping to the present plan")
    rush_scale: float = number(0.35, 1e-3, 1e6).means(
        "theta of the deadline rush exp(loss / theta)",
        "expert guess; 163 on the last open day after 26 the day before (fi23 daily)",
        case=FINLAND,
    )
    rush_limit: float = number(20.0, 1.0, 1000.0).means("the strongest deadline rush")
    rush_horizon_h: float = Quantity(48.0, "h", 0.0, 10000.0).means(
        "how far ahead known closures are looked at"
    )
    lost_hope: float = number(0.0, 0.0, 20.0).means(
        "utility that waiting loses while every crossing is believed closed, now and later",
        "expert guess; few tried the terrain border while a crossing was open",
    )
    green_price_eur: float = euros(1500.0, 0.0, 1e5).means(
        "price of a way over the terrain border, from nothing (alone) to that of a guide",
        "expert guess; EUR 6,000 with a guide in January 2024 (fi23-fact-price-7)",
        case=FINLAND,
    )
    found_cost_eur: float = euros(300.0, 0.0, 1e6).means(
        "weight of the believed chance of being found on the terrain border; 0: nobody minds",
        "expert guess: as being turned back; people who were found did apply",
    )
    # S6 giving up, removal
    daily_burn_eur: float = Quantity(25.0, "EUR/d", 0.0, 1e4).means(
        "what a day of waiting costs a person"
    )
    give_up_rate_per_d: float = Quantity(0.0, "1/d", 0.0, 100.0).means(
        "omega0: rate at which a waiting group with full pockets goes home; 0 for none",
        "expert guess: 0.005-0.15, not identified by the data",
    )
    give_up_cash: float = number(1.0, 0.0, 20.0).means(
        "omega1: growth of that rate (log) as money runs out"
    )
    give_up_failures: float = number(0.3, 0.0, 20.0).means(
        "omega2: growth of that rate (log) with each attempt in vain"
    )
    give_up_cold: float = number(0.0, 0.0, 20.0).means(
        "omega3: growth of that rate (log) with each 10 °C of wind chill below zero"
    )
    removal_rate_per_d: float = Quantity(0.0, "1/d", 0.0, 100.0).means(
        "rate at which the transit state removes waiting people without valid papers; 0 for none",
        "expert guess; 150 people detained by 21 Nov (fi23-transit-03)",
        actor=TRANSIT,
    )
    splitting: float = share(0.0).means(
        "chance that adults whom the gate lets out only in part go separate ways"
    )
    forced_separation: float = share(0.0).means(
        "chance that a family is parted like that; 0: families stay together"
    )
    # S6 terrain border
    hike_median_h: float = Quantity(8.0, "h", 0.0, 1000.0).means(
        "median walk over the terrain border"
    )
    hike_sigma: float = number(0.5, 0.0, 3.0).means("log standard deviation of that walk")
    fence_delay_h: float = Quantity(0.5, "h", 0.0, 1000.0).means(
        "how much longer the walk takes where all of the stretch is fenced",
        "expert guess: 0.2-1 h",
    )
    pushback_harm_share: float = share(0.05).means(
        "share of people pushed back on the terrain border who are expected to need help after it",
        "expert guess: 0.01-0.3; nothing in the model follows from it",
    )
    # S7 stations
    admission_time_factor: float = number(1.0, 0.0, 100.0).means("multiplies every admission time")
    registration_time_factor: float = number(1.0, 0.0, 100.0).means(
        "multiplies every registration time"
    )
    balking_per_h: float = Quantity(0.0, "1/h", 0.0, 100.0).means(
        "gamma: people turn away from an expected wait W with chance 1 - exp(-gamma W); 0 for none"
    )
    patience_h: float = Quantity(0.0, "h", 0.0, 1e6).means(
        "mean patience in the queue in mild weather; 0 for endless"
    )
    patience_shape: float = number(1.0, 0.2, 20.0).means(
        "Weibull shape of patience; 1 is exponential"
    )
    cold_impatience: float = Quantity(0.0, "1/°C", 0.0, 1.0).means(
        "patience is spent exp(a d) times as fast at d degrees of wind chill below zero"
    )
    interpreter_share: float = share(1.0).means("share of groups who need an interpreter")
    minor_interview_min: float = Quantity(0.0, "min", 0.0, 600.0).means(
        "how much longer a minor's interview takes on average"
    )
    claim_share: float = share(1.0).means("share of groups who ask for asylum; others are refused")
    # S10 transit side
    expired_document_gate: float = share(0.5).means(
        "chance of being let out with expired papers, against valid ones",
        "expert guess; people with expired visas detained from 15 Nov (fi23 transit)",
        actor=TRANSIT,
        case=FINLAND,
    )
    # S9 oversight, R5 effective access
    access_reach_h: float = Quantity(24.0, "h", 0.0, 1000.0).means(
        "longest time to reach a crossing and be served there that still counts as access"
    )
    access_price_eur: float = euros(1000.0, 0.0, 1e6).means(
        "highest price of that way that still counts as access"
    )
    # S10 how the transit side answers to what it sees
    transit_level_max: float = number(2.0, 1.0, 10.0).means(
        "highest level of facilitation, against that which the hypothesis sets", actor=TRANSIT
    )
    escalation_factor: float = number(1.25, 1.0, 10.0).means(
        "multiplies the level of facilitation on a day of escalation", actor=TRANSIT
    )
    withdrawal_half_life_d: float = Quantity(4.0, "d", 0.1, 60.0).means(
        "half-life of facilitation once the transit side withdraws",
        "expert guess: 2-10, after Norway 2015 and Lapland 2016",
        actor=TRANSIT,
    )
    deterred_withdraw_base: float = log_odds(-3.0).means(
        "R1: daily log-odds of withdrawing where nobody fails", actor=TRANSIT
    )
    deterred_withdraw_failure: float = log_odds(3.0).means(
        "R1: added where everybody fails", actor=TRANSIT
    )
    deterred_escalate_base: float = log_odds(-3.0).means(
        "R1: daily log-odds of escalating where nothing is open", actor=TRANSIT
    )
    deterred_escalate_openness: float = log_odds(1.5).means(
        "R1: added where everything is open", actor=TRANSIT
    )
    reactance_withdraw_base: float = log_odds(-4.0).means(
        "R2: daily log-odds of withdrawing", actor=TRANSIT
    )
    reactance_escalate_base: float = log_odds(-3.0).means(
        "R2: daily log-odds of escalating where everything is open", actor=TRANSIT
    )
    reactance_strength: float = log_odds(3.0).means(
        "R2: added where everything is closed", actor=TRANSIT
    )
    stranded_limit_persons: float = Quantity(500.0, "persons", 0.0, 1e6).means(
        "R4: people stranded in the transit state above whom it withdraws", actor=TRANSIT
    )
    stranded_resume_share: float = share(0.5).means(
        "R4: share of that limit below which it goes on", actor=TRANSIT
    )
    # what policies see
    reporting_error: float = share(0.07).means(
        "coefficient of variation of reported daily counts",
        "press counts of one day differing by up to 28 % (fi23 arrivals)",
        case=FINLAND,
    )
    reporting_lag_h: float = Quantity(12.0, "h", 0.0, 240.0).means(
        "age of the newest day's count when a policy sees it"
    )
    # S12 medical care
    care_per_weighted_h: float = Quantity(0.045, "1/h", 0.0, 1.0).means(
        "hazard of needing medical care per weighted hour in the cold (ERI); 0 for none",
        "2 ambulances for 109 arrivals at −15 °C (source not recorded), if they stood 4 h "
        "outdoors (expert guess); 0.005-0.16 by the 95 % interval of 2 in 109",
        case=FINLAND,
    )
    # S13 costs
    officer_eur_per_h: float = Quantity(45.0, "EUR/h", 0.0, 1000.0).means(
        "cost of an officer's hour on duty, at a desk or a lane"
    )
    shift_h: float = Quantity(8.0, "h", 1.0, 24.0).means(
        "an officer's hours on duty a day: round the clock a desk needs 24 / shift_h officers"
    )
    night_premium: float = share(0.35).means(
        "share by which an hour on duty between 22 and 6 o'clock is dearer"
    )
    surge_eur_per_d: float = Quantity(250.0, "EUR/d", 0.0, 1e4).means(
        "travel and lodging of an officer away from home, a day of one shift"
    )
    interpreter_eur_per_h: float = Quantity(60.0, "EUR/h", 0.0, 1000.0).means(
        "cost of an interpreter's hour on duty"
    )
    station_eur_per_d: float = Quantity(4000.0, "EUR/d", 0.0, 1e6).means(
        "running cost of a crossing on a day on which it is open, staff aside"
    )
    warm_place_eur_per_d: float = Quantity(10.0, "EUR/d", 0.0, 1e4).means(
        "a heated place for people who wait, used or not"
    )
    shelter_eur_per_d: float = Quantity(40.0, "EUR/d", 0.0, 1e4).means(
        "food and care for a person who waits past the gate"
    )
    registration_eur: float = euros(150.0, 0.0, 1e4).means(
        "checks and papers of a registration, officers aside"
    )
    transport_eur: float = euros(60.0, 0.0, 1e4).means(
        "transport of a registered person to reception"
    )
    reception_eur_per_d: float = Quantity(50.0, "EUR/d", 0.0, 1000.0).means(
        "reception of a registered person",
        "35-66 EUR a person and day in Finnish reception (source not recorded)",
        case=FINLAND,
    )
    minor_reception_eur_per_d: float = Quantity(208.0, "EUR/d", 0.0, 2000.0).means(
        "reception of an unaccompanied minor",
        "up to 208 EUR a day in units for minors (source not recorded)",
        case=FINLAND,
    )
    review_eur: float = euros(20000.0, 0.0, 1e7).means("legal cost of a review by oversight")
    fence_eur_per_km: float = Quantity(1.81e6, "EUR/km", 0.0, 1e8).means(
        "building cost of a fence", "EUR 362 million for 200 km (source not recorded)", case=FINLAND
    )
    fence_life_y: float = Quantity(40.0, "y", 1.0, 1000.0).means(
        "life of a fence, for its cost a year"
    )
    discount_rate: float = Quantity(0.03, "1/y", 0.0, 0.5).means(
        "interest, for the cost of a fence a year"
    )
    lost_crossing_eur: float = euros(80.0, 0.0, 1e4).means(
        "trade and family life lost with a crossing that somebody with papers cannot make"
    )
    traveller_detour_share: float = share(0.5).means(
        "share of travellers with papers who use another crossing while one is open"
    )
    neighbour_eur: float = euros(3000.0, 0.0, 1e5).means(
        "first cost to another country of a person who goes there instead"
    )
    # indicators
    usual_arrivals_per_d: float = Quantity(0.5, "persons/d", 1e-6, 1e6).means(
        "arrivals a day before the episode (Q1)",
        "fewer than 100 in the first half of 2023 (source not recorded)",
        case=FINLAND,
    )
    control_per_d: float = Quantity(20.0, "persons/d", 0.0, 1e6).means(
        "three-day mean below which control is regained (S8)"
    )
    pressure_per_d: float = Quantity(10.0, "persons/d", 0.0, 1e6).means(
        "people at the posts on a day above which pressure lasts (Q5)"
    )
