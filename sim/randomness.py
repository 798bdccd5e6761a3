"""Counter-based random numbers: every draw has an address, none has a history.

A draw is named by (replication key, purpose, entity, index) and computed from that name alone by
Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). So a draw belongs
to a person or a group and not to the order of events: one more group changes nobody else's draws,
and two policies meet the same people (common random numbers).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import cosine_of_turns, exp, log, power

# Purposes: the second word of a draw's name. Numbers are part of the results; never reuse one.
DEMAND_INTERVAL: Final = np.int64(1)
DEMAND_THINNING: Final = np.int64(2)
GROUP_SIZE: Final = np.int64(3)
GROUP_GATEWAY: Final = np.int64(4)
GROUP_CASH: Final = np.int64(5)
GROUP_DOCUMENT: Final = np.int64(6)
GROUP_COMPOSITION: Final = np.int64(7)
PERSON_VULNERABLE: Final = np.int64(8)
NEWS_DELAY: Final = np.int64(9)
NEWS_REACH: Final = np.int64(10)
RECONSIDER_STAY: Final = np.int64(11)
RECONSIDER_TIME: Final = np.int64(12)
ALTERNATIVE: Final = np.int64(13)
TRANSIT_GATE: Final = np.int64(14)
BAN_ENFORCED: Final = np.int64(15)
ADMISSION_SERVICE: Final = np.int64(16)
REGISTRATION_SERVICE: Final = np.int64(17)
HIKE_TIME: Final = np.int64(18)
DETECTION: Final = np.int64(19)
WORLD_HYPOTHESIS: Final = np.int64(20)
WORLD_PARAMETER: Final = np.int64(21)
POLICY: Final = np.int64(22)
REPORTING: Final = np.int64(23)
DEMAND_FRAILTY: Final = np.int64(24)
OFFSPRING_NUMBER: Final = np.int64(25)
OFFSPRING_DELAY: Final = np.int64(26)
OFFSPRING_KEY: Final = np.int64(27)
GIVING_UP: Final = np.int64(28)
REMOVAL: Final = np.int64(29)
EXIT_SERVICE: Final = np.int64(30)
BALKING: Final = np.int64(31)
PATIENCE: Final = np.int64(32)
GROUP_INTERPRETER: Final = np.int64(33)
GROUP_CLAIMS: Final = np.int64(34)
ROUTE_LEG: Final = np.int64(35)
CHECKPOINT: Final = np.int64(36)
SPLITTING: Final = np.int64(37)
SPLIT_KEY: Final = np.int64(38)
CONTACT_TIME: Final = np.int64(39)
CONTACT_PARTNER: Final = np.int64(60)
GROUP_FACILITATED: Final = np.int64(61)
ALTERNATIVE_NEST: Final = np.int64(62)
STIFLING: Final = np.int64(63)
PERSON_GATE: Final = np.int64(64)
ALTERNATIVE_MODE: Final = np.int64(65)
TALKS_BEFORE: Final = np.int64(66)
TALKS_BEFORE_PARTNER: Final = np.int64(67)
WAVED_THROUGH: Final = np.int64(68)
GOES_ON: Final = np.int64(69)
GROUP_GEAR: Final = np.int64(50)
PERSON_SEX: Final = np.int64(51)
PERSON_ELDERLY: Final = np.int64(52)
ORGANISED_THINNING: Final = np.int64(40)
STEERING: Final = np.int64(41)
CARRIER_THINNING: Final = np.int64(42)
TRANSIT_WITHDRAWS: Final = np.int64(43)
TRANSIT_ESCALATES: Final = np.int64(44)
WORLD_RESPONSE: Final = np.int64(45)
OVERSIGHT_REVIEW: Final = np.int64(46)
COURT_RULING: Final = np.int64(47)
NEIGHBOUR_REFUSES: Final = np.int64(48)
SCRIPTED_DURATION: Final = np.int64(49)
PUSHED_BACK: Final = np.int64(80)
TRAVELLER_INTERVAL: Final = np.int64(84)
TRAVELLER_SERVICE: Final = np.int64(85)
CALIBRATION_POSITION: Final = np.int64(86)
CALIBRATION_PAIR: Final = np.int64(87)
CALIBRATION_MOVE: Final = np.int64(88)
CALIBRATION_JITTER: Final = np.int64(89)
CALIBRATION_RESAMPLING: Final = np.int64(90)
CALIBRATION_REPORTING: Final = np.int64(91)
POSTERIOR_START: Final = np.int64(92)
POSTERIOR_ORDER: Final = np.int64(93)

_MULTIPLIER_A: Final = np.uint64(0xD2511F53)
_MULTIPLIER_B: Final = np.uint64(0xCD9E8D57)
_WEYL_A: Final = np.uint64(0x9E3779B9)
_WEYL_B: Final = np.uint64(0xBB67AE85)
_MASK: Final = np.uint64(0xFFFFFFFF)
_SHIFT: Final = np.uint64(32)
_BITS_OF_ONE: Final = np.int64(1023 << 52)
_LESS: Final = 2.0 * (1.0 - 1e-9)  # twice, less far more than what rounding loses


@njit(inline="always")
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Philox4x32-10: four 32-bit words from a counter (c0..c3) and a key (k0, k1), all uint64."""
    for _ in range(10):
        a = _MULTIPLIER_A * c0
        b = _MULTIPLIER_B * c2
        c0 = (b >> _SHIFT) ^ c1 ^ k0
        c1 = b & _MASK
        c2 = (a >> _SHIFT) ^ c3 ^ k1
        c3 = a & _MASK
        k0 = (k0 + _WEYL_A) & _MASK
        k1 = (k1 + _WEYL_B) & _MASK
    return c0, c1, c2, c3


