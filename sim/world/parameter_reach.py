"""What the parameters can move that only accounts of a finished run read."""

from __future__ import annotations

from typing import Final

# Parameters that nobody in the model reads, only accounts of a finished run: prices in costs (K),
# travellers in R14, care and help in R3, thresholds in O8 and in pressure and coercion (Q).
ACTS_ON: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "officer_eur_per_h",
            "shift_h",
            "night_premium",
            "surge_eur_per_d",
            "warm_place_eur_per_d",
            "interpreter_eur_per_h",
            "station_eur_per_d",
            "shelter_eur_per_d",
            "registration_eur",
            "transport_eur",
            "reception_eur_per_d",
            "minor_reception_eur_per_d",
            "review_eur",
            "fence_eur_per_km",
            "fence_life_y",
            "discount_rate",
            "lost_crossing_eur",
            "neighbour_eur",
        ),
        ("K",),
    ),
    "traveller_detour_share": ("R14", "K"),
    "care_per_weighted_h": ("R3",),
    "pushback_harm_share": ("R3_pushback",),
    "control_per_d": ("O8",),
    "usual_arrivals_per_d": ("Q",),
    "pressure_per_d": ("Q",),
}
