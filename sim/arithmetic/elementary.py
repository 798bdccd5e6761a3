"""Exponentials, logarithms, powers and cosines that are the same to the bit on every processor.

Libraries of mathematics choose their code by the processor that they find: numpy by its vector
instructions, the C library by whether a product and a sum can be rounded together, BLAS by both.
Last digits then differ from machine to machine, and so do results. Everything here is made of sums,
products, quotients and the bits of a number alone, which IEEE 754 defines to the last digit; numba
neither reorders nor fuses them. Results differ from the exact value by about a unit in the last
place, but for what is said at each function.

Series instead of fitted coefficients: everything can be checked by hand. The reduction of arguments
is that of Muller 2016, "Elementary Functions", chapters 11 and 12; the exponential function has a
table of 32 powers (Tang 1989, doi:10.1145/63522.214014). Polynomials are summed in pairs (Estrin),
since a processor does several sums at once and a chain of them one by one.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit

HIGHEST_EXPONENT: Final = 709.782712893384  # exp of more is infinite
LOWEST_EXPONENT: Final = -745.1332191019412  # exp of less is zero
WITHIN: Final = 700.0  # exponents whose exp is far from what a number can hold
# ln 2 in two parts: the first has 21 zero bits at its end, so that its multiples are exact.
_LN2_HIGH: Final = 0.6931471803691238
_LN2_LOW: Final = 1.9082149292705877e-10
_LN2: Final = 0.6931471805599453
_PARTS: Final = 32  # of a doubling, in the table of powers
_PART_BITS: Final = np.int64(5)
_PART: Final = np.int64(_PARTS - 1)
_SIXTH: Final = 1.0 / 6.0
_24TH: Final = 1.0 / 24.0
_120TH: Final = 1.0 / 120.0
_720TH: Final = 1.0 / 720.0
_PER_PART: Final = _PARTS / _LN2
_PART_HIGH: Final = _LN2_HIGH / _PARTS
_PART_LOW: Final = _LN2_LOW / _PARTS
_ROOT_OF_2: Final = 1.4142135623730951
_HALF_PI: Final = 1.5707963267948966
_HALF_LN_2PI: Final = 0.9189385332046727
_SMALL: Final = 0.7  # below, a difference of 1 would lose digits

# The bits of a number: 52 of the fraction, below those of the exponent plus a bias.
_FRACTION_BITS: Final = np.int64(52)
_BIAS: Final = np.int64(1023)
_FRACTION: Final = np.int64((1 << 52) - 1)
_ONE: Final = np.int64(1023 << 52)
_SMALLEST_NORMAL: Final = 2.2250738585072014e-308
_TWO_TO_54: Final = 18014398509481984.0
# Added to a whole number below 2^51, its last bits are that number.
_INTEGER: Final = 6755399441055744.0
_INTEGER_BITS: Final = np.float64(_INTEGER).view(np.int64)

# 2^(j / 32), as a double and what that lacks.
_EXACT: Final = [(Decimal(2).ln() * j / _PARTS).exp() for j in range(_PARTS)]
_POWERS: Final = np.array([float(each) for each in _EXACT])
_REST: Final = np.array([float(each - Decimal(float(each))) for each in _EXACT])

# Coefficients, the last one first.
# (e^r - 1 - r) / r^2 = 1/2! + r/3! + ...
_EXP: Final = tuple(1.0 / math.factorial(n) for n in range(15, 1, -1))
# (ln(1 + f) / s - 2) / s^2 = 2/3 + 2/5 s^2 + ... for s = f / (2 + f)
_LOG: Final = tuple(2.0 / n for n in range(3, 26, 2))
# (cos a - 1) / a^2 = -1/2! + a^2/4! - ...
_COSINE: Final = tuple((-1.0 if n % 4 == 2 else 1.0) / math.factorial(n) for n in range(18, 1, -2))
# (sin a / a - 1) / a^2 = -1/3! + a^2/5! - ...
_SINE: Final = tuple((-1.0 if n % 4 == 3 else 1.0) / math.factorial(n) for n in range(19, 2, -2))
# Stirling's series of ln Gamma in 1/x^2: Bernoulli numbers B_2n / (2n (2n - 1)).
_STIRLING: Final = (-691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12)
_STIRLING_FROM: Final = 12.0


@njit(cache=True)
def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    """A polynomial, its highest coefficient first (Horner)."""
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


@njit(cache=True)
def _two_to(k: int) -> float:
    """The power of two, for -1022 <= k <= 1023."""
    return np.int64((np.int64(k) + _BIAS) << _FRACTION_BITS).view(np.float64)


@njit
def _scaled_exp(x: float) -> tuple[float, np.int64]:
    """``value`` and ``k`` with ``e^x = value 2^k``.

    ``e^x = 2^k 2^(j / 32) e^r`` with r at most ln(2) / 64 from zero.
    """
    parts = np.floor(x * _PER_PART + 0.5)
    r = (x - parts * _PART_HIGH) - parts * _PART_LOW
    square = r * r
    growth = r + square * ((0.5 + r * _SIXTH) + square * ((_24TH + r * _120TH) + square * _720TH))
    number = np.float64(parts + _INTEGER).view(np.int64) - _INTEGER_BITS
    j, k = number & _PART, number >> _PART_BITS
    return _POWERS[j] + (_REST[j] + _POWERS[j] * growth), k


@njit(cache=True)
def exp_within(x: float) -> float:
    """The exponential function from -700 to 700, the same to the bit as :func:`exp`.

    It asks nothing of its argument; outside, the result is wrong.
    """
    value, k = _scaled_exp(x)
    return value * _two_to(k)


@njit(cache=True)
def exp(x: float) -> float:
    """The exponential function; infinite above 709.78, zero below -745.13."""
    if -WITHIN <= x <= WITHIN:
        return exp_within(x)
    if np.isnan(x):
        return x
    if x > HIGHEST_EXPONENT:
        return np.inf
    if x < LOWEST_EXPONENT:
        return 0.0
    value, k = _scaled_exp(x)
    half = k >> np.int64(1)  # in two steps, since 2^k alone may be out of range
    return value * _two_to(half) * _two_to(k - half)


@njit(cache=True)
def expm1(x: float) -> float:
    """``exp(x) - 1``, right for small x too; within three units in the last place."""
    if -_SMALL < x < _SMALL:
        return x + x * x * _polynomial(x, _EXP)
    return exp(x) - 1.0


@njit(cache=True)
def _log_series(z: float) -> float:
    """``2/3 + 2/5 z + ... + 2/25 z^11``."""
    z2 = z * z
    z4 = z2 * z2
    low = (_LOG[0] + _LOG[1] * z) + z2 * (_LOG[2] + _LOG[3] * z)
    middle = (_LOG[4] + _LOG[5] * z) + z2 * (_LOG[6] + _LOG[7] * z)
    high = (_LOG[8] + _LOG[9] * z) + z2 * (_LOG[10] + _LOG[11] * z)
    return low + z4 * (middle + z4 * high)


@njit(cache=True)
def log(x: float) -> float:
    """The natural logarithm; minus infinity of zero, nan below."""
    if np.isnan(x) or x < 0.0:
        return np.nan
    if x == 0.0:
        return -np.inf
    if np.isinf(x):
        return x
    k = np.int64(0)
    if x < _SMALLEST_NORMAL:
        x, k = x * _TWO_TO_54, np.int64(-54)
    bits = np.float64(x).view(np.int64)
    k += (bits >> _FRACTION_BITS) - _BIAS
    fraction = np.int64((bits & _FRACTION) | _ONE).view(np.float64)
    if fraction > _ROOT_OF_2:
        fraction, k = 0.5 * fraction, k + np.int64(1)
    f = fraction - 1.0
    s = f / (2.0 + f)
    z = s * s
    # ln(1 + f) = 2 s + s z series = f - s (f - z series), since 2 s = f - s f
    correction = s * (f - z * _log_series(z))
    return k * _LN2_HIGH - ((correction - k * _LN2_LOW) - f)


@njit(cache=True)
def log1p(x: float) -> float:
    """``ln(1 + x)``, right for small x too."""
    u = 1.0 + x
    if u <= 0.0 or np.isinf(u) or np.isnan(u):
        return log(u)
    return log(u) + (x - (u - 1.0)) / u  # the second term is what the sum lost


@njit(cache=True)
def power(base: float, exponent: float) -> float:
    """``base`` to the power of ``exponent``, for bases from zero on; nan below.

    The relative error is as many units in the last place as the logarithm of the result.
    """
    if exponent == 0.0 or base == 1.0:
        return 1.0
    if exponent == 1.0:
        return base
    return exp(exponent * log(base))


@njit(cache=True)
def cosine_of_turns(turns: float) -> float:
    """``cos(2 pi turns)``: its argument is reduced without any error."""
    quarters = 4.0 * (turns - math.floor(turns))
    nearest = math.floor(quarters + 0.5)
    a = _HALF_PI * (quarters - nearest)
    z = a * a
    quadrant = int(nearest) % 4
    if quadrant % 2:
        sine = a + a * z * _polynomial(z, _SINE)
        return -sine if quadrant == 1 else sine
    cosine = 1.0 + z * _polynomial(z, _COSINE)
    return cosine if quadrant == 0 else -cosine


@njit(cache=True)
def log_gamma(x: float) -> float:
    """Logarithm of the gamma function for positive x, with an absolute error below 1e-13.

    Stirling's series (Abramowitz and Stegun 6.1.41), from 12 on, and x! = x (x - 1)! below.
    """
    product = 1.0
    while x < _STIRLING_FROM:
        product *= x
        x += 1.0
    rest = _polynomial(1.0 / (x * x), _STIRLING) / x
    return (x - 0.5) * log(x) - x + _HALF_LN_2PI + rest - log(product)