@njit(inline="always")
def _word(key: int, purpose: int, entity: int, index: int) -> np.uint64:
    """The 64 random bits of a draw, by its name."""
    k = np.uint64(key)
    who = np.uint64(entity)
    w0, w1, _, _ = philox(
        np.uint64(index) & _MASK,
        np.uint64(purpose),
        who & _MASK,
        who >> _SHIFT,
        k & _MASK,
        k >> _SHIFT,
    )
    return (w0 << _SHIFT) | w1


@njit(inline="always")
def _in_unit_interval(word: np.uint64) -> float:
    """The middle of one of 2^52 equal parts of the interval from 0 to 1, by 52 bits of a word."""
    bits = np.int64(word >> np.uint64(12)) | _BITS_OF_ONE
    return (
        np.int64(bits).view(np.float64) - 1.0
    ) + 1.1102230246251565e-16  # 2^-53, a half of a part


@njit(cache=True)
def uniform(key: int, purpose: int, entity: int, index: int) -> float:
    """A uniform draw in the open interval (0, 1), with 52 random bits.

    Args:
        key: the replication's 64-bit key (:func:`replicate_key`).
        purpose: one of this module's constants.
        entity: 64-bit number of the entity that the draw belongs to.
        index: which of the entity's draws for this purpose, below 2**32.
    """
    return _in_unit_interval(_word(key, purpose, entity, index))


@njit
def happens(chance: float, key: int, purpose: int, entity: int, index: int) -> bool:
    """Whether something of this chance happens; what is sure or cannot be draws nothing."""
    return chance >= 1.0 or (chance > 0.0 and uniform(key, purpose, entity, index) < chance)


@njit
def fill_uniform(
    draws: NDArray[np.float64],
    key: int,
    purpose: int,
    entity: int,
    indices: NDArray[np.int64],
    first: int,
    last: int,
) -> None:
    """Draws from ``first`` to ``last`` of one entity and purpose, several at once.

    Args:
        draws: where they go, each the :func:`uniform` of its index.
        key: the replication's 64-bit key.
        purpose: one of this module's constants.
        entity: 64-bit number of the entity.
        indices: which of the entity's draws each is, int64.
        first: the first place filled.
        last: the place after the last one filled.
    """
    for k in range(first, last):
        draws[k] = _in_unit_interval(_word(key, purpose, entity, indices[k]))


@njit(cache=True)
def derived_key(key: int, purpose: int, entity: int, index: int) -> int:
    """A 63-bit entity number for somebody who comes of an entity, uint64."""
    return _word(key, purpose, entity, index) >> np.uint64(1)


@njit(cache=True)
def poisson(key: int, purpose: int, entity: int, index: int, mean: float) -> int:
    """A Poisson draw by inversion, for means up to about 10."""
    u = uniform(key, purpose, entity, index)
    term = exp(-mean)
    below, number = term, 0
    while u > below and term > 0.0:
        number += 1
        term *= mean / number
        below += term
    return number


@njit(cache=True)
def exponential(key: int, purpose: int, entity: int, index: int) -> float:
    """A draw from the exponential distribution with mean 1."""
    return -log(uniform(key, purpose, entity, index))


@njit
def may_be_faster(weight: float, u: float, speed: float) -> bool:
    """Whether ``weight / -ln u`` may be above a speed; cheap.

    Of many alternatives few can still be the first, and only those need the logarithm.
    ``-ln u >= 2 (1 - u) / (1 + u)``, the first term of its series.
    """
    return weight * (1.0 + u) > speed * (_LESS * (1.0 - u))


@njit(cache=True)
def gumbel(key: int, purpose: int, entity: int, index: int) -> float:
    """A draw from the standard Gumbel distribution."""
    return -log(exponential(key, purpose, entity, index))


@njit(cache=True)
def normal(key: int, purpose: int, entity: int, index: int) -> float:
    """A standard normal draw (Box-Muller on draws 2*index and 2*index + 1)."""
    radius = math.sqrt(-2.0 * log(uniform(key, purpose, entity, 2 * index)))
    return radius * cosine_of_turns(uniform(key, purpose, entity, 2 * index + 1))


@njit(cache=True)
def gamma(key: int, purpose: int, entity: int, index: int, shape: float) -> float:
    """A gamma draw with the given shape and scale 1 (Marsaglia and Tsang 2000).

    Uses draw numbers from ``64 * index`` on; shapes below 1 by the usual power of a uniform draw.
    """
    boost = 1.0
    if shape < 1.0:
        boost = power(uniform(key, purpose, entity, 64 * index + 63), 1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    for attempt in range(20):
        x = normal(key, purpose, entity, 32 * index + attempt)
        root = 1.0 + c * x
        v = root * root * root
        u = uniform(key, purpose, entity, 64 * index + 40 + attempt)
        if v > 0.0 and log(u) < 0.5 * x * x + d * (1.0 - v + log(v)):
            return boost * d * v
    return boost * d  # twenty rejections in a row have a chance below 1e-26


_GOLDEN: Final = 0x9E3779B97F4A7C15
_WORD: Final = (1 << 64) - 1


def _scramble(word: int) -> int:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): a bijection on 64-bit words."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
    return word ^ (word >> 31)


def state_key(seed: int, number: int) -> int:
    """The 64-bit key of what a state of the world draws, before anybody moves.

    No run has it: what is unknown and chance share no random numbers.
    """
    return _scramble(replicate_key(seed, number))


def replicate_key(seed: int, number: int, replicate: int = 0) -> int:
    """The 64-bit key of a replication; different for every run of a seed.

    Args:
        seed: seed of the study.
        number: number of the state of the world, from 0.
        replicate: number of the run within the state of the world, from 0; the first has the same
            key however many there are.
    """
    key = _scramble((_scramble((seed + _GOLDEN) & _WORD) + number * _GOLDEN) & _WORD)
    return replicate_key(key, replicate) if replicate else key


def name_key(name: str) -> int:
    """A 63-bit entity number for a name, the same in every process (FNV-1a, scrambled)."""
    word = 0xCBF29CE484222325
    for byte in name.encode():
        word = ((word ^ byte) * 0x100000001B3) & _WORD
    return _scramble(word) >> 1
